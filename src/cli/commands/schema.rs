//! `sellside schema`.

use sellside::config::Config;
use sellside::domain::schema::{NAME_MAP, record_schema};
use sellside::draft::strict_draft_schema;
use serde_json::Value;

use crate::cli::args::{SchemaArgs, SchemaName};
use crate::cli::error::{CliError, Exit};
use crate::cli::printer::Printer;
use crate::cli::table;

pub(crate) fn run(args: &SchemaArgs, printer: Printer) -> Result<Exit, CliError> {
    if args.map {
        let rows =
            NAME_MAP.iter().map(|row| vec![row.ours.to_owned(), row.tushare.to_owned(), row.akshare.to_owned(), row.rixml.to_owned()]);
        printer.data(&table::plain(&["sellside", "tushare report_rc", "akshare", "RIXML"], rows))?;
    } else {
        printer.data(&pretty(&schema(args.name))?)?;
    }
    Ok(Exit::Done)
}

fn schema(name: SchemaName) -> Value {
    match name {
        SchemaName::Draft => strict_draft_schema(),
        SchemaName::Record => record_schema(),
        SchemaName::Config => schemars::schema_for!(Config).to_value(),
    }
}

fn pretty(schema: &Value) -> Result<String, CliError> {
    serde_json::to_string_pretty(schema).map_err(CliError::could_not_run)
}
