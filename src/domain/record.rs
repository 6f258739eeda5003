//! The record: what users get. Version 1 of the public contract, `schemas/record.schema.json`.
//!
//! Plain values first, provenance beside them. Every key is always present and every value nullable; an object whose
//! leaves are all null is null (except `source`, `product`, `publisher`, `run`). Nothing volatile stands here.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::evidence::{By, Evidence, Reason, Verdict};
use super::license::LicenseType;
use super::rating::{Action, Basis, Direction, MappingSource, RatingStatus, SubjectType};
use super::{Amount, Date, DisclosureId};

/// The value of [`Record::schema`].
pub const RECORD_SCHEMA: &str = "sellside.record/1";

/// One report, read, grounded and reconciled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Always `sellside.record/1`.
    #[schemars(extend("const" = RECORD_SCHEMA))]
    pub schema: String,
    /// `b3:` and the BLAKE3 hash of the source bytes.
    pub id: String,
    /// `b3:` and the BLAKE3 hash of the normalised text: a PDF and its text copy share it.
    pub text_id: String,
    /// The file.
    pub source: Source,
    /// The report as a publication.
    pub product: Product,
    /// Who published it.
    pub publisher: Publisher,
    /// Who wrote it, and whom to contact.
    pub authors: Vec<Author>,
    /// What it is about.
    pub subject: Option<Subject>,
    /// The report's own ratings, company before industry.
    pub ratings: Vec<Rating>,
    /// The target price of the subject.
    pub target_price: Option<TargetPrice>,
    /// Forecast and actual figures.
    pub estimates: Vec<Estimate>,
    /// The rating scales the report defines.
    pub rating_scales: Vec<RatingScale>,
    /// Benchmark indices by market.
    pub benchmarks: Vec<Benchmark>,
    /// Other securities with a stance or a rating.
    pub mentions: Vec<Mention>,
    /// Sectors with a stance.
    pub sector_calls: Vec<SectorCall>,
    /// The report's main statements.
    pub key_points: Vec<KeyPoint>,
    /// Items of the report's own risk section.
    pub risks: Vec<String>,
    /// Earlier reports it lists.
    pub related_reports: Vec<RelatedReport>,
    /// Every disclosure id of the jurisdiction, in fixed order.
    pub disclosures: Vec<Disclosure>,
    /// The jurisdiction's checklist.
    pub compliance: Vec<Compliance>,
    /// For each value, by JSON Pointer: verdict, evidence, what was rejected.
    pub provenance: BTreeMap<String, Provenance>,
    /// What a person should look at, worst first.
    pub review: Vec<ReviewItem>,
    /// How the record was made.
    pub run: Run,
}

/// The file a record was read from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Path relative to the given root, `-` for standard input.
    pub name: String,
    /// `text/plain`, `text/markdown`, …
    pub media_type: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Characters of the decoded text.
    pub chars: u64,
    /// Pages, where the format has them.
    pub pages: Option<u32>,
    /// WHATWG name of the encoding, `UTF-8`, `gb18030`.
    pub encoding: Option<String>,
    /// Engine and version that made text of the file; null for text files.
    pub text_engine: Option<String>,
    /// Whether optical character recognition made the text.
    pub ocr: bool,
    /// Whether the text says that part of it was cut.
    pub truncated: bool,
    /// Whether headers or the tail were visibly lost, so that "not found" proves nothing.
    pub needs_source_check: bool,
}

/// What kind of report it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// About one company.
    Company,
    /// About a sector.
    Industry,
    /// About the market, including dailies and weeklies.
    Strategy,
    /// About the economy, including fixed income.
    Macro,
    /// A digest of many topics.
    MorningNote,
    /// Anything else, such as quantitative research.
    Other,
}

/// The report as a publication.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// Kind of report.
    pub category: Option<Category>,
    /// Main title.
    pub title: Option<String>,
    /// Second title line.
    pub subtitle: Option<String>,
    /// Name of the series, `互联网传媒行业周报`.
    pub series: Option<String>,
    /// ISO 639-1 language of the text.
    pub language: Option<String>,
    /// `CN`, `HK`, `US`, `EU`, `IN`, … whose rules the report follows.
    pub jurisdiction: Option<String>,
    /// Day of publication, only where the report states it.
    pub publish_date: Option<Date>,
    /// Time of publication as printed.
    pub publish_time: Option<String>,
    /// First day of the period covered.
    pub period_start: Option<Date>,
    /// Last day of the period covered.
    pub period_end: Option<Date>,
}

/// Who published the report.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Publisher {
    /// Name as the firm prints it.
    pub name: Option<String>,
    /// Registered name.
    pub legal_name: Option<String>,
    /// Firm part of the analysts' SAC numbers, `S087`.
    pub license_prefix: Option<String>,
}

/// What a person named in the report does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AuthorRole {
    /// 分析师, 研究员: signs the report.
    Analyst,
    /// 研究助理, research associate.
    Assistant,
    /// 联系人: does not sign.
    Contact,
}

/// A person named in the report.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Author {
    /// Name.
    pub name: Option<String>,
    /// Role.
    pub role: Option<AuthorRole>,
    /// Register of the licence number.
    pub license_type: Option<LicenseType>,
    /// Licence number as printed.
    pub license_no: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone number as printed.
    pub phone: Option<String>,
}

/// What the report is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// Kind of subject.
    #[serde(rename = "type")]
    pub kind: Option<SubjectType>,
    /// Name of the company, sector or market.
    pub name: Option<String>,
    /// Code as printed.
    pub code: Option<String>,
    /// Code with exchange suffix, `600519.SH`, from the printed code alone.
    pub symbol: Option<String>,
    /// ISO 10383 market, `XSHG`.
    pub mic: Option<String>,
    /// Sector of a company.
    pub industry: Option<String>,
}

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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
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

/// Whether a statement affirms or denies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Polarity {
    /// It says that something is so.
    Affirmed,
    /// It says that something is not so; that may satisfy a requirement as well.
    Negated,
}

/// One disclosure, present or not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Disclosure {
    /// Which one.
    pub id: DisclosureId,
    /// Whether the text has it.
    pub present: bool,
    /// Affirmed or negated; null where absent.
    pub polarity: Option<Polarity>,
    /// Whether it names this issuer, holding or date rather than speaking generally; null where absent.
    pub specific: Option<bool>,
}

/// How bad it is that a requirement is not met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Required.
    Mandatory,
    /// Required when its trigger holds.
    Conditional,
    /// Usual practice.
    Usual,
}

/// What the text shows of a requirement. Not found is not violated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ComplianceStatus {
    /// Met.
    Pass,
    /// Met by general wording only.
    PassGeneric,
    /// Met by pointing elsewhere.
    ByReference,
    /// Not found in the text.
    NotFound,
    /// Its trigger does not hold.
    NotApplicable,
    /// The text says two things.
    Contradicted,
    /// The text does what is forbidden.
    Violation,
}

/// One row of a checklist.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Compliance {
    /// `CN-8-3`.
    pub id: String,
    /// `CN`.
    pub jurisdiction: String,
    /// The regulation and clause.
    pub clause: String,
    /// How bad a miss is.
    pub severity: Severity,
    /// What the text shows.
    pub status: ComplianceStatus,
    /// Whether the original should be looked at because the text visibly lost parts.
    pub needs_source_check: bool,
}

/// Where a value of the record comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// What the judge says.
    pub verdict: Verdict,
    /// Places that carry the value taken.
    pub evidence: Vec<Evidence>,
    /// Values not taken.
    pub rejected: Vec<Rejected>,
    /// Pointers a derived value was computed from.
    pub from: Vec<String>,
    /// Votes for the value taken, where the model was asked several times.
    pub votes: Option<u32>,
    /// Who decided and when, for `human`.
    pub decided: Option<String>,
}

/// A value a reader gave that was not taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rejected {
    /// Who gave it.
    pub by: By,
    /// The value.
    pub value: Value,
    /// The words it was read from; null when none were found.
    pub quote: Option<String>,
    /// Why it was not taken.
    pub reasons: Vec<Reason>,
}

/// Why a person should look, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewCode {
    /// The text does what a regulation forbids.
    Violation,
    /// The report itself says two things.
    Contradicted,
    /// Rules and model read different values.
    Conflict,
    /// Text addressed to a reading model.
    SuspiciousText,
    /// The model gave a value whose words stand nowhere.
    NotInText,
    /// The model's value does not follow from the words it cites.
    ValueMismatch,
    /// A licence number does not fit the firm, the role or its own structure.
    LicenseMismatch,
    /// Figures of the report do not fit each other.
    Inconsistent,
    /// The label is on no known scale.
    Unmapped,
    /// A scale could not be read with certainty.
    UncertainScale,
    /// The source visibly lost parts.
    NeedsSourceCheck,
    /// Only the model read a value that decides something.
    ModelOnly,
}

/// One thing to look at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewItem {
    /// JSON Pointer of the value.
    pub pointer: String,
    /// Why.
    pub code: ReviewCode,
    /// The case in words.
    pub detail: String,
}

/// Who read the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Readers {
    /// The rules alone.
    Rules,
    /// The model alone.
    Model,
    /// Both.
    Both,
}

/// How a server was made to answer in JSON, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Grading {
    /// `response_format: json_schema`, strict.
    JsonSchema,
    /// One forced function call.
    Tools,
    /// `response_format: json_object`, schema in the prompt.
    JsonObject,
    /// The prompt alone.
    Prompt,
}

/// How the model was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// One request.
    OneShot,
    /// One request a part.
    Split,
    /// With tools, step by step.
    Agent,
}

/// How the record was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// Version of sellside.
    pub sellside: String,
    /// Who read.
    pub readers: Readers,
    /// Model name as sent.
    pub model: Option<String>,
    /// Endpoint without credentials.
    pub endpoint: Option<String>,
    /// Grade of structured output that was used.
    pub grade: Option<Grading>,
    /// How the model was used.
    pub strategy: Option<Strategy>,
    /// `b3:` and the hash of prompt templates and draft schema.
    pub prompt: Option<String>,
    /// Whether the model's answer came from a recording.
    pub replayed: bool,
    /// What went wrong or was repaired on the way, `model_failed:timeout`, `repaired:fences`.
    pub issues: Vec<String>,
}
