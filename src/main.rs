//! The command line of sellside.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
