//! Backups that are whole: what they hold, and that they go back into either engine.

use std::{
    collections::{BTreeMap, BTreeSet},
    os::unix::fs::PermissionsExt,
};

use futures_util::FutureExt;
use galley::{
    model::{
        account::Role,
        api_key::{NewApiKey, Scope},
        channel::Channel,
        provider::ProviderForm,
        timestamp::Timestamp,
    },
    server::{
        domain::{
            api_keys, approvals, channels, chat, coworker, grants, passwords, providers, releases, runs, sessions,
            visits::{self, Ticket},
        },
        store::{
            backup::{
                self,
                table::Kind,
                tables::{LEFT_OUT, LEFT_OUT_COLUMNS, TABLES},
            },
            checkup,
            db::{Db, Pools},
        },
    },
};

use super::{read, rows, take};
use crate::{
    releases::{agent, config, publish, save},
    support::{self, Engine, Person, TestApp},
};

/// At least one row in every table.
async fn fill(app: &TestApp) -> Person {
    let ada = app.admin().await;
    let bob = app.member(Role::Member).await;
    app.stranger().await;
    let id = agent(app, &ada, "one \u{1F9ED} {{ x }} \"quoted\" \\ \r\n\ttwo").await;
    publish(app, &ada, id).await;
    save(app, &ada, id, 1, &config("two")).await;
    publish(app, &ada, id).await;
    releases::delete(&app.core, &ada.caller, id, 1).await.unwrap();
    grants::set_everyone(&app.core, &ada.caller, id, true).await.unwrap();
    coworker::set_favourite(&app.core, &bob.caller, id, true).await.unwrap();
    let session = sessions::start(&app.core, &bob.caller, id, false, None).await.unwrap();
    chat::send(&app.core, &bob.caller, session.id, "Hello").await.unwrap();
    runs::start(&app.core, &bob.caller, id, None, &serde_json::json!({ "order": 7 })).await.unwrap();
    let shown = channels::switch(&app.core, &ada.caller, id, Channel::Link, true).await.unwrap();
    let slug = shown.link.unwrap().slug;
    visits::say(&app.core, &slug, &Ticket::default(), "Hello").await.unwrap();
    app.core.engine.finish(std::time::Duration::from_secs(10)).await;
    passwords::make_reset_link_by_email(&app.core, &bob.email).await.unwrap();
    let form = ProviderForm {
        slug: "local".into(),
        kind: "openai".into(),
        base_url: "http://127.0.0.1:11434/v1".into(),
        models: "small".into(),
        key: "sk-canary".into(),
    };
    providers::save(&app.core, &ada.caller, None, &form).await.unwrap();
    for sql in [
        "INSERT INTO agent_tags (workspace_id, agent_id, tag) SELECT workspace_id, id, 'support' FROM agents",
        "INSERT INTO save_attempts (id, workspace_id, account_id, agent_id, body, created_at)
         SELECT id, workspace_id, owner_id, id, '{}', 9007199254740993 FROM agents",
    ] {
        app.execute(sql).await.unwrap();
    }
    let key = NewApiKey {
        name: "CI".into(),
        scopes: [Scope::Chat].into_iter().collect(),
        agent_id: Some(id),
        expires_at: None,
    };
    api_keys::make(&app.core, &ada.caller, &key).await.unwrap();
    let doomed = agent(app, &ada, "doomed").await;
    assert_ne!(doomed, id);
    approvals::set_needed(&app.core, &ada.caller, doomed, true).await.unwrap();
    approvals::request(&app.core, &ada.caller, doomed, "Please", None).await.unwrap();
    app.execute("INSERT INTO purges (agent_id, at) SELECT id, 5 FROM agents ORDER BY id DESC LIMIT 1").await.unwrap();
    ada
}

/// The database's own list of columns: table, column, type.
pub async fn catalogue(app: &TestApp) -> Vec<(String, String, String)> {
    match &app.core.db.pools {
        Pools::Sqlite { read, .. } => sqlx::query_as(
            "SELECT m.name, c.name, c.type FROM sqlite_schema m JOIN pragma_table_xinfo(m.name) c
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE '%!_search%' ESCAPE '!'",
        )
        .fetch_all(read)
        .await
        .unwrap(),
        Pools::Postgres(pool) => sqlx::query_as(
            "SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns
             WHERE table_schema = 'public'",
        )
        .fetch_all(pool)
        .await
        .unwrap(),
    }
}

fn fits(kind: Kind, data_type: &str) -> bool {
    match data_type {
        "BLOB" => matches!(kind, Kind::Id | Kind::Bytes),
        "uuid" => kind == Kind::Id,
        "bytea" => kind == Kind::Bytes,
        "TEXT" | "text" => kind == Kind::Text,
        "INTEGER" | "bigint" => kind == Kind::Number,
        _ => false,
    }
}

both_engines! {
    async fn the_list_of_tables_is_the_databases(app: TestApp) {
        let columns = catalogue(&app).await;
        let mut listed: BTreeMap<(&str, &str), Kind> = TABLES
            .iter()
            .flat_map(|table| table.columns.iter().map(|(column, kind)| ((table.name, *column), *kind)))
            .collect();
        for (table, column, data_type) in &columns {
            let left_out = LEFT_OUT.contains(&table.as_str())
                || table == "_sqlx_migrations"
                || LEFT_OUT_COLUMNS.contains(&(table.as_str(), column.as_str()));
            match listed.remove(&(table.as_str(), column.as_str())) {
                Some(kind) => {
                    assert!(!left_out, "{table}.{column} is listed and left out");
                    assert!(fits(kind, data_type), "{table}.{column} is {data_type}, not {kind:?}");
                }
                None => assert!(left_out, "{table}.{column} is in no backup: list it in store/backup/tables.rs"),
            }
        }
        assert!(listed.is_empty(), "the database does not have {listed:?}");
    }

    async fn what_is_backed_up_comes_back_on_either_engine(app: TestApp) {
        let ada = fill(&app).await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("galley.backup");
        let counts = take(&app, &file).await;
        let empty: Vec<_> = TABLES.iter().filter(|table| counts[table.name] == 0).map(|table| table.name).collect();
        assert!(empty.is_empty(), "nothing was tried with {empty:?}");
        let before = read(&file);

        for target in [Engine::Sqlite, Engine::Postgres] {
            support::run(target, |other| {
                let (file, before, ada) = (file.clone(), before.clone(), ada.clone());
                async move {
                    // What was there goes: another workspace with an agent of its own, live.
                    let eve = other.admin().await;
                    let id = agent(&other, &eve, "old").await;
                    publish(&other, &eve, id).await;

                    let contents = backup::put_back(&other.core.db, &file).await.unwrap();
                    assert_eq!(contents.counts.values().sum::<u64>(), before.len() as u64);
                    assert_eq!(rows(&other).await, before);
                    assert_eq!(other.number("SELECT COUNT(*) FROM sign_ins").await, 0);
                    still_works(&other, &ada).await;
                }
            })
            .await;
        }
    }

    async fn a_reader_sees_the_old_or_the_new(app: TestApp) {
        fill(&app).await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("galley.backup");
        take(&app, &file).await;
        let new = seen(&app).await;
        let ada = app.admin().await;
        for text in ["a", "b", "c"] {
            agent(&app, &ada, text).await;
        }
        let old = seen(&app).await;
        assert_ne!(old, new);

        let mut all = BTreeSet::new();
        let restore = backup::put_back(&app.core.db, &file);
        tokio::pin!(restore);
        loop {
            tokio::select! {
                done = &mut restore => break drop(done.unwrap()),
                now = seen(&app) => all.insert(now),
            };
        }
        all.insert(seen(&app).await);
        assert!(all.is_subset(&BTreeSet::from([old, new])), "{all:?} is neither {old:?} nor {new:?}");
        assert!(all.contains(&new));
    }

    async fn left_over_bodies_do_not_stop_a_restore(app: TestApp) {
        app.admin().await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("galley.backup");
        take(&app, &file).await;
        let sql = "INSERT INTO configs (workspace_id, hash, body) SELECT id, $1, $1 FROM workspaces";
        match &app.core.db.pools {
            Pools::Sqlite { write, .. } => drop(sqlx::query(sql).bind(vec![1_u8]).execute(write).await.unwrap()),
            Pools::Postgres(pool) => drop(sqlx::query(sql).bind(vec![1_u8]).execute(pool).await.unwrap()),
        }
        backup::put_back(&app.core.db, &file).await.unwrap();
        assert_eq!(rows(&app).await, read(&file));
    }

    async fn the_file_is_its_owners_and_the_old_one_stays_until_it_is_whole(app: TestApp) {
        fill(&app).await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("galley.backup");
        std::fs::write(&file, "the one before").unwrap();
        let closed = Db::open(&app.core.settings.database_url).await.unwrap();
        closed.close().await;
        backup::take(&closed, &file, Timestamp(0)).await.unwrap_err();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "the one before");

        take(&app, &file).await;
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "an unfinished file is left");
        let text = {
            use std::io::Read;
            let mut text = String::new();
            flate2::read::GzDecoder::new(std::fs::File::open(&file).unwrap()).read_to_string(&mut text).unwrap();
            text
        };
        assert!(!text.contains("sk-canary"), "a provider's key lies open in the backup");

        backup::take(&app.core.db, &folder.path().join("no/such/folder"), Timestamp(0)).await.unwrap_err();
    }
}

/// Agents, drafts and accounts, in one look.
async fn seen(app: &TestApp) -> (i64, i64, i64) {
    let db = &app.core.db;
    db.read(|tx| {
        async move {
            let agents = checkup::agents(tx).await?;
            let drafts = match &mut tx.kind {
                galley::server::store::db::Kind::Sqlite(tx) => {
                    sqlx::query_scalar("SELECT COUNT(*) FROM drafts").fetch_one(&mut **tx).await?
                }
                galley::server::store::db::Kind::Postgres(tx) => {
                    sqlx::query_scalar("SELECT COUNT(*) FROM drafts").fetch_one(&mut **tx).await?
                }
            };
            Ok((agents, drafts, checkup::accounts(tx).await?))
        }
        .boxed()
    })
    .await
    .unwrap()
}

/// The same person signs in, finds her agent by search and goes on where she was.
async fn still_works(app: &TestApp, ada: &Person) {
    let browser = app.browser();
    let answer = browser.call("sign_in", &[("email", &ada.email), ("password", &ada.password)]).await;
    assert!(answer.json()["entered"].is_object(), "{}", answer.text);
    let page = releases::list(&app.core, &ada.caller, live_agent(app).await, None, 10).await.unwrap();
    assert_eq!(
        page.data.iter().map(|release| (release.version, release.live)).collect::<Vec<_>>(),
        [(2, true), (1, false)]
    );
    let id = page.data[0].id;
    assert!(!id.is_nil());
    let agent = live_agent(app).await;
    save(app, ada, agent, 2, &config("three")).await;
    assert_eq!(app.number("SELECT MAX(number) FROM drafts").await, 3);
    publish(app, ada, agent).await;
    assert_eq!(app.number("SELECT MAX(version) FROM releases").await, 3);
    let search = match app.engine() {
        Engine::Sqlite => "SELECT COUNT(*) FROM agent_search WHERE agent_search MATCH 'triage'",
        Engine::Postgres => "SELECT COUNT(*) FROM agents WHERE search @@ to_tsquery('simple', 'triage')",
    };
    assert_eq!(app.number(search).await, 2);
}

async fn live_agent(app: &TestApp) -> uuid::Uuid {
    match &app.core.db.pools {
        Pools::Sqlite { read, .. } => sqlx::query_scalar("SELECT agent_id FROM live").fetch_one(read).await.unwrap(),
        Pools::Postgres(pool) => sqlx::query_scalar("SELECT agent_id FROM live").fetch_one(pool).await.unwrap(),
    }
}
