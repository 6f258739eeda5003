//! The report's own day of publication.
//!
//! Every full date in the text is weighed by what stands around it: a label (发布日期, 报告日期), a field mark of the
//! template, the header near 证券研究报告 or the analysts, a header line of its own, the title. Dates of prices, data,
//! periods, events and related reports (`domain.md` T19) weigh against it. No date with enough weight: none is stated.

use std::ops::Range;

use super::Context;
use super::find::{Pattern, captures, compile, group, has, line_at};
use crate::domain::date::find_dates;
use crate::domain::{Date, Located, Slot};
use crate::zones::ZoneKind;

/// What a date must reach to be taken.
const ENOUGH: i32 = 30;
/// The first page, in characters: of a Chinese report, of an English one with its legal notes before the date.
const FRONT: [usize; 2] = [3200, 9000];

static LABEL: Pattern = Pattern::new(|| {
    compile(
        r"(?i)(?:发布日期|报告日期|报告时间|报告日|发布时间|出版日期|撰写日期|报告发布日期|完成日期|发布于|日期|publication date|published(?: on)?|date of (?:report|publication)|report date|date)\s*[:。।.]?\s*$",
    )
});
/// A label that speaks of the report itself.
static OWN_LABEL: Pattern = Pattern::new(|| compile(r"(?:发布|报告|出具|撰写|完成|出版)(?:日期|时间|日|于)?\s*[:。.]?\s*$"));
/// Behind a day that is of the price beside it, though its label says 日期 alone.
static PRICED: Pattern =
    Pattern::new(|| compile(r"^\s*(?:(?:当前|最新|昨日)?(?:股价|收盘价|收市价|价格)|当前价|一年(?:内)?最高|总股本|总市值|流通)"));
/// The box of prices of a page put into markdown, right below its day: `日期: 2025/9/22`, 财务数据, `- 当前股价(元): 15.71`.
static BOX_BELOW: Pattern = Pattern::new(|| {
    compile(r"^[#\s]*(?:\p{Han}{0,4}数据\s*)?(?:-\s+)(?:(?:当前|最新|昨日)?(?:股价|收盘价|收市价|价格)|总股本|总市值|流通)")
});
/// The head of a box of prices, whose day is theirs as a rule.
static BOXED: Pattern = Pattern::new(|| compile(r"(?:交易|市场|行情|基础|股价)(?:数据|信息)[^\n]{0,4}\n\s*$"));
/// A kind of report and a sector on the line above.
static KIND_ABOVE: Pattern = Pattern::new(|| compile(r"(?:研究|报告|点评)\s?[/|丨·]\s?\p{Han}{2,8}[ \t]*\n\s*$"));
/// The heads of a table of earlier grades and prices.
static HISTORY: Pattern = Pattern::new(|| compile(r"历史(?:推荐|评级)(?:和|与|及)|评级\s?市价|序号\s?日期"));
/// A grade behind a day: a row of such a table.
static GRADED: Pattern = Pattern::new(|| compile(r"^[ \t\n]?(?:买入|增持|中性|持有|减持|卖出|推荐|强烈推荐)[ \t\n]?\d"));
/// The head of a list of earlier reports.
static LISTED: Pattern = Pattern::new(|| compile(r"相关(?:研究)?(?:报告|研究)|近期报告|前期报告|往期报告"));
/// What stands before a day of a list, in characters.
const LIST: usize = 60;
/// A list of earlier reports is no longer, in characters.
const LONGEST_LIST: usize = 900;
/// What ends such a list: the authors, or the header's own words.
static BEHIND_LIST: Pattern = Pattern::new(|| compile(r"[SA]\d{13}|分析师|研究员|联系人|证券研究报告|执业|@"));
/// A line that holds a title, above a day of the list.
static TITLED: Pattern = Pattern::new(|| compile(r"\p{Han}[^\n]*[^\d\s-]\s*$"));
/// A channel's text is cut from a report: `本文摘自:2024年4月17日已经发布的《…》`.
static CUT_FROM: Pattern = Pattern::new(|| compile(r"(?:摘自|节选自|摘录自|源自|来自|整理自)\s?:?\s*$"));
static CUT_OUT: Pattern = Pattern::new(|| compile(r"^\s?(?:已经?)?(?:正式|对外|公开)*发布的?[^。\n《]{0,12}《"));
/// The first words of a text, in characters.
const TOP: usize = 130;
/// A title, and what may stand before it, in characters.
const OWN_TITLE: usize = 260;
/// Shorter titles are those of every issue of a series, in characters.
const LONG_TITLE: usize = 12;
/// A line of an English text is no longer where its line breaks are kept, in bytes.
const RUN_ON: usize = 600;
static OTHER_LABEL: Pattern = Pattern::new(|| {
    compile(
        r"(?i)(?:首次|数据|截止|截至|股价|价格|收盘|交易|更新|上市|重要|成立|登记|到期|报价|评级|基准|起始|结束|调研|统计)[^\n,。;:]{0,2}日期\s*[:。.]?\s*$|(?:起始|开始|结束|截止|截至)时间\s*:?\s*$|(?:price|pricing|valuation|data|expiry|maturity|listing|as of) date\s*:?\s*$",
    )
});
static AGAINST_BEFORE: Pattern = Pattern::new(|| {
    compile(
        r"(?i)(?:截至|截止|自|从|至|到|于|收盘价?|股价|价格|市值|数据|以来|[~～—–-]|《|\bas (?:of|at)|close|price[ds]?|\(price|until|since|from|to|ended?|ending|on|for|by|dated|\bthe|updated|through|history|copyright|©|effective|before|after)[\s:(]*$",
    )
});
static AGAINST_AFTER: Pattern = Pattern::new(|| {
    compile(
        r"(?i)^\s*(?:[~～]|至|到|[-—–]\s?\d|收盘|为|起|以来|开始|之?前|之?后|,公司|,|公司(?:公告|发布|披露|公布|召开|收到|举[行办])|公告|晚间?|上午|下午|早间|发布|披露|召开|的|,\s|、|。|期间|当[日天]|数据|》|\)?》|close|and\b|to\b|unless|was|were|we\b|\))",
    )
});
static RELATED_BEFORE: Pattern = Pattern::new(|| compile(r"(?:》|>>|[》>]\s*[—–-]+|/\p{Han}{2,4})\s*[—–-]*\s*\(?$"));
static HEADER_BEFORE: Pattern = Pattern::new(|| {
    compile(
        r"(?:报告|報告|(?i:\breport|\bresearch)|[SA]\d{13}|买入|增持|推荐|中性|超配|标配|强于大市|看好|点评|快评|周报|月报|日报|晨会|年报|研究部?|策略|分析师[^\n]{0,2}|评级\)|\.(?:com|cn|hk)|\d{6}(?:\.[A-Z]{2})?\)|[\])】│|])\s*$",
    )
});
static HEADER_AFTER: Pattern = Pattern::new(|| {
    compile(
        r"^\s*(?:星期|周[一二三四五六日]|\(?(?:评级|首次|维持)|证券研究报告|证券分析师|分析师|研究员|作者|联系人|[股市]市有风险|核心(?:观点|提示|摘要|结论)|投资(?:要点|摘要|聚焦)|报告(?:摘要|要点|导读|原因)|本报告导读|内容摘要|事件|事项|点评:|投资评级|行业评级|公司评级|公司(?:研究|点评|深度|跟踪|动态|报告)|行业(?:研究|点评|深度|跟踪|动态|周报|报告)|宏观|策略|[│|■◆●➢⚫▍►❑◼▌]|#|(?:最近)?一年|市场数据|基础数据|股价走势|\p{Han}{2,8}\(\d{4,6}|买入|增持|推荐|看好|强于大市|[^\n。,;]{0,16}报告)",
    )
});
static TIME: Pattern = Pattern::new(|| {
    compile(r"^\s*,?\s*(?P<time>\d{1,2}:\d{2}(?::\d{2})?\s*(?:[AP]\.?M\.?)?(?:\s*(?:ET|EDT|EST|GMT|BST|HKT|SGT|JST|IST|CST|CET|UTC)\b)?)")
});
static TITLE_WORD: Pattern = Pattern::new(|| {
    compile(r"日报|周报|月报|晨会|早报|晚报|晨报|快讯|点评|跟踪|小结|一周|复盘|双周|纪要|速递|早知道|(?i:daily|weekly|morning|brief)")
});
/// A line that is a date and no sentence: weekday, time, page count and issue number may stand beside it.
static ONLY_DATE: Pattern = Pattern::new(|| {
    compile(
        r"(?i)^(?:[#>*\s(\[]|\d{1,3}\b\s?)*(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)?(?:day)?,?\s*@(?:\s*,?\s*(?:\d{1,2}:\d{2}(?::\d{2})?\s*(?:[ap]\.?m\.?)?\s*[a-z]{0,4}|星期.|周.|\(?\p{Han}{0,2}\)?|[│|]\s*\d+ pages?|\|?\s*\d{1,3}|[)\]]))*\s*$",
    )
});

/// Day and time of publication.
pub(super) fn read(context: &Context<'_>) -> (Slot<Date>, Slot<String>) {
    let Some(found) = best(context) else {
        return (None, None);
    };
    let day = context.located(found.date, found.range.clone());
    let after = context.after(found.range.end, 40);
    let time = captures(&TIME, after).next().and_then(|time| group(&time, "time")).and_then(|time| {
        let range = found.range.end + time.start..found.range.end + time.end;
        context.located_words(range).map(|words: Located<String>| words.with(words.value.trim().to_owned()))
    });
    (day, time)
}

/// Words kinds of reports end with.
const KINDS: [&str; 11] = ["研究", "报告", "点评", "周报", "专题", "分析", "深度", "快报", "跟踪", "动态", "更新"];

struct Candidate {
    date: Date,
    range: Range<usize>,
    weight: i32,
}

fn best(context: &Context<'_>) -> Option<Candidate> {
    let text = context.text();
    let [chinese, english] = FRONT;
    let front = text.char_indices().nth(if context.chinese { chinese } else { english }).map_or(text.len(), |(at, _)| at);
    let dates = find_dates(text);
    let candidates: Vec<Candidate> = dates
        .iter()
        .map(|found| {
            let range = found.start..found.end;
            Candidate { date: found.date, weight: weigh(context, &range, front), range }
        })
        .collect();
    candidates.into_iter().filter(|c| c.weight >= ENOUGH).reduce(|best, next| if next.weight > best.weight { next } else { best })
}

fn weigh(context: &Context<'_>, range: &Range<usize>, front: usize) -> i32 {
    let text = context.text();
    let (before, after) = (context.before(range.start, 24), context.after(range.end, 24));
    let line = line_at(text, range.start);
    let line_before = text.get(line.start.max(range.start.saturating_sub(before.len()))..range.start).unwrap_or_default();
    let in_front = range.start < front;
    let mut weight = 0;
    // `行业研究/深度研究2024年4月17日`: kinds of reports stand behind a slash as names of authors do.
    if behind_own_title(context, range.start) {
        return ENOUGH + 10;
    }
    let kind_above = has(&KIND_ABOVE, before) && context.kind_at(range.start) != ZoneKind::Related;
    let kind = kind_above || KINDS.iter().any(|kind| before.trim_end().ends_with(kind));
    let earlier_grade = has(&GRADED, after) && has(&HISTORY, context.before(range.start, LONGEST_LIST));
    if has(&OTHER_LABEL, before) || earlier_grade || has(&RELATED_BEFORE, before) && !kind {
        return -100;
    }
    if has(&LABEL, before) {
        if has(&PRICED, after) && !has(&OWN_LABEL, before) {
            return -100;
        }
        // It is the report's own where no other day stands on the front.
        weight += if has(&BOX_BELOW, after) && !has(&OWN_LABEL, before) { ENOUGH } else { 100 };
    }
    let marks = context.document.normalized.bookmarks();
    let marked = |name: &str| marks.iter().any(|mark| mark.at == range.start && mark.name.contains(name));
    if marked("createtime") || marked("date") || marked("time") {
        weight += 90;
    }
    if has(&CUT_FROM, line_before) && has(&CUT_OUT, after) {
        weight += 100;
    }
    if weight == 0 && has(&AGAINST_BEFORE, line_before) {
        return -100;
    }
    let short = line.len() < 80 + range.len();
    let alone = short
        && text.get(line.clone()).is_some_and(|words| {
            let bare = words.replacen(text.get(range.clone()).unwrap_or_default(), "@", 1);
            bare.len() < 80 && has(&ONLY_DATE, &bare)
        });
    if alone {
        weight += if in_front { 60 } else { 12 };
        // The header may stand behind a page of the body.
        weight += if !in_front && kind_above { 20 } else { 0 };
    }
    if in_title(text, range, &line, in_front) {
        weight += 34;
    }
    if weight == 0 && has(&AGAINST_AFTER, after) {
        return -100;
    }
    if in_front && !alone {
        if has(&HEADER_BEFORE, line_before) || (line_before.is_empty() && line.end > range.end) {
            weight += 30;
        }
        if has(&HEADER_AFTER, after) || after.is_empty() || after.starts_with('\n') {
            weight += 30;
        }
    }
    let spelt = text.get(range.clone()).is_some_and(|day| day.ends_with('日'));
    if !spelt && (weight < 60 && has(&LISTED, context.before(range.start, LIST)) || weight < 90 && in_front && listed(context, range.start))
    {
        return -100;
    }
    // Of a run-on header the first day, whatever words are glued to it.
    let run_on = context.chinese || line.len() > RUN_ON;
    if in_front && !alone && run_on && range.end <= context.front(TOP).len() && !has(&PRICED, after) {
        weight = weight.max(ENOUGH);
    }
    // Earlier is likelier, a little.
    if in_front && weight > 0 && range.start * 2 < front {
        weight += 4;
    }
    // The day of a box of prices stands in for the report's where that is not printed.
    if has(&BOXED, before) { weight.min(ENOUGH) } else { weight }
}

/// Whether a day stands behind the report's own title in brackets: a channel's text names what it was made of at its foot.
/// What the title is says the head of the text.
fn behind_own_title(context: &Context<'_>, at: usize) -> bool {
    let before = context.before(at, OWN_TITLE).trim_end();
    let Some(title) = before.strip_suffix('》').and_then(|before| before.rsplit_once('《')).map(|(_, title)| title.trim()) else {
        return false;
    };
    let open = at - context.before(at, OWN_TITLE).len() + before.rfind('《').unwrap_or(0);
    let head = context.front(OWN_TITLE);
    title.chars().count() >= LONG_TITLE && head.get(..open.min(head.len())).is_some_and(|head| head.contains(title))
}

/// Whether a day ends an entry of a list of earlier reports that has no brackets: the heading stands above, a title
/// right before it, and nothing that ends the list between.
fn listed(context: &Context<'_>, at: usize) -> bool {
    let before = context.before(at, LONGEST_LIST);
    let Some(head) = LISTED.as_ref().and_then(|listed| listed.find_iter(before).last()) else {
        return false;
    };
    let list = before.get(head.end()..).unwrap_or_default();
    has(&TITLED, list) && !has(&BEHIND_LIST, list)
}

/// `策略日报(2025.07.02)`: the day in brackets of a title line.
fn in_title(text: &str, range: &Range<usize>, line: &Range<usize>, in_front: bool) -> bool {
    let bracketed = text.get(..range.start).is_some_and(|before| before.ends_with(['(', '【', '—']))
        && text.get(range.end..).is_some_and(|after| after.starts_with([')', '】']));
    let before = text.get(line.start..range.start).unwrap_or_default();
    let near: String = before.chars().rev().take(16).collect::<Vec<_>>().into_iter().rev().collect();
    in_front && bracketed && !before.contains(['《', '<', '。']) && has(&TITLE_WORD, &near)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::zones::Zones;

    fn day(text: &str) -> Option<String> {
        let document = Document::from_bytes("x.txt", text.as_bytes()).unwrap();
        let zones = Zones::of(&document);
        read(&Context::new(&document, &zones)).0.map(|date| date.value.to_string())
    }

    #[test]
    fn labelled_days_win() {
        for text in [
            "望江证券\n日期: 2024年04月17日\n《周报》\n——2024年04月12日",
            "公司点评报告日期：2024年4月17日事件：2024年4月15日，公司公告年报。",
            "所属行业。电子报告时间。2024/04/17分析师林某",
            "股价数据为2024年3月29日收盘价增持日期：2024年4月17日行业：传媒",
            "＃title＃光缆涨价＃createTime1＃2024年04月17日请务必阅读",
        ] {
            assert_eq!(day(text).as_deref(), Some("2024-04-17"), "{text}");
        }
    }

    #[test]
    fn header_days_count_without_a_label() {
        for text in [
            "行业报告|行业深度研究请务必阅读1光学证券研究报告2024年04月17日投资评级行业评级强于大市",
            "# 晴空万里\n\n2024 年 04 月 17 日\n\n正文。",
            "策略日报（2024.04.17）：缩量\n\n<<策略日报（2024.04.16）：放量>>--2024-04-16",
            "Asia Equity Research\n17 April 2024\nNorthlake Ltd\nPrice (16 Apr 24): HK$5",
            "See Appendix A-1.\n17 Apr 2024 18:21:03 ET │ 22 pages\nNorthlake (0001.HK)",
            "1、《某某：季报点评》2024-03-01[Table_Author]2024年04月17日证券分析师吴某",
            "量化系列（三）\n\n持仓信息与策略增强\n\n相关研究\n量化系列（一）——从换手率看风\n格轮动\n2023-07-23\n量化系列（二）——尾部相关性\n2023-12-25\n金融工程分析师\n吴某\nSAC执业证书编号：S9990511110035\n\n定量研究\n\n2024年04月17日\n证券研究报告\n",
            "望江 | 展望（一）：从支持走向核心\n\n正文。\n\n文章来源\n\n本文摘自：2024年4月17日已经发布的《展望（一）：从支持走向核心》\n\n吴某 分析员\n",
        ] {
            assert_eq!(day(text).as_deref(), Some("2024-04-17"), "{text}");
        }
    }

    #[test]
    fn the_header_below_the_box_of_prices_and_below_a_page_of_the_body() {
        let kind = "# 江南电气（300999.SZ）\n\n买入(维持)\n\n电源龙头，迎新机\n\n公司研究/深度分析\n\n2024 年 4 月 17 日\n\n市场数据：2024年4月16日\n";
        assert_eq!(day(kind).as_deref(), Some("2024-04-17"));
        let page = "公司订单饱满，产线满载，海外客户增加。\n".repeat(200);
        let header = "投资评级\n买入\n\n交易数据\n2024-4-16\n总市值\n19\n深度研究报告/食品饮料 \n2024 年04 月17 日 \n";
        assert_eq!(day(&format!("{page}{header}")).as_deref(), Some("2024-04-17"));
        let history = "历史推荐和目标定价(人民币)序号日期评级市价目标价12019-04-09买入28.62N/A22019-04-26买入30.45N/A投资评级的说明";
        assert_eq!(day(&format!("江南乳业深度报告{history}")), None);
        let own = "江南电气（300999.SZ）年报点评\n\n目标定价：30.00元\n\n望江证券研究所\n\n2024年4月17日\n\n推荐（维持）\n";
        assert_eq!(day(own).as_deref(), Some("2024-04-17"));
        assert_eq!(day("市场数据\n\n2024年4月17日\n\n分析师：林乔\n").as_deref(), Some("2024-04-17"));
        let list = "相关研究\n公司研究/电新\n2024年3月1日\n公司研究/电新\n2024年2月1日\n\n分析师：林乔 S0990522030006\n2024年4月17日\n";
        assert_eq!(day(list).as_deref(), Some("2024-04-17"));
    }

    #[test]
    fn every_printed_form_counts_in_a_header() {
        for text in [
            "望江证券研究报告\n2024年04月17日\n投资评级:增持",
            "望江证券研究报告\n2024-04-17\n投资评级:增持",
            "望江证券研究报告\n2024.4.17\n投资评级:增持",
            "望江证券研究报告\n20240417\n投资评级:增持",
            "望江证券研究报告\n二〇二四年四月十七日\n投资评级:增持",
            "行业分类:医疗器械行业2024年04月17日股市有风险入市须谨慎核心观点",
            "湖城研究2024年4月17日研究员:林乔报告摘要:需求回升。2023年6月29日公司公告。",
            "Northlake Research\nApr 17, 2024\nHarbour Ltd\nSteady quarter",
            "Northlake Research\nWednesday, 17 April 2024\nHarbour Ltd\nSteady quarter",
            "Northlake Research\n[April 17, 2024]\nHarbour Ltd\nSteady quarter",
            "Northlake Research\nPublished: 17-Apr-2024\nPrices as of 16 April 2024\nSteady quarter",
        ] {
            assert_eq!(day(text).as_deref(), Some("2024-04-17"), "{text}");
        }
    }

    #[test]
    fn the_first_day_of_an_english_page_without_line_breaks() {
        let page = "Result Update Foods April 17, 2024 Northlake Foods Performance Highlights Net sales 2,658 grew in the quarter. ";
        let text = format!("{page}{}", "Margins held and costs fell. ".repeat(20));
        assert_eq!(day(&text).as_deref(), Some("2024-04-17"));
    }

    #[test]
    fn a_month_alone_is_no_day() {
        for text in [
            "湖城批签发跟踪证券研究报告2024年04月医药生物投资评级推荐维持分析师:林乔",
            "望江证券研究报告\n2024年4月\n投资评级:增持",
            "Northlake Research\nApril 2024\nHarbour Ltd\nPrices are as of April 16, 2024.",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn other_days_are_not_the_reports_own() {
        for text in [
            "# 静水深流\n\n数据截至2025/6/30，全市场估值回升。",
            "相关研究报告：\n《6月数据解读》 2023-07-02\n《会议点评》 ——2023-06-18",
            "事件：2020年10月27日，公司公告三季报。",
            "行业周报（20240408-20240414）",
            "数据截止日期：2021年01月19日",
            "业绩简评\n2024年4月17日公司发布一季报，实现营收42.1亿元。\n",
            "医疗证券研究报告2020年05月医药生物",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn the_time_is_kept_as_printed() {
        let document = Document::from_bytes("x.txt", b"17 Apr 2024 18:21:03 ET | 22 pages\nNorthlake").unwrap();
        let zones = Zones::of(&document);
        let (_, time) = read(&Context::new(&document, &zones));
        assert_eq!(time.map(|time| time.value).as_deref(), Some("18:21:03 ET"));
    }

    #[test]
    fn days_of_covers_in_two_languages_and_behind_the_own_title() {
        for text in [
            "本研究報告由望湖國際分銷，望湖國際是由望湖國際研究有限公司及其各成員單位的證券研究團隊所組成的全球品牌，各成員分別在其許可的司法管轄區內從事證券活動。關於分析師證明、重要披露聲明和免責聲明，請參閱附錄。研究報告 Research Report 17 Apr 2024 江南控股 Jiangnan Holdings(999 HK)盈利彈性可期",
            "# 【望江金工】配置研究系列之九：以风险平价打造稳定组合\n\n正文。\n\n**研究报告**\n\n《 配置研究系列之九：以风险平价打造稳定组合 》\n\n2024.4.17 林乔、田川\n",
        ] {
            assert_eq!(day(text).as_deref(), Some("2024-04-17"), "{text}");
        }
        // Another title is an earlier report's, and a short one every issue's.
        for text in [
            "# 【望江金工】配置研究系列之九：以风险平价打造稳定组合\n\n正文。\n\n《配置研究系列之八：以动量打造稳定组合》\n\n2024.4.17 林乔\n",
            "# 望江宏观周报\n\n正文。\n\n《望江宏观周报》\n\n2024.4.17 林乔\n",
        ] {
            let text = text.replace("正文。", &"正文。".repeat(1200));
            assert_eq!(day(&text), None, "{text}");
        }
    }
}
