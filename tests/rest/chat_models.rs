//! Answers of a real server that speaks OpenAI's API: streaming, stop, faults, time limits, readers who leave.

use std::time::{Duration, Instant};

use galley::model::chat::AnswerEvent;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Listening, agent, config, get, post, say, session};
use crate::support::{ModelServer, Person, Step, TestApp};

const KEY: &str = "sk-canary-7f3a9c";

/// A server with a provider in its environment, somebody, and a conversation with a draft that uses it.
async fn set_up(app: &TestApp, model: &ModelServer, timeout: u64) -> (TestApp, Person, String) {
    let url = model.url.clone();
    let app = app.with_settings(|settings| {
        settings.answer_timeout_seconds = timeout;
        settings.providers.openai_api_key = Some(KEY.into());
        settings.providers.openai_base_url = Some(url);
        settings.providers.openai_models = vec!["m".into()];
    });
    let mut ada = app.admin().await;
    ada.browser = ada.browser.on(&app);
    let mut config = config("Be brief.");
    config.model = "openai/m".into();
    let id = agent(&app, &ada, &config).await;
    let session = session(&ada, id, true).await;
    (app, ada, session)
}

async fn messages(person: &Person, session: &str) -> Vec<(String, String, String)> {
    let listed = get(person, &format!("/chat/sessions/{session}/messages?limit=100")).await.json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut all: Vec<_> = listed["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| (text(&m["role"]), text(&m["content"]), text(&m["outcome"])))
        .collect();
    all.reverse();
    all
}

fn of(role: &str, content: &str, outcome: &str) -> (String, String, String) {
    (role.into(), content.into(), outcome.into())
}

both_engines! {
    async fn an_answer_streams(app: TestApp) {
        let model = ModelServer::start().await;
        let (_, ada, session) = set_up(&app, &model, 20).await;
        model.next(&[Step::Say("Good "), Step::Wait, Step::Say("morning — “you” 😀"), Step::Done]);
        let path = format!("/chat/sessions/{session}/messages");
        let mut listening = Listening::to(&ada, &path, &json!({ "content": "Hello", "stream": true })).await;
        let header: Value =
            serde_json::from_str(listening.response.headers()["galley-receipt"].to_str().unwrap()).unwrap();
        // The model has not been let on yet: this token came before the last one was sent.
        assert_eq!(listening.token().await, "Good ");
        let busy = say(&ada, &session, "And?").await;
        assert_eq!((busy.status.as_u16(), &busy.json()["code"]), (409, &json!("answer_in_progress")));
        model.go_on();
        assert_eq!(listening.token().await, "morning — “you” 😀");
        let Some(AnswerEvent::Done(message)) = listening.next().await else { panic!("not done") };
        assert_eq!(message.content, "Good morning — “you” 😀");
        assert_eq!(serde_json::to_value(&message.receipt).unwrap(), header);
        assert_eq!((header["model"].as_str(), header["draft_number"].as_i64()), (Some("openai/m"), Some(1)));
        assert!(listening.next().await.is_none());
        let seen = model.seen();
        assert_eq!(seen.len(), 1);
        assert_eq!(seen[0].authorization.as_deref(), Some(format!("Bearer {KEY}").as_str()));
        let body = &seen[0].body;
        assert_eq!((&body["model"], &body["stream"], &body["temperature"]), (&json!("m"), &json!(true), &json!(0.3)));
        assert_eq!(body["messages"][0]["role"], "system");
        assert_eq!(body["messages"][0]["content"], "Be brief.");
        assert_eq!(body["messages"][1]["content"], "Hello");
        // The next turn brings the conversation along.
        assert_eq!(say(&ada, &session, "Again").await.json()["content"], "Fine.");
        let roles: Vec<Value> = model.seen()[1].body["messages"].as_array().unwrap().iter().map(|m| m["role"].clone()).collect();
        assert_eq!(roles, ["system", "user", "assistant", "user"]);
    }

    async fn a_stopped_answer_keeps_what_came(app: TestApp) {
        let model = ModelServer::start().await;
        let (_, ada, session) = set_up(&app, &model, 20).await;
        model.next(&[Step::Say("Half"), Step::Hang]);
        let path = format!("/chat/sessions/{session}/messages");
        let mut listening = Listening::to(&ada, &path, &json!({ "content": "Hello" })).await;
        assert_eq!(listening.token().await, "Half");
        let stopped = post(&ada, &format!("/chat/sessions/{session}/stop"), &json!({})).await.json();
        assert_eq!((&stopped["stopped"], &stopped["message"]["outcome"]), (&json!(true), &json!("stopped")));
        let Some(AnswerEvent::Done(message)) = listening.next().await else { panic!("not done") };
        assert_eq!(message.content, "Half");
        let again = post(&ada, &format!("/chat/sessions/{session}/stop"), &json!({})).await.json();
        assert_eq!(again["stopped"], false);
        assert_eq!(say(&ada, &session, "More").await.status, 200);
        let all = [of("user", "Hello", "done"), of("agent", "Half", "stopped"), of("user", "More", "done"), of("agent", "Fine.", "done")];
        assert_eq!(messages(&ada, &session).await, all);
    }

    async fn a_server_that_hangs_times_out_in_plain_words(app: TestApp) {
        let model = ModelServer::start().await;
        let (_, ada, session) = set_up(&app, &model, 1).await;
        let started = Instant::now();
        model.next(&[Step::Silent]);
        let silent = say(&ada, &session, "Hello").await;
        assert_eq!((silent.status.as_u16(), &silent.json()["code"]), (502, &json!("upstream_failed")));
        assert_eq!(silent.json()["detail"], "openai did not answer within 1 second. Try again.");
        model.next(&[Step::Say("Half"), Step::Hang]);
        let path = format!("/chat/sessions/{session}/retry");
        let mut listening = Listening::to(&ada, &path, &json!({})).await;
        assert_eq!(listening.token().await, "Half");
        let Some(AnswerEvent::Error(failed)) = listening.next().await else { panic!("no error") };
        assert_eq!(failed.error.detail, "The answer took longer than 1 second and was cut off. Try again.");
        assert_eq!(failed.message.unwrap().content, "Half");
        assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
        // Another try answers the message that is there, and does not write it twice.
        let retried = post(&ada, &path, &json!({})).await;
        assert_eq!(retried.json()["content"], "Fine.");
        let all = [of("user", "Hello", "done"), of("agent", "", "failed"), of("agent", "Half", "failed"), of("agent", "Fine.", "done")];
        assert_eq!(messages(&ada, &session).await, all);
        let sent = model.seen().pop().unwrap().body["messages"].clone();
        assert_eq!(sent.as_array().unwrap().len(), 2, "failed answers went to the model: {sent}");
        assert_eq!(post(&ada, &path, &json!({})).await.status, 422, "there is nothing to try again");
    }

    async fn a_reader_who_leaves_changes_nothing(app: TestApp) {
        let model = ModelServer::start().await;
        let (app, ada, session) = set_up(&app, &model, 20).await;
        model.next(&[Step::Say("One "), Step::Wait, Step::Say("two"), Step::Done]);
        let path = format!("/chat/sessions/{session}/messages");
        let mut listening = Listening::to(&ada, &path, &json!({ "content": "Hello" })).await;
        assert_eq!(listening.token().await, "One ");
        drop(listening);
        let reader = app.core.engine.reader(Uuid::parse_str(&session).unwrap()).expect("the answer was cancelled");
        // Who comes back gets all of it.
        let back = ada.browser.clone();
        let answer_path = format!("/api/v1/chat/sessions/{session}/answer");
        let rejoined = tokio::spawn(async move { back.get(&answer_path).await });
        model.go_on();
        assert_eq!(reader.finished().await.unwrap().content, "One two");
        assert_eq!(messages(&ada, &session).await, [of("user", "Hello", "done"), of("agent", "One two", "done")]);
        let rejoined = rejoined.await.unwrap();
        assert!(rejoined.status == 404 || rejoined.text.contains("One two"), "{}", rejoined.text);
    }

    async fn faults_are_plain_and_never_show_the_key(app: TestApp) {
        let log = log::catch();
        let model = ModelServer::start().await;
        let (app, ada, session) = set_up(&app, &model, 20).await;
        let echo = r#"{"error":{"message":"Incorrect API key provided: sk-canary-7f3a9c","type":"invalid_request_error"}}"#;
        let faults: [(&[Step], &str); 8] = [
            (&[Step::Refuse(401, echo)], "openai refused the key. An admin can set a new one under Model providers."),
            (&[Step::Refuse(400, echo)], "openai refused the request: Incorrect API key provided: …"),
            (&[Step::Refuse(404, echo)], "openai does not know the model “m”, or its address is not right."),
            (&[Step::Refuse(429, echo)], "openai gets too many requests, or its credit is used up. Try again in a moment."),
            (&[Step::Refuse(500, echo)], "openai failed (HTTP 500). Try again."),
            (&[Step::Refuse(302, echo)], "openai sent something that is not an answer. Check that its address is right."),
            (&[Step::Say("Ha"), Step::Cut], "The connection to openai broke before the answer was complete. Try again."),
            (&[Step::Done], "openai ended without an answer. Try again."),
        ];
        let mut everything = String::new();
        for (steps, sentence) in faults {
            model.next(steps);
            let failed = say(&ada, &session, "Hello").await;
            assert_eq!((failed.status.as_u16(), failed.json()["detail"].as_str()), (502, Some(sentence)));
            model.next(steps);
            let path = format!("/chat/sessions/{session}/retry");
            let mut listening = Listening::to(&ada, &path, &json!({})).await;
            while listening.next().await.is_some() {}
            assert!(listening.all.contains("event: error"), "{}", listening.all);
            everything += &failed.text;
            everything += &format!("{:?}", failed.headers);
            everything += &listening.all;
        }
        everything += &get(&ada, &format!("/chat/sessions/{session}/messages?limit=100")).await.text;
        assert!(everything.contains("broke before"));
        assert_eq!(messages(&ada, &session).await.iter().filter(|(_, content, _)| content == "Ha").count(), 2);
        // A connection that nobody takes.
        let gone = app.with_settings(|settings| settings.providers.openai_base_url = Some("http://127.0.0.1:9/v1".into()));
        let mut late = ada.clone();
        late.browser = late.browser.on(&gone);
        let failed = say(&late, &session, "Hello").await;
        assert!(failed.json()["detail"].as_str().unwrap().starts_with("openai cannot be reached at http://127.0.0.1:9."), "{}", failed.text);
        everything += &failed.text;
        // A model that nobody set up.
        let none = app.with_settings(|settings| settings.providers.openai_models = vec!["other".into()]);
        late.browser = late.browser.on(&none);
        let failed = say(&late, &session, "Hello").await;
        assert!(failed.json()["detail"].as_str().unwrap().contains("“openai/m” is not set up here"), "{}", failed.text);
        assert!(!everything.contains("canary"), "{everything}");
        let log = log.text();
        assert!(log.contains("an answer failed"), "the log was not caught");
        assert!(!log.contains("canary"), "the key is in the log");
    }
}

/// What the whole server writes into its log.
mod log {
    use std::{
        io::Write,
        sync::{Arc, Mutex, OnceLock},
    };

    #[derive(Clone, Default)]
    pub struct Log(Arc<Mutex<Vec<u8>>>);

    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    impl Log {
        pub fn text(&self) -> String {
            String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
        }
    }

    /// Catches the log of all tests from now on, as detailed as an operator may make it.
    pub fn catch() -> Log {
        static LOG: OnceLock<Log> = OnceLock::new();
        LOG.get_or_init(|| {
            let log = Log::default();
            let writer = log.clone();
            let made = tracing_subscriber::fmt()
                .with_max_level(tracing::Level::DEBUG)
                .with_ansi(false)
                .with_writer(move || writer.clone())
                .try_init();
            assert!(made.is_ok(), "somebody else catches the log");
            log
        })
        .clone()
    }
}
