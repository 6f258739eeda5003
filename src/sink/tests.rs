//! Every form written and read back.

use super::*;
use crate::document::Document;
use crate::domain::record::{Estimate, EstimateKind, Metric, Unit};
use crate::pipeline::extract_by_rules;

/// Records in memory.
struct Several(Vec<Record>);

impl Records for Several {
    fn each(&self, visit: &mut dyn FnMut(Record) -> Result<(), SinkError>) -> Result<(), SinkError> {
        self.0.iter().cloned().try_for_each(visit)
    }
}

const COMPANY: &str = "望江证券\n证券研究报告\n公司深度\n临河科技（688999.SH）：=泵阀龙头\n投资评级：增持（维持）\n目标价：12.50元\n日期：2025年03月04日\n\
分析师：方某某\n执业证书编号：S9710520030001\n\n投资评级说明\n买入：未来6个月股价相对沪深300指数涨幅20%以上；\n\
增持：未来6个月股价相对沪深300指数涨幅5%至20%；\n中性：未来6个月股价相对沪深300指数涨幅-5%至5%；\n减持：未来6个月股价相对沪深300指数跌幅5%以上。\n";
const INDUSTRY: &str = "望江证券\n证券研究报告\n行业：医疗器械\n增持（维持）\n日期：2025年03月04日\n";

fn figure(metric: Metric, period: &str, value: &str, unit: Unit) -> Estimate {
    Estimate {
        subject: None,
        metric: Some(metric),
        period: Some(period.to_owned()),
        kind: Some(EstimateKind::Estimate),
        value: Some(value.parse().unwrap()),
        unit: Some(unit),
        currency: Some("CNY".to_owned()),
    }
}

fn records() -> Several {
    let read = |name: &str, text: &str| extract_by_rules(&Document::from_bytes(name, text.as_bytes()).unwrap());
    let mut company = read("a.txt", COMPANY);
    company.product.title = Some("=泵阀龙头".to_owned());
    company.estimates = vec![
        figure(Metric::Revenue, "FY2025", "12.35", Unit::Yi),
        figure(Metric::NetProfit, "FY2025", "1234.5", Unit::Million),
        figure(Metric::OperatingProfit, "FY2025", "20000", Unit::Yuan),
        figure(Metric::PretaxProfit, "FY2025", "777", Unit::Wan),
        figure(Metric::Eps, "FY2025", "1.20", Unit::PerShare),
        figure(Metric::Pe, "FY2026", "18.5", Unit::Times),
        Estimate { currency: Some("USD".to_owned()), ..figure(Metric::Revenue, "FY2026", "9", Unit::Yi) },
        Estimate { kind: Some(EstimateKind::Actual), ..figure(Metric::Revenue, "FY2024", "10", Unit::Yi) },
        Estimate { subject: Some("某某泵业".to_owned()), ..figure(Metric::Eps, "FY2030", "1", Unit::PerShare) },
    ];
    Several(vec![company, read("b.txt", INDUSTRY)])
}

/// Writes a table and reads it back by its own reader, each row by the names of its columns.
fn table(form: Form, excel: bool) -> (Written, Vec<std::collections::BTreeMap<String, String>>) {
    let mut out = Vec::new();
    let written = write(&records(), form, excel, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert_eq!(text.starts_with('\u{feff}'), excel);
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let head = reader.headers().unwrap().clone();
    let row = |row: csv::StringRecord| head.iter().map(str::to_owned).zip(row.iter().map(str::to_owned)).collect();
    let rows = reader.records().map(|found| row(found.unwrap())).collect();
    (written, rows)
}

#[test]
fn tushare_has_its_own_units_and_a_row_a_year() {
    let (written, rows) = table(Form::Tushare, false);
    assert_eq!((written, rows.len(), rows[0].len()), (Written { records: 1, left_out: 1 }, 2, 23));
    let cells = |row: usize, names: &[&str]| names.iter().map(|name| rows[row][*name].as_str()).collect::<Vec<_>>();
    assert_eq!(cells(0, &["ts_code", "report_date", "quarter", "author_name"]), ["688999.SH", "20250304", "2025Q4", "方某某"]);
    assert_eq!(cells(0, &["op_rt", "np", "op_pr", "tp", "eps", "pe"]), ["123500", "123450", "2", "777", "1.2", ""]);
    assert_eq!(cells(0, &["rating", "max_price", "min_price", "imp_dg"]), ["增持", "12.5", "12.5", ""]);
    assert_eq!(cells(1, &["quarter", "op_rt", "pe"]), ["2026Q4", "", "18.5"], "dollars are not 万元");
}

#[test]
fn akshare_names_the_years_the_reports_forecast() {
    let (written, rows) = table(Form::Akshare, true);
    assert_eq!((written, rows.len()), (Written { records: 1, left_out: 1 }, 1));
    let row = &rows[0];
    let cells: Vec<&str> = ["股票代码", "东财评级", "日期", "2025-盈利预测-收益", "2025-盈利预测-市盈率", "2026-盈利预测-市盈率"]
        .iter()
        .map(|name| row[*name].as_str())
        .collect();
    assert_eq!(cells, ["688999", "增持", "2025-03-04", "1.2", "", "18.5"]);
    assert!(!row.keys().any(|name| name.starts_with("2030") || name.starts_with("2024")));
    assert_eq!(row["报告名称"], "'=泵阀龙头", "no formula");
}

#[test]
fn our_table_has_a_row_for_each_record() {
    let (written, rows) = table(Form::Csv, false);
    assert_eq!((written.records, rows.len(), rows[0].len()), (2, 2, 36));
    assert_eq!((rows[0]["rating_rank"].as_str(), rows[0]["rating_of"].as_str(), rows[0]["rating_score"].as_str()), ("2", "4", "2"));
    assert_eq!((rows[1]["subject_type"].as_str(), rows[1]["subject_name"].as_str()), ("industry", "医疗器械"));
}

#[test]
fn lines_are_the_records_themselves() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r.jsonl");
    let mut file = File::create(&path).unwrap();
    write(&records(), Form::Jsonl, true, &mut file).unwrap();
    let mut back = Vec::new();
    RecordFile(path.clone())
        .each(&mut |record| {
            back.push(record);
            Ok(())
        })
        .unwrap();
    assert_eq!(back, records().0);
    std::fs::write(&path, "\n{}\n").unwrap();
    let error = RecordFile(path).each(&mut |_| Ok(())).unwrap_err();
    assert!(matches!(error, SinkError::Line { line: 2, .. }), "{error}");
}

#[test]
fn the_database_can_be_joined() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r.sqlite");
    assert_eq!(write_database(&records(), &path).unwrap(), Written { records: 2, left_out: 0 });
    let connection = rusqlite::Connection::open(&path).unwrap();
    let one = |query: &str| connection.query_row(query, [], |row| row.get::<_, String>(0)).unwrap();
    assert_eq!(one("SELECT label FROM ratings JOIN records USING (record) WHERE symbol = '688999.SH'"), "增持");
    assert_eq!(one("SELECT printed || ' ' || unit FROM estimates WHERE metric = 'revenue' AND period = 'FY2025'"), "12.35 yi");
    assert_eq!(one("SELECT license_no FROM authors"), "S9710520030001");
    let count = |query: &str| connection.query_row(query, [], |row| row.get::<_, i64>(0)).unwrap();
    let expected: usize = records().0.iter().flat_map(|record| record.provenance.values()).map(|from| from.evidence.len()).sum();
    assert_eq!(count("SELECT COUNT(*) FROM evidence"), i64::try_from(expected).unwrap());
    assert_eq!(
        count("SELECT COUNT(*) FROM disclosures"),
        i64::try_from(records().0.iter().map(|r| r.disclosures.len()).sum::<usize>()).unwrap()
    );
    let json: Record = serde_json::from_str(&one("SELECT json FROM records WHERE record = 2")).unwrap();
    assert_eq!(json, records().0[1]);
}
