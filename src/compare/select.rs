//! Reports of a comparison cut down to what is asked for.

use super::agreement::Tally;
use super::report::{FieldAgreement, Met, ReaderScore, Report};

impl Report {
    /// Leaves out all fields but these.
    pub fn only_fields(&mut self, names: &[&'static str]) {
        let wanted = |name: &'static str| names.contains(&name);
        if let Some(agreement) = &mut self.agreement {
            agreement.fields.retain(|of| wanted(of.field));
            agreement.confusions.retain(|of| wanted(of.field));
            agreement.differences.retain(|of| wanted(of.field));
            if !wanted("disclosures") {
                agreement.disclosures.clear();
            }
            for group in agreement.by_broker.iter_mut().chain(&mut agreement.by_type) {
                group.fields.retain(|of| wanted(of.field));
                group.met = sum(&group.fields);
            }
            agreement.all = sum(&agreement.fields);
        }
        if let Some(scores) = &mut self.scores {
            scores.readers.iter_mut().for_each(|reader| reader.fields.retain(|of| wanted(of.field)));
            scores.confusions.retain(|of| wanted(of.field));
            if let Some(escape) = &mut scores.escape {
                escape.fields.retain(|of| wanted(of.field));
            }
        }
        if let Some(changes) = &mut self.changes {
            changes.gains.retain(|of| names.contains(&of.name) || matches!(of.name, "core" | "score"));
            changes.fields.retain(|of| wanted(of.field));
            changes.turns.retain(|of| wanted(of.field));
        }
        self.overview.fill.retain(|of| wanted(of.field));
    }

    /// Leaves out what stands by broker, or by type.
    pub fn without_groups(&mut self, brokers: bool, types: bool) {
        let (agreement, scores) = (self.agreement.iter_mut(), self.scores.iter_mut().flat_map(|scores| &mut scores.readers));
        if brokers {
            self.overview.fill_by_broker.clear();
        }
        for agreement in agreement {
            if brokers {
                agreement.by_broker.clear();
            }
            if types {
                agreement.by_type.clear();
            }
        }
        for reader in scores {
            if brokers {
                reader.by_broker.clear();
            }
            if types {
                reader.by_type.clear();
            }
        }
    }

    /// The scores of the reader that thresholds are about.
    pub fn primary(&self) -> Option<&ReaderScore> {
        let scores = self.scores.as_ref()?;
        scores.readers.iter().find(|reader| reader.reader == scores.primary)
    }
}

fn sum(fields: &[FieldAgreement]) -> Met {
    let mut all = Tally::default();
    for of in fields {
        all.add(of.met.tally);
    }
    all.into()
}
