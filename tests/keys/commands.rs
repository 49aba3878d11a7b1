//! `galley keys …` while the server runs.

use axum::http::StatusCode;
use galley::{
    model::account::Role,
    server::domain::{accounts, api_keys},
};

use super::{DAY, begin, live_agent};
use crate::ops::process::{KEY, galley, refused, said};

both_engines! {
    async fn a_key_is_made_listed_and_revoked_on_the_command_line(app: TestApp) {
        let (ada, bob, eve) = (app.admin().await, app.member(Role::Member).await, app.stranger().await);
        let agent = live_agent(&app, &bob, "Help.").await;
        let folder = tempfile::tempdir().unwrap();
        let url = app.core.settings.database_url.clone();
        let command = |arguments: &[&str]| {
            let mut command = galley(folder.path(), arguments);
            command.env("GALLEY_DATABASE_URL", &url).env("GALLEY_SECRET_KEY", KEY);
            command
        };
        let create = ["keys", "create", "--email", &bob.email, "--scopes", "agents:read,chat"];
        let text = said(command(&create), "");
        let secret = text.strip_suffix('\n').unwrap();
        assert_eq!(secret.len(), 51, "{text:?}");
        assert!(secret.starts_with("gk_live_"), "{text:?}");
        assert_eq!(begin(&app, secret, agent).await.status, StatusCode::CREATED);

        let id = agent.to_string();
        let more = ["--name", "One agent", "--agent", &id, "--expires-in-days", "2", "--workspace", "Workshop"];
        let bound = said(command(&[&create[..], &more[..]].concat()), "");
        let key = api_keys::list(&app.core, &bob.caller, Some(agent), None, None).await.unwrap().data.remove(0);
        assert_eq!((&*key.name, key.agent_id), ("One agent", Some(agent)));
        assert!(bound.starts_with(&key.prefix));
        // The command has the real clock, and looks at it twice.
        let life = key.expires_at.unwrap().seconds_since(key.created_at);
        assert!((2 * DAY - 60..=2 * DAY).contains(&life), "{life}");

        let list = said(command(&["keys", "list", "--email", &ada.email]), "");
        assert_eq!(list.lines().count(), 2, "{list}");
        assert!(!list.contains(secret) && list.contains(&secret[..12]) && list.contains("agents:read chat"), "{list}");
        let none = said(command(&["keys", "list", "--email", &eve.email]), "");
        assert_eq!(none.trim(), "There are no keys.");

        let first = list.lines().last().unwrap().split('\t').next().unwrap();
        for _ in 0..2 {
            assert!(said(command(&["keys", "revoke", first]), "").contains("is revoked"));
        }
        assert_eq!(begin(&app, secret, agent).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(app.number("SELECT COUNT(*) FROM audit WHERE act = 'key.make' AND via = 'cli'").await, 2);
        assert_eq!(app.number("SELECT COUNT(*) FROM audit WHERE act = 'key.revoke' AND via = 'cli'").await, 1);
    }

    async fn what_cannot_be_made_is_said_on_standard_error(app: TestApp) {
        let (ada, eve) = (app.admin().await, app.stranger().await);
        let bob = app.member(Role::Member).await;
        let folder = tempfile::tempdir().unwrap();
        let url = app.core.settings.database_url.clone();
        let tried = |arguments: &[&str]| {
            let mut command = galley(folder.path(), arguments);
            command.env("GALLEY_DATABASE_URL", &url).env("GALLEY_SECRET_KEY", KEY);
            refused(command)
        };
        let create = |email: &str, rest: &[&str]| {
            tried(&[&["keys", "create", "--email", email], rest].concat())
        };
        for (email, rest, expected) in [
            ("nobody@example.com", &["--scopes", "chat"][..], "no account with the address nobody@example.com"),
            (&*ada.email, &["--scopes", "chat,everything"], "“everything” is no scope"),
            (&*ada.email, &["--scopes", ""], "scopes: "),
            (&*bob.email, &["--scopes", "admin"], "Only an admin"),
            (&*eve.email, &["--scopes", "chat", "--workspace", "Elsewhere"], "does not belong to “Elsewhere”"),
            (&*ada.email, &["--scopes", "chat", "--name", " "], "name: is required"),
            (&*ada.email, &["--scopes", "chat", "--agent", "00000000-0000-0000-0000-000000000000"], "nothing here"),
        ] {
            let (code, text) = create(email, rest);
            assert_eq!(code, 1, "{text}");
            assert!(text.contains(expected), "{text}");
        }
        for rest in [&[][..], &["--scopes", "chat", "--expires-in-days", "0"], &["--scopes", "chat", "--agent", "x"]] {
            let (code, text) = create(&ada.email, rest);
            assert_eq!(code, 2, "{text}");
        }
        assert_eq!(tried(&["keys", "revoke", "00000000-0000-0000-0000-000000000000"]).0, 1);
        assert_eq!(app.number("SELECT COUNT(*) FROM api_keys").await, 0);
        // Somebody who has been in no workspace since.
        app.execute("DELETE FROM memberships WHERE role = 'member'").await.unwrap();
        let (code, text) = create(&bob.email, &["--scopes", "chat"]);
        assert!(code == 1 && text.contains("does not belong to any workspace"), "{text}");
        // An admin made on the command line makes keys there.
        accounts::create_admin(&app.core, "root@example.com", "a long password", None).await.unwrap();
        assert_eq!(api_keys::member(&app.core, "ROOT@example.com", None).await.unwrap().workspace, ada.caller.workspace);
    }
}
