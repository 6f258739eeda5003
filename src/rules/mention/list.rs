//! Lists after a stance cue: 建议关注:甲股份、乙生物等;推荐【丙】.

use std::ops::Range;
use std::sync::LazyLock;

use crate::document::Regex;

use super::name::{Certainty, Known, describe_cut};
use super::pieces::{Item, items};
use super::words::{CODE, CUE};
use crate::domain::security::symbol;
use crate::rules::unwrap::Unwrapped;

/// Characters a list may run on after its cue.
const LONGEST: usize = 500;
/// Bytes of text before the first name.
const LEAD: usize = 400;

/// A name found after a cue; ranges are of the unwrapped text.
pub(super) struct Listed {
    pub(super) name: String,
    pub(super) code: Option<String>,
    pub(super) theme: Option<String>,
    pub(super) cue: String,
    /// From the cue to the end of the name, or the name alone where the list is long.
    pub(super) range: Range<usize>,
}

static CUES: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(CUE).ok());
static CODES: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(CODE).ok());
/// Sentences that speak of the report or to its reader, not of securities.
static ABOUT_REPORT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"本报告|本公司|我公司|投资者|客户|具体推荐|推荐意见|个人推荐|免责|同期|基准指数|市场指数").ok());
/// A cue that is the grade of a rating box: 推荐(维持), 看好/维持.
static STATED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^\s?[/(|—-]{1,2}\s?(?:维持|首次|上调|下调|调高|调低|首次覆盖)|^[”]?(?:的)?(?:投资)?评级").ok());
/// Where what belongs to a cue ends.
static ENDS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[。\n!?《]|风险提示|风险因素|(?:资料|数据)来源|请务必|图表\d").ok());
/// Cues that are nouns: a verb before them says the stance.
const NOUNS: &[&str] = &["相关标的", "受益标的", "投资标的", "主要标的", "重点标的", "核心标的", "相关公司", "受益公司", "相关个股"];
/// A theme between a verb and its noun is no longer, in characters.
const THEME: usize = 16;
/// What a label before a cue has in front of its words.
static BULLET: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^[-#\s■●•◆➢▶\u{e000}-\u{f8ff}]*(?:\(?[\d一二三四五六七八九十]{1,2}[)、.:]|[①-⑳])?\s*").ok());

/// A cue and the text that belongs to it.
pub(crate) struct Cue {
    /// The cue's words.
    pub(crate) at: Range<usize>,
    /// What follows it, to the end of the sentence or the next cue.
    pub(crate) rest: Range<usize>,
    /// The label it stands under.
    theme: Option<String>,
}

/// The cues of a text with what belongs to them.
pub(crate) fn cues(text: &Unwrapped<'_>) -> Vec<Cue> {
    let Some(pattern) = CUES.as_ref() else { return Vec::new() };
    let words = text.text();
    let found: Vec<Range<usize>> = pattern.find_iter(words).map(|found| found.range()).collect();
    let mut cues: Vec<Cue> = Vec::new();
    let mut opened: Option<Range<usize>> = None;
    for (index, at) in found.iter().enumerate() {
        // 建议关注〔某主题〕相关标的:甲、乙: the verb is the stance, what stands between is the theme.
        let next = found.get(index + 1).filter(|next| words.get(next.start..next.end).is_some_and(|noun| NOUNS.contains(&noun)));
        let between = next.and_then(|next| words.get(at.end..next.start)).unwrap_or_default();
        if (1..=THEME).contains(&between.chars().count()) && !between.contains([',', '、', ';', '。', ':', '\n', '(', '【']) {
            opened = Some(at.clone());
            continue;
        }
        let stance = opened.take();
        if text.before(at.start, 1).contains(['不', '未', '勿', '被', '非', '受']) || titled(text, at.start) {
            continue;
        }
        let after = text.after(at.end, LONGEST);
        if STATED.as_ref().is_some_and(|pattern| pattern.is_match(after)) {
            continue;
        }
        let end = ENDS.as_ref().and_then(|pattern| pattern.find(after)).map_or(after.len(), |found| found.start());
        let next = found.get(index + 1).map_or(words.len(), |next| next.start);
        let rest = at.end..(at.end + end).min(next);
        let lead = text.around(at, 60, &['。', '\n', ';', '!', '?', '】']).start..at.start;
        let sentence = words.get(text.around(at, 80, &['。', '\n', ';'])).unwrap_or_default();
        if ABOUT_REPORT.as_ref().is_some_and(|pattern| pattern.is_match(sentence)) {
            continue;
        }
        let theme = label(words.get(lead).unwrap_or_default(), words.get(at.clone()).unwrap_or_default());
        // 1、AI:关注【甲】;推荐【乙】: the second cue stands under the same label.
        let before = cues.last().filter(|before| before.rest.end == at.start);
        let goes_on = before.filter(|before| words.get(before.rest.clone()).is_some_and(|rest| rest.trim_end().ends_with([';', ','])));
        let theme = theme.or_else(|| goes_on.and_then(|before| before.theme.clone()));
        let at = stance.unwrap_or_else(|| at.clone());
        cues.push(Cue { at: at.start + heading(text, &at)..at.end, rest, theme });
    }
    cues
}

/// How much of a cue is the end of the heading before it: 投资建议〔推荐〕.
fn heading(text: &Unwrapped<'_>, cue: &Range<usize>) -> usize {
    const END: &str = "建议";
    let glued = text.before(cue.start, 2) == "投资" && text.text().get(cue.clone()).is_some_and(|cue| cue.len() > END.len());
    if glued && text.text().get(cue.clone()).is_some_and(|cue| cue.starts_with(END)) { END.len() } else { 0 }
}

/// Whether a place is inside the title of another publication.
fn titled(text: &Unwrapped<'_>, at: usize) -> bool {
    let before = text.before(at, 60);
    before.rfind('《').is_some_and(|open| before.get(open..).is_some_and(|rest| !rest.contains(['》', '\n'])))
}

/// How much of a list only describes the companies that follow: `头部光器件公司,甲、乙等`, `新技术的发展,包括甲、乙等公司`.
fn described(rest: &str, known: &Known) -> usize {
    static DESCRIPTION: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"^(?P<what>[^。;:、,(【]{4,40}?(?:公司|企业|厂商|标的|龙头)),\p{Han}{2,6}、|^[^。;:(【]{4,60}?(?:发展|方向|领域|机会|环节|板块|产业链|赛道|技术|应用|趋势),(?:包括|例如)").ok()
    });
    let Some(found) = DESCRIPTION.as_ref().and_then(|description| description.captures(rest)) else { return 0 };
    // Names before the mark are names all the same.
    let named = |what: &str| {
        what.split(['、', '和', '及']).any(|piece| known.judge(describe_cut(piece.trim_end_matches("公司"))) == Certainty::Certain)
    };
    match found.name("what") {
        Some(what) if named(what.as_str()) => 0,
        Some(what) => what.end() + 1,
        None => found.get(0).map_or(0, |whole| whole.end()),
    }
}

/// The names listed after a cue.
pub(super) fn names(text: &Unwrapped<'_>, cue: &Cue, known: &Known) -> Vec<Listed> {
    let words = text.text();
    let Some(rest) = words.get(cue.rest.clone()) else { return Vec::new() };
    let described = described(rest, known);
    let (Some(rest), start) = (rest.get(described..), cue.rest.start + described) else { return Vec::new() };
    let cue_words = words.get(cue.at.clone()).unwrap_or_default();
    let items = items(rest);
    let judged: Vec<Judged> = items.iter().filter_map(|item| judge(rest, item, known)).collect();
    let certain = judged.iter().any(|item| item.certainty == Certainty::Certain);
    if !certain {
        return Vec::new();
    }
    let mut listed = Vec::new();
    let mut state = State::default();
    for item in judged {
        if !state.takes(&item) {
            if state.done {
                break;
            }
            continue;
        }
        let name = start + item.name.start..start + item.name.end;
        let near = name.start - cue.at.start < 90;
        listed.push(Listed {
            name: rest.get(item.name.clone()).unwrap_or_default().to_owned(),
            code: item.code,
            theme: item.theme.or_else(|| cue.theme.clone()),
            cue: cue_words.to_owned(),
            range: if near { cue.at.start..name.end } else { name },
        });
    }
    listed
}

#[derive(Debug)]
struct Judged {
    name: Range<usize>,
    code: Option<String>,
    theme: Option<String>,
    certainty: Certainty,
    after: char,
    /// The item describes or labels the name: 设备公司〔甲〕, 如〔甲〕, 半导体:〔甲〕.
    led: bool,
    /// It begins with a number of an enumeration.
    numbered: bool,
    /// 等 follows.
    last: bool,
}

fn judge(rest: &str, item: &Item, known: &Known) -> Option<Judged> {
    let words = rest.get(item.range.clone())?;
    let lead = words.len() - words.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '-' | '“')).len();
    let bullet = BULLET.as_ref().and_then(|pattern| pattern.find(words.get(lead..)?)).map_or(0, |found| found.end());
    let lead = lead + bullet;
    let mut body = words.get(lead..)?;
    let mut start = item.range.start + lead;
    let bracketed = body.contains('【');
    if let Some(open) = body.find('【') {
        let inner = open + '【'.len_utf8();
        start += inner;
        body = body.get(inner..)?;
    }
    let mut theme = None;
    let mut led = false;
    if let Some(colon) = body.rfind(':').filter(|&at| at + 1 < body.len() && !body.get(..at).is_some_and(|before| before.contains('('))) {
        theme = body.get(..colon).map(clean_label).filter(|label| theme_like(label));
        start += colon + 1;
        body = body.get(colon + 1..)?;
        led = true;
    }
    let open = body.find('(').unwrap_or(body.len());
    let code = body
        .get(open..)
        .and_then(|inside| CODES.as_ref()?.find(inside))
        .map(|found| found.as_str().to_owned())
        .filter(|code| symbol(code).is_some());
    let mut name = body.get(..open)?;
    let mut last = name.find('等');
    // 甲股份、乙药房3、器械板块: the number of the next paragraph, where line breaks were lost.
    last = last.or_else(|| numbered_behind(name, rest.get(item.range.end..)?));
    if let Some(at) = last {
        name = name.get(..at)?;
    }
    let cut = describe_cut(name);
    led |= cut.len() < name.len();
    start += name.len() - cut.len();
    let cut_words = cut.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '”' | '"' | '以'));
    let plain = cut_words
        .strip_suffix("公司")
        .filter(|rest| rest.chars().count() > 2 && known.judge(cut_words) != Certainty::Certain)
        .unwrap_or(cut_words);
    // 【】 holds names and sectors alike; what follows tells a sector.
    let sectorial = bracketed && sector_follows(rest, item.range.end);
    let certainty = if sectorial {
        Certainty::No
    } else if bracketed || code.is_some() {
        known.judge(plain).max(
            if super::name::sector(plain)
                || super::name::phrase(plain)
                || !(2..=if plain.is_ascii() { 30 } else { 10 }).contains(&plain.chars().count())
            {
                Certainty::No
            } else {
                Certainty::Certain
            },
        )
    } else {
        known.judge(plain)
    };
    Some(Judged {
        name: start..start + plain.len(),
        code,
        theme,
        certainty,
        after: item.after,
        led,
        numbered: bullet > 0,
        last: last.is_some(),
    })
}

/// Where the number of what comes next begins in an item: 乙药房3 before 、, 乙药房2)新品.
fn numbered_behind(name: &str, after: &str) -> Option<usize> {
    let at = name.find(|c: char| c.is_ascii_digit() || ('①'..='⑳').contains(&c))?;
    let before = name.get(..at)?.chars().next_back()?;
    let number = name.get(at..)?;
    let rest = number.trim_start_matches(|c: char| c.is_ascii_digit());
    let circled = rest.len() == number.len();
    let ends = number.len() - rest.len() <= 2 && (rest.starts_with(')') || (rest.is_empty() && after.starts_with('、')));
    (('\u{4e00}'..='\u{9fff}').contains(&before) && (circled || ends)).then_some(at)
}

/// Whether 板块 or the like follows the closing bracket, at once or after further brackets.
fn sector_follows(rest: &str, close: usize) -> bool {
    let Some(tail) = rest.get(close..) else { return false };
    let mut tail = tail.trim_start_matches('】');
    for _ in 0..8 {
        if ["板块", "行业", "赛道", "领域", "产业", "子行业", "方向"].iter().any(|word| tail.starts_with(word)) {
            return true;
        }
        let trimmed = tail.trim_start_matches(['、', '和', '及', '与', '/']);
        let trimmed = trimmed.strip_prefix("以及").unwrap_or(trimmed);
        let Some((_, after)) = trimmed.strip_prefix('【').and_then(|rest| rest.split_once('】')) else { return false };
        tail = after;
    }
    false
}

/// Which items of a list are taken.
#[derive(Default)]
struct State {
    begun: bool,
    commas_only: bool,
    crossed: bool,
    ended: bool,
    done: bool,
    /// A name of more than two characters stands before.
    whole: bool,
}

impl State {
    fn takes(&mut self, item: &Judged) -> bool {
        if self.ended && !(matches!(item.after, ';' | ',') && (item.led || item.numbered)) {
            self.done = true;
            return false;
        }
        if self.begun {
            let comma = matches!(item.after, ',' | ';');
            let wanted = match item.certainty {
                Certainty::No => false,
                // Two characters are a name between names of more: 科大讯飞、〔某某〕、三六零.
                Certainty::Short => item.after == '、' && self.whole && !self.ended,
                Certainty::Possible => !comma || item.led || self.commas_only,
                Certainty::Certain => true,
            };
            if !wanted {
                self.whole = false;
                self.done = comma && !item.led && !item.numbered;
                return false;
            }
            self.commas_only &= comma;
        } else {
            self.crossed |= matches!(item.after, ',' | ';');
            if item.certainty <= Certainty::Short || (self.crossed && !item.led) || item.name.start > LEAD {
                return false;
            }
            self.begun = true;
            self.commas_only = true;
        }
        self.ended = item.last;
        self.whole = item.certainty >= Certainty::Possible || self.whole && item.certainty == Certainty::Short;
        true
    }
}

/// The label before a cue: 1、AI:关注 → AI; 先进制造相关标的有 → 先进制造.
fn label(lead: &str, cue: &str) -> Option<String> {
    let lead = lead.trim_end();
    let words = match lead.strip_suffix(':') {
        Some(words) => words,
        None if cue.contains("标的") => lead,
        None => return None,
    };
    let words = words.rsplit(['。', '\n']).next().unwrap_or(words);
    Some(clean_label(words)).filter(|label| theme_like(label))
}

fn clean_label(words: &str) -> String {
    let words = BULLET.as_ref().map_or(words, |pattern| words.get(pattern.find(words).map_or(0, |found| found.end())..).unwrap_or(words));
    words.trim().trim_end_matches("方面").to_owned()
}

fn theme_like(label: &str) -> bool {
    let length = label.chars().count();
    (1..=16).contains(&length)
        && !label.contains([',', ';', '(', '。', '“', '《'])
        && !["建议", "我们", "投资", "观点", "策略", "提示", "维持", "要点"].iter().any(|word| label.contains(word))
}

#[cfg(test)]
mod tests;
