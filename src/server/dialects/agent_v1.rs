//! `/agent/v1`: make, change, publish and ask agents, in camel case. Errors are `{message}`. An agent that the key cannot
//! reach is 403, whether or not there is one.

use axum::{
    Router,
    body::Body,
    extract::{FromRequest, Request, State},
    http::{HeaderMap, Method, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, patch, post},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::ui_messages::{self, UiMessage};
use crate::{
    model::{
        api_key::Scope,
        config::Config,
        error::{Code, Error},
        release::Published,
        saved_draft::{Origin, SaveOutcome},
    },
    server::{
        core::Core,
        domain::{
            agent_view, agents,
            caller::Caller,
            completions, drafts,
            patch::{self, Basis},
            providers, releases,
        },
        failure::Outcome,
        rest::{
            idempotency::Act,
            releases::unapproved,
            reply::Reply,
            request::{self, Params},
            shapes::AgentBody,
            stream::with_receipt,
        },
        web::problem::{self, Problem},
    },
};

/// The routes of this file.
pub fn routes() -> Router<Core> {
    Router::new()
        .route("/publish", post(publish))
        .route("/create", post(create))
        .route("/update", patch(update))
        .route("/get", get(show))
        .route("/models", get(models))
        .route("/chat/completions", post(complete))
        .fallback(nowhere)
}

/// An address that is not there is not an agent that the key does not reach.
async fn nowhere() -> impl IntoResponse {
    let message = "There is nothing at this address.";
    (StatusCode::NOT_FOUND, axum::Json(json!({ "message": message, "code": Code::NotFound })))
}

/// An error in the words of this dialect.
pub(super) struct Refused(pub(super) Error);

impl<E: Into<Problem>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self(error.into().0)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let Error { code, ref detail, .. } = self.0;
        let status = match code {
            Code::ValidationFailed => 400,
            Code::NotFound => 403,
            _ => self.0.status(),
        };
        let message = if code == Code::NotFound { "The API key has no access to this agent." } else { detail };
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, axum::Json(json!({ "message": message, "code": code }))).into_response();
        problem::headers(&self.0, response.headers_mut());
        response
    }
}

type Said = Result<Response, Refused>;

/// An [`Act`] whose refusals are in the words of this dialect.
struct Asked<T>(Act<T>);

impl<S: Send + Sync, T: serde::de::DeserializeOwned> FromRequest<S> for Asked<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refused> {
        Ok(Self(Act::from_request(request, state).await?))
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Publish {
    agent_id: Uuid,
    #[serde(default)]
    description: Option<String>,
}

async fn publish(State(core): State<Core>, Asked(act): Asked<Publish>) -> Said {
    act.caller.require(Scope::AgentsWrite)?;
    let answer = act.once(&core, async |core, act| {
        let Publish { agent_id, description } = act.body;
        let note = description.unwrap_or_default();
        match releases::publish(&core, &act.caller, agent_id, &note, None).await? {
            Published::Released(release) | Published::RolledBack(release) => Reply::ok(&json!({
                "status": "success",
                "message": "Agent published successfully",
                "version": { "id": release.id, "version": release.version, "createdAt": release.published_at },
            })),
            Published::NoChanges => Err(Error::new(Code::NoChanges, "No draft changes to publish").into()),
            Published::Race { current, .. } => {
                Err(Error::new(Code::PublishRace, format!("The draft is {current} by now")).into())
            }
            Published::Blocked(errors) => Err(Error::invalid(errors).into()),
            Published::Unapproved(approval) => Err(unapproved(&approval).into()),
        }
    });
    said(answer.await)
}

async fn create(State(core): State<Core>, Asked(act): Asked<Map<String, Value>>) -> Said {
    act.caller.require(Scope::AgentsWrite)?;
    let answer = act.once(&core, async |core, act| {
        let config = Config::from_value(Value::Object(snake(act.body))).map_err(Error::invalid)?;
        match agents::create(&core, &act.caller, &config, Origin::Create).await? {
            SaveOutcome::Saved(saved) => done(&core, &act.caller, saved.agent_id, "Agent created successfully").await,
            SaveOutcome::Invalid { errors } => Err(Error::invalid(errors).into()),
            SaveOutcome::Nothing { .. } | SaveOutcome::Conflict(_) => Err(Error::not_found().into()),
        }
    });
    said(answer.await)
}

/// Changes the draft, and only that: arrays are replaced, what is not named stays.
async fn update(State(core): State<Core>, Asked(act): Asked<Map<String, Value>>) -> Said {
    act.caller.require(Scope::AgentsDraft)?;
    let answer = act.once(&core, async |core, act| {
        let mut fields = snake(act.body);
        let id = fields.remove("agent_id").as_ref().and_then(Value::as_str).and_then(|id| id.parse().ok());
        let id: Uuid = id.ok_or_else(|| Error::field("agentId", "is required, an id"))?;
        match patch::patch(&core, &act.caller, id, &Value::Object(fields), Basis::Current).await? {
            SaveOutcome::Saved(_) | SaveOutcome::Nothing { .. } => {
                done(&core, &act.caller, id, "Agent updated successfully").await
            }
            SaveOutcome::Invalid { errors } => Err(Error::invalid(errors).into()),
            SaveOutcome::Conflict(_) => Err(Error::new(Code::DraftConflict, "The draft was changed meanwhile").into()),
        }
    });
    said(answer.await)
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Which {
    agent_id: Uuid,
}

async fn show(
    State(core): State<Core>,
    caller: Result<Caller, Problem>,
    which: Result<Params<Which>, Problem>,
) -> Said {
    let (caller, Params(which)) = (caller?, which?);
    caller.require(Scope::AgentsRead)?;
    // Who may not edit it learns nothing of its draft.
    drafts::get(&core, &caller, which.agent_id, None).await?;
    let agent = AgentBody::from(agent_view::get(&core, &caller, which.agent_id).await?);
    Ok(Reply::ok(&json!({ "agent": camel(json!(agent)) }))?.into())
}

async fn models(State(core): State<Core>, caller: Result<Caller, Problem>) -> Said {
    let models = providers::models(&core, &caller?).await?;
    let data: Vec<Value> = models.iter().map(|model| json!({ "id": model.name, "name": model.label })).collect();
    Ok(axum::Json(json!({ "data": data })).into_response())
}

/// What a client sends; it may send more, which is not looked at.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Completion {
    agent_id: Uuid,
    messages: Vec<UiMessage>,
    #[serde(default)]
    stream: Option<bool>,
}

/// Answers with what is live: as the SDK's stream, or plainly with `stream: false`.
async fn complete(
    State(core): State<Core>,
    caller: Result<Caller, Problem>,
    method: Method,
    headers: HeaderMap,
    body: Body,
) -> Said {
    let caller = caller?;
    caller.require(Scope::Chat)?;
    let asked: Completion = request::read(&request::bytes(&method, &headers, body).await?)?;
    let talk = ui_messages::talk(asked.messages);
    let answering = completions::complete(&core, &caller, asked.agent_id, &talk).await?;
    let receipt = answering.receipt.clone();
    let response = if asked.stream.unwrap_or(true) {
        ui_messages::stream(answering)
    } else {
        let message = answering.reader.finished().await.map_err(|failed| Refused(failed.error))?;
        axum::Json(json!({
            "id": message.id,
            "role": "assistant",
            "parts": [{ "type": "text", "text": message.content }],
            "metadata": { "receipt": receipt },
        }))
        .into_response()
    };
    Ok(with_receipt(response, &receipt))
}

fn said(answer: crate::server::rest::Answer) -> Said {
    let mut response = answer?;
    // A refusal that was kept under an idempotency key comes as a problem.
    match response.extensions_mut().remove::<Error>() {
        Some(error) => Err(Refused(error)),
        None => Ok(response),
    }
}

async fn done(core: &Core, caller: &Caller, id: Uuid, message: &str) -> Outcome<Reply> {
    let agent = AgentBody::from(agent_view::get(core, caller, id).await?);
    Reply::ok(&json!({ "status": "success", "message": message, "agent": camel(json!(agent)) }))
}

/// Names of fields in snake case, at the top level: values are the caller's own.
fn snake(fields: Map<String, Value>) -> Map<String, Value> {
    let name = |name: String| {
        name.chars().fold(String::new(), |mut out, c| {
            if c.is_ascii_uppercase() {
                out.push('_');
            }
            out.push(c.to_ascii_lowercase());
            out
        })
    };
    fields.into_iter().map(|(field, value)| (name(field), value)).collect()
}

/// Names of fields in camel case, at every level but inside a config, whose fields are as they are sent.
fn camel(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let name = |name: &str| {
                let mut words = name.split('_');
                let first = words.next().unwrap_or_default().to_owned();
                words.fold(first, |out, word| {
                    let (head, tail) = word.split_at(word.len().min(1));
                    out + &head.to_ascii_uppercase() + tail
                })
            };
            let inside = |field: &str, value| if field == "config" { value } else { camel(value) };
            fields.into_iter().map(|(field, value)| (name(&field), inside(&field, value))).collect()
        }
        Value::Array(list) => list.into_iter().map(camel).collect(),
        value => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_both_ways() {
        let fields = json!({ "agentId": 1, "promptBubbles": [], "name": "x" });
        let Value::Object(fields) = fields else { panic!("an object") };
        assert_eq!(json!(snake(fields)), json!({ "agent_id": 1, "prompt_bubbles": [], "name": "x" }));
        let config = json!({ "prompt_bubbles": [] });
        assert_eq!(
            camel(json!({ "created_at": 1, "draft": { "config_hash": 2, "config": config } })),
            json!({ "createdAt": 1, "draft": { "configHash": 2, "config": config } })
        );
    }
}
