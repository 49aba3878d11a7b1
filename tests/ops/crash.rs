//! `kill -9` in a loop while people save: every number that was acknowledged is there after the restart.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use futures_util::{FutureExt, future::join_all};
use galley::server::{core::Core, domain::drafts, secrets::random_bytes, store::db::Db};
use serde_json::Value;
use tokio::sync::Notify;
use uuid::Uuid;

use super::process::Server;
use crate::{releases::agent, support::Person};

const ROUNDS: usize = 6;
const WRITERS: usize = 3;

/// A number below this one.
pub fn random(below: u64) -> u64 {
    u64::from_ne_bytes(random_bytes().unwrap()) % below
}

/// A browser with its cookie, as a page's code uses it.
struct Client {
    http: reqwest::Client,
    cookie: String,
}

impl Client {
    async fn sign_in(server: &Server, person: &Person) -> Self {
        let mut client = Self { http: reqwest::Client::new(), cookie: String::new() };
        let form = [("email", person.email.as_str()), ("password", &person.password)];
        let answer = client.post(server, "/fn/sign_in", &form).await.unwrap();
        let cookies = answer.headers().get_all("set-cookie").into_iter().map(|cookie| cookie.to_str().unwrap());
        let cookie = cookies.filter_map(|cookie| cookie.split(';').next()).find(|cookie| cookie.starts_with("galley="));
        cookie.unwrap().clone_into(&mut client.cookie);
        client
    }

    async fn post(&self, server: &Server, path: &str, form: &[(&str, &str)]) -> reqwest::Result<reqwest::Response> {
        let encode = |text: &str| -> String { text.bytes().map(|byte| format!("%{byte:02X}")).collect() };
        let body: Vec<_> = form.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        self.http
            .post(server.url(path))
            .header("accept", "application/json")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("cookie", &self.cookie)
            .header("sec-fetch-site", "same-origin")
            .body(body.join("&"))
            .send()
            .await
    }

    /// Gives the draft's number, or nothing when the server went away before it answered.
    async fn save(&self, server: &Server, agent: Uuid, base: i64, text: &str) -> Option<i64> {
        let (agent, base) = (agent.to_string(), base.to_string());
        let form = [
            ("agent", agent.as_str()),
            ("base", &base),
            ("form[name]", "Support triage"),
            ("form[icon]", ""),
            ("form[description]", ""),
            ("form[instructions]", text),
            ("form[model]", "rehearsal"),
            ("form[temperature]", "0.5"),
            ("form[greeting]", ""),
            ("form[prompt_bubbles]", ""),
            ("form[advanced]", ""),
        ];
        let answer = self.post(server, "/fn/save_draft", &form).await.ok()?;
        let status = answer.status();
        let body = answer.text().await.ok()?;
        assert!(status.is_success(), "{status}: {body}");
        let outcome: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(outcome["outcome"], "saved", "{body}");
        Some(outcome["draft"]["number"].as_i64().unwrap_or_else(|| panic!("no number in {body}")))
    }
}

/// Saves on and on until the server is gone, and keeps what was acknowledged.
async fn write(
    (server, client): (&Server, &Client),
    (agent, mut base): (Uuid, i64),
    round: usize,
    (acknowledged, changed): (&AtomicUsize, &Notify),
) -> Vec<(i64, String)> {
    let mut kept = Vec::new();
    loop {
        let text = format!("round {round}, after draft {base}");
        let Some(number) = client.save(server, agent, base, &text).await else { return kept };
        assert_eq!(number, base + 1, "nobody else saves here");
        kept.push((number, text));
        base = number;
        acknowledged.fetch_add(1, Ordering::SeqCst);
        changed.notify_one();
    }
}

/// Checks one agent's drafts against what was acknowledged; gives the last number.
async fn check(core: &Core, person: &Person, agent: Uuid, acknowledged: &[(i64, String)]) -> i64 {
    let (mut numbers, mut cursor) = (Vec::new(), None);
    loop {
        let page = drafts::list(core, &person.caller, agent, cursor.as_deref(), 100).await.unwrap();
        numbers.extend(page.data.iter().map(|draft| draft.number));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    let last = numbers[0];
    assert_eq!(numbers, (1..=last).rev().collect::<Vec<_>>(), "the numbers have a gap");
    let workspace = person.caller.workspace;
    for (number, text) in acknowledged {
        let number = *number;
        let load = core.db.read(|tx| async move { drafts::load(tx, workspace, agent, number).await }.boxed());
        let draft = load.await.unwrap().unwrap_or_else(|| panic!("draft {number} was acknowledged and is gone"));
        assert_eq!(draft.config.instructions, *text);
    }
    last
}

both_engines! {
    async fn an_acknowledged_save_survives_kill_9(app: TestApp) {
        let ada = app.admin().await;
        let mut agents = Vec::new();
        for _ in 0..WRITERS {
            agents.push((agent(&app, &ada, "start").await, 1));
        }
        let url = app.core.settings.database_url.clone();
        // With nobody else on the file, each start has to recover it.
        app.core.db.close().await;
        let folder = tempfile::tempdir().unwrap();
        let mut acknowledged = vec![Vec::new(); WRITERS];

        for round in 0..ROUNDS {
            let mut server = Server::start(folder.path(), &url);
            let client = Client::sign_in(&server, &ada).await;
            let (count, changed) = (AtomicUsize::new(0), Notify::new());
            let enough = usize::try_from(1 + random(25)).unwrap();
            let writers = agents.iter().map(|at| write((&server, &client), *at, round, (&count, &changed)));
            let killer = async {
                while count.load(Ordering::SeqCst) < enough {
                    changed.notified().await;
                }
                // Anywhere within the saves that run now.
                tokio::time::sleep(Duration::from_micros(random(4000))).await;
                server.signal("KILL");
            };
            let (kept, ()) = tokio::join!(join_all(writers), killer);
            assert!(!server.ended().success());
            for (all, new) in acknowledged.iter_mut().zip(kept) {
                all.extend(new);
            }

            let core = Core { db: Db::open(&url).await.unwrap(), ..app.core.clone() };
            for ((id, last), all) in agents.iter_mut().zip(&acknowledged) {
                *last = check(&core, &ada, *id, all).await;
            }
            core.db.close().await;
        }
        assert!(acknowledged.iter().map(Vec::len).sum::<usize>() >= ROUNDS);
    }
}
