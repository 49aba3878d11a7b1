//! The log: on standard error, so that standard output carries only what a command answers.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use super::settings::options::LogFormat;

/// Starts logging what `filter` lets through; a second call changes nothing.
pub fn start(filter: &str, format: LogFormat) {
    let lines = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    // An error means that somebody logs already.
    let _ = match format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
}
