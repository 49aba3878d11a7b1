//! Keys that are bound to one agent: nothing else exists for them.

use axum::http::{Method, StatusCode};
use galley::{
    model::{
        account::Role,
        agent_list::AgentQuery,
        api_key::{NewApiKey, Scope},
        error::{Code, Error},
        saved_draft::Origin,
    },
    server::domain::{
        access::{self, Access},
        agent_list, agents, api_keys,
        caller::{Caller, Source},
        drafts, duplicate, releases, sessions, tags, transfer, trash,
    },
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{ask, begin, live_agent, make, new};
use crate::{
    releases::{config, save},
    support::{Person, TestApp},
};

const ALL: [Scope; 4] = [Scope::AgentsRead, Scope::AgentsWrite, Scope::AgentsDraft, Scope::Chat];

/// A key of this agent with every scope that it may have.
async fn key_of(app: &TestApp, person: &Person, agent: Uuid) -> (Caller, String) {
    let (_, secret) = make(app, person, &NewApiKey { agent_id: Some(agent), ..new(&ALL) }).await;
    let caller = api_keys::authenticate(&app.core, &Source::command_line(), &secret).await.unwrap();
    (caller.unwrap(), secret)
}

async fn listed(app: &TestApp, caller: &Caller, query: &AgentQuery) -> Vec<Uuid> {
    agent_list::list(&app.core, caller, query).await.unwrap().data.into_iter().map(|agent| agent.id).collect()
}

both_engines! {
    async fn another_agent_is_one_that_never_was(app: TestApp) {
        // The admin sees every agent of the workspace; her key sees one.
        let ada = app.admin().await;
        let (mine, other) = (live_agent(&app, &ada, "mine").await, live_agent(&app, &ada, "other").await);
        let (caller, _) = key_of(&app, &ada, mine).await;
        for id in [other, Uuid::nil()] {
            let caller = &caller;
            for access in [Access::See, Access::Use, Access::Edit, Access::Own] {
                let loaded = app.core.db.read(|tx| Box::pin(async move { access::agent(tx, caller, id, access).await }));
                assert_eq!(loaded.await.unwrap_err().public, Error::not_found());
            }
            let core = &app.core;
            for refused in [
                drafts::save(core, caller, id, 1, &config("two"), None).await.map(drop).unwrap_err(),
                releases::publish(core, caller, id, "", None).await.map(drop).unwrap_err(),
                tags::add(core, caller, id, "x").await.map(drop).unwrap_err(),
                transfer::export(core, caller, id).await.map(drop).unwrap_err(),
                trash::delete(core, caller, id).await.map(drop).unwrap_err(),
                sessions::start(core, caller, id, false, None).await.map(drop).unwrap_err(),
                sessions::start(core, caller, id, true, None).await.map(drop).unwrap_err(),
            ] {
                assert_eq!(refused.public, Error::not_found());
            }
        }
        drafts::save(&app.core, &caller, mine, 1, &config("two"), None).await.unwrap();
        releases::publish(&app.core, &caller, mine, "", None).await.unwrap();
        sessions::start(&app.core, &caller, mine, false, None).await.unwrap();
    }

    async fn it_makes_no_agents(app: TestApp) {
        let ada = app.admin().await;
        let mine = live_agent(&app, &ada, "mine").await;
        let (caller, _) = key_of(&app, &ada, mine).await;
        let core = &app.core;
        let file = transfer::export(core, &caller, mine).await.unwrap().text;
        for refused in [
            agents::create(core, &caller, &config("new"), Origin::Create).await.map(drop).unwrap_err(),
            duplicate::duplicate(core, &caller, mine).await.map(drop).unwrap_err(),
            transfer::import(core, &caller, file.as_bytes()).await.map(drop).unwrap_err(),
        ] {
            assert_eq!(refused.public.code, Code::Forbidden);
            assert!(refused.public.detail.contains("bound to one agent"), "{}", refused.public);
        }
        assert_eq!(app.number("SELECT COUNT(*) FROM agents").await, 1);
    }

    async fn lists_show_that_agent_alone(app: TestApp) {
        let (ada, bob) = (app.admin().await, app.member(Role::Member).await);
        for person in [&ada, &bob] {
            let (mine, other) = (live_agent(&app, person, "mine").await, live_agent(&app, person, "other").await);
            tags::add(&app.core, &person.caller, mine, "mine").await.unwrap();
            tags::add(&app.core, &person.caller, other, "other").await.unwrap();
            let (caller, _) = key_of(&app, person, mine).await;
            let all = AgentQuery::default();
            assert_eq!(listed(&app, &caller, &all).await, [mine]);
            for query in [
                AgentQuery { tag: Some("mine".into()), ..all.clone() },
                AgentQuery { q: "triage".into(), ..all.clone() },
                AgentQuery { owner: Some(person.caller.account), ..all.clone() },
            ] {
                assert_eq!(listed(&app, &caller, &query).await, [mine], "{query:?}");
            }
            for query in [
                AgentQuery { tag: Some("other".into()), ..all.clone() },
                AgentQuery { q: "nothing".into(), ..all.clone() },
                AgentQuery { owner: Some(Uuid::nil()), ..all.clone() },
            ] {
                assert!(listed(&app, &caller, &query).await.is_empty(), "{query:?}");
            }
            let choices = agent_list::choices(&app.core, &caller).await.unwrap();
            assert_eq!(choices.tags, ["mine"]);
            assert_eq!(choices.owners.len(), 1);

            // The trash too.
            trash::delete(&app.core, &person.caller, other).await.unwrap();
            let trashed = async || trash::list(&app.core, &caller, None, None).await.unwrap().data.len();
            assert_eq!(trashed().await, 0);
            assert_eq!(trash::restore(&app.core, &caller, other).await.unwrap_err().public, Error::not_found());
            trash::delete(&app.core, &caller, mine).await.unwrap();
            assert!(listed(&app, &caller, &all).await.is_empty());
            assert_eq!(trashed().await, 1);
            trash::restore(&app.core, &caller, mine).await.unwrap();
        }
    }

    async fn conversations_with_other_agents_are_out_of_its_reach_and_stay_as_they_were(app: TestApp) {
        let ada = app.admin().await;
        let (mine, other) = (live_agent(&app, &ada, "mine").await, live_agent(&app, &ada, "other").await);
        let (_, secret) = key_of(&app, &ada, mine).await;
        let own = begin(&app, &secret, mine).await;
        assert_eq!(own.status, StatusCode::CREATED, "{}", own.text);
        assert_eq!(begin(&app, &secret, other).await.status, StatusCode::NOT_FOUND);

        // The same person's, begun by hand.
        let id = sessions::start(&app.core, &ada.caller, other, false, None).await.unwrap().id;
        let unknown = format!("/api/v1/chat/sessions/{}", Uuid::nil());
        let known = format!("/api/v1/chat/sessions/{id}");
        for (method, rest, body) in [
            (Method::GET, "", Value::Null),
            (Method::GET, "/messages", Value::Null),
            (Method::POST, "/messages", json!({ "content": "Hello" })),
            (Method::POST, "/retry", json!({})),
            (Method::GET, "/answer", Value::Null),
            (Method::POST, "/stop", json!({})),
            (Method::POST, "/end", json!({})),
        ] {
            let answer = ask(&app, &secret, method.clone(), &format!("{known}{rest}"), &body).await;
            let never = ask(&app, &secret, method, &format!("{unknown}{rest}"), &body).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{rest}: {}", answer.text);
            assert_eq!(answer.text.replace(&id.to_string(), &Uuid::nil().to_string()), never.text);
        }
        assert_eq!(sessions::get(&app.core, &ada.caller, id).await.unwrap().ended_at, None);
    }

    async fn it_is_erased_with_its_agent_and_the_log_stays(app: TestApp) {
        let ada = app.admin().await;
        let mine = live_agent(&app, &ada, "mine").await;
        let (caller, secret) = key_of(&app, &ada, mine).await;
        save(&app, &ada, mine, 1, &config("two")).await;
        tags::add(&app.core, &caller, mine, "by-key").await.unwrap();
        trash::delete(&app.core, &ada.caller, mine).await.unwrap();
        assert_eq!(begin(&app, &secret, mine).await.status, StatusCode::NOT_FOUND);
        app.clock().advance(31 * 24 * 3600);
        assert_eq!(trash::purge_expired(&app.core).await.unwrap(), 1);
        assert_eq!(app.number("SELECT COUNT(*) FROM api_keys").await, 0);
        assert_eq!(app.number("SELECT COUNT(*) FROM audit WHERE key_id IS NOT NULL").await, 1);
        assert_eq!(begin(&app, &secret, mine).await.status, StatusCode::UNAUTHORIZED);
    }
}
