//! Sectors the report takes a stance on: 建议重点关注【游戏】及【出版】板块.
//!
//! The words say that a sector is meant (板块, 行业, 赛道 …); a name without them is a security or a phrase.

use std::ops::Range;
use std::sync::LazyLock;

use crate::document::Regex;

use super::Context;
use super::mention::{Cue, company, cues, ends_with_a_company, stance};
use super::unwrap::Unwrapped;
use crate::domain::Located;
use crate::domain::record::SectorCall;
use crate::zones::ZoneKind;

/// Characters between a cue and the word for a sector.
const REACH: usize = 44;
/// Longest sector, in characters.
const LONGEST: usize = 18;

static KIND: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"板块|子行业|行业|赛道|领域|产业链").ok());
/// How far a numbered list may run on behind its cue, in characters.
const LIST: usize = 700;
/// An item of such a list: its number, the label before the colon, and what is said of it.
static NUMBERED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:^|[:;。\n])\s?(?:\(?\d{1,2}[)、]|[①-⑨])\s?(?P<label>[^,:;。\n()]{2,24}):(?P<body>[^;。\n]{2,160})").ok()
});
/// Sectors in brackets right before the word.
static BRACKETED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?:【[^【】]{1,18}】(?:及|和|与|、|以及)?)+$").ok());
static BRACKET: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"【([^【】]{1,18})】").ok());

/// Words that name no sector by themselves.
const GENERAL: &[&str] = &[
    "细分",
    "相关",
    "优质",
    "高景气",
    "龙头",
    "该",
    "本",
    "各",
    "子",
    "上述",
    "整个",
    "全",
    "成长",
    "价值",
    "以下",
    "受益",
    "部分",
    "其他",
    "多个",
    "重点",
    "核心",
    "景气",
    "新兴",
    "传统",
    "整体",
    "周期性",
    "同",
    "所在",
    "这一",
    "此",
    "两个",
    "几个",
    "低估值",
    "高成长",
    "弹性",
    "热门",
];
/// Words a sector's name does not hold.
const PHRASE: &[&str] = &[
    "龙头",
    "企业",
    "公司",
    "有望",
    "预计",
    "我们",
    "投资",
    "机会",
    "标的",
    "未来",
    "评级",
    "持续",
    "能力",
    "具有",
    "具备",
    "处于",
    "受益于",
    "带来",
    "较好",
    "发展",
    "个股",
    "增长",
    "目前",
    "带动",
    "迎来",
    "把握",
    "优质",
    "细分",
    "景气",
    "研发",
    "进展",
    "一年",
    "供需",
    "路径",
    "中心",
    "影响",
    "实力",
    "估值",
    "超跌",
    "关键",
    "确定性",
    "主题",
    "业绩",
    "年报",
    "——",
    "其他",
    "其它",
];
/// Characters that make a phrase of what stands before 板块.
const PARTICLES: &[char] = &[
    '在', '或', '是', '给', '其', '对', '将', '于', '可', '会', '已', '被', '由', '从', '到', '之', '这', '该', '各', '我', '也', '向',
    '了', '。', '“', '”',
];

/// Reads the calls.
pub(super) fn read(context: &Context<'_>) -> Vec<Located<SectorCall>> {
    if !context.chinese {
        return Vec::new();
    }
    let text = context.unwrapped();
    let mut calls: Vec<Located<SectorCall>> = Vec::new();
    let mut second = false;
    for cue in cues(text) {
        let at = text.original(cue.at.clone());
        if matches!(context.kind_at(at.start), ZoneKind::Definitions | ZoneKind::Distribution | ZoneKind::Related) {
            continue;
        }
        let words = text.text().get(cue.at.clone()).unwrap_or_default();
        let mut found = numbered(text, &cue);
        if found.is_empty() {
            found = sectors(text, &cue);
        }
        // 其次关注 goes on with the list the sentence before it began, where the word for a sector is not said again.
        if found.is_empty() && second && words.starts_with("其次") {
            found.extend(clause(text, &cue));
        }
        second = !found.is_empty();
        for range in found {
            let sector = context.words(text.original(range.clone()));
            let call = SectorCall { sector, stance: Some(stance(words)), stance_raw: Some(words.to_owned()) };
            if calls.iter().any(|known| known.value.sector == call.sector && known.value.stance_raw == call.stance_raw) {
                continue;
            }
            calls.extend(context.located(call, text.original(cue.at.start..range.end)));
        }
    }
    calls
}

/// The sectors between a cue and the word for a sector.
fn sectors(text: &Unwrapped<'_>, cue: &Cue) -> Vec<Range<usize>> {
    let rest = text.text().get(cue.rest.clone()).unwrap_or_default();
    let near = rest.char_indices().nth(REACH).map_or(rest, |(at, _)| rest.get(..at).unwrap_or_default());
    let near = near.split([';', ':', '。']).next().unwrap_or_default();
    let Some(kind) = KIND.as_ref().and_then(|pattern| pattern.find(near)) else { return Vec::new() };
    let before = near.get(..kind.start()).unwrap_or_default();
    let at = cue.rest.start;
    if let Some(run) = BRACKETED.as_ref().and_then(|pattern| pattern.find(before)) {
        return BRACKET
            .iter()
            .flat_map(|pattern| pattern.captures_iter(run.as_str()))
            .filter_map(|found| found.get(1))
            .map(|inner| at + run.start() + inner.start()..at + run.start() + inner.end())
            .collect();
    }
    // 军工、医药等景气度较好的板块: the list ends before 等.
    let before = match before.find('等') {
        Some(at) if before.get(..at).is_some_and(|list| list.contains('、')) => before.get(..at).unwrap_or(before),
        _ => before,
    };
    let start =
        before.rfind(['的', ',']).map_or(0, |at| at + before.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8));
    // 推荐甲股份、乙科技,散热产业链…: the cue was said of the companies.
    if before.get(..start).is_some_and(|lead| lead.ends_with(',') && lead.split(['、', ',', '和', '及']).any(|piece| company(piece.trim())))
    {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut from = start;
    let list = before.get(start..).unwrap_or_default();
    for piece in list.split(['、', '和', '与', '及']) {
        let range = from..from + piece.len();
        from = range.end + before.get(range.end..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        let lead = piece.len() - piece.trim_start().len();
        let name = piece.trim().trim_end_matches(['等', '以']).trim();
        if names_a_sector(name) && !company(name) && !ends_with_a_company(name) {
            let start = at + range.start + lead;
            found.push(start..start + name.len());
        }
    }
    found
}

/// 建议关注:1)影院:票房回升…;2)出版:…: labels in a numbered list are the sectors, where no companies are listed below them.
fn numbered(text: &Unwrapped<'_>, cue: &Cue) -> Vec<Range<usize>> {
    let rest = text.after(cue.at.end, LIST);
    if !rest.trim_start().starts_with(':') {
        return Vec::new();
    }
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut end = 0;
    for item in NUMBERED.iter().flat_map(|pattern| pattern.captures_iter(rest)) {
        let (Some(whole), Some(label), Some(body)) = (item.get(0), item.name("label"), item.name("body")) else { continue };
        // The list begins right behind the cue, and goes on without a sentence between that is no item.
        if found.is_empty() && whole.start() > 1 || rest.get(end..whole.start()).is_some_and(|gap| gap.contains(['!', '?'])) {
            break;
        }
        end = whole.end();
        let names = body.as_str().split(['、', ',', ';']).filter(|piece| company(piece.trim().trim_end_matches('等'))).count();
        if names > 0 || !names_a_sector(label.as_str()) || company(label.as_str()) {
            return Vec::new();
        }
        found.push(cue.at.end + label.start()..cue.at.end + label.end());
    }
    if found.len() > 1 { found } else { Vec::new() }
}

/// What follows 其次关注 up to the end of the clause.
fn clause(text: &Unwrapped<'_>, cue: &Cue) -> Option<Range<usize>> {
    let rest = text.text().get(cue.rest.clone())?;
    let name = rest.split([';', ',', '。', '\n']).next()?.trim_end();
    names_a_sector(name).then(|| cue.rest.start..cue.rest.start + name.len())
}

fn names_a_sector(name: &str) -> bool {
    (1..=LONGEST).contains(&name.chars().count())
        && name.chars().any(char::is_alphabetic)
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && !GENERAL.iter().any(|word| name == *word || name.starts_with("该") || name.starts_with("本"))
        && !PHRASE.iter().any(|word| name.contains(word))
        && !name.contains(PARTICLES)
        && name.chars().count() > 1
        && name.matches('(').count() == name.matches(')').count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::domain::record::Stance;
    use crate::zones::Zones;

    fn calls(text: &str) -> Vec<(String, Option<Stance>, String)> {
        let document = Document::from_bytes("t.txt", text.as_bytes()).unwrap();
        let zones = Zones::of(&document);
        read(&Context::new(&document, &zones))
            .into_iter()
            .map(|call| (call.value.sector, call.value.stance, call.value.stance_raw.unwrap_or_default()))
            .collect()
    }

    fn call(sector: &str, stance: Stance, raw: &str) -> (String, Option<Stance>, String) {
        (sector.to_owned(), Some(stance), raw.to_owned())
    }

    #[test]
    fn brackets_and_plain_words() {
        assert_eq!(
            calls("行情分化,建议重点关注基本面优异的【游戏】及【出版】板块:推荐【白鹭洲】。持续推荐具备优势的【影院】板块。"),
            [
                call("游戏", Stance::Watch, "建议重点关注"),
                call("出版", Stance::Watch, "建议重点关注"),
                call("影院", Stance::Recommend, "持续推荐")
            ]
        );
        assert_eq!(
            calls("短线建议关注银行、光伏设备、食品饮料以及资源等行业的投资机会。")
                .into_iter()
                .map(|(sector, ..)| sector)
                .collect::<Vec<_>>(),
            ["银行", "光伏设备", "食品饮料", "资源"]
        );
    }

    #[test]
    fn the_second_choice_goes_on_with_the_list() {
        assert_eq!(
            calls("需选择标的,重点关注AI+文本/虚拟人板块,其次关注AI+图片(大模型+小模型);其他不变。"),
            [call("AI+文本/虚拟人", Stance::Watch, "重点关注"), call("AI+图片(大模型+小模型)", Stance::Watch, "其次关注")]
        );
    }

    #[test]
    fn a_list_ends_before_deng() {
        let found = calls("景气周期较好,继续看好军工、医药、TMT等景气度较好的板块,同时重视分红。");
        assert_eq!(found.into_iter().map(|(sector, ..)| sector).collect::<Vec<_>>(), ["军工", "医药", "TMT"]);
    }

    #[test]
    fn labels_of_a_numbered_list() {
        let text =
            "本周影院指数上涨。建议关注:①影院:票房回升,建议关注渠道下沉的院线公司;②出版:需求平稳,利好龙头企业;③游戏:版号恢复。行情回顾";
        assert_eq!(calls(text).into_iter().map(|(sector, ..)| sector).collect::<Vec<_>>(), ["影院", "出版", "游戏"]);
        assert!(calls("建议关注:1)大模型:云岭讯飞、三江零科技等;2)应用:星河办公、海图科技。").is_empty());
    }

    #[test]
    fn what_is_said_of_companies_is_not_said_of_a_sector() {
        for text in [
            "核心标的推荐望江股份、云岭科技,散热产业链相关公司还包括星河微。",
            "曾获最受关注化工行业分析师称号。",
            "持续推荐血制品望江生物、药店板块云岭药房。",
        ] {
            assert!(calls(text).iter().all(|(sector, ..)| sector == "药店"), "{text}: {:?}", calls(text));
        }
    }

    #[test]
    fn phrases_are_no_sectors() {
        for text in [
            "建议关注细分行业龙头企业的投资机会。",
            "维持推荐评级,行业景气上行。",
            "建议关注该行业。",
            "建议关注望江生物、海川股份等血液制品行业龙头。",
            "本公司提醒投资者关注相关行业的风险。",
        ] {
            assert!(calls(text).is_empty(), "{text}: {:?}", calls(text));
        }
    }
}
