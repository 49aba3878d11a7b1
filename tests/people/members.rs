//! The members page: when somebody was last signed in, finding people, invitations and how long they work.

use axum::http::StatusCode;
use galley::{
    model::{
        account::{Member, Role},
        error::Code,
        sign_up::SignUpWay,
        timestamp::Timestamp,
    },
    server::domain::{accounts, invitations, members},
};

use crate::support::{Person, TestApp};

const DAY: i64 = 86_400;

async fn list(app: &TestApp, by: &Person) -> Vec<Member> {
    members::list(&app.core, &by.caller, None, 100).await.unwrap().data
}

async fn seen(app: &TestApp, by: &Person, person: &Person) -> Option<Timestamp> {
    let found = list(app, by).await.into_iter().find(|member| member.account_id == person.caller.account);
    found.unwrap().last_seen_at
}

both_engines! {
    async fn admins_see_when_somebody_was_last_signed_in(app: TestApp) {
        let ada = app.admin().await;
        let start = app.clock().now();
        app.clock().advance(60);
        let bob = app.member(Role::Member).await;
        let signed_in = app.clock().now();
        assert_eq!((seen(&app, &ada, &ada).await, seen(&app, &ada, &bob).await), (Some(start), Some(signed_in)));
        // Not on each request, but after an hour; an API call counts too where it comes from a page.
        app.clock().advance(3_599);
        assert_eq!(bob.browser.get("/account").await.status, StatusCode::OK);
        assert_eq!(seen(&app, &ada, &bob).await, Some(signed_in));
        app.clock().advance(1);
        bob.browser.get("/account").await;
        let later = app.clock().now();
        assert_eq!(seen(&app, &ada, &bob).await, Some(later));
        // A second browser counts; one that was seen before does not turn it back.
        app.clock().advance(60);
        app.browser().call("sign_in", &[("email", &bob.email), ("password", &bob.password)]).await;
        assert_eq!(seen(&app, &ada, &bob).await, Some(later.plus_seconds(60)));
        // It is for admins.
        assert!(list(&app, &bob).await.iter().all(|member| member.last_seen_at.is_none()));
        members::set_role(&app.core, &ada.caller, bob.caller.account, Role::Admin).await.unwrap();
        let page = bob.browser.call("show_members", &[]).await.json();
        assert!(page["members"]["data"][0]["last_seen_at"].is_string(), "{page}");
    }

    async fn who_was_made_and_never_came_has_no_last_sign_in(app: TestApp) {
        let ada = app.admin().await;
        accounts::create_admin(&app.core, "op@example.com", "a long password", None).await.unwrap();
        let all = list(&app, &ada).await;
        assert_eq!(all.iter().find(|member| member.email == "op@example.com").unwrap().last_seen_at, None);
    }

    async fn members_are_found_by_name_and_address(app: TestApp) {
        let (ada, eve) = (app.admin().await, app.stranger().await);
        let mut bobs = Vec::new();
        for _ in 0..3 {
            bobs.push(app.member(Role::Member).await);
        }
        let search = async |words: &str, cursor: Option<&str>, limit| {
            members::search(&app.core, &ada.caller, words, cursor, limit).await.unwrap()
        };
        assert_eq!(search("BÖB", None, 10).await.data.len(), 3, "accents and case are no difference");
        assert_eq!(search(&bobs[1].email, None, 10).await.data[0].account_id, bobs[1].caller.account);
        assert_eq!(search(" ", None, 10).await.data.len(), 4, "nothing asked for is everybody");
        for nothing in [eve.email.as_str(), "eve", "ob", "workshop", "!!"] {
            assert_eq!(search(nothing, None, 10).await.data, [], "{nothing}");
        }
        let mut found = Vec::new();
        let mut cursor = None;
        loop {
            let page = search("bob", cursor.as_deref(), 1).await;
            assert_eq!(page.data.len(), 1);
            found.extend(page.data.into_iter().map(|member| member.account_id));
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(found, bobs.iter().map(|bob| bob.caller.account).collect::<Vec<_>>());
        let long = members::search(&app.core, &ada.caller, &"x".repeat(201), None, 10).await.unwrap_err().public;
        assert_eq!((long.code, long.errors[0].field.as_str()), (Code::ValidationFailed, "q"));
    }

    async fn people_from_before_the_search_are_found(app: TestApp) {
        let ada = app.admin().await;
        app.execute("UPDATE accounts SET words = ''").await.unwrap();
        app.core.db.migrate().await.unwrap();
        assert_eq!(members::search(&app.core, &ada.caller, "ada", None, 10).await.unwrap().data.len(), 1);
    }

    async fn an_invitation_works_as_long_as_its_maker_says(app: TestApp) {
        let ada = app.admin().await;
        for days in [0, -1, 91, i64::MAX] {
            let refused = invitations::invite_for(&app.core, &ada.caller, Role::Member, "", days).await.unwrap_err();
            assert_eq!(refused.public.errors[0].field, "expires_in_days", "{days}");
        }
        // By the form of the page, and by the API.
        let form = [("role", "member"), ("note", "Bo"), ("days", "30")];
        let answer = ada.browser.submit("/settings/members", "make_invitation", &form).await;
        assert_eq!(answer.location(), "/settings/members");
        let listed = invitations::list(&app.core, &ada.caller).await.unwrap();
        assert_eq!(listed[0].expires_at, app.clock().now().plus_seconds(30 * DAY));
        let body = serde_json::json!({ "role": "member", "expires_in_days": 3 });
        let answer = ada.browser.json(axum::http::Method::POST, "/api/v1/invitations", &body).await;
        let expires = app.clock().now().plus_seconds(3 * DAY).to_string();
        assert_eq!((answer.status, answer.json()["expires_at"].as_str()), (StatusCode::CREATED, Some(&*expires)), "{}", answer.text);
        assert!(answer.json()["url"].as_str().unwrap().contains("/sign-up?invitation="));
        let mut made = Vec::new();
        for days in [1, 30] {
            let invited = invitations::invite_for(&app.core, &ada.caller, Role::Member, "", days).await.unwrap();
            assert_eq!(invited.invitation.expires_at, app.clock().now().plus_seconds(days * DAY));
            made.push(invited.token);
        }
        let works = async |token: &str| accounts::way(&app.core, Some(token)).await.unwrap() != SignUpWay::DeadInvitation;
        app.clock().advance(DAY - 1);
        assert!(works(&made[0]).await && works(&made[1]).await);
        app.clock().advance(1);
        assert!(!works(&made[0]).await && works(&made[1]).await);
        assert_eq!(invitations::list(&app.core, &ada.caller).await.unwrap().len(), 3, "what is over is not listed");
        app.clock().advance(29 * DAY);
        assert!(!works(&made[1]).await);
    }
}
