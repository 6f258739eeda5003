//! The report as a publication: what it is, who published and wrote it, what it is about.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::Date;
use super::super::license::LicenseType;
use super::super::rating::SubjectType;

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
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
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
