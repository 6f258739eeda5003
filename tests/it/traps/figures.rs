//! T16–T19: numbers and days that stand beside the right ones.

use sellside::domain::Record;
use sellside::domain::record::{Estimate, EstimateKind, Metric};

use super::Note;

fn note(header: &'static str, body: &str) -> Record {
    Note { header, body: body.to_owned(), ..Note::default() }.read()
}

fn shown<T: ToString>(value: Option<T>) -> Option<String> {
    value.map(|value| value.to_string())
}

#[test]
fn t16_target_price_among_other_prices() {
    let record = note(
        "证券研究报告\n澄川证券\n岚浦股份(605993.SH)\n订单回暖\n2025年05月20日\n投资评级：增持（维持）\n目标价：15.00元（前次13.50元）\n当前价：12.00元\n52周最高/最低：16.80/9.10元\n转股价：11.20元\n证券分析师：邵临\n执业证书编号：S9910521030007\n",
        "公司一季报符合预期。\n",
    );
    let target = record.target_price.unwrap();
    assert_eq!((shown(target.low), shown(target.high)), (Some("15".to_owned()), Some("15".to_owned())));
    assert_eq!(shown(target.current_price).as_deref(), Some("12"));
    assert_eq!(shown(target.prior_high).as_deref(), Some("13.5"));
}

#[test]
fn t16_an_english_target_with_the_old_one_in_brackets() {
    let record = super::read(
        "Harbour Lane Securities\nEquity Research\n20 May 2025\nMill Creek Foods (MCF 7993 HK)\nRating: BUY (maintained)\nTarget price: HK$9.20 (HK$10.20)\nPrice (19 May): HK$7.80\n52-week range: HK$5.10-10.90\nAnalyst\nAda Finch\nada.finch@harbourlane.example\nMargins recovered in the first quarter.\n",
    );
    let target = record.target_price.unwrap();
    assert_eq!((shown(target.high), shown(target.prior_high)), (Some("9.2".to_owned()), Some("10.2".to_owned())));
    assert_eq!(target.currency.as_deref(), Some("HKD"));
}

#[test]
fn t17_a_peers_or_a_scenarios_value_is_no_target() {
    let record = note(
        "证券研究报告\n澄川证券\n岚浦股份(605993.SH)\n订单回暖\n2025年05月20日\n投资评级：增持（维持）\n证券分析师：邵临\n执业证书编号：S9910521030007\n",
        "乐观情景下对应每股价值19.80元，悲观情景下对应每股价值8.60元。我们此前给予云岫科技目标价31.00元。\n",
    );
    assert!(record.target_price.as_ref().is_none_or(|target| target.high.is_none()), "{:?}", record.target_price);
}

fn figures(record: &Record, metric: Metric) -> Vec<(String, Option<EstimateKind>, String)> {
    let of = |estimate: &&Estimate| estimate.metric == Some(metric) && estimate.subject.is_none();
    record.estimates.iter().filter(of).map(|found| (found.period.clone().unwrap(), found.kind, found.value.unwrap().to_string())).collect()
}

#[test]
fn t18_actual_and_estimate_by_year_eps_apart_from_pe() {
    let record = Note::with_body(
        "盈利预测和财务指标\n指标\t2023A\t2024A\t2025E\t2026E\n营业收入(百万元)\t1,812\t1,990\t2,230\t2,510\n归母净利润(百万元)\t150\t168\t204\t240\nEPS(元)\t0.50\t0.56\t0.68\t0.80\nPE(倍)\t24.0\t21.4\t17.6\t15.0\n资料来源：公司公告，澄川证券研究所预测\n",
    );
    let actual = Some(EstimateKind::Actual);
    let estimate = Some(EstimateKind::Estimate);
    let row = |values: [&str; 4]| -> Vec<(String, Option<EstimateKind>, String)> {
        ["FY2023", "FY2024", "FY2025", "FY2026"]
            .into_iter()
            .zip([actual, actual, estimate, estimate])
            .zip(values)
            .map(|((year, kind), value)| (year.to_owned(), kind, value.to_owned()))
            .collect()
    };
    assert_eq!(figures(&record, Metric::Eps), row(["0.5", "0.56", "0.68", "0.8"]));
    assert_eq!(figures(&record, Metric::Pe), row(["24", "21.4", "17.6", "15"]));
    assert_eq!(figures(&record, Metric::NetProfit), row(["150", "168", "204", "240"]));
}

#[test]
fn t19_the_reports_day_among_others() {
    let record = note(
        "证券研究报告 | 行业周报\n澄川证券\n物流行业周报（20250512-20250518）\n2025年05月20日\n行业评级：看好（维持）\n证券分析师：邵临\n执业证书编号：S9910521030007\n相关报告\n《运价企稳》2025-05-06\n《旺季将近》2025-04-22\n",
        "数据截至2025年5月16日。4月2日，主管部门发布通知。\n",
    );
    assert_eq!(shown(record.product.publish_date).as_deref(), Some("2025-05-20"));
    assert_eq!(shown(record.product.period_start).as_deref(), Some("2025-05-12"));
    assert_eq!(shown(record.product.period_end).as_deref(), Some("2025-05-18"));
    assert_eq!(record.related_reports.len(), 2, "{:?}", record.related_reports);
}
