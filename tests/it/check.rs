//! `sellside check`: what a compliance desk sees, and the exit code a pipeline acts on.

use serde_json::Value;

use crate::support::workspace::{Ran, Workspace, example_reports};

/// An industry weekly of an invented broker: no page header, sources named in general words only.
const WEEKLY: &str = "望江证券\n行业：传媒\n增持（维持）\n日期： 2024年05月06日\n分析师： 林某\nSAC 编号: S0990520010001\n\
周观点：内容行业景气回升，建议关注龙头公司。\n\
分析师声明\n作者以勤勉尽责的职业态度，独立、客观地出具本报告，并保证报告采用的信息均来自合规渠道。\n\
公司业务资格说明\n本公司具备证券投资咨询业务资格。\n\
行业投资评级：\n增持\t行业基本面看好，相对表现优于同期基准指数\n中性\t行业基本面稳定，相对表现与同期基准指数持平\n减持\t行业基本面看淡，相对表现弱于同期基准指数\n\
免责声明\n本报告仅供望江证券股份有限公司的客户使用。本报告的信息来源于已公开的资料。本公司可能会持有报告中涉及的公司所发行的证券并进行交易。市场有风险，投资需谨慎。\n";

fn checked(args: &[&str]) -> (Workspace, Ran) {
    let workspace = Workspace::new();
    workspace.file("weekly.txt", WEEKLY);
    let ran = workspace.run(&[&["check", "weekly.txt"], args].concat());
    (workspace, ran)
}

fn row<'a>(report: &'a Value, id: &str) -> &'a Value {
    report["rows"].as_array().unwrap().iter().find(|row| row["id"] == id).unwrap()
}

#[test]
fn the_seven_items_of_article_eight_are_answered_one_by_one() {
    let (_workspace, ran) = checked(&["--format", "json"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let report = &ran.json()[0];
    assert_eq!((&report["checklist"], &report["file"]), (&"CN".into(), &"weekly.txt".into()));
    for (id, status) in [
        ("CN-8-1", "not_found"),
        ("CN-8-2", "pass"),
        ("CN-8-3", "pass"),
        ("CN-8-4", "pass"),
        ("CN-8-5", "pass"),
        ("CN-8-6", "pass_generic"),
        ("CN-8-7", "pass"),
        ("CN-5-1", "pass"),
        ("CN-9-1", "pass"),
        ("CN-12-1", "not_applicable"),
        ("CN-16-1", "not_found"),
        ("CN-R1", "pass"),
    ] {
        assert_eq!(row(report, id)["status"], status, "{id}");
    }
    assert_eq!(row(report, "CN-8-1")["needs_source_check"], true);
    assert_eq!(row(report, "CN-16-1")["needs_source_check"], false);
    // The number of an article nobody has read is data with its confidence, never part of the printed clause.
    assert_eq!(row(report, "CN-16-1")["clause"], "暂行规定");
    assert_eq!(
        (&row(report, "CN-16-1")["article"], &row(report, "CN-16-1")["article_confidence"]),
        (&"Art. 16".into(), &"recalled".into())
    );
}

#[test]
fn every_quoted_word_stands_at_its_place() {
    let (_workspace, ran) = checked(&["--format", "json"]);
    let characters: Vec<char> = WEEKLY.chars().collect();
    let mut quoted = 0;
    let reports = ran.json();
    for row in reports[0]["rows"].as_array().unwrap() {
        for words in row["words"].as_array().unwrap() {
            let at = |key: &str| usize::try_from(words[key].as_u64().unwrap()).unwrap();
            let (start, end) = (at("start"), at("end"));
            let slice: String = characters[start..end].iter().collect();
            assert_eq!(words["quote"], slice.as_str(), "{}", row["id"]);
            assert_eq!(words["line"], WEEKLY.chars().take(start).filter(|c| *c == '\n').count() + 1);
            quoted += 1;
        }
    }
    assert!(quoted > 10);
}

#[test]
fn people_get_words_and_lines_and_working_papers_get_markdown() {
    let (workspace, ran) = checked(&[]);
    for words in ["weekly.txt (CN)", "CN-8-3", "暂行规定 Art. 8(3)", "“本公司具备证券投资咨询", "(line 11)", "look at the original"]
    {
        assert!(ran.stdout.contains(words), "`{words}`:\n{}", ran.stdout);
    }
    let markdown = workspace.run(&["check", "--format", "markdown", "weekly.txt"]);
    for words in ["## weekly.txt (CN)\n\n| row |", "| mandatory | pass | “本公司具备证券投资咨询业务资格” (line 11) |"] {
        assert!(markdown.stdout.contains(words), "`{words}`:\n{}", markdown.stdout);
    }
    let table = markdown.stdout.lines().filter(|line| line.starts_with("| "));
    assert!(table.clone().count() > 20 && table.into_iter().all(|line| line.matches(" | ").count() == 5), "{}", markdown.stdout);
}

#[test]
fn thresholds_decide_the_exit_code() {
    assert_eq!(checked(&["--fail-on", "not_found"]).1.code, 1);
    assert_eq!(checked(&["--fail-on", "violation,contradicted,conflict"]).1.code, 0);
    assert_eq!(checked(&["--fail-on", "wrong"]).1.code, 2);
    let workspace = Workspace::new();
    workspace.file("promise.txt", format!("{WEEKLY}\n本公司保证投资者获利。\n"));
    let ran = workspace.run(&["check", "--fail-on", "violation", "promise.txt"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("VIOLATION") && ran.stdout.contains("本公司保证投资者获利"), "{}", ran.stdout);
}

#[test]
fn what_is_merely_usual_fails_nobody() {
    let workspace = Workspace::new();
    workspace.file("weekly.txt", WEEKLY);
    workspace.file("usual.toml", "[[row]]\nid = 'U'\nrequirement = 'quiet period'\nseverity = 'usual'\nrests = ['quiet_period']\n");
    let ran = workspace.run(&["check", "weekly.txt", "--checklist", "usual.toml", "--fail-on", "not_found"]);
    assert_eq!(ran.code, 0);
    assert!(ran.stdout.contains("not found"), "{}", ran.stdout);
}

#[test]
fn other_lists_are_chosen_by_name_or_by_the_report() {
    for (list, id) in [("hk", "HK-16.6-1"), ("US", "US-AC-1"), ("eu", "EU-7"), ("in", "IN-REG"), ("cn", "CN-8-1")] {
        let (_workspace, ran) = checked(&["--checklist", list, "--format", "json"]);
        assert_eq!(row(&ran.json()[0], id)["id"], id);
    }
    let workspace = Workspace::new();
    workspace.file("note.txt", "Harbour Securities LLC\n(1-212) 555-0100\nBuy\n\nDisclosures\nI certify that the views expressed in this report accurately reflect my personal views and that no part of my compensation was, is or will be related to the recommendations.\n");
    let report = &workspace.run(&["check", "--format", "json", "note.txt"]).json()[0];
    assert_eq!(report["checklist"], "US");
    assert_eq!((&row(report, "US-AC-1")["status"], &row(report, "US-AC-2")["status"]), (&"pass".into(), &"pass".into()));
}

#[test]
fn a_list_of_ones_own() {
    let workspace = Workspace::new();
    workspace.file("weekly.txt", WEEKLY);
    workspace.file(
        "house.toml",
        "jurisdiction = 'house'\n\n[[row]]\nid = 'H-1'\nrequirement = 'watch list'\nlaw = 'handbook'\narticle = '2.1'\npatterns = ['建议关注']\n\n\
         [[row]]\nid = 'H-2'\nrequirement = 'date label'\npart = 'head'\npatterns = ['日期：']\n",
    );
    let report = &workspace.run(&["check", "--checklist", "house.toml", "--format", "json", "weekly.txt"]).json()[0];
    assert_eq!((&report["checklist"], &report["jurisdiction"]), (&"house".into(), &"CN".into()));
    assert_eq!(row(report, "H-1")["clause"], "handbook 2.1");
    // Full width in a pattern means what it prints.
    assert_eq!((&row(report, "H-1")["status"], &row(report, "H-2")["status"]), (&"pass".into(), &"pass".into()));
    assert_eq!(report["rows"].as_array().unwrap().len(), 2);
}

#[test]
fn a_list_that_cannot_be_used_says_what_and_where() {
    let workspace = Workspace::new();
    workspace.file("weekly.txt", WEEKLY);
    let row = "[[row]]\nid = 'H-1'\nrequirement = 'r'\n";
    for (list, why) in [
        (
            format!("{row}patterns = ['保证(收益']\n"),
            "row `H-1`, `patterns`: `保证(收益` is no regular expression: unclosed group at character 3",
        ),
        (format!("{row}patern = ['x']\n"), "line 4: unknown field `patern`"),
        (format!("{row}patterns = ['x']\n{row}patterns = ['y']\n"), "row `H-1` stands twice"),
        (row.to_owned(), "row `H-1` has nothing to answer it"),
        ("jurisdiction = 'house'\n".to_owned(), "it has no `[[row]]`"),
        ("not toml".to_owned(), "line 1: "),
    ] {
        workspace.file("house.toml", &list);
        let ran = workspace.run(&["check", "--checklist", "house.toml", "weekly.txt"]);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{list}");
        let lines: Vec<&str> = ran.stderr.lines().collect();
        assert_eq!(lines[0], "error: could not use the checklist `house.toml`");
        assert!(lines[1].starts_with("  caused by: ") && lines[1].contains(why), "{}", ran.stderr);
        assert!(lines[2].starts_with("hint: "), "{}", ran.stderr);
    }
    let missing = workspace.run(&["check", "--checklist", "jp", "weekly.txt"]);
    assert_eq!(missing.code, 2);
    assert!(missing.stderr.contains("could not read the checklist `jp`") && missing.stderr.contains("hint: "), "{}", missing.stderr);
}

#[test]
fn one_bad_report_does_not_stop_the_others() {
    let workspace = Workspace::new();
    workspace.file("weekly.txt", WEEKLY);
    workspace.file("empty.txt", "");
    let failed = workspace.run(&["check", "--format", "json", "empty.txt", "weekly.txt"]);
    assert_eq!((failed.code, failed.json().as_array().unwrap().len()), (1, 1));
    assert!(failed.stderr.starts_with("error: could not make text of `empty.txt`"), "{}", failed.stderr);
    let missing = workspace.run(&["check", "--format", "json", "empty.txt", "missing.txt", "weekly.txt"]);
    assert_eq!((missing.code, missing.json().as_array().unwrap().len()), (2, 1));
}

#[test]
fn the_table_and_the_record_say_the_same() {
    let workspace = Workspace::new();
    for path in example_reports() {
        let path = path.to_str().unwrap();
        let record = workspace.run(&["extract", "--rules-only", path]).json();
        let report = &workspace.run(&["check", "--format", "json", path]).json()[0];
        let states = |rows: &Value| -> Vec<(Value, Value)> {
            rows.as_array().unwrap().iter().map(|row| (row["id"].clone(), row["status"].clone())).collect()
        };
        assert_eq!(states(&record["compliance"]), states(&report["rows"]), "{path}");
        for (at, row) in report["rows"].as_array().unwrap().iter().enumerate() {
            let words = record["provenance"][format!("/compliance/{at}")]["evidence"].as_array().unwrap().len();
            assert_eq!(words, row["words"].as_array().unwrap().len(), "{path}: {}", row["id"]);
        }
    }
}
