//! Readers against labels, as tables.

use super::super::change::Turns;
use super::super::report::{ChangeReport, EscapeReport, Gain, GroupScore, ReaderScore, Report, ScoreReport, Source};
use super::{BROKERS, Detail, Section, VALUES, matrix, name, number, percent, range, said};

pub(super) fn all(report: &Report, detail: Detail) -> Vec<Section> {
    let Some(scores) = &report.scores else { return Vec::new() };
    let names = reader_names(report, scores);
    let mut all = vec![fields(scores, &names, detail)];
    all.extend(scores.escape.as_ref().filter(|escape| escape.model.wrong > 0 || escape.record_wrong > 0).map(escape));
    if let Some(changes) = &report.changes {
        all.push(turned(changes, detail));
        all.push(turns(changes, detail));
    }
    all.push(groups("scores_by_broker", "broker", scores, &names, |reader| &reader.by_broker, detail));
    all.push(groups("scores_by_type", "type", scores, &names, |reader| &reader.by_type, detail));
    if detail == Detail::Full {
        let primary = names.iter().zip(&scores.readers).find(|(_, reader)| reader.reader == scores.primary);
        let primary = primary.map_or("reader", |(name, _)| name);
        all.extend(scores.confusions.iter().map(|of| {
            let mut section = matrix(of, VALUES * 4, ("labels", primary));
            section.id = format!("labels_{}", section.id);
            section
        }));
    }
    all
}

/// What each reader is called in heads of tables.
pub(in crate::compare) fn reader_names(report: &Report, scores: &ScoreReport) -> Vec<String> {
    let runs = ["A", "B"];
    let of = |reader: &ReaderScore| match report.source {
        Source::Runs => {
            let at = report.inputs.iter().rposition(|input| *input == reader.reader).unwrap_or_default();
            runs.get(at).copied().unwrap_or_default().to_owned()
        }
        Source::Views | Source::Verdicts => reader.reader.clone(),
    };
    scores.readers.iter().map(of).collect()
}

fn fields(scores: &ScoreReport, names: &[String], detail: Detail) -> Section {
    let mut columns = vec!["field".to_owned()];
    columns.extend(names.iter().map(|name| format!("#F1 {name}")));
    let primary = scores.readers.iter().find(|reader| reader.reader == scores.primary);
    let primary_name = scores.readers.iter().zip(names).find(|(reader, _)| reader.reader == scores.primary).map_or("", |(_, name)| name);
    columns.extend([format!("#95% {primary_name}"), "#precision".to_owned(), "#recall".to_owned()]);
    if detail == Detail::Full {
        columns.extend(["#tp", "#fp", "#fn", "#tn"].map(str::to_owned));
    }
    let mut rows = Vec::new();
    for (title, measure) in [("core", true), ("score", false)] {
        let of = |reader: &ReaderScore| if measure { reader.core } else { reader.score };
        let mut row = vec![title.to_owned()];
        row.extend(scores.readers.iter().map(|reader| number(of(reader).value)));
        row.push(primary.map(|reader| range(&of(reader))).unwrap_or_default());
        row.resize(columns.len(), String::new());
        rows.push(row);
    }
    for field in super::super::scores::scored().map(|field| field.name) {
        let of = |reader: &&ReaderScore| reader.fields.iter().find(|of| of.field == field).cloned();
        if scores.readers.iter().all(|reader| of(&reader).is_none()) {
            continue;
        }
        let mut row = vec![field.to_owned()];
        row.extend(scores.readers.iter().map(|reader| number(of(&reader).and_then(|of| of.f1.value))));
        if let Some(found) = primary.as_ref().and_then(of) {
            row.extend([range(&found.f1), number(found.precision.value), number(found.recall.value)]);
            if detail == Detail::Full {
                row.extend(
                    [found.counts.right, found.counts.wrong, found.counts.missed, found.counts.empty].map(|count| count.to_string()),
                );
            }
        }
        row.resize(columns.len(), String::new());
        rows.push(row);
    }
    let missing = scores.missing.len();
    let mut notes = vec![format!(
        "{} reports with labels, {missing} of them without a record; {} records without labels are not scored.",
        scores.documents, scores.unlabelled
    )];
    notes.extend((missing > 0 && detail == Detail::Full).then(|| format!("No record of {}.", scores.missing.join(", "))));
    notes
        .push(format!("Interval, precision and recall are those of {}.", if primary_name.is_empty() { "no reader" } else { primary_name }));
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    Section::table("scores", "Against labels", &columns, rows).noted(notes)
}

fn escape(escape: &EscapeReport) -> Section {
    let rows = escape.fields.iter().filter(|of| of.fate.wrong > 0).map(|of| {
        let counts = [of.fate.wrong, of.fate.stopped, of.fate.flagged, of.fate.escaped].map(|count| count.to_string());
        std::iter::once(of.field.to_owned()).chain(counts).chain([percent(of.rate)]).collect()
    });
    let load = &escape.load;
    let notes = [
        format!(
            "Of {} wrong values of the model {} did not get into the record, {} did with something to look at, {} escaped ({}). {} more were \
             dropped before, since the text does not carry them.",
            escape.model.wrong,
            escape.model.stopped,
            escape.model.flagged,
            escape.model.escaped,
            percent(escape.rate),
            escape.ungrounded
        ),
        format!(
            "The record has {} wrong values, whoever read them, {} of them with nothing to look at. For that a person is asked to look at {} of {} \
             values ({}).",
            escape.record_wrong,
            escape.record_unflagged,
            load.load.values_flagged,
            load.load.values,
            percent(load.rate)
        ),
    ];
    let columns = ["field", "#wrong", "#stopped", "#flagged", "#escaped", "#rate"];
    Section::table("escape", "What became of the model's wrong values", &columns, rows.collect()).noted(notes)
}

fn turned(changes: &ChangeReport, detail: Detail) -> Section {
    let turns = |name: &str| changes.fields.iter().find(|of| of.field == name).map(|of| of.turns).unwrap_or_default();
    let is_mean = |name: &str| matches!(name, "core" | "score");
    let moved = |gain: &&Gain| is_mean(gain.name) || gain.gain.value != Some(0.0) || turns(gain.name) != Turns::default();
    let shown: Vec<&Gain> = changes.gains.iter().filter(|gain| detail == Detail::Full || moved(gain)).collect();
    let left_out = changes.gains.len() - shown.len();
    let rows = shown.into_iter().map(|gain| {
        let Turns { better, broken } = turns(gain.name);
        let counts = [better, broken].map(|count| if is_mean(gain.name) { String::new() } else { count.to_string() });
        let difference = gain.gain.value.map_or_else(|| "–".to_owned(), |value| format!("{value:+.3}"));
        let range = gain.gain.interval.map_or_else(|| "–".to_owned(), |of| format!("{:+.2} to {:+.2}", of.low, of.high));
        std::iter::once(gain.name.to_owned()).chain([difference, range]).chain(counts).collect()
    });
    let columns = ["field", "#F1 B − A", "#95%", "#better", "#broken"];
    let note = (left_out > 0).then(|| format!("Nothing turned in {left_out} more fields."));
    Section::table("gains", "Better and worse", &columns, rows.collect()).noted(note)
}

fn turns(changes: &ChangeReport, detail: Detail) -> Section {
    let rows = changes.turns.iter().map(|turn| {
        vec![
            turn.document.clone(),
            turn.field.to_owned(),
            if turn.better { "better" } else { "broken" }.to_owned(),
            said(turn.expected.as_ref(), detail),
            said(turn.first.as_ref(), detail),
            said(turn.second.as_ref(), detail),
        ]
    });
    Section::table("turns", "Values that turned", &["report", "field", "now", "label", "A", "B"], rows.collect())
}

fn groups(id: &str, by: &str, scores: &ScoreReport, names: &[String], of: fn(&ReaderScore) -> &Vec<GroupScore>, detail: Detail) -> Section {
    let most = if detail == Detail::Full { usize::MAX } else { BROKERS };
    let mut columns = vec![by.to_owned(), "#reports".to_owned()];
    columns.extend(names.iter().map(|name| format!("#core {name}")));
    columns.extend(names.iter().map(|name| format!("#score {name}")));
    let all = scores.readers.iter().map(of).next().map(Vec::as_slice).unwrap_or_default();
    let rows = all.iter().take(most).map(|group| {
        let found = |reader: &ReaderScore| of(reader).iter().find(|other| other.name == group.name).cloned();
        let mut row = vec![name(group.name.as_deref()), group.documents.to_string()];
        row.extend(scores.readers.iter().map(|reader| number(found(reader).and_then(|group| group.core))));
        row.extend(scores.readers.iter().map(|reader| number(found(reader).and_then(|group| group.score))));
        row
    });
    let left_out = all.len().saturating_sub(most);
    let note = (left_out > 0).then(|| format!("{left_out} more are left out here; `--format json` has them."));
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    Section::table(id, format!("Against labels, by {by}"), &columns, rows.collect()).noted(note)
}
