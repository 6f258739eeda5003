//! The disclosures a report can carry: a closed list of ids.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One kind of statement. Meaning and typical phrases: `docs/fields.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DisclosureId {
    /// The report shows the day it was published (CSRC Art. 8(5)).
    PublicationDate,
    /// Who regulates the firm (HK, US, EU, IN).
    RegulatoryStatus,
    /// The document marks itself 证券研究报告 (CSRC Art. 8(1)), or as research.
    ResearchReportMarking,
    /// The firm holds the securities investment consulting qualification (CSRC Art. 8(3)).
    FirmQualification,
    /// The analyst is qualified: a personal statement, never the firm's.
    AnalystQualification,
    /// Where the information comes from (CSRC Art. 8(6)).
    SourceStatement,
    /// Using the report carries risk (CSRC Art. 8(7)); not the section on business risks.
    UseRiskWarning,
    /// The views are the analyst's own (SEC Regulation AC, 17 CFR 242.501(a)(1)).
    AnalystViews,
    /// No third party influenced the conclusions.
    AnalystIndependence,
    /// Pay is not tied to the recommendation (Regulation AC (a)(2)).
    AnalystCompensation,
    /// The firm may hold the securities discussed: generic wording.
    FirmMayHold,
    /// The firm may serve the issuers discussed: generic wording.
    FirmMayServe,
    /// The firm holds, or does not hold, 1% or more of the rated stock (CSRC Art. 12; SFC 16.5; FINRA 2241(c)(4)(F)).
    #[serde(rename = "holding_ge_1pct")]
    HoldingGe1pct,
    /// The quiet-period arrangement (CSRC Art. 16).
    QuietPeriod,
    /// For clients only, or nobody becomes a client by receipt.
    ClientOnly,
    /// Not advice to anyone in person, or no offer.
    NotPersonalAdvice,
    /// Copyright and terms of quotation.
    Copyright,
    /// No warranty of accuracy or completeness.
    NoAccuracyWarranty,
    /// Views are those of the day of publication.
    ViewsAsOfDate,
    /// Past performance is no guide.
    PastPerformance,
    /// No promise of gain, no sharing of gains or losses.
    NoProfitPromise,
    /// Ratings are defined in the report (SAC 执业规范; FINRA 2241(c)(2)).
    RatingDefinitions,
    /// Other firms use the same rating words differently.
    RatingTermsDiffer,
    /// Suitability class of the report or its readers.
    SuitabilityLevel,
    /// "Read the disclaimer" line.
    ReadDisclaimerFooter,
    /// Share of covered securities per rating, and of investment-banking clients (FINRA 2241(c)(2)(A), (B)).
    RatingDistribution,
    /// Price chart with rating and target changes (FINRA 2241(c)(3)).
    PriceChart,
    /// Investment-banking relationship with the issuer (FINRA 2241(c)(4)(C); SFC 16.5).
    IbRelationship,
    /// The firm makes a market in the security (FINRA 2241(c)(4)(G); SFC 16.5).
    MarketMaker,
    /// The analyst or household holds the security (FINRA 2241(c)(4)(A); SFC 16.4).
    AnalystHolding,
    /// An employee or analyst is an officer of the issuer (SFC 16.5).
    OfficerOfIssuer,
    /// How the target price was reached and what endangers it (FINRA 2241(c)(1)).
    ValuationMethod,
    /// First dissemination date and time (MAR, Reg. 2016/958 Art. 7).
    DisseminationTime,
}

use DisclosureId as Id;

/// The list every mainland report is read against, in the order records show.
const CN: &[DisclosureId] = &[
    Id::PublicationDate,
    Id::RegulatoryStatus,
    Id::ResearchReportMarking,
    Id::FirmQualification,
    Id::AnalystQualification,
    Id::SourceStatement,
    Id::UseRiskWarning,
    Id::AnalystViews,
    Id::AnalystIndependence,
    Id::AnalystCompensation,
    Id::FirmMayHold,
    Id::FirmMayServe,
    Id::HoldingGe1pct,
    Id::QuietPeriod,
    Id::ClientOnly,
    Id::NotPersonalAdvice,
    Id::Copyright,
    Id::NoAccuracyWarranty,
    Id::ViewsAsOfDate,
    Id::PastPerformance,
    Id::NoProfitPromise,
    Id::RatingDefinitions,
    Id::RatingTermsDiffer,
    Id::SuitabilityLevel,
    Id::ReadDisclaimerFooter,
];

/// What reports of other jurisdictions carry on top.
const INTERNATIONAL: &[DisclosureId] = &[
    Id::RatingDistribution,
    Id::PriceChart,
    Id::IbRelationship,
    Id::MarketMaker,
    Id::AnalystHolding,
    Id::OfficerOfIssuer,
    Id::ValuationMethod,
    Id::DisseminationTime,
];

impl DisclosureId {
    /// The ids a record of `jurisdiction` lists, present or not, in fixed order.
    pub fn of_jurisdiction(jurisdiction: Option<&str>) -> Vec<Self> {
        match jurisdiction {
            Some("CN") | None => CN.to_vec(),
            Some(_) => CN.iter().chain(INTERNATIONAL).copied().collect(),
        }
    }
}
