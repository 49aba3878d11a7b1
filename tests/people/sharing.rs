//! Giving one member a right, taking it away, finding whom to share with, and who may do so.

use axum::http::StatusCode;
use galley::{
    model::{
        account::Role,
        agent::Right,
        agent_list::AgentQuery,
        audit::AuditFilter,
        error::{Code, Error},
    },
    server::domain::{agent_list, agent_view, audit, grants},
};
use uuid::Uuid;

use crate::{
    releases::agent,
    support::{Browser, Person, TestApp},
};

async fn rights(app: &TestApp, owner: &Person, id: Uuid) -> Vec<(String, Right)> {
    let grants = grants::list(&app.core, &owner.caller, id).await.unwrap();
    grants.people.into_iter().map(|grant| (grant.account.email, grant.right)).collect()
}

async fn give(app: &TestApp, by: &Person, id: Uuid, to: &Person, right: Option<Right>) -> Result<(), Error> {
    let given = grants::set_one(&app.core, &by.caller, id, to.caller.account, right).await;
    given.map(drop).map_err(|failure| failure.public)
}

/// Who shared the only agent that this person sees, as the list and the agent itself say.
async fn shared_by(app: &TestApp, person: &Person) -> Option<Uuid> {
    let page = agent_list::list(&app.core, &person.caller, &AgentQuery::default()).await.unwrap();
    let row = &page.data[0];
    let alone = agent_view::get(&app.core, &person.caller, row.id).await.unwrap();
    assert_eq!(alone.shared_by, row.shared_by);
    row.shared_by.as_ref().map(|by| by.id)
}

both_engines! {
    async fn one_right_is_given_and_taken_and_the_others_stay(app: TestApp) {
        let (ada, bob, cyd) = (app.admin().await, app.member(Role::Member).await, app.member(Role::Member).await);
        let id = agent(&app, &ada, "A").await;
        give(&app, &ada, id, &bob, Some(Right::Editor)).await.unwrap();
        give(&app, &ada, id, &cyd, Some(Right::User)).await.unwrap();
        let owner = (ada.email.clone(), Right::Owner);
        assert_eq!(rights(&app, &ada, id).await, [owner.clone(), (bob.email.clone(), Right::Editor), (cyd.email.clone(), Right::User)]);
        give(&app, &ada, id, &bob, Some(Right::User)).await.unwrap();
        give(&app, &ada, id, &cyd, None).await.unwrap();
        assert_eq!(rights(&app, &ada, id).await, [owner, (bob.email.clone(), Right::User)]);
        // Again, and for who has none: nothing happens.
        give(&app, &ada, id, &bob, Some(Right::User)).await.unwrap();
        give(&app, &ada, id, &cyd, None).await.unwrap();
        let filter = AuditFilter { act: Some("agent.grants".into()), ..AuditFilter::default() };
        assert_eq!(audit::list(&app.core, &ada.caller, &filter, None, 10).await.unwrap().data.len(), 4);
    }

    async fn two_who_share_at_once_lose_nothing(app: TestApp) {
        let ada = app.admin().await;
        let id = agent(&app, &ada, "A").await;
        let mut people = Vec::new();
        for _ in 0..6 {
            people.push(app.member(Role::Member).await);
        }
        let tries = people.iter().map(|person| {
            let (core, caller, account) = (app.core.clone(), ada.caller.clone(), person.caller.account);
            tokio::spawn(async move { grants::set_one(&core, &caller, id, account, Some(Right::User)).await.unwrap() })
        });
        for one in tries.collect::<Vec<_>>() {
            one.await.unwrap();
        }
        assert_eq!(rights(&app, &ada, id).await.len(), 7);
    }

    async fn only_the_owner_shares(app: TestApp) {
        let (ada, owner) = (app.admin().await, app.member(Role::Member).await);
        let (editor, user, other) =
            (app.member(Role::Member).await, app.member(Role::Member).await, app.member(Role::Member).await);
        let eve = app.stranger().await;
        let id = agent(&app, &owner, "A").await;
        give(&app, &owner, id, &editor, Some(Right::Editor)).await.unwrap();
        give(&app, &owner, id, &user, Some(Right::User)).await.unwrap();
        let before = rights(&app, &owner, id).await;
        for (person, code) in [
            (&ada, Code::Forbidden),
            (&editor, Code::Forbidden),
            (&user, Code::Forbidden),
            (&other, Code::NotFound),
            (&eve, Code::NotFound),
        ] {
            let caller = &person.caller;
            let tries = [
                give(&app, person, id, &other, Some(Right::User)).await.unwrap_err(),
                give(&app, person, id, person, Some(Right::Editor)).await.unwrap_err(),
                give(&app, person, id, &user, None).await.unwrap_err(),
                grants::set_everyone(&app.core, caller, id, true).await.unwrap_err().public,
                grants::sharing(&app.core, caller, id, "").await.unwrap_err().public,
                grants::find(&app.core, caller, id, "Bob").await.unwrap_err().public,
            ];
            for refused in tries {
                assert_eq!(refused.code, code, "{}: {refused}", person.name);
                if code == Code::NotFound {
                    assert_eq!(refused, Error::not_found(), "as for an id that never was");
                }
            }
        }
        assert_eq!(rights(&app, &owner, id).await, before);
    }

    async fn what_cannot_be_given_is_said(app: TestApp) {
        let (ada, bob, eve) = (app.admin().await, app.member(Role::Member).await, app.stranger().await);
        let id = agent(&app, &ada, "A").await;
        let refused = async |account, right| {
            grants::set_one(&app.core, &ada.caller, id, account, right).await.unwrap_err().public
        };
        for right in [Some(Right::User), None] {
            let foreign = refused(eve.caller.account, right).await;
            assert_eq!((foreign.code, &foreign), (Code::NotFound, &refused(Uuid::now_v7(), right).await));
        }
        for (person, right) in [(&bob, Some(Right::Owner)), (&ada, Some(Right::User)), (&ada, None)] {
            let error = refused(person.caller.account, right).await;
            assert_eq!((error.code, error.errors[0].field.as_str()), (Code::ValidationFailed, "right"));
        }
        assert_eq!(rights(&app, &ada, id).await.len(), 1);
    }

    async fn whom_to_share_with_is_found_by_name_and_address(app: TestApp) {
        let (ada, bob, eve) = (app.admin().await, app.member(Role::Member).await, app.stranger().await);
        let id = agent(&app, &bob, "A").await;
        let find = async |words: &str| {
            let found = grants::find(&app.core, &bob.caller, id, words).await.unwrap();
            found.people.into_iter().map(|person| person.email).collect::<Vec<_>>()
        };
        assert_eq!(find("ada").await, [&*ada.email]);
        assert_eq!(find(&bob.email.to_uppercase()).await, [&*bob.email]);
        assert_eq!(find("example.com").await.len(), 2);
        for nothing in ["da", "eve", &*eve.email, "ada bob", "%", "***"] {
            assert_eq!(find(nothing).await, [""; 0], "{nothing}");
        }
        let long = grants::find(&app.core, &bob.caller, id, &"x".repeat(201)).await.unwrap_err().public;
        assert_eq!(long.errors[0].field, "q");
        let first = grants::candidates(&app.core, &bob.caller, id, "", None, 1).await.unwrap();
        let rest = grants::candidates(&app.core, &bob.caller, id, "", first.next_cursor.as_deref(), 1).await.unwrap();
        assert_eq!((first.data[0].id, rest.data[0].id, rest.next_cursor), (ada.caller.account, bob.caller.account, None));
    }

    async fn a_list_says_what_is_shared_and_by_whom(app: TestApp) {
        let (ada, bob, cyd) = (app.admin().await, app.member(Role::Member).await, app.member(Role::Member).await);
        let id = agent(&app, &ada, "A").await;
        assert_eq!(shared_by(&app, &ada).await, None, "what is one's own");
        give(&app, &ada, id, &bob, Some(Right::Editor)).await.unwrap();
        give(&app, &ada, id, &cyd, Some(Right::User)).await.unwrap();
        assert_eq!((shared_by(&app, &bob).await, shared_by(&app, &cyd).await), (Some(ada.caller.account), Some(ada.caller.account)));
        // Who gave it away edits what is somebody else's now.
        grants::give(&app.core, &ada.caller, id, bob.caller.account).await.unwrap();
        assert_eq!((shared_by(&app, &ada).await, shared_by(&app, &bob).await), (Some(bob.caller.account), None));
        assert_eq!(shared_by(&app, &cyd).await, Some(ada.caller.account), "it was her who did");
        give(&app, &bob, id, &cyd, Some(Right::Editor)).await.unwrap();
        assert_eq!(shared_by(&app, &cyd).await, Some(bob.caller.account));
        // An admin who merely sees an agent has nothing shared with them.
        let admin = app.member(Role::Admin).await;
        assert_eq!(shared_by(&app, &admin).await, None);
    }

    async fn rights_are_given_and_taken_by_plain_forms(app: TestApp) {
        let (ada, bob) = (app.admin().await, app.member(Role::Member).await);
        let id = agent(&app, &ada, "A").await;
        let from = format!("/agents/{id}/share?q=bob");
        let (agent, account) = (id.to_string(), bob.caller.account.to_string());
        let (agent, account) = (("agent", &*agent), ("account", &*account));
        for (function, form, everyone, given) in [
            ("share_with", vec![agent, account, ("right", "editor")], false, Some(Right::Editor)),
            ("share_with_everyone", vec![agent, ("on", "true")], true, Some(Right::Editor)),
            ("unshare", vec![agent, account], true, None),
            ("share_with_everyone", vec![agent, ("on", "false")], false, None),
        ] {
            let answer = ada.browser.submit(&from, function, &form).await;
            assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, &*from), "{function}");
            assert!(ada.browser.cookie("galley_flash").is_some());
            let now = grants::list(&app.core, &ada.caller, id).await.unwrap();
            assert_eq!((now.everyone, now.right_of(bob.caller.account)), (everyone, given), "{function}");
        }
        // A refusal comes back to the same page.
        let refused = ada.browser.submit(&from, "share_with", &[agent, account, ("right", "owner")]).await;
        assert_eq!((refused.status, refused.location()), (StatusCode::SEE_OTHER, &*from));
        let given = ada.browser.submit(&from, "transfer_agent", &[agent, account]).await;
        assert_eq!(given.location(), format!("/agents/{id}"));
        assert_eq!(grants::standing(&app.core, &bob.caller, id).await.unwrap().right, Some(Right::Owner));
    }

    async fn each_server_function_says_the_same_of_what_is_not_ones_own_and_what_never_was(app: TestApp) {
        let (ada, user) = (app.admin().await, app.member(Role::Member).await);
        let (other, eve) = (app.member(Role::Member).await, app.stranger().await);
        let id = agent(&app, &ada, "A").await;
        give(&app, &ada, id, &user, Some(Right::User)).await.unwrap();
        let account = other.caller.account.to_string();
        let more = [("words", "bob"), ("account", &*account), ("right", "user"), ("on", "true"), ("tag", "x")];
        for function in [
            "check_standing", "load_sharing", "find_people", "share_with", "unshare", "share_with_everyone", "transfer_agent",
            "add_tag", "duplicate_agent", "delete_agent",
        ] {
            let from = async |browser: &Browser, id: Uuid| {
                let id = id.to_string();
                let form: Vec<_> = std::iter::once(("agent", &*id)).chain(more).collect();
                let answer = browser.call(function, &form).await;
                (answer.status, answer.text)
            };
            let ask = async |person: &Person, id: Uuid| from(&person.browser, id).await;
            let never = ask(&other, Uuid::now_v7()).await;
            assert_eq!(never.0, StatusCode::NOT_FOUND, "{function}: {}", never.1);
            assert_eq!(ask(&other, id).await, never, "{function} by a member without a right");
            assert_eq!(ask(&eve, id).await, never, "{function} by a stranger");
            let (status, said) = ask(&user, id).await;
            let expected = if function == "check_standing" { StatusCode::OK } else { StatusCode::FORBIDDEN };
            assert_eq!(status, expected, "{function} by a user: {said}");
            assert_eq!(from(&app.browser(), id).await.0, StatusCode::UNAUTHORIZED, "{function} by nobody");
        }
        assert_eq!(rights(&app, &ada, id).await.len(), 2);
        for function in ["show_audit", "make_invitation", "revoke_invitation", "set_member_role", "remove_member", "make_reset_link"] {
            let form = [("role", "admin"), ("account", &*account), ("id", &*account), ("query[act]", "")];
            let answer = user.browser.call(function, &form).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{function}: {}", answer.text);
        }
    }
}
