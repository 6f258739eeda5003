//! What else the report speaks of: other securities, sectors, main statements, earlier reports.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::rating::Action;
use super::super::{Amount, Date};

/// How a report speaks of another security or a sector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stance {
    /// 推荐, 重点推荐, 首推.
    Recommend,
    /// 关注, 建议关注.
    Watch,
    /// 看好, 受益.
    Positive,
    /// No lean.
    Neutral,
    /// 谨慎, 回避.
    Negative,
    /// Carries a rating of the firm's scale.
    Rated,
    /// Named beside the subject, no stance.
    Related,
}

/// Another security with a stance or a rating.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mention {
    /// Name.
    pub name: String,
    /// Code as printed.
    pub code: Option<String>,
    /// Code with exchange suffix.
    pub symbol: Option<String>,
    /// Theme it is listed under.
    pub theme: Option<String>,
    /// Stance.
    pub stance: Option<Stance>,
    /// The stance word as printed.
    pub stance_raw: Option<String>,
    /// The rating as printed.
    pub rating_raw: Option<String>,
    /// Rating action.
    pub action: Option<Action>,
    /// Target price, lower end.
    pub target_low: Option<Amount>,
    /// Target price, upper end.
    pub target_high: Option<Amount>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// Price as printed.
    pub current_price: Option<Amount>,
}

/// A sector with a stance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SectorCall {
    /// Sector.
    pub sector: String,
    /// Stance.
    pub stance: Option<Stance>,
    /// The stance word as printed.
    pub stance_raw: Option<String>,
}

/// What kind of statement a key point is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeyPointKind {
    /// Something that happened.
    Fact,
    /// A view.
    Opinion,
    /// Something expected.
    Forecast,
}

/// A main statement of the report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyPoint {
    /// Kind of statement.
    pub kind: Option<KeyPointKind>,
    /// The statement, words of the source.
    pub text: String,
}

/// An earlier report the report lists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RelatedReport {
    /// Title.
    pub title: String,
    /// Its day.
    pub date: Option<Date>,
}
