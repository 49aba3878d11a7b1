//! Runs: start one, wait for it, follow it, cancel it, list them.

use std::sync::{Mutex, PoisonError};

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::sse::Event,
};
use futures_util::StreamExt;
use serde::Deserialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    Answer,
    agents::NoFields,
    idempotency::Act,
    operation::needs,
    page::{Listed, PageQuery},
    reply::Reply,
    request::{InPath, Params},
    stream,
};
use crate::{
    model::{
        api_key::Scope,
        chat::Token,
        error::{Code, Error},
        run::{Run, RunEvent},
    },
    server::{
        core::Core,
        domain::{caller::Caller, run_events, runs},
        failure::Outcome,
        web::problem,
    },
};

const CHAT: &[Scope] = &[Scope::Chat];

/// The routes of this file.
pub fn routes() -> OpenApiRouter<Core> {
    OpenApiRouter::new()
        .routes(needs(CHAT, routes!(start_run)))
        .routes(needs(CHAT, routes!(list_runs)))
        .routes(needs(CHAT, routes!(get_run)))
        .routes(needs(CHAT, routes!(follow_run)))
        .routes(needs(CHAT, routes!(cancel_run)))
}

/// What to run.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct StartRun {
    /// What the agent gets: a text as it is, anything else as JSON. At most 64 KiB.
    input: Value,
    /// The save or the release to run instead of what is live. One that is not live takes the right to edit the agent.
    #[serde(default, alias = "revisionId")]
    revision_id: Option<Uuid>,
}

/// Starts a run of what is live, or of a revision. It keeps its revision to its end, whatever is published meanwhile.
#[utoipa::path(post, path = "/agents/{id}/runs", tag = "Runs", params(("id" = Uuid, Path)), request_body = StartRun, responses(
    (status = 202, body = Run, headers(("Location" = String), ("Galley-Receipt" = String))),
))]
async fn start_run(State(core): State<Core>, InPath(id): InPath<Uuid>, act: Act<StartRun>) -> Answer {
    let written = Mutex::new(None);
    let answer = act
        .once(&core, async |core, act| {
            let StartRun { input, revision_id } = act.body;
            let run = runs::insert(&core, &act.caller, id, revision_id, &input).await?;
            let reply = with_receipt(StatusCode::ACCEPTED, &run)?;
            let reply = reply.header(&header::LOCATION, format!("/api/v1/runs/{}", run.id));
            *written.lock().unwrap_or_else(PoisonError::into_inner) = Some(run);
            Ok(reply)
        })
        .await?;
    // Now that it is there. A retry that gets the answer of the first request starts nothing.
    if let Some(run) = written.into_inner().unwrap_or_else(PoisonError::into_inner) {
        runs::go(&core, &act.caller, &run);
    }
    Ok(answer)
}

/// The runs of an agent, newest first: all of them for its editors, their own for everybody else.
#[utoipa::path(get, path = "/agents/{id}/runs", tag = "Runs", params(("id" = Uuid, Path), PageQuery), responses((status = 200, body = Listed<Run>)))]
async fn list_runs(
    State(core): State<Core>,
    caller: Caller,
    InPath(id): InPath<Uuid>,
    Params(page): Params<PageQuery>,
) -> Answer {
    let page = runs::list(&core, &caller, id, page.cursor(), page.limit()?).await?;
    Ok(Reply::ok(&Listed::from(page))?.into())
}

/// How long to wait.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct WaitQuery {
    /// Answers when the run is over, or after this many seconds.
    #[param(minimum = 0, maximum = 60, default = 0)]
    wait: Option<u32>,
}

/// A run, at once or as soon as it is over.
#[utoipa::path(get, path = "/runs/{id}", tag = "Runs", params(("id" = Uuid, Path), WaitQuery), responses(
    (status = 200, body = Run, headers(("Galley-Receipt" = String))),
))]
async fn get_run(
    State(core): State<Core>,
    caller: Caller,
    InPath(id): InPath<Uuid>,
    Params(query): Params<WaitQuery>,
) -> Answer {
    let run = runs::wait(&core, &caller, id, query.wait.unwrap_or_default()).await?;
    Ok(with_receipt(StatusCode::OK, &run)?.into())
}

/// Follows a run as server-sent events: `token` (`{"text"}`, to append) from its beginning, then one `done` (the run, also
/// when it was cancelled) or one `error` (a problem, and the run as `run`). Tokens come only while it runs, and only from the
/// server that runs it; `done` has the whole output in any case. Who leaves stops nothing.
#[utoipa::path(get, path = "/runs/{id}/events", tag = "Runs", params(("id" = Uuid, Path)), responses(
    (status = 200, body = stream::EventStream, content_type = "text/event-stream", headers(("Galley-Receipt" = String))),
))]
async fn follow_run(State(core): State<Core>, caller: Caller, InPath(id): InPath<Uuid>) -> Answer {
    let following = run_events::events(&core, &caller, id).await?;
    let events = stream::of(following.events.map(|event| sse(&event)));
    Ok(stream::with_receipt(events, &following.run.receipt))
}

/// Cancels a run, wherever it runs. One that is over stays as it is.
#[utoipa::path(post, path = "/runs/{id}/cancel", tag = "Runs", params(("id" = Uuid, Path)), request_body = Option<NoFields>, responses(
    (status = 200, body = Run, headers(("Galley-Receipt" = String))),
))]
async fn cancel_run(State(core): State<Core>, InPath(id): InPath<Uuid>, act: Act<NoFields>) -> Answer {
    act.once(&core, async |core, act| with_receipt(StatusCode::OK, &runs::cancel(&core, &act.caller, id).await?)).await
}

fn with_receipt(status: StatusCode, run: &Run) -> Outcome<Reply> {
    Ok(Reply::with(status, run)?.receipt(&run.receipt))
}

fn sse(event: &RunEvent) -> Event {
    let (name, data) = match event {
        RunEvent::Token(text) => ("token", serde_json::to_string(&Token { text: text.clone() })),
        RunEvent::Done(run) => ("done", serde_json::to_string(run)),
        RunEvent::Error(failed) => {
            let mut body = problem::body(&failed.error, None);
            if let (Some(fields), Ok(run)) = (body.as_object_mut(), serde_json::to_value(&failed.run)) {
                fields.insert("run".to_owned(), run);
            }
            ("error", Ok(body.to_string()))
        }
    };
    match data {
        Ok(data) => Event::default().event(name).data(data),
        Err(_) => {
            let lost = Error::new(Code::Internal, "The run cannot be written.");
            Event::default().event("error").data(problem::body(&lost, None).to_string())
        }
    }
}
