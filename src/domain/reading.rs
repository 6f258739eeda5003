//! What one reader, rules or model, read in a report: the same shape for both, so that one judge can compare them.
//!
//! A reading holds only what is read off the text. What follows from it (symbol, rank, score …) is computed when the
//! record is made.

use serde::{Deserialize, Serialize};

use super::evidence::{Located, Slot};
use super::license::LicenseType;
use super::rating::{Action, Basis, RatingStatus, SubjectType};
use super::record::{
    AuthorRole, Benchmark, Category, Disclosure, Estimate, Grade, KeyPoint, Mention, RelatedReport, ReviewItem, SectorCall,
};
use super::{Amount, Date};

/// Everything one reader read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// The report as a publication.
    pub product: ProductReading,
    /// Who published it.
    pub publisher: PublisherReading,
    /// People, in order of place.
    pub authors: Vec<AuthorReading>,
    /// What it is about.
    pub subject: SubjectReading,
    /// The report's own ratings.
    pub ratings: Vec<RatingReading>,
    /// Target price of the subject.
    pub target_price: TargetReading,
    /// Figures.
    pub estimates: Vec<Located<Estimate>>,
    /// Rating scales.
    pub rating_scales: Vec<ScaleReading>,
    /// Benchmarks by market.
    pub benchmarks: Vec<Located<Benchmark>>,
    /// Other securities.
    pub mentions: Vec<Located<Mention>>,
    /// Sectors.
    pub sector_calls: Vec<Located<SectorCall>>,
    /// Main statements.
    pub key_points: Vec<Located<KeyPoint>>,
    /// Business risks.
    pub risks: Vec<Located<String>>,
    /// Earlier reports.
    pub related_reports: Vec<Located<RelatedReport>>,
    /// Disclosures that are present.
    pub disclosures: Vec<Located<Disclosure>>,
    /// What the reader itself wants a person to look at.
    pub review: Vec<ReviewItem>,
}

impl Reading {
    /// The same without the values that no evidence carries.
    #[must_use]
    pub fn sound(mut self) -> Self {
        // Names every field, so that a new one cannot be forgotten.
        let Self {
            product,
            publisher,
            authors,
            subject,
            ratings,
            target_price,
            estimates,
            rating_scales,
            benchmarks,
            mentions,
            sector_calls,
            key_points,
            risks,
            related_reports,
            disclosures,
            review: _,
        } = &mut self;
        let ProductReading { category, title, subtitle, series, publish_date, publish_time, period_start, period_end } = product;
        keep_sound([title, subtitle, series, publish_time]);
        keep_sound([publish_date, period_start, period_end]);
        keep_sound([category]);
        let PublisherReading { name, legal_name } = publisher;
        keep_sound([name, legal_name]);
        for AuthorReading { name, role, license_type, license_no, email, phone } in authors {
            keep_sound([name, license_no, email, phone]);
            keep_sound([role]);
            keep_sound([license_type]);
        }
        let SubjectReading { kind, name, code, industry } = subject;
        keep_sound([name, code, industry]);
        keep_sound([kind]);
        for RatingReading { subject_type, subject, label, label_raw, action, prior_label, status, contradicted_by } in ratings {
            keep_sound([subject, label, label_raw, prior_label]);
            keep_sound([subject_type]);
            keep_sound([action]);
            keep_sound([status]);
            contradicted_by.retain(Located::is_sound);
        }
        let TargetReading { low, high, currency, prior_low, prior_high, horizon_months, current_price, price_date, method } = target_price;
        keep_sound([low, high, prior_low, prior_high, current_price]);
        keep_sound([currency, method]);
        keep_sound([horizon_months]);
        keep_sound([price_date]);
        for ScaleReading { subject_type: _, horizon_months, basis: _, benchmark, grades } in rating_scales {
            keep_sound([horizon_months]);
            keep_sound([benchmark]);
            grades.retain(Located::is_sound);
        }
        estimates.retain(Located::is_sound);
        benchmarks.retain(Located::is_sound);
        mentions.retain(Located::is_sound);
        sector_calls.retain(Located::is_sound);
        key_points.retain(Located::is_sound);
        risks.retain(Located::is_sound);
        related_reports.retain(Located::is_sound);
        disclosures.retain(Located::is_sound);
        self
    }
}

fn keep_sound<T, const N: usize>(slots: [&mut Slot<T>; N]) {
    for slot in slots {
        slot.take_if(|found| !found.is_sound());
    }
}

/// See [`super::record::Product`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields of the record under the same names")]
pub struct ProductReading {
    pub category: Slot<Category>,
    pub title: Slot<String>,
    pub subtitle: Slot<String>,
    pub series: Slot<String>,
    pub publish_date: Slot<Date>,
    pub publish_time: Slot<String>,
    pub period_start: Slot<Date>,
    pub period_end: Slot<Date>,
}

/// See [`super::record::Publisher`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields of the record under the same names")]
pub struct PublisherReading {
    pub name: Slot<String>,
    pub legal_name: Slot<String>,
}

/// See [`super::record::Author`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields of the record under the same names")]
pub struct AuthorReading {
    pub name: Slot<String>,
    pub role: Slot<AuthorRole>,
    pub license_type: Slot<LicenseType>,
    pub license_no: Slot<String>,
    pub email: Slot<String>,
    pub phone: Slot<String>,
}

/// See [`super::record::Subject`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields of the record under the same names")]
pub struct SubjectReading {
    pub kind: Slot<SubjectType>,
    pub name: Slot<String>,
    pub code: Slot<String>,
    pub industry: Slot<String>,
}

/// See [`super::record::Rating`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields of the record under the same names")]
pub struct RatingReading {
    pub subject_type: Slot<SubjectType>,
    pub subject: Slot<String>,
    pub label: Slot<String>,
    pub label_raw: Slot<String>,
    pub action: Slot<Action>,
    pub prior_label: Slot<String>,
    pub status: Slot<RatingStatus>,
    /// Other labels the same report gives the same subject (header against body).
    pub contradicted_by: Vec<Located<String>>,
}

/// See [`super::record::TargetPrice`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields of the record under the same names")]
pub struct TargetReading {
    pub low: Slot<Amount>,
    pub high: Slot<Amount>,
    pub currency: Slot<String>,
    pub prior_low: Slot<Amount>,
    pub prior_high: Slot<Amount>,
    pub horizon_months: Slot<u32>,
    pub current_price: Slot<Amount>,
    pub price_date: Slot<Date>,
    pub method: Slot<String>,
}

/// See [`super::record::RatingScale`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields of the record under the same names")]
pub struct ScaleReading {
    pub subject_type: SubjectType,
    pub horizon_months: Slot<u32>,
    pub basis: Vec<Basis>,
    pub benchmark: Slot<String>,
    /// Best first.
    pub grades: Vec<Located<Grade>>,
}
