//! `kill -9` in the middle, with the real process and over real connections: whatever was on its way happens once.

use std::time::Duration;

use futures_util::future::join_all;
use galley::{
    model::{config::Config, provider::ProviderForm},
    server::domain::providers,
};
use serde_json::{Value, json};

use super::{super::Program, models::asked};
use crate::{
    ops::{crash::random, process::Server},
    runs::live_agent,
    support::{ModelServer, Step},
};

const ROUNDS: i64 = 5;
const AT_ONCE: usize = 100;

/// What arrived of an answer.
#[derive(Clone, Debug, PartialEq)]
struct Arrived {
    status: u16,
    replayed: bool,
    wait: Option<u64>,
    body: Value,
}

/// A program that calls over the network.
struct Client<'a> {
    server: &'a Server,
    key: &'a str,
    http: reqwest::Client,
}

impl<'a> Client<'a> {
    fn of(server: &'a Server, key: &'a str) -> Self {
        Self { server, key, http: reqwest::Client::new() }
    }

    /// Nothing when the server went away before the answer was whole.
    async fn send(&self, method: reqwest::Method, path: &str, header: (&str, &str), body: &Value) -> Option<Arrived> {
        let request = self.http.request(method, self.server.url(path)).bearer_auth(self.key);
        let answer = request.header(header.0, header.1).json(body).send().await.ok()?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let header = |name| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        let body = serde_json::from_slice(&answer.bytes().await.ok()?).unwrap();
        let replayed = header("idempotency-replayed").is_some();
        Some(Arrived { status, replayed, wait: header("retry-after").map(|wait| wait.parse().unwrap()), body })
    }

    async fn once(&self, path: &str, key: &str, body: &Value) -> Option<Arrived> {
        self.send(reqwest::Method::POST, path, ("idempotency-key", key), body).await
    }

    /// A hundred of the same at once.
    async fn all(&self, path: &str, key: &str) -> Vec<Option<Arrived>> {
        let body = json!({ "note": key });
        join_all((0..AT_ONCE).map(|_| self.once(path, key, &body))).await
    }
}

both_engines! {
    async fn a_hundred_publishes_through_kill_9_ship_once(app: TestApp) {
        let program = Program::whole(&app, &app.admin().await).await;
        let agent = program.agent("Help.").await;
        let path = |rest: &str| format!("/api/v1/agents/{agent}{rest}");
        let publish = path("/publish");
        let url = app.core.settings.database_url.clone();
        // With nobody else on the file, each start has to recover it.
        app.core.db.close().await;
        let folder = tempfile::tempdir().unwrap();
        let start = || Server::start(folder.path(), &url);

        let mut server = start();
        for round in 1..=ROUNDS {
            let key = format!("ship-{round}");
            let client = Client::of(&server, &program.key);
            let killer = async {
                // Anywhere from before the first of them to after the last.
                tokio::time::sleep(Duration::from_micros(random(120_000))).await;
                server.signal("KILL");
            };
            let (before, ()) = tokio::join!(client.all(&publish, &key), killer);
            drop(client);
            assert!(!server.ended().success());

            server = start();
            let client = Client::of(&server, &program.key);
            let after: Vec<Arrived> = client.all(&publish, &key).await.into_iter().flatten().collect();
            assert_eq!(after.len(), AT_ONCE);
            let arrived: Vec<Arrived> = before.into_iter().flatten().collect();
            for answer in after.iter().chain(&arrived) {
                assert_eq!((answer.status, &answer.body), (201, &after[0].body));
            }
            assert_eq!(after[0].body["version"], round);
            let made = after.iter().filter(|answer| !answer.replayed).count();
            assert!(made <= usize::from(arrived.is_empty()), "{} arrived, and {made} were made again", arrived.len());

            let get = reqwest::Method::GET;
            let listed = client.send(get, &path("/versions"), ("accept", "application/json"), &json!({})).await.unwrap();
            let numbers: Vec<_> = listed.body["data"].as_array().unwrap().iter().map(|one| one["version"].as_i64()).collect();
            assert_eq!(numbers, (1..=round).rev().map(Some).collect::<Vec<_>>());
            let patch = json!({ "greeting": format!("Hello {round}") });
            let saved = client.send(reqwest::Method::PATCH, &path("/draft"), ("if-match", "*"), &patch).await.unwrap();
            assert_eq!(saved.status, 200, "{saved:?}");
        }
    }

    async fn a_model_call_in_the_middle_of_kill_9_is_taken_over_after_its_lease(app: TestApp) {
        let model = ModelServer::start().await;
        let ada = app.admin().await;
        let form = ProviderForm {
            slug: "local".into(), kind: "openai".into(), base_url: model.url.clone(), models: "m".into(), ..ProviderForm::default()
        };
        providers::save(&app.core, &ada.caller, None, &form).await.unwrap();
        let config = Config { model: "local/m".into(), ..crate::releases::config("Be brief.") };
        let agent = live_agent(&app, &ada, &config).await;
        let program = Program::whole(&app, &ada).await;
        let session = program.post("/api/v1/chat/sessions", &json!({ "agent_id": agent })).await.json();
        let path = format!("/api/v1/chat/sessions/{}/messages", session["id"].as_str().unwrap());
        let url = app.core.settings.database_url.clone();
        app.core.db.close().await;
        let folder = tempfile::tempdir().unwrap();
        let start = || Server::start(folder.path(), &url);
        let said = json!({ "content": "Hello" });

        let mut server = start();
        model.next(&[Step::Say("Half"), Step::Hang]);
        let client = Client::of(&server, &program.key);
        let (lost, ()) = tokio::join!(client.once(&path, "k", &said), async {
            asked(&model, 1).await;
            server.signal("KILL");
        });
        assert_eq!(lost, None);
        drop(client);
        assert!(!server.ended().success());

        let server = start();
        let client = Client::of(&server, &program.key);
        let early = client.once(&path, "k", &said).await.unwrap();
        assert_eq!((early.status, &early.body["code"]), (409, &json!("idempotency_in_progress")), "{early:?}");
        assert!(early.wait.is_some());
        // Nobody waits for the lease here: the rows say that it is over.
        let app = app.restarted().await;
        assert_eq!(app.execute("UPDATE idempotency SET lease_until = 1").await.unwrap(), 1);
        assert_eq!(app.execute("UPDATE sessions SET answering_until = 1").await.unwrap(), 1);
        app.core.db.close().await;
        let taken = client.once(&path, "k", &said).await.unwrap();
        assert_eq!((taken.status, taken.replayed, &taken.body["content"]), (200, false, &json!("Fine.")), "{taken:?}");
        let again = client.once(&path, "k", &said).await.unwrap();
        assert_eq!((again.status, again.replayed, again.body), (200, true, taken.body));
        drop(client);
        drop(server);
        assert_eq!(model.seen().len(), 2);
    }
}
