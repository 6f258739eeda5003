//! Words that tell which of the fields asked for can stand in a piece of running text.
//!
//! Wide on purpose: a piece sent for nothing costs tokens, a piece held back costs a value.

use std::sync::LazyLock;

use super::fields::FieldGroup;
use crate::document::Regex;
use crate::zones::ZoneKind;

static RATING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)评级|目标(?:价|市值)|合理(?:估值|价值|价格)|首次覆盖|分析师|研究员|研究助理|联系人|执业|证书编号|电子?邮[箱件]|[a-z0-9]@[a-z0-9]|S[0-9]{10,13}|A[0-9]{12,13}|发布(?:日期|时间)|报告日期|[0-9]{3,6}[ .](?:HK|TT|TW|US|CH|JP|KS|SS|SZ|SH|BJ|IN)\b|收盘价|当前(?:股价|价格)|现价|\b(?:rating|reiterate|initiat\w+ (?:coverage|with)|upgrade|downgrade|target price|price target|price obj\w*|PT|TP|PO|analyst|CE ?(?:No|Ref))\b",
    )
    .ok()
});
/// A person's number or address: what an analysts' statement holds of an author.
static PERSON: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)执业(?:资格)?(?:证书)?(?:编号|号码?)|证书编号|[SA][0-9]{10,13}|[a-z0-9]@[a-z0-9]|\bCE ?(?:No|Ref)").ok()
});
/// A person's licence number.
static LICENCE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)执业(?:资格)?(?:证书)?(?:编号|号码?)|证书编号|\b[SA][0-9]{10,13}|\bCE ?(?:No|Ref)").ok());
/// A firm's registered name.
static FIRM: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"证券(?:研究)?(?:股份)?有限(?:责任)?公司|(?i)\b(?:limited|ltd|llc|inc|plc|gmbh|s\.a\.)\b").ok());
static METRIC: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)营业(?:总)?收入|营收|主营收入|归(?:属|母)|净利润|利润总额|营业利润|每股(?:收益|盈利)|摊薄|市盈率|市净率|净资产收益率|股息(?:率|收益)|毛利率|净利率|\b(?:EPS|P/?E|P/?B|ROE|EV/?EBITDA|revenue|sales|net (?:profit|income)|NPAT|margin|dividend yield)\b|EPS|ROE|PE[(（]",
    )
    .ok()
});
/// What the report expects, as against what was reported.
static FORECAST: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)预计|预测|预期|上调|下调|给予|\b(?:expect|forecast|estimate|project|guidance|raise|cut)").ok());
/// A column of a forecast table: `2024A`, `2025E`, `FY26`.
static COLUMN: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"20[0-9]{2} ?[AEae]|\bFY ?(?:20)?[0-9]{2}").ok());
/// Lines of a balance sheet or a statement of cash flows. The forecast table on the first page has none.
static ACCOUNTS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)流动资产|流动负债|应收账款|应付账款|预付|存货|固定资产|无形资产|长期投资|长期借款|少数股东|资本公积|未分配利润|留存收益|折旧|营业外|资产减值|负债合计|活动现金流|\b(?:receivables|payables|inventor(?:y|ies)|depreciation|goodwill|shareholders.? equity|minority interests?|capex|total assets|total liabilities|working capital)\b").ok()
});
static CALL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)【|推荐|建议(?:重点)?关注|重点关注|持续关注|看好|看淡|受益|首选|标的|超配|低配|买入|增持|减持|卖出|优于大[市盘]|强于大[市盘]|回避|谨慎|风险|[036][0-9]{5}(?:\.(?:SH|SZ|SS|BJ)|[)）])|\b[0-9]{4,5}\.?HK\b|《[^》]{4,}》|\b(?:recommend|prefer|top picks?|overweight|underweight|outperform|underperform|neutral|buy|sell|hold|beneficiar\w+|positive on|cautious|risks?)\b",
    )
    .ok()
});

/// Whether a piece of `kind` may hold a field of `group`.
pub(super) fn speaks_of(group: FieldGroup, kind: ZoneKind, words: &str) -> bool {
    let has = |pattern: &LazyLock<Option<Regex>>| pattern.as_ref().is_some_and(|pattern| pattern.is_match(words));
    match (group, kind) {
        (FieldGroup::Identity, ZoneKind::AnalystStatement) => has(&PERSON),
        (FieldGroup::Identity, ZoneKind::Disclaimer) => has(&LICENCE),
        (FieldGroup::Identity, _) => has(&RATING),
        (FieldGroup::Estimates, _) => {
            let accounts = ACCOUNTS.as_ref().map_or(0, |pattern| pattern.find_iter(words).take(2).count());
            accounts < 2 && (has(&COLUMN) || numbers(words) >= 2 && has(&METRIC) && (words.contains('\t') || has(&FORECAST)))
        }
        (FieldGroup::Lists, _) => has(&CALL),
        (FieldGroup::Scales | FieldGroup::Disclosures, _) => false,
    }
}

/// Whether the words give a firm's registered name.
pub(super) fn names_firm(words: &str) -> bool {
    FIRM.as_ref().is_some_and(|pattern| pattern.is_match(words))
}

/// How many numbers stand in the words, three at most: that is all anyone asks.
fn numbers(words: &str) -> usize {
    words.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).take(3).count()
}
