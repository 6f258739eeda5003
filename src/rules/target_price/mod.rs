//! The target price of the subject (traps T16, T17): the cue word is required, the old price is the prior one, prices
//! of peers and of scenarios are left out.

mod current;
mod money;

pub(super) use money::currency as currency_of;

use std::ops::Range;
use std::sync::LazyLock;

use crate::document::Regex;

use super::{Context, mention, rating};
use crate::domain::rating::SubjectType;
use crate::domain::reading::TargetReading;
use crate::domain::record::Category;
use crate::domain::{Amount, Located, Slot};
use crate::zones::ZoneKind;
use money::Price;

/// Words that name a target. 合理价值 is what some brokers call it.
static CUE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?P<months>\d{1,2}(?:个月|[- ]month|m)(?:的)?\s?)?(?:目标价(?:格|位)?|目標價(?:格)?|合理价值|合理区间|合理股价|合理估值|合理价格|(?i:\btarget price|\bprice target|\bprice objective|\bprice obj\.|\bfair value(?: estimate)?)|(?i:\b(?:12|twelve)-?\s?m(?:onth|th)?s? target)\b|(?-u:\b)(?:TP|PT|PO)(?-u:\b)|(?P<field>(?m:^)(?:Stock )?Target\s?:))(?:区间)?").ok()
});
/// What may stand between the cue and its figure.
static FILLER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^[▲△▼▽]?\s*(?:\s?\p{Han}{0,6}\n\s{0,4}(?:強力|强力|逢低)?(?:買進|買入|买入|增持|增加持股|中立|中性|持有|區間操作|减持|減持|降低持股|賣出|卖出)\s?)?(?:12-?m(?:th|onth)?s?\b|revision\b)?\s*(?:(?:for|on)\s(?:the\s)?(?:company|stock|shares?|counter|name)\b)?\s*(?:[(\[](?P<note>[^()\[\]\n]{1,24})[)\]])?[\s:|]*(?:\d{3,6}\.[A-Z]{2}\s|% to PT\s)?(?:(?:区间|区間|約|約為|為|上調|下調|調升|調降|調高|調低|維持|不變|給予|於|约|为|是|至|到|在|上调|下调|上修|下修|提升|提高|调整|调高|调低|维持|不变|重申|小幅|大幅|给予|于|,|of|to|at|is|now|a|an|the|our|raised|increased|lifted|lowered|reduced|cut|revised|trimmed|set|slightly|stays?|moves?|goes|rises|falls|remains?|maintained|unchanged|street high|new|12[- ]?m(?:th|onth)?s?|we derive|based on sotp|(?:by )?(?:about |约)?\d{1,3}(?:\.\d+)?% ?(?:至|到|to\b))[\s:]*){0,8}").ok()
});
/// `由35元上调至42元`, `Reduced from HKD 775.00 HKD 727.00`.
static MOVED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^[▲△▼▽]?\s*(?:[(\[][^()\[\]\n]{1,24}[)\]])?(?:\s(?:for|on)\s(?:the\s)?(?:company|stock|shares?|counter|name))?[\s:.]*(?:由|从|從|(?:(?:is |was )?(?:changed|reduced|increased|raised|cut|lowered|lifted|trimmed|revised|moves|moved|goes|rises|falls|up|down)\s+)?from)[\s(]*(?:原来的|此前的|之前的|前次的)?\s*").ok()
});
/// The heads of two columns.
static CHANGED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:from|old|previous|prior)\s{0,3}[\t|\n]\s{0,3}(?:to|new|current)\s{0,3}(?:\n|[\t|])[^%]{0,30}$").ok()
});
static MOVED_TO: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^\s*(?:[/每股股)]{0,8}(?:上调|下调|调整|提升|提高|调高|调低|上修|下修|上調|下調|調整|調升|調降|調高|調低)?(?:至|到|为|為)|to|\n)\s*").ok()
});
static PRIOR_AFTER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:元|/股|每股|[↑↓▲▼)\s,;]|\([^()\n]{0,24}\)){0,6}\(?\s*(?:前值|前次|上次(?:预测)?|原目标价?|原值|原|此前|之前|由|prior|previous(?:ly)?|prev\.?|(?:(?:reduced|increased|raised|lowered|cut|lifted|trimmed)\s(?:by\s)?(?:[-+]?\d{1,3}(?:\.\d+)?%\s)?)?from|was|vs\.?|versus|old)(?:目标价(?:格)?|\s?(?:tp|pt|po|target(?: price)?))?\s*(?:\([^()\n]{1,12}\))?[为是:\s]{0,16}").ok()
});
static IS_PRIOR: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:前值|前次|上次|原|此前|之前|先前|(?:^|[^目当先以之])前|\bprevious|\bprior|\bold|\bformer)(?:的)?[\s:(]*$").ok()
});
static SCENARIO: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:乐观|悲观|保守|情景|情形|假设下|bull|bear|upside case|downside case|base[- ]case|scenario)[^。.\n]{0,16}$|(?:street|consensus|一致)[^。.,\n]{0,16}$").ok()
});
static METHOD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:(?:20)?\d{2}(?:-\d{2})?年?(?:的)?\s?)?\d{1,3}(?:\.\d+)?\s?(?:倍|x)\s?(?:目标)?(?:\d{2,4}[-/]?\d{0,4}E?\s?)?(?:(?:12-month |one-year |1-year )?forward\s)?(?:PE|P/E|PB|P/B|PS|P/S|PEG|市盈率|市净率|EV/EBITDA|EPS)|(?-u:\b)(?:SOTP|DCF|DDM|NAV)(?-u:\b)|分部估值法?|绝对估值法?|sum[- ]of[- ]the[- ]parts").ok()
});

/// The number of a row on a line of its own.
static ROW_BELOW: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^[ \t]*\n\s*\d{1,2}[ \t]*\n").ok());

/// A place that gives a target price.
struct Hit {
    cue: Range<usize>,
    price: Price,
    prior: Option<Price>,
    note: Option<Range<usize>>,
    months: Option<Range<usize>>,
    /// A field of the rating box rather than a sentence.
    field: bool,
}

/// How far the header box of a report about many companies reaches, in characters.
const BOX: usize = 1200;

/// Reads target, prior target, horizon, current price and method.
///
/// A digest, a sector or a strategy report has no target: the targets in it are those of single companies. Only a front
/// page that names a security can say otherwise.
pub(super) fn read(context: &Context<'_>, category: Option<Category>) -> TargetReading {
    let kind = context.kind();
    let many = matches!(category, Some(Category::Industry | Category::Strategy | Category::Macro | Category::MorningNote));
    if matches!(kind, SubjectType::Industry | SubjectType::Market) || (many && !rating::names_a_security(context)) {
        return TargetReading::default();
    }
    let mut reading = current::read(context);
    let foreign = context.foreign();
    let mut hits = hits(context);
    hits.retain(|hit| !foreign.holds(hit.cue.start));
    if many {
        let front = context.front(BOX).len();
        hits.retain(|hit| hit.field && hit.cue.start < front);
        if hits.is_empty() {
            return TargetReading::default();
        }
    }
    // A sentence of an English report that names no code may speak of anybody's target.
    let subject_known = kind == SubjectType::Stock && (context.chinese || rating::names_a_security(context));
    let Some(main) = hits.iter().filter(|hit| subject_known || hit.field).min_by_key(|hit| (!hit.field, hit.cue.start)) else {
        return reading;
    };
    let high = main.price.high.as_ref().unwrap_or(&main.price.low);
    reading.low = located(context, &main.price.low);
    reading.high = located(context, high);
    let same = |hit: &&Hit| hit.price.low.0 == main.price.low.0;
    reading.currency = currency(context, main, &hits);
    let prior = main.prior.as_ref().or_else(|| hits.iter().filter(same).find_map(|hit| hit.prior.as_ref()));
    if let Some(prior) = prior {
        reading.prior_low = located(context, &prior.low);
        reading.prior_high = located(context, prior.high.as_ref().unwrap_or(&prior.low));
    }
    reading.horizon_months = hits.iter().filter(same).find_map(|hit| horizon(context, hit)).or_else(|| term(context));
    reading.method = hits.iter().filter(same).find_map(|hit| method(context, hit));
    reading
}

fn located(context: &Context<'_>, figure: &(Amount, Range<usize>)) -> Slot<Amount> {
    context.located(figure.0, figure.1.clone())
}

fn hits(context: &Context<'_>) -> Vec<Hit> {
    let Some(cue) = CUE.as_ref() else {
        return Vec::new();
    };
    let text = context.text();
    let mut hits: Vec<Hit> = Vec::new();
    let mut priors: Vec<Price> = Vec::new();
    for found in cue.captures_iter(text) {
        let Some(whole) = found.get(0) else {
            continue;
        };
        if matches!(context.kind_at(whole.start()), ZoneKind::Definitions | ZoneKind::Distribution | ZoneKind::Contacts) {
            continue;
        }
        let before = context.before(whole.start(), 40);
        if SCENARIO.as_ref().is_some_and(|p| p.is_match(before)) || of_another(context, whole.start(), before) {
            continue;
        }
        // The heads of a table of earlier targets, glued: `评级 / 市价目标价 / 1`.
        let heads = ["市价", "现价", "收盘价", "日期"].iter().any(|head| before.ends_with(head));
        if heads && ROW_BELOW.as_ref().is_some_and(|row| row.is_match(context.after(whole.end(), 12))) {
            continue;
        }
        let months = found.name("months").map(|months| months.range());
        let Some(mut hit) = hit(text, whole.range(), months) else {
            continue;
        };
        // `Target : Rs 429` is a price with its currency only.
        if found.name("field").is_some() {
            if hit.price.currency.is_none() {
                continue;
            }
            hit.field = true;
        }
        if IS_PRIOR.as_ref().is_some_and(|p| p.is_match(before)) {
            priors.push(hit.price);
        } else {
            hits.push(hit);
        }
    }
    if let (Some(first), Some(prior)) = (hits.first_mut(), priors.into_iter().next()) {
        first.prior = first.prior.take().or(Some(prior));
    }
    hits
}

/// Whether the words before a cue give it to a company the header does not name: 给予某某科技目标价 (trap T17).
fn of_another(context: &Context<'_>, cue: usize, before: &str) -> bool {
    static GIVEN: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?:给予|予以|维持|上调|下调|将|把|对)了?(?P<name>[\p{Han}A-Z]{3,10}?)的?$").ok());
    let name = GIVEN.as_ref().and_then(|given| given.captures(before)?.name("name"));
    let header = context.front(BOX).len();
    name.is_some_and(|name| {
        let here = (cue - before.len()) + name.start();
        mention::company(name.as_str()) && !context.slice(0..header.min(here)).contains(name.as_str())
    })
}

/// The last characters before a cue.
fn before_cue(text: &str, at: usize) -> &str {
    let start = text.floor_char_boundary(at.saturating_sub(80));
    text.get(start..at).unwrap_or_default()
}

/// The figure after a cue, with the prior one beside it.
fn hit(text: &str, cue: Range<usize>, months: Option<Range<usize>>) -> Option<Hit> {
    // 当前价/目标价:340.10/395.20元.
    let pair = text.get(..cue.start)?.ends_with('/').then(|| money::after_slash(text, cue.end)).flatten();
    if let Some(price) = pair {
        return Some(Hit { cue, price, prior: None, note: None, months, field: true });
    }
    if let Some(moved) = MOVED.as_ref()?.find(text.get(cue.end..)?) {
        let mut old = money::read(text, cue.end + moved.end())?;
        // `from HK$3.8 to HK$3.2` is no range.
        if text.get(old.low.1.end..old.end)?.contains("to") {
            (old.high, old.end) = (None, old.low.1.end);
        }
        let to = MOVED_TO.as_ref()?.find(text.get(old.end..)?)?;
        let price = money::read(text, old.end + to.end())?;
        return Some(Hit { cue, price, prior: Some(old), note: None, months, field: true });
    }
    // `From \t To`, then `Price Target \t 28.00 \t 26.00`: the second is the new one.
    if CHANGED.as_ref()?.is_match(before_cue(text, cue.start)) {
        let pair = money::read(text, cue.end).and_then(|old| {
            let new = money::read(text, old.end)?;
            Some((old, new))
        });
        if let Some((old, price)) = pair {
            return Some(Hit { cue, price, prior: Some(old), note: None, months, field: true });
        }
    }
    let filler = FILLER.as_ref()?.captures(text.get(cue.end..)?)?;
    let start = cue.end + filler.get(0)?.end();
    let note = filler.name("note").map(|note| cue.end + note.start()..cue.end + note.end());
    let Some(price) = money::read(text, start) else {
        // Our $620 PO.
        let price = money::before(text, cue.start)?;
        return Some(Hit { cue, price, prior: None, note: None, months, field: false });
    };
    let between = text.get(cue.end..start)?;
    // Two columns that run down one after the other: `Share Price / Fair Value / : / : / RM8.13 / RM9.86`.
    let colons = between.lines().filter(|line| line.trim() == ":").count();
    let price = (1..colons).try_fold(price, |price, _| money::read(text, price.end))?;
    static TERM: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)\d{1,2}[- ]?m(?:th|onth)?s?\b").ok());
    let months = months.or_else(|| TERM.as_ref()?.find(between).map(|term| cue.end + term.start()..cue.end + term.end()));
    let prior = PRIOR_AFTER
        .as_ref()?
        .find(text.get(price.end..)?)
        .and_then(|found| money::read(text, price.end + found.end()))
        .or_else(|| money::bracketed(text, &price));
    let alone = text.get(..cue.start)?.ends_with('\n') && text.get(price.end..)?.trim_start_matches([' ', '元', '\t']).starts_with('\n');
    let field =
        between.contains([':', '\n', '\t']) || note.is_some() || alone || (between.is_empty() && text.get(cue.clone())?.ends_with('格'));
    // Assets and options have fair values too: a share's is a field, or an estimate, in a currency.
    let words = text.get(cue.clone())?.to_ascii_lowercase();
    if words.ends_with("fair value") && !(field && (price.currency.is_some() || note.is_some())) {
        return None;
    }
    Some(Hit { cue, price, prior, note, months, field })
}

/// Printed at the figure or in brackets at the cue; else, for a mainland code, 元.
fn currency(context: &Context<'_>, main: &Hit, hits: &[Hit]) -> Slot<String> {
    let printed = |hit: &Hit| hit.price.currency.clone();
    let in_note = |hit: &Hit| {
        let note = hit.note.clone()?;
        Some((money::currency(context.slice(note.clone()))?.to_owned(), note))
    };
    let found = printed(main)
        .or_else(|| in_note(main))
        .or_else(|| hits.iter().filter(|hit| hit.price.low.0 == main.price.low.0).find_map(|hit| printed(hit).or_else(|| in_note(hit))));
    match found {
        // A dollar of Taiwan or Hong Kong is 元 in its own papers.
        Some((code, range)) if code == "CNY" && context.slice(range.clone()) == "元" => money::of_the_place(context)
            .map_or_else(|| context.located(code, range.clone()), |own| context.located(own.to_owned(), range.clone())),
        Some((code, range)) => context.located(code, range),
        None => money::by_code(context, &main.price),
    }
}

fn horizon(context: &Context<'_>, hit: &Hit) -> Slot<u32> {
    static MONTHS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)(\d{1,2})[\s-]?(?:个月|months?|m\b)").ok());
    let look = |range: Range<usize>| -> Slot<u32> {
        let found = MONTHS.as_ref()?.captures(context.slice(range.clone()))?.get(1)?;
        let months = found.as_str().parse().ok().filter(|months| (1..=36).contains(months))?;
        context.located(months, range.clone())
    };
    hit.months.clone().and_then(look).or_else(|| hit.note.clone().and_then(look))
}

/// A sentence or field of its own: 目标价期限:12个月, `Price targets are set for a horizon of 12 months`.
fn term(context: &Context<'_>) -> Slot<u32> {
    static TERM: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"目标价(?:格)?(?:的)?(?:期限|有效期|时间|周期)(?:为|[:\s|]){0,3}(?:未来)?(?P<zh>\d{1,2})个月|(?i:(?:price\stargets?|target\sprices?)\s(?:is|are)\s(?:set\s|based\s)?(?:for|on|over)\san?\s(?:(?:time\s|investment\s)?horizon\sof\s)?(?P<en>\d{1,2})[\s-]months?)").ok()
    });
    let found = TERM.as_ref()?.captures(context.text())?;
    let months = found.name("zh").or_else(|| found.name("en"))?.as_str().parse().ok().filter(|months| (1..=36).contains(months))?;
    context.located(months, found.get(0)?.range())
}

/// The method in the sentence of the target, the nearest before or after it.
fn method(context: &Context<'_>, hit: &Hit) -> Slot<String> {
    let pattern = METHOD.as_ref()?;
    let before = context.before(hit.cue.start, 70);
    let before = before.rfind(['。', ';']).map_or(before, |stop| before.get(stop..).unwrap_or_default());
    let after = context.after(hit.price.end, 70);
    let after = after.find(['。', ';']).map_or(after, |stop| after.get(..stop).unwrap_or_default());
    let (start, end) = (hit.cue.start - before.len(), hit.price.end);
    let found = pattern
        .find_iter(before)
        .last()
        .map(|found| start + found.start()..start + found.end())
        .or_else(|| pattern.find(after).map(|found| end + found.start()..end + found.end()))?;
    let words: Option<Located<String>> = context.located_words(found);
    words
}

#[cfg(test)]
mod tests;
