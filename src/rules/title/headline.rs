//! Where a title ends that prose follows at once: run-on text marks no end, so the words must tell.
//!
//! In order of trust: a mark of the page, words prose begins with, the series the report belongs to, the title's own
//! words said again (prose begins with what the title is about), else the end of the clause.

use std::ops::Range;

use crate::rules::find::{Pattern, compile, has, is_han};

/// A title with prose behind it is no shorter, in characters; what is shorter is a title and nothing else.
const WHOLE: usize = 64;
/// No title ends before this, in characters.
const SHORTEST: usize = 9;
/// Nor behind this.
const LONGEST: usize = 60;
/// The dash of a second line stands no further, in characters.
const FARTHEST: usize = 80;
/// Prose that repeats this many characters of the title is told by them alone; two may be a part of any word.
const AGAIN: usize = 3;

/// Words prose begins with behind a title that ends without a mark.
static PROSE: Pattern = Pattern::new(|| {
    compile(
        r"[从自]20\d\d年|随着|近年来|[^的]根据|由于|受益于|我们|本(?:系列|篇|报告)|报告期内|公司(?:是|为|发布|公告)|上周|过去一周|A股|20\d\d年?(?:[,以]|\d{1,2}月\d)|[一1]、|1\.|\(1\)|①|医药生物同比|(?:本周|上周)?(?:上证|沪深|申万)|按照|据\p{Han}{2,6}(?:数据|统计)",
    )
});
/// What stands right before a year that is part of the title: 展望2021年, 行业2020年中报.
static BEFORE_YEAR: Pattern = Pattern::new(|| {
    compile(
        r"(?:展望|关注|静待|期待|迎接|进入|把握|布局|看好|预计|聚焦|至|到|在|从|自|的|行业|公司|板块|医药|电子|市场|经济|及|和|与|、|—|:|,|\()$",
    )
});
/// A year, a quarter or a month in the short form of research that begins a sentence or the name of a series.
static PERIOD: Pattern = Pattern::new(|| compile(r"20\d\d年|[1-4]Q\d\d|\d{1,2}M\d\d|[12]H\d\d|\d\dQ[1-4]|\d\dH[12]"));
/// The name of a series or a kind of report at the end of a stretch: the title's second line.
static SERIES: Pattern = Pattern::new(|| {
    compile(r"(?:行业|公司)?(?:深度|专题|点评|跟踪|动态|策略)(?:研究)?报告|(?:周|月|季|双周|日|年)报|周观点|之\p{Han}{2,4}-20\d{6}")
});
/// Words a sentence of prose begins with when a clause of a title stands before them.
static OPENERS: &[&str] = &["全球", "我国", "中国", "国内", "海外", "目前", "近期", "当前", "今年", "去年", "本周", "随着", "其中"];
/// Before these words such an opener is inside the title.
const TIES: &[&str] = &[
    "的", "与", "和", "及", "在", "从", "向", "对", "把握", "引领", "布局", "看好", "关注", "走向", "迈向", "全", "大", "看", "为", "是",
    "到", "新", "之", "、", "于",
];

/// The title at the start of `words`, where prose may follow it; prose may begin with the name of the `company`.
pub(super) fn headline(words: &str, company: &str) -> Range<usize> {
    let whole = 0..words.len();
    if words.chars().count() < WHOLE && !words.contains('。') {
        return whole;
    }
    let Some(cuts) = ends(words, company) else {
        return whole;
    };
    0..words.get(..cuts).map_or(words.len(), |title| title.trim_end_matches([',', '、', ':', ' ']).len())
}

/// Where the title ends, by the first cue that says so.
fn ends(words: &str, company: &str) -> Option<usize> {
    let head = words.split('。').next().unwrap_or_default();
    let place = |chars: usize| head.char_indices().nth(chars).map_or(head.len(), |(at, _)| at);
    let (first, last) = (place(SHORTEST), place(LONGEST));
    let near = head.get(..last)?;
    let far = head.get(..place(FARTHEST))?;
    // The dash of the second line ends the first.
    if let Some(dash) = ["——", "──"].iter().filter_map(|dash| far.find(dash)).min().filter(|at| *at >= first) {
        return Some(dash);
    }
    // A question or an exclamation ends the line where no bracket or quotation is open.
    let asked = near
        .char_indices()
        .find(|(at, c)| *at >= first && matches!(c, '?' | '!') && balanced(near.get(..*at).unwrap_or_default()))
        .map(|(at, c)| at + c.len_utf8());
    let prose = PROSE
        .as_ref()?
        .find_iter(near)
        .find(|found| found.start() >= first)
        .map(|found| if found.as_str().ends_with("根据") { found.end() - "根据".len() } else { found.start() });
    let period = PERIOD
        .as_ref()?
        .find_iter(near)
        .find(|found| {
            found.start() >= first && near.get(..found.start()).is_some_and(|before| before.ends_with(is_han) && !has(&BEFORE_YEAR, before))
        })
        .map(|found| found.start());
    let again = again(near, first, AGAIN);
    let opener = opener(near, first);
    let company = named(near, first, company);
    let best = [asked, prose, period, again, opener, company].into_iter().flatten().min();
    if best.is_some() {
        return best;
    }
    // A series right behind the title ends the two lines.
    if let Some(series) = SERIES.as_ref()?.find_iter(near).find(|found| found.start() >= first) {
        return Some(series.end());
    }
    again_or_clause(near, first)
}

/// Without a better cue: two characters that come again, else the end of the clause.
fn again_or_clause(near: &str, first: usize) -> Option<usize> {
    again(near, first, AGAIN - 1).or_else(|| clause(near, first))
}

/// Whether no bracket or quotation is open.
fn balanced(words: &str) -> bool {
    [('(', ')'), ('“', '”'), ('《', '》'), ('【', '】')]
        .iter()
        .all(|(open, close)| words.matches(*open).count() == words.matches(*close).count())
}

/// Where the title's own words come again at the start of prose: behind a Chinese character, not behind a mark. The
/// longest words that come back decide.
fn again(near: &str, first: usize, least: usize) -> Option<usize> {
    let mut best: Option<(usize, usize)> = None;
    for (at, _) in near.char_indices().filter(|(at, _)| *at >= first) {
        let (before, rest) = (near.get(..at)?, near.get(at..)?);
        if !before.ends_with(|c: char| is_han(c) || matches!(c, '”' | ')')) || !balanced(before) {
            continue;
        }
        let own = before
            .rfind([',', ':', '!', '?', '—'])
            .map_or(0, |mark| mark + before.get(mark..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8));
        if at - own <= SHORTEST {
            continue;
        }
        let length = repeated(before, rest, own, least);
        let tied = TIES.iter().any(|tie| before.ends_with(tie));
        // 在 before the topic is prose as well: `…保驾护航` + `在半导体设计中`.
        let start = if before.ends_with('在') { at - '在'.len_utf8() } else { at };
        if length >= least && (!tied || start < at) && best.is_none_or(|(most, _)| length > most) {
            best = Some((length, start));
        }
    }
    best.map(|(_, at)| at)
}

/// How many characters of what follows stand in the title already: at the head of its own clause, or in an earlier one.
fn repeated(before: &str, rest: &str, own: usize, least: usize) -> usize {
    let latin = rest.split(|c: char| !c.is_ascii_alphanumeric()).next().filter(|word| word.len() > 1);
    if let Some(word) = latin {
        return if before.get(..own).is_some_and(|earlier| earlier.contains(word)) { word.len().max(AGAIN) } else { 0 };
    }
    let ends = rest.char_indices().map(|(at, c)| (at + c.len_utf8(), c)).take_while(|(_, c)| is_han(*c)).map(|(end, _)| end).take(8);
    let said = |word: &str| before.get(..own).is_some_and(|earlier| earlier.contains(word));
    let again = ends.take_while(|&end| rest.get(..end).is_some_and(said)).count();
    // The head of the title's own clause, where it comes again as a whole.
    let clause = before.get(own..).unwrap_or_default().chars().zip(rest.chars());
    let head = clause.take_while(|(one, other)| one == other && is_han(*one)).count();
    if head >= least.max(AGAIN) { again.max(head) } else { again }
}

/// The company's name where prose begins with it: behind a word that does not ask for one.
fn named(near: &str, first: usize, company: &str) -> Option<usize> {
    if company.chars().count() < AGAIN {
        return None;
    }
    near.match_indices(company).map(|(at, _)| at).find(|&at| {
        let before = near.get(..at).unwrap_or_default();
        let tied = TIES.iter().chain(ACTS).any(|tie| before.ends_with(tie)) && !before.ends_with("标的");
        at >= first && !tied && balanced(before) && before.ends_with(|c: char| is_han(c) || matches!(c, '”' | ')' | '%'))
    })
}

/// Words a title says of somebody who does something to the company.
const ACTS: &[&str] = &["助力", "赋能", "带动", "驱动", "推动", "支撑", "打造", "收购", "增持", "控股", "入主", "携手", "受益", "—"];

/// A word prose begins with, behind a clause that is whole.
fn opener(near: &str, first: usize) -> Option<usize> {
    let mark = near.find([',', ':', '—']).map_or(0, |at| at + 1);
    OPENERS
        .iter()
        .flat_map(|word| near.match_indices(word).map(|(at, _)| at))
        .filter(|&at| {
            let before = near.get(..at).unwrap_or_default();
            let own = before.rfind([',', ':', '—']).map_or(0, |mark| mark + 1);
            at >= first && mark > 0 && own > 0 && at - own > 12 && before.ends_with(is_han) && !TIES.iter().any(|tie| before.ends_with(tie))
        })
        .min()
}

/// The end of the second clause, or of the first where it is long: prose glued to it is lost in the same clause.
fn clause(near: &str, first: usize) -> Option<usize> {
    let marks: Vec<usize> =
        near.match_indices([',', ';']).map(|(at, _)| at).filter(|&at| balanced(near.get(..at).unwrap_or_default())).collect();
    let colon = near.find([':', '—']).filter(|at| *at < near.len() / 2);
    let wanted = usize::from(colon.is_none());
    let chosen = marks.iter().copied().filter(|&at| at >= first).nth(wanted).or_else(|| marks.last().copied().filter(|&at| at >= first));
    chosen.or_else(|| near.match_indices('、').map(|(at, _)| at).find(|&at| at >= first))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn title(words: &str) -> &str {
        &words[headline(words, "望湖电气")]
    }

    #[test]
    fn titles_end_where_prose_begins() {
        for (words, expected) in [
            (
                "聚焦好赛道—黄金视光产业,大市值公司与成长白马的培育土壤视光产业高景气度,就诊人次目前仍保持高增长2019年预计我国视光市场整体规模达到1700亿。",
                "聚焦好赛道—黄金视光产业,大市值公司与成长白马的培育土壤",
            ),
            (
                "面板行业回暖,未来集中度与结构优化者胜出海外照明订单快速增长,显示产业受益基建成长红利中国制造率先复工复产,凸显了优势。",
                "面板行业回暖,未来集中度与结构优化者胜出",
            ),
            (
                "诊疗or预防,基因测序引导医学思维反转2020年测序行业规模将超过120亿美元,中国地区增速位居全球前列近年来基因测序行业发展迅速。",
                "诊疗or预防,基因测序引导医学思维反转",
            ),
            (
                "光学升级拐点,品牌格局重塑2020年11月中国消费电子行业月报11M20国内智能手机出货量同比降幅收窄,渗透率持续提升。",
                "光学升级拐点,品牌格局重塑",
            ),
            (
                "为何近期眼科、口腔大幅上涨?本周、年初至今生物医药指数涨幅分别为2.8%、-1.8%,算术平均指数涨幅明显小于加权平均指数。",
                "为何近期眼科、口腔大幅上涨?",
            ),
            (
                "或为产能弹性最大的设备标的望湖电气产线已经满产、新厂年内投用,订单排至明年。但公司低于同类企业。",
                "或为产能弹性最大的设备标的",
            ),
            ("基于机构持仓信息的策略增强基于机构持仓信息将上市公司分类。股东结构与股价存在关联。", "基于机构持仓信息的策略增强"),
        ] {
            assert_eq!(title(words), expected, "{words}");
        }
    }

    #[test]
    fn a_title_alone_stays_whole() {
        for words in [
            "医疗器械板块表现优异,医疗器械龙头可期",
            "中国创新走向全球,布局2021年行业拐点",
            "2020年中报点评:医美业务改善明显,护肤品业务驱动高增",
        ] {
            assert_eq!(title(words), words);
        }
    }
}
