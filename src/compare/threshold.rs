//! What must hold for a comparison to pass, as `--fail-below core=0.95` names it.

use std::fmt;
use std::str::FromStr;

use super::field::FIELDS;
use super::report::{FieldAgreement, Report};

/// What a threshold is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    /// Mean F1 of the fields that decide something.
    Core,
    /// Mean F1 of all fields that count.
    Score,
    /// F1 of a field.
    F1(&'static str),
    /// Share of the values both readers gave alike, in all fields or in one.
    Agreement(Option<&'static str>),
    /// Agreement beyond chance in a field.
    Kappa(&'static str),
}

/// A measure and the least it may be.
#[derive(Clone, Debug, PartialEq)]
pub struct Threshold {
    of: Of,
    least: f64,
}

/// A threshold that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ThresholdError {
    /// It has no `=`.
    #[error("`{0}` is no `FIELD=NUMBER`, such as `core=0.95`")]
    NoNumber(String),
    /// What stands before `=` is nothing that is measured.
    #[error("`{0}` is no measure")]
    Unknown(String),
    /// The number cannot be reached.
    #[error("`{0}` is no number from 0 to 1")]
    OutOfRange(String),
}

impl ThresholdError {
    /// What to do next.
    pub fn hint(&self) -> Option<String> {
        let names = |which: fn(&super::Field) -> bool| {
            FIELDS.iter().filter(|field| which(field)).map(|field| format!("`{}`", field.name)).collect::<Vec<_>>().join(", ")
        };
        match self {
            Self::Unknown(_) => Some(format!(
                "with labels: `core`, `score`, {}; without: `agreement`, `agreement:FIELD`, or `kappa:FIELD` of {}",
                names(super::Field::is_scored),
                names(|field| field.closed)
            )),
            Self::NoNumber(_) | Self::OutOfRange(_) => None,
        }
    }
}

impl FromStr for Threshold {
    type Err = ThresholdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, number) = text.split_once('=').ok_or_else(|| ThresholdError::NoNumber(text.to_owned()))?;
        let (name, number) = (name.trim(), number.trim());
        let field = |name: &str, which: fn(&super::Field) -> bool| {
            FIELDS.iter().find(|field| field.name == name && which(field)).map(|field| field.name)
        };
        let of = match name.split_once(':') {
            None if name == "core" => Some(Of::Core),
            None if name == "score" => Some(Of::Score),
            None if name == "agreement" => Some(Of::Agreement(None)),
            None => field(name, super::Field::is_scored).map(Of::F1),
            Some(("agreement", name)) => field(name, |field| field.compared).map(|name| Of::Agreement(Some(name))),
            Some(("kappa", name)) => field(name, |field| field.closed).map(Of::Kappa),
            Some(_) => None,
        };
        let of = of.ok_or_else(|| ThresholdError::Unknown(name.to_owned()))?;
        let least = number.parse::<f64>().ok().filter(|least| (0.0..=1.0).contains(least));
        Ok(Self { of, least: least.ok_or_else(|| ThresholdError::OutOfRange(number.to_owned()))? })
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.of {
            Of::Core => write!(f, "core"),
            Of::Score => write!(f, "score"),
            Of::F1(name) => write!(f, "{name}"),
            Of::Agreement(None) => write!(f, "agreement"),
            Of::Agreement(Some(name)) => write!(f, "agreement:{name}"),
            Of::Kappa(name) => write!(f, "kappa:{name}"),
        }
    }
}

impl Threshold {
    /// Whether it cannot be measured without labels.
    pub fn needs_labels(&self) -> bool {
        matches!(self.of, Of::Core | Of::Score | Of::F1(_))
    }

    /// The measure; `None` where there was nothing to measure.
    pub fn value(&self, report: &Report) -> Option<f64> {
        let agreement = |name: &str| -> Option<&FieldAgreement> { report.agreement.as_ref()?.fields.iter().find(|of| of.field == name) };
        match self.of {
            Of::Core => report.primary()?.core.value,
            Of::Score => report.primary()?.score.value,
            Of::F1(name) => report.primary()?.fields.iter().find(|of| of.field == name)?.f1.value,
            Of::Agreement(None) => report.agreement.as_ref()?.all.rate,
            Of::Agreement(Some(name)) => agreement(name)?.met.rate,
            Of::Kappa(name) => agreement(name)?.kappa?.value(),
        }
    }

    /// What is wrong, where it is not met. What cannot be measured is not met: a check that looks at nothing must not pass.
    pub fn missed(&self, report: &Report) -> Option<String> {
        match self.value(report) {
            Some(value) if value >= self.least => None,
            Some(value) => Some(format!("`{self}` is {value:.4}, below {}", self.least)),
            None => Some(format!("`{self}` could not be measured: there was nothing to compare")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_are_read_as_they_are_written() {
        for text in ["core", "score", "rating_label", "agreement", "agreement:estimates", "kappa:rating_action"] {
            let threshold: Threshold = format!("{text}=0.9").parse().unwrap();
            assert_eq!((threshold.to_string().as_str(), threshold.least), (text, 0.9));
        }
        let error = |text: &str| text.parse::<Threshold>().unwrap_err();
        assert_eq!(error("core"), ThresholdError::NoNumber("core".into()));
        assert_eq!(error("core=95"), ThresholdError::OutOfRange("95".into()));
        assert_eq!(error("core=NaN"), ThresholdError::OutOfRange("NaN".into()));
        let unknown = error("ratings=0.9");
        assert_eq!(unknown, ThresholdError::Unknown("ratings".into()));
        assert!(unknown.hint().unwrap().contains("`rating_label`"));
        for text in ["estimates=1", "agreement:disclosures_absent=1", "kappa:title=1", "f1:title=1"] {
            assert!(matches!(error(text), ThresholdError::Unknown(_)), "{text}");
        }
    }
}
