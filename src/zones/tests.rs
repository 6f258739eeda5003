//! Zones of the broken texts converters hand over (domain.md §5), each with an invented report.

use super::*;

/// Six sentences of a report, without a legal word.
const STORY: &str = "公司三季度实现营业收入十二亿元，同比增长百分之八。分产品看，阀门销量回升，毛利率环比改善两个百分点。费用方面，运费下降带动销售费用率走低。需求端，海外订单自七月起恢复，客户补库意愿增强。产能端，二期厂房已经封顶，预计明年上半年投产。现金流同步改善，应收账款周转加快。";
const LEGAL: &str = "本报告仅供望江证券客户使用，未经授权不得转载。本公司对报告所载资料的准确性不作保证，投资者据此操作，风险自担。";
const GRADES: &str =
    "买入：未来6个月股价相对指数涨幅20%以上；增持：未来6个月股价相对指数涨幅5%至20%；减持：未来6个月股价相对指数跌幅5%以上。";

fn cut(text: &str) -> (Document, Vec<Zone>) {
    let document = Document::from_bytes("t.txt", text.as_bytes()).unwrap();
    let zones = Zones::of(&document).zones().to_vec();
    (document, zones)
}

fn kinds(text: &str) -> Vec<ZoneKind> {
    cut(text).1.into_iter().map(|zone| zone.kind).collect()
}

/// What stands where `words` begin.
fn kind_of(text: &str, words: &str) -> ZoneKind {
    let document = Document::from_bytes("t.txt", text.as_bytes()).unwrap();
    let at = document.normalized.text().find(words).unwrap_or_else(|| panic!("`{words}` in {}", document.normalized.text()));
    Zones::of(&document).kind_at(at)
}

#[test]
fn a_notice_on_page_one_is_not_the_report() {
    for notice in [
        "重要提示：请务必阅读尾页分析师承诺和免责条款。",
        "独立性声明：作者保证数据均来自合规渠道，结论不受第三方授意，特此声明。",
        "特别声明：本报告由望江证券制作，仅供客户参考。",
        "免责声明和披露以及分析师声明是报告的一部分，请务必一起阅读。",
    ] {
        for text in [
            format!("{notice}{STORY}风险提示：需求回落。附表：财务预测{STORY}{STORY}免责声明{LEGAL}"),
            format!("{notice}\n望江阀门（300999）\n投资评级：买入（维持）\n{STORY}\n{STORY}\n免责声明\n{LEGAL}\n"),
        ] {
            assert_eq!(kind_of(&text, "公司三季度"), ZoneKind::Header, "{text}");
            assert_eq!(kind_of(&text, "本报告仅供望江证券客户使用"), ZoneKind::Disclaimer, "{text}");
        }
    }
}

#[test]
fn a_disclaimer_placed_first_ends_where_the_report_begins() {
    let text = format!("免责声明\n{LEGAL}{LEGAL}{LEGAL}\n望江阀门三季报点评\n{STORY}{STORY}{STORY}{STORY}\n");
    assert_eq!(kinds(&text), [ZoneKind::Disclaimer, ZoneKind::Header]);
    assert_eq!(kind_of(&text, "望江阀门三季报"), ZoneKind::Header);
}

#[test]
fn footers_open_no_zone_inside_sentences_and_tables() {
    for footer in [
        "请务必阅读正文之后的免责声明部分",
        "敬请关注文后特别声明与免责条款",
        "谨请参阅尾页的重要声明",
        "本报告版权属于望江证券。各项声明请参见报告尾页。",
        "重要声明请见报告尾页",
    ] {
        let text = format!("阀门行业深度\n{STORY}公司毛利率{footer} 7\n环比回升。\n收入\t12\t13\n{footer} 8\n利润\t1\t2\n{STORY}");
        assert_eq!(kinds(&text), [ZoneKind::Header], "{footer}");
    }
}

#[test]
fn a_footer_nobody_knows_is_told_by_standing_on_every_page() {
    let page = |number: usize| format!("{STORY}\n望江证券研究所 重要声明附后 第{number}页\n");
    let text = format!("{}{}{}{}", page(1), page(2), page(3), "免责声明\n本报告仅供客户使用。");
    assert_eq!(kinds(&text), [ZoneKind::Header, ZoneKind::Disclaimer]);
}

#[test]
fn words_of_a_heading_inside_something_else_open_no_zone() {
    let text = format!("{STORY}\n免责声明\n{LEGAL}望江证券及相关研究人员力求准确，不作保证。\n{LEGAL}");
    assert_eq!(kind_of(&text, "人员力求准确"), ZoneKind::Disclaimer);
    let table = format!("{STORY}\n股票投资评级说明：\n投资建议  预测个股相对同期指数涨幅\n1  买入  > 20%\n2  增持  10% — 20%\n{GRADES}\n");
    assert_eq!(kind_of(&table, "预测个股"), ZoneKind::Definitions);
}

#[test]
fn risks_before_a_footer_are_risks() {
    let text = format!("{STORY}风险提示：订单不及预期，原料价格波动，行业竞争加剧望江证券研究报告本报告由望江证券编制2/18{STORY}");
    assert_eq!(kind_of(&text, "订单不及预期"), ZoneKind::Risks);
}

#[test]
fn a_sentence_about_sales_staff_is_no_list_of_contacts() {
    let text = format!("{STORY}公司重视销售团队建设，直销为主。{STORY}");
    assert_eq!(kinds(&text), [ZoneKind::Header]);
    assert_eq!(kind_of(&format!("{STORY}\n机构销售联系人\n华东 白某 021-5550100"), "华东"), ZoneKind::Contacts);
}

#[test]
fn two_columns_in_turn_leave_the_text_a_report() {
    let text = format!(
        "公司三季度实现营业收 分析师：吴某\n入十二亿元，同比增长 SAC：S0999520010001\n百分之八。 独立性声明：作者独立、客观，特此声明。\n{STORY}{STORY}{STORY}\n免责声明\n{LEGAL}"
    );
    assert_eq!(kind_of(&text, "入十二亿元"), ZoneKind::Header);
    assert_eq!(kind_of(&text, "分产品看"), ZoneKind::Header);
}

#[test]
fn doubled_glyphs_and_bookmarks_do_not_hide_headings() {
    for text in [
        format!("证券研究报告证券研究报告 2019 年年 02 月月\n{STORY}\n免免责责声声明明\n{LEGAL}"),
        format!("＃title＃阀门深度＃investSuggestion＃推荐（＃investSuggestionChange＃维持）{STORY}[Table_Disclaimer]免责声明{LEGAL}"),
        format!("[林Ta文ble强_I：nt望ro江du证cti券on通] 信行业首席分析师{STORY}免 责 声 明{LEGAL}"),
    ] {
        assert_eq!(kinds(&text), [ZoneKind::Header, ZoneKind::Disclaimer], "{text}");
    }
}

#[test]
fn merged_cells_stay_in_the_table_of_definitions() {
    let text = format!(
        "{STORY}\n投资评级说明\n<table><tr><td rowspan=4>股票评级</td><td>买入增持</td><td></td></tr><tr><td>减持卖出</td><td>相对指数跌幅5%—15%</td></tr><tr><td>中性</td><td>相对指数涨幅5%以内</td></tr></table>\n免责声明\n{LEGAL}"
    );
    assert_eq!(kinds(&text), [ZoneKind::Header, ZoneKind::Definitions, ZoneKind::Disclaimer]);
    assert_eq!(kind_of(&text, "减持卖出"), ZoneKind::Definitions);
}

#[test]
fn markdown_and_latex_noise_hides_no_heading() {
    let text = format!(
        "# 阀门深度\n![](images/a1.jpg)\n{STORY}\n# $\\bullet$ 评级说明\n{}\n## **免责声明**\n{LEGAL}",
        GRADES.replace("20%", "$2 0 \\%$")
    );
    assert_eq!(kinds(&text), [ZoneKind::Header, ZoneKind::Definitions, ZoneKind::Disclaimer]);
}

#[test]
fn a_cut_ends_what_was_open_and_says_so() {
    let text = format!("{STORY}风险提示：订单回落。[中间内容因长度限制已省略]，{LEGAL}{LEGAL}评级说明{GRADES}");
    let (document, zones) = cut(&text);
    assert!(document.is_truncated());
    let found: Vec<(ZoneKind, bool)> = zones.iter().map(|zone| (zone.kind, zone.reason.starts_with("after the cut"))).collect();
    use ZoneKind as K;
    assert_eq!(found, [(K::Header, false), (K::Risks, false), (K::Disclaimer, true), (K::Definitions, false)]);
    let text = format!("{STORY}风险提示：订单回落。[truncated]{STORY}");
    assert_eq!(kinds(&text), [K::Header, K::Risks, K::Body]);
}
