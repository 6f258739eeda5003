//! What a comparison came to, as `--format json` prints it.

use serde::Serialize;

use super::agreement::{Difference, Tally};
use super::change::{Turn, Turns};
use super::escape::{Fate, Load};
use super::scores::Measure;
use super::stats::{Counts, Kappa};

/// Name of the format.
pub const SCHEMA: &str = "sellside.comparison/1";
/// What a comparison came to.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Always `sellside.comparison/1`.
    pub schema: &'static str,
    /// What was compared, as it was named.
    pub inputs: Vec<String>,
    /// Where the two readings of a report come from.
    pub source: Source,
    /// Reports with a record.
    pub documents: u64,
    /// Reports only the first, and only the second of two inputs has.
    pub unpaired: [u64; 2],
    /// The two readers against each other; null where no report was read by both.
    pub agreement: Option<AgreementReport>,
    /// The readers against labels; null without any.
    pub scores: Option<ScoreReport>,
    /// What the second of two inputs does better or worse than the first, by the labels.
    pub changes: Option<ChangeReport>,
    /// What a person is asked to look at.
    pub load: LoadReport,
    /// What the records hold.
    pub overview: OverviewReport,
}

/// Where the two readings of a report come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// What each reader read, kept by a run.
    Views,
    /// The verdicts of records; what was read and not taken is unknown.
    Verdicts,
    /// Two runs, or two sets of records.
    Runs,
}

/// Two readers against each other.
#[derive(Clone, Debug, Serialize)]
pub struct AgreementReport {
    /// What the first is called.
    pub first: String,
    /// What the second is called.
    pub second: String,
    /// Reports both read.
    pub documents: u64,
    /// All fields together.
    pub all: Met,
    /// Field by field.
    pub fields: Vec<FieldAgreement>,
    /// Whether each disclosure is present.
    pub disclosures: Vec<DisclosureAgreement>,
    /// By broker, the one with most reports first.
    pub by_broker: Vec<GroupAgreement>,
    /// By type of report.
    pub by_type: Vec<GroupAgreement>,
    /// Of fields with few fixed values, each value of the first against each of the second.
    pub confusions: Vec<Matrix>,
    /// Values on which they differ, so many of each field and kind as were asked for.
    pub differences: Vec<Difference>,
}

/// How values met.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Met {
    /// The counts.
    #[serde(flatten)]
    pub tally: Tally,
    /// Share of the values anybody gave that both gave alike.
    pub rate: Option<f64>,
}

impl From<Tally> for Met {
    fn from(tally: Tally) -> Self {
        Self { tally, rate: tally.rate() }
    }
}

/// Two readers in one field.
#[derive(Clone, Debug, Serialize)]
pub struct FieldAgreement {
    /// The field.
    pub field: &'static str,
    /// How the values met.
    #[serde(flatten)]
    pub met: Met,
    /// Agreement beyond chance; null where values are not few and fixed.
    pub kappa: Option<Kappa>,
}

/// Two readers about one disclosure.
#[derive(Clone, Debug, Serialize)]
pub struct DisclosureAgreement {
    /// Which one.
    pub id: String,
    /// Reports in which both see it.
    pub both: u64,
    /// In which only the first does.
    pub only_first: u64,
    /// In which only the second does.
    pub only_second: u64,
    /// In which neither does.
    pub neither: u64,
    /// Agreement beyond chance.
    pub kappa: Kappa,
}

/// Two readers in the reports of a group.
#[derive(Clone, Debug, Serialize)]
pub struct GroupAgreement {
    /// The group; null where it is unknown.
    pub name: Option<String>,
    /// Reports.
    pub documents: u64,
    /// All fields together.
    #[serde(flatten)]
    pub met: Met,
    /// Field by field.
    pub fields: Vec<FieldAgreement>,
}

/// Values of one against values of another.
#[derive(Clone, Debug, Serialize)]
pub struct Matrix {
    /// The field.
    pub field: &'static str,
    /// Whose values the rows are.
    pub rows: String,
    /// Whose values the columns are.
    pub columns: String,
    /// The values, the most frequent first; null is none.
    pub values: Vec<Option<String>>,
    /// Reports, by row and column.
    pub counts: Vec<Vec<u64>>,
    /// Agreement beyond chance.
    pub kappa: Kappa,
}

/// Readers against labels.
#[derive(Clone, Debug, Serialize)]
pub struct ScoreReport {
    /// Reports with labels.
    pub documents: u64,
    /// Labels without a record: all they expect is missed.
    pub missing: Vec<String>,
    /// Records without labels; they are not scored.
    pub unlabelled: u64,
    /// The reader that thresholds and matrices are about.
    pub primary: String,
    /// Reader by reader.
    pub readers: Vec<ReaderScore>,
    /// What became of the model's wrong values; null where no model read.
    pub escape: Option<EscapeReport>,
    /// Labels against the primary reader.
    pub confusions: Vec<Matrix>,
}

/// One reader against labels.
#[derive(Clone, Debug, Serialize)]
pub struct ReaderScore {
    /// What it is called.
    pub reader: String,
    /// Mean F1 of the fields that decide something.
    pub core: Measure,
    /// Mean F1 of all fields that count.
    pub score: Measure,
    /// Field by field.
    pub fields: Vec<FieldScore>,
    /// By broker.
    pub by_broker: Vec<GroupScore>,
    /// By type of report.
    pub by_type: Vec<GroupScore>,
}

/// One reader in one field.
#[derive(Clone, Debug, Serialize)]
pub struct FieldScore {
    /// The field.
    pub field: &'static str,
    /// The counts.
    #[serde(flatten)]
    pub counts: Counts,
    /// Share of what was given that is right.
    pub precision: Measure,
    /// Share of what is there that was given.
    pub recall: Measure,
    /// Their harmonic mean.
    pub f1: Measure,
}

/// One reader in the reports of a group.
#[derive(Clone, Debug, Serialize)]
pub struct GroupScore {
    /// The group; null where it is unknown.
    pub name: Option<String>,
    /// Reports with labels.
    pub documents: u64,
    /// As for all.
    pub core: Option<f64>,
    /// As for all.
    pub score: Option<f64>,
}

/// What became of wrong values.
#[derive(Clone, Debug, Serialize)]
pub struct EscapeReport {
    /// Of the model's.
    #[serde(flatten)]
    pub model: Fate,
    /// Share of the model's wrong values that are in the record with nothing to look at.
    pub rate: Option<f64>,
    /// Values of the model that the text did not carry: dropped before any comparison.
    pub ungrounded: u64,
    /// Wrong values of the record, whoever read them.
    pub record_wrong: u64,
    /// Of these, with nothing to look at.
    pub record_unflagged: u64,
    /// What a person is asked to look at for it, in the reports with labels.
    pub load: LoadReport,
    /// Field by field.
    pub fields: Vec<FieldFate>,
}

/// What became of the wrong values of a field.
#[derive(Clone, Debug, Serialize)]
pub struct FieldFate {
    /// The field.
    pub field: &'static str,
    /// The counts.
    #[serde(flatten)]
    pub fate: Fate,
    /// Share that escaped.
    pub rate: Option<f64>,
}

/// What a person is asked to look at.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct LoadReport {
    /// The counts.
    #[serde(flatten)]
    pub load: Load,
    /// Share of the values with something to look at.
    pub rate: Option<f64>,
}

impl From<Load> for LoadReport {
    fn from(load: Load) -> Self {
        Self { load, rate: load.rate() }
    }
}

/// What the second of two inputs does better or worse.
#[derive(Clone, Debug, Serialize)]
pub struct ChangeReport {
    /// Differences of `core`, `score` and each field's F1, the second less the first.
    pub gains: Vec<Gain>,
    /// Values that turned, by field.
    pub fields: Vec<FieldTurns>,
    /// Some of them.
    pub turns: Vec<Turn>,
}

/// The second's measure less the first's.
#[derive(Clone, Debug, Serialize)]
pub struct Gain {
    /// `core`, `score` or a field.
    pub name: &'static str,
    /// The difference.
    #[serde(flatten)]
    pub gain: Measure,
}

/// Values of a field that turned.
#[derive(Clone, Debug, Serialize)]
pub struct FieldTurns {
    /// The field.
    pub field: &'static str,
    /// The counts.
    #[serde(flatten)]
    pub turns: Turns,
}

/// What the records hold.
#[derive(Clone, Debug, Serialize)]
pub struct OverviewReport {
    /// Reports by the word of their rating, the most frequent first; null is none.
    pub rating_labels: Vec<Share>,
    /// Reports by where their rating points.
    pub rating_directions: Vec<Share>,
    /// Share of the reports that have a value, by field.
    pub fill: Vec<Fill>,
    /// By broker, the one with most reports first.
    pub fill_by_broker: Vec<BrokerFill>,
}

/// Reports with a value.
#[derive(Clone, Debug, Serialize)]
pub struct Share {
    /// The value.
    pub value: Option<String>,
    /// Reports.
    pub documents: u64,
}

/// How often a field has a value.
#[derive(Clone, Debug, Serialize)]
pub struct Fill {
    /// The field.
    pub field: &'static str,
    /// Share of the reports.
    pub share: Option<f64>,
}

/// How much of a broker's reports has a value.
#[derive(Clone, Debug, Serialize)]
pub struct BrokerFill {
    /// The broker; null where it is unknown.
    pub name: Option<String>,
    /// Reports.
    pub documents: u64,
    /// Share of the fields of these reports that have a value.
    pub share: Option<f64>,
}
