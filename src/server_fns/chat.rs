//! What the pages that talk to an agent start with. The talking itself goes through `/api/v1`, so that there is one way to
//! stream.

use leptos::prelude::*;
use uuid::Uuid;

use crate::model::{
    chat::{Desk, Opening},
    error::Error,
};

/// What the preview shows of the draft before the first message.
#[server(prefix = "/fn", endpoint = "load_preview")]
pub async fn load_preview(agent: Uuid) -> Result<Opening, Error> {
    use crate::server::{domain::chat, web::context};
    let (core, caller) = context::signed_in()?;
    Ok(chat::preview(&core, &caller, agent).await?)
}

/// The page of an agent for those who use it.
#[server(prefix = "/fn", endpoint = "load_desk")]
pub async fn load_desk(agent: Uuid) -> Result<Desk, Error> {
    use crate::server::{domain::chat, web::context};
    let (core, caller) = context::signed_in()?;
    Ok(chat::desk(&core, &caller, agent).await?)
}
