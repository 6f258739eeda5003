//! English ratings: `Rating: BUY (maintained)`, `Rating / Remains / Buy`, `▲Overweight / Previous: Neutral`,
//! `We upgrade … to Buy from Neutral`.

use std::ops::Range;
use std::sync::LazyLock;

use crate::document::{Captures, Haystack, Match, Regex};

use super::{Hit, Strength, boxes};
use crate::domain::rating::{Action, SubjectType};
use crate::rules::{Context, labels};

/// How far the front page reaches, in characters.
const FRONT: usize = 4200;
/// How far down the name of the cover stands, in characters.
const TOP: usize = 700;

pub(super) fn pattern(text: &str) -> Option<Regex> {
    let short = r"(?-i:\b(?:OW|UW|EW)\b)";
    Regex::new(&text.replace("{L}", &format!("(?:{}|{short})", labels::english_words()))).ok()
}

/// `Reiterate Rating: BUY`, `Rating Change: BUY`, `Rating\nRemains\nBuy`, `Recommendation: HOLD`.
static BOX: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?m)(?P<lead>(?i:\b(?:reiterate|maintain|upgrade|downgrade|initiating|initiate|resume|reinstate)\s+))?\b(?P<cue>(?i:(?:(?:stock|investment|our|current|analyst|equity|company|sector|industry|12-month|12m)\s+)?(?:rating|recommendation|recomm?\.?|reco\.)(?:\s+change)?|(?:initiating|resuming)\s+coverage|inv\. rating))(?:\s*[:|-]\s*|\s*\n\s*|\s{1,3})(?:(?P<act1>(?i:remains|unchanged|maintained|reiterated|initiated|upgraded?(?: to| from)?|downgraded?(?: to| from)?|raised to|cut to|lowered to|up from|down from|starts at|no change))\s*[:|]?\s*\n?\s*)?(?P<label>{L})(?P<tail>\s*(?:\(\d\))?\s*(?:[(,|-]\s*|\n\s*)?(?P<act2>(?i:maintain(?:ed|s)?|unchanged|reiterated?|initiat(?:ed|ion|e)|upgraded?|downgraded?|resumed?|from|prev(?:ious(?:ly)?)?|prior))\b[)]?)?",
    )
});
/// `▲Overweight`, `Buy` alone on a line of the front page.
static LINE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?m)^[#*\s]{0,8}(?P<mark>[▲△↑▼▽↓])?\s?(?P<label>{L})(?:\s?\(\d[A-Z]?\))?(?P<tail>(?:\s?[(\[,|/-]\s?|\s)(?P<act>(?i:maintain(?:ed|s)?|unchanged|reiterated?|initiat(?:ed|ion|e)|upgraded?|downgraded?|resumed?|from|prev(?:ious(?:ly)?)?|prior))\b[^\n]{0,24})?[*\s]{0,4}$",
    )
});
static PREVIOUS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?i)^(?:\s?\(\d[A-Z]?\))?[\s|(\[,]{0,4}(?:(?:upgraded?|downgraded?|raised|lowered|cut|up|down)\s)?(?:prev(?:ious(?:ly)?|\.)?|prior|from|was|old|former(?:ly)?)\s*(?:rating|recommendation)?\s*[:]?\s*(?:an?\s)?(?P<prior>{L})",
    )
});
/// `CMP: INR920 TP: INR1,100 (+20%) Buy`: the label ends the line of prices.
static PRICES: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"(?m)\b(?:TP|PT|Target Price|CMP)\b[^\n]{3,60}[\s)|](?P<label>{L})\s{0,2}$"));
/// `We maintain our Buy rating`, `Upgrade to Buy from Neutral`, `initiate coverage … with an Outperform rating`, `Stay OW`.
static SENTENCE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?P<act>(?i:\b(?:maintain(?:s|ing|ed)?|reiterat(?:e|es|ing|ed)|reit\.?|retain(?:s|ing|ed)?|reaffirm(?:s|ing|ed)?|keep(?:ing)?|stay|remain|upgrad(?:e|es|ing|ed)|downgrad(?:e|es|ing|ed)|initiat(?:e|es|ing|ed|ion)|resum(?:e|es|ing|ed)|reinstat(?:e|es|ing|ed)|rais(?:e|ing|ed)|cut(?:ting)?|lower(?:ing|ed)?|mov(?:e|es|ing|ed)|u/g|d/g)\b))(?P<mid>[^.;\n]{0,60}?(?:\n[^.;\n]{0,40}?)?)(?:\bfrom (?:an? )?(?P<then>{L})(?: rating)? to (?:an? )?)?\b(?P<label>{L})(?P<after>['”\x22]?(?:[ \n](?:rating|recommendation|stance))?(?:[ \n]\(?from[ \n](?:an? )?(?P<prior>{L}))?)?",
    )
});
/// `our rating on the sector` around the grade.
static SECTOR_WORDS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)\b(?:sector|industry)\b").ok());
static SECTOR_AFTER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^['”\x22]?(?:\s(?:rating|recommendation|stance|view))?\s(?:(?:on|for|in)\s)?(?:the\s|our\s)?(?:[\w&/-]{1,30}\s){0,4}?(?:sector|industry)\b").ok()
});
/// `Previous rating: O-PF` further down the box.
static PREVIOUS_FIELD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(r"(?m)\b(?i:previous|prior|prev\.|former|old|last) (?i:rating|recommendation|reco)\s?[:|\t\n]\s{0,3}(?P<prior>{L})")
});
/// `9999 HK\tUnderperform`: a code and the grade on one line.
static BESIDE_CODE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?m)^[A-Z0-9]{1,8}(?: (?:HK|CH|US|IN|SP|MK|TT|TB|IJ|KS|KQ|JP|PM|AU|LN|GR|FP)|\.[A-Z]{1,2})(?: Equity)?[ \t|:,]{1,4}(?P<label>{L})\s{0,3}$",
    )
});
/// What may stand between verb and label where the verb is about the rating.
static ABOUT_RATING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^\s*(?:(?:our|an?|at|the|its|to|with|on|rating|ratings|coverage|covering|stock|shares?|name|of|rated|as|investment|view|long[- ]term|[A-Z][\w&.'’-]*|['“\x22(])[\s,'“\x22]*){0,9}$").ok()
});

/// A second grade beside the one of a box.
static BESIDE: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(r"^\s?(?:\(\s?(?P<prior>{L})\s?\)|(?:→|->|⇒|➔)\s?(?P<new>{L}))"));
/// `We rate Harbour Buy`, `We assign a Sell rating`, `Our Hold rating is unchanged`.
static STATED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?i:\bwe\s+(?:(?:currently|continue to)\s+)?(?:rate|assign|have|recommend)\s+)(?:(?:an?|our|the stock|the shares?|it|(?-i:[A-Z][\w&.’'-]*))\s+){0,2}(?P<label>{L})(?:\s+(?i:rating|rated))?|(?i:\b(?:we\s+are|remains?|stays?)\s+)(?P<rated>{L})(?:/{L})?[- ](?i:rated)\b|(?i:\bour\s+)(?P<ours>{L})\s+(?i:rating|recommendation)(?:\s+(?i:is|remains|stays)\s+(?P<act>(?i:unchanged|intact|maintained)))?",
    )
});
/// `BUY | Target: HK$20`, `Buy, PT HK$20` at the head of a line.
static WITH_PRICE: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"(?m)^[#*\s]{0,8}(?P<label>{L})\s?[|,;(]\s?(?i:PT|TP|PO|FV|target(?: price)?|price (?:target|objective))\b"));
/// `NEUTRAL`, the name of the sector, and `(Unchanged)` on a line of its own.
static ACTION_BELOW: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^\s*\n(?:\s*[^\n]{0,50}\n){0,2}?\s*\((?P<act>unchanged|maintained|reiterated|upgraded?|downgraded?|initiated?)\)\s*\n")
        .ok()
});
/// `Harbour Rental BUY`: a name of the cover and its grade in capitals.
static BEHIND_NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?m)^[#*\s]{0,4}(?:[A-Z][\w&.’'-]* ){1,5}(?P<label>BUY|ADD|ACCUMULATE|OUTPERFORM|OVERWEIGHT|HOLD|NEUTRAL|UNDERPERFORM|UNDERWEIGHT|REDUCE|SELL)\s*$").ok()
});
/// `RATING ........ Unchanged`: the field of an action, dots up to it.
static DOTTED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)\brating\s?\.{3,}\s?(?P<act>unchanged|maintained|upgraded|downgraded|reiterated|initiated)\b").ok());
/// Words before a cue that make it another rating.
static EARLIER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)\b(?:prior|previous|prev\.?|old|former|last|credit|debt|bond|issuer|esg)\s+$").ok());

pub(super) fn find(context: &Context<'_>) -> Vec<Hit> {
    if context.chinese {
        return Vec::new();
    }
    let text = context.text();
    let front = context.front(FRONT).len();
    let mut hits: Vec<Hit> = Vec::new();
    if let Some(pattern) = BOX.as_ref() {
        hits.extend(pattern.captures_iter(text).filter_map(|found| boxed(text, &found, front)));
    }
    if let Some(pattern) = LINE.as_ref() {
        let lines: Vec<Hit> = pattern.captures_iter(text.part(0..front)).filter_map(|found| line(text, &found)).collect();
        // Grades of several stocks, one a line, are a list and not the report's rating.
        let mut labels: Vec<String> = lines.iter().map(|hit| super::label_key(context, &hit.label)).collect();
        labels.dedup();
        if lines.len() <= 2 && labels.len() <= 1 {
            hits.extend(lines);
        }
    }
    hits.extend(captures(&PRICES, text.part(0..front)).filter_map(|found| bare(found.name("label")?)).take(1));
    hits.extend(captures(&BESIDE_CODE, text.part(0..front)).filter_map(|found| bare(found.name("label")?)).take(1));
    hits.extend(captures(&STATED, context.front(2 * FRONT)).filter_map(|found| stated(&found)));
    hits.extend(captures(&WITH_PRICE, text.part(0..front)).filter_map(|found| bare(found.name("label")?)).take(1));
    let top = context.front(TOP);
    let named = captures(&BEHIND_NAME, top).filter(|found| {
        // `Maintain BUY`, `UPGRADE TO BUY` are no names.
        found
            .get(0)
            .is_some_and(|line| line.as_str().split_whitespace().all(|word| action(word).is_none() && !word.eq_ignore_ascii_case("to")))
    });
    hits.extend(named.filter_map(|found| bare(found.name("label")?)).take(1));
    hits.extend(boxes::views(text.part(0..front)));
    if hits.iter().all(|hit| hit.subject == Some(SubjectType::Industry)) {
        hits.extend(boxes::code(text.part(0..front)));
    }
    if let Some(pattern) = SENTENCE.as_ref() {
        hits.extend(pattern.captures_iter(context.front(2 * FRONT)).filter_map(|found| sentence(text, &found)));
    }
    let moved = captures(&DOTTED, text.part(0..front)).find_map(|found| {
        let act = found.name("act")?;
        Some((action(act.as_str())?, act.range()))
    });
    for hit in hits.iter_mut().filter(|hit| hit.action.is_none() && hit.subject != Some(SubjectType::Industry)) {
        hit.action.clone_from(&moved);
    }
    let field = captures(&PREVIOUS_FIELD, text.part(0..front)).find_map(|found| found.name("prior").map(|prior| prior.range()));
    if let Some(prior) = field {
        for hit in hits.iter_mut().filter(|hit| hit.prior.is_none() && hit.subject != Some(SubjectType::Industry)) {
            hit.prior = Some(prior.clone());
        }
    }
    hits
}

fn captures<'t>(pattern: &'static LazyLock<Option<Regex>>, text: impl Haystack<'t> + 't) -> impl Iterator<Item = Captures<'t>> {
    pattern.as_ref().into_iter().flat_map(move |p| p.captures_iter(text))
}

/// A stock's grade with nothing of its own beside it.
fn bare(label: Match<'_>) -> Option<Hit> {
    let label = capital(label)?;
    Some(Hit {
        strength: Strength::Heading,
        from: label.start,
        raw: label.clone(),
        label,
        action: None,
        prior: None,
        subject: Some(SubjectType::Stock),
        name: None,
    })
}

fn stated(found: &Captures<'_>) -> Option<Hit> {
    let raw = found.get(0)?.range();
    let label = capital(["label", "ours", "rated"].into_iter().find_map(|name| found.name(name))?)?;
    let action = found.name("act").map(|act| (Action::Maintain, act.range()));
    Some(Hit { strength: Strength::Sentence, from: raw.start, raw, label, action, prior: None, subject: None, name: None })
}

/// The action a word of English names.
fn action(word: &str) -> Option<Action> {
    let word = word.trim().to_lowercase();
    let starts = |stems: &[&str]| stems.iter().any(|stem| word.starts_with(stem));
    if starts(&["upgrad", "u/g", "rais", "up from"]) {
        Some(Action::Upgrade)
    } else if starts(&["downgrad", "d/g", "cut", "lower", "down from"]) {
        Some(Action::Downgrade)
    } else if starts(&["initiat", "starts"]) {
        Some(Action::Initiate)
    } else if starts(&["resum", "reinstat"]) {
        Some(Action::Resume)
    } else if starts(&["maintain", "reit", "retain", "reaffirm", "keep", "stay", "remain", "unchanged", "no change"]) {
        Some(Action::Maintain)
    } else {
        None
    }
}

/// Labels are printed with a capital: `buy back`, `hold on` are verbs.
fn capital(label: Match<'_>) -> Option<Range<usize>> {
    label.as_str().starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit()).then(|| label.range())
}

/// Whether the words before a cue make it another rating: `Prior rating:`, `Credit rating:`.
pub(super) fn is_other(text: &str, cue: usize) -> bool {
    let before = text.get(..cue).unwrap_or_default();
    let start = before.char_indices().rev().nth(11).map_or(0, |(at, _)| at);
    EARLIER.as_ref().is_some_and(|p| p.is_match(before.get(start..).unwrap_or_default()))
}

pub(super) fn prior(text: &str, end: usize) -> Option<Range<usize>> {
    let rest = text.get(end..)?;
    let found = PREVIOUS.as_ref()?.captures(rest)?;
    let prior = found.name("prior")?;
    Some(end + prior.start()..end + prior.end())
}

fn boxed(text: &str, found: &Captures<'_>, front: usize) -> Option<Hit> {
    let whole = found.get(0)?;
    let label = capital(found.name("label")?)?;
    let cue = found.name("cue")?;
    // `rating of Buy` in a sentence or `rating Buy` in a table further back is somebody else's.
    let plain = !text.get(cue.end()..label.start)?.contains([':', '\n', '|']) && found.name("act1").is_none();
    if label.start > front * 2 || plain && !cue.as_str().starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()) {
        return None;
    }
    // `a stock that is not Rating Suspended or Not Covered` explains a word.
    let line = text.get(..whole.start())?.rsplit('\n').next().unwrap_or_default();
    if plain && crate::domain::rating::status_word(found.name("label")?.as_str()).is_some() && !line.trim().is_empty() {
        return None;
    }
    // `Prior rating: Buy` (trap T2).
    if is_other(text, whole.start()) {
        return None;
    }
    let word = cue.as_str().to_lowercase();
    let subject = (word.starts_with("sector") || word.starts_with("industry")).then_some(SubjectType::Industry);
    let mut act = [found.name("lead"), found.name("act1"), found.name("act2")]
        .into_iter()
        .flatten()
        .find_map(|word| Some((action(word.as_str())?, word.range())));
    if act.is_none() && word.contains("initiating") {
        act = Some((Action::Initiate, cue.range()));
    }
    // `Hold (Buy)` gives the grade before, `Buy -> Hold` the new one second.
    let beside = BESIDE.as_ref().and_then(|p| p.captures(text.get(label.end..).unwrap_or_default()));
    let place = |name: &str| {
        let found = beside.as_ref()?.name(name)?;
        Some(label.end + found.start()..label.end + found.end())
    };
    let (label, previous) = match place("new") {
        Some(new) => (new, Some(label)),
        None => (label.clone(), prior(text, label.end).or_else(|| place("prior"))),
    };
    Some(Hit {
        strength: Strength::Box,
        from: whole.start(),
        raw: whole.start()..whole.end(),
        label,
        action: act,
        prior: previous,
        subject,
        name: None,
    })
}

fn line(text: &str, found: &Captures<'_>) -> Option<Hit> {
    let whole = found.get(0)?;
    let label = capital(found.name("label")?)?;
    let mark = found.name("mark").map(|mark| {
        let action = if matches!(mark.as_str(), "▲" | "△" | "↑") { Action::Upgrade } else { Action::Downgrade };
        (action, mark.range())
    });
    let said = found.name("act").and_then(|act| Some((action(act.as_str())?, act.range()))).or_else(|| {
        let act = ACTION_BELOW.as_ref()?.captures(text.get(label.end..)?)?.name("act")?;
        Some((action(act.as_str())?, label.end + act.start()..label.end + act.end()))
    });
    let previous = prior(text, label.end);
    // An arrow beside an unchanged label belongs to something else.
    let start = whole.as_str().len() - whole.as_str().trim_start().len();
    Some(Hit {
        strength: Strength::Heading,
        from: whole.start(),
        raw: whole.start() + start..whole.start() + whole.as_str().trim_end().len(),
        label,
        action: mark.or(said),
        prior: previous,
        subject: None,
        name: None,
    })
}

fn sentence(text: &str, found: &Captures<'_>) -> Option<Hit> {
    let (act, mid, label) = (found.name("act")?, found.name("mid")?, found.name("label")?);
    let range = capital(label)?;
    let between = mid.as_str();
    if !ABOUT_RATING.as_ref()?.is_match(between) {
        return None;
    }
    // `Downgrade from Buy to Hold`: the grade before comes first.
    let prior = found.name("prior").or_else(|| found.name("then"));
    if between.trim_end().ends_with("from") && found.name("then").is_none() {
        return None;
    }
    let word = act.as_str().to_lowercase();
    let action = action(act.as_str());
    if action.is_none() && prior.is_none() {
        return None;
    }
    let moves = word.starts_with("rais") || word.starts_with("cut") || word.starts_with("lower");
    // `raise PT; Buy` moves a price: a raised rating is raised *to* something.
    if moves && !between.trim_end().ends_with("to") {
        return None;
    }
    let sector = SECTOR_WORDS.as_ref().is_some_and(|p| p.is_match(between))
        || SECTOR_AFTER.as_ref().is_some_and(|p| p.is_match(text.get(label.end()..).unwrap_or_default()));
    Some(Hit {
        strength: Strength::Sentence,
        from: act.start(),
        raw: act.start()..found.name("after").map_or(label.end(), |after| after.end()),
        label: range,
        action: action.map(|action| (action, act.range())),
        prior: prior.map(|prior| prior.range()),
        subject: sector.then_some(SubjectType::Industry),
        name: None,
    })
}
