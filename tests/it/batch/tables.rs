//! The tables of a run, read back: by Parquet's own reader, and by pandas, `DuckDB`, pyarrow and polars where they are installed.

use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use serde_json::{Value, json};

use super::lines;
use crate::support::workspace::{Workspace, example_reports, skipped};

/// A run over the example reports by the rules, with its tables: one for all tests that are under way.
fn tables() -> Arc<(Workspace, Vec<Value>)> {
    static TABLES: Mutex<Weak<(Workspace, Vec<Value>)>> = Mutex::new(Weak::new());
    let mut tables = TABLES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(tables) = tables.upgrade() {
        return tables;
    }
    let workspace = Workspace::new();
    let reports: Vec<String> = example_reports().iter().map(|path| path.display().to_string()).collect();
    let forms = if cfg!(feature = "parquet") { "csv,jsonl,sqlite,parquet" } else { "csv,jsonl,sqlite" };
    let mut args = vec!["batch", "--rules-only", "--out", "run", "--to", forms];
    args.extend(reports.iter().map(String::as_str));
    let ran = workspace.run(&args);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let records = lines(&workspace.path().join("run/records.jsonl"));
    let new = Arc::new((workspace, records));
    *tables = Arc::downgrade(&new);
    new
}

/// What a reader in Python saw of a table; `None`, said on the way, where it is not installed.
fn python(reader: &str, form: &str, workspace: &Workspace) -> Option<Value> {
    let program = std::env::var_os("SELLSIDE_PYTHON").unwrap_or_else(|| "python3".into());
    let script = crate::support::workspace::repository("tests/it/batch/read_back.py");
    let Ok(output) = Command::new(program).arg(script).args([reader, form]).arg(workspace.path().join("run")).output() else {
        skipped("no `python3`");
        return None;
    };
    assert!(output.status.success(), "{reader}, {form}: {}", String::from_utf8_lossy(&output.stderr));
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    if let Some(why) = said["skipped"].as_str() {
        skipped(&format!("{reader} does not read {form} here: {why}"));
        return None;
    }
    Some(said)
}

fn column<'a>(said: &'a Value, name: &str) -> Vec<&'a Value> {
    assert!(said["columns"].as_array().unwrap().contains(&json!(name)), "no column `{name}`");
    said["rows"].as_array().unwrap().iter().map(|row| &row[name]).collect()
}

/// The values a column should have, by the pointer to them in the records.
fn expected<'a>(records: &'a [Value], pointer: &str) -> Vec<&'a Value> {
    records.iter().map(|record| record.pointer(pointer).unwrap_or(&Value::Null)).collect()
}

/// Whether numbers are the same however they are written; words as they are.
fn same(found: &[&Value], expected: &[&Value]) -> bool {
    let one = |(found, expected): (&&Value, &&Value)| match (found.as_f64(), expected.as_f64()) {
        (Some(found), Some(expected)) => found.to_bits() == expected.to_bits(),
        _ => found == expected,
    };
    found.len() == expected.len() && found.iter().zip(expected).all(one)
}

const FLAT: [(&str, &str); 6] = [
    ("name", "/source/name"),
    ("id", "/id"),
    ("publish_date", "/product/publish_date"),
    ("symbol", "/subject/symbol"),
    ("target_low", "/target_price/low"),
    ("target_currency", "/target_price/currency"),
];

fn assert_flat(reader: &str, form: &str, said: &Value, records: &[Value]) {
    for (name, pointer) in FLAT {
        let (found, expected) = (column(said, name), expected(records, pointer));
        assert!(same(&found, &expected), "{reader}, {form}, {name}: {found:?}\n  expected {expected:?}");
    }
}

#[test]
fn pandas_and_duckdb_see_in_csv_what_the_records_say() {
    let tables = tables();
    let (workspace, records) = &*tables;
    for reader in ["pandas", "duckdb", "polars"] {
        let Some(said) = python(reader, "csv", workspace) else { continue };
        assert_flat(reader, "csv", &said, records);
        assert_eq!(
            column(&said, "review").iter().map(|count| usize::try_from(count.as_u64().unwrap()).unwrap()).collect::<Vec<_>>(),
            lengths(records, "review")
        );
    }
}

#[test]
fn pandas_and_duckdb_see_in_lines_what_the_records_say() {
    let tables = tables();
    let (workspace, records) = &*tables;
    for reader in ["pandas", "duckdb", "polars"] {
        let Some(said) = python(reader, "jsonl", workspace) else { continue };
        assert!(same(&column(&said, "id"), &expected(records, "/id")), "{reader}");
        for (found, record) in column(&said, "ratings").into_iter().zip(records) {
            let labels = |list: &Value| list.as_array().unwrap().iter().map(|rating| rating["label"].clone()).collect::<Vec<_>>();
            assert_eq!(labels(found), labels(&record["ratings"]), "{reader}");
        }
        for (found, record) in column(&said, "target_price").into_iter().zip(records) {
            assert!(same(&[&found["low"]], &[&record["target_price"]["low"]]), "{reader}: {found}");
        }
    }
}

#[test]
fn pandas_sees_in_the_database_what_the_records_say() {
    let tables = tables();
    let (workspace, records) = &*tables;
    if let Some(said) = python("pandas", "sqlite", workspace) {
        assert_flat("pandas", "sqlite", &said, records);
    }
}

fn lengths(records: &[Value], list: &str) -> Vec<usize> {
    records.iter().map(|record| record[list].as_array().unwrap().len()).collect()
}

#[cfg(not(feature = "parquet"))]
#[test]
fn without_parquet_built_in_nothing_is_begun_and_a_hint_says_how_to_get_it() {
    let workspace = Workspace::new();
    workspace.file("a.txt", crate::model::REPORT);
    for args in
        [&["batch", "a.txt", "--rules-only", "--to", "csv,parquet", "--out", "run"][..], &["export", "records.jsonl", "--to", "parquet"]]
    {
        let ran = workspace.run(args);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(
            ran.stderr.starts_with("error: this `sellside` was built without `parquet`\nhint: install it with `cargo install"),
            "{}",
            ran.stderr
        );
    }
    assert!(!Path::new(&workspace.path().join("run")).exists());
}

#[cfg(feature = "parquet")]
mod parquet {
    use std::fmt::Write as _;
    use std::fs::File;

    use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use arrow_array::cast::AsArray;
    use arrow_array::types::{Date32Type, Float64Type, Int32Type};
    use arrow_array::{Array, RecordBatch};
    use arrow_schema::{DataType, Field};

    use super::{FLAT, Path, Value, Workspace, assert_flat, column, expected, json, lengths, python, same, tables};
    use crate::drift::assert_file;

    fn read(path: &Path) -> (Vec<Field>, Vec<RecordBatch>) {
        let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
        let schema = reader.schema().clone();
        assert_eq!(schema.metadata().get("sellside.columns").map(String::as_str), Some("sellside.reports/1"));
        let fields = schema.fields().iter().map(|field| field.as_ref().clone()).collect();
        (fields, reader.build().unwrap().map(Result::unwrap).collect())
    }

    /// Places of all values of a record.
    fn places(record: &Value) -> usize {
        record["provenance"].as_object().unwrap().values().map(|from| from["evidence"].as_array().map_or(0, Vec::len)).sum()
    }

    /// A field a line, what lists and objects are made of below it.
    fn show(field: &Field, depth: usize, out: &mut String) {
        let null = if field.is_nullable() { "" } else { " not null" };
        let (kind, inner) = match field.data_type() {
            DataType::List(element) => match element.data_type() {
                DataType::Struct(fields) => ("list of objects".to_owned(), fields.iter().cloned().collect()),
                other => (format!("list of {other}"), Vec::new()),
            },
            other => (other.to_string(), Vec::new()),
        };
        writeln!(out, "{}{}: {kind}{null}", "  ".repeat(depth), field.name()).unwrap();
        for field in &inner {
            show(field, depth + 1, out);
        }
    }

    #[test]
    fn its_columns_stay_as_they_are_and_are_those_of_the_csv() {
        let tables = tables();
        let (workspace, _) = &*tables;
        let (fields, _) = read(&workspace.path().join("run/reports.parquet"));
        let mut text = String::new();
        for field in &fields {
            show(field, 0, &mut text);
        }
        assert_file("schemas/parquet.columns.txt", &text);
        let csv = std::fs::read_to_string(workspace.path().join("run/reports.csv")).unwrap();
        let head: Vec<&str> = csv.lines().next().unwrap().split(',').collect();
        let names: Vec<&str> = fields.iter().map(|field| field.name().as_str()).collect();
        assert_eq!((&names[..head.len()], &names[head.len()..]), (&head[..], &["ratings", "estimates", "evidence"][..]));
    }

    #[test]
    fn its_own_reader_sees_what_the_records_say() {
        let tables = tables();
        let (workspace, records) = &*tables;
        let (_, batches) = read(&workspace.path().join("run/reports.parquet"));
        let [batch] = &batches[..] else { panic!("{} batches", batches.len()) };
        assert_eq!(batch.num_rows(), records.len());
        let words = |row: usize, name: &str| {
            let column = batch.column_by_name(name).unwrap().as_string::<i32>();
            if column.is_valid(row) { json!(column.value(row)) } else { Value::Null }
        };
        let figure = |row: usize, name: &str| {
            let column = batch.column_by_name(name).unwrap().as_primitive::<Float64Type>();
            if column.is_valid(row) { json!(column.value(row)) } else { Value::Null }
        };
        for (row, record) in records.iter().enumerate() {
            for (name, pointer) in FLAT.iter().filter(|(name, _)| !["publish_date", "target_low"].contains(name)) {
                assert_eq!(words(row, name), *expected(records, pointer)[row], "{name}");
            }
            assert!(same(&[&figure(row, "target_low")], &[&record["target_price"]["low"]]), "{row}");
            let days = batch.column_by_name("publish_date").unwrap().as_primitive::<Date32Type>();
            let day = if days.is_valid(row) { json!(days.value_as_date(row).unwrap().to_string()) } else { Value::Null };
            assert_eq!(day, record["product"]["publish_date"]);
            let review = batch.column_by_name("review").unwrap().as_primitive::<Int32Type>().value(row);
            assert_eq!(usize::try_from(review).unwrap(), record["review"].as_array().unwrap().len());
            let list = |name: &str| batch.column_by_name(name).unwrap().as_list::<i32>().value(row);
            assert_eq!(list("ratings").len(), record["ratings"].as_array().unwrap().len());
            assert_eq!(list("evidence").len(), places(record));
            let estimates = list("estimates");
            let values = estimates.as_struct().column_by_name("value").unwrap().as_primitive::<Float64Type>().clone();
            let found: Vec<Value> = values.iter().map(|value| value.map(|value| json!(value)).unwrap_or_default()).collect();
            let expected: Vec<&Value> = record["estimates"].as_array().unwrap().iter().map(|figure| &figure["value"]).collect();
            assert!(same(&found.iter().collect::<Vec<_>>(), &expected), "{found:?} {expected:?}");
            let authors: Vec<String> = list("authors").as_string::<i32>().iter().map(|name| name.unwrap().to_owned()).collect();
            let signs = |author: &&Value| author["role"] != "contact" && author["name"].is_string();
            let names: Vec<&str> =
                record["authors"].as_array().unwrap().iter().filter(signs).map(|a| a["name"].as_str().unwrap()).collect();
            assert_eq!(authors, names);
        }
        let with = |list: &str| records.iter().any(|record| !record[list].as_array().unwrap().is_empty());
        assert!(with("ratings") && with("estimates") && with("authors"), "the examples show nothing");
    }

    #[test]
    fn pandas_duckdb_and_others_see_what_the_records_say() {
        let tables = tables();
        let (workspace, records) = &*tables;
        for reader in ["pandas", "duckdb", "pyarrow", "polars"] {
            let Some(said) = python(reader, "parquet", workspace) else { continue };
            assert_flat(reader, "parquet", &said, records);
            for (list, expected) in [
                ("ratings", lengths(records, "ratings")),
                ("estimates", lengths(records, "estimates")),
                ("evidence", records.iter().map(places).collect()),
            ] {
                let found: Vec<usize> = column(&said, list).into_iter().map(|items| items.as_array().unwrap().len()).collect();
                assert_eq!(found, expected, "{reader}, {list}");
            }
            let (found, record) = (column(&said, "evidence"), &records[0]);
            let first = &found[0][0];
            let pointer = first["pointer"].as_str().unwrap();
            assert_eq!(first["quote"], record["provenance"][pointer]["evidence"][0]["quote"], "{reader}");
            assert!(same(&[&first["first"]], &[&record["provenance"][pointer]["evidence"][0]["start"]]), "{reader}");
        }
    }

    #[test]
    fn a_run_of_many_batches_is_one_table_and_a_file_of_records_will_do() {
        let (workspace, tables) = (Workspace::new(), tables());
        let records = &tables.1;
        let all: String = records.iter().cycle().take(300).map(|record| format!("{record}\n")).collect();
        workspace.file("all.jsonl", all);
        let ran = workspace.run(&["export", "all.jsonl", "--to", "parquet"]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(ran.stderr.contains("300 reports written to reports.parquet"), "{}", ran.stderr);
        let (_, batches) = read(&workspace.path().join("reports.parquet"));
        assert_eq!(batches.iter().map(RecordBatch::num_rows).sum::<usize>(), 300);
        let ran = workspace.run(&["export", "all.jsonl", "--to", "parquet", "-o", "-"]);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(ran.stderr.contains("error: Parquet cannot be written to standard output\nhint: name a file"), "{}", ran.stderr);
    }
}
