//! Chinese ratings in sentences: 维持“买入”评级, 评级由增持上调至买入.

use std::ops::Range;
use std::sync::LazyLock;

use crate::document::{Captures, Regex, Text};

use super::chinese::{NO_RATING_BEFORE, PRIOR_BEFORE, captures, label, pattern};
use super::{Hit, Strength};
use crate::domain::rating::{Action, SubjectType};

/// `维持“买入”评级`, `首次覆盖,给予“增持”评级`, `评级由“买入”下调至“中性”`, 维持跑赢行业.
static SENTENCE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?P<open>[“「『\x22'【]?)(?P<label>{L})(?P<suffix>[-—][ABC])?(?P<close>[”」』\x22'】]?)(?P<tail>(?:的)?(?:行业|公司|投资|投資|长期)*(?:评级|評級|评等|評等|(?P<advice>建议|建議)))?",
    )
});
static VERB: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?P<first>首次(?:覆盖|覆蓋|评级|给予|推荐|关注)?)|(?P<keep>维持|維持|重申|保持)|(?P<up>上调|上調|调高|調高|调升|調升|提升|上修)|(?P<down>下调|下調|调低|調低|调降|調降|下修)|(?P<resume>恢复(?:覆盖)?|恢復(?:覆蓋)?)|(?P<rise>升级|升級|升至|升为)|(?P<fall>降级|降級|降至|降为)|(?P<give>给予|给与|给于|給予|授予|给出|予以?|调整[为至])")
        .ok()
});
/// What is raised or cut when it is no rating (`domain.md` §2.3): 上调目标价, 下调盈利预测.
static NOT_RATING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^(?:公司|其|对公司|\d{2,4}[-年])?[^,。;评]{0,14}?(?:目标|盈利|预测|预期|业绩|收入|净利|利润|估值|EPS|销量|假设|价格)").ok()
});
static FROM: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"(?:由|从|自)[^,。;\n]{0,6}?[“「\x22]?(?P<prior>{L})(?:-[ABC])?[”」\x22]?(?:评级|評級)?\s?$"));
static SECTOR_NAME: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:对|给予|维持|重申|首次覆盖)?(?P<name>\p{Han}{2,10})(?:行业|板块)[^,。;]{0,8}$").ok());
/// 维持买入, 下调评级至持有: the verb right before a grade without quotes.
static PLAIN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?P<keep>维持|維持|重申)(?P<word>(?:公司|行业|投资|股票|其)*(?:评级|評級)(?:为|為)?)?$|(?P<cue>评级|評級|評等)[^,。;]{0,16}(?:[上下][调調]|[调調][高低升降整]|[升降]级?)(?:其|公司)*(?:评级|評級)?[至到为為]$|(?:[上下][调調]|[调調][高低升降])(?:其|公司|行业|投资)*(?:评级|評級)[至到为為]$|(?:评级|評級|評等)(?:维持|維持|保持)(?:在|为|為)?$|(?P<title>(?:[上下][调調]|[调調][高低升降]))[至到]$").ok()
});
/// Grades that a sentence keeps without meaning a rating: 政策维持中性, 维持看好, 维持推荐.
const WORDS_OF_PROSE: &[&str] = &["中性", "中立", "看好", "看淡", "看空", "推荐", "谨慎", "观望", "持有", "回避", "规避"];
/// `(原为“增持”)` behind the grade.
static WAS: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"^[(,]?(?:原|此前|之前|前次|上次)(?:评级|評級)?(?:为|為|是)?[:\s]?[“「\x22]?(?P<prior>{L})"));

/// Every rating sentence.
pub(super) fn find(text: &Text) -> Vec<Hit> {
    captures(&SENTENCE, text).filter_map(|found| sentence(text, &found)).collect()
}

/// Whether a grade without quotes is one: its verb stands right before it and the clause ends behind it.
fn plain(lead: &str, words: &str, rest: &str) -> bool {
    let Some(found) = PLAIN.as_ref().and_then(|p| p.captures(lead)) else {
        return false;
    };
    let bare = found.name("keep").is_some() && found.name("word").is_none();
    ends(rest) && !(bare && WORDS_OF_PROSE.contains(&words))
}

/// Whether a clause ends before `rest`.
fn ends(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with(['。', ',', ';', '(', '\n', '!']) || rest.starts_with("目标") || rest.starts_with("目標")
}

fn sentence(text: &str, found: &Captures<'_>) -> Option<Hit> {
    let whole = found.get(0)?;
    let label = label(found)?;
    let cue = found.name("tail").is_some();
    // 维持买进建议 ends its clause; 推荐建议关注 goes on.
    if found.name("advice").is_some_and(|advice| !ends(text.get(advice.end()..).unwrap_or_default())) {
        return None;
    }
    let quoted = found.name("open").is_some_and(|open| !open.as_str().is_empty())
        && found.name("close").is_some_and(|close| !close.as_str().is_empty());
    let words = text.get(label.clone()).unwrap_or_default();
    let two_words = words.ends_with("行业") || words.ends_with("大市") || words.ends_with("大势");
    let from = sentence_start(text, whole.start());
    let lead = text.get(from..whole.start()).unwrap_or_default();
    let rest = text.get(whole.end()..).unwrap_or_default();
    if PRIOR_BEFORE.as_ref().is_some_and(|p| p.is_match(lead)) || !(cue || quoted || two_words || plain(lead, words, rest)) {
        return None;
    }
    let verbs: Vec<Captures<'_>> = VERB.as_ref()?.captures_iter(lead).collect();
    let mut action: Option<(Action, Range<usize>)> = None;
    let mut given = false;
    let mut verb_end = None;
    for verb in &verbs {
        let at = verb.get(0)?;
        let rest = lead.get(at.end()..).unwrap_or_default();
        // 毛利率降至20%, 产品升级: these move a rating only where the grade follows at once.
        let loose = verb.name("rise").is_some() || verb.name("fall").is_some();
        if loose && !rest.trim_start_matches("公司").trim_start_matches("评级").trim_start_matches(['至', '到', '为']).is_empty() {
            continue;
        }
        let kind = [
            ("first", Action::Initiate),
            ("keep", Action::Maintain),
            ("up", Action::Upgrade),
            ("down", Action::Downgrade),
            ("resume", Action::Resume),
            ("rise", Action::Upgrade),
            ("fall", Action::Downgrade),
        ]
        .into_iter()
        .find_map(|(name, action)| verb.name(name).map(|_| action));
        let about_figures = NOT_RATING.as_ref().is_some_and(|p| p.is_match(rest));
        match kind {
            Some(_) if about_figures && rest.contains([',', ';', '至']) => {}
            // 首次覆盖,给予…: what follows gives, the first says that it is new.
            Some(found) => action = Some((found, from + at.start()..from + at.end())),
            None => given = true,
        }
        if !(about_figures && rest.contains(',')) {
            verb_end = Some(at.end());
        }
    }
    let verb_end = verb_end?;
    if action.is_none() && !given {
        return None;
    }
    let between = lead.get(verb_end..).unwrap_or_default();
    if between.chars().count() > 26 || NO_RATING_BEFORE.as_ref().is_some_and(|p| !cue && p.is_match(lead)) {
        return None;
    }
    let prior = FROM.as_ref().and_then(|p| {
        let cut = verbs
            .iter()
            .rev()
            .filter_map(|verb| verb.get(0))
            .map(|verb| verb.start())
            .find(|start| p.is_match(lead.get(..*start).unwrap_or_default()));
        let prior = p.captures(lead.get(..cut?)?)?.name("prior")?;
        Some(from + prior.start()..from + prior.end())
    });
    let prior = prior.or_else(|| {
        let prior = WAS.as_ref()?.captures(rest)?.name("prior")?;
        Some(whole.end() + prior.start()..whole.end() + prior.end())
    });
    let sector = SECTOR_NAME.as_ref().and_then(|p| p.captures(between)).and_then(|found| found.name("name"));
    let sectors_rating = ["行业评级", "板块评级", "行业投资评级"].iter().any(|words| lead.contains(words));
    let speaks_of_sector = sectors_rating
        || between.contains("行业")
        || between.contains("板块")
        || found.name("tail").is_some_and(|tail| tail.as_str().contains("行业"));
    let subject = (speaks_of_sector && !words.ends_with("行业")).then_some(SubjectType::Industry);
    let start = action.as_ref().map_or(from + verb_end, |(_, range)| range.start);
    Some(Hit {
        strength: Strength::Sentence,
        from: whole.start(),
        raw: start.min(whole.start())..whole.end(),
        label,
        action,
        prior,
        subject,
        name: sector.map(|name| from + verb_end + name.start()..from + verb_end + name.end()),
    })
}

/// Where the clause around `at` begins: at most 60 characters back, after a full stop or a line break.
fn sentence_start(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    let limit = before.char_indices().rev().nth(59).map_or(0, |(start, _)| start);
    let window = before.get(limit..).unwrap_or_default();
    window.rfind(['。', ';', '\n', '!', '■', '●', '、']).map_or(limit, |stop| {
        let width = window.get(stop..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
        limit + stop + width
    })
}
