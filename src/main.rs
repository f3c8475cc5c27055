//! The `tollgate` program.

use std::process::ExitCode;

use clap::Parser;
use tollgate::cli;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = cli::Arguments::parse();
    cli::start_logging(&arguments);
    match cli::run(arguments).await {
        Ok(end) => end.into(),
        Err(fault) => {
            eprintln!("error: {fault:#}");
            cli::End::of(&fault).into()
        }
    }
}
