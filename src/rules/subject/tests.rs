use super::*;
use crate::document::Document;
use crate::zones::Zones;

fn with<T>(text: &str, f: impl FnOnce(&Context<'_>) -> T) -> T {
    let document = Document::from_bytes("x.txt", text.as_bytes()).unwrap();
    let zones = Zones::of(&document);
    f(&Context::new(&document, &zones))
}

fn of(text: &str) -> Option<(String, String)> {
    with(text, |context| stock(context).map(|s| (context.words(s.name), context.words(s.code))))
}

#[expect(clippy::unnecessary_wraps, reason = "compared with an option")]
fn pair(name: &str, code: &str) -> Option<(String, String)> {
    Some((name.to_owned(), code.to_owned()))
}

#[test]
fn a_heading_with_the_company_beside_the_codes_of_benchmarks() {
    let text = "# 望湖国际（09999.HK）工业触底反弹，良率影响短期营收\n\n# 核心观点\n\n公司营收创新高。\n\n# 免责声明\n\n# 投资评级\n\n买入：股价优于指数10%以上。A股市场以沪深300 指数（000300.SH）作为基准；新三板市场以三板成指（899001.CSI）为基准。\n增持：股价优于指数5%以上。\n";
    assert_eq!(of(text), pair("望湖国际", "09999.HK"));
    let both =
        "1Q 生产问题，2Q 有望筑底——望湖国际（0999.HK+688999.SH）2025年一季度业绩点评\n\nA 股：买入（维持）\n\n事件：公司发布一季报。\n";
    assert_eq!(of(both), pair("望湖国际", "0999.HK"));
    let first = "# 投资评级说明\n买入：涨幅20%以上\n增持：涨幅5%至20%\n中性：涨幅-5%至5%\n减持：跌幅5%以上\n\n# 江南电气(300999)公司点评\n\n江南电气(300999)一季度收入增长。\n";
    assert_eq!(of(first), pair("江南电气", "300999"));
}

#[test]
fn the_company_of_the_header() {
    assert_eq!(of("请务必阅读声明部分证券研究报告望湖科技(300999)公司点评报告2024年4月17日正文。"), pair("望湖科技", "300999"));
    assert_eq!(of("1证券研究报告望湖医药(000999CH)新药获批华泰研究公告点评"), pair("望湖医药", "000999CH"));
    assert_eq!(of("Northlake (0999)\n\nOverweight\n0999.HK, 999 HK\n\nStill in the race\n"), pair("Northlake", "0999.HK"));
    assert_eq!(
        of("Northlake Holdings\nA year of growth\nReiterate Rating: BUY\nStock Data\nBloomberg / Reuters\n999 HK / 0999.HK\n"),
        pair("Northlake Holdings", "999 HK")
    );
}

#[test]
fn peers_and_related_titles_are_not_the_subject() {
    assert_eq!(of("行业周报证券研究报告电子\n建议关注望湖科技(300999)、江南股份(600999)、北山电子(002999)。"), None);
    assert_eq!(of("行业周报证券研究报告\n相关报告《望湖科技(300999)季报点评》2024-04-17\n"), None);
}

#[test]
fn sectors() {
    let sector = |text: &str| with(text, |context| industry(context, None).map(|found| found.value));
    for (text, expected) in [
        ("增持(维持)\n行业： 传媒\n日期： 2024年04月17日", "传媒"),
        ("所属部门。行业公司部报告类别。行业动态所属行业。信息科技/电子报告时间。2020/11/04", "信息科技/电子"),
        ("请务必阅读1医疗器械证券研究报告2017年08月08日投资评级", "医疗器械"),
        ("望湖科技(300999)证券研究报告·公司研究·医疗器械1/3望江证券研究所", "医疗器械"),
        ("＃industryId＃电子＃investSuggestion＃推荐", "电子"),
        ("公司快报证券研究报告冷藏仓储投资评级买入-A首次评级", "冷藏仓储"),
        ("[Table_Title]2019年04月21日医药[Table_Summary]展会见闻：器械如火如荼", "医药"),
        ("行业研究|信息技术|半导体与半导体生产设备证券研究报告行业跟踪", "信息技术|半导体与半导体生产设备"),
    ] {
        assert_eq!(sector(text).as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn clauses_about_a_sector_name_none() {
    let text = "报告摘要2024年缆芯行业:壁垒极高,竞争格局已定。";
    assert_eq!(with(text, |context| industry(context, None).map(|found| found.value)), None);
    let text = "市场迎来朝阳,关注产业链各环节头部公司";
    let title = |text: &str| super::super::title::Title { main: 0..text.len(), subtitle: None };
    assert_eq!(with(text, |context| industry(context, Some(&title(text))).map(|found| found.value)), None);
}

#[test]
fn a_local_ticker_may_stand_before_the_code() {
    let text = "HARBOUR & COVE SECURITIES\nNorthlake Robotics Group (NLR 999 HK)\nBacklog turns into software\n\nCompany data\nVendor-style code\t999 HK\n";
    assert_eq!(of(text), pair("Northlake Robotics Group", "999 HK"));
}

#[test]
fn a_path_of_sectors_and_a_section_with_that_word() {
    let sector = |text: &str| with(text, |context| industry(context, None).map(|found| found.value));
    assert_eq!(sector("望江证券\n电子 / 半导体 / 功率器件\n\n望湖科技(300999.SZ)\n").as_deref(), Some("电子 / 半导体 / 功率器件"));
    assert_eq!(sector("日期：2025年12月08日\n行业：交通运输 / 冷链物流\n分析师：林某\n").as_deref(), Some("交通运输 / 冷链物流"));
    assert_eq!(sector("望湖科技(300999.SZ)\n\n2 行业：需求增加与替代叠加\n正文。\n"), None);
}

#[test]
fn a_field_mark_holds_the_sector_and_its_rating() {
    let sector = with("＃industryId＃医药行业推荐(维持)\n正文。", |context| industry(context, None).map(|found| found.value));
    assert_eq!(sector.as_deref(), Some("医药"));
}

#[test]
fn the_sector_of_a_kind_of_report_or_beside_the_code() {
    let sector = |text: &str| with(text, |context| industry::industry(context, None).map(|found| found.value));
    let body = "\n\n## 事项：\n\n望湖发布新品。\n\n正文。\n";
    assert_eq!(sector(&format!("计算机行业重大事项点评\n\n# 望湖第三代模型点评{body}")).as_deref(), Some("计算机"));
    assert_eq!(sector(&format!("望湖船舶（300999.SZ） 制造业/船舶制造\n\n业绩高增{body}")).as_deref(), Some("制造业/船舶制造"));
    assert_eq!(sector(&format!("证券研究报告·海外行业动态\n\n# 望湖模型{body}")), None);
    let titled = |text: &str| {
        with(text, |context| {
            let title = crate::rules::title::find(context, None);
            industry::industry(context, title.as_ref()).map(|found| found.value)
        })
    };
    assert_eq!(titled(&format!("# 业绩高增验证行业景气，资产整合赋能成长{body}")), None);
    assert_eq!(titled(&format!("# 羊绒行业周报：羊绒价格企稳，龙头订单回暖{body}")).as_deref(), Some("羊绒"));
}

#[test]
fn a_taiwan_code_before_or_behind_the_name() {
    assert_eq!(of("方某 fang@example.com\n\n2999.TT 望湖\n需求逐漸清晰\n投資評等/目標價\n"), pair("望湖", "2999.TT"));
    assert_eq!(of("個股報告 望湖 (2999.TT) 新產能領先開出,業績添花 台灣科技"), pair("望湖", "2999.TT"));
}

#[test]
fn a_cell_of_the_header_names_the_sector() {
    let text = "行业研究\t羊绒行业周报\t\n证券行业双周报:需求回升\n正文。\n".replace("羊绒", "证券");
    assert_eq!(with(&text, |context| industry(context, None).map(|found| found.value)).as_deref(), Some("证券"));
}

#[test]
fn a_heading_far_down_names_the_sector_where_nothing_else_does() {
    let body = "模型在代码与长文本方面接近，测试表现依赖提示。\n".repeat(40);
    let text = format!(
        "证券研究报告·行业动态\n\n# 新一代模型发布，窗口扩展影响有限\n\n## 核心观点\n\n{body}\n# 软件与服务\n\n维持\n\n# 强于大市\n"
    );
    assert_eq!(with(&text, |context| industry(context, None).map(|found| found.value)).as_deref(), Some("软件与服务"));
}

#[test]
fn names_apart_from_their_codes_and_fields_between_strokes() {
    let page = "2026年3月31日\n江南智行\n业务快速增长，发力新领域\n公司公布年报，收入增长，费用率下降，毛利率与上年持平。\n\n002999.SZ\n买入\n江南智行\t深圳成指\n";
    assert_eq!(of(page), pair("江南智行", "002999.SZ"));
    assert_eq!(of("证券研究报告\n中江资源｜002999｜小金属\t2026年05月07日\n一季报点评\n正文。\n"), pair("中江资源", "002999"));
    assert_eq!(
        of("电子-光学光电子\t江东方 A（000999.SZ）\n—全球显示龙头，双轮驱动\n2026年7月9日\t评级：增持（首次）\n公司点评\n"),
        pair("江东方 A", "000999.SZ")
    );
}

#[test]
fn numbers_between_strokes_and_the_firm_above_the_code_are_no_company() {
    for head in ["宏观月报|202604|总第12期", "行业|202519|电子", "邮编|300033|某市"] {
        assert_eq!(of(&format!("{head}\n正文。\n")), None, "{head}");
    }
    let page = "证券研究报告·公司点评\n望江证券\n2026年3月31日\n业务快速增长\n公司公布年报，收入增长。\n\n002999.SZ\n买入\n江南智行\t深圳成指\n望江证券研究所\n";
    assert_ne!(of(page).map(|(name, _)| name).as_deref(), Some("望江证券"));
}
