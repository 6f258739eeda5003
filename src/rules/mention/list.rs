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
        if text.before(at.start, 1).contains(['不', '未', '勿', '被', '非']) || titled(text, at.start) {
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
        cues.push(Cue { at: stance.unwrap_or_else(|| at.clone()), rest, theme });
    }
    cues
}

/// Whether a place is inside the title of another publication.
fn titled(text: &Unwrapped<'_>, at: usize) -> bool {
    let before = text.before(at, 60);
    before.rfind('《').is_some_and(|open| before.get(open..).is_some_and(|rest| !rest.contains(['》', '\n'])))
}

/// The names listed after a cue.
pub(super) fn names(text: &Unwrapped<'_>, cue: &Cue, known: &Known) -> Vec<Listed> {
    let words = text.text();
    let Some(rest) = words.get(cue.rest.clone()) else { return Vec::new() };
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
        let name = cue.rest.start + item.name.start..cue.rest.start + item.name.end;
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
    let last = name.find('等');
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
mod tests {
    use super::*;
    use crate::document::Text;

    fn found(text: &str) -> Vec<(String, String, Option<String>)> {
        let text = Text::from(text);
        let text = Unwrapped::new(&text);
        let known = Known::of(text.text());
        cues(&text).iter().flat_map(|cue| names(&text, cue, &known)).map(|listed| (listed.name, listed.cue, listed.theme)).collect()
    }

    fn names_of(text: &str) -> Vec<String> {
        found(text).into_iter().map(|(name, ..)| name).collect()
    }

    #[test]
    fn brackets_with_themes() {
        let text = "- 1、AI:关注【海川万象】;推荐【白鹭洲】。\n- 2、游戏新模式:推荐【云岭网络】、【星河】。";
        let expected =
            [("海川万象", "关注", "AI"), ("白鹭洲", "推荐", "AI"), ("云岭网络", "推荐", "游戏新模式"), ("星河", "推荐", "游戏新模式")];
        assert_eq!(found(text), expected.map(|(name, cue, theme)| (name.to_owned(), cue.to_owned(), Some(theme.to_owned()))));
    }

    #[test]
    fn sectors_are_no_names() {
        for text in [
            "建议重点关注基本面优异的【游戏】及【出版】板块。",
            "短线建议关注银行、光伏设备、食品饮料以及资源等行业的投资机会。",
            "持续推荐高端医疗设备、消费电子和汽车电子。",
            "看好产品齐全、渠道能力优秀的企业,建议关注浆量持续提升的公司。",
            "本人不因本报告中的具体推荐意见、望江股份的观点收取报酬。",
            "《望江股份点评:推荐望江股份、海川生物》",
            "重点关注新能源与配电:预计低压电器平稳增长,快速发展的能源推动光伏、风电发电侧和终端的需求。",
        ] {
            assert!(names_of(text).is_empty(), "{text}: {:?}", names_of(text));
        }
    }

    #[test]
    fn lists_with_descriptions() {
        let text = "建议关注:(1)半导体设计公司望江股份、白鹭洲,设备公司青禾华创,代工厂海川国际;(2)手机背板厂商云岭科技;(3)面板标的星河方A、XYZ科技。风险提示:需求下滑";
        assert_eq!(names_of(text), ["望江股份", "白鹭洲", "青禾华创", "海川国际", "云岭科技", "星河方A", "XYZ科技"]);
        assert_eq!(
            names_of("建议关注:(1)设计公司望江股份;(2)5G射频/天线厂商卓青微、云和通、海川科技。"),
            ["望江股份", "卓青微", "云和通", "海川科技"]
        );
    }

    #[test]
    fn the_list_ends_at_deng_and_at_other_clauses() {
        assert_eq!(names_of("关注主题以及业绩有确定性增长的个股,如望江万象、云岭仪器等。海川股份公告回购"), ["望江万象", "云岭仪器"]);
        assert_eq!(names_of("继续看好XYZ科技和星河光电,需求回暖,海川集团扩产。"), ["XYZ科技", "星河光电"]);
        assert_eq!(names_of("重点推荐望江集团、海川电子,建议关注云岭高科、青禾股份。").len(), 4);
    }

    #[test]
    fn a_theme_between_the_verb_and_its_noun_is_none() {
        let found = found("建议关注云岭机器人相关标的:望江股份、青禾光电、星河智能。");
        let names: Vec<(&str, &str)> = found.iter().map(|(name, cue, _)| (name.as_str(), cue.as_str())).collect();
        assert_eq!(names, [("望江股份", "建议关注"), ("青禾光电", "建议关注"), ("星河智能", "建议关注")]);
        assert!(names_of("看好公司凭借技术和产能储备保持领先。").is_empty());
    }

    #[test]
    fn two_characters_are_a_name_among_names_of_more() {
        let text = "建议关注:1)算力基础:望江信息、白鹭洲;2)大模型:云岭讯飞、青禾、三江零等;3)应用:星河办公、海图、虹桥科技。";
        assert_eq!(names_of(text), ["望江信息", "白鹭洲", "云岭讯飞", "青禾", "三江零", "星河办公", "海图", "虹桥科技"]);
        assert_eq!(names_of("建议关注:算力、液冷、望江信息、银行、云岭科技。"), ["望江信息", "云岭科技"]);
    }

    #[test]
    fn foreign_names_among_chinese_ones() {
        assert_eq!(names_of("重点推荐Harbour Corp、Northlake、望江股份。"), ["Harbour Corp", "Northlake", "望江股份"]);
        assert!(names_of("我们提示关注两项结构:一是教育与社保支出较快,体现优先次序;二是基金支出较快。").is_empty());
    }

    #[test]
    fn related_securities_by_theme() {
        let text = "先进制造相关标的有:望江电气、海川亚、云岭智能等;数字经济相关标的有:星河微、青禾时代等。";
        let found = found(text);
        assert_eq!(
            found.iter().map(|(name, ..)| name.as_str()).collect::<Vec<_>>(),
            ["望江电气", "海川亚", "云岭智能", "星河微", "青禾时代"]
        );
        assert_eq!(found.last().and_then(|(.., theme)| theme.clone()).as_deref(), Some("数字经济"));
    }
}
