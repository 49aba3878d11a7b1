//! Who is not meant to tries every server function and every page: a stranger who holds an invitation they have not
//! accepted, a member whom nothing is shared with, a removed member, nobody at all, and who may only use the agent.
//! What is not theirs answers as what never was, and changes nothing.
//!
//! A new server function or page without a row here fails.

mod rows;

use std::collections::BTreeSet;

use axum::http::StatusCode;
use galley::{
    model::{
        account::Role,
        agent::Right,
        api_key::{NewApiKey, Scope},
        channel::Channel,
        link::LinkForm,
        provider::ProviderForm,
    },
    server::{
        domain::{api_keys, approvals, channels, grants, invitations, links, members, providers, sessions},
        router::PAGE_ROUTES,
    },
};
use uuid::Uuid;

use self::rows::{
    NAMING, OF_A_PERSON, OF_THE_WORKSPACE, OPEN_PAGES, OWN_PAGES, PAGES, PLACES, Row,
    User::{May, MayNot, Unseen},
};
use crate::{
    releases::{config, publish, released, save},
    support::{Answer, Browser, Person, TestApp},
};

/// The ids that fill in [`PLACES`].
type Ids = [Uuid; PLACES.len()];

/// Words that nobody but those who may edit the agent ever reads, and its name.
const SECRETS: [&str; 2] = ["Kraken desk", "Secret of the deep"];

/// A workspace in use, and those who have no business in it.
struct World {
    user: Person,
    member: Person,
    removed: Person,
    stranger: Person,
    /// The ids of what is there, in the order of [`PLACES`].
    real: Ids,
    /// As many of what never was.
    never: Ids,
}

impl World {
    async fn new(app: &TestApp) -> Self {
        let owner = app.admin().await;
        let (user, member, removed) =
            (app.member(Role::Member).await, app.member(Role::Member).await, app.member(Role::Member).await);
        let stranger = app.stranger().await;
        let (core, by) = (&app.core, &owner.caller);
        let text = galley::model::config::Config { name: SECRETS[0].into(), ..config(SECRETS[1]) };
        let made =
            galley::server::domain::agents::create(core, by, &text, galley::model::saved_draft::Origin::Create).await;
        let agent = crate::releases::saved(made.unwrap()).agent_id;
        released(publish(app, &owner, agent).await);
        for (person, right) in [(&user, Right::User), (&removed, Right::Editor)] {
            grants::set_one(core, by, agent, person.caller.account, Some(right)).await.unwrap();
        }
        let limits = LinkForm { daily_messages: 100, daily_tokens: 100_000, frame_origins: vec![], pass_phrase: None };
        links::set(core, by, agent, &limits).await.unwrap();
        channels::switch(core, by, agent, Channel::Link, true).await.unwrap();
        let session = sessions::start(core, by, agent, false, None).await.unwrap().id;
        approvals::set_needed(core, by, agent, true).await.unwrap();
        save(app, &owner, agent, 1, &galley::model::config::Config { description: "Deep.".into(), ..text }).await;
        let approval = approvals::request(core, by, agent, "", None).await.unwrap().approval.id;
        let invitation = invitations::invite(core, by, Role::Admin, "").await.unwrap();
        assert!(stranger.browser.get(&format!("/sign-up?invitation={}", invitation.token)).await.text.contains("Join"));
        let new = NewApiKey {
            name: "CI".into(),
            scopes: [Scope::AgentsRead].into_iter().collect(),
            agent_id: None,
            expires_at: None,
        };
        let key = api_keys::make(core, by, &new).await.unwrap().0.id;
        let provider = ProviderForm {
            slug: "local".into(),
            kind: "openai".into(),
            base_url: "https://models.example/v1".into(),
            models: "tiny".into(),
            key: "sk".into(),
        };
        let provider = providers::save(core, by, None, &provider).await.unwrap().id.unwrap();
        members::remove(core, by, removed.caller.account).await.unwrap();
        let real = [agent, session, by.account, approval, invitation.invitation.id, key, provider, by.workspace];
        Self { user, member, removed, stranger, real, never: std::array::from_fn(|_| Uuid::now_v7()) }
    }
}

/// The text with each place filled in.
fn filled(text: &str, ids: &Ids) -> String {
    PLACES.iter().zip(ids).fold(text.to_owned(), |text, (place, id)| text.replace(place, &id.to_string()))
}

/// What somebody was told, without the ids and what each answer has anew.
fn told(world: &World, answer: &Answer) -> (StatusCode, String) {
    let policy = answer.header("content-security-policy").unwrap_or_default();
    let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap_or("no nonce");
    let text = answer.text.replace(nonce, "NONCE");
    (answer.status, world.real.iter().chain(&world.never).fold(text, |text, id| text.replace(&id.to_string(), "ID")))
}

fn keeps_secrets(text: &str) -> bool {
    SECRETS.iter().all(|secret| !text.contains(secret))
}

/// What a page shows below its bar. The data beside it comes in any order.
fn main_of(page: &str) -> &str {
    let main = page.split_once("<main").map_or(page, |(_, main)| main);
    main.split_once("</main>").map_or(main, |(main, _)| main)
}

async fn call(world: &World, browser: &Browser, row: &Row, ids: &Ids) -> (StatusCode, String) {
    let fields: Vec<(&str, String)> = row.1.iter().map(|(name, value)| (*name, filled(value, ids))).collect();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, &**value)).collect();
    told(world, &browser.call(row.0, &fields).await)
}

async fn open(world: &World, browser: &Browser, path: &str, ids: &Ids) -> (StatusCode, String) {
    told(world, &browser.get(&filled(path, ids)).await)
}

/// How much there is of what the refused could have changed.
async fn traces(app: &TestApp) -> Vec<i64> {
    let mut traces = Vec::new();
    for sql in [
        "SELECT COUNT(*) FROM audit",
        "SELECT COUNT(*) FROM drafts",
        "SELECT COUNT(*) FROM releases",
        "SELECT COUNT(*) FROM messages",
        "SELECT COUNT(*) FROM grants",
        "SELECT COUNT(*) FROM favourites",
        "SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL",
    ] {
        traces.push(app.number(sql).await);
    }
    traces
}

#[test]
fn every_server_function_and_page_has_a_row() {
    let rows: BTreeSet<&str> =
        NAMING.iter().chain(OF_THE_WORKSPACE).map(|(name, ..)| *name).chain(OF_A_PERSON.iter().copied()).collect();
    let registered: BTreeSet<&str> = leptos::server_fn::axum::server_fn_paths()
        .map(|(path, _)| path.strip_prefix("/fn/").expect("all are below /fn"))
        .collect();
    assert_eq!(rows, registered);

    let rows: BTreeSet<&str> = PAGES
        .iter()
        .map(|(route, ..)| *route)
        .chain(OWN_PAGES.iter().map(|(route, _)| *route))
        .chain(OPEN_PAGES.iter().copied())
        .collect();
    let routes: BTreeSet<String> = PAGE_ROUTES.iter().map(|route| route.path().to_owned()).collect();
    let written: BTreeSet<String> = rows.iter().map(|path| braced(path)).collect();
    assert_eq!(written, routes);
}

/// A path with its parameters as axum writes them.
fn braced(path: &str) -> String {
    let parts = path
        .split('/')
        .map(|part| part.strip_prefix(':').map_or_else(|| part.to_owned(), |name| format!("{{{name}}}")));
    parts.collect::<Vec<_>>().join("/")
}

/// What was answered otherwise than it should: all of it is shown at the end.
#[derive(Default)]
struct Wrong(Vec<String>);

impl Wrong {
    fn unless(&mut self, right: bool, what: impl FnOnce() -> String) {
        if !right {
            self.0.push(what().chars().take(600).collect());
        }
    }

    #[track_caller]
    fn none(self) {
        assert!(self.0.is_empty(), "{}", self.0.join("\n\n"));
    }
}

both_engines! {
    async fn each_server_function_tells_no_thing_from_one_that_never_was(app: TestApp) {
        let world = World::new(&app).await;
        let mut wrong = Wrong::default();
        let before = traces(&app).await;
        for row @ (function, ..) in NAMING {
            for (who, person) in [("a member", &world.member), ("a stranger", &world.stranger)] {
                let (status, said) = call(&world, &person.browser, row, &world.never).await;
                let expected = match *function {
                    // It says that nothing is there, which is what it is asked.
                    "load_standing" => StatusCode::OK,
                    // What is an admin's is refused to a member before it is looked for.
                    _ if who == "a member" && status == StatusCode::FORBIDDEN => status,
                    _ => StatusCode::NOT_FOUND,
                };
                wrong.unless(status == expected, || format!("{function} of nothing by {who}: {status} {said}"));
                // A member's workspace is theirs.
                if who == "a stranger" || *function != "switch_workspace" {
                    let own = call(&world, &person.browser, row, &world.real).await;
                    let same = (status, said);
                    wrong.unless(own == same, || format!("{function} by {who}: {own:?} and not {same:?}"));
                }
            }
            for (who, browser) in [("who was removed", &world.removed.browser), ("nobody", &app.browser())] {
                let (status, said) = call(&world, browser, row, &world.real).await;
                wrong.unless(status == StatusCode::UNAUTHORIZED, || format!("{function} by {who}: {status} {said}"));
            }
        }
        let after = traces(&app).await;
        wrong.unless(after == before, || format!("there was {before:?}, now {after:?}"));

        for row @ (function, _, user) in NAMING {
            let (_, nothing) = call(&world, &world.user.browser, row, &world.never).await;
            let (status, said) = call(&world, &world.user.browser, row, &world.real).await;
            let right = match user {
                May => status == StatusCode::OK,
                MayNot => status == StatusCode::FORBIDDEN,
                Unseen => status == StatusCode::NOT_FOUND && said == nothing,
            };
            wrong.unless(right, || format!("{function} by a user, {user:?}: {status} {said}"));
        }
        wrong.none();
    }

    async fn what_is_of_a_workspace_stays_in_it(app: TestApp) {
        let world = World::new(&app).await;
        let mut wrong = Wrong::default();
        for row @ (function, _, user) in OF_THE_WORKSPACE {
            for person in [&world.stranger, &world.member] {
                let (_, said) = call(&world, &person.browser, row, &world.real).await;
                wrong.unless(keeps_secrets(&said), || format!("{function}: {said}"));
            }
            for browser in [&world.removed.browser, &app.browser()] {
                let (status, said) = call(&world, browser, row, &world.real).await;
                wrong.unless(status == StatusCode::UNAUTHORIZED, || format!("{function}: {status} {said}"));
            }
            let (status, said) = call(&world, &world.user.browser, row, &world.real).await;
            let expected = if *user == May { StatusCode::OK } else { StatusCode::FORBIDDEN };
            wrong.unless(status == expected, || format!("{function} by a user: {status} {said}"));
            wrong.unless(!said.contains(SECRETS[1]), || format!("{function} tells the instructions: {said}"));
        }
        wrong.none();
    }

    async fn each_page_tells_no_thing_from_one_that_never_was(app: TestApp) {
        let world = World::new(&app).await;
        let mut wrong = Wrong::default();
        let before = traces(&app).await;
        for (_, path, user) in PAGES {
            for person in [&world.stranger, &world.member] {
                let (status, said) = open(&world, &person.browser, path, &world.never).await;
                wrong.unless(status == StatusCode::NOT_FOUND, || format!("{path}: {status}"));
                let own = open(&world, &person.browser, path, &world.real).await;
                let same = own.0 == status && main_of(&own.1) == main_of(&said) && keeps_secrets(&own.1);
                wrong.unless(same, || format!("{path}: {} {}", own.0, main_of(&own.1)));
            }
            for browser in [&world.removed.browser, &app.browser()] {
                let (status, said) = open(&world, browser, path, &world.real).await;
                wrong.unless(status == StatusCode::FOUND && keeps_secrets(&said), || format!("{path}: {status} {said}"));
            }
            let (status, said) = open(&world, &world.user.browser, path, &world.real).await;
            let expected = match user {
                May => StatusCode::OK,
                MayNot => StatusCode::FORBIDDEN,
                Unseen => StatusCode::NOT_FOUND,
            };
            wrong.unless(status == expected, || format!("{path} by a user: {status} {}", main_of(&said)));
            wrong.unless(!said.contains(SECRETS[1]), || format!("{path} tells the instructions"));
        }
        for (path, user) in OWN_PAGES {
            for person in [&world.stranger, &world.member] {
                let (_, said) = open(&world, &person.browser, path, &world.real).await;
                wrong.unless(keeps_secrets(&said), || format!("{path}: {}", main_of(&said)));
            }
            for browser in [&world.removed.browser, &app.browser()] {
                let (status, _) = open(&world, browser, path, &world.real).await;
                wrong.unless(status == StatusCode::FOUND, || format!("{path}: {status}"));
            }
            let (status, said) = open(&world, &world.user.browser, path, &world.real).await;
            let expected = if *user == May { StatusCode::OK } else { StatusCode::FORBIDDEN };
            wrong.unless(status == expected, || format!("{path} by a user: {status} {}", main_of(&said)));
        }
        let after = traces(&app).await;
        wrong.unless(after == before, || format!("there was {before:?}, now {after:?}"));
        wrong.none();
    }
}
