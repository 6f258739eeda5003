//! Two readers against each other, as tables.

use super::super::agreement::{Kind, Tally};
use super::super::report::{AgreementReport, DisclosureAgreement, FieldAgreement, GroupAgreement, Met, Report, Source};
use super::{BROKERS, DISCLOSURES, Detail, Section, VALUES, counts, kappa, matrix, name, percent, said, sides};

pub(super) fn all(report: &Report, detail: Detail) -> Vec<Section> {
    let Some(agreement) = &report.agreement else { return Vec::new() };
    let sides = sides(report);
    let mut all = vec![fields(report, agreement, sides, detail)];
    all.extend(disclosures(agreement, sides, detail));
    all.push(groups("agreement_by_broker", "broker", &agreement.by_broker, sides, detail));
    all.push(groups("agreement_by_type", "type", &agreement.by_type, sides, detail));
    // In a terminal what decides a report; the others are closed words as well.
    let decides = |field: &str| matches!(field, "rating_label" | "rating_action" | "rating_direction");
    let wanted = agreement.confusions.iter().filter(|of| detail == Detail::Full || decides(of.field));
    let most = if detail == Detail::Full { usize::MAX } else { VALUES };
    all.extend(wanted.map(|of| matrix(of, most, sides)));
    all.extend(differences(agreement, sides, detail));
    all
}

/// Heads of the columns that say how values met.
fn heads<'a>(first: &'a str, (only_first, only_second): (&'a str, &'a str)) -> Vec<&'a str> {
    vec![first, "#same", "#conflict", only_first, only_second, "#neither", "#agreement"]
}

fn only(sides: (&str, &str)) -> (String, String) {
    (format!("#only {}", sides.0), format!("#only {}", sides.1))
}

fn fields(report: &Report, agreement: &AgreementReport, sides: (&str, &str), detail: Detail) -> Section {
    let (first, second) = only(sides);
    let mut columns = heads("field", (&first, &second));
    columns.push("#κ");
    let row = |name: &str, met: &Met, kappa: String| std::iter::once(name.to_owned()).chain(counts(met)).chain([kappa]).collect::<Vec<_>>();
    // Of two runs most fields are as they were.
    let wanted = |of: &&FieldAgreement| {
        let tally = of.met.tally;
        tally.given() > 0 && (detail == Detail::Full || report.source != Source::Runs || tally.same < tally.given())
    };
    let mut rows: Vec<Vec<String>> = agreement.fields.iter().filter(wanted).map(|of| row(of.field, &of.met, kappa(of.kappa))).collect();
    let given = agreement.fields.iter().filter(|of| of.met.tally.given() > 0).count();
    let left_out = given - rows.len();
    rows.push(row("all", &agreement.all, String::new()));
    let title = if report.source == Source::Runs { "What changed" } else { "Rules and model" };
    let note = (left_out > 0).then(|| format!("Nothing changed in {left_out} more fields."));
    Section::table("agreement", title, &columns, rows).noted(note)
}

/// The disclosures on which they differ most first, and in a terminal those few alone.
fn disclosures(agreement: &AgreementReport, sides: (&str, &str), detail: Detail) -> Option<Section> {
    let (first, second) = only(sides);
    let differences = |of: &&DisclosureAgreement| of.only_first + of.only_second;
    let mut shown: Vec<&DisclosureAgreement> = agreement.disclosures.iter().collect();
    if detail == Detail::Brief {
        shown.sort_by_key(|of| std::cmp::Reverse(differences(of)));
        shown.retain(|of| differences(of) > 0);
        shown.truncate(DISCLOSURES);
    }
    let left_out = agreement.disclosures.len() - shown.len();
    let note = match (left_out, shown.is_empty()) {
        (0, _) => None,
        (_, true) => Some(format!("They never differ in the {left_out} that are looked for.")),
        (_, false) => Some(format!("The most differing first; {left_out} more are left out here, `--format json` has them.")),
    };
    let rows = shown.into_iter().map(|of| {
        let counts = [of.both, of.only_first, of.only_second, of.neither].map(|count| count.to_string());
        std::iter::once(of.id.clone()).chain(counts).chain([kappa(Some(of.kappa))]).collect()
    });
    let columns = ["disclosure", "#both", &first, &second, "#neither", "#κ"];
    let section = Section::table("disclosures", "Disclosures that are present", &columns, rows.collect());
    (!agreement.disclosures.is_empty()).then(|| section.noted(note))
}

fn groups(id: &str, by: &str, groups: &[GroupAgreement], sides: (&str, &str), detail: Detail) -> Section {
    let most = if detail == Detail::Full { usize::MAX } else { BROKERS };
    let (first, second) = only(sides);
    let columns = [by, "#reports", "#same", "#conflict", &first, &second, "#agreement"];
    let rows = groups.iter().take(most).map(|group| {
        // How often neither gave a value says little of a group.
        let Tally { same, conflict, only_first, only_second, neither: _ } = group.met.tally;
        let counts = [group.documents, same, conflict, only_first, only_second].map(|count| count.to_string());
        std::iter::once(name(group.name.as_deref())).chain(counts).chain([percent(group.met.rate)]).collect()
    });
    let left_out = groups.len().saturating_sub(most);
    let note = (left_out > 0).then(|| format!("{left_out} more are left out here; `--format json` has them."));
    Section::table(id, format!("By {by}"), &columns, rows.collect()).noted(note)
}

fn differences(agreement: &AgreementReport, sides: (&str, &str), detail: Detail) -> Vec<Section> {
    let list = |id: &str, title: String, kind: Kind, columns: &[&str]| {
        let of = agreement.differences.iter().filter(|difference| difference.kind == kind);
        let rows = of.map(|difference| {
            let mut row = vec![difference.document.clone(), difference.field.to_owned()];
            row.extend((kind != Kind::OnlySecond).then(|| said(difference.first.as_ref(), detail)));
            row.extend((kind != Kind::OnlyFirst).then(|| said(difference.second.as_ref(), detail)));
            row
        });
        Section::table(id, title, columns, rows.collect())
    };
    let (first, second) = sides;
    let mut all = vec![list("conflicts", "Conflicts".to_owned(), Kind::Conflict, &["report", "field", first, second])];
    if detail == Detail::Full {
        all.push(list("only_first", format!("Only {first}"), Kind::OnlyFirst, &["report", "field", first]));
        all.push(list("only_second", format!("Only {second}"), Kind::OnlySecond, &["report", "field", second]));
    }
    let note = "@ is the character at which the words stand. All are counted above; `--conflicts` says how many of a field are listed.";
    all.into_iter().filter(|section| !section.rows.is_empty()).map(|section| section.noted([note.to_owned()])).collect()
}
