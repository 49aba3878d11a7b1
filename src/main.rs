//! The `galley` binary: everything is in `server::cli`.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    galley::server::cli::run().await
}
