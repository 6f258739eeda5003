//! Ratings, targets, figures and the scales they are read by.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::rating::{Action, Basis, Direction, MappingSource, RatingStatus, SubjectType};
use super::super::{Amount, Date};

/// One rating given by the report itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rating {
    /// What is rated.
    pub subject_type: Option<SubjectType>,
    /// Its name.
    pub subject: Option<String>,
    /// The rating word alone.
    pub label: Option<String>,
    /// The rating as printed, with action and brackets.
    pub label_raw: Option<String>,
    /// What the report does to it.
    pub action: Option<Action>,
    /// The rating before, as printed.
    pub prior_label: Option<String>,
    /// Whether there is a grade at all.
    pub status: Option<RatingStatus>,
    /// Index into `rating_scales`.
    pub scale: Option<u32>,
    /// Place from the best, from 1.
    pub rank: Option<u32>,
    /// Number of grades on the scale.
    pub of: Option<u32>,
    /// Which way it points.
    pub direction: Option<Direction>,
    /// I/B/E/S style, 1 best to 5 worst; stocks only.
    pub score: Option<Amount>,
    /// Horizon of the scale in months (the longer end of a range).
    pub horizon_months: Option<u32>,
    /// Benchmark index for this subject's market.
    pub benchmark: Option<String>,
    /// What decided rank, direction and score.
    pub mapping_source: Option<MappingSource>,
}

/// The target price of the subject, per share in `currency`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TargetPrice {
    /// Lower end, or the target itself.
    pub low: Option<Amount>,
    /// Upper end, or the target itself.
    pub high: Option<Amount>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// Lower end of the target before.
    pub prior_low: Option<Amount>,
    /// Upper end of the target before.
    pub prior_high: Option<Amount>,
    /// Months ahead.
    pub horizon_months: Option<u32>,
    /// Price when the report was written.
    pub current_price: Option<Amount>,
    /// Day of that price.
    pub price_date: Option<Date>,
    /// Valuation method as printed, `SOTP`, `DCF`, `2025年30倍PE`.
    pub method: Option<String>,
}

/// What a figure measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// 营业收入.
    Revenue,
    /// 营业利润.
    OperatingProfit,
    /// 利润总额.
    PretaxProfit,
    /// 归母净利润.
    NetProfit,
    /// 每股收益.
    Eps,
    /// 市盈率.
    Pe,
    /// 市净率.
    Pb,
    /// 净资产收益率.
    Roe,
    /// 股息率.
    DividendYield,
    /// EV/EBITDA.
    EvEbitda,
    /// Growth over the year before.
    Growth,
    /// A margin.
    Margin,
}

/// Whether a figure is reported or forecast.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EstimateKind {
    /// Reported.
    Actual,
    /// Forecast.
    Estimate,
}

/// Unit a figure is printed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// 元.
    Yuan,
    /// 万元, ten thousand.
    Wan,
    /// 百万元, million.
    Million,
    /// 亿元, hundred million.
    Yi,
    /// Percent (12.5 means 12.5%).
    Percent,
    /// A multiple.
    Times,
    /// Per share.
    PerShare,
}

/// One forecast or reported figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Estimate {
    /// Whose figure; null means the report's own subject.
    pub subject: Option<String>,
    /// What it measures.
    pub metric: Option<Metric>,
    /// `FY2024`.
    pub period: Option<String>,
    /// Reported or forecast.
    pub kind: Option<EstimateKind>,
    /// The number as printed.
    pub value: Option<Amount>,
    /// The unit it is printed in.
    pub unit: Option<Unit>,
    /// ISO 4217.
    pub currency: Option<String>,
}

/// A rating scale the report defines.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RatingScale {
    /// What it grades.
    pub subject_type: SubjectType,
    /// Horizon in months (the longer end of a range).
    pub horizon_months: Option<u32>,
    /// What a grade is measured by.
    pub basis: Vec<Basis>,
    /// Benchmark as printed.
    pub benchmark: Option<String>,
    /// Best first.
    pub grades: Vec<Grade>,
}

/// One grade of a scale.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Grade {
    /// The rating word.
    pub label: String,
    /// Its definition as printed.
    pub definition: Option<String>,
    /// Lower bound in percent; null when open.
    pub low: Option<Amount>,
    /// Upper bound in percent; null when open.
    pub high: Option<Amount>,
    /// `not_rated` and `suspended` stand beside the scale, not on it.
    pub status: RatingStatus,
    /// Whether the source is damaged here (merged cells, lost labels).
    pub uncertain: bool,
}

/// Benchmark indices of one market.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Benchmark {
    /// Market as printed, `A股`.
    pub market: String,
    /// Indices, alternatives kept.
    pub indices: Vec<String>,
}
