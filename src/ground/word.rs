//! Closed words against the words cited: action, role, stance, currency, disclosure.

use std::ops::Range;

use crate::domain::rating::Action;
use crate::domain::record::{AuthorRole, Stance};
use crate::domain::{DisclosureId, Reason};

use super::Carried;
use super::near::{after, before, has, last_of};

const ACTIONS: &[(Action, &[&str])] = &[
    (
        Action::Maintain,
        &["维持", "維持", "重申", "保持", "不变", "maintain", "reiterat", "remain", "retain", "unchanged", "reaffirm", "no change"],
    ),
    (Action::Initiate, &["首次", "初次", "initiat", "new coverage"]),
    (Action::Upgrade, &["上调", "上調", "调高", "调升", "提升", "upgrad", "u/g", "raise", "▲"]),
    (Action::Downgrade, &["下调", "下調", "调低", "调降", "downgrad", "d/g", "cut", "lower", "▼"]),
    (Action::Drop, &["终止", "停止", "drop", "terminat", "discontinu"]),
    (Action::Resume, &["恢复", "resum", "reinstat"]),
];
/// A target, a forecast or a sector's name is raised and cut as a rating is.
const NOT_RATINGS: &[&str] = &["目标", "盈利", "预测", "预期", "估值", "target", "tp", "estimate", "forecast", "eps", "price"];

/// Looks for a word that names this action and is said of a rating.
pub(super) fn action(words: &str, value: Action) -> Carried {
    let lower = words.to_ascii_lowercase();
    let mut other = false;
    for (action, terms) in ACTIONS {
        for (at, term) in terms.iter().flat_map(|term| lower.match_indices(term)) {
            // `买入(维持)盈利预测`: what a bracket parts is another matter.
            let behind = after(&lower, at + term.len(), 4);
            let behind = behind.split([')', ',', ';', '。', ':', '|', '\t', '\n', '/']).next().unwrap_or_default();
            if has(behind, NOT_RATINGS) {
                continue;
            }
            if *action == value {
                return Ok(at..at + term.len());
            }
            other = true;
        }
    }
    Err(Some(if other { Reason::OtherMeaning } else { Reason::ValueNotInQuote }))
}

const ROLES: &[(AuthorRole, &[&str])] = &[
    (AuthorRole::Analyst, &["分析师", "分析師", "研究员", "分析員", "作者", "首席", "analyst", "执业证书", "执业编号", "执业资格", "sac"]),
    (AuthorRole::Assistant, &["助理", "associate", "assistant", "研究支持"]),
    (AuthorRole::Contact, &["联系人", "聯絡人", "contact"]),
];

/// Looks for a word that names this role.
pub(super) fn role(words: &str, value: AuthorRole) -> Carried {
    let of = |wanted: AuthorRole| ROLES.iter().filter(move |(role, _)| *role == wanted).flat_map(|(_, terms)| terms.iter().copied());
    first_of(words, of(value))
}

/// Whether a word of this role stands anywhere near a name: above it as a heading, beside it, below.
pub(super) fn role_near(text: &str, at: usize, value: AuthorRole) -> bool {
    let terms = ROLES.iter().find(|(role, _)| *role == value).map_or(&[][..], |(_, terms)| *terms);
    has(&before(text, at, 300), terms) || has(&after(text, at, 120), terms)
}

/// The role whose word stands last before a name and on its side of the line, where one does.
pub(super) fn role_before(text: &str, at: usize) -> Option<AuthorRole> {
    const HEADINGS: &[(AuthorRole, &[&str])] = &[
        (AuthorRole::Analyst, &["分析师:", "分析师", "研究员:", "分析員:", "analyst:", "analysts:"]),
        (AuthorRole::Assistant, &["研究助理:", "助理:", "研究助理", "associate:", "assistant:"]),
        (AuthorRole::Contact, &["联系人:", "聯絡人:", "联系人", "contact:"]),
    ];
    let lead = before(text, at, 12);
    let found = HEADINGS.iter().filter_map(|(role, terms)| Some((*role, last_of(&lead, terms)?.0)));
    let (role, place) = found.max_by_key(|(_, place)| (place.end, place.len()))?;
    // Only right before the name: `分析师 张三`.
    lead.get(place.end..)?.chars().all(|c| c.is_whitespace() || c == ':').then_some(role)
}

const STANCES: &[(Stance, &[&str])] = &[
    (Stance::Recommend, &["推荐", "首推", "金股", "推薦", "recommend", "top pick", "prefer"]),
    (Stance::Watch, &["关注", "關注", "相关标的", "相关公司", "watch", "focus"]),
    (Stance::Positive, &["看好", "受益", "positive", "like", "benefit"]),
    (Stance::Negative, &["谨慎", "回避", "看淡", "negative", "cautious", "avoid"]),
];

/// Looks for a word that names this stance.
pub(super) fn stance(words: &str, value: Stance) -> Carried {
    match STANCES.iter().find(|(stance, _)| *stance == value) {
        Some((_, terms)) => first_of(words, terms.iter().copied()),
        None => Ok(0..words.len()),
    }
}

/// Whether the stance a name is listed under is this one: the last stance word before it, in its own paragraph.
pub(super) fn stance_of(text: &str, name: &Range<usize>, value: Stance) -> Result<(), Reason> {
    let lead = before(text, name.start, 600);
    let paragraph = lead.rsplit("\n\n").next().unwrap_or_default();
    let found = STANCES.iter().filter_map(|(stance, terms)| Some((*stance, last_of(paragraph, terms)?.0)));
    match found.max_by_key(|(_, place)| (place.end, place.len())) {
        Some((stance, _)) if stance == value => Ok(()),
        // `建议关注受益于…的甲公司`: two stances of one clause.
        Some((_, last)) => {
            let clause = paragraph.get(..last.end).unwrap_or_default();
            let clause = clause.rsplit(['。', ';', '\n']).next().unwrap_or_default();
            let terms = STANCES.iter().find(|(stance, _)| *stance == value).map_or(&[][..], |(_, terms)| *terms);
            if has(clause, terms) { Ok(()) } else { Err(Reason::OtherMeaning) }
        }
        // Named first, judged behind: `甲公司值得关注`.
        None => {
            let rest = after(text, name.end, 60);
            let sentence = rest.split(['。', '\n']).next().unwrap_or_default();
            let terms = STANCES.iter().find(|(stance, _)| *stance == value).map_or(&[][..], |(_, terms)| *terms);
            if terms.is_empty() || has(sentence, terms) { Ok(()) } else { Err(Reason::Unnamed) }
        }
    }
}

/// Looks for words of this currency near a price; 元 alone is that of the mainland.
pub(super) fn currency(words: &str, value: &str) -> Carried {
    const CURRENCIES: &[(&str, &[&str])] = &[
        ("HKD", &["港元", "港币", "港幣", "hk$", "hkd"]),
        ("USD", &["美元", "us$", "usd"]),
        ("TWD", &["新台币", "新臺幣", "台币", "nt$", "ntd", "twd"]),
        ("JPY", &["日元", "日圆", "jpy", "¥"]),
        ("EUR", &["欧元", "eur", "€"]),
        ("GBP", &["英镑", "gbp", "£"]),
        ("INR", &["卢比", "rs.", "rs ", "inr", "₹"]),
        ("SGD", &["新元", "s$", "sgd"]),
        ("KRW", &["韩元", "krw", "₩"]),
        ("CNY", &["人民币", "rmb", "cny", "¥", "元"]),
    ];
    let lower = words.to_ascii_lowercase();
    let of = |code: &str| CURRENCIES.iter().find(|(name, _)| *name == code).map_or(&[][..], |(_, words)| *words);
    let place = of(value).iter().find_map(|word| lower.find(word).map(|at| at..at + word.len()));
    let other = CURRENCIES.iter().any(|(name, words)| *name != value && *name != "CNY" && words.iter().any(|word| lower.contains(word)));
    match place {
        // The 元 of 港元.
        Some(place) if value != "CNY" || !other => Ok(place),
        _ if other => Err(Some(Reason::UnitMismatch)),
        _ => Err(None),
    }
}

/// Looks for wording this disclosure cannot do without. A loose net: what the rules read decides, this only keeps a
/// model from citing any sentence for anything.
pub(super) fn disclosure(words: &str, id: DisclosureId) -> Carried {
    use DisclosureId as Id;
    // What it is about, where one word does not tell.
    let also: &[&str] = match id {
        Id::AnalystQualification | Id::AnalystViews => {
            &["分析师", "分析師", "研究员", "作者", "本人", "署名", "analyst", "author", " my ", " i "]
        }
        Id::HoldingGe1pct => &["持有", "股份", "股权", "hold", "own", "beneficial"],
        Id::ViewsAsOfDate => &["观点", "意见", "判断", "推测", "建议", "预测", "opinion", "view", "estimate", "information", "change"],
        Id::PastPerformance => &["表现", "业绩", "performance"],
        Id::NoProfitPromise => &["收益", "利益", "损失", "获利", "profit", "return"],
        Id::RatingTermsDiffer => &["评级", "rating"],
        Id::ReadDisclaimerFooter => &["阅读", "参阅", "see ", "read", "refer"],
        _ => &[],
    };
    if !also.is_empty() {
        first_of(words, also.iter().copied())?;
    }
    let terms: &[&str] = match id {
        Id::PublicationDate => return first_date(words),
        Id::RegulatoryStatus => &["监管", "持牌", "regulated", "licensed", "authoris", "authoriz"],
        Id::ResearchReportMarking => &["研究报告", "research"],
        Id::FirmQualification => &["资格", "业务许可", "经营范围", "资质", "licensed", "qualified"],
        Id::AnalystQualification => &["执业", "资格", "注册", "qualified", "licensed", "registered"],
        Id::SourceStatement => {
            &["来源", "来自", "公开", "合规", "渠道", "source", "obtained", "believed to be reliable", "publicly available"]
        }
        Id::UseRiskWarning => &["风险", "谨慎", "审慎", "损失", "唯一", "参考", "自行", "独立判断", "risk", "loss"],
        Id::AnalystViews => &["观点", "反映", "看法", "见解", "view", "opinion"],
        Id::AnalystIndependence => &["独立", "客观", "第三方", "授意", "影响", "independen", "influence"],
        Id::AnalystCompensation => &["报酬", "薪酬", "补偿", "compensation", "remunerat"],
        Id::FirmMayHold => &["持有", "头寸", "交易", "持仓", "position", "hold", "long or short"],
        Id::FirmMayServe => &["投资银行", "投行", "财务顾问", "金融服务", "提供", "业务关系", "investment banking", "services", "business"],
        Id::HoldingGe1pct => &["1%", "百分之一", "1 %", "one percent", "one per cent"],
        Id::QuietPeriod => &["静默", "quiet period", "blackout"],
        Id::ClientOnly => &["客户", "client", "recipient", "customers"],
        Id::NotPersonalAdvice => &["建议", "邀请", "要约", "征价", "出价", "投资目标", "advice", "offer", "solicit"],
        Id::Copyright => &["版权", "转载", "复制", "翻版", "引用", "copyright", "reproduc", "redistribut"],
        Id::NoAccuracyWarranty => &["准确", "完整", "保证", "accura", "complete", "warrant"],
        Id::ViewsAsOfDate => &["发布", "当日", "更改", "变更", "修改", "不一致", "as of", "change", "without notice"],
        Id::PastPerformance => &["过往", "历史", "过去", "以往", "past"],
        Id::NoProfitPromise => &["承诺", "保证", "分享", "分担", "guarantee", "promise"],
        Id::RatingDefinitions => &["评级", "rating", "跑赢", "买入", "增持", "推荐"],
        Id::RatingTermsDiffer => &["不同", "别家", "differ"],
        Id::SuitabilityLevel => &["适当性", "风险等级", "承受能力", "专业投资者", "suitab"],
        Id::ReadDisclaimerFooter => &["免责", "声明", "末页", "正文之后", "法律", "重要", "disclaimer", "disclosure"],
        Id::RatingDistribution => &["%", "分布", "distribution"],
        Id::PriceChart => &["chart", "history", "走势"],
        Id::IbRelationship => &["投资银行", "投行", "investment bank"],
        Id::MarketMaker => &["做市", "market maker", "makes a market", "make a market"],
        Id::AnalystHolding => &["持有", "own", "hold", "interest"],
        Id::OfficerOfIssuer => &["董事", "高级管理", "任职", "officer", "director"],
        Id::ValuationMethod => &["估值", "目标价", "valuation", "target", "method"],
        Id::DisseminationTime => &["发布", "时间", "disseminat", "published", "produced", "completed"],
    };
    first_of(words, terms.iter().copied())
}

/// A day, or a month alone: `2023年5月`.
fn first_date(words: &str) -> Carried {
    if let Some(found) = crate::domain::date::find_dates(words).first() {
        return Ok(found.start..found.end);
    }
    first_of(words, ["年", "日期", "date", "20"].into_iter())
}

fn first_of<'a>(words: &str, terms: impl Iterator<Item = &'a str>) -> Carried {
    let lower = words.to_ascii_lowercase();
    let mut terms = terms;
    terms.find_map(|term| lower.find(term).map(|at| at..at + term.len())).ok_or(Some(Reason::ValueNotInQuote))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_is_said_of_a_rating() {
        assert!(action("增持(维持)", Action::Maintain).is_ok());
        assert_eq!(action("增持(维持)", Action::Initiate), Err(Some(Reason::OtherMeaning)));
        assert_eq!(action("上调目标价至15元", Action::Upgrade), Err(Some(Reason::ValueNotInQuote)));
        assert!(action("raise to BUY from HOLD", Action::Upgrade).is_ok());
    }

    #[test]
    fn a_role_is_the_one_named_right_before() {
        assert!(role("Research Analyst", AuthorRole::Analyst).is_ok());
        let text = "分析师:张三 研究助理:李四";
        assert_eq!(role_before(text, text.find("张三").unwrap()), Some(AuthorRole::Analyst));
        assert_eq!(role_before(text, text.find("李四").unwrap()), Some(AuthorRole::Assistant));
        assert_eq!(role_before("张三", 0), None);
    }

    #[test]
    fn a_stance_is_the_one_a_name_is_listed_under() {
        let text = "重点推荐:甲医药、乙电子;建议关注:丙软件。丁股份值得关注。";
        let place = |name: &str| text.find(name).map(|at| at..at + name.len()).unwrap();
        assert_eq!(stance_of(text, &place("乙电子"), Stance::Recommend), Ok(()));
        assert_eq!(stance_of(text, &place("乙电子"), Stance::Watch), Err(Reason::OtherMeaning));
        assert_eq!(stance_of(text, &place("丙软件"), Stance::Watch), Ok(()));
        assert_eq!(stance_of("丁股份值得关注。", &(0..9), Stance::Watch), Ok(()));
        assert_eq!(stance_of("丁股份发布年报。", &(0..9), Stance::Recommend), Err(Reason::Unnamed));
    }

    #[test]
    fn a_currency_is_the_one_printed() {
        assert!(currency("目标价12.50元", "CNY").is_ok() && currency("TP HK$690", "HKD").is_ok());
        assert_eq!(currency("目标价12.50港元", "CNY"), Err(Some(Reason::UnitMismatch)));
        assert_eq!(currency("目标价12.50", "USD"), Err(None));
    }

    #[test]
    fn a_disclosure_needs_wording_of_its_own() {
        assert!(disclosure("本报告版权归本公司所有", DisclosureId::Copyright).is_ok());
        assert!(disclosure("公司一季度收入增长", DisclosureId::QuietPeriod).is_err());
        assert!(disclosure("历史业绩不代表未来表现", DisclosureId::PastPerformance).is_ok());
        assert!(disclosure("公司历史悠久", DisclosureId::PastPerformance).is_err());
    }
}
