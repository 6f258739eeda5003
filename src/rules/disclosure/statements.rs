//! Searching a report for what it says of itself.
//!
//! Both the disclosures and the checklists look for wording, and the same law holds for both: reported speech is not the
//! report's own (domain.md T22), and legal wording in the running text of the first part is as a rule talk about somebody
//! else.

use std::ops::Range;
use std::sync::LazyLock;

use crate::document::Regex;
use serde::Deserialize;

use crate::domain::Evidence;
use crate::rules::Context;
use crate::rules::unwrap::Unwrapped;
use crate::zones::ZoneKind;

/// Characters of a sentence looked at on each side of a match.
const REACH: usize = 160;
/// Characters of evidence on each side of a match.
const QUOTE: usize = 60;
/// Matches of one pattern that are looked at: a footer stands on every page.
const TRIES: usize = 400;

/// Verbs that report somebody else's words.
static REPORTED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?:表示|称|指出|公告|披露|认为|回复|强调|显示)[:,]?$").ok());

/// A company's name and its code.
static COMPANY: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^\p{Han}{2,8}\s?\((?:\d{6}|\d{3,5}\s?\.?HK)").ok());

/// Where words have to stand to be a statement of the report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Voice {
    /// Anywhere.
    #[default]
    Any,
    /// Not in the running text of the first part.
    Legal,
    /// As a mark of the document, not as words of a sentence.
    Marking,
}

/// Words that come before 证券研究报告 when a sentence talks about such reports.
const TALK_BEFORE: &[&str] = &[
    "发布",
    "制作",
    "出具",
    "撰写",
    "本",
    "本公司",
    "我公司",
    "从事",
    "提供",
    "转载",
    "刊载",
    "转发",
    "的",
    "《",
    "“",
    "该",
    "此",
    "其",
    "任何",
    "包括",
    "以及",
    "与",
    "和",
    "是",
    "为",
    "相关",
    "使用",
    "阅读",
    "接收",
    "引用",
    "编制",
    "涉及",
    "关于",
    "或",
    "及",
    "对",
    "在",
    "他",
    "类",
    "将公司",
    "发公司",
    "载公司",
    "供公司",
    "用公司",
];
/// Words that come after it then.
const TALK_AFTER: &[&str] = &[
    "是", "的", "所载", "所述", "所涉", "均", "业务", "暂行", "执业", ",并", ",是", "并", "系", "等", "中", "内", "仅", "之", "、", "和",
    "或", "及其", "版权", "指", "应", "不", "可", "未", "时", "》", "”", "制作", "相关", "对", "进行",
];

/// Words by which a sentence speaks of the report it stands in.
const OWN_VOICE: &[&str] =
    &["本报告", "本公司", "我公司", "本研究报告", "免责", "据此开展", "this report", "this document", "this material"];

/// A text ready to be searched. Line breaks inside sentences are not in the way of a pattern.
pub struct Statements<'a> {
    context: &'a Context<'a>,
    text: &'a Unwrapped<'a>,
}

/// Words found: a byte range of the unwrapped text.
pub type Found = Range<usize>;

impl<'a> Statements<'a> {
    /// Prepares a text.
    pub fn new(context: &'a Context<'a>) -> Self {
        Self { context, text: context.unwrapped() }
    }

    /// Whether the text is mostly Chinese.
    pub fn chinese(&self) -> bool {
        self.context.chinese
    }

    /// Every statement of the report that matches, in order of place.
    pub fn find<'s>(&'s self, pattern: &'s Regex, voice: Voice) -> impl Iterator<Item = Found> + 's {
        pattern.find_iter(self.text.text()).take(TRIES).map(|found| found.range()).filter(move |place| self.counts(voice, place))
    }

    /// Whether a match is a statement of this report.
    fn counts(&self, voice: Voice, place: &Found) -> bool {
        match voice {
            Voice::Marking => self.marks(place),
            Voice::Any => !self.quoted(place),
            Voice::Legal => !self.quoted(place) && self.legal(place),
        }
    }

    /// 证券研究报告 as a mark of the document, not as words of a sentence (CSRC Art. 8(1); domain.md §8).
    fn marks(&self, place: &Found) -> bool {
        let (before, after) = (self.text.before(place.start, 4), self.text.after(place.end, 3));
        // A company behind the mark may begin with such a word: `证券研究报告中江国际(999 HK)`.
        let company = || COMPANY.as_ref().is_some_and(|company| company.is_match(self.text.after(place.end, 30)));
        !TALK_BEFORE.iter().any(|word| before.ends_with(word)) && (!TALK_AFTER.iter().any(|word| after.starts_with(word)) || company())
    }

    /// Whether a match stands where a report makes statements: not in the running text of its first part.
    fn legal(&self, place: &Found) -> bool {
        let kind = self.context.kind_at(self.text.original(place.clone()).start);
        if !kind.is_content() && kind != ZoneKind::Related {
            return true;
        }
        // Headings get lost: the last part of a report is legal text as a rule, and a first page may carry notes of its own.
        place.start * 2 >= self.text.text().len() || OWN_VOICE.iter().any(|own| self.sentence(place).contains(own))
    }

    /// Whether a match is reported speech: inside quotation marks after a verb of saying.
    fn quoted(&self, place: &Found) -> bool {
        let before = self.text.before(place.start, REACH);
        let Some(open) = before.rfind(['“', '「', '『']) else { return false };
        let inside = before.get(open..).is_some_and(|rest| !rest.contains(['”', '」', '』', '\n']));
        inside && before.get(..open).is_some_and(|lead| REPORTED.as_ref().is_some_and(|verb| verb.is_match(lead)))
    }

    /// The sentence around a match, at most 160 characters on each side.
    pub fn sentence(&self, place: &Found) -> &str {
        let ends: &[char] = if self.context.chinese { &['。', '\n', ';', '!', '?'] } else { &['.', ';'] };
        self.text.text().get(self.text.around(place, REACH, ends)).unwrap_or_default()
    }

    /// The clause around a match, cut from the source: what a reader needs to see.
    pub fn evidence(&self, place: &Found) -> Option<Evidence> {
        let ends: &[char] = if self.context.chinese { &['。', '\n', ';', ','] } else { &['.', ';', '•'] };
        let range = self.text.around(place, QUOTE, ends);
        let words = self.text.text().get(range.clone()).unwrap_or_default();
        let start = range.start + (words.len() - words.trim_start().len());
        let end = range.start + words.trim_end().len();
        self.context.evidence(self.text.original(start.min(place.start)..end.max(place.end)))
    }
}
