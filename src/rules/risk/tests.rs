use crate::document::Document;
use crate::rules::{self, Context};
use crate::zones::Zones;

fn list(text: &str) -> Vec<String> {
    let document = Document::from_bytes("x.txt", text.as_bytes()).unwrap();
    let zones = Zones::of(&document);
    rules::read(&Context::new(&document, &zones)).risks.into_iter().map(|item| item.value).collect()
}

#[test]
fn notes_and_explanations_are_no_items() {
    assert_eq!(
        list("正文。风险提示:血浆供应不及预期、行业监管风险、政策风险。注:(1)为方便对比,本文统计已进行标化处理。"),
        ["血浆供应不及预期", "行业监管风险", "政策风险"]
    );
    assert_eq!(
        list(
            "正文。\n风险提示:需求持续疲软;贸易摩擦反复;如果移动终端、功率器件和新能源汽车的推出不达预期,将可能影响相应行业景气度和电子产品需求。\n\n## 分析师声明"
        ),
        ["需求持续疲软", "贸易摩擦反复"]
    );
    // In traditional characters, under a bare heading, a line each.
    assert_eq!(
        list("正文。\n\n風險\n汽車銷量不及預期拖累零部件需求\n匯率波動及海外市場風險\n原材料價格上漲\n\n\nPage | 3\n"),
        ["汽車銷量不及預期拖累零部件需求", "匯率波動及海外市場風險", "原材料價格上漲"]
    );
    // Empty cells of a table, a line each, are none either.
    assert_eq!(list("正文。\n风险提示:1)地缘政治风险;2)模型失效风险\n-\n-\n-\n大盘股\n中盘股\n小盘股\n"), ["地缘政治风险", "模型失效风险"]);
}

#[test]
fn names_above_their_explanations_and_lists_that_end_with_their_effect() {
    let text = "6. 风险提示\n\n1、 疫情反复拖累销售\n公司主要面向餐饮客户，冲击明显，若点状复发可能会对公司销售产生阶段性影响。\n\n2、 原材料价格波动过大\n主要原料为面粉、糯米粉，若价格上涨过快，可能对盈利产生阶段性影响。\n\n3、行业竞争加剧\n需求快速崛起，企业将面临各方面压力。\n";
    assert_eq!(list(text), ["疫情反复拖累销售", "原材料价格波动过大", "行业竞争加剧"]);
    // Neither the next section nor another list goes on with them, and clauses below a category are risks themselves.
    let text = "风险提示：\n1、需求不及预期\n下游投资若放缓，公司订单受影响。\n2、竞争加剧\n新进入者增多，价格承压。\n投资建议：\n1、公司是行业龙头\n2、公司估值合理\n3、公司订单饱满且产能充足\n";
    assert!(list(text).iter().all(|risk| !risk.contains("公司是") && !risk.contains("订单饱满")), "{:?}", list(text));
    let text = "# 风险提示\n（1）宏观经济风险\n全球经济复苏不及预期；地缘冲突加剧；\n（2）经营风险\n原材料价格上涨；新产品推广不及预期；\n";
    assert!(list(text).contains(&"地缘冲突加剧".to_owned()), "{:?}", list(text));
    let text = "正文。\n• 风险提示：数据安全等因素影响导致市场需求不及预期；竞争对手进步导致市场竞争加剧；技术应用不及预期等。\n\n目录\n";
    assert_eq!(list(text), ["数据安全等因素影响导致市场需求不及预期", "竞争对手进步导致市场竞争加剧", "技术应用不及预期"]);
    assert!(list("风险提示：政策不及预期。图表1：收入。图表2：利润。").iter().all(|risk| !risk.contains("图表")));
    assert_eq!(list("# 风险提示\n\n包含但不限于以下风险：\n\n1、需求不及预期；\n2、行业竞争加剧。\n"), ["需求不及预期", "行业竞争加剧"]);
}

#[test]
fn one_risk_in_a_sentence_where_no_list_says_more() {
    let text = "Cold Chains\n\nReiterate Buy on Harbour; key risk is a release of capacity with a bigger wave ahead\n\nRates rose.\n";
    assert_eq!(list(text), ["a release of capacity with a bigger wave ahead"]);
    let text = "Cold Chains\nThe key risk is a price war.\nKey downside risks include weaker demand, higher costs, and slower growth.\n";
    assert_eq!(list(text), ["weaker demand", "higher costs", "slower growth"]);
}

#[test]
fn english_lists_end_where_another_list_or_a_table_begins() {
    assert_eq!(
        list(
            "Risks\nDownside risks to our rating include: i) weak orders for pumps; ii) rising steel costs; and iii) a change in rules.\nAppendix\nThe analysts of this note are either (i) named in the author block or (ii) listed in bold beside what they wrote."
        ),
        ["weak orders for pumps", "rising steel costs", "a change in rules"]
    );
    assert_eq!(
        list(
            "Risks\nKey downside risks include loss of share at clients, slower growth, and higher interest expense.\n1,049 2,186,523\nGross profit\n84,091 133,983"
        ),
        ["loss of share at clients", "slower growth", "higher interest expense"]
    );
    assert!(list("Risks\nDownside risks to our rating include:\n•\n•\n•\nHarrow Quill Research\n19 March 2026\n").is_empty());
}

#[test]
fn lists_in_every_dress() {
    for (text, expected) in [
        (
            "正文。风险提示：政策优化不及预期、推进进度不及预期、内容监管趋严。\n\n## 分析师声明",
            vec!["政策优化不及预期", "推进进度不及预期", "内容监管趋严"],
        ),
        (
            "正文。\n风险提示：落地节奏不及预期、1.6T 模块物料紧缺、行业竞争加剧。\n\n财务数据\n",
            vec!["落地节奏不及预期", "1.6T 模块物料紧缺", "行业竞争加剧"],
        ),
        ("正文。\n\n### 风险提示\n\n1. 贸易战加剧  \n2. 地缘风险加剧  \n\n### 目录\n", vec!["贸易战加剧", "地缘风险加剧"]),
        ("看好龙头。风险提示：1、行业景气度下滑。2、制造成本上升。2021年03月28日请务必阅读", vec!["行业景气度下滑", "制造成本上升"]),
        (
            "维持评级。风险提示：新品推广低于预期；研发进展不及预期；疫情蔓延等。[Table_PicQuote]股价走势",
            vec!["新品推广低于预期", "研发进展不及预期", "疫情蔓延"],
        ),
        (
            "风险提示：产业政策低于预期，市场风格偏好，技术、竞争和政策路线风险。\n\n正文目录",
            vec!["产业政策低于预期", "市场风格偏好", "技术、竞争和政策路线风险"],
        ),
        (
            "风险提示：海外超预期衰退，影响国内复苏；政策超预期变化；海外波动加剧。\n\n## 目录",
            vec!["海外超预期衰退，影响国内复苏", "政策超预期变化", "海外波动加剧"],
        ),
    ] {
        assert_eq!(list(text), expected, "{text}");
    }
}

#[test]
fn what_is_glued_behind_is_no_item() {
    for (text, expected) in [
        ("看好龙头。风险提示：海外扰动风险，宏观下行风险。(3)14314865Mar-20Jul-20(%)电子沪深300", vec!["海外扰动风险", "宏观下行风险"]),
        (
            "看好龙头。风险提示：新品种研发进展低于预期；企业经营质量管理风险2行业高壁垒，需求大有可为。",
            vec!["新品种研发进展低于预期", "企业经营质量管理风险"],
        ),
        ("评级。■风险提示：新品研发不及预期(百万元)201820192020E主营收入1,558.5", vec!["新品研发不及预期"]),
        ("评级。风险提示：1、行业监管风险；2、竞争加剧风险17862553YOY(%)", vec!["行业监管风险", "竞争加剧风险"]),
        ("评级。风险提示：需求波动，审批延后，竞争加剧\n[Table_Title]谈判符合预期\n", vec!["需求波动", "审批延后", "竞争加剧"]),
        ("评级。风险提示：需求波动，竞争加剧\n公司评级 买入\n前次评级 买入\n", vec!["需求波动", "竞争加剧"]),
    ] {
        assert_eq!(list(text), expected, "{text}");
    }
}

#[test]
fn paragraphs_name_a_risk_and_explain_it() {
    for text in [
        "正文。\n\n## 风险分析\n\n数据泄露风险：随着模型扩大，训练数据可能外流。\n\n监管合规风险：规则尚不完善，可能有监管风险。缺乏框架可能导致合规问题。\n\n人才流失风险：行业需要专业人才，如果流失，可能影响长期发展。\n\n## 分析师介绍\n",
        "正文。\n\n风险提示\n\n数据泄露风险。目前训练数据可能外流，后续仍不确定。若外流加剧，则落地或有所延后。\n\n监管合规风险。规则尚不完善，可能有监管风险。\n\n人才流失风险。行业需要专业人才，如果流失，可能影响长期发展。\n\n[1]来源\n",
        "正文。\n风险提示：\n数据泄露风险。\n监管合规风险。\n人才流失风险。\n\n财务数据\n",
    ] {
        assert_eq!(list(text), ["数据泄露风险", "监管合规风险", "人才流失风险"], "{text}");
    }
}

#[test]
fn headings_of_other_houses() {
    for text in [
        "正文。\n核心假设风险：食品安全事件、宏观经济下行。\n",
        "正文。\n评级面临的主要风险\n食品安全事件；宏观经济下行。\n望江证券\n",
        "正文。\n风险\n食品安全事件，宏观经济下行。\n",
        "正文。\n风险提示。食品安全事件，宏观经济下行。\n",
    ] {
        assert_eq!(list(text), ["食品安全事件", "宏观经济下行"], "{text}");
    }
}

#[test]
fn summary_and_section_are_one_list() {
    assert_eq!(
        list(
            "风险提示：通胀超预期，流动性收紧超预期。\n\n正文。\n\n#### 5.风险提示\n\n通胀超预期：海内外通胀演绎超预期，影响判断。\n\n## 声明"
        ),
        ["通胀超预期", "流动性收紧超预期"]
    );
}

#[test]
fn legal_text_and_contents_are_no_risks() {
    assert!(list("风险提示\n本报告版权归望江证券所有，仅供客户使用。").is_empty());
    assert!(list("4、风险提示...........................-8-\n图1、本周电子").is_empty());
    assert!(list("法律声明及风险提示本报告由望江证券股份有限公司制作。").is_empty());
    assert!(list("风险提示我们在此提醒您，不同机构采用不同的评级术语。").is_empty());
}

#[test]
fn english_lists() {
    assert_eq!(
        list(
            "Risks to Rating and Price Target\nKey downside risks include share loss at the anchor customer, slower-than-\nexpected margin improvement, and higher interest expense.\nNorthlake"
        ),
        ["share loss at the anchor customer", "slower-than- expected margin improvement", "higher interest expense"]
    );
    assert_eq!(
        list(
            "Upside risks: 1) a faster market.\nDownside risks are: 1) weaker demand, which leads to lower margin, 2) more competition from peers,\n3) slower upgrade. Next part."
        ),
        ["weaker demand, which leads to lower margin", "more competition from peers", "slower upgrade"]
    );
}

#[test]
fn a_heading_may_end_in_brackets() {
    assert_eq!(
        list("下调评级。风险提示（与观点相反的风险）：政策力度超预期；铜价大幅下行，公司让利小于成本降幅。\n盈利预测"),
        ["政策力度超预期", "铜价大幅下行，公司让利小于成本降幅"]
    );
    assert_eq!(
        list("目标价为人民币120元。\n\n主要下行风险包括：1) 新品上量速度慢于预期；2) 铜价上涨；3) 需求弱于预期。\n\n盈利预测"),
        ["新品上量速度慢于预期", "铜价上涨", "需求弱于预期"]
    );
}

#[test]
fn numbers_glued_to_the_item_before() {
    assert_eq!(
        list("4.风险提示1.旺季长度不确定性2.监管部门限价，使得利润受到影响3.仓库验收时间不确定4.港口管理风险。"),
        ["旺季长度不确定性", "监管部门限价，使得利润受到影响", "仓库验收时间不确定", "港口管理风险"]
    );
    assert_eq!(
        list("正文。风险提示：（1）仓库整合带来财务风险（2）租金上涨带来的成本加剧风险（3）新港竞争加剧风险。"),
        ["仓库整合带来财务风险", "租金上涨带来的成本加剧风险", "新港竞争加剧风险"]
    );
    assert_eq!(
        list("正文。5.风险提示1仓库空置加剧：随着新港投产，空置率可能上升；2冷柜降价幅度超预期：竞争可能使价格走低。分析师声明"),
        ["仓库空置加剧", "冷柜降价幅度超预期"]
    );
}

#[test]
fn a_house_behind_the_last_risk_takes_none_of_it() {
    for house in ["望江证券研究报告", "望江岸证券研究报告", "望江东方证券研究报告"] {
        assert_eq!(
            list(&format!("正文。风险提示：租金不及预期，行业的政策风险{house}本报告由")),
            ["租金不及预期", "行业的政策风险"],
            "{house}"
        );
    }
    assert_eq!(list("正文。风险提示：需求波动，冷柜投放不及预期望江证券研究报告本报告由"), ["需求波动", "冷柜投放不及预期"]);
}

#[test]
fn lists_of_one_mark_and_lists_within_items() {
    for (text, expected) in [
        (
            "正文。风险提示：仓库审批加严，新港短期难以开放，冷柜推出不达预期。\n",
            vec!["仓库审批加严", "新港短期难以开放", "冷柜推出不达预期"],
        ),
        (
            "正文。风险提示：冷链行业周期性、港口配套有待改善、熟练技工相对缺乏、租金下行风险。\n",
            vec!["冷链行业周期性", "港口配套有待改善", "熟练技工相对缺乏", "租金下行风险"],
        ),
        ("正文。风险提示：原材料、人工、运输成本上升风险。\n", vec!["原材料、人工、运输成本上升风险"]),
        (
            "正文。风险提示：扩张不及预期；仓储事故风险、境外需求的不确定性、人才流失风险等风险。\n",
            vec!["扩张不及预期", "仓储事故风险", "境外需求的不确定性", "人才流失风险"],
        ),
        (
            "正文。风险提示：1、冷柜板块：定价的风险，集中采购的降价风险；2、港口板块：扩张进度不及预期。\n",
            vec!["定价的风险", "集中采购的降价风险", "扩张进度不及预期"],
        ),
        ("正文。风险提示：寒潮蔓延，下游需求不及预期；冷柜降价。\n", vec!["寒潮蔓延，下游需求不及预期", "冷柜降价"]),
        ("正文。风险提示：关税升级，影响出口订单，冷柜竞争加剧。\n", vec!["关税升级，影响出口订单", "冷柜竞争加剧"]),
    ] {
        assert_eq!(list(text), expected, "{text}");
    }
}

#[test]
fn a_heading_nothing_parts_from_its_list() {
    assert_eq!(
        list("望江研究LOCALVIEW风险提示寒潮反复影响终端需求；线下渠道恢复不达预期；市场竞争加剧。49望江研究"),
        ["寒潮反复影响终端需求", "线下渠道恢复不达预期", "市场竞争加剧"]
    );
    assert_eq!(
        list(
            "资料来源：望江资讯整理及预测风险提示1、全球冷链重构的风险在当前形势下，分工受到干扰，可能冲击业绩。2、需求不足的风险随着出口走弱，可能影响出货量。17深度报告免责条款"
        ),
        ["全球冷链重构的风险", "需求不足的风险"]
    );
    assert!(list("公司做好风险提示工作，客户满意；收入增长较快。").is_empty());
}

#[test]
fn bullets_before_each_risk() {
    for text in [
        "望江研究风险提示\u{f06e}寒潮反复影响终端需求；\u{f06e}线下渠道恢复不达预期；\u{f06e}市场竞争加剧。49望江研究",
        "正文。风险提示：◼寒潮反复影响终端需求◼线下渠道恢复不达预期◼市场竞争加剧◼盈利预测见表。",
    ] {
        assert_eq!(list(text), ["寒潮反复影响终端需求", "线下渠道恢复不达预期", "市场竞争加剧"], "{text}");
    }
    assert!(list("10冷链流通11风险提示目录5冷链行业：短期受寒潮影响，长期分化愈加明显。").is_empty());
}

#[test]
fn a_condition_is_no_risk_of_its_own() {
    assert_eq!(list("正文。\n风险提示：随着市场环境变化，模型存在失效风险。\n\n附录"), ["随着市场环境变化，模型存在失效风险"]);
    assert_eq!(
        list("正文。\n风险提示：若需求恢复不及预期，业绩可能下滑；原料涨价。\n\n附录"),
        ["若需求恢复不及预期，业绩可能下滑", "原料涨价"]
    );
}

#[test]
fn a_number_between_heading_and_sentence_is_the_sections() {
    let text = "正文。\n\n**风险提示**\n\n5\n\n文中结论来自历史数据，模型存在失效风险。如果流动性紧张引发波动，模型可能产生较大亏损。\n";
    assert_eq!(list(text).len(), 2);
    assert!(list("目录\n风险提示\n5\n图表目录\n图1：产量 6\n").is_empty());
}

#[test]
fn a_bullet_before_a_list_of_commas_and_the_law_of_shared_losses() {
    assert_eq!(
        list("正文。\n评级面临的主要风险\n◼ 客户拓展不及预期，政策落地不及预期，下游客户开支不及预期。\n投资摘要\n"),
        ["客户拓展不及预期", "政策落地不及预期", "下游客户开支不及预期"]
    );
    let law =
        "风险提示：投资者自主作出投资决策并自行承担投资风险，任何形式的分享证券投资收益或者分担证券投资损失的书面或口头承诺均为无效。";
    assert!(list(&format!("正文。\n{law}\n")).is_empty());
}

#[test]
fn a_report_that_says_sell_names_the_risks_to_the_upside() {
    let text = "Northlake\nRating Sell\nUpside risks to our target valuation include missteps by rivals, lower-than-expected adoption of used instruments, and growth of procedures.\n";
    assert_eq!(list(text), ["missteps by rivals", "lower-than-expected adoption of used instruments", "growth of procedures"]);
    assert!(list(&text.replace("Rating Sell", "Rating Buy")).is_empty());
    let both = format!("{text}Downside risks to our rating include weaker demand, and higher costs.\n");
    assert_eq!(list(&both), ["weaker demand", "higher costs"]);
}
