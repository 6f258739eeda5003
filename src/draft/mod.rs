//! What a model must fill: values, and the number of the segment each begins in.
//!
//! One number, not a list: a small model that is not held by a grammar never ends a list of numbers, and the segments
//! that follow are looked through anyway.
//!
//! A draft is not a record. It is flat and tolerant, its doc comments are instructions to the model, and nothing in it
//! is believed before it has been found in the source. Property order is generation order: values first, `at` last.
#![expect(clippy::doc_markdown, reason = "the comments are shown to a model as they stand")]

mod schema;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::rating::{Action, SubjectType};
use crate::domain::record::{AuthorRole, Category, EstimateKind, KeyPointKind, Metric, Polarity, Stance, Unit};
use crate::domain::{Amount, DisclosureId};

pub use schema::{SCHEMA_NAME, draft_schema, prompt_schema, strict_draft_schema};

/// Facts of one brokerage research report. `at` is the number of the segment the value was read from. A value the report
/// does not print is null, a list may be empty.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// The report as a publication.
    pub product: DraftProduct,
    /// The broker that issued it.
    pub publisher: DraftPublisher,
    /// People named as authors or contacts, not sales staff.
    #[schemars(length(max = 12))]
    pub authors: Vec<DraftAuthor>,
    /// What the report is about.
    pub subject: DraftSubject,
    /// The rating this report gives its own subject on its first page, never ratings of other stocks, earlier ratings
    /// or words of the rating definitions. Empty if it gives none.
    #[schemars(length(max = 3))]
    pub ratings: Vec<DraftRating>,
    /// Target price of the subject.
    pub target_price: DraftTarget,
    /// Rating definitions: one entry for stocks, one for industries, grades best first.
    #[schemars(length(max = 3))]
    pub rating_scales: Vec<DraftScale>,
    /// Other companies with a stance or a rating.
    #[schemars(length(max = 40))]
    pub mentions: Vec<DraftMention>,
    /// Sectors with a stance.
    #[schemars(length(max = 20))]
    pub sector_calls: Vec<DraftSector>,
    /// Risks listed in the section 风险提示 or Risks.
    #[schemars(length(max = 20))]
    pub risks: Vec<DraftRisk>,
    /// Earlier reports listed under 相关报告.
    #[schemars(length(max = 12))]
    pub related_reports: Vec<DraftRelated>,
    /// Forecast and reported figures of the subject, from the forecast table.
    #[schemars(length(max = 30))]
    pub estimates: Vec<DraftEstimate>,
    /// The segments with the three to six most important statements.
    #[schemars(length(max = 8))]
    pub key_points: Vec<DraftKeyPoint>,
    /// Which statements of the legal text are present.
    #[schemars(length(max = 33))]
    pub disclosures: Vec<DraftDisclosure>,
}

/// The report as a publication.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftProduct {
    /// company: one company. industry: a sector. strategy: the market. macro: the economy. morning_note: many topics.
    pub category: Option<Category>,
    /// Main title, words as printed.
    pub title: Option<String>,
    /// Second title line.
    pub subtitle: Option<String>,
    /// YYYY-MM-DD, the report's own day, not of prices or earlier reports.
    pub publish_date: Option<String>,
    /// First day of the period in the title, YYYY-MM-DD.
    pub period_start: Option<String>,
    /// Last day of that period.
    pub period_end: Option<String>,
    /// Segment number.
    pub at: Option<u32>,
}

/// The broker that issued it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftPublisher {
    /// Short name as printed.
    pub name: Option<String>,
    /// Full company name.
    pub legal_name: Option<String>,
    /// Segment number.
    pub at: Option<u32>,
}

/// A person.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftAuthor {
    /// Name.
    pub name: Option<String>,
    /// analyst: 分析师. assistant: 研究助理. contact: 联系人.
    pub role: Option<AuthorRole>,
    /// Licence number as printed.
    pub license_no: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Segment number.
    pub at: Option<u32>,
}

/// What the report is about.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftSubject {
    /// stock: one company. industry: a sector. none: anything else.
    #[serde(rename = "type")]
    pub kind: Option<SubjectType>,
    /// Company or sector.
    pub name: Option<String>,
    /// Stock code as printed, only if printed.
    pub code: Option<String>,
    /// Sector of the company.
    pub industry: Option<String>,
    /// Segment number.
    pub at: Option<u32>,
}

/// The report's own rating.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftRating {
    /// stock or industry: what is rated.
    pub subject_type: Option<SubjectType>,
    /// Name of the company or sector.
    pub subject: Option<String>,
    /// The rating word alone, as printed.
    pub label: Option<String>,
    /// maintain: 维持. initiate: 首次. upgrade: 上调. downgrade: 下调. null if not printed.
    pub action: Option<Action>,
    /// The earlier rating (上次评级), if printed.
    pub prior_label: Option<String>,
    /// Segment number.
    pub at: Option<u32>,
}

/// Target price of the subject, numbers as printed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftTarget {
    /// 目标价, lower end of a range.
    pub low: Option<Amount>,
    /// Upper end; the same number if there is one.
    pub high: Option<Amount>,
    /// CNY, HKD, USD …
    pub currency: Option<String>,
    /// Target before.
    pub prior: Option<Amount>,
    /// Price now.
    pub current_price: Option<Amount>,
    /// Valuation method, words as printed.
    pub method: Option<String>,
    /// Segment number.
    pub at: Option<u32>,
}

/// A rating scale.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftScale {
    /// stock or industry.
    pub subject_type: SubjectType,
    /// Months ahead, the larger of two.
    pub horizon_months: Option<u32>,
    /// Best first.
    #[schemars(length(max = 8))]
    pub grades: Vec<DraftGrade>,
}

/// A grade.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftGrade {
    /// The word.
    pub label: String,
    /// Percent, lower bound, negative if it falls behind.
    pub low: Option<Amount>,
    /// Percent, upper bound.
    pub high: Option<Amount>,
    /// Segment number.
    pub at: Option<u32>,
}

/// Another company.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftMention {
    /// Company, not a sector.
    pub name: String,
    /// Code, if printed.
    pub code: Option<String>,
    /// recommend: 推荐. watch: 关注. positive: 看好. rated: a rating word stands beside it.
    pub stance: Option<Stance>,
    /// The stance or rating word as printed.
    pub word: Option<String>,
    /// Segment number.
    pub at: Option<u32>,
}

/// A sector.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftSector {
    /// Sector.
    pub sector: String,
    /// As for companies.
    pub stance: Option<Stance>,
    /// The stance word as printed.
    pub word: Option<String>,
    /// Segment number.
    pub at: Option<u32>,
}

/// A risk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftRisk {
    /// Words as printed.
    pub text: String,
    /// Segment number.
    pub at: Option<u32>,
}

/// An earlier report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftRelated {
    /// Title.
    pub title: String,
    /// YYYY-MM-DD.
    pub date: Option<String>,
    /// Segment number.
    pub at: Option<u32>,
}

/// One figure of the forecast table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftEstimate {
    /// What it measures.
    pub metric: Option<Metric>,
    /// Year, as FY2024.
    pub period: Option<String>,
    /// actual (A) or estimate (E).
    pub kind: Option<EstimateKind>,
    /// Number as printed.
    pub value: Option<Amount>,
    /// Printed unit: yuan 元, wan 万元, million 百万元, yi 亿元, percent, times, per_share.
    pub unit: Option<Unit>,
    /// Segment number.
    pub at: Option<u32>,
}

/// An important statement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftKeyPoint {
    /// fact, opinion or forecast.
    pub kind: Option<KeyPointKind>,
    /// The segment that says it.
    pub at: Option<u32>,
}

/// A legal statement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftDisclosure {
    /// Which one.
    pub id: DisclosureId,
    /// negated if it says that something is not so.
    pub polarity: Option<Polarity>,
    /// Segment number.
    pub at: Option<u32>,
}
