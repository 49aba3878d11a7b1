//! What the preview starts with. The talking itself goes through `/api/v1`, so that there is one way to stream.

use leptos::prelude::*;
use uuid::Uuid;

use crate::model::{chat::Opening, error::Error};

/// What the preview shows of the draft before the first message.
#[server(prefix = "/fn", endpoint = "load_preview")]
pub async fn load_preview(agent: Uuid) -> Result<Opening, Error> {
    use crate::server::{domain::chat, web::context};
    let (core, caller) = context::signed_in()?;
    Ok(chat::preview(&core, &caller, agent).await?)
}
