//! An agent's public page: what a visitor sees. Talking goes through `/a/{slug}`, as `server::channels::link` has it.

use leptos::prelude::*;

use crate::model::{error::Error, link::VisitPage};

/// What the public page at an address shows to who carries this.
#[server(prefix = "/fn", endpoint = "load_visit")]
pub async fn load_visit(slug: String, chat: Option<String>, pass: Option<String>) -> Result<VisitPage, Error> {
    use axum::http::StatusCode;
    use leptos_axum::ResponseOptions;

    use crate::{
        model::{error::Code, link::Visit},
        server::{
            channels::link::Refused,
            domain::visits::{self, Ticket},
            web::context,
        },
    };
    let core = context::core()?;
    let (refused, response) = (use_context::<Refused>(), use_context::<ResponseOptions>());
    let status = |status: u16| {
        if let (Some(response), Ok(status)) = (&response, StatusCode::from_u16(status)) {
            response.set_status(status);
        }
    };
    let page = match visits::page(&core, &slug, &Ticket { chat, pass }.tidied()).await {
        Ok(page) => page,
        Err(failure) => {
            let error = failure.into_public();
            status(error.status());
            return Err(error);
        }
    };
    let Some(Refused { error, typed, at_door }) = refused else { return Ok(page) };
    status(error.status());
    if error.code == Code::NotFound {
        return Err(error);
    }
    let sentence = error.errors.first().map_or(error.detail.clone(), |wrong| wrong.message.clone());
    Ok(match page {
        VisitPage::AskPass { .. } if at_door => VisitPage::AskPass { problem: Some(sentence) },
        VisitPage::Open(visit) if !at_door => {
            VisitPage::Open(Box::new(Visit { problem: Some(sentence), typed, ..*visit }))
        }
        page => page,
    })
}
