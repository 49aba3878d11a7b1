//! Making, listing and revoking keys.

use galley::{
    model::{
        account::Role,
        api_key::{KEY_START, NewApiKey, Scope},
        error::{Code, Error},
    },
    server::{
        domain::{api_keys, caller::Source, grants, members, tags},
        store::{backup, db::Kind},
    },
};
use uuid::Uuid;

use super::{DAY, live_agent, make, new};
use crate::support::{Engine, TestApp};

both_engines! {
    async fn members_see_their_own_keys_and_admins_everybodys(app: TestApp) {
        let (ada, bob, eve) = (app.admin().await, app.member(Role::Member).await, app.stranger().await);
        let (first, secret) = make(&app, &bob, &new(&[Scope::AgentsRead])).await;
        assert_eq!((secret.len(), &secret[..8]), (51, KEY_START));
        assert_eq!(first.prefix, secret[..12]);
        assert_eq!((first.made_by.id, first.last_used_at, first.revoked_at), (bob.caller.account, None, None));
        let (second, other) = make(&app, &bob, &new(&[Scope::Chat])).await;
        assert_ne!(secret, other);
        let (third, _) = make(&app, &ada, &new(&[Scope::Admin, Scope::Chat])).await;

        let seen = async |caller, agent| {
            let page = api_keys::list(&app.core, caller, agent, None, None).await.unwrap();
            page.data.into_iter().map(|key| key.id).collect::<Vec<_>>()
        };
        assert_eq!(seen(&bob.caller, None).await, [second.id, first.id]);
        assert_eq!(seen(&ada.caller, None).await, [third.id, second.id, first.id]);
        assert!(seen(&eve.caller, None).await.is_empty());
        assert!(seen(&ada.caller, Some(Uuid::nil())).await.is_empty());
        let page = api_keys::list(&app.core, &ada.caller, None, None, Some(2)).await.unwrap();
        let rest = api_keys::list(&app.core, &ada.caller, None, page.next_cursor.as_deref(), Some(2)).await.unwrap();
        assert_eq!((rest.data, rest.next_cursor), (vec![first.clone()], None));
        assert!(api_keys::list(&app.core, &ada.caller, None, Some("x"), None).await.is_err());
        assert!(api_keys::list(&app.core, &ada.caller, None, None, Some(0)).await.is_err());

        assert_eq!(api_keys::get(&app.core, &ada.caller, first.id).await.unwrap(), first);
        for (caller, id) in [(&bob.caller, third.id), (&eve.caller, first.id), (&ada.caller, Uuid::nil())] {
            let refused = api_keys::get(&app.core, caller, id).await.unwrap_err().public;
            assert_eq!(refused, Error::not_found());
        }
    }

    async fn what_a_new_key_may_not_be_is_said_field_by_field(app: TestApp) {
        let ada = app.admin().await;
        let wrong = NewApiKey { name: " ".into(), expires_at: Some(app.clock().now()), ..new(&[]) };
        let refused = api_keys::make(&app.core, &ada.caller, &wrong).await.unwrap_err().public;
        assert_eq!(refused.code, Code::ValidationFailed);
        assert_eq!(
            refused.errors.iter().map(|error| &*error.field).collect::<Vec<_>>(),
            ["name", "scopes", "expires_at"]
        );
        assert_eq!(app.number("SELECT COUNT(*) FROM api_keys").await, 0);
        assert_eq!(app.number("SELECT COUNT(*) FROM audit WHERE act = 'key.make'").await, 0);
    }

    async fn only_admins_give_the_scope_admin_and_only_such_keys_manage_keys(app: TestApp) {
        let (ada, bob) = (app.admin().await, app.member(Role::Member).await);
        let refused = api_keys::make(&app.core, &bob.caller, &new(&[Scope::Admin])).await.unwrap_err().public;
        assert_eq!(refused.code, Code::Forbidden);

        let (admin, secret) = make(&app, &ada, &new(&[Scope::Admin])).await;
        let by_key = async |secret: &str| {
            api_keys::authenticate(&app.core, &Source::command_line(), secret).await.unwrap().unwrap()
        };
        let caller = by_key(&secret).await;
        assert_eq!((caller.account, caller.role), (ada.caller.account, Role::Admin));
        let (made, _) = api_keys::make(&app.core, &caller, &new(&[Scope::Chat])).await.unwrap();
        api_keys::revoke(&app.core, &caller, made.id).await.unwrap();
        assert_eq!(api_keys::list(&app.core, &caller, None, None, None).await.unwrap().data.len(), 2);

        // An admin's key without the scope manages nothing, whoever made it.
        let all_but = [Scope::AgentsRead, Scope::AgentsWrite, Scope::AgentsDraft, Scope::Chat];
        let (_, secret) = make(&app, &ada, &new(&all_but)).await;
        let caller = by_key(&secret).await;
        for refused in [
            api_keys::make(&app.core, &caller, &new(&[Scope::Chat])).await.map(drop).unwrap_err(),
            api_keys::list(&app.core, &caller, None, None, None).await.map(drop).unwrap_err(),
            api_keys::get(&app.core, &caller, admin.id).await.map(drop).unwrap_err(),
            api_keys::revoke(&app.core, &caller, admin.id).await.map(drop).unwrap_err(),
            members::set_role(&app.core, &caller, bob.caller.account, Role::Admin).await.unwrap_err(),
            members::remove(&app.core, &caller, bob.caller.account).await.unwrap_err(),
        ] {
            assert_eq!(refused.public.code, Code::Forbidden);
            assert!(refused.public.detail.contains("admin"), "{}", refused.public);
        }
        // Whoever is no admin any more has no key that is.
        let caller = by_key(&{
            let carol = app.member(Role::Admin).await;
            let (_, secret) = make(&app, &carol, &new(&[Scope::Admin])).await;
            members::set_role(&app.core, &ada.caller, carol.caller.account, Role::Member).await.unwrap();
            secret
        })
        .await;
        assert_eq!(caller.role, Role::Member);
        let refused = members::remove(&app.core, &caller, bob.caller.account).await.unwrap_err();
        assert_eq!(refused.public.code, Code::Forbidden);
    }

    async fn a_key_of_an_agent_takes_the_right_to_edit_it(app: TestApp) {
        let (ada, bob, eve) = (app.admin().await, app.member(Role::Member).await, app.stranger().await);
        let agent = live_agent(&app, &bob, "Help.").await;
        let of = |agent| NewApiKey { agent_id: Some(agent), ..new(&[Scope::AgentsRead, Scope::Chat]) };
        let (key, _) = make(&app, &bob, &of(agent)).await;
        assert_eq!((key.agent_id, key.agent_name.as_deref()), (Some(agent), Some("Support triage")));
        make(&app, &bob, &new(&[Scope::Chat])).await;
        let list = api_keys::list(&app.core, &bob.caller, Some(agent), None, None).await.unwrap();
        assert_eq!(list.data, [key]);

        let code = async |caller, agent| {
            api_keys::make(&app.core, caller, &of(agent)).await.unwrap_err().public.code
        };
        assert_eq!(code(&ada.caller, agent).await, Code::Forbidden, "an admin who merely sees it");
        assert_eq!(code(&eve.caller, agent).await, Code::NotFound);
        assert_eq!(code(&bob.caller, Uuid::nil()).await, Code::NotFound);
        let carol = app.member(Role::Member).await;
        grants::set_everyone(&app.core, &bob.caller, agent, true).await.unwrap();
        assert_eq!(code(&carol.caller, agent).await, Code::Forbidden, "a user of it");
        let admin = NewApiKey { agent_id: Some(agent), ..new(&[Scope::Admin, Scope::Chat]) };
        let refused = api_keys::make(&app.core, &ada.caller, &admin).await.unwrap_err().public;
        assert_eq!(refused.errors[0].field, "scopes");
    }

    async fn revoking_is_for_ones_own_and_for_admins_and_can_be_said_twice(app: TestApp) {
        let (ada, bob, eve) = (app.admin().await, app.member(Role::Member).await, app.stranger().await);
        let (adas, _) = make(&app, &ada, &new(&[Scope::Chat])).await;
        let (bobs, secret) = make(&app, &bob, &new(&[Scope::Chat])).await;
        for (caller, id) in [(&bob.caller, adas.id), (&eve.caller, bobs.id), (&bob.caller, Uuid::nil())] {
            let refused = api_keys::revoke(&app.core, caller, id).await.unwrap_err().public;
            assert_eq!(refused, Error::not_found());
        }
        assert!(api_keys::authenticate(&app.core, &Source::command_line(), &secret).await.unwrap().is_some());
        let revoked = api_keys::revoke(&app.core, &ada.caller, bobs.id).await.unwrap();
        assert_eq!(revoked.revoked_at, Some(app.clock().now()));
        assert!(api_keys::authenticate(&app.core, &Source::command_line(), &secret).await.unwrap().is_none());
        app.clock().advance(60);
        let again = api_keys::revoke(&app.core, &bob.caller, bobs.id).await.unwrap();
        assert_eq!(again.revoked_at, revoked.revoked_at);
        assert_eq!(app.number("SELECT COUNT(*) FROM audit WHERE act = 'key.revoke'").await, 1);
    }

    async fn the_secret_is_nowhere_in_the_database(app: TestApp) {
        let ada = app.admin().await;
        let (key, secret) = make(&app, &ada, &new(&[Scope::AgentsWrite])).await;
        let caller = api_keys::authenticate(&app.core, &Source::command_line(), &secret).await.unwrap().unwrap();
        let agent = live_agent(&app, &ada, "Help.").await;
        tags::add(&app.core, &caller, agent, "by-key").await.unwrap();
        api_keys::revoke(&app.core, &ada.caller, key.id).await.unwrap();
        let columns = crate::ops::backup::catalogue(&app).await;
        let mut shown = 0;
        for (table, column, _) in columns.iter().filter(|(table, ..)| table != "_sqlx_migrations") {
            // What follows the letters that are shown must be nowhere, under whatever it may stand.
            assert_eq!(holding(&app, table, column, &secret[12..]).await, 0, "{table}.{column}");
            shown += holding(&app, table, column, &key.prefix).await;
        }
        assert_eq!(shown, 3, "the search finds what is there: the key, its making and its revoking");
    }

    async fn every_act_is_in_the_audit_log_with_the_key_that_it_came_by(app: TestApp) {
        let ada = app.admin().await;
        let agent = live_agent(&app, &ada, "Help.").await;
        let (key, secret) = make(&app, &ada, &new(&[Scope::AgentsWrite])).await;
        let caller = api_keys::authenticate(&app.core, &Source::command_line(), &secret).await.unwrap().unwrap();
        assert_eq!(caller.key.unwrap().id, key.id);
        tags::add(&app.core, &caller, agent, "by-key").await.unwrap();
        tags::add(&app.core, &ada.caller, agent, "by-hand").await.unwrap();
        for sql in [
            "SELECT COUNT(*) FROM audit a JOIN api_keys k ON k.id = a.subject_id WHERE a.act = 'key.make' AND a.key_id IS NULL",
            "SELECT COUNT(*) FROM audit a JOIN api_keys k ON k.id = a.key_id WHERE a.act = 'agent.tags'",
            "SELECT COUNT(*) FROM audit a WHERE a.act = 'agent.tags' AND a.key_id IS NULL",
        ] {
            assert_eq!(app.number(sql).await, 1, "{sql}");
        }
    }

    async fn use_is_written_once_a_minute(app: TestApp) {
        let ada = app.admin().await;
        let (key, secret) = make(&app, &ada, &new(&[Scope::Chat])).await;
        let used = async || {
            api_keys::authenticate(&app.core, &Source::command_line(), &secret).await.unwrap().unwrap();
            api_keys::get(&app.core, &ada.caller, key.id).await.unwrap().last_used_at.unwrap()
        };
        let start = app.clock().now();
        assert_eq!(used().await, start);
        app.clock().advance(59);
        assert_eq!(used().await, start);
        app.clock().advance(1);
        assert_eq!(used().await, start.plus_seconds(60));
    }

    async fn keys_come_back_with_a_backup_where_the_secret_key_is_the_same(app: TestApp) {
        let ada = app.admin().await;
        let end = app.clock().now().plus_seconds(DAY);
        let (key, secret) = make(&app, &ada, &NewApiKey { expires_at: Some(end), ..new(&[Scope::Chat]) }).await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("galley.backup");
        backup::take(&app.core.db, &file, app.clock().now()).await.unwrap();
        app.execute("DELETE FROM api_keys").await.unwrap();
        assert!(api_keys::authenticate(&app.core, &Source::command_line(), &secret).await.unwrap().is_none());
        backup::put_back(&app.core.db, &file).await.unwrap();
        let caller = api_keys::authenticate(&app.core, &Source::command_line(), &secret).await.unwrap().unwrap();
        assert_eq!(caller.account, ada.caller.account);
        let back = api_keys::get(&app.core, &ada.caller, key.id).await.unwrap();
        assert_eq!((back.expires_at, back.scopes), (Some(end), key.scopes));
        // Somebody with the file but without the key can do nothing with it, nor can a server with another key.
        let other = galley::server::core::Core {
            secrets: std::sync::Arc::new(galley::server::secrets::Secrets::new([8; 32])),
            ..app.core.clone()
        };
        assert!(api_keys::authenticate(&other, &Source::command_line(), &secret).await.unwrap().is_none());
    }
}

/// How many rows hold this text in this column.
async fn holding(app: &TestApp, table: &str, column: &str, text: &str) -> i64 {
    let sql = match app.engine() {
        Engine::Sqlite => {
            format!(r#"SELECT COUNT(*) FROM "{table}" WHERE instr(CAST("{column}" AS BLOB), CAST($1 AS BLOB)) > 0"#)
        }
        Engine::Postgres => format!(r#"SELECT COUNT(*) FROM "{table}" WHERE strpos("{column}"::text, $1) > 0"#),
    };
    let counted = app.core.db.read(|tx| {
        Box::pin(async move {
            let sql = sqlx::AssertSqlSafe(sql);
            Ok(match &mut tx.kind {
                Kind::Sqlite(tx) => sqlx::query_scalar(sql).bind(text).fetch_one(&mut **tx).await?,
                Kind::Postgres(tx) => {
                    // Bytes as text are their hex digits, unless they are asked for as they are.
                    sqlx::query("SET LOCAL bytea_output = 'escape'").execute(&mut **tx).await?;
                    sqlx::query_scalar(sql).bind(text).fetch_one(&mut **tx).await?
                }
            })
        })
    });
    counted.await.unwrap()
}
