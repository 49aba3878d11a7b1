//! `galley serve`: the settings, then the server.

use super::{Stop, say};
use crate::server::{settings::Options, start};

/// Serves until the process is told to stop.
///
/// # Errors
/// When the server cannot start.
pub async fn run(options: &Options) -> Result<(), Stop> {
    let settings = options.settings().map_err(Stop::Setting)?;
    let public_url = settings.public_url.clone();
    let announce = |address| {
        say(format_args!("Galley is at http://{address}"));
        if let Some(url) = public_url {
            say(format_args!("People reach it at {url}"));
        }
    };
    Box::pin(start::serve(settings, announce)).await.map_err(Stop::failed)
}
