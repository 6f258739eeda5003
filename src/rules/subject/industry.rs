//! The sector of a report: a labelled field, a path, a word of the title.

use std::ops::Range;

use super::super::Context;
use super::super::cover::Line;
use super::super::find::{Pattern, captures, compile, first, group, has, is_han, line_at, trim};
use super::super::title::Title;
use super::FRONT;
use crate::domain::Slot;

static LABELLED: Pattern = Pattern::new(|| {
    compile(
        r"(?:所属行业|行业分类|行业名称|所属板块|行业)\s?[:。।]\s?(?P<name>[\p{Han}A-Za-z、/|·Ⅱ与和及]{2,24}(?:[ ][/|>][ ]\p{Han}{2,8}){0,3})",
    )
});
/// A line that is the way down a classification: `电子 / 半导体 / 传感器`.
static PATH: Pattern = Pattern::new(|| compile(r"(?m)^[#*\s]*(?P<name>\p{Han}{2,8}(?:\s?[/|>]\s?\p{Han}{2,8}){1,3})[*\s]*$"));
/// The way down a classification beside the company and its code.
static BESIDE_CODE: Pattern =
    Pattern::new(|| compile(r"(?m)\(\d{6}(?:\.[A-Z]{2})?\)[ \t]+(?P<name>\p{Han}{2,8}(?:\s?[/|>]\s?\p{Han}{2,8}){1,3})[*\s]*$"));
/// A line or cell of the header that names the sector and the kind of report: `计算机行业重大事项点评`.
static KIND_LINE: Pattern = Pattern::new(|| {
    compile(
        r"(?m)(?:^|[\t|])[#*\s]*(?P<name>\p{Han}{2,8}?)(?:行业|产业|板块)\p{Han}{0,8}(?:点评|快评|[周月日]报|报告|研究|专题|跟踪|深度|动态|策略|简报)[*\s]*(?:$|[\t|])",
    )
});
static PIPED: Pattern = Pattern::new(|| {
    compile(
        r"(?:证券研究报告|(?:公司|行业)(?:研究|报告|深度|点评|周报|动态))\s?[|·∙•/—-]\s?(?:(?:公司|行业)(?:研究|点评|深度报告|报告)\s?[|·/]\s?)?(?P<name>[\p{Han}A-Za-z、与和及ⅡⅠ]{2,20}(?:[|/·][\p{Han}、与和及ⅡⅠ]{2,20})?)",
    )
});
static PLACED: Pattern = Pattern::new(|| compile(r"│\s?中国(?:内地|香港)\s?(?P<name>\p{Han}{2,10}(?:/\p{Han}{2,10})?)"));
/// Words that no list of sectors knows name one where a kind of report or a clause's end stands behind them.
static IN_TITLE: Pattern = Pattern::new(|| {
    compile(
        r"(?:^|[:,—(、])(?P<name>[\p{Han}A-Za-z]{2,7}?[ⅠⅡⅢ]?)(?:行业|板块|产业)(?:$|[\s\d:,—()、]|\p{Han}{0,6}(?:点评|[周月日季年]报|报告|研究|专题|跟踪|深度|动态|策略|简报|系列|总结|综述|小结|展望|观察|回顾|梳理|前瞻|图谱|盘点))",
    )
});
/// The first-level sectors of the usual classifications (申万, 中信, GICS in Chinese) and names research desks use.
static SECTOR: Pattern = Pattern::new(|| {
    compile(
        "制药、生物科技与生命科学|软件与服务|技术硬件与设备|半导体与半导体生产设备|资本货物|商业和专业服务|汽车与汽车零部件|耐用消费品与服装|消费者服务|食品、饮料与烟草|家庭与个人用品|医疗保健设备与服务|电信服务|生物科技|医药生物|医疗器械|医疗保健|医疗服务|生物医药|医药健康|医药商业|医药|血制品|生物制品|电子元器件|元器件|消费电子|半导体|电子|计算机|互联网传媒|传媒互联网|传媒|通信|食品饮料|食品加工|白酒|饮料|家用电器|家电|轻工制造|纺织服装|纺织服饰|商业贸易|商贸零售|批发零售|零售|社会服务|休闲服务|美容护理|医疗美容|医美|化妆品|农林牧渔|农业|基础化工|化工|石油石化|石化|煤炭|钢铁|有色金属|有色|建筑材料|建材|建筑装饰|建筑|机械设备|机械|国防军工|军工|电力设备|电气设备|新能源汽车|新能源|光伏|电新|汽车|交通运输|交运|公用事业|环保|电力|房地产|地产|非银行金融|非银金融|非银|银行|保险|信息科技|大制造|高端制造|金融工程|互联网|教育|旅游",
    )
});

/// Words a clause of a title begins with before it comes to the sector: 关注产业链, 布局行业龙头.
const VERBS: &[&str] =
    &["关注", "看好", "聚焦", "把握", "布局", "推荐", "建议", "迎接", "拥抱", "紧抓", "静待", "挖掘", "重视", "优选", "坚守"];

/// Ends of words before 行业 or 板块 that name none: 各大子行业, 两大板块.
const GENERAL: &[&str] = &["子", "各", "大", "全", "多", "个", "该", "本", "细分", "相关", "整个", "成长", "价值", "优质"];

/// Where the sectors end that a title line starts with, when two or more are printed before the title.
pub(in crate::rules) fn sectors(words: &str) -> Option<usize> {
    let sector = SECTOR.as_ref()?;
    let mut at = 0;
    let mut count = 0;
    while let Some(found) = sector.find(words.get(at..)?).filter(|found| found.start() <= 1) {
        let rest = words.get(at + found.end()..)?;
        // Behind a second sector a year begins the title.
        if KIND_BEHIND.iter().any(|kind| rest.starts_with(kind)) && !(count > 0 && rest.starts_with("20")) {
            break;
        }
        at += found.end();
        count += 1;
    }
    (count > 1 && words.len() > at + 12).then_some(at)
}

/// Behind a sector these make it part of the title.
const KIND_BEHIND: &[&str] = &["行业", "周报", "月报", "板块", "20", "产业", "龙头", "系列"];

/// The sector as the header prints it.
pub(super) fn industry(context: &Context<'_>, title: Option<&Title>) -> Slot<String> {
    let text = context.text();
    if !context.chinese {
        return english_industry(context);
    }
    let front = context.front(FRONT);
    let marks = context.document.normalized.bookmarks();
    if let Some(mark) = marks.iter().find(|mark| mark.name == "industryid") {
        let end = text.get(mark.at..).and_then(|rest| rest.find('\n')).map_or(mark.at, |at| mark.at + at);
        if (1..40).contains(&(end - mark.at)) {
            // The mark may hold the sector's rating too (`医药行业推荐(维持)`).
            let words = context.slice(mark.at..end);
            let stop = BEHIND_SECTOR.as_ref().and_then(|stop| stop.find(words)).map_or(words.len(), |stop| stop.start());
            return context.located_words(mark.at..mark.at + stop);
        }
    }
    let window = |pattern: &Pattern| {
        captures(pattern, front)
            .filter_map(|found| group(&found, "name"))
            .filter(|range| !numbered(context, range))
            .find_map(|range| known_end(context, range))
    };
    if let Some(range) = window(&LABELLED).or_else(|| window(&PIPED)).or_else(|| window(&PLACED)) {
        return context.located_words(range);
    }
    let top = context.front(600);
    let path = captures(&PATH, top).filter_map(|found| group(&found, "name")).find(|range| has(&SECTOR, context.slice(range.clone())));
    let beside = || first(&BESIDE_CODE, top).and_then(|found| group(&found, "name"));
    let kind = || {
        captures(&KIND_LINE, top).filter_map(|found| group(&found, "name")).find(|range| has(&WHOLE_SECTOR, context.slice(range.clone())))
    };
    if let Some(range) = path.or_else(beside).or_else(kind) {
        return context.located_words(range);
    }
    // Between 证券研究报告 and the box of the rating stands the sector, whatever it is called.
    let boxed = captures(&BOXED, front).filter_map(|found| group(&found, "name"));
    if let Some(range) = boxed.into_iter().find(|range| !has(&STOP, context.slice(range.clone()))) {
        return context.located_words(range);
    }
    // Glued to 证券研究报告, before or behind it.
    for found in text.match_indices("证券研究报告").take(3) {
        let before = context.before(found.0, 14);
        let base = found.0 - before.len();
        if let Some(last) =
            SECTOR.as_ref().and_then(|sector| sector.find_iter(before).last()).filter(|last| last.end() == before.trim_end().len())
        {
            return context.located_words(base + last.start()..base + last.end());
        }
        let base = found.0 + found.1.len();
        let after = context.after(base, 24);
        if let Some(hit) = SECTOR.as_ref().and_then(|sector| sector.find(after)) {
            return context.located_words(base + hit.start()..base + hit.end());
        }
    }
    // Glued before the grade of its box: `…声明医药生物强于大市`.
    if let Some(found) =
        captures(&GRADED, top).find_map(|found| group(&found, "name").filter(|range| has(&WHOLE_SECTOR, context.slice(range.clone()))))
    {
        return context.located_words(found);
    }
    // A line of the header that is a sector and nothing else.
    if let Some(found) =
        captures(&LINE, top).find_map(|found| group(&found, "name").filter(|range| has(&WHOLE_SECTOR, context.slice(range.clone()))))
    {
        return context.located_words(found);
    }
    for line in title.into_iter().flat_map(|title| title.subtitle.iter().chain([&title.main])) {
        let words = context.slice(line.clone());
        let sector = SECTOR.as_ref().and_then(|sector| sector.find(words)).map(|hit| hit.range());
        let general = |range: &Range<usize>| {
            words
                .get(range.clone())
                .is_some_and(|name| GENERAL.iter().any(|word| name.ends_with(word)) || VERBS.iter().any(|verb| name.starts_with(verb)))
        };
        let named = first(&IN_TITLE, words).and_then(|found| group(&found, "name")).filter(|range| !general(range));
        if let Some(range) = sector.or(named) {
            return context.located_words(line.start + range.start..line.start + range.end);
        }
    }
    // The name of a periodical further down: `医药生物行业双周报(2025/9/5-2025/9/18)`.
    if let Some(range) = captures(&PERIODICAL, front)
        .find_map(|found| group(&found, "name").filter(|range| has(&WHOLE_SECTOR, context.slice(range.clone()))))
    {
        return context.located_words(range);
    }
    // A converter marks the sector beside the text as a heading among its own.
    let headed = captures(&HEADED, front).filter_map(|found| group(&found, "name"));
    headed.into_iter().find(|range| has(&WHOLE_SECTOR, context.slice(range.clone()))).and_then(|range| context.located_words(range))
}

static PERIODICAL: Pattern = Pattern::new(|| {
    compile(
        r"(?m)^[#\s]{0,4}(?:\d{1,3}\s?)?(?P<name>\p{Han}{2,8})行业(?:双?周|[半双]?月|日|季)报\s?\(20\d\d[-/.年\d月日]{2,9}[-–—~至](?:20\d\d)?[-/.年\d月日]{2,10}\)",
    )
});
static BOXED: Pattern =
    Pattern::new(|| compile(r"证券研究报告\s?(?P<name>\p{Han}{2,7}?[ⅡⅠⅢ]?)(?:行业)?\s?(?:投资评级|行业评级|评级\s?[:：])"));
static LINE: Pattern = Pattern::new(|| compile(r"(?m)^[#*\s]*(?P<name>[\p{Han}A-Za-z与和及]{2,10}[ⅡⅠⅢ]?)[*\s]*$"));
static HEADED: Pattern = Pattern::new(|| compile(r"(?m)^#{1,3} ?(?P<name>[\p{Han}A-Za-z与和及、]{2,16}[ⅡⅠⅢ]?)[ \t]*$"));
/// A sector right before the grade of an industry's box.
static GRADED: Pattern = Pattern::new(|| {
    compile(
        r"(?:声明|申明|条款|\n|^|证券研究报告|日)\s?(?P<name>\p{Han}{2,8}?)(?:行业)?\s?(?:强于大市|同步大市|弱于大市|领先大市|优于大市|看好|超配|标配|推荐|增持|中性|(?m:$))",
    )
});
/// A sector of the classifications and nothing else.
static WHOLE_SECTOR: Pattern = Pattern::new(|| {
    let sector = SECTOR.as_ref()?;
    compile(&format!("^(?:{}|{NARROWER})(?:行业)?[ⅡⅠⅢ]?$", sector.as_str()))
});
/// Sectors that stand alone in a header, and are common words anywhere else.
const NARROWER: &str = "电力设备[与及]新能源|石油化工|化学制品|化学制药|中药|创新药|医疗|白电|酒店|餐饮|造纸|锂电|储能|风电|工程机械|航空|机场|航运|港口|物流|快递|新材料|稀土|贵金属|水泥|玻璃|家居|宠物|种业|养殖|调味品|乳制品|乳业|啤酒|软件|人工智能|网络安全|云计算|游戏|影视|免税|证券|券商|多元金融|社服|轻工|纺服|商贸|汽车零部件|汽零|乘用车|通信设备|元件|光学光电子|饮料制造|白色家电|专用设备|通用设备|自动化设备|光伏设备|风电设备|电池|电网设备|燃气|城商行|小金属|工业金属|能源金属|普钢|特钢|农产品加工|饲料|动物保健|出版|广告营销|数字媒体|IT服务|计算机设备|软件开发|装修建材|装饰|房屋建设|基础建设|专业工程|炼化|油服|煤炭开采|焦炭|铁路公路|航空机场|航运港口";

/// `2 行业:…` is the heading of a section, and far down only the known sectors are read behind the label.
fn numbered(context: &Context<'_>, range: &Range<usize>) -> bool {
    let line = line_at(context.text(), range.start);
    let numbered = context
        .slice(line)
        .trim_start_matches(['#', ' ', '*'])
        .starts_with(|c: char| c.is_ascii_digit() || "一二三四五六七八九十(".contains(c));
    let label_near = context.before(range.start, 12).contains('\n') || range.start < 12;
    // 肉毒素行业:壁垒极高 is a sentence about a sector.
    let said =
        context.before(range.start, 12).trim_end_matches([' ', ':']).strip_suffix("行业").is_some_and(|before| before.ends_with(is_han));
    (numbered && label_near) || ((said || range.start > HEADER) && !has(&SECTOR, context.slice(range.clone())))
}

/// Behind this byte a labelled name must be a known sector.
const HEADER: usize = 3000;

/// What may follow the sector within its field mark.
static BEHIND_SECTOR: Pattern = Pattern::new(|| {
    compile(r"(?:行业)?\s?(?:强烈推荐|推荐|买入|增持|中性|看好|超配|标配|强于大市|同步大市|弱于大市)\s?[(/]|\s*\((?:维持|首次|上调|下调)")
});

/// Words that follow a sector in run-on headers.
static STOP: Pattern = Pattern::new(|| {
    compile(r"报告|研究|行业|专题|深度|日期|时间|分析|投资|评级|证券|请务|首次|维持|增持|买入|推荐|联系|发布|点评|周报|公司|\d")
});

/// A labelled sector up to the words that ran into it; `None` where nothing of a sector is left.
fn known_end(context: &Context<'_>, range: Range<usize>) -> Option<Range<usize>> {
    let words = context.slice(range.clone());
    let stop = STOP.as_ref().and_then(|stop| stop.find(words)).map(|stop| stop.start());
    let words = words.get(..stop.unwrap_or(words.len())).unwrap_or_default().trim_end_matches(['/', '|', '·', '、', '与', '和', '及']);
    let half = words.len() / 2;
    let words = words.get(..half).filter(|first| words.get(half..) == Some(first) && !first.is_empty()).unwrap_or(words);
    let sector = SECTOR.as_ref().and_then(|sector| sector.find(words));
    let bounded = !context.after(range.end, 1).starts_with(|c: char| c.is_alphanumeric());
    // A way down a classification is known by its strokes, whatever its parts are called.
    let longest = if words.contains('|') { 8 } else { 6 };
    let short = words.split(['/', '|', '>', '、', '·', '与', '和', '及']).all(|part| (2..=longest).contains(&part.trim().chars().count()));
    if short && !words.is_empty() && ((sector.is_some() && (bounded || stop.is_some())) || (bounded && stop.is_none())) {
        return Some(range.start..range.start + words.len());
    }
    sector.filter(|sector| sector.start() == 0).map(|sector| range.start..range.start + sector.end())
}

static ENGLISH_INDUSTRY: Pattern = Pattern::new(|| {
    compile(
        r"(?i)^(?:equity:\s*(?P<name>[A-Z][A-Z &/-]{3,40})|(?:sector|industry)\s*:\s*(?P<label>[A-Za-z &/,-]{2,39}[A-Za-z])(?:\s\([A-Za-z -]{2,20}\)){0,2})$|^(?P<plain>(?:(?:china|asia|japan|india|taiwan|korea|us|european?|global|asean|apac) )?(?:internet|technology|semiconductors?|banks?|autos?|automobiles?|consumer|healthcare|property|real estate|materials|energy|utilities|telecoms?|industrials|infrastructure|insurance|financials?|software|hardware|media|tech hardware|it hardware|retail|pharmaceuticals?|electronics?|chemicals|metals|mining|steel|oil|gas|food|beverages?|education|gaming|logistics|transport(?:ation)?|airlines|biotech(?:nology)?|medtech|solar|power|e-commerce|telecommunications|machinery|capital goods|aerospace|shipping|hotels|leisure|apparel|luxury|semis|it services|services|payments|fintech|restaurants|robotics|staples|discretionary|reits)(?:[ ,&/-]+[a-z][a-z&/-]*){0,4})$",
    )
});

/// Whether a line of a cover is a sector and nothing else.
pub(in crate::rules) fn is_sector(words: &str) -> bool {
    first(&ENGLISH_INDUSTRY, words).is_some() || has(&WHOLE_SECTOR, words)
}

/// Whether words end with a sector's name.
pub(in crate::rules) fn ends_with_sector(words: &str) -> bool {
    SECTOR.as_ref().is_some_and(|sector| sector.find_iter(words).any(|found| found.end() == words.len()))
}

fn english_industry(context: &Context<'_>) -> Slot<String> {
    let field = |range: &Range<usize>| ["Sector", "Industry"].iter().any(|field| context.slice(range.clone()).starts_with(field));
    let named = |(kind, range): &(Line, Range<usize>)| matches!(kind, Line::Heading | Line::Masthead) || field(range);
    context.cover().iter().filter(|line| named(line)).find_map(|(_, range)| {
        let words = context.slice(range.clone());
        // `Equity Research | China | Consumer Staples`: the sector is the last part.
        let last = words
            .rfind(['|', '•', '·'])
            .map_or(0, |at| at + words.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8));
        let part = trim(words, last..words.len());
        let found = first(&ENGLISH_INDUSTRY, words.get(part.clone())?)?;
        let name = ["name", "label", "plain"].into_iter().find_map(|name| group(&found, name))?;
        let start = range.start + part.start;
        context.located_words(start + name.start..start + name.end)
    })
}
