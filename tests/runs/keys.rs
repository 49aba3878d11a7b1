//! What keys may run, and which runs and conversations of their maker are there for them.

use galley::{
    model::{api_key::Scope, error::Error, run::RunStatus, session::ServedBecause},
    server::domain::{
        caller::{Caller, KeyUse},
        chat, run_events, runs, sessions,
    },
};
use serde_json::json;
use uuid::Uuid;

use super::live_agent;
use crate::{
    releases::{config, save, saved},
    support::Person,
};

/// The person by a key.
fn by_key(person: &Person, scopes: &[Scope], agent: Option<Uuid>) -> Caller {
    let key = KeyUse { id: Uuid::now_v7(), scopes: scopes.iter().copied().collect(), agent };
    Caller { key: Some(key), ..person.caller.clone() }
}

both_engines! {
    async fn what_is_not_live_takes_a_scope_for_drafts_and_a_key_of_every_agent(app: TestApp) {
        let ada = app.admin().await;
        let id = live_agent(&app, &ada, &config("One.")).await;
        let draft = saved(save(&app, &ada, id, 1, &config("Two.")).await).draft.info.revision_id;
        let core = &app.core;
        for scopes in [&[Scope::Chat, Scope::AgentsDraft], &[Scope::Chat, Scope::AgentsWrite]] {
            let caller = by_key(&ada, scopes, None);
            let run = runs::insert(core, &caller, id, Some(draft), &json!({})).await.unwrap();
            assert_eq!(run.receipt.reason, ServedBecause::Chosen);
            assert_eq!(runs::get(core, &caller, run.id).await.unwrap(), run);
            sessions::start(core, &caller, id, false, Some(draft)).await.unwrap();
            sessions::start(core, &caller, id, true, None).await.unwrap();
        }
        let all = [Scope::AgentsRead, Scope::AgentsWrite, Scope::AgentsDraft, Scope::Chat];
        for caller in [by_key(&ada, &[Scope::Chat], None), by_key(&ada, &[Scope::Chat, Scope::AgentsRead], None), by_key(&ada, &all, Some(id))] {
            let unknown = runs::insert(core, &caller, id, Some(Uuid::now_v7()), &json!({})).await.unwrap_err().public;
            assert_eq!(unknown, Error::not_found());
            for refused in [
                runs::insert(core, &caller, id, Some(draft), &json!({})).await.map(drop).unwrap_err(),
                sessions::start(core, &caller, id, false, Some(draft)).await.map(drop).unwrap_err(),
                sessions::start(core, &caller, id, true, None).await.map(drop).unwrap_err(),
                sessions::start(core, &caller, id, true, Some(draft)).await.map(drop).unwrap_err(),
            ] {
                assert_eq!(refused.public, unknown);
            }
            // What is live, it gets, named or not.
            let run = runs::insert(core, &caller, id, None, &json!({})).await.unwrap();
            runs::insert(core, &caller, id, Some(run.revision_id), &json!({})).await.unwrap();
            assert_eq!(runs::get(core, &caller, run.id).await.unwrap(), run);
            assert_eq!(runs::cancel(core, &caller, run.id).await.unwrap().status, RunStatus::Cancelled);
        }
    }

    async fn what_their_maker_tried_is_not_there_for_such_keys(app: TestApp) {
        let ada = app.admin().await;
        let id = live_agent(&app, &ada, &config("One.")).await;
        let other = live_agent(&app, &ada, &config("Other.")).await;
        let draft = saved(save(&app, &ada, id, 1, &config("Two.")).await).draft.info.revision_id;
        let (core, person) = (&app.core, &ada.caller);
        let live_run = runs::insert(core, person, id, None, &json!({})).await.unwrap();
        let trial = runs::insert(core, person, id, Some(draft), &json!({})).await.unwrap();
        let elsewhere = runs::insert(core, person, other, None, &json!({})).await.unwrap();
        let live = sessions::start(core, person, id, false, None).await.unwrap();
        let preview = sessions::start(core, person, id, true, None).await.unwrap();
        let pinned = sessions::start(core, person, id, false, Some(draft)).await.unwrap();
        let away = sessions::start(core, person, other, false, None).await.unwrap();

        let chat_key = by_key(&ada, &[Scope::Chat], None);
        let bound = by_key(&ada, &[Scope::Chat, Scope::AgentsWrite], Some(id));
        for (caller, hidden_runs, hidden_sessions) in [
            (&chat_key, vec![trial.id], vec![preview.id, pinned.id]),
            (&bound, vec![trial.id, elsewhere.id], vec![preview.id, pinned.id, away.id]),
        ] {
            for run in hidden_runs {
                for refused in [
                    runs::get(core, caller, run).await.map(drop).unwrap_err(),
                    runs::wait(core, caller, run, 30).await.map(drop).unwrap_err(),
                    runs::cancel(core, caller, run).await.map(drop).unwrap_err(),
                    run_events::events(core, caller, run).await.map(drop).unwrap_err(),
                ] {
                    assert_eq!(refused.public, Error::not_found());
                }
            }
            for session in hidden_sessions {
                for refused in [
                    sessions::get(core, caller, session).await.map(drop).unwrap_err(),
                    sessions::messages(core, caller, session, None, 20).await.map(drop).unwrap_err(),
                    sessions::end(core, caller, session).await.map(drop).unwrap_err(),
                    sessions::delete(core, caller, session).await.map(drop).unwrap_err(),
                    chat::send(core, caller, session, "Hello").await.map(drop).unwrap_err(),
                    chat::retry(core, caller, session).await.map(drop).unwrap_err(),
                    chat::stop(core, caller, session).await.map(drop).unwrap_err(),
                ] {
                    assert_eq!(refused.public, Error::not_found());
                }
            }
            let listed = runs::list(core, caller, id, None, 20).await.unwrap().data;
            assert_eq!(listed.as_slice(), std::slice::from_ref(&live_run));
            assert_eq!(sessions::get(core, caller, live.id).await.unwrap(), live);
        }
        let ids = async |caller: &Caller, agent: Option<Uuid>| {
            let page = sessions::list(core, caller, agent, None, 20).await.unwrap();
            page.data.into_iter().map(|session| session.id).collect::<Vec<_>>()
        };
        assert_eq!(ids(person, None).await, [away.id, pinned.id, preview.id, live.id]);
        assert_eq!(ids(person, Some(id)).await, [pinned.id, preview.id, live.id]);
        assert_eq!(ids(&chat_key, None).await, [away.id, live.id]);
        assert_eq!((ids(&bound, None).await, ids(&bound, Some(id)).await), (vec![live.id], vec![live.id]));
        assert_eq!(ids(&bound, Some(other)).await, Vec::<Uuid>::new());
        let refused = runs::list(core, &bound, other, None, 20).await.unwrap_err().public;
        assert_eq!(refused, Error::not_found());
        assert_eq!(runs::list(core, person, id, None, 20).await.unwrap().data.len(), 2);
    }
}
