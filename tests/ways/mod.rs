//! Every way in serves exactly what is live: one table of the ways, and one story that each of them goes through.
//!
//! A new way in is a variant of [`Way`] with its row in [`Way::ask`]. The tests of `complete` fail for an operation of the
//! API that answers people, and for a dialect, that no way stands for.

mod complete;
mod story;

use galley::{
    model::{account::Role, api_key::Scope, config::Config, link::LinkForm},
    server::domain::links,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    api::Program,
    support::{Answer, Browser, Person, TestApp},
};

/// What is asked on every way.
const HELLO: &str = "Hello";

/// A way in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// A teammate, in Coworker.
    Coworker,
    /// A teammate, in Coworker, reading the answer as it comes.
    CoworkerStream,
    /// A teammate, in Coworker, by the page's form.
    CoworkerForm,
    /// A conversation of a program, by a key of its maker's.
    Key,
    /// A conversation of a program, by the agent's own key.
    AgentKey,
    /// A run.
    Run,
    /// The AI SDK's words.
    AgentV1,
    /// The same, as a stream, at the other address.
    PublicAgentV1Stream,
    /// OpenAI's words.
    OpenAi,
    /// The same, as a stream.
    OpenAiStream,
    /// A stranger, on the public page.
    Link,
    /// A stranger whose browser runs no code.
    LinkForm,
}

/// What was said on a way.
#[derive(Debug)]
struct Said {
    status: u16,
    text: String,
    /// The conversation, where the way has one.
    open: Option<String>,
}

/// An agent, and whoever asks it.
struct World {
    owner: Person,
    agent: Uuid,
    teammate: Person,
    program: Program,
    bound: Program,
    stranger: Browser,
    /// The path of the public page.
    page: String,
}

impl World {
    async fn new(app: &TestApp) -> Self {
        let (owner, teammate) = (app.member(Role::Member).await, app.member(Role::Member).await);
        let origin = galley::model::saved_draft::Origin::Create;
        let made = galley::server::domain::agents::create(&app.core, &owner.caller, &text(1), origin).await.unwrap();
        let agent = crate::releases::saved(made).agent_id;
        let limits =
            LinkForm { daily_messages: 1_000, daily_tokens: 10_000_000, frame_origins: vec![], pass_phrase: None };
        let page = format!("/a/{}", links::set(&app.core, &owner.caller, agent, &limits).await.unwrap().slug);
        galley::server::domain::grants::set_everyone(&app.core, &owner.caller, agent, true).await.unwrap();
        let program = Program::of(app, &teammate, &[Scope::Chat], None).await;
        let bound = Program::of(app, &owner, &[Scope::Chat], Some(agent)).await;
        Self { owner, agent, teammate, program, bound, stranger: app.browser(), page }
    }

    /// The same world, asked through another node.
    fn on(&self, node: &TestApp) -> Self {
        let through = |program: &Program| Program { app: node.clone(), key: program.key.clone() };
        let teammate = Person { browser: self.teammate.browser.clone().on(node), ..self.teammate.clone() };
        Self {
            owner: self.owner.clone(),
            agent: self.agent,
            teammate,
            program: through(&self.program),
            bound: through(&self.bound),
            stranger: self.stranger.clone().on(node),
            page: self.page.clone(),
        }
    }
}

/// Instructions that are told apart in what the rehearsal says.
fn instructions(number: usize) -> String {
    format!("Text number {number} of this agent.")
}

/// What a release says of itself: its instructions to people and programs, its greeting to strangers too.
fn text(number: usize) -> Config {
    Config { greeting: instructions(number), ..crate::releases::config(&instructions(number)) }
}

impl Way {
    const ALL: [Self; 12] = [
        Self::Coworker,
        Self::CoworkerStream,
        Self::CoworkerForm,
        Self::Key,
        Self::AgentKey,
        Self::Run,
        Self::AgentV1,
        Self::PublicAgentV1Stream,
        Self::OpenAi,
        Self::OpenAiStream,
        Self::Link,
        Self::LinkForm,
    ];

    /// Asks, in a new conversation or in one that is open.
    async fn ask(self, world: &World, open: Option<&str>) -> Said {
        let browser = &world.teammate.browser;
        let post = async |path: String, body: Value| browser.json(axum::http::Method::POST, &path, &body).await;
        match self {
            Self::Coworker => converse(world, open, false, post).await,
            Self::CoworkerStream => converse(world, open, true, post).await,
            Self::CoworkerForm => fill_in(world, open).await,
            Self::Key => converse(world, open, false, async |path, body| world.program.post(&path, &body).await).await,
            Self::AgentKey => {
                converse(world, open, false, async |path, body| world.bound.post(&path, &body).await).await
            }
            Self::Run => run(world).await,
            Self::AgentV1 => {
                let said = world.program.post("/agent/v1/chat/completions", &ui_message(world, false)).await;
                whole(&said)
            }
            Self::PublicAgentV1Stream => {
                let said = world.bound.post("/api/public/agent/v1/chat/completions", &ui_message(world, true)).await;
                whole(&said)
            }
            Self::OpenAi => whole(&world.program.post("/v1/chat/completions", &completion(world, false)).await),
            Self::OpenAiStream => whole(&world.bound.post("/v1/chat/completions", &completion(world, true)).await),
            Self::Link => link(world, open).await,
            Self::LinkForm => link_form(world).await,
        }
    }

    /// What this way says where nothing is live: the status, and words that must be in it.
    fn unavailable(self) -> (u16, &'static str) {
        match self {
            Self::Coworker | Self::CoworkerStream | Self::CoworkerForm | Self::Key | Self::AgentKey | Self::Run => {
                (409, r#""detail":"no_published_version""#)
            }
            Self::AgentV1 | Self::PublicAgentV1Stream => (409, r#""message":"#),
            Self::OpenAi | Self::OpenAiStream => (409, r#""code":"no_published_version""#),
            // As an address that never was.
            Self::Link => (404, r#""code":"not_found""#),
            Self::LinkForm => (404, "There is nothing here"),
        }
    }

    /// What a conversation that was open says after an unpublish.
    fn ended(self) -> (u16, &'static str) {
        match self {
            Self::Link | Self::LinkForm => self.unavailable(),
            _ => (409, "no longer published"),
        }
    }

    /// Whether Galley keeps a conversation on this way. On the others each request is one of its own.
    fn has_conversations(self) -> bool {
        match self {
            Self::Coworker | Self::CoworkerStream | Self::CoworkerForm | Self::Key | Self::AgentKey | Self::Link => {
                true
            }
            // The form of the public page has one, and this table begins anew each time.
            Self::Run
            | Self::AgentV1
            | Self::PublicAgentV1Stream
            | Self::OpenAi
            | Self::OpenAiStream
            | Self::LinkForm => false,
        }
    }
}

/// A conversation on the public page, as its code asks.
async fn link(world: &World, open: Option<&str>) -> Said {
    let carried = open.map(|token| format!("?chat={token}")).unwrap_or_default();
    let path = format!("{}/messages{carried}", world.page);
    let said = world.stranger.json(axum::http::Method::POST, &path, &json!({ "content": HELLO })).await;
    if said.status != 200 {
        return whole(&said);
    }
    Said { status: 200, text: spelled_out(&said.text), open: said.header("galley-chat").map(str::to_owned) }
}

/// The same by a plain form: what the page says afterwards.
async fn link_form(world: &World) -> Said {
    let said = crate::link::post_form(&world.stranger, &world.page, "content=Hello").await;
    if said.status != 303 {
        return whole(&said);
    }
    whole(&world.stranger.get(said.location()).await)
}

fn whole(answer: &Answer) -> Said {
    Said { status: answer.status.as_u16(), text: answer.text.clone(), open: None }
}

/// A conversation in the words of `/api/v1`.
async fn converse(
    world: &World,
    open: Option<&str>,
    stream: bool,
    post: impl AsyncFn(String, Value) -> Answer,
) -> Said {
    let session = match open {
        Some(session) => session.to_owned(),
        None => {
            let begun = post("/api/v1/chat/sessions".to_owned(), json!({ "agent_id": world.agent })).await;
            if begun.status != 201 {
                return whole(&begun);
            }
            begun.json()["id"].as_str().unwrap().to_owned()
        }
    };
    let body = json!({ "content": HELLO, "stream": stream });
    let said = post(format!("/api/v1/chat/sessions/{session}/messages"), body).await;
    let text = if stream && said.status == 200 { spelled_out(&said.text) } else { said.text.clone() };
    Said { status: said.status.as_u16(), text, open: Some(session) }
}

/// The form of Coworker's page, and the page that it leads to.
async fn fill_in(world: &World, open: Option<&str>) -> Said {
    let agent = world.agent.to_string();
    let mut form = vec![("agent", agent.as_str()), ("content", HELLO)];
    form.extend(open.map(|session| ("session", session)));
    let browser = &world.teammate.browser;
    let written = browser.call("write_message", &form).await;
    if written.status != 200 {
        return whole(&written);
    }
    let session = written.json().as_str().unwrap().to_owned();
    let page = browser.get(&format!("/coworker/{agent}/{session}")).await;
    // The conversation alone: beside it, the page knows what a new one would be with.
    let log = page.text.split("role=\"log\"").nth(1).and_then(|rest| rest.split("id=\"end\"").next());
    Said { open: Some(session), text: log.unwrap_or_default().to_owned(), ..whole(&page) }
}

/// The tokens of a stream of `/api/v1`, put together, and what ended it.
fn spelled_out(stream: &str) -> String {
    let data = stream.lines().filter_map(|line| line.strip_prefix("data: "));
    let events = data.filter_map(|line| serde_json::from_str::<Value>(line).ok());
    events.map(|event| event["text"].as_str().map_or_else(|| event.to_string(), str::to_owned)).collect()
}

async fn run(world: &World) -> Said {
    let path = format!("/api/v1/agents/{}/runs", world.agent);
    let begun = world.program.post(&path, &json!({ "input": HELLO })).await;
    if begun.status != 202 {
        return whole(&begun);
    }
    let id = begun.json()["id"].as_str().unwrap().to_owned();
    whole(&world.program.get(&format!("/api/v1/runs/{id}?wait=30")).await)
}

fn ui_message(world: &World, stream: bool) -> Value {
    let message = json!({ "id": "m1", "role": "user", "parts": [{ "type": "text", "text": HELLO }] });
    json!({ "agentId": world.agent, "messages": [message], "stream": stream })
}

fn completion(world: &World, stream: bool) -> Value {
    json!({ "model": world.agent, "messages": [{ "role": "user", "content": HELLO }], "stream": stream })
}
