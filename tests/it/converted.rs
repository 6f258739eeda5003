//! Pages that an image model put into markdown: charts as headings with lists, boxes as lists, tables whose cells repeat.

use sellside::Document;
use sellside::domain::rating::SubjectType;
use sellside::domain::record::Record;
use sellside::pipeline::extract_by_rules;

const CHART: &str = "# 望湖药业与沪深300指数对比图\n\n## 数据概述\n- 图表类型：折线图\n- 时间范围：2024年9月至2025年9月\n\n### 望湖药业（红色线）：\n- 2024年9月：约30%\n- 2024年12月：约10%\n\n";
const BOX: &str = "# 股票信息\n\n## 基本信息\n- **日期**: 2025/9/22\n\n## 财务数据\n- 当前股价(元): 15.71\n- 总股本(亿股): 14.94\n\n";
const STORY: &str = "公司前三季度收入平稳增长，核心品种进入新的适应症，费用率小幅下降。我们预计公司全年利润稳步增长。\n\n";
const LEGAL: &str = "# 分析师声明\n\n撰写此报告的分析师承诺本人与所评价的证券无利害关系，报告结论不受本公司其他部门和人员以及上市公司、基金公司等利益相关方的干涉和影响，特此声明。\n\n# 免责声明\n\n望江证券股份有限公司已具备证券投资咨询业务资格。本报告仅供望江证券股份有限公司客户使用。\n";

fn record(text: &str) -> Record {
    extract_by_rules(&Document::from_bytes("a.md", text.as_bytes()).unwrap())
}

/// Grades and their bands of one scale.
fn grades(record: &Record, subject: SubjectType) -> Vec<String> {
    let scales = record.rating_scales.iter().filter(|scale| scale.subject_type == subject);
    let bound = |bound: Option<sellside::domain::Amount>| bound.map_or(String::new(), |bound| bound.to_string());
    scales.flat_map(|scale| &scale.grades).map(|grade| format!("{} {}..{}", grade.label, bound(grade.low), bound(grade.high))).collect()
}

#[test]
fn a_company_report() {
    let table = "股票投资评级说明\n| 评级 | 说明 |\n|---|---|\n| 买入 (Buy) | 预计相对强于市场表现20%以上； |\n| 增持 (outperform) | 预计相对强于市场表现5%~20%； |\n| 中性 (Neutral) | 预计相对市场表现在-5%~+5%之间波动； |\n| 减持 (underperform) | 预计相对弱于市场表现5%以下。 |\n\n";
    let text = format!(
        "# 望湖药业（600999.SH  \n\n2025 年09 月23 日  \n\n投资评级：买入（维持）  \n\n{BOX}{CHART}# 新适应症获批，核心单品价值凸显  \n\n——公司信息更新报告  \n\n分析师：方某某 证书编号：S1059999120002\n\n{STORY}{STORY}风险提示：部分中药产品集采风险；药材价格波动风险；研发不及预期风险。\n\n{table}{LEGAL}"
    );
    let record = record(&text);
    let subject = record.subject.clone().unwrap();
    assert_eq!((subject.name.as_deref(), subject.code.as_deref()), (Some("望湖药业"), Some("600999.SH")));
    assert_eq!(record.product.title.as_deref(), Some("新适应症获批，核心单品价值凸显"));
    assert_eq!(record.product.publish_date.map(|day| day.to_string()).as_deref(), Some("2025-09-23"));
    assert_eq!(grades(&record, SubjectType::Stock), ["买入 20..", "增持 5..20", "中性 -5..5", "减持 ..-5"]);
    let risks: Vec<&str> = record.risks.iter().map(String::as_str).collect();
    assert_eq!(risks, ["部分中药产品集采风险", "药材价格波动风险", "研发不及预期风险"]);
}

#[test]
fn rows_that_repeat_a_long_cell_and_a_number_a_scan_lost() {
    let cell = "市场基准指数的选取：A股市场以沪深300指数为基准；新三板市场以三板成指为基准；香港市场以恒生指数为基准；美国市场以标普500或纳斯达克综合指数为基准；其他市场以当地代表性指数为基准，特此说明。";
    let rows: String = [("买入", "z0%以上"), ("增持", "10%与20%之间"), ("中性", "-10%与10%之间"), ("回避", "-10%以下")]
        .iter()
        .map(|(label, band)| format!("| {cell} | 股票评级 | {label} | 预期个股相对同期基准指数涨幅在{band} |\n"))
        .collect();
    let table = format!("投资评级说明\n| 标准 | 类型 | 评级 | 说明 |\n|---|---|---|---|\n{rows}\n");
    let text = format!(
        "2025 年07 月31 日  \n\n# 短期集采影响，研发储备向创新转型 —望湖药业（603999.SH）公司事件点评报告  \n\n# 买入(首次)  \n\n分析师：方某某 S1059999120002\n\n{BOX}# 投资要点  \n\n# 集采影响落地，执行后销量有望提升  \n\n{STORY}{table}{LEGAL}"
    );
    let record = record(&text);
    assert_eq!(grades(&record, SubjectType::Stock), ["买入 ..", "增持 10..20", "中性 -10..10", "回避 ..-10"]);
    assert!(record.product.title.is_some_and(|title| title.starts_with("短期集采影响，研发储备向创新转型")));
}

#[test]
fn an_industry_report() {
    let text = format!(
        "标配（维持）  \n\n2025 年9 月19 日  \n\n分析师：方某某 SAC 执业证书编号：S1059999120002\n\n{CHART}# 相关报告  \n\n# 300 医药生物行业双周报（2025/9/5-2025/9/18）  \n\n创新药出海加速  \n\n# 投资要点：  \n\n{STORY}建议关注有催化的板块投资机会。关注板块包括医疗设备：云岭医疗（300999）、星河医械（688998）；医院及诊断服务：白鹭眼科（300998）、青禾医学（603998）等。\n\n{LEGAL}"
    );
    let record = record(&text);
    assert_eq!(record.subject.clone().unwrap().industry.as_deref(), Some("医药生物"));
    let names: Vec<&str> = record.mentions.iter().map(|mention| mention.name.as_str()).collect();
    assert_eq!(names, ["云岭医疗", "星河医械", "白鹭眼科", "青禾医学"]);
}
