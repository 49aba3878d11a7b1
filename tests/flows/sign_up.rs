//! Signing up: the first person, by invitation, openly; and the command line's admin.

use axum::http::StatusCode;
use galley::{
    model::{account::Role, error::Code, sign_up::SignUpWay},
    server::domain::{
        accounts::{self, SignUp},
        caller::Source,
        invitations, members, sign_ins,
    },
};

const WEEK: i64 = 7 * 24 * 3600;

fn form<'a>(email: &'a str, invitation: Option<&'a str>) -> SignUp<'a> {
    SignUp { email, name: "Somebody", password: "a long password", workspace: "", invitation }
}

both_engines! {
    async fn the_first_person_makes_the_workspace_and_runs_it(app: TestApp) {
        let browser = app.browser();
        assert_eq!(browser.get("/").await.location(), "/sign-up");
        let page = browser.get("/sign-up").await;
        assert!(page.text.contains("Nobody is here yet"), "{}", page.text);
        let typed =
            [("name", "Ada"), ("email", "ada@example.com"), ("password", "a long password"), ("workspace", "The Works")];
        let answer = browser.submit("/sign-up", "sign_up", &typed).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/"));
        let page = browser.get("/settings/members").await;
        assert!(page.text.contains("The Works") && page.text.contains("ada@example.com"), "{}", page.text);
        assert!(page.text.contains("Admin"), "{}", page.text);
    }

    async fn two_first_sign_ups_at_once_make_one_workspace(app: TestApp) {
        let tries = (0..8).map(|n| {
            let core = app.core.clone();
            tokio::spawn(async move {
                accounts::sign_up(&core, &Source::command_line(), &form(&format!("p{n}@example.com"), None)).await
            })
        });
        let mut made = 0;
        for one in tries.collect::<Vec<_>>() {
            match one.await.unwrap() {
                Ok(_) => made += 1,
                Err(failure) => assert_eq!(failure.public.code, Code::Forbidden),
            }
        }
        assert_eq!(made, 1);
        assert_eq!(app.number("SELECT COUNT(*) FROM workspaces").await, 1);
        assert_eq!(app.number("SELECT COUNT(*) FROM accounts").await, 1);
    }

    async fn later_ones_need_an_invitation(app: TestApp) {
        app.admin().await;
        assert_eq!(accounts::way(&app.core, None).await.unwrap(), SignUpWay::Closed);
        let answer = app.browser().call("sign_up", &[("name", "B"), ("email", "b@example.com"), ("password", "a long password")]).await;
        assert_eq!(answer.json()["refused"]["error"]["code"], "forbidden");
        assert_eq!(app.number("SELECT COUNT(*) FROM accounts").await, 1);
    }

    async fn open_sign_up_gives_each_their_own_workspace(app: TestApp) {
        let (ada, eve) = (app.admin().await, app.stranger().await);
        assert_ne!(ada.caller.workspace, eve.caller.workspace);
        assert_eq!(eve.caller.role, Role::Admin);
    }

    async fn every_wrong_field_is_named_and_nothing_is_made(app: TestApp) {
        let answer = app.browser().call("sign_up", &[("name", ""), ("email", "not an address"), ("password", "short")]).await;
        let error = &answer.json()["refused"]["error"];
        let fields: Vec<&str> = error["errors"].as_array().unwrap().iter().map(|one| one["field"].as_str().unwrap()).collect();
        assert_eq!(fields, ["name", "email", "password"]);
        assert_eq!(app.number("SELECT COUNT(*) FROM accounts").await, 0);
    }

    async fn one_address_is_one_account_however_it_is_spelt(app: TestApp) {
        app.admin().await;
        let open = app.with_settings(|settings| settings.open_sign_up = true);
        accounts::sign_up(&open.core, &Source::command_line(), &form("Zoe@Example.com", None)).await.unwrap();
        let again = accounts::sign_up(&open.core, &Source::command_line(), &form(" zoe@example.COM", None)).await.unwrap_err();
        assert_eq!(again.public.errors[0].field, "email");
        assert_eq!(app.number("SELECT COUNT(*) FROM workspaces").await, 2, "nothing of the refused one is left");
    }

    async fn an_invitation_lets_one_person_in_as_what_it_says(app: TestApp) {
        let ada = app.admin().await;
        let token = invitations::make(&app.core, &ada.caller, Role::Member, "for Bob").await.unwrap();
        assert_eq!(app.number("SELECT COUNT(*) FROM invitations").await, 1);
        let browser = app.browser();
        let page = browser.get(&format!("/sign-up?invitation={token}")).await;
        assert!(page.text.contains("Join Workshop"), "{}", page.text);
        let typed = [("name", "Bob"), ("email", "bob@example.com"), ("password", "a long password"), ("invitation", &*token)];
        assert_eq!(browser.submit("/sign-up", "sign_up", &typed).await.location(), "/");
        let second = [("name", "Cy"), ("email", "cy@example.com"), ("password", "a long password"), ("invitation", &*token)];
        let refused = app.browser().call("sign_up", &second).await.json();
        assert_eq!(refused["refused"]["error"]["code"], "not_found");
        let list = members::list(&app.core, &ada.caller, None, 10).await.unwrap();
        let roles: Vec<Role> = list.data.iter().map(|member| member.role).collect();
        assert_eq!(roles, [Role::Admin, Role::Member]);
        assert!(invitations::list(&app.core, &ada.caller).await.unwrap().is_empty());
    }

    async fn of_many_who_take_one_invitation_at_once_one_gets_in(app: TestApp) {
        let ada = app.admin().await;
        let token = invitations::make(&app.core, &ada.caller, Role::Member, "").await.unwrap();
        let tries = (0..6).map(|n| {
            let (core, token) = (app.core.clone(), token.clone());
            tokio::spawn(async move {
                let email = format!("p{n}@example.com");
                accounts::sign_up(&core, &Source::command_line(), &form(&email, Some(&token))).await.is_ok()
            })
        });
        let mut made = 0;
        for one in tries.collect::<Vec<_>>() {
            made += usize::from(one.await.unwrap());
        }
        assert_eq!(made, 1);
        assert_eq!(app.number("SELECT COUNT(*) FROM accounts").await, 2, "who was refused has no account either");
    }

    async fn invitations_expire_and_can_be_taken_back(app: TestApp) {
        let ada = app.admin().await;
        let late = invitations::make(&app.core, &ada.caller, Role::Member, "").await.unwrap();
        app.clock().advance(WEEK - 1);
        assert!(matches!(accounts::way(&app.core, Some(&late)).await.unwrap(), SignUpWay::Invited { .. }));
        app.clock().advance(1);
        assert_eq!(accounts::way(&app.core, Some(&late)).await.unwrap(), SignUpWay::DeadInvitation);
        assert!(accounts::sign_up(&app.core, &Source::command_line(), &form("l@example.com", Some(&late))).await.is_err());

        let token = invitations::make(&app.core, &ada.caller, Role::Member, "").await.unwrap();
        let id = invitations::list(&app.core, &ada.caller).await.unwrap()[0].id;
        invitations::revoke(&app.core, &ada.caller, id).await.unwrap();
        assert_eq!(accounts::way(&app.core, Some(&token)).await.unwrap(), SignUpWay::DeadInvitation);
        let again = invitations::revoke(&app.core, &ada.caller, id).await.unwrap_err();
        assert_eq!(again.public.code, Code::NotFound);
    }

    async fn who_has_an_account_joins_with_it(app: TestApp) {
        let (ada, eve) = (app.admin().await, app.stranger().await);
        // Signed in, by one press.
        let token = invitations::make(&app.core, &ada.caller, Role::Member, "").await.unwrap();
        let page = eve.browser.get(&format!("/sign-up?invitation={token}")).await;
        assert!(page.text.contains("You are signed in as"), "{}", page.text);
        let me = eve.browser.call("accept_invitation", &[("invitation", &token)]).await.json();
        assert_eq!(me["workspace"]["id"], ada.caller.workspace.to_string());
        assert_eq!(me["workspaces"].as_array().unwrap().len(), 2);

        // Not signed in, by proving the account with its password.
        let zed = app.stranger().await;
        let token = invitations::make(&app.core, &ada.caller, Role::Admin, "").await.unwrap();
        let mut typed = [("name", "Z"), ("email", &*zed.email), ("password", "not the password"), ("invitation", &*token)];
        let refused = app.browser().call("sign_up", &typed).await.json();
        assert_eq!(refused["refused"]["error"]["errors"][0]["field"], "password");
        typed[2].1 = &zed.password;
        let entered = app.browser().call("sign_up", &typed).await.json();
        assert_eq!(entered["entered"]["me"]["account_id"], zed.caller.account.to_string());
        assert_eq!(entered["entered"]["me"]["workspace"]["role"], "admin");
    }

    async fn the_command_line_makes_admins(app: TestApp) {
        let made = accounts::create_admin(&app.core, "op@example.com", "a long password", None).await.unwrap();
        assert_eq!(accounts::way(&app.core, None).await.unwrap(), SignUpWay::Closed, "nobody else is the first now");
        let me = sign_ins::who(&app.core, made.account, None).await.unwrap().unwrap();
        assert!(me.is_admin());
        let again = accounts::create_admin(&app.core, "op@example.com", "a long password", None).await.unwrap_err();
        assert_eq!(again.public.code, Code::NoChanges);
        let other = accounts::create_admin(&app.core, "op@example.com", "another password", Some("Second")).await.unwrap();
        assert_eq!((other.account, other.workspace != made.workspace), (made.account, true));
        let browser = app.browser();
        let typed = [("email", "op@example.com"), ("password", "a long password")];
        assert!(browser.call("sign_in", &typed).await.json()["entered"].is_object(), "the password is as it was");
        for (email, password) in [("op", "a long password"), ("x@example.com", "short")] {
            let refused = accounts::create_admin(&app.core, email, password, None).await.unwrap_err();
            assert_eq!(refused.public.code, Code::ValidationFailed);
        }
    }

    async fn a_refused_plain_form_keeps_what_was_typed_but_no_password(app: TestApp) {
        let browser = app.browser();
        let typed = [("name", "Ada L"), ("email", "ada@example"), ("password", "geheim"), ("workspace", "The Works")];
        let answer = browser.submit("/sign-up", "sign_up", &typed).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/sign-up"));
        let page = browser.get("/sign-up").await;
        for kept in [r#"value="Ada L""#, r#"value="ada@example""#, r#"value="The Works""#, "needs at least 10 characters"] {
            assert!(page.text.contains(kept), "{kept}: {}", page.text);
        }
        assert!(!page.text.contains("geheim"));
    }
}
