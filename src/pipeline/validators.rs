//! One validator for each set of fields that is asked for.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use crate::prompt::Fields;
use crate::validate::{SchemaError, Validator};

/// The one of the whole draft, and others once they are needed.
#[derive(Debug)]
pub(super) struct Validators(Mutex<BTreeMap<Fields, Arc<Validator>>>);

impl Validators {
    /// Compiles the schema of the whole draft.
    pub(super) fn new() -> Result<Self, SchemaError> {
        Ok(Self(Mutex::new([(Fields::all(), Arc::new(Validator::new()?))].into())))
    }

    /// The validator for answers with these fields; `schema` is theirs.
    pub(super) fn of(&self, fields: Fields, schema: &Value) -> Result<Arc<Validator>, SchemaError> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(validator) = known.get(&fields) {
            return Ok(Arc::clone(validator));
        }
        let validator = Arc::new(Validator::of(schema)?);
        known.insert(fields, Arc::clone(&validator));
        Ok(validator)
    }
}
