//! One's own account and the members page: passwords, sign-ins, roles, removal, and the wall between workspaces.

use axum::http::StatusCode;
use galley::{
    model::{
        account::Role,
        config::Config,
        error::Code,
        saved_draft::{Origin, SaveOutcome},
    },
    server::domain::{agents, caller::Source, grants, invitations, members, passwords, sign_ins},
};
use uuid::Uuid;

use crate::support::{Person, TestApp};

const NEW: &str = "another long password";

async fn can_sign_in(app: &TestApp, person: &Person, password: &str) -> bool {
    let typed = [("email", &*person.email), ("password", password)];
    app.browser().call("sign_in", &typed).await.json()["entered"].is_object()
}

async fn second_browser(app: &TestApp, person: &Person) -> crate::support::Browser {
    let browser = app.browser();
    browser.call("sign_in", &[("email", &person.email), ("password", &person.password)]).await;
    assert_eq!(browser.get("/account").await.status, StatusCode::OK);
    browser
}

both_engines! {
    async fn changing_the_password_asks_for_the_old_one_and_ends_other_sign_ins(app: TestApp) {
        let ada = app.admin().await;
        let other = second_browser(&app, &ada).await;
        let wrong = ada.browser.call("change_password", &[("old", "not it at all"), ("new", NEW)]).await.json();
        assert_eq!(wrong["error"]["errors"][0]["field"], "old");
        let weak = ada.browser.call("change_password", &[("old", &ada.password), ("new", "short")]).await.json();
        assert_eq!(weak["error"]["errors"][0]["field"], "new");
        assert_eq!(other.get("/account").await.status, StatusCode::OK);
        let before = ada.browser.cookie("galley");
        let done = ada.browser.call("change_password", &[("old", &ada.password), ("new", NEW)]).await;
        assert_eq!(done.text, "null");
        assert_ne!(ada.browser.cookie("galley"), before);
        assert_eq!(ada.browser.get("/account").await.status, StatusCode::OK);
        assert_eq!(other.get("/account").await.status, StatusCode::FOUND);
        assert!(!can_sign_in(&app, &ada, &ada.password).await);
        assert!(can_sign_in(&app, &ada, NEW).await);
        assert_eq!(app.number("SELECT COUNT(*) FROM audit WHERE act = 'account.change_password'").await, 1);
    }

    async fn guessing_the_old_password_is_slowed_down_too(app: TestApp) {
        let ada = app.admin().await;
        for _ in 0..6 {
            ada.browser.call("change_password", &[("old", "not it at all"), ("new", NEW)]).await;
        }
        let refused = ada.browser.call("change_password", &[("old", &ada.password), ("new", NEW)]).await.json();
        assert_eq!(refused["error"]["code"], "rate_limited");
    }

    async fn a_reset_link_works_once_and_ends_every_sign_in(app: TestApp) {
        let (ada, bob) = (app.admin().await, app.member(Role::Member).await);
        let token = passwords::make_reset_link(&app.core, &ada.caller, bob.caller.account).await.unwrap();
        let path = format!("/reset?token={token}");
        let visitor = app.browser();
        // Looking does not use it up: mail scanners look too.
        for _ in 0..2 {
            assert!(visitor.get(&path).await.text.contains(&bob.email));
        }
        let weak = visitor.submit(&path, "reset_password", &[("token", &token), ("password", "short")]).await;
        assert_eq!(weak.location(), path);
        assert!(visitor.get(&path).await.text.contains("needs at least 10 characters"));
        let done = visitor.submit(&path, "reset_password", &[("token", &token), ("password", NEW)]).await;
        assert_eq!(done.location(), "/sign-in");
        assert!(can_sign_in(&app, &bob, NEW).await && !can_sign_in(&app, &bob, &bob.password).await);
        assert_eq!(bob.browser.get("/account").await.status, StatusCode::FOUND);
        let again = visitor.call("reset_password", &[("token", &token), ("password", "a third long password")]).await.json();
        assert_eq!(again["error"]["code"], "not_found");
        assert!(visitor.get(&path).await.text.contains("used already or has expired"));
    }

    async fn reset_links_expire_and_the_newest_replaces_the_others(app: TestApp) {
        let ada = app.admin().await;
        let make = || passwords::make_reset_link_by_email(&app.core, &ada.email);
        let (first, second) = (make().await.unwrap(), make().await.unwrap());
        assert!(passwords::reset_link(&app.core, &first).await.is_err());
        app.clock().advance(24 * 3600 - 1);
        assert!(passwords::reset_link(&app.core, &second).await.is_ok());
        app.clock().advance(1);
        assert!(passwords::reset_link(&app.core, &second).await.is_err());
        for nothing in ["", "null", "0"] {
            let refused = passwords::reset(&app.core, &Source::command_line(), nothing, NEW).await.unwrap_err();
            assert_eq!(refused.public.code, Code::NotFound);
        }
        let unknown = passwords::make_reset_link_by_email(&app.core, "nobody@example.com").await.unwrap_err();
        assert_eq!(unknown.public.code, Code::NotFound);
    }

    async fn a_reset_frees_whoever_was_locked_out(app: TestApp) {
        let ada = app.admin().await;
        for _ in 0..7 {
            can_sign_in(&app, &ada, "not it at all").await;
        }
        assert!(!can_sign_in(&app, &ada, &ada.password).await);
        let token = passwords::make_reset_link_by_email(&app.core, &ada.email).await.unwrap();
        passwords::reset(&app.core, &Source::command_line(), &token, NEW).await.unwrap();
        assert!(can_sign_in(&app, &ada, NEW).await);
    }

    async fn only_admins_make_reset_links_and_only_for_people_of_theirs_alone(app: TestApp) {
        let (ada, bob, eve) = (app.admin().await, app.member(Role::Member).await, app.stranger().await);
        let code = async |caller, account| {
            passwords::make_reset_link(&app.core, caller, account).await.unwrap_err().public.code
        };
        assert_eq!(code(&bob.caller, ada.caller.account).await, Code::Forbidden);
        assert_eq!(code(&ada.caller, eve.caller.account).await, Code::NotFound);
        assert_eq!(code(&ada.caller, Uuid::nil()).await, Code::NotFound);
        // Who may set the password of somebody who belongs elsewhere too could read what is there.
        let token = invitations::make(&app.core, &ada.caller, Role::Member, "").await.unwrap();
        invitations::accept(&app.core, &eve.caller, &Source::command_line(), &token).await.unwrap();
        assert_eq!(code(&ada.caller, eve.caller.account).await, Code::Forbidden);
    }

    async fn sign_ins_are_listed_and_ended_one_by_one(app: TestApp) {
        let (ada, bob) = (app.admin().await, app.member(Role::Member).await);
        let other = second_browser(&app, &ada).await;
        let shown = ada.browser.call("show_account", &[]).await.json();
        let list = shown["sign_ins"].as_array().unwrap();
        assert_eq!(list.len(), 2);
        assert_eq!(list.iter().filter(|one| one["current"] == true).count(), 1);
        assert!(list.iter().all(|one| one["user_agent"] == "Test/1.0" && one["address"] == "203.0.113.7"));
        let id = list.iter().find(|one| one["current"] == false).unwrap()["id"].as_str().unwrap();
        // Somebody else's sign-in answers as one that never was.
        let foreign = sign_ins::end(&app.core, &bob.caller, id).await.unwrap_err().public;
        let unknown = sign_ins::end(&app.core, &bob.caller, &"00".repeat(32)).await.unwrap_err().public;
        assert_eq!((foreign.code, &foreign), (Code::NotFound, &unknown));
        ada.browser.call("end_sign_in", &[("id", id)]).await;
        assert_eq!(other.get("/account").await.status, StatusCode::FOUND);
        assert_eq!(ada.browser.get("/account").await.status, StatusCode::OK);

        let third = second_browser(&app, &ada).await;
        assert_eq!(ada.browser.call("end_other_sign_ins", &[]).await.text, "1");
        assert_eq!(third.get("/account").await.status, StatusCode::FOUND);
        assert_eq!(bob.browser.get("/account").await.status, StatusCode::OK);
    }

    async fn workspaces_are_switched_only_to_ones_own(app: TestApp) {
        let (ada, eve) = (app.admin().await, app.stranger().await);
        let foreign = eve.browser.call("switch_workspace", &[("workspace", &ada.caller.workspace.to_string())]).await;
        let unknown = eve.browser.call("switch_workspace", &[("workspace", &Uuid::nil().to_string())]).await;
        assert_eq!((foreign.status, foreign.text), (StatusCode::NOT_FOUND, unknown.text));
        let token = invitations::make(&app.core, &ada.caller, Role::Member, "").await.unwrap();
        eve.browser.call("accept_invitation", &[("invitation", &token)]).await;
        assert!(eve.browser.get("/settings/members").await.text.contains(&ada.email));
        eve.browser.call("switch_workspace", &[("workspace", &eve.caller.workspace.to_string())]).await;
        let page = eve.browser.get("/settings/members").await;
        assert!(!page.text.contains(&ada.email), "{}", page.text);
        // The choice is the sign-in's; when the membership ends, the other workspace is shown.
        eve.browser.call("switch_workspace", &[("workspace", &ada.caller.workspace.to_string())]).await;
        members::remove(&app.core, &ada.caller, eve.caller.account).await.unwrap();
        let page = eve.browser.get("/settings/members").await;
        assert!(!page.text.contains(&ada.email) && page.text.contains(&eve.email), "{}", page.text);
    }

    async fn a_members_role_counts_at_once(app: TestApp) {
        let (ada, bob) = (app.admin().await, app.member(Role::Member).await);
        assert_eq!(bob.browser.call("make_invitation", &[("role", "member")]).await.status, StatusCode::FORBIDDEN);
        members::set_role(&app.core, &ada.caller, bob.caller.account, Role::Admin).await.unwrap();
        assert_eq!(bob.browser.call("make_invitation", &[("role", "member")]).await.status, StatusCode::OK);
    }

    async fn a_workspace_keeps_an_admin(app: TestApp) {
        let (ada, bob) = (app.admin().await, app.member(Role::Admin).await);
        let tries = [(ada.clone(), bob.clone()), (bob, ada)].map(|(actor, other)| {
            let core = app.core.clone();
            tokio::spawn(async move {
                members::set_role(&core, &actor.caller, other.caller.account, Role::Member).await.is_ok()
            })
        });
        let mut done = 0;
        for one in tries {
            done += usize::from(one.await.unwrap());
        }
        assert_eq!(done, 1, "of two admins who demote each other, one succeeds");
        assert_eq!(app.number("SELECT COUNT(*) FROM memberships WHERE role = 'admin'").await, 1);
    }

    async fn the_last_admin_stays(app: TestApp) {
        let ada = app.admin().await;
        let last = members::set_role(&app.core, &ada.caller, ada.caller.account, Role::Member).await.unwrap_err();
        assert_eq!(last.public.code, Code::Forbidden);
        assert!(members::remove(&app.core, &ada.caller, ada.caller.account).await.is_err());
    }

    async fn whoever_is_removed_sees_nothing_and_leaves_their_agents(app: TestApp) {
        let (ada, bob) = (app.admin().await, app.member(Role::Member).await);
        let config = Config { name: "Helper".into(), instructions: "Help.".into(), ..Config::default() };
        let made = agents::create(&app.core, &bob.caller, &config, Origin::Create).await.unwrap();
        let SaveOutcome::Saved(saved) = made else { panic!("{made:?}") };
        let agent = saved.agent_id;
        members::remove(&app.core, &ada.caller, bob.caller.account).await.unwrap();
        assert_eq!(bob.browser.get("/account").await.status, StatusCode::FOUND);
        assert!(!can_sign_in(&app, &bob, &bob.password).await);
        // Only an owner may: the agent is the admin's now.
        grants::set_everyone(&app.core, &ada.caller, agent, true).await.unwrap();
        let gone = grants::set_everyone(&app.core, &bob.caller, agent, false).await.unwrap_err();
        assert_eq!(gone.public.code, Code::Forbidden, "the right through everyone is a user's at most");
    }

    async fn only_admins_manage_and_only_their_own_workspace(app: TestApp) {
        let (ada, bob, eve) = (app.admin().await, app.member(Role::Member).await, app.stranger().await);
        let (core, id) = (&app.core, bob.caller.account);
        for refused in [
            members::set_role(core, &bob.caller, id, Role::Admin).await.unwrap_err(),
            members::remove(core, &bob.caller, ada.caller.account).await.unwrap_err(),
            invitations::make(core, &bob.caller, Role::Admin, "").await.map(drop).unwrap_err(),
            invitations::list(core, &bob.caller).await.map(drop).unwrap_err(),
        ] {
            assert_eq!(refused.public.code, Code::Forbidden);
        }
        invitations::make(core, &ada.caller, Role::Member, "").await.unwrap();
        let invitation = invitations::list(core, &ada.caller).await.unwrap()[0].id;
        for refused in [
            members::set_role(core, &eve.caller, id, Role::Admin).await.unwrap_err(),
            members::remove(core, &eve.caller, id).await.unwrap_err(),
            invitations::revoke(core, &eve.caller, invitation).await.unwrap_err(),
        ] {
            assert_eq!(refused.public, galley::model::error::Error::not_found());
        }
        assert!(invitations::list(core, &eve.caller).await.unwrap().is_empty());
        let list = members::list(core, &eve.caller, None, 10).await.unwrap();
        assert_eq!(list.data.len(), 1);
    }

    async fn a_link_made_without_code_in_the_browser_is_shown_once(app: TestApp) {
        let ada = app.admin().await;
        let answer = ada.browser.submit("/settings/members", "make_invitation", &[("role", "member"), ("note", "Bo")]).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/settings/members"));
        let page = ada.browser.get("/settings/members").await;
        let link = page.text.split("http://galley.test/sign-up?invitation=").nth(1);
        let token: String = link.unwrap().chars().take_while(|c| *c != '"').collect();
        assert_eq!(token.len(), 43);
        assert!(app.browser().get(&format!("/sign-up?invitation={token}")).await.text.contains("Join Workshop"));
        assert!(!ada.browser.get("/settings/members").await.text.contains(&token));
    }

    async fn invitations_are_listed_page_by_page(app: TestApp) {
        let ada = app.admin().await;
        let mut made = Vec::new();
        for number in 0..5 {
            made.push(invitations::invite(&app.core, &ada.caller, Role::Member, &number.to_string()).await.unwrap());
        }
        invitations::revoke(&app.core, &ada.caller, made.remove(1).invitation.id).await.unwrap();
        let first = invitations::page(&app.core, &ada.caller, None, 3).await.unwrap();
        let rest = invitations::page(&app.core, &ada.caller, first.next_cursor.as_deref(), 3).await.unwrap();
        assert_eq!((first.data.len(), rest.data.len(), rest.next_cursor), (3, 1, None));
        let listed: Vec<_> = first.data.into_iter().chain(rest.data).rev().collect();
        assert_eq!(listed, made.into_iter().map(|made| made.invitation).collect::<Vec<_>>());
        let wrong = invitations::page(&app.core, &ada.caller, Some("x"), 3).await.unwrap_err();
        assert_eq!(wrong.public.errors[0].field, "cursor");
    }

    async fn what_people_do_is_in_the_audit_log(app: TestApp) {
        let (ada, bob) = (app.admin().await, app.member(Role::Member).await);
        members::set_role(&app.core, &ada.caller, bob.caller.account, Role::Admin).await.unwrap();
        passwords::make_reset_link(&app.core, &ada.caller, bob.caller.account).await.unwrap();
        members::remove(&app.core, &ada.caller, bob.caller.account).await.unwrap();
        for sql in [
            "SELECT COUNT(*) FROM audit WHERE act = 'workspace.create'",
            "SELECT COUNT(*) FROM audit WHERE act = 'account.sign_up'",
            "SELECT COUNT(*) FROM audit WHERE act = 'invitation.make'",
            "SELECT COUNT(*) FROM audit WHERE act = 'invitation.accept'",
            "SELECT COUNT(*) FROM audit WHERE act = 'member.role'",
            "SELECT COUNT(*) FROM audit WHERE act = 'account.make_reset_link'",
            "SELECT COUNT(*) FROM audit WHERE act = 'member.remove'",
        ] {
            assert_eq!(app.number(sql).await, 1, "{sql}");
        }
        assert_eq!(app.number("SELECT COUNT(*) FROM audit WHERE act = 'account.sign_in'").await, 2);
        assert_eq!(app.number("SELECT COUNT(*) FROM audit WHERE detail LIKE '%password%'").await, 0);
    }
}
