//! Chinese ratings: `增持(维持)`, `投资评级(维持):买入`, 评级增持上次评级增持, 维持“买入”评级.

use std::ops::Range;
use std::sync::LazyLock;

use crate::document::{Captures, Haystack, Match, Regex};

use super::{Hit, Strength, boxes, sentence};
use crate::domain::rating::{Action, SubjectType};
use crate::rules::{Context, labels};

/// How far the front page reaches for marks too weak elsewhere, in characters.
const FRONT: usize = 3200;

/// Where a title block ends at the latest, in characters.
const TOP: usize = 700;

/// Printed actions.
pub(super) const ACTION: &str = "首次(?:覆盖|覆蓋|评级|評級|推荐|给予)*|维持(?:维持)?|維持|重申|保持不变|不变|不變|上调|上調|下调|下調|调高|調高|调低|調低|调升|調升|调降|調降|提升|升级|升級|降级|降級|提高|降低|恢复(?:覆盖|评级)?|恢復(?:覆蓋|評級)?|终止(?:覆盖)?|終止(?:覆蓋)?";

pub(super) fn pattern(text: &str) -> Option<Regex> {
    Regex::new(&text.replace("{L}", &labels::chinese_words()).replace("{A}", ACTION)).ok()
}

/// `行业评级:强于大市(维持评级)上次评级强于大市`; a sector's name may stand between: 行业评级医药生物看好.
static BOX: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?P<act0>{A})?(?P<kind>[AHB]股|行业|板块|公司|股票|个股|证券|子行业|產業)?(?:的)?(?:投资|投資|\d{1,2}个月|最新|本次|当前)*(?:评级|評級|評等)\s*(?:\(\s*(?P<act1>{A})(?:评级)?\s*\))?(?P<colon>[\s:。।.|*]{0,4})(?P<said>[为為])?(?:(?P<act3>{A})[至为到為]?\s?)?(?P<name>\p{Han}{2,8}?[ⅠⅡⅢ]?[\s]?)??[“「\x22]?(?P<label>{L})(?P<suffix>[-—][ABC])?[”」\x22]?(?P<arrow>[↑↓▲▼])?(?:\s?(?:→|->|⇒)\s?(?P<next>{L})|{L})?(?P<tail>\s{0,2}[(|丨/·—-]{0,2}\s?(?P<act2>{A})(?:评级)?\)?)?(?:\s{0,2}[(|]?(?:上次评级|前次评级|上期评级|原评级|前次評級|上次評級|原評級|上次|前次|前值|此前)(?:为|為)?[:：]?\s{0,2}[“「]?(?P<prior>{L}|首次(?:评级|覆盖)?)?\)?)?",
    )
});
/// `增持(维持)`, `买入/首次`, `增持——维持`, `推荐|维持`, `买入-A 维持`, 强于大市维持.
static HEADING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"[“「【\[]?(?P<label>{L})(?P<suffix>-[ABC])?[”」】\]]?(?:{L})?(?P<sep>\s{0,2}[(|丨/·,]\s?|\s?[—–-]{1,3}\s?|\s{0,2})(?P<act>{A})(?P<after>(?:投资)?评级)?(?P<close>[)]?)(?:[(|]?(?:上次|前次|原)(?:评级)?[:：]?(?P<prior>{L})\)?)?",
    )
});
/// `爱农科技(600000)买入2020年三季报点评(维持评级)`: label and action apart in a title.
static TITLE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"\((?:\d{6}|\d{4,5}\.?HK)(?:\.?[A-Z]{2})?\)\s?(?P<label>{L})(?P<suffix>-[ABC])?(?P<rest>[^。\n]{0,40}?)(?:\((?P<act>{A})(?:评级)?\)|[。\n])",
    )
});
/// `买入(前次:增持)`: the grade before in the brackets.
static WITH_PRIOR: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?P<label>{L})(?P<suffix>-[ABC])?\s?(?:\((?:前次|上次|上期|原|此前)(?:评级|評級)?[:为為]?\s?(?P<prior>{L})\)|(?:前次|上次|上期|原)(?:评级|評級):\s?(?P<was>{L}))",
    )
});
/// `投资建议\t回避`: the advice as a field of the rating box.
static ADVICE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?m)^[#*\s]{0,4}(?:投资|操作)?建议\s?[:\t|]\s?[“「]?(?P<label>{L})(?P<suffix>-[ABC])?[”」]?(?:\s?\((?P<act>{A})(?:评级)?\))?[*\s|]{0,4}$",
    )
});
/// `看淡——机械行业月报`: a sector's grade before the title, at the head of a line.
static BEFORE_TITLE: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"(?m)(?:^[#*\s]{0,4}|\d日\s?)(?P<label>看好|看淡|中性|超配|标配|低配)\s?——\p{Han}"));
/// `新冠检测专题超配2020年04月23日`: a label glued to the date of the title block.
static DATED: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(r"(?P<label>{L})(?P<suffix>-[ABC])?20\d\d年\d{1,2}月\d{1,2}日"));
/// `BUY 买进`, `买入(Buy)` at the end of a line: a grade in both languages.
static BOTH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let text = r"(?m)(?:^|[\s|)])(?:(?:{E})\s?[/|(]?\s?(?P<label>{L})\)?|(?P<first>{L})\s?[/|(]?\s?(?:{E})\)?)\s*$";
    pattern(&text.replace("{E}", &labels::english_grades()))
});
/// What follows is the grade before (trap T2): 前次评级:, 原为.
pub(super) static PRIOR_BEFORE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:上次|前次|上期|此前|之前|原|历史)(?:投资|投資)?(?:评级|評級)?(?:为|是|為)?[:\s|]{0,2}[“「]?$").ok());
static IN_SECTOR: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?:行业|板块|行業)[: ]\s?(?:\p{Han}{2,5} )?$").ok());
/// Shareholders' dealings (trap T9), stance words (T8), other kinds of rating.
pub(super) static NO_RATING_BEFORE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:股东|高管|控股|实控人|管理层|员工|产业资本|机构|累计|计划|拟|被动|主动|增减|回购|资金|外资|北向|净|继续|持续|重点|建议|强烈|我们|依然|仍然|坚定|坚持|长期|首要|优先|短期)$").ok()
});
static OTHER_RATING_BEFORE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?:上次|前次|上期|历史|原|债项|主体|信用|风险|ESG|MSCI|推荐公司及|重点公司|个股|首选股票|东财|一致|机构|Wind|标普|穆迪|惠誉)$",
    )
    .ok()
});
/// The next field of a rating box, glued to the label.
static NEXT_FIELD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^(?:股票(?:代码|数据|信息|走势|简称|名称)|股价|股本|股东|公司(?:基本|代码|数据|信息|简介|报告|点评|研究|评级|股价|市值)|个股(?:表现|走势)|公布|标准|标题)").ok()
});
static NOT_NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"说明|体系|标准|定义|股票|公司|指数|维持|给予|首次|推荐|相关|报告|分析|风险|类别|声明|上次|基准|预计|相对|分为|包括|划分|共分|均为").ok()
});

pub(super) fn find(context: &Context<'_>) -> Vec<Hit> {
    if !context.chinese {
        return Vec::new();
    }
    let text = context.text();
    let front = context.front(FRONT).len();
    let mut hits = Vec::new();
    hits.extend(captures(&BOX, text).filter_map(|found| boxed(text, &found)));
    hits.extend(captures(&HEADING, text).filter_map(|found| heading(text, &found, front)));
    hits.extend(captures(&TITLE, text).filter_map(|found| title(&found, front)));
    hits.extend(captures(&WITH_PRIOR, text.part(0..front)).filter_map(|found| with_prior(&found)));
    hits.extend(sentence::find(text));
    hits.extend(boxes::mixed(text.part(0..front)));
    hits.extend(lines(context, front));
    let top = context.front(TOP);
    hits.extend(captures(&DATED, top).filter_map(|found| {
        let label = label(&found)?;
        Some(bare(label))
    }));
    hits.extend(captures(&ADVICE, text.part(0..front)).filter_map(|found| {
        let action = acted(found.name("act"));
        Some(Hit { strength: Strength::Box, action, ..bare(label(&found)?) })
    }));
    hits.extend(captures(&BOTH, top).filter_map(|found| Some(bare(found.name("label").or_else(|| found.name("first"))?.range()))));
    hits.extend(captures(&BEFORE_TITLE, top).filter_map(|found| Some(bare(label(&found)?))));
    // Grades one below the other are a column of a table, where a box stands elsewhere.
    let column = |hit: &Hit| hit.strength != Strength::Sentence && in_column(text, hit);
    if hits.iter().any(|hit| hit.strength == Strength::Box && !column(hit)) {
        hits.retain(|hit| !column(hit));
    }
    for hit in &mut hits {
        complete(text, hit);
    }
    hits
}

/// Whether a grade has a line of its own, and the line below is one more.
fn in_column(text: &str, hit: &Hit) -> bool {
    static BELOW: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(r"^\s*\n\s*(?:{L})[ \t]*(?:\n|$)"));
    let above = text.get(..hit.label.start).is_some_and(|before| before.trim_end_matches(' ').ends_with('\n'));
    above && BELOW.as_ref().is_some_and(|p| p.is_match(text.get(hit.label.end..).unwrap_or_default()))
}

/// Fields of the rating box that stand behind the label: 原评级:买入, 前次评级 买入, 评级变动 维持.
fn complete(text: &str, hit: &mut Hit) {
    static PRIOR: LazyLock<Option<Regex>> =
        LazyLock::new(|| pattern(r"^[^。;]{0,40}?(?:原|前次|上次|上期|此前)(?:投资|投資)?(?:评级|評級|評等)[:\s|]{0,4}(?P<prior>{L})"));
    static CHANGE: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(r"^[^。;]{0,60}?评级(?:变动|调整|变化)[:\s|]{0,4}(?P<act>{A})"));
    static CHANGE_BEFORE: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(r"评级(?:变动|调整|变化)[:\s|]{1,4}(?P<act>{A})[\s|]{1,3}$"));
    if hit.strength == Strength::Sentence {
        return;
    }
    // 中性(由增持下调).
    static BY: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(r"^\s?\(由[“「]?(?P<prior>{L})[”」]?(?:评级|評級)?(?P<act>{A})"));
    let rest = text.get(hit.label.end..).unwrap_or_default();
    if let Some(found) = BY.as_ref().and_then(|p| p.captures(rest)) {
        let place = |range: Range<usize>| hit.label.end + range.start..hit.label.end + range.end;
        hit.prior = found.name("prior").map(|prior| place(prior.range()));
        hit.action = acted(found.name("act")).map(|(action, range)| (action, place(range)));
    }
    let end = rest.char_indices().nth(80).map_or(rest.len(), |(at, _)| at);
    let (rest, base) = (rest.get(..end).unwrap_or_default(), hit.label.end);
    if hit.prior.is_none() {
        let found = PRIOR.as_ref().and_then(|p| p.captures(rest)).and_then(|found| found.name("prior").map(|prior| prior.range()));
        hit.prior = found.map(|prior| base + prior.start..base + prior.end);
    }
    if hit.action.is_none() {
        let found = CHANGE.as_ref().and_then(|p| p.captures(rest)).and_then(|found| acted(found.name("act")));
        hit.action = found.map(|(action, range)| (action, base + range.start..base + range.end));
    }
    if hit.action.is_none() {
        let start = text.get(..hit.from).and_then(|before| before.char_indices().rev().nth(30)).map_or(0, |(at, _)| at);
        let before = text.get(start..hit.from).unwrap_or_default();
        let found = CHANGE_BEFORE.as_ref().and_then(|p| p.captures(before)).and_then(|found| acted(found.name("act")));
        hit.action = found.map(|(action, range)| (action, start + range.start..start + range.end));
    }
}

pub(super) fn captures<'t>(pattern: &'static LazyLock<Option<Regex>>, text: impl Haystack<'t> + 't) -> impl Iterator<Item = Captures<'t>> {
    pattern.as_ref().into_iter().flat_map(move |p| p.captures_iter(text))
}

pub(super) fn acted(found: Option<Match<'_>>) -> Option<(Action, Range<usize>)> {
    found.and_then(|found| Some((Action::parse(found.as_str())?, found.range())))
}

/// The label with its risk suffix: 增持-A.
pub(super) fn label(found: &Captures<'_>) -> Option<Range<usize>> {
    let label = found.name("label")?;
    Some(label.start()..found.name("suffix").map_or(label.end(), |suffix| suffix.end()))
}

fn boxed(text: &str, found: &Captures<'_>) -> Option<Hit> {
    let whole = found.get(0)?;
    let label = label(found)?;
    let before = text.get(..whole.start()).unwrap_or_default();
    if OTHER_RATING_BEFORE.as_ref().is_some_and(|p| p.is_match(before_tail(before))) {
        return None;
    }
    let kind = found.name("kind").map(|kind| kind.as_str());
    // 维持“买入”评级。推荐…: the next sentence. A full stop for a colon is a misread mark of the box.
    if kind.is_none() && found.name("colon").is_some_and(|colon| colon.as_str().contains('。')) {
        return None;
    }
    // The name in 电子行业评级 ends where 行业 begins.
    let from = whole.start() + if kind == Some("子行业") { '子'.len_utf8() } else { 0 };
    // 电子行业评级 is a sector's; 子行业评级 heads a table of several.
    let kind = match kind {
        Some("子行业") if before.ends_with(['电', '分', '量', '原', '离']) => Some("行业"),
        Some("子行业") => return None,
        other => other,
    };
    let name = found.name("name").filter(|name| !matches!(name.as_str().trim(), "" | "行业" | "板块"));
    if name.is_some_and(|name| !matches!(kind, Some("行业" | "板块")) || NOT_NAME.as_ref().is_some_and(|p| p.is_match(name.as_str()))) {
        return None;
    }
    let subject = match kind {
        Some("行业" | "板块" | "產業") => Some(SubjectType::Industry),
        Some("公司" | "股票" | "个股" | "证券" | "A股" | "H股" | "B股") => Some(SubjectType::Stock),
        _ => None,
    };
    // 评级推荐的标的, 评级增持股份: the cue belongs to something else.
    let after = text.get(label.end..).unwrap_or_default();
    if after.starts_with(['的', '标', '股', '公', '组', '个', '比']) && !NEXT_FIELD.as_ref().is_some_and(|p| p.is_match(after)) {
        return None;
    }
    let mut action = ["act2", "act1", "act3", "act0"].into_iter().find_map(|name| acted(found.name(name)));
    if let Some(arrow) = found.name("arrow").filter(|_| action.is_none()) {
        let moved = if matches!(arrow.as_str(), "↑" | "▲") { Action::Upgrade } else { Action::Downgrade };
        action = Some((moved, arrow.range()));
    }
    let mut prior = found.name("prior").map(|prior| prior.range());
    if let Some(first) = found.name("prior").filter(|prior| prior.as_str().starts_with("首次")) {
        action = action.or(Some((Action::Initiate, first.range())));
        prior = None;
    }
    // 中性→增持: the second is the new one.
    let (label, prior) = match found.name("next") {
        Some(next) => (next.range(), Some(label)),
        None => (label, prior),
    };
    // 维持行业“看好”评级 is quoted to its end.
    let behind = text.get(label.end..).and_then(|rest| rest.strip_prefix(['”', '」', '"'])).filter(|_| said_in_quotes(text, label.start));
    let end = behind.map_or(label.end, |rest| {
        let word = ["评级", "評級"].iter().find(|word| rest.starts_with(**word)).map_or(0, |word| word.len());
        text.len() - rest.len() + word
    });
    let end = found.name("tail").map_or(end, |tail| tail.end()).max(found.name("prior").map_or(label.end, |prior| prior.end()));
    let before_label = ["act0", "act1", "act3"].into_iter().find_map(|name| found.name(name));
    let start = match (found.name("act3"), before_label) {
        (Some(act), _) => act.start(),
        (None, Some(_)) => whole.start(),
        (None, None) => label.start,
    };
    // 评级维持买入 without a colon is a sentence, and 评级为买入 as well.
    let verb = found.name("act3").is_some() && found.name("colon").is_some_and(|colon| colon.as_str().is_empty());
    let said = verb || found.name("said").is_some();
    let strength = if said { Strength::Sentence } else { Strength::Box };
    let share = found.name("kind").filter(|kind| kind.as_str().ends_with("股"));
    let name = name.or(share).map(|name| name.range());
    Some(Hit { strength, from, raw: start..end, label, action, prior, subject, name })
}

/// Whether a quotation mark opens right before the label.
fn said_in_quotes(text: &str, label: usize) -> bool {
    text.get(..label).is_some_and(|before| before.ends_with(['“', '「', '"', '”']))
}

fn heading(text: &str, found: &Captures<'_>, front: usize) -> Option<Hit> {
    let whole = found.get(0)?;
    let label = label(found)?;
    let before = text.get(..whole.start()).unwrap_or_default();
    if PRIOR_BEFORE.as_ref().is_some_and(|p| p.is_match(before_tail(before))) {
        return None;
    }
    let sep = found.name("sep").map_or("", |sep| sep.as_str()).trim();
    let after_word = found.name("after").is_some();
    let closed = found.name("close").is_some_and(|close| !close.as_str().is_empty());
    let in_front = whole.start() < front;
    let strong = matches!(sep.chars().next(), Some('(' | '|' | '丨' | '/' | '·')) || (sep.starts_with(['—', '–', '-']) && in_front);
    // 景气度持续增持(维持): brackets say that it is a rating, whatever the title before it ends in.
    if !(strong && sep.starts_with('(')) && NO_RATING_BEFORE.as_ref().is_some_and(|p| p.is_match(before_tail(before))) {
        return None;
    }
    if sep == "," || (sep.starts_with('(') && !closed && !in_front) {
        return None;
    }
    // 推荐维持…: with nothing between, only a rating where the front page or 评级 says so.
    if !strong && !(in_front && (after_word || line_edge(text, whole.start(), whole.end()))) {
        return None;
    }
    if !strong && text.get(whole.end()..).is_some_and(|rest| rest.starts_with(['“', '"', '「'])) {
        return None;
    }
    let raw = whole.start()..found.name("close").map_or(whole.end(), |close| close.end());
    let strength = if in_front { Strength::Heading } else { Strength::Sentence };
    // `行业:电子 看好(维持)` beside the company's own rating.
    let sector = labels::sounds_like_a_sector(text.get(label.clone()).unwrap_or_default())
        && IN_SECTOR.as_ref().is_some_and(|p| p.is_match(before_tail(before)));
    let subject = (sector || before_tail(before).trim_end().ends_with("行业")).then_some(SubjectType::Industry);
    Some(Hit {
        strength,
        from: whole.start(),
        raw,
        label,
        action: acted(found.name("act")),
        prior: found.name("prior").map(|prior| prior.range()),
        subject,
        name: None,
    })
}

/// A glued heading stands at a line start, or a date, a name of office or the line end follows.
fn line_edge(text: &str, start: usize, end: usize) -> bool {
    let before = text.get(..start).unwrap_or_default();
    let after = text.get(end..).unwrap_or_default();
    let starts = before.is_empty() || before.ends_with(['\n', ' ', '\t', ')']);
    let ends = after.is_empty()
        || after.starts_with(['\n', ' ', '\t', '('])
        || after.starts_with("分析师")
        || after.starts_with("证券")
        || after.starts_with("作者")
        || after.starts_with("20");
    ends && (starts || after.starts_with("分析师") || after.starts_with("20") || after.starts_with('\n'))
}

fn title(found: &Captures<'_>, front: usize) -> Option<Hit> {
    let label = label(found)?;
    let act = acted(found.name("act"))?;
    if label.start > front {
        return None;
    }
    Some(Hit {
        strength: Strength::Heading,
        from: label.start,
        raw: label.clone(),
        label,
        action: Some(act),
        prior: None,
        subject: Some(SubjectType::Stock),
        name: None,
    })
}

/// A grade with nothing beside it.
fn bare(label: Range<usize>) -> Hit {
    Hit { strength: Strength::Heading, from: label.start, raw: label.clone(), label, action: None, prior: None, subject: None, name: None }
}

/// `买入(前次:增持)`.
fn with_prior(found: &Captures<'_>) -> Option<Hit> {
    let raw = found.get(0)?.range();
    Some(Hit { raw, prior: found.name("prior").or_else(|| found.name("was")).map(|prior| prior.range()), ..bare(label(found)?) })
}

/// A grade alone on a line of the front page.
fn lines(context: &Context<'_>, front: usize) -> Vec<Hit> {
    static ALONE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(
            r"(?m)^[#*\s]{0,8}(?:(?P<act>{A})(?:评级)?\s{0,2}\(?)?(?P<label>{L})(?P<suffix>-[ABC])?\)?(?:\s?[.·]\s?(?P<act2>{A})(?:评等|評等|评级|評級)?|\s?\(由[^()\n]{2,12}\))?[*\s]{0,4}$",
        )
    });
    let text = context.text().part(0..front);
    captures(&ALONE, text)
        .filter_map(|found| {
            let label = label(&found)?;
            let action = acted(found.name("act"));
            let behind = acted(found.name("act2"));
            let start = action.as_ref().map_or(label.start, |(_, range)| range.start);
            // One such line is a rating; rows of a table that lost its other cells are not.
            let end = behind.as_ref().map_or(label.end, |(_, range)| range.end);
            Some(Hit { from: start, raw: start..end, action: action.or(behind), ..bare(label) })
        })
        .take(2)
        .collect::<Vec<Hit>>()
        .into_iter()
        .enumerate()
        .filter_map(|(at, hit)| (at == 0).then_some(hit))
        .collect()
}

pub(super) fn before_tail(before: &str) -> &str {
    before.char_indices().rev().nth(7).map_or(before, |(at, _)| before.get(at..).unwrap_or_default())
}
