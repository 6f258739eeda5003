//! Headings and stock phrases that open a zone, wherever they stand.
//!
//! Chinese reports often reach us without a line break, so a heading is told by its words and by what stands around
//! it, not by a line of its own: 免责声明 after 请务必阅读正文之后的 is a footer, not a heading.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use crate::document::{Regex, Text};

use super::{Zone, ZoneKind, definitions, legal};

/// The first page, in characters, where nothing else claims it.
const FRONT: usize = 3000;
/// How the reason of a zone behind a cut begins.
const AFTER_CUT: &str = "after the cut";
/// A heading that stands this often among the same words is a footer.
const FOOTER: usize = 3;

struct Marker {
    kind: ZoneKind,
    pattern: Regex,
    /// Longest stretch it opens, in characters.
    longest: usize,
}

static MARKERS: LazyLock<Vec<Marker>> = LazyLock::new(|| {
    use ZoneKind as K;
    // `^` is a line start; the Chinese phrases count anywhere.
    const HEAD: &str = r"(?m:^[#\s■●◆➢▌\d.、一二三四五六七八九十()\[\]*]*)";
    let table: [(ZoneKind, String, usize); 16] = [
        (K::Risks, r"(?:投资)?风险(?:提示|因素|分析|揭示|警示)".to_owned(), 700),
        (K::Related, r"相关(?:研究)?报告|相关研究|近期(?:研究)?报告|前期(?:研究)?报告".to_owned(), 900),
        (K::Advice, format!(r"{HEAD}(?:投资建议|投资要点|核心观点|主要观点|投资策略|推荐标的|投资逻辑)|投资建议(?:[:：]|与)"), 1800),
        (
            K::Definitions,
            r"(?:投资)?评[级等](?:的)?(?:体系|定义|说明|标准|声明|类别|系统|准则|规则)|(?:股票|公司|行业|个股)(?:的)?(?:投资)?(?:评级|建议)[:：\t]|投资建议的(?:比较|评级)标准".to_owned(),
            2600,
        ),
        (K::AnalystStatement, r"(?:证券)?(?:分析师|研究员|作者)(?:介绍|简介)?(?:及|和|与)?(?:声明|承诺|申明|保证)|独立性(?:声明|申明)".to_owned(), 1200),
        (K::Disclaimer, r"(?:免责|重要|法律|特别|一般|风险及免责)(?:声明|条款|申明|提示)|公司业务资格说明|证券投资咨询业务的说明|法律(?:主体|实体)(?:声明|披露)|信息披露".to_owned(), usize::MAX),
        // 加强销售团队建设 is a sentence about the company.
        (K::Contacts, format!(r"(?:机构|区域)销售(?:联系人|团队|通讯录)|销售(?:联系人|通讯录|团队联系方式)|{HEAD}销售团队|Table_Sales|分析师及联系人名单"), usize::MAX),
        (K::Distribution, r"(?i)评级(?:比率|统计)分析|评级分布|(?m:^)[^\n]{0,60}\b(?:distribution of (?:investment )?ratings|ratings? distribution|rating distribution|investment rating distribution)".to_owned(), 1600),
        (K::AnalystStatement, r"(?i)(?m:^)[#\s]*(?:research )?analyst(?:'s|s'|s|’s)? certification".to_owned(), 1500),
        (
            K::Definitions,
            r"(?im)^[#\s]*[^\n]{0,60}(?:explanation of [^\n]{0,60}rating|ratings? (?:definitions?|system|structure|guide|key)|definitions? of (?:investment |research )?ratings?|rating categor|stock ratings? are|investment ratings?\b|(?:stock|company|analyst|sector|industry) ratings?\s*(?:definition|:|$)|investment opinion|uses the following rating)".to_owned(),
            3000,
        ),
        (K::Disclaimer, r"(?im)^[#\s]*(?:important |other important |general |company-specific |company specific |legal |additional )?(?:disclosures?|disclaimers?)\b(?: appendix)?".to_owned(), usize::MAX),
        (K::Disclaimer, r"(?im)^[#\s]*appendix (?:a-?1|i\b|1\b)".to_owned(), usize::MAX),
        (K::Risks, r"(?im)^[#\s■●•◆*-]*(?:key |main |downside |investment )?risks?(?: to [^\n]{0,60}| factors?)?\s*[:：]?$".to_owned(), 2500),
        (K::Risks, r"(?i)(?:key |main )?downside risks? (?:to [^\n.]{0,80})?(?:include|are|:)|risks? to (?:our|the) [^\n.]{0,60}(?:include|are|:)".to_owned(), 1500),
        (K::Body, r"(?m)^#{1,6}\s".to_owned(), usize::MAX),
        (K::Body, r"附表[:：]|财务(?:预测|报表|摘要)(?:与估值)?[:：]?|盈利预测(?:和|与)(?:财务指标|估值|投资评级)".to_owned(), usize::MAX),
    ];
    table
        .into_iter()
        .filter_map(|(kind, pattern, longest)| Regex::new(&pattern).ok().map(|pattern| Marker { kind, pattern, longest }))
        .collect()
});

static POINTS_ELSEWHERE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:阅读|参阅|参见|详见|请见|见|之后的|后的|尾页|末页|最后一页|文后|文末|附注|以下)[^。\n]{0,14}$").ok());
static FOOTER_AFTER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^(?:部分|和披露以及|及披露|和免责|与免责|之后|页|章节|[^。\n]{0,24}是(?:本)?报告的(?:一|组成)部分|[,:]?(?:请|敬请|详)(?:参阅|参见|见)[^。\n]{0,8}(?:尾页|末页|文末|之后|最后))").ok()
});
/// What a definition says: a grade measured against something.
static DEFINES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:预期|预计|相对|未来|优于|强于|弱于|超越|跑赢|跑输|落后|领先|涨幅|跌幅|看好|看淡)[^。\n]{0,30}(?:%|指数|大盘|大市|基准|收益|持平)|(?:expect|outperform|underperform|total return|potential return|in line|upside|downside|benchmark)").ok()
});
/// Words of a business risk, between 风险提示 and the footer that follows it in a text without line breaks.
static BUSINESS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:不|超|低于|弱于|慢于)[^,;。]{0,4}预期|加剧|下滑|下行|放缓|波动|反复|恶化|[^有]风险[,、;]").ok());
/// Words of legal text after 风险提示, which then is no list of business risks.
static LEGAL_AFTER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^[:：\s]*([^。]{0,60}?)(?:本报告|本公司|我公司|本证券|版权|提醒您|投资者应|证券市场是一个|据此入市|投资需谨慎)").ok()
});

struct Mark {
    at: usize,
    /// Where its words end.
    end: usize,
    kind: ZoneKind,
    longest: usize,
    words: String,
    /// Whether the text says that a part of it was left out here.
    cut: bool,
}

pub(super) fn zones(text: &Text, cuts: &[Range<usize>]) -> Vec<Zone> {
    let marks = marks(text, cuts);
    let mut zones: Vec<Zone> = Vec::new();
    let front = text.char_indices().nth(FRONT).map_or(text.len(), |(at, _)| at);
    let mut at = 0;
    for (index, mark) in marks.iter().enumerate() {
        fill(&mut zones, at..mark.at, front);
        let next = marks.get(index + 1).map_or(text.len(), |next| next.at);
        let mut end = match mark.longest {
            usize::MAX => next,
            longest => stretch_end(text, mark, longest).min(next),
        };
        let legal = matches!(mark.kind, ZoneKind::Disclaimer | ZoneKind::AnalystStatement);
        if legal && !mark.cut && mark.at < text.len() / 2 && legal::is_chinese(&mark.words) {
            end = legal::content(text, mark.at..end).unwrap_or(end);
        }
        if mark.cut {
            zones.push(Zone { kind: mark.kind, range: mark.at..end, reason: format!("{AFTER_CUT} `{}`", mark.words.trim()) });
        } else if mark.kind == ZoneKind::Body {
            fill(&mut zones, mark.at..end, front);
        } else {
            push(&mut zones, Zone { kind: mark.kind, range: mark.at..end, reason: format!("`{}`", mark.words.trim()) });
        }
        at = end;
    }
    fill(&mut zones, at..text.len(), front);
    overlay(zones, &definitions::runs(text))
}

/// Puts runs of definitions over the zones found by headings.
fn overlay(zones: Vec<Zone>, runs: &[Range<usize>]) -> Vec<Zone> {
    let mut out: Vec<Zone> = Vec::with_capacity(zones.len() + runs.len());
    let mut runs = runs.iter().peekable();
    for zone in zones {
        let mut at = zone.range.start;
        while let Some(run) = runs.peek().filter(|run| run.start < zone.range.end) {
            let (start, end) = (run.start.max(at), run.end.min(zone.range.end));
            push(&mut out, Zone { kind: zone.kind, range: at..start, reason: zone.reason.clone() });
            push(&mut out, Zone { kind: ZoneKind::Definitions, range: start..end, reason: "definitions in a row".to_owned() });
            at = end.max(at);
            if run.end > zone.range.end {
                break;
            }
            runs.next();
        }
        push(&mut out, Zone { range: at..zone.range.end, ..zone });
    }
    out
}

/// Where a stretch that opened at `mark` ends when nothing else opens before.
fn stretch_end(text: &str, mark: &Mark, longest: usize) -> usize {
    let rest = text.get(mark.at..).unwrap_or_default();
    let limit = rest.char_indices().nth(longest).map_or(rest.len(), |(at, _)| at);
    let mut end = limit;
    if mark.kind == ZoneKind::Risks {
        // A list of risks ends with its paragraph; one that is a list of lines goes on to the next blank line.
        let body = mark.words.len();
        let blank = rest.get(body..limit).and_then(|rest| {
            let lead = rest.len() - rest.trim_start().len();
            rest.get(lead..).and_then(|rest| rest.find("\n\n")).map(|at| body + lead + at)
        });
        end = blank.unwrap_or(limit);
    }
    mark.at + end
}

fn marks(text: &Text, cuts: &[Range<usize>]) -> Vec<Mark> {
    let mut marks: Vec<Mark> = cuts.iter().map(|cut| cut_mark(text, cut)).collect();
    let mut contexts: HashMap<String, usize> = HashMap::new();
    for marker in MARKERS.iter() {
        for found in marker.pattern.find_iter(text) {
            let (before, after) = (tail(text.get(..found.start()).unwrap_or_default(), 24), text.get(found.end()..).unwrap_or_default());
            if marker.kind != ZoneKind::Body {
                let elsewhere = POINTS_ELSEWHERE.as_ref().is_some_and(|p| p.is_match(before))
                    || FOOTER_AFTER.as_ref().is_some_and(|p| p.is_match(after));
                if elsewhere || in_contents(after) {
                    continue;
                }
            }
            if speaks_of(marker.kind, after) {
                continue;
            }
            // "… our rating system. However, …" is a sentence.
            if marker.kind == ZoneKind::Definitions && (after.starts_with(". ") || !defines(after)) {
                continue;
            }
            let legal = marker.kind == ZoneKind::Risks && is_warning(after);
            let (kind, longest) = if legal { (ZoneKind::Disclaimer, usize::MAX) } else { (marker.kind, marker.longest) };
            *contexts.entry(surroundings(text, found.range())).or_default() += 1;
            marks.push(Mark {
                at: found.start(),
                end: found.end(),
                kind,
                longest,
                words: found.as_str().chars().take(40).collect(),
                cut: false,
            });
        }
    }
    marks.retain(|mark| {
        mark.cut || mark.kind == ZoneKind::Body || contexts.get(&surroundings(text, mark.at..mark.end)).is_none_or(|n| *n < FOOTER)
    });
    marks.sort_by_key(|mark| mark.at);
    // A plain heading inside another marker's words is that marker's own line.
    let mut reached = 0;
    let spans: Vec<(usize, usize)> = marks
        .iter()
        .filter(|mark| mark.kind != ZoneKind::Body)
        .map(|mark| {
            reached = mark.end.max(reached);
            (mark.at, reached)
        })
        .collect();
    let inside = |at: usize| {
        spans.partition_point(|(start, _)| *start <= at).checked_sub(1).and_then(|span| spans.get(span)).is_some_and(|(_, end)| at < *end)
    };
    marks.retain(|mark| mark.kind != ZoneKind::Body || !inside(mark.at));
    // A heading of legal text runs on over plain headings inside it.
    let mut open: Option<ZoneKind> = None;
    marks.retain(|mark| {
        let inside = !mark.cut
            && mark.kind == ZoneKind::Body
            && matches!(open, Some(ZoneKind::Disclaimer | ZoneKind::Definitions | ZoneKind::AnalystStatement | ZoneKind::Contacts))
            && mark.at * 2 > text.len();
        if !inside {
            open = Some(mark.kind);
        }
        !inside
    });
    marks
}

/// What stands behind a place where the text was cut: legal text when it reads like that, since the heading is gone.
fn cut_mark(text: &str, cut: &Range<usize>) -> Mark {
    let legal = legal::goes_on(text.get(cut.end..).unwrap_or_default());
    let kind = if legal { ZoneKind::Disclaimer } else { ZoneKind::Body };
    let words = text.get(cut.clone()).unwrap_or_default().chars().take(40).collect();
    Mark { at: cut.start, end: cut.end, kind, longest: usize::MAX, words, cut: true }
}

/// The words of a heading with what stands before and after it: the same on page after page in a footer.
fn surroundings(text: &str, range: Range<usize>) -> String {
    let before = tail(text.get(..range.start).unwrap_or_default(), 6);
    let after = head(text.get(range.end..).unwrap_or_default(), 6);
    // Page numbers differ.
    let words = [before, text.get(range).unwrap_or_default(), after].concat();
    words.chars().filter(|c| !c.is_ascii_digit() && !c.is_whitespace()).collect()
}

/// Whether 风险提示 warns of using the report (domain.md T13) and lists no risks of the business.
fn is_warning(after: &str) -> bool {
    let between = LEGAL_AFTER.as_ref().and_then(|pattern| pattern.captures(after)).and_then(|found| found.get(1));
    between.is_some_and(|between| !BUSINESS.as_ref().is_some_and(|pattern| pattern.is_match(between.as_str())))
}

/// Words that look like a heading and are part of something else: 相关研究人员力求… in a sentence, and 投资建议 over the
/// grades of a table whose next column is how they are measured.
fn speaks_of(kind: ZoneKind, after: &str) -> bool {
    let line = after.lines().next().unwrap_or_default();
    match kind {
        ZoneKind::Related => ["人员", "部门", "机构", "领域", "工作", "经验"].iter().any(|word| line.starts_with(word)),
        ZoneKind::Advice => {
            let measured = ["涨幅", "涨跌幅", "收益率", "评级说明", "评级标准"].iter().any(|word| line.trim_end().ends_with(word));
            measured && line.starts_with([' ', '\t', '|']) && !line.contains(['。', ',', ';', ':'])
        }
        _ => false,
    }
}

/// Whether the text right after says how at least two grades are measured.
fn defines(after: &str) -> bool {
    let window = head(after, 420);
    DEFINES.as_ref().is_some_and(|pattern| pattern.find_iter(window).take(2).count() == 2)
}

/// A line of a table of contents: the heading is followed by dots or a page number.
fn in_contents(after: &str) -> bool {
    let line = after.lines().next().unwrap_or_default().trim();
    line.starts_with("....")
        || line.starts_with(". .")
        || line.starts_with("……")
        || (line.len() < 4 && !line.is_empty() && line.bytes().all(|b| b.is_ascii_digit()))
}

fn fill(zones: &mut Vec<Zone>, range: Range<usize>, front: usize) {
    if range.start < front {
        push(zones, Zone { kind: ZoneKind::Header, range: range.start..range.end.min(front), reason: "front page".to_owned() });
    }
    if range.end > front {
        push(zones, Zone { kind: ZoneKind::Body, range: range.start.max(front)..range.end, reason: "text".to_owned() });
    }
}

fn push(zones: &mut Vec<Zone>, zone: Zone) {
    if zone.range.is_empty() {
        return;
    }
    match zones.last_mut() {
        // Behind a cut a zone begins anew, so that a reader sees that something is missing there.
        Some(last) if last.kind == zone.kind && !zone.reason.starts_with(AFTER_CUT) => last.range.end = zone.range.end,
        _ => zones.push(zone),
    }
}

fn head(text: &str, chars: usize) -> &str {
    text.char_indices().nth(chars).map_or(text, |(at, _)| text.get(..at).unwrap_or_default())
}

fn tail(text: &str, chars: usize) -> &str {
    text.char_indices().rev().nth(chars.saturating_sub(1)).map_or(text, |(at, _)| text.get(at..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kinds(text: &str) -> Vec<(ZoneKind, &str)> {
        zones(&Text::from(text), &[]).into_iter().map(|zone| (zone.kind, &text[zone.range])).collect()
    }

    #[test]
    fn a_text_without_breaks_has_zones() {
        let text = "望江证券请务必阅读正文之后的免责声明部分投资评级买入（首次）正文若干。风险提示：需求不及预期，价格下跌。附表：盈利预测和财务指标2023A2024E分析师声明本人具有执业资格。投资评级说明买入：未来6个月股价相对指数涨幅20%以上；增持：未来6个月股价相对指数涨幅5%以上。免责声明本报告仅供客户使用。";
        let found: Vec<ZoneKind> = kinds(text).into_iter().map(|(kind, _)| kind).collect();
        use ZoneKind as K;
        assert_eq!(found, [K::Header, K::Risks, K::Header, K::AnalystStatement, K::Definitions, K::Disclaimer]);
    }

    #[test]
    fn a_rating_box_is_no_table_of_definitions() {
        assert!(
            kinds("行业报告\n投资评级\n行业评级 强于大市(维持评级)\n上次评级 强于大市\n").iter().all(|(kind, _)| *kind == ZoneKind::Header)
        );
    }

    #[test]
    fn legal_risk_wording_is_a_disclaimer() {
        let found = kinds("风险提示\n本报告版权归望江证券所有，仅供客户使用。");
        assert_eq!(found[0].0, ZoneKind::Disclaimer);
    }

    proptest! {
        #[test]
        fn zones_cover_the_text(text in "(风险提示|免责声明|评级说明|投资建议：|正文。|\\n|相关报告|# |买入：预期涨幅20%以上；){0,30}") {
            let zones = zones(&Text::from(text.as_str()), &[]);
            let mut at = 0;
            for zone in &zones {
                prop_assert_eq!(zone.range.start, at);
                at = zone.range.end;
            }
            prop_assert_eq!(at, text.len());
        }
    }
}
