//! Sharing: who is given which right, who owns an agent, and that it holds at once.

use galley::{
    model::{
        account::Role,
        agent::Right,
        audit::AuditFilter,
        error::Code,
        grants::{NewGrant, NewGrants},
        session::EndReason,
    },
    server::domain::{audit, builder, drafts, grants, members, sessions},
};
use serde_json::json;
use uuid::Uuid;

use super::world::{config, create, publish};
use crate::support::{Person, TestApp};

fn give(person: &Person, right: Right) -> NewGrant {
    NewGrant { account_id: person.caller.account, right }
}

async fn set(app: &TestApp, by: &Person, agent: Uuid, everyone: bool, people: &[NewGrant]) -> Vec<(String, Right)> {
    let new = NewGrants { everyone, people: people.to_vec() };
    let set = grants::set(&app.core, &by.caller, agent, &new).await.unwrap();
    assert_eq!(set, grants::list(&app.core, &by.caller, agent).await.unwrap());
    assert_eq!(set.everyone, everyone);
    set.people.into_iter().map(|grant| (grant.account.email, grant.right)).collect()
}

/// The places at fault of a refused change.
async fn refused(app: &TestApp, by: &Person, agent: Uuid, people: Vec<NewGrant>) -> Vec<String> {
    let before = grants::list(&app.core, &by.caller, agent).await.unwrap();
    let new = NewGrants { everyone: !before.everyone, people };
    let failure = grants::set(&app.core, &by.caller, agent, &new).await.unwrap_err();
    assert_eq!(failure.public.code, Code::ValidationFailed);
    assert_eq!(grants::list(&app.core, &by.caller, agent).await.unwrap(), before, "nothing changed");
    failure.public.errors.into_iter().map(|error| error.field).collect()
}

async fn may_edit(app: &TestApp, person: &Person, agent: Uuid) -> bool {
    builder::agent(&app.core, &person.caller, agent, None).await.is_ok()
}

both_engines! {
    async fn rights_are_set_all_at_once_and_hold_at_once(app: TestApp) {
        let (ada, bob, cyd) = (app.admin().await, app.member(Role::Member).await, app.member(Role::Member).await);
        let id = create(&app, &ada, &config("Desk", "")).await;
        let owner = (ada.email.clone(), Right::Owner);
        let people = [give(&cyd, Right::User), give(&bob, Right::Editor)];
        let named = set(&app, &ada, id, false, &people).await;
        assert_eq!(named, [owner.clone(), (bob.email.clone(), Right::Editor), (cyd.email.clone(), Right::User)]);
        assert!(may_edit(&app, &bob, id).await);
        assert!(!may_edit(&app, &cyd, id).await);
        // Owners read and set them, nobody else.
        for person in [&bob, &cyd] {
            assert_eq!(grants::list(&app.core, &person.caller, id).await.unwrap_err().public.code, Code::Forbidden);
        }
        // What was read may be set again, and changes nothing.
        let read = grants::list(&app.core, &ada.caller, id).await.unwrap();
        assert_eq!(grants::set(&app.core, &ada.caller, id, &read.to_new()).await.unwrap(), read);
        assert_eq!(set(&app, &ada, id, false, &[give(&cyd, Right::Editor)]).await, [owner.clone(), (cyd.email.clone(), Right::Editor)]);
        assert!(!may_edit(&app, &bob, id).await);
        assert!(may_edit(&app, &cyd, id).await);
        assert_eq!(set(&app, &ada, id, false, &[]).await, [owner]);
        assert!(may_edit(&app, &ada, id).await, "the owner's own right stays");

        let filter = AuditFilter { act: Some("agent.grants".into()), ..AuditFilter::default() };
        let entries = audit::list(&app.core, &ada.caller, &filter, None, 10).await.unwrap().data;
        assert_eq!(entries.len(), 3);
        let account = |person: &Person| person.caller.account.to_string();
        assert_eq!(entries[1].detail, json!({
            "before": { "everyone": false, "people": { account(&ada): "owner", account(&bob): "editor", account(&cyd): "user" } },
            "after": { "everyone": false, "people": { account(&ada): "owner", account(&cyd): "editor" } },
        }));
    }

    async fn what_cannot_be_granted_is_named_by_its_place(app: TestApp) {
        let (ada, bob, eve) = (app.admin().await, app.member(Role::Member).await, app.stranger().await);
        let id = create(&app, &ada, &config("Desk", "")).await;
        set(&app, &ada, id, false, &[give(&bob, Right::User)]).await;
        let unknown = NewGrant { account_id: Uuid::now_v7(), right: Right::User };
        let fields = refused(&app, &ada, id, vec![give(&bob, Right::Editor), give(&eve, Right::User), unknown, give(&bob, Right::User)]).await;
        assert_eq!(fields, ["people[1].account_id", "people[2].account_id", "people[3].account_id"]);
        let answer = async |account_id| {
            let new = NewGrants { everyone: false, people: vec![NewGrant { account_id, right: Right::User }] };
            grants::set(&app.core, &ada.caller, id, &new).await.unwrap_err().public
        };
        assert_eq!(answer(eve.caller.account).await, answer(Uuid::now_v7()).await, "strangers answer like nobody");
        assert_eq!(refused(&app, &ada, id, vec![give(&bob, Right::Owner)]).await, ["people[0].right"]);
        assert_eq!(refused(&app, &ada, id, vec![give(&ada, Right::Editor)]).await, ["people[0].right"]);
        let crowd = (0..1_001).map(|_| NewGrant { account_id: Uuid::now_v7(), right: Right::User }).collect();
        assert_eq!(refused(&app, &ada, id, crowd).await, ["people"]);
        members::remove(&app.core, &ada.caller, bob.caller.account).await.unwrap();
        assert_eq!(refused(&app, &ada, id, vec![give(&bob, Right::User)]).await, ["people[0].account_id"]);
        assert_eq!(grants::list(&app.core, &ada.caller, id).await.unwrap().people.len(), 1, "who left has no right");
    }

    async fn a_lost_right_ends_the_conversation_for_good(app: TestApp) {
        let (ada, bob, cyd) = (app.admin().await, app.member(Role::Member).await, app.member(Role::Member).await);
        let id = create(&app, &ada, &config("Desk", "")).await;
        publish(&app, &ada, id).await;
        set(&app, &ada, id, false, &[give(&bob, Right::Editor), give(&cyd, Right::User)]).await;
        let preview = sessions::start(&app.core, &bob.caller, id, true, None).await.unwrap().id;
        let (of_bob, of_cyd) = (
            sessions::start(&app.core, &bob.caller, id, false, None).await.unwrap().id,
            sessions::start(&app.core, &cyd.caller, id, false, None).await.unwrap().id,
        );
        let reason = async |person: &Person, session| {
            sessions::get(&app.core, &person.caller, session).await.unwrap().end_reason
        };
        // Bob no longer edits, Cyd keeps the right through everyone's.
        set(&app, &ada, id, true, &[give(&bob, Right::User)]).await;
        assert_eq!(reason(&bob, preview).await, Some(EndReason::Revoked));
        assert_eq!((reason(&bob, of_bob).await, reason(&cyd, of_cyd).await), (None, None));
        set(&app, &ada, id, false, &[give(&bob, Right::User)]).await;
        assert_eq!((reason(&bob, of_bob).await, reason(&cyd, of_cyd).await), (None, Some(EndReason::Revoked)));
        set(&app, &ada, id, true, &[give(&bob, Right::Editor)]).await;
        assert_eq!(reason(&bob, preview).await, Some(EndReason::Revoked), "what ended stays ended");
        assert_eq!(reason(&cyd, of_cyd).await, Some(EndReason::Revoked));
        assert_eq!(app.number("SELECT COUNT(*) FROM sessions WHERE ended_at IS NOT NULL").await, 2);
    }

    async fn an_agent_is_given_away(app: TestApp) {
        let (ada, bob, cyd) = (app.admin().await, app.member(Role::Member).await, app.member(Role::Member).await);
        let (admin, eve) = (app.member(Role::Admin).await, app.stranger().await);
        let id = create(&app, &bob, &config("Desk", "")).await;
        let to = async |by: &Person, account| {
            grants::give(&app.core, &by.caller, id, account).await.map(|owner| owner.id).map_err(|failure| failure.public)
        };
        let of = |person: &Person| person.caller.account;
        assert_eq!(to(&cyd, of(&cyd)).await.unwrap_err().code, Code::NotFound);
        assert_eq!(to(&eve, of(&eve)).await.unwrap_err().code, Code::NotFound);
        for account in [of(&eve), Uuid::now_v7()] {
            let refused = to(&bob, account).await.unwrap_err();
            assert_eq!((refused.code, refused.errors[0].field.as_str()), (Code::ValidationFailed, "account_id"));
        }
        assert_eq!(to(&bob, of(&cyd)).await, Ok(of(&cyd)));
        // The owner before edits on, and may not share or give it away any more.
        drafts::save(&app.core, &bob.caller, id, 1, &config("Desk", "Changed"), None).await.unwrap();
        assert_eq!(to(&bob, of(&bob)).await.unwrap_err().code, Code::Forbidden);
        assert_eq!(grants::list(&app.core, &bob.caller, id).await.unwrap_err().public.code, Code::Forbidden);
        let rights: Vec<_> = grants::list(&app.core, &cyd.caller, id).await.unwrap().people;
        let rights: Vec<_> = rights.into_iter().map(|grant| (grant.account.id, grant.right)).collect();
        assert_eq!(rights, [(of(&cyd), Right::Owner), (of(&bob), Right::Editor)]);
        // An admin gives away what is somebody else's; again: nothing happens.
        assert_eq!(to(&admin, of(&ada)).await, Ok(of(&ada)));
        assert_eq!(to(&admin, of(&ada)).await, Ok(of(&ada)));
        let filter = AuditFilter { act: Some("agent.owner".into()), subject: Some(id), ..AuditFilter::default() };
        let entries = audit::list(&app.core, &ada.caller, &filter, None, 10).await.unwrap().data;
        let details: Vec<_> = entries.into_iter().map(|entry| entry.detail).collect();
        assert_eq!(details, [
            json!({ "before": of(&cyd), "after": of(&ada) }),
            json!({ "before": of(&bob), "after": of(&cyd) }),
        ]);
        assert_eq!(app.number("SELECT COUNT(*) FROM grants WHERE role = 'owner'").await, 1);
    }

    async fn who_leaves_while_being_granted_is_left_with_nothing(app: TestApp) {
        let (ada, bob) = (app.admin().await, app.member(Role::Member).await);
        let id = create(&app, &ada, &config("Desk", "")).await;
        let owned = create(&app, &bob, &config("Bob's", "")).await;
        let new = NewGrants { everyone: false, people: vec![give(&bob, Right::Editor)] };
        let (set, left) = tokio::join!(
            grants::set(&app.core, &ada.caller, id, &new),
            members::remove(&app.core, &ada.caller, bob.caller.account),
        );
        left.unwrap();
        if let Err(failure) = set {
            assert_eq!(failure.public.errors[0].field, "people[0].account_id");
        }
        assert_eq!(grants::list(&app.core, &ada.caller, id).await.unwrap().people.len(), 1);
        let filter = AuditFilter { subject: Some(owned), ..AuditFilter::default() };
        let entries = audit::list(&app.core, &ada.caller, &filter, None, 10).await.unwrap().data;
        let acts: Vec<_> = entries.iter().map(|entry| entry.act.as_str()).collect();
        assert_eq!(acts, ["agent.owner", "agent.create"]);
        assert_eq!(entries[0].detail, json!({ "before": bob.caller.account, "after": ada.caller.account }));
    }
}
