use crate::document::Document;
use crate::domain::record::EstimateKind;
use crate::zones::Zones;

fn show(text: &str) -> Vec<String> {
    let document = Document::from_bytes("a.txt", text.as_bytes()).unwrap();
    let zones = Zones::of(&document);
    let reading = crate::rules::read(&crate::rules::Context::new(&document, &zones));
    reading
        .estimates
        .iter()
        .map(|found| {
            let value = found.value.value.unwrap();
            let metric = serde_json::to_value(found.value.metric).unwrap();
            let mark = match found.value.kind {
                Some(EstimateKind::Actual) => "A",
                Some(EstimateKind::Estimate) => "E",
                None => "?",
            };
            let unit = serde_json::to_value(found.value.unit).unwrap();
            // The words carry the value: their last number is the value, however it is printed.
            let quote: String = found.evidence.first().unwrap().quote.chars().filter(|c| *c != ',').collect();
            assert!(quote.contains(&value.abs().to_string()), "{quote} does not carry {value}");
            format!(
                "{}{mark} {} {value} {}",
                found.value.period.as_deref().unwrap(),
                metric.as_str().unwrap(),
                unit.as_str().unwrap_or("-")
            )
        })
        .collect()
}

const FRONT: &str = "望江证券公司点评报告2024年04月20日爱农科技（600000.SH）买入（维持）公司一季度收入增长。";

#[test]
fn a_run_on_summary() {
    let found = show(&format!(
        "{FRONT}盈利预测和财务指标2023A2024E2025E营业收入(百万元)957.71,019.91,128.0(+/-%)73.7%6.5%10.6%净利润(百万元)305.52397.42611.16(+/-%)148.7%30.1%53.8%每股收益(元)2.543.315.09净资产收益率57.2%15.9%12.7%市盈率(PE)39.430.219.6资料来源：望江证券"
    ));
    for line in [
        "FY2023A revenue 957.7 million",
        "FY2025E revenue 1128 million",
        "FY2024E net_profit 397.42 million",
        "FY2025E eps 5.09 per_share",
        "FY2024E roe 15.9 percent",
        "FY2024E pe 30.2 times",
    ] {
        assert!(found.contains(&line.to_owned()), "{line} not in {found:?}");
    }
    assert_eq!(found.len(), 15, "{found:?}");
}

#[test]
fn growth_rates_decide_between_two_cuts() {
    let found =
        show(&format!("{FRONT}盈利预测2023A2024E2025E营业收入（百万元）5654,2494,600同比（%）10.1%652.0%8.3%每股收益(元)2.543.315.09"));
    assert!(found.contains(&"FY2023A revenue 565 million".to_owned()), "{found:?}");
    let open = show(&format!("{FRONT}盈利预测2023A2024E2025E营业收入（百万元）5654,2494,600每股收益(元)2.543.315.09市盈率39.430.219.6"));
    assert!(!open.iter().any(|line| line.contains("revenue")), "{open:?}");
    assert_eq!(open.len(), 6, "{open:?}");
}

#[test]
fn tables_and_cells_a_line() {
    let table = format!(
        "{FRONT}\n\n财务摘要（百万元）\t2023A\t2024E\t2025E\n营业收入\t957.7\t1,019.9\t1,128.0\n归母净利润\t305\t-\t(11)\n市净率\t3.1\t2.9\t2.5\n"
    );
    let found = show(&table);
    assert!(found.contains(&"FY2024E revenue 1019.9 million".to_owned()), "{found:?}");
    assert!(found.contains(&"FY2025E net_profit -11 million".to_owned()), "{found:?}");
    assert_eq!(found.len(), 8, "{found:?}");
    let lines = "Harbour Foods (0999.HK)\nBuy\n20 April 2024\nKey Metrics (FYE Dec)\nRmb in millions\nFY23A\nFY24E\nFY25E\nRevenue\n1,751\n1,854\n1,952\nAdj. EPS\n2.08\n3.54\n4.88\nBBG EPS\n2.00\n3.00\n4.00\nP/E (x)\n20.1\n11.8\n8.5\n";
    let found = show(lines);
    assert!(found.contains(&"FY2024E eps 3.54 per_share".to_owned()), "{found:?}");
    assert!(found.contains(&"FY2023A revenue 1751 million".to_owned()), "{found:?}");
    assert_eq!(found.len(), 9, "{found:?}");
}

#[test]
fn rows_of_growth_rates_head_no_block() {
    let found = show(&format!(
        "{FRONT}\n财务数据及盈利预测\n报告期\t2023\t2024\t2025E\n营业总收入（百万元）\t957.7\t1,019.9\t1,128.0\n同比增长率（%）\t32.1%\t6.5%\t10.6%\n归母净利润（百万元）\t305\t397\t611\n同比增长率（%）\t52.7%\t30.1%\t53.8%\n每股收益（元/股）\t2.54\t3.31\t5.09\n"
    ));
    assert!(
        found.contains(&"FY2024A net_profit 397 million".to_owned()) && found.contains(&"FY2025E eps 5.09 per_share".to_owned()),
        "{found:?}"
    );
    assert_eq!(found.len(), 9, "{found:?}");
}

#[test]
fn forecasts_in_a_sentence() {
    let found = show(&format!(
        "{FRONT}我们预计公司2024-2026年归母净利润分别为1.2/1.5/1.8亿元，同比增长20%/25%/20%，EPS分别为0.50/0.60/0.70元，对应PE分别为20/17/15倍。"
    ));
    assert!(found.contains(&"FY2024E net_profit 1.2 yi".to_owned()), "{found:?}");
    assert!(found.contains(&"FY2026E eps 0.7 per_share".to_owned()), "{found:?}");
    assert!(found.contains(&"FY2025E pe 17 times".to_owned()), "{found:?}");
    assert_eq!(found.len(), 9, "{found:?}");
    let found = show(&format!("{FRONT}预计24/25/26年公司营业收入为12.5亿元、13.5亿元和14.8亿元，维持买入。"));
    assert_eq!(found, ["FY2024E revenue 12.5 yi", "FY2025E revenue 13.5 yi", "FY2026E revenue 14.8 yi"]);
}

#[test]
fn figures_of_others_are_left_out() {
    for text in [
        "可比公司估值2023A2024E2025E每股收益(元)2.543.315.09市盈率39.430.219.6",
        "季度财务数据2023A2024E2025E每股收益(元)2.543.315.09市盈率39.430.219.6",
        "2024年至2026年业绩承诺净利润分别为1.2/1.5/1.8亿元。",
        "盈利预测2023A2024E2025E成长能力营业收入10.112.113.1营业利润11.112.113.1净利润15.212.511.3",
    ] {
        assert!(show(&format!("{FRONT}{text}")).is_empty(), "{text}: {:?}", show(&format!("{FRONT}{text}")));
    }
    let sector = "望江证券行业周报2024年04月20日食品行业增持（维持）盈利预测2023A2024E2025E每股收益(元)2.543.315.09市盈率39.430.219.6";
    assert!(show(sector).is_empty());
}

#[test]
fn fiscal_years_by_month_and_units_of_other_places() {
    let front = "Harbour Chips (0999.HK)\nBuy\n20 April 2024\n";
    let found = show(&format!(
        "{front}Fiscal Year Ending\t03/24\t03/25e\t03/26e\nRevenue (US$ mn)\t4,920\t6,088\t8,954\nEPS (US$)\t1.77\t2.06\t3.69\n"
    ));
    assert!(found.contains(&"FY2025E revenue 6088 million".to_owned()), "{found:?}");
    assert!(found.contains(&"FY2024A eps 1.77 per_share".to_owned()), "{found:?}");
    // Billions are no unit of the record: the million of the line above is not theirs.
    let found = show(&format!(
        "{front}12M Avg Val (INR M)  2009\n\nFinancials & Valuations (INR b)\nY/E Mar\t2023\t2024E\t2025E\nSales\t462.4\t537.0\t593.4\nEPS (INR)\t63.5\t71.7\t79.7\n"
    ));
    assert!(found.contains(&"FY2024E eps 71.7 per_share".to_owned()), "{found:?}");
    assert!(!found.iter().any(|line| line.contains("million")), "{found:?}");
}
