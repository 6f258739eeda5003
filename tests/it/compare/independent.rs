//! The measures against scikit-learn and `NumPy`, where they are installed; the cases worked by hand stand beside the code.

use std::io::Write as _;
use std::process::{Command, Stdio};

use sellside::compare::{Counts, intervals};
use serde_json::{Value, json};

use super::{gold, json as comparison, workspace};

const SCRIPT: &str = r#"
import json, math, sys
try:
    import numpy
    from sklearn.metrics import cohen_kappa_score, precision_recall_fscore_support
except ImportError as error:
    print("skipped:", error)
    sys.exit()
given = json.load(sys.stdin)
out = {"kappa": [], "f1": [], "interval": None}
for counts in given["matrices"]:
    first, second = [], []
    for row, cells in enumerate(counts):
        for column, count in enumerate(cells):
            first += [row] * count
            second += [column] * count
    kappa = cohen_kappa_score(first, second) if len(set(first + second)) > 1 else math.nan
    out["kappa"].append(None if math.isnan(kappa) else kappa)
for tp, fp, fn in given["counts"]:
    true, said = [1] * tp + [0] * fp + [1] * fn, [1] * tp + [1] * fp + [0] * fn
    out["f1"].append(precision_recall_fscore_support(true, said, average="binary", zero_division=0)[:3] if true else None)
rows = numpy.array(given["reports"])
random = numpy.random.default_rng(1)
drawn = rows[random.integers(0, len(rows), (20000, len(rows)))].sum(axis=1)
f1 = 2 * drawn[:, 0] / (2 * drawn[:, 0] + drawn[:, 1] + drawn[:, 2])
out["interval"] = list(numpy.percentile(f1, [2.5, 97.5]))
print(json.dumps(out, default=float))
"#;

/// What the script says; `None`, said on the way, where Python or scikit-learn is not installed.
#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
fn python(given: &Value) -> Option<Value> {
    let started = Command::new("python3").args(["-c", SCRIPT]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut child) = started else {
        println!("skipped: no `python3`");
        return None;
    };
    child.stdin.take().unwrap().write_all(given.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let said = String::from_utf8(output.stdout).unwrap();
    if said.starts_with("skipped:") {
        println!("{}", said.trim());
        return None;
    }
    Some(serde_json::from_str(&said).unwrap())
}

#[test]
fn kappa_f1_and_intervals_are_those_of_scikit_learn() {
    let workspace = workspace();
    let report = comparison(&workspace, &["run", "--gold", &gold()]);
    let matrices: Vec<&Value> = report["agreement"]["confusions"].as_array().unwrap().iter().collect();
    let fields: Vec<&Value> =
        report["scores"]["readers"].as_array().unwrap().iter().flat_map(|reader| reader["fields"].as_array().unwrap()).collect();
    // Forty reports of which every third is read badly, and one has nothing to read.
    let reports: Vec<[u64; 3]> = (0..40)
        .map(|at| {
            if at == 7 {
                [0, 0, 0]
            } else if at % 3 == 0 {
                [1, 2, 3]
            } else {
                [5, u64::from(at % 4 == 0), 1]
            }
        })
        .collect();
    let given = json!({
        "matrices": matrices.iter().map(|matrix| &matrix["counts"]).collect::<Vec<_>>(),
        "counts": fields.iter().map(|field| [&field["tp"], &field["fp"], &field["fn"]]).collect::<Vec<_>>(),
        "reports": reports,
    });
    assert!(matrices.len() > 5 && fields.len() > 40);
    let Some(said) = python(&given) else { return };
    for (matrix, expected) in matrices.iter().zip(said["kappa"].as_array().unwrap()) {
        match expected.as_f64() {
            Some(expected) => assert!((matrix["kappa"]["value"].as_f64().unwrap() - expected).abs() < 1e-9, "{matrix} {expected}"),
            None => assert!(matrix["kappa"]["undefined"].is_string(), "{matrix}"),
        }
    }
    for (field, expected) in fields.iter().zip(said["f1"].as_array().unwrap()) {
        for (at, name) in ["precision", "recall", "f1"].into_iter().enumerate() {
            let Some(found) = field[name]["value"].as_f64() else { continue };
            // Nothing expected and nothing given is right here, and undefined there.
            let expected = expected.get(at).map_or(1.0, |value| value.as_f64().unwrap());
            assert!((found - expected).abs() < 1e-9, "{name} of {field}: {expected}");
        }
    }
    let found = intervals(reports.len(), |times| {
        let mut all = Counts::default();
        for ([right, wrong, missed], times) in reports.iter().zip(times) {
            all.add(Counts { right: *right, wrong: *wrong, missed: *missed, empty: 0 }, *times);
        }
        vec![Some(all.f1())]
    })[0]
        .unwrap();
    let end = |at: usize| said["interval"][at].as_f64().unwrap();
    assert!((found.low - end(0)).abs() < 0.015 && (found.high - end(1)).abs() < 0.015, "{found:?} {said}");
}
