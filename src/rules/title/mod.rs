//! Title, subtitle, series and period.

mod chinese;
mod english;
mod field;
mod headline;
mod line;
mod period;
mod run_on;
mod subtitle;

use std::ops::Range;

use super::Context;
use super::find::{Pattern, compile, first, group};
use super::subject::Stock;
use crate::domain::reading::ProductReading;

/// Where the title stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Title {
    /// The main title.
    pub(super) main: Range<usize>,
    /// The second title line.
    pub(super) subtitle: Option<Range<usize>>,
}

/// `互联网传媒行业周报` of `互联网传媒行业周报(20240408-20240414)`.
static SERIES: Pattern = Pattern::new(|| {
    compile(
        r"(?P<series>[\p{Han}A-Za-z0-9]{2,24}?(?:周报|日报|月报|双周报|季报|年报|周观点|系列(?:研究|报告|深度研究|专题)?|动态跟踪报告|跟踪报告|晨报|早报|晨会纪要|周度跟踪))",
    )
});

/// Finds the title.
pub(super) fn find(context: &Context<'_>, stock: Option<&Stock>) -> Option<Title> {
    if !context.chinese {
        return english::find(context, stock);
    }
    let found = chinese::find(context, stock);
    // The items of a digest have headlines of their own, far below its kind, or behind their sector: `【电子】…`.
    let item = |title: &Title| {
        let below = title.main.start > context.front(DIGEST_ITEMS).len() || context.before(title.main.start, 2).trim_end().ends_with('】');
        below && !line::is_digest(context.slice(title.main.clone()))
    };
    if found.as_ref().is_none_or(item)
        && let Some(digest) = digest(context)
    {
        return Some(digest);
    }
    found.or_else(|| series_line(context))
}

/// How far down a series stands in for a title, in characters.
const SERIES_FRONT: usize = 1200;

/// A weekly without a headline is named by its series and its days: a line like `物流行业周报(20240408-20240414)`.
fn series_line(context: &Context<'_>) -> Option<Title> {
    static LINE: Pattern = Pattern::new(|| {
        compile(
            r"(?m)^[#*\s—]*(?P<line>[\p{Han}A-Za-z]{3,24}(?:周报|双周报|月报|周观点|周刊|跟踪报告|周度跟踪)\([\d年月日./~—–-]{5,30}\))[*\s]*$",
        )
    });
    let found = first(&LINE, context.front(SERIES_FRONT))?;
    Some(Title { main: group(&found, "line")?, subtitle: None })
}

/// How far down a digest names itself, in characters.
const DIGEST_FRONT: usize = 200;
/// Behind so many characters a headline is one of its items.
const DIGEST_ITEMS: usize = 80;

/// A digest of many topics may have no title but its kind: `晨会纪要`.
fn digest(context: &Context<'_>) -> Option<Title> {
    static KIND: Pattern = Pattern::new(|| {
        compile(
            r"(?:^|\n|报告|[#*\s])(?P<kind>\p{Han}{0,4}(?:晨会(?:纪要|聚焦|报告|早知道)?|晨报|早报|早间快评|早会纪要|晨间(?:速递|播报)?|财经早餐))",
        )
    });
    let found = first(&KIND, context.front(DIGEST_FRONT))?;
    Some(Title { main: group(&found, "kind")?, subtitle: None })
}

/// Writes what the title says into the product, and the period, which some reports print without a title.
pub(super) fn fill(context: &Context<'_>, title: Option<&Title>, product: &mut ProductReading) {
    product.title = title.and_then(|title| context.located_words(title.main.clone()));
    product.subtitle = title.and_then(|title| context.located_words(title.subtitle.clone()?));
    let lines: Vec<Range<usize>> = title.iter().flat_map(|title| title.subtitle.iter().chain([&title.main])).cloned().collect();
    for line in &lines {
        let words = context.slice(line.clone());
        if product.series.is_none()
            && let Some(series) = first(&SERIES, words).and_then(|found| group(&found, "series"))
            && !comments_on_results(words, &series)
        {
            product.series = context.located_words(line.start + series.start..line.start + series.end);
        }
    }
    period::fill(context, &lines, product);
}

/// `三季报点评`: the results of a company, not a series of the broker.
fn comments_on_results(words: &str, series: &Range<usize>) -> bool {
    let name = words.get(series.clone()).unwrap_or_default();
    let after = words.get(series.end..).unwrap_or_default();
    let year = name.trim_end_matches(['一', '三', '半', '年', '季', '报']).ends_with(|c: char| c.is_ascii_digit());
    (name.ends_with("季报") || name.ends_with("年报"))
        && (year && !name.starts_with(|c: char| c.is_ascii_digit())
            || RESULTS.iter().any(|end| name.ends_with(end))
            || COMMENT.iter().any(|word| after.starts_with(word)))
}

/// Results as companies publish them.
const RESULTS: &[&str] = &["一季报", "三季报", "半年报", "年年报"];
/// Words behind results that say somebody comments on them.
const COMMENT: &[&str] = &["点评", "业绩", "前瞻", "综述", "总结", "预告", "快评", "解读"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::zones::Zones;

    fn product(text: &str) -> ProductReading {
        let document = Document::from_bytes("x.txt", text.as_bytes()).unwrap();
        let zones = Zones::of(&document);
        let context = Context::new(&document, &zones);
        let mut product = ProductReading::default();
        let title = find(&context, crate::rules::subject::stock(&context).as_ref());
        fill(&context, title.as_ref(), &mut product);
        product
    }

    fn title(text: &str) -> (String, String) {
        let product = product(text);
        let word = |slot: crate::domain::Slot<String>| slot.map_or(String::new(), |found| found.value);
        (word(product.title), word(product.subtitle))
    }

    fn pair(main: &str, sub: &str) -> (String, String) {
        (main.to_owned(), sub.to_owned())
    }

    #[test]
    fn headings_of_forecasts_are_no_titles() {
        let body = "公司收入平稳增长,费用率小幅下降,现金流改善。\n".repeat(8);
        for heading in ["盈利预测与投资评级", "盈利预测、估值与评级", "盈利预测和财务指标", "主要财务指标"]
        {
            let text = format!("# 望湖药业(600999.SH)\n\n2025年9月23日\n\n# {heading}\n\n{body}\n# 毛利率环比改善,费用管控见效\n\n{body}");
            assert_eq!(title(&text).0, "毛利率环比改善,费用管控见效", "{heading}");
        }
        let text = format!("# 盈利预测与估值双升,静待需求回暖\n\n2025年9月23日\n\n# 投资要点\n\n{body}");
        assert_eq!(title(&text).0, "盈利预测与估值双升,静待需求回暖");
    }

    #[test]
    fn headings_of_markdown() {
        let text = "**望江证券**  \nWANGJIANG SECURITIES\n\n## 周观点：国产模型启动内测\n\n——互联网传媒行业周报（20240408-20240414）\n\n### 增持（维持）\n";
        assert_eq!(title(text), pair("周观点：国产模型启动内测", "互联网传媒行业周报（20240408-20240414）"));
        let product = product(text);
        assert_eq!(product.series.unwrap().value, "互联网传媒行业周报");
        assert_eq!(product.period_start.unwrap().value.to_string(), "2024-04-08");
        assert_eq!(product.period_end.unwrap().value.to_string(), "2024-04-14");
    }

    #[test]
    fn a_page_with_a_kind_alone_has_the_company_and_the_kind() {
        let page = |heading: &str| {
            format!(
                "望江证券\n证券研究报告\n{heading}\n投资评级：增持（维持）\n目标价：12.50元\n日期：2025年03月04日\n分析师：方某某\n\n\
                 临河科技主营特种泵阀，公司2024年营业收入12.35亿元，同比增长8%。\n\n风险提示：需求不及预期。\n"
            )
        };
        assert_eq!(title(&page("临河科技（688999.SH）深度报告")), pair("临河科技（688999.SH）深度报告", ""));
        assert_eq!(title(&page("临河科技（688999）2024年年报点评")), pair("临河科技（688999）2024年年报点评", ""));
        // A title of its own goes before it, and a clause cut out of a paragraph is none.
        let both = page("临河科技（688999.SH）深度报告\n泵阀需求回升，海外订单饱满");
        assert_eq!(title(&both).0, "泵阀需求回升，海外订单饱满");
        assert_eq!(title(&page("公司研究")), pair("", ""));
    }

    #[test]
    fn glued_between_header_fields() {
        for (text, expected) in [
            (
                "1本报告版权属于望江证券股份有限公司。各项声明请参见报告尾页。三季报业绩靓丽，龙头扬帆起航■事件：公司发布三季报。",
                pair("三季报业绩靓丽，龙头扬帆起航", ""),
            ),
            (
                "＃createTime＃＃title＃元器件超预期，面板价格上涨＃createTime1＃2024年03月28日请务必阅读正文之后的信息披露",
                pair("元器件超预期，面板价格上涨", ""),
            ),
            (
                "证券研究报告望湖科技(300999)公司点评报告2024年10月27日[Table_Title]旺季来袭，业绩高增——望湖科技三季报点评[Table_Summary]事件：公司公告",
                pair("旺季来袭，业绩高增", "望湖科技三季报点评"),
            ),
            (
                "需求回暖景气上行，龙头份额有望继续提升证券研究报告所属部门。行业公司部报告时间。2024/11/04分析师吴某——电子行业三季度小结（20241104）三季度业绩突出",
                pair("需求回暖景气上行，龙头份额有望继续提升", "电子行业三季度小结（20241104）"),
            ),
            (
                "证券研究报告|电子电子行业涨幅居前，环境变化点燃预期强于大市（维持）——电子行业动态跟踪报告日期：2024年01月20日",
                pair("电子行业涨幅居前，环境变化点燃预期", "电子行业动态跟踪报告"),
            ),
            (
                "望湖科技（688999）证券研究报告·公司研究·医疗器械1/3望江证券研究所请务必阅读正文之后的免责声明部分[Table_Main]收购科技企业，产品不断丰富买入（维持）盈利预测与估值",
                pair("收购科技企业，产品不断丰富", ""),
            ),
        ] {
            assert_eq!(title(text), expected, "{text}");
        }
    }

    #[test]
    fn english_covers() {
        assert_eq!(title("Asia Equity Research\n19 March 2026\nNorthlake (0999)\n \nOverweight\n0999.HK, 999 HK\n \nStill in the race; 2026 becomes a year of \nreinvestment\n▼\nPrice (18 Mar 26): HK$5").0, "Still in the race; 2026 becomes a year of reinvestment");
        assert_eq!(title("Refer to important disclosures on page 7.\n12345678\nNorthlake Holdings \n4Q25 Review: patience is \na virtue \nReiterate Rating: BUY | PO: 780.00 HKD\nStock Data\nBloomberg / Reuters\n999 HK / 0999.HK\n").0, "4Q25 Review: patience is a virtue");
        assert_eq!(
            title("Northlake Institutional Securities Limited\nIndia Morning Brief \nApril 24, 2026 \nTop Gainers\n").0,
            "India Morning Brief"
        );
    }

    #[test]
    fn fields_paths_and_rows_are_no_titles() {
        let title = |text: &str| product(text).title.map(|title| title.value);
        let body = "\n\n公司发布公告。\n\n正文。\n\n正文。\n\n正文。\n";
        assert_eq!(
            title(&format!("望江证券\n证券研究报告 | 公司深度研究\n电子 / 半导体 / 功率器件\n\n望湖科技（300999.SZ）\n首次覆盖：功率芯片守住底盘，模组打开空间\n\n2025年08月26日{body}")).as_deref(),
            Some("首次覆盖：功率芯片守住底盘，模组打开空间")
        );
        assert_eq!(
            title(&format!("**望江证券**\n\n# 望湖物流（300999.SZ）：库容爬坡平稳，价格压力未消\n\n### 中性（维持）\n\n日期：2025年12月08日\n行业：交通运输 / 冷链物流{body}")).as_deref(),
            Some("望湖物流（300999.SZ）：库容爬坡平稳，价格压力未消")
        );
        assert_eq!(
            title("HARBOUR & COVE SECURITIES\n\nNorthlake Group (NLR 999 HK)\nBacklog turns into software: lifting estimates\n\nCompany data\nShares in issue (m)\t640\n").as_deref(),
            Some("Backlog turns into software: lifting estimates")
        );
    }

    #[test]
    fn a_title_on_two_lines_is_one() {
        let title = |text: &str| product(text).title.map(|title| title.value);
        let body = "\n\n2025年08月26日\n\n公司发布公告。\n\n正文。\n\n正文。\n";
        for head in ["望湖科技（300999.SZ）\n", "# ", ""] {
            let text = format!("{head}首次覆盖：功率芯片守住底盘，模组\n打开第二曲线{body}");
            assert_eq!(title(&text).as_deref(), Some("首次覆盖：功率芯片守住底盘，模组打开第二曲线"), "{text}");
        }
        for below in ["传媒行业", "公司点评报告", "望江证券", "投资评级：买入"] {
            let text = format!("# 功率芯片守住底盘，模组打开第二曲线\n{below}{body}");
            assert_eq!(title(&text).as_deref(), Some("功率芯片守住底盘，模组打开第二曲线"), "{text}");
        }
    }

    #[test]
    fn a_kind_a_series_or_a_house_beside_a_title_is_none() {
        let body = "\n\n## 事项：\n\n望湖发布新一代模型。\n\n## 评论：\n\n正文。\n\n正文。\n";
        assert_eq!(title(&format!("计算机行业重大事项点评\n\n# 望湖第三代模型点评{body}")).0, "望湖第三代模型点评");
        let pair = pair("持仓信息与策略增强", "选股因子系列研究（十）");
        assert_eq!(title(&format!("请务必阅读正文之后的法律声明\n选股因子系列研究 （十）\n\n持仓信息与策略增强\n{body}")), pair);
        assert_eq!(title(&format!("# 持仓信息与策略增强\n\n# 选股因子系列研究（十）{body}")), pair);
        for head in ["望江 \\| ", "望江策略丨", "【望江固收】", "# 望江策略 | "] {
            let text = format!("{head}智能展望（十一）：由业务支持走向核心生产设计\n\n林乔 等 望江点睛{body}");
            assert_eq!(title(&text).0, "智能展望（十一）：由业务支持走向核心生产设计", "{text}");
        }
    }

    #[test]
    fn a_digest_has_no_subtitle_of_its_items() {
        let items = "\n\n# 重点推荐\n\n1.厂商资本开支超预期——电子行业周报2026/2/2-2026/2/8\n\n# 财经要闻\n\n正文。\n\n正文。\n";
        assert_eq!(title(&format!("# 晨会纪要20260211\n\n证券分析师：林乔{items}")), pair("晨会纪要20260211", ""));
        let table = "晨会\n\n2026 年 02 月 10 日\n\n| 指数名称 | 收盘价 | 涨跌幅 | 年初至今 |\n|---|---|---|---|\n| 综指 | 4,128.37 | 0.13% | 2.61% |\n| 成指 | 9,128.37 | 0.13% | 2.61% |\n| 创业板指 | 3,128.37 | 0.13% | 2.61% |\n\n资料来源：望江证券研究所\n\n";
        assert_eq!(title(&format!("{table}# 望江晨会精粹 20260210{items}")), pair("望江晨会精粹 20260210", ""));
    }

    #[test]
    fn companies_days_and_prose_are_no_titles() {
        let body = "\n\n## 投资要点\n\n正文。\n\n正文。\n\n正文。\n";
        assert_eq!(title(&format!("# 望湖证券（300999.SZ）\n\n# 或为最具投资价值的标的{body}")).0, "或为最具投资价值的标的");
        assert_eq!(
            title(&format!("# 股票名称(股票代码)\n\n子行业/行业\n\n# 高速线增速可喜，产品已批量交付{body}")).0,
            "高速线增速可喜，产品已批量交付"
        );
        let dated = "望湖锐捷（300999.SZ）2025 年一季报点评\n\n净利润同比高增，加强应用布局                  2025 年 05 月 01 日";
        assert_eq!(title(&format!("{dated}{body}")).0, "净利润同比高增，加强应用布局");
        assert_eq!(title(&format!("消费电子组件2026年04月17日\n\n# 超预期兑现，打开新成长曲线{body}")).0, "超预期兑现，打开新成长曲线");
        let prose = "业绩简评\n2025 年 4 月 27 日公司发布一季度报告，实现营收四十亿元，同比增长 27.1%，毛利率下滑，主要系升级期\n间产能、良率等仍在爬坡，高端产品增长突出，收入占比达六成\n期，存货转化为出货、摊薄固定成本，公司现";
        assert_eq!(title(&format!("{prose}{body}")).0, "");
        let text = "# 业绩高增，整合赋能\n\n——望湖船舶 2025 年年报及 2026 年一季报点评\n\n正文。\n";
        assert!(product(text).series.is_none());
    }

    #[test]
    fn a_comment_on_results_is_no_series() {
        let series = |text: &str| product(text).series.map(|series| series.value);
        assert_eq!(series("# 收入低于预期，现金流承压\n\n——望湖管业2025年三季报点评\n\n正文。\n"), None);
        assert_eq!(
            series("# 收入回暖，关注景气方向\n\n——数字传媒行业周报（20251103-20251109）\n\n正文。\n").as_deref(),
            Some("数字传媒行业周报")
        );
    }

    #[test]
    fn the_line_below_the_company_whatever_stands_above_and_whatever_it_says() {
        let text = "Ann Fang 方某某\nSFC CE: ZQT209\n微信: annfang; 电话: (852) 0000 7114\n望湖富盛理财有限公司\n2 May 2026\n\n江南能源 Jiangnan Energy Group (600999.CH)\n龙头企业，26Q1 归母净利润同比增长 50.23%\nLeading enterprise, net profit +50.23% YoY\n\n最新动态\n公司公布一季报，收入增长，费用率下降，毛利率与上年持平，新产线年内投产。\n";
        assert_eq!(title(text).0, "龙头企业，26Q1 归母净利润同比增长 50.23%");
    }

    #[test]
    fn titles_below_notes_on_two_lines_and_that_begin_with_a_quarter() {
        let cover = "免责声明和披露以及分析师声明是报告的一部分，请务必一起阅读。\n1\n证券研究报告\n\n江南国际 (999 HK/688999 CH)\n\n港股通\n\n上调港股目标价到63 港币，看好\nNorthlake 推动代工需求强劲增长\n\n湖城研究\n动态点评\n\n目标价：\n港币：63.00\n\n研究员\n林乔\nSAC No. S0990521050001\n";
        assert_eq!(title(cover).0, "上调港股目标价到63 港币，看好 Northlake 推动代工需求强劲增长");
        let quarter = "证券研究报告\n\n2025 年5 月11 日\n\n公司研究\n\n1Q 突发生产问题，2Q 业绩有望筑底，自主可控趋势不改\n——江南国际（0999.HK）2025 年一季度业绩点评\n\nA 股：买入（维持）\n\n事件：公司发布一季报，营收同比增长。\n";
        for cells in ["林乔 田川", "维持 买入", "电子 半导体设备"] {
            let page = format!(
                "证券研究报告\n\n公司深度\n\n国产替代加速推进，龙头迎来黄金时期\n{cells}\n\n2024年4月17日\n\n事件：公司发布一季报。\n"
            );
            assert_eq!(title(&page).0, "国产替代加速推进，龙头迎来黄金时期", "{cells}");
        }
        assert_eq!(
            title("宏观研究\n\n人民币：双向波动或将加剧\n\n2024年4月17日\n\n分析师：林乔\n\n汇率波动加大，需关注政策变化。\n").0,
            "人民币：双向波动或将加剧"
        );
        assert_eq!(title(quarter).0, "1Q 突发生产问题，2Q 业绩有望筑底，自主可控趋势不改");
        let listed = "相关研究\n\n《行业复苏中的投资机遇》\n\n2024.12.16\n\n分析师:林乔\n\n证书:S0990512080006\n\n## 高频策略交易成本的分析和预测\n\n投资要点：\n\n本文分析成本的组成。\n";
        assert_eq!(title(listed).0, "高频策略交易成本的分析和预测");
    }

    #[test]
    fn the_sector_above_the_company_and_people_are_no_titles() {
        let text = "# 电源设备及自动化\n\n# 江南电气（300999.SZ）\n\n买入-B(维持)\n\n方案领头羊，浪潮下迎新机\n\n公司研究/深度分析\n\n2025 年 7 月 11 日\n\n# 分析师：\n\n林乔 执业登记编码：S0990522030006\n\n# 投资要点：\n\n公司订单饱满。\n";
        assert_eq!(title(text).0, "方案领头羊，浪潮下迎新机");
        let own = "# 业绩超预期释放\n\n# 江南电气（300999.SZ）\n\n买入(维持)\n\n2025 年 7 月 11 日\n\n# 投资要点：\n\n公司订单饱满。\n";
        assert_eq!(title(own).0, "业绩超预期释放");
        let preface = "# This communication has been prepared by the desk and is not a product of any department, see the end of it\n\n# Licensing tightens\n\nThe rules for licences became stricter in the quarter.\n";
        assert_eq!(title(preface).0, "Licensing tightens");
        let cover = "China (PRC) | Technology\nEquity Research\nMay 28, 2026\n\nAnn Field *  | Equity Analyst\n+852 0000 8750 | ann.field@northlake.com\nben.quill@northlake.com\nCara Moss *  | Equity Associate\ncara.moss@northlake.com\nScaling law: not yet a\nmoment for China semi\nThe new topology aims at making chips without new tools that could perform as well.\n";
        assert_eq!(title(cover).0, "Scaling law: not yet a moment for China semi");
        let long = "# India: Domestic demand led the increase in the manufacturing index in May; input costs remain elevated\n\nThe index rose to 55.0 in May.\n";
        assert!(title(long).0.starts_with("India: Domestic demand"));
    }

    #[test]
    fn a_heading_of_the_companys_rank_before_fields_without_marks() {
        let text = "# Company Northlake Surgical\n\nRating Sell\n\nNorth America United States\n\nHealth Care Medical Supplies & Devices\n\nReuters\nNLKS.OQ\n\nBloomberg\nNLKS US\n\nDate 17 July 2026\n\n## Forecast Change\n\n# Choppy quarter; maintain SELL and lower PT\n\n## Summary\n\nProcedures grew in line with what had been expected, and the guidance was kept.\n";
        assert_eq!(title(text).0, "Choppy quarter; maintain SELL and lower PT");
    }
}
