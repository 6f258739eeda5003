//! The labels a record amounts to.

use super::canonical::Canonical;
use super::folder::stem;
use super::labels::{Completeness, CoveredSecurity, Definition, Disclosed, Gold, GoldTarget, Person};
use crate::domain::DisclosureId as Id;
use crate::domain::rating::{RatingStatus, SubjectType};
use crate::domain::record::{Author, AuthorRole, Benchmark, Rating, Record, Stance};

impl Gold {
    /// The labels a record amounts to. They are as right as the record is: of a record nobody has looked at they say what the
    /// readers say.
    ///
    /// `completeness` is `no_tail` where the text visibly lost its end; a text that is little but its end cannot be told from
    /// a record.
    pub fn from_record(record: &Record) -> Self {
        let rating = record.ratings.first().filter(|rating| matches!(rating.status, Some(RatingStatus::Rated) | None));
        let subject = record.subject.as_ref();
        let stock = subject.filter(|subject| subject.kind == Some(SubjectType::Stock));
        let rated = rating.and_then(|rating| rating.subject_type);
        let names_sector = rated == Some(SubjectType::Industry) || subject.and_then(|subject| subject.kind) == Some(SubjectType::Industry);
        let (signers, others): (Vec<&Author>, Vec<&Author>) =
            record.authors.iter().partition(|author| matches!(author.role, Some(AuthorRole::Analyst) | None));
        Self {
            id: Some(stem(&record.source.name).to_owned()),
            broker: record.publisher.name.clone().or_else(|| record.publisher.legal_name.clone()),
            title: title(record),
            report_type: record.product.category,
            language: record.product.language.clone(),
            published: record.product.publish_date,
            rating_raw: rating.and_then(|rating| rating.label.clone().or_else(|| rating.label_raw.clone())),
            rating_subject: rated,
            rating_action: rating.and_then(|rating| rating.action),
            rating_canonical: rating.and_then(|rating| canonical(record, rating)),
            rating_direction: rating.and_then(|rating| rating.direction),
            security_name: stock.and_then(|subject| subject.name.clone()),
            security_code: stock.and_then(|subject| subject.code.clone()),
            industry: subject.and_then(|subject| subject.industry.clone().or_else(|| subject.name.clone().filter(|_| names_sector))),
            analysts: signers.into_iter().filter_map(person).collect(),
            contacts: others.into_iter().filter_map(person).collect(),
            target_price: record
                .target_price
                .as_ref()
                .and_then(|target| Some(GoldTarget { value: target.high.or(target.low)?, currency: target.currency.clone() })),
            benchmark_index: benchmarks(record)
                .or_else(|| rating.and_then(|rating| rating.benchmark.clone()))
                .or_else(|| record.rating_scales.iter().find_map(|scale| scale.benchmark.clone())),
            rating_definitions: definitions(record),
            covered_securities: covered(record),
            risk_warnings: record.risks.clone(),
            disclosures_present: Disclosed::of(record),
            completeness: Some(completeness(record)),
            notes: None,
        }
    }
}

fn title(record: &Record) -> Option<String> {
    let lines: Vec<&str> = [&record.product.title, &record.product.subtitle].into_iter().filter_map(Option::as_deref).collect();
    (!lines.is_empty()).then(|| lines.join(" "))
}

/// By the table of the report itself; a registry's row is none of its words.
fn canonical(record: &Record, rating: &Rating) -> Option<Canonical> {
    let scale = record.rating_scales.get(usize::try_from(rating.scale?).ok()?)?;
    Canonical::of(scale, rating.label.as_deref()?)
}

fn person(author: &Author) -> Option<Person> {
    if author.name.is_none() && author.license_no.is_none() {
        return None;
    }
    let Author { name, license_no, email, phone, .. } = author.clone();
    Some(Person { name: name.unwrap_or_default(), license_no, email, phone })
}

/// The report's own line on benchmarks: `沪深300（A股）；恒生指数（港股）`.
fn benchmarks(record: &Record) -> Option<String> {
    let one = |benchmark: &Benchmark| {
        let indices = benchmark.indices.join("或");
        if benchmark.market.is_empty() { indices } else { format!("{indices}（{}）", benchmark.market) }
    };
    (!record.benchmarks.is_empty()).then(|| record.benchmarks.iter().map(one).collect::<Vec<_>>().join("；"))
}

fn definitions(record: &Record) -> Vec<Definition> {
    let grades = record.rating_scales.iter().flat_map(|scale| scale.grades.iter().map(|grade| (scale.subject_type, grade)));
    grades
        .map(|(subject, grade)| Definition { subject, label: grade.label.clone(), definition: grade.definition.as_deref().map(clean) })
        .collect()
}

/// Takes out of a definition what a converter put in: line breaks, and the LaTeX of percentages with its blanks (`1 5 \\%`).
fn clean(definition: &str) -> String {
    let plain = if definition.contains("\\%") { without_latex(definition) } else { definition.to_owned() };
    let mut text = String::with_capacity(plain.len());
    for line in plain.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let between_words = text.ends_with(|c: char| c.is_ascii_graphic()) && line.starts_with(|c: char| c.is_ascii_graphic());
        if between_words {
            text.push(' ');
        }
        text.push_str(line);
    }
    text
}

fn without_latex(definition: &str) -> String {
    let mut text = String::with_capacity(definition.len());
    let rest = definition.replace("\\%", "%").replace('$', "");
    let mut characters = rest.chars().peekable();
    while let Some(c) = characters.next() {
        let blank = c == ' ';
        let within_number = text.ends_with(|last: char| last.is_ascii_digit() || matches!(last, '-' | '+'))
            && characters.peek().is_some_and(|next| next.is_ascii_digit() || *next == '%');
        if !(blank && within_number) {
            text.push(c);
        }
    }
    text
}

/// One for each word: a security that is recommended and rated stands twice.
fn covered(record: &Record) -> Vec<CoveredSecurity> {
    let called = record.mentions.iter().filter(|mention| !matches!(mention.stance, Some(Stance::Related) | None));
    let mut covered = Vec::new();
    for mention in called {
        let words: Vec<&String> = [&mention.stance_raw, &mention.rating_raw].into_iter().flatten().collect();
        let of = |stance: Option<String>| CoveredSecurity { name: mention.name.clone(), stance };
        let all = if words.is_empty() { vec![of(None)] } else { words.into_iter().map(|word| of(Some(word.clone()))).collect() };
        covered.extend(all.into_iter().filter(|one| !covered.contains(one)).collect::<Vec<_>>());
    }
    covered
}

impl Disclosed {
    /// What of the disclosures a record has.
    pub fn of(record: &Record) -> Self {
        let any = |ids: &[Id]| Some(record.disclosures.iter().any(|disclosure| disclosure.present && ids.contains(&disclosure.id)));
        let has = |there: bool| Some(there);
        let or = |there: bool, ids: &[Id]| if there { Some(true) } else { any(ids) };
        // A contact's number says nothing about who signs.
        let signs = |author: &&Author| matches!(author.role, Some(AuthorRole::Analyst | AuthorRole::Assistant) | None);
        Self {
            research_report_marking: any(&[Id::ResearchReportMarking]),
            firm_name: has(record.publisher.name.as_ref().is_some_and(|name| !name.is_empty())),
            business_qualification: any(&[Id::FirmQualification, Id::RegulatoryStatus]),
            analyst_license_no: has(record.authors.iter().filter(signs).any(|author| author.license_no.is_some())),
            publication_date: or(record.product.publish_date.is_some(), &[Id::PublicationDate]),
            sources_statement: any(&[Id::SourceStatement]),
            risk_notice: or(!record.risks.is_empty(), &[Id::UseRiskWarning]),
            analyst_certification: any(&[Id::AnalystViews, Id::AnalystIndependence, Id::AnalystCompensation]),
            conflict_of_interest: any(&[
                Id::FirmMayHold,
                Id::FirmMayServe,
                Id::HoldingGe1pct,
                Id::IbRelationship,
                Id::MarketMaker,
                Id::AnalystHolding,
            ]),
            copyright_restriction: any(&[Id::Copyright]),
            no_advice_or_client_only: any(&[Id::ClientOnly, Id::NotPersonalAdvice]),
        }
    }
}

/// A report whose text lost parts and shows nothing of what stands at the end has lost its end.
fn completeness(record: &Record) -> Completeness {
    const TAIL: [Id; 6] =
        [Id::Copyright, Id::ClientOnly, Id::NotPersonalAdvice, Id::NoAccuracyWarranty, Id::SourceStatement, Id::RatingDefinitions];
    let lost = record.source.truncated || record.source.needs_source_check;
    let has_tail =
        !record.rating_scales.is_empty() || record.disclosures.iter().any(|disclosure| disclosure.present && TAIL.contains(&disclosure.id));
    if lost && !has_tail { Completeness::NoTail } else { Completeness::Full }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_lose_what_a_converter_put_in() {
        for (printed, expected) in [
            ("- 1 5 \\% - 1 5 \\%", "-15% -15%"),
            ("$1 0 \\%$以上", "10%以上"),
            ("未来六个月涨幅\n超过 15%", "未来六个月涨幅超过 15%"),
            ("return of at least\n  10%", "return of at least 10%"),
            ("between 5 and 10 15%", "between 5 and 10 15%"),
        ] {
            assert_eq!(clean(printed), expected);
        }
    }
}
