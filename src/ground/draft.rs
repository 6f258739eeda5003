//! A draft field by field, into the shape both readers share.

use std::ops::Range;

use crate::domain::evidence::{Located, Slot};
use crate::domain::license::{LicenseType, SacNumber};
use crate::domain::rating::{RatingStatus, status_word};
use crate::domain::reading::{
    AuthorReading, ProductReading, PublisherReading, RatingReading, Reading, ScaleReading, SubjectReading, TargetReading,
};
use crate::domain::record::{Disclosure, Estimate, Grade, KeyPoint, Mention, RelatedReport, SectorCall, Stance};
use crate::domain::{Amount, By, Date, Evidence, Reason};
use crate::draft::{
    Draft, DraftAuthor, DraftDisclosure, DraftEstimate, DraftGrade, DraftKeyPoint, DraftMention, DraftProduct, DraftPublisher, DraftRating,
    DraftRelated, DraftRisk, DraftScale, DraftSector, DraftSubject, DraftTarget,
};

use super::day::Day;
use super::label::Own;
use super::number::Quantity;
use super::{Grounder, Zoning, form, metric, people, word};

pub(super) fn reading(grounder: &Grounder<'_>, draft: Draft) -> Reading {
    let g = grounder;
    let subject = subject(g, draft.subject);
    let name = subject.name.as_ref().map(|name| name.value.clone());
    let code = subject.code.as_ref().map(|code| code.value.clone());
    let names: Vec<&str> =
        [&draft.publisher.name, &draft.publisher.legal_name].into_iter().flatten().chain(&name).map(String::as_str).collect();
    let product = product(g, draft.product, &names);
    let title = product.title.as_ref().map(|title| title.value.clone());
    Reading {
        product,
        publisher: publisher(g, draft.publisher, name.as_deref()),
        authors: draft.authors.into_iter().map(|author| self::author(g, author)).collect(),
        subject,
        ratings: draft.ratings.into_iter().map(|rating| self::rating(g, rating, name.as_deref(), code.as_deref())).collect(),
        target_price: target(g, draft.target_price),
        estimates: draft.estimates.into_iter().filter_map(|estimate| self::estimate(g, estimate)).collect(),
        rating_scales: draft.rating_scales.into_iter().map(|scale| self::scale(g, scale)).collect(),
        benchmarks: Vec::new(),
        mentions: draft.mentions.into_iter().filter_map(|mention| self::mention(g, mention)).collect(),
        sector_calls: draft.sector_calls.into_iter().filter_map(|sector| self::sector(g, sector)).collect(),
        key_points: draft.key_points.into_iter().filter_map(|point| key_point(g, &point)).collect(),
        risks: draft.risks.into_iter().filter_map(|risk| self::risk(g, risk)).collect(),
        related_reports: draft.related_reports.into_iter().filter_map(|related| self::related(g, related, title.as_deref())).collect(),
        disclosures: draft.disclosures.iter().map(|disclosure| self::disclosure(g, disclosure)).collect(),
        review: Vec::new(),
    }
}

fn product(g: &Grounder<'_>, draft: DraftProduct, names: &[&str]) -> ProductReading {
    let at = draft.at;
    ProductReading {
        category: g.judged(draft.category, at),
        title: g.words_if(draft.title, at, Zoning::Front, |title, _| {
            formed(form::is_title(title))?;
            // A report is not titled with a bare name.
            if names.contains(&title) { Err(Reason::OtherMeaning) } else { Ok(()) }
        }),
        subtitle: g.words(draft.subtitle, at, Zoning::Front),
        series: None,
        publish_date: g.day(draft.publish_date, at, Day::Published),
        publish_time: None,
        period_start: g.day(draft.period_start, at, Day::Period),
        period_end: g.day(draft.period_end, at, Day::Period),
    }
}

fn publisher(g: &Grounder<'_>, draft: DraftPublisher, subject: Option<&str>) -> PublisherReading {
    // Nobody publishes research about itself.
    let other = |name: &str, _: &Range<usize>| if Some(name) == subject { Err(Reason::OtherMeaning) } else { Ok(()) };
    PublisherReading {
        name: g.words_if(draft.name, draft.at, Zoning::Anywhere, other),
        legal_name: g.words_if(draft.legal_name, draft.at, Zoning::Anywhere, |name, place| {
            formed(form::is_legal_name(name))?;
            other(name, place)
        }),
    }
}

fn formed(fits: bool) -> Result<(), Reason> {
    if fits { Ok(()) } else { Err(Reason::WrongForm) }
}

fn author(g: &Grounder<'_>, draft: DraftAuthor) -> AuthorReading {
    let at = draft.at;
    let license_no = g.words_if(draft.license_no, at, Zoning::Anywhere, |number, _| formed(form::is_license(number)));
    let name = g.words_if(draft.name, at, Zoning::Anywhere, |name, _| {
        formed(form::is_person(name))?;
        match (people::is_whole(g.text(), name), people::sells(g.text(), name)) {
            (false, _) => Err(Reason::PartialName),
            (true, true) => Err(Reason::OtherMeaning),
            (true, false) => Ok(()),
        }
    });
    let role = draft.role.map(|role| {
        let mut located = g.worded(role, at, |words| word::role(words, role));
        let place = name.as_ref().and_then(|name| g.place(name));
        if let Some(place) = place.clone().filter(|place| !located.is_sound() && word::role_near(g.text(), place.start, role)) {
            located = g.at(role, place);
        }
        let heading = place.and_then(|place| word::role_before(g.text(), place.start));
        if heading.is_some_and(|heading| heading != role) {
            located.spoil(Reason::OtherMeaning);
        }
        located
    });
    AuthorReading {
        name,
        role,
        license_type: license_no.as_ref().and_then(|number| SacNumber::parse(&number.value).map(|_| number.with(LicenseType::Sac))),
        license_no,
        email: g.words_if(draft.email, at, Zoning::Anywhere, |email, _| formed(form::is_email(email))),
        phone: g.words_if(draft.phone, at, Zoning::Anywhere, |phone, _| formed(form::is_phone(phone))),
    }
}

fn subject(g: &Grounder<'_>, draft: DraftSubject) -> SubjectReading {
    let at = draft.at;
    let name = g.words(draft.name, at, Zoning::Front);
    SubjectReading {
        kind: g.judged(draft.kind, at),
        code: g.words_if(draft.code, at, Zoning::Anywhere, |code, place| {
            formed(form::is_code(code))?;
            let named = name.as_ref().is_some_and(|name| g.is_beside(&name.value, place));
            if named || g.is_front(place) { Ok(()) } else { Err(Reason::Unnamed) }
        }),
        name,
        industry: g.words(draft.industry, at, Zoning::Anywhere),
    }
}

fn rating(g: &Grounder<'_>, draft: DraftRating, name: Option<&str>, code: Option<&str>) -> RatingReading {
    let at = draft.at;
    let subject = g.words(draft.subject, at, Zoning::Anywhere);
    let own = Own { names: subject.iter().map(|subject| subject.value.as_str()).chain(name).collect(), code };
    let bare = draft.label.map(|label| label.trim_matches(['“', '”', '"', ' ', '(', ')', '（', '）', '【', '】']).to_owned());
    let label = g.label(bare, at, &own);
    let status = label.as_ref().map(|label| label.with(status_word(&label.value).unwrap_or(RatingStatus::Rated)));
    let not_rated = status.as_ref().is_some_and(|status| status.value != RatingStatus::Rated);
    let beside = label.as_ref().filter(|label| label.is_sound()).and_then(|label| g.place(label));
    RatingReading {
        subject_type: g.judged(draft.subject_type, at),
        subject,
        label_raw: label.clone().filter(|_| !not_rated),
        label: label.filter(|_| !not_rated),
        action: draft.action.map(|action| g.action(action, at, beside)),
        prior_label: g.prior_label(draft.prior_label, at),
        status,
        contradicted_by: Vec::new(),
    }
}

fn target(g: &Grounder<'_>, draft: DraftTarget) -> TargetReading {
    let at = draft.at;
    let low = g.amount(draft.low.or(draft.high), at, Quantity::Target);
    let high = g.amount(draft.high.or(draft.low), at, Quantity::Target);
    let mut prior = g.amount(draft.prior, at, Quantity::PriorTarget);
    // Without a target there is none before it.
    if let Some(prior) = prior.as_mut().filter(|_| !low.as_ref().is_some_and(Located::is_sound)) {
        prior.spoil(Reason::Unnamed);
    }
    let current_price = g.amount(draft.current_price, at, Quantity::Price);
    // A currency is a conclusion from 元, HK$ … and says nothing without a price.
    let priced = [&low, &current_price].into_iter().flatten().find(|price| price.is_sound());
    let currency = draft.currency.filter(|_| priced.is_some()).map(|currency| {
        let currency = currency.trim().to_uppercase();
        match priced.and_then(|price| g.place(price)) {
            Some(place) => g.currency(currency, &place),
            None => unplaced(currency),
        }
    });
    TargetReading {
        low,
        high,
        currency,
        prior_low: prior.clone(),
        prior_high: prior,
        horizon_months: None,
        current_price,
        price_date: None,
        method: g.words(draft.method, at, Zoning::ContentOnly),
    }
}

fn scale(g: &Grounder<'_>, draft: DraftScale) -> ScaleReading {
    let first = draft.grades.iter().find_map(|grade| grade.at);
    let labels: Vec<String> = draft.grades.iter().map(|grade| grade.label.clone()).collect();
    ScaleReading {
        subject_type: draft.subject_type,
        horizon_months: draft.horizon_months.map(|months| {
            let found = g.months(Amount::from_int(i64::from(months)), first);
            found.with(months)
        }),
        basis: Vec::new(),
        benchmark: None,
        grades: draft.grades.into_iter().filter_map(|grade| self::grade(g, grade, &labels)).collect(),
    }
}

fn grade(g: &Grounder<'_>, draft: DraftGrade, labels: &[String]) -> Option<Located<Grade>> {
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
    // A bound is printed behind its own label and before the next one.
    let own = g.place(&label).and_then(|place| g.definition(&place, labels));
    for bound in [draft.low, draft.high].into_iter().flatten() {
        weaken(&mut located, &Some(g.bound(bound, at, own.clone())));
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
    let name = g.words_if(Some(draft.name), at, Zoning::Anywhere, |name, _| formed(form::is_company(name)))?;
    let place = g.place(&name);
    let word = g.words(draft.word, at, Zoning::Anywhere);
    // A code stands beside its name.
    let code = g.words_if(draft.code, at, Zoning::Anywhere, |code, found| {
        formed(form::is_code(code))?;
        if place.as_ref().is_none_or(|_| g.is_beside(&name.value, found)) { Ok(()) } else { Err(Reason::OtherMeaning) }
    });
    let rated = draft.stance == Some(Stance::Rated);
    let stance = draft.stance.map(|stance| {
        let mut located = g.worded(stance, at, |words| word::stance(words, stance));
        if let (Some(place), false) = (&place, rated)
            && let Err(reason) = word::stance_of(g.text(), place, stance)
        {
            located.spoil(reason);
        }
        located
    });
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
    let stance = draft.stance.map(|stance| g.worded(stance, at, |words| word::stance(words, stance)));
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
    g.words_if(Some(text), draft.at, Zoning::ContentOnly, |_, place| if g.is_risk(place) { Ok(()) } else { Err(Reason::Unnamed) })
}

fn related(g: &Grounder<'_>, draft: DraftRelated, own: Option<&str>) -> Option<Located<RelatedReport>> {
    let words = draft.title.trim_matches(['《', '》', ' ']).to_owned();
    let title = g.words_if(Some(words), draft.at, Zoning::Anywhere, |title, place| {
        if Some(title) == own {
            return Err(Reason::OtherMeaning);
        }
        if g.is_listed(place) { Ok(()) } else { Err(Reason::Unnamed) }
    })?;
    let date = draft.date.as_deref().and_then(Date::parse);
    let day = draft.date.and_then(|date| g.day(Some(date), draft.at, Day::Related));
    let mut located = title.with(RelatedReport { title: title.value.clone(), date });
    weaken(&mut located, &day);
    Some(located)
}

fn estimate(g: &Grounder<'_>, draft: DraftEstimate) -> Option<Located<Estimate>> {
    let mut value = g.amount(draft.value, draft.at, Quantity::Figure(draft.metric, draft.unit))?;
    if let (Some(period), Some(kind)) = (&draft.period, draft.kind)
        && !metric::kind_fits(g.text(), period, kind)
    {
        value.spoil(Reason::OtherMeaning);
    }
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

fn disclosure(g: &Grounder<'_>, draft: &DraftDisclosure) -> Located<Disclosure> {
    let value = Disclosure { id: draft.id, present: true, polarity: draft.polarity, specific: None };
    g.worded(value, draft.at, |words| word::disclosure(words, draft.id))
}

/// A value nothing was cited for.
fn unplaced<T>(value: T) -> Located<T> {
    Located::new(value, Evidence::missing(By::Model, String::new(), vec![Reason::NotCited]))
}
