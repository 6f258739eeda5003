//! Where people would rather look than read: the charts of a page.

use super::report::{AgreementReport, GroupAgreement, Matrix, Met, OverviewReport, ReaderScore, Report, ScoreReport, Share, Source};
use super::scores::Measure;
use super::sections::{name, reader_names, sides};
use crate::chart::{BarRow, Bars, Column, Columns, Format, Head, Heat, Series, Stacked, StackedRow, Tone};

/// Rows a chart of groups shows; beyond them nobody reads.
const ROWS: usize = 30;

/// The charts that belong to a section.
pub(super) fn charts(report: &Report, section: &str) -> Vec<String> {
    let (agreement, scores) = (report.agreement.as_ref(), report.scores.as_ref());
    let overview = &report.overview;
    let drawn = match section {
        "agreement" => agreement.and_then(|of| fields(of, sides(report))),
        "agreement_by_broker" => agreement.and_then(|of| groups("Agreement by broker", &of.by_broker, sides(report))),
        "agreement_by_type" => agreement.and_then(|of| groups("Agreement by type of report", &of.by_type, sides(report))),
        "scores" => scores.map(|of| f1(report, of)),
        "rating_labels" => ratings("Reports by the word of their rating", &overview.rating_labels),
        "rating_directions" => ratings("Reports by where their rating points", &overview.rating_directions),
        "fill" => fill(overview),
        "fill_by_broker" => fill_by_broker(overview),
        other => {
            let field = other.strip_prefix("matrix_");
            let labelled = other.strip_prefix("labels_matrix_");
            let of = |all: &[Matrix], name: &str| all.iter().find(|matrix| matrix.field == name).cloned();
            let between = field.zip(agreement).and_then(|(name, agreement)| of(&agreement.confusions, name));
            let against = labelled.zip(scores).and_then(|(name, scores)| of(&scores.confusions, name));
            between.map(|matrix| heat(&matrix, sides(report))).or_else(|| against.map(|matrix| heat(&matrix, ("labels", &primary(report)))))
        }
    };
    drawn.into_iter().collect()
}

/// What the reader of the matrices is called.
fn primary(report: &Report) -> String {
    let named = |scores: &ScoreReport| {
        let at = scores.readers.iter().position(|reader| reader.reader == scores.primary)?;
        reader_names(report, scores).into_iter().nth(at)
    };
    report.scores.as_ref().and_then(named).unwrap_or_default()
}

fn parts((first, second): (&str, &str)) -> Vec<Series> {
    vec![
        Series::new("same", Tone::Agreed),
        Series::new("conflict", Tone::Conflict),
        Series::new(format!("only {first}"), Tone::Rules),
        Series::new(format!("only {second}"), Tone::Model),
    ]
}

fn counts(met: &Met) -> Vec<u64> {
    let tally = met.tally;
    vec![tally.same, tally.conflict, tally.only_first, tally.only_second]
}

fn stacked(title: &str, description: String, rows: Vec<StackedRow>, sides: (&str, &str)) -> Option<String> {
    let chart = Stacked { head: Head::new(title, description), series: parts(sides), rows, shares: true };
    (!chart.rows.is_empty()).then(|| chart.svg())
}

fn fields(agreement: &AgreementReport, sides: (&str, &str)) -> Option<String> {
    let given = agreement.fields.iter().filter(|of| of.met.tally.given() > 0);
    let rows: Vec<StackedRow> = given.map(|of| StackedRow { label: of.field.to_owned(), counts: counts(&of.met) }).collect();
    let all = agreement.all.tally;
    let description = format!(
        "For each of {} fields the shares of values both gave alike, gave differently, and only one gave. In all {} of {} values are the same, {} \
         are in conflict.",
        rows.len(),
        all.same,
        all.given(),
        all.conflict
    );
    stacked("Agreement by field", description, rows, sides)
}

fn groups(title: &str, groups: &[GroupAgreement], sides: (&str, &str)) -> Option<String> {
    let label = |group: &GroupAgreement| format!("{} ({})", name(group.name.as_deref()), group.documents);
    let rows = groups.iter().take(ROWS).map(|group| StackedRow { label: label(group), counts: counts(&group.met) }).collect();
    stacked(title, format!("The shares of values in {} groups; reports in brackets.", groups.len().min(ROWS)), rows, sides)
}

fn tone(reader: &str, source: Source) -> Tone {
    match (source, reader) {
        (Source::Runs, "A") | (_, "rules") => Tone::Rules,
        (Source::Runs, _) | (_, "model") => Tone::Model,
        _ => Tone::Record,
    }
}

fn f1(report: &Report, scores: &ScoreReport) -> String {
    let names = reader_names(report, scores);
    let series = names.iter().map(|name| Series::new(name.as_str(), tone(name, report.source))).collect();
    let measure = |of: Measure| {
        let interval = of.interval.map(|interval| (interval.low, interval.high));
        Some(crate::chart::Measure { value: of.value?, interval })
    };
    let row = |label: &str, of: &dyn Fn(&ReaderScore) -> Option<crate::chart::Measure>| BarRow {
        label: label.to_owned(),
        values: scores.readers.iter().map(of).collect(),
    };
    let mut rows = vec![row("core", &|reader| measure(reader.core)), row("score", &|reader| measure(reader.score))];
    for field in super::scores::scored().map(|field| field.name) {
        let of = |reader: &ReaderScore| reader.fields.iter().find(|of| of.field == field).and_then(|of| measure(of.f1));
        if scores.readers.iter().any(|reader| of(reader).is_some()) {
            rows.push(row(field, &of));
        }
    }
    let description =
        format!("F1 of {} by field, over {} reports with labels; whiskers are 95% intervals.", names.join(", "), scores.documents);
    Bars { head: Head::new("F1 against labels", description), series, rows, format: Format::Decimal(3), most: Some(1.0) }.svg()
}

fn ratings(title: &str, shares: &[Share]) -> Option<String> {
    let tone = |value: &Option<String>| match value.as_deref() {
        None => Tone::Empty,
        Some("positive") => Tone::Agreed,
        Some("negative") => Tone::Conflict,
        Some(_) => Tone::Plain,
    };
    let columns = shares.iter().take(12).map(|share| Column {
        label: name(share.value.as_deref()),
        count: share.documents,
        tone: tone(&share.value),
    });
    let chart =
        Columns { head: Head::new(title, "Number of reports; the dash is for reports without a rating."), columns: columns.collect() };
    (!chart.columns.is_empty()).then(|| chart.svg())
}

fn share_bars(title: &str, description: &str, rows: Vec<(String, Option<f64>)>) -> Option<String> {
    let rows: Vec<BarRow> =
        rows.into_iter().map(|(label, share)| BarRow { label, values: vec![share.map(crate::chart::Measure::new)] }).collect();
    let series = vec![Series::new("filled", Tone::Plain)];
    let chart = Bars { head: Head::new(title, description), series, rows, format: Format::Percent, most: Some(1.0) };
    (!chart.rows.is_empty()).then(|| chart.svg())
}

fn fill(overview: &OverviewReport) -> Option<String> {
    let rows = overview.fill.iter().map(|fill| (fill.field.to_owned(), fill.share)).collect();
    share_bars("Fields with a value", "Share of the reports that have a value, by field.", rows)
}

fn fill_by_broker(overview: &OverviewReport) -> Option<String> {
    let brokers = overview.fill_by_broker.iter().take(ROWS);
    let rows = brokers.map(|fill| (format!("{} ({})", name(fill.name.as_deref()), fill.documents), fill.share)).collect();
    share_bars("Fields with a value, by broker", "Share of the fields of a broker's reports that have a value; reports in brackets.", rows)
}

fn heat(matrix: &Matrix, (rows, columns): (&str, &str)) -> String {
    let names: Vec<String> = matrix.values.iter().map(|value| name(value.as_deref())).collect();
    let same: u64 = matrix.counts.iter().enumerate().filter_map(|(at, row)| row.get(at)).sum();
    let all: u64 = matrix.counts.iter().flatten().sum();
    Heat {
        head: Head::new(
            format!("{}: {rows} and {columns}", matrix.field),
            format!("{same} of {all} reports stand on the diagonal, where both say the same."),
        ),
        rows_title: rows.to_owned(),
        columns_title: columns.to_owned(),
        rows: names.clone(),
        columns: names,
        cells: matrix.counts.clone(),
        diagonal: true,
    }
    .svg()
}
