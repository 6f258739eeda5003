//! Checks records against their own schema.

use serde_json::Value;

use super::{Issue, SchemaError};
use crate::domain::schema::record_schema;

/// Checks records against the record schema; compiled once.
#[derive(Debug)]
pub struct RecordValidator(jsonschema::Validator);

impl RecordValidator {
    /// Compiles the record's schema.
    ///
    /// # Errors
    /// When the schema is no schema.
    pub fn new() -> Result<Self, SchemaError> {
        let options = jsonschema::draft202012::options().should_validate_formats(true);
        options.build(&record_schema()).map(Self).map_err(|error| SchemaError(error.to_string()))
    }

    /// Everything that is wrong with a record; nothing when it is valid. Messages do not repeat its values.
    pub fn issues(&self, record: &Value) -> Vec<Issue> {
        let issue = |error: jsonschema::ValidationError<'_>| Issue {
            pointer: error.instance_path().to_string(),
            message: error.masked().to_string(),
        };
        self.0.iter_errors(record).map(issue).collect()
    }
}
