//! A draft field by field, into the shape both readers share.

use crate::domain::evidence::{Located, Slot};
use crate::domain::license::{LicenseType, SacNumber};
use crate::domain::rating::{RatingStatus, status_word};
use crate::domain::reading::{
    AuthorReading, ProductReading, PublisherReading, RatingReading, Reading, ScaleReading, SubjectReading, TargetReading,
};
use crate::domain::record::{Disclosure, Estimate, Grade, KeyPoint, Mention, RelatedReport, SectorCall, Stance};
use crate::domain::{Date, Reason};
use crate::draft::{
    Draft, DraftAuthor, DraftDisclosure, DraftEstimate, DraftGrade, DraftKeyPoint, DraftMention, DraftProduct, DraftPublisher, DraftRating,
    DraftRelated, DraftRisk, DraftScale, DraftSector, DraftSubject, DraftTarget,
};

use super::{Grounder, Zoning, value};

pub(super) fn reading(grounder: &Grounder<'_>, draft: Draft) -> Reading {
    let g = grounder;
    Reading {
        product: product(g, draft.product),
        publisher: publisher(g, draft.publisher),
        authors: draft.authors.into_iter().map(|author| self::author(g, author)).collect(),
        subject: subject(g, draft.subject),
        ratings: draft.ratings.into_iter().map(|rating| self::rating(g, rating)).collect(),
        target_price: target(g, draft.target_price),
        estimates: draft.estimates.into_iter().filter_map(|estimate| self::estimate(g, estimate)).collect(),
        rating_scales: draft.rating_scales.into_iter().map(|scale| self::scale(g, scale)).collect(),
        benchmarks: Vec::new(),
        mentions: draft.mentions.into_iter().filter_map(|mention| self::mention(g, mention)).collect(),
        sector_calls: draft.sector_calls.into_iter().filter_map(|sector| self::sector(g, sector)).collect(),
        key_points: draft.key_points.into_iter().filter_map(|point| key_point(g, &point)).collect(),
        risks: draft.risks.into_iter().filter_map(|risk| self::risk(g, risk)).collect(),
        related_reports: draft.related_reports.into_iter().filter_map(|related| self::related(g, related)).collect(),
        disclosures: draft.disclosures.into_iter().filter_map(|disclosure| self::disclosure(g, &disclosure)).collect(),
        suspicious: Vec::new(),
        review: Vec::new(),
    }
}

fn product(g: &Grounder<'_>, draft: DraftProduct) -> ProductReading {
    let at = draft.at;
    ProductReading {
        category: g.judged(draft.category, at),
        title: g.words(draft.title, at, Zoning::Anywhere),
        subtitle: g.words(draft.subtitle, at, Zoning::Anywhere),
        series: None,
        publish_date: g.day(draft.publish_date, at),
        publish_time: None,
        period_start: g.day(draft.period_start, at),
        period_end: g.day(draft.period_end, at),
    }
}

fn publisher(g: &Grounder<'_>, draft: DraftPublisher) -> PublisherReading {
    PublisherReading {
        name: g.words(draft.name, draft.at, Zoning::Anywhere),
        legal_name: g.words(draft.legal_name, draft.at, Zoning::Anywhere),
    }
}

fn author(g: &Grounder<'_>, draft: DraftAuthor) -> AuthorReading {
    let at = draft.at;
    let license_no = g.words(draft.license_no, at, Zoning::Anywhere);
    AuthorReading {
        name: g.words(draft.name, at, Zoning::Anywhere),
        role: draft.role.map(|role| g.typed(role, String::new(), at, |words| value::role(words, role))),
        license_type: license_no.as_ref().and_then(|number| SacNumber::parse(&number.value).map(|_| number.with(LicenseType::Sac))),
        license_no,
        email: g.words(draft.email, at, Zoning::Anywhere),
        phone: g.words(draft.phone, at, Zoning::Anywhere),
    }
}

fn subject(g: &Grounder<'_>, draft: DraftSubject) -> SubjectReading {
    let at = draft.at;
    SubjectReading {
        kind: g.judged(draft.kind, at),
        name: g.words(draft.name, at, Zoning::Anywhere),
        code: g.words(draft.code, at, Zoning::Anywhere),
        industry: g.words(draft.industry, at, Zoning::Anywhere),
    }
}

fn rating(g: &Grounder<'_>, draft: DraftRating) -> RatingReading {
    let at = draft.at;
    let bare = draft.label.map(|label| label.trim_matches(['“', '”', '"', ' ', '(', ')', '（', '）', '【', '】']).to_owned());
    let label = g.words(bare, at, Zoning::ContentOnly);
    let status = label.as_ref().map(|label| label.with(status_word(&label.value).unwrap_or(RatingStatus::Rated)));
    let not_rated = status.as_ref().is_some_and(|status| status.value != RatingStatus::Rated);
    RatingReading {
        subject_type: g.judged(draft.subject_type, at),
        subject: g.words(draft.subject, at, Zoning::Anywhere),
        label_raw: label.clone().filter(|_| !not_rated),
        label: label.filter(|_| !not_rated),
        action: draft.action.map(|action| g.typed(action, String::new(), at, |words| value::action(words, action))),
        prior_label: g.words(draft.prior_label, at, Zoning::ContentOnly),
        status,
        contradicted_by: Vec::new(),
    }
}

fn target(g: &Grounder<'_>, draft: DraftTarget) -> TargetReading {
    let at = draft.at;
    let low = g.amount(draft.low.or(draft.high), at);
    let high = g.amount(draft.high.or(draft.low), at);
    let prior = g.amount(draft.prior, at);
    // A currency is a conclusion from 元, HK$ … and says nothing without a price.
    let currency = if low.is_some() { g.judged(draft.currency.map(|currency| currency.trim().to_uppercase()), at) } else { None };
    TargetReading {
        low,
        high,
        currency,
        prior_low: prior.clone(),
        prior_high: prior,
        horizon_months: None,
        current_price: g.amount(draft.current_price, at),
        price_date: None,
        method: g.words(draft.method, at, Zoning::Anywhere),
    }
}

fn scale(g: &Grounder<'_>, draft: DraftScale) -> ScaleReading {
    let first = draft.grades.iter().find_map(|grade| grade.at);
    ScaleReading {
        subject_type: draft.subject_type,
        horizon_months: draft.horizon_months.map(|months| {
            let shown = months.to_string();
            g.typed(months, shown, first, |words| value::amount(words, crate::domain::Amount::from_int(i64::from(months))))
        }),
        basis: Vec::new(),
        benchmark: None,
        grades: draft.grades.into_iter().filter_map(|grade| self::grade(g, grade)).collect(),
    }
}

fn grade(g: &Grounder<'_>, draft: DraftGrade) -> Option<Located<Grade>> {
    let at = draft.at;
    let label = g.words(Some(draft.label), at, Zoning::Anywhere)?;
    let mut located = label.with(Grade {
        label: label.value.clone(),
        definition: None,
        low: draft.low,
        high: draft.high,
        status: status_word(&label.value).unwrap_or(RatingStatus::Rated),
        uncertain: false,
    });
    // A bound must be printed beside its label.
    for bound in [draft.low, draft.high] {
        weaken(&mut located, &g.amount(bound, at));
    }
    Some(located)
}

/// Carries over what makes a part of an item unsound.
fn weaken<T, U>(item: &mut Located<T>, part: &Slot<U>) {
    let Some(part) = part.as_ref().filter(|part| !part.is_sound()) else { return };
    let reasons: Vec<Reason> = part.evidence.iter().flat_map(|evidence| evidence.reasons.iter().copied()).collect();
    for evidence in &mut item.evidence {
        evidence.reasons.extend(reasons.iter().copied().filter(|reason| !evidence.reasons.contains(reason)).collect::<Vec<_>>());
        if reasons.is_empty() {
            evidence.reasons.push(Reason::ValueNotInQuote);
        }
    }
}

fn mention(g: &Grounder<'_>, draft: DraftMention) -> Option<Located<Mention>> {
    let at = draft.at;
    let name = g.words(Some(draft.name), at, Zoning::Anywhere)?;
    let word = g.words(draft.word, at, Zoning::Anywhere);
    let code = g.words(draft.code, at, Zoning::Anywhere);
    let stance = draft.stance.map(|stance| g.typed(stance, String::new(), at, |words| value::stance(words, stance)));
    let rated = draft.stance == Some(Stance::Rated);
    // A rating is a word; a rise of 9.8% is none.
    let no_label = rated && word.as_ref().is_none_or(|word| word.value.chars().any(|c| c.is_ascii_digit()));
    let raw = word.as_ref().map(|word| word.value.clone());
    let mut located = name.with(Mention {
        name: name.value.clone(),
        code: code.as_ref().map(|code| code.value.clone()),
        symbol: None,
        theme: None,
        stance: draft.stance,
        stance_raw: raw.clone().filter(|_| !rated),
        rating_raw: raw.filter(|_| rated),
        action: None,
        target_low: None,
        target_high: None,
        currency: None,
        current_price: None,
    });
    weaken(&mut located, &word);
    weaken(&mut located, &code);
    weaken(&mut located, &stance);
    if no_label {
        for evidence in &mut located.evidence {
            evidence.reasons.push(Reason::LabelNotInQuote);
        }
    }
    Some(located)
}

fn sector(g: &Grounder<'_>, draft: DraftSector) -> Option<Located<SectorCall>> {
    let at = draft.at;
    let sector = g.words(Some(draft.sector), at, Zoning::Anywhere)?;
    let word = g.words(draft.word, at, Zoning::Anywhere);
    let stance = draft.stance.map(|stance| g.typed(stance, String::new(), at, |words| value::stance(words, stance)));
    let mut located = sector.with(SectorCall {
        sector: sector.value.clone(),
        stance: draft.stance,
        stance_raw: word.as_ref().map(|word| word.value.clone()),
    });
    weaken(&mut located, &word);
    weaken(&mut located, &stance);
    Some(located)
}

fn risk(g: &Grounder<'_>, draft: DraftRisk) -> Option<Located<String>> {
    let text = draft.text.trim_matches(['。', '；', ';', '.', '、', '，', ' ']).to_owned();
    g.words(Some(text), draft.at, Zoning::ContentOnly)
}

fn related(g: &Grounder<'_>, draft: DraftRelated) -> Option<Located<RelatedReport>> {
    let title = g.words(Some(draft.title.trim_matches(['《', '》', ' ']).to_owned()), draft.at, Zoning::Anywhere)?;
    let date = draft.date.as_deref().and_then(Date::parse);
    let day = date.map(|date| g.typed(date, date.to_string(), draft.at, |words| value::date(words, date)));
    let mut located = title.with(RelatedReport { title: title.value.clone(), date });
    weaken(&mut located, &day);
    Some(located)
}

fn estimate(g: &Grounder<'_>, draft: DraftEstimate) -> Option<Located<Estimate>> {
    let value = g.amount(draft.value, draft.at)?;
    Some(value.with(Estimate {
        subject: None,
        metric: draft.metric,
        period: draft.period,
        kind: draft.kind,
        value: Some(value.value),
        unit: draft.unit,
        currency: None,
    }))
}

/// The words of a key point are the cited segment's own.
fn key_point(g: &Grounder<'_>, draft: &DraftKeyPoint) -> Option<Located<KeyPoint>> {
    let place = g.judged(Some(()), draft.at)?;
    let words = place.evidence.first().map(|evidence| evidence.quote.trim().to_owned()).filter(|words| !words.is_empty())?;
    Some(place.with(KeyPoint { kind: draft.kind, text: words }))
}

fn disclosure(g: &Grounder<'_>, draft: &DraftDisclosure) -> Option<Located<Disclosure>> {
    g.judged(Some(Disclosure { id: draft.id, present: true, polarity: draft.polarity, specific: None }), draft.at)
}
