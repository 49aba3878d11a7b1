//! Nodes that start at once on one empty database.

use futures_util::future::join_all;
use galley::server::store::{db::Db, schema};

use crate::support::{Engine, TestApp};

/// The address of a database in which nothing has run yet.
async fn empty_database(app: &TestApp, folder: &std::path::Path) -> String {
    match app.engine() {
        Engine::Sqlite => format!("sqlite://{}", folder.join("new/galley.db").display()),
        Engine::Postgres => {
            app.execute("DROP SCHEMA public CASCADE").await.unwrap();
            app.execute("CREATE SCHEMA public").await.unwrap();
            app.core.settings.database_url.clone()
        }
    }
}

/// SQLite refuses the second of two that turn a new file to write-ahead logging, without waiting.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_open_one_new_file_at_once() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..30 {
        let url = format!("sqlite://{}", folder.path().join(format!("{round}.db")).display());
        let opened = join_all((0..8).map(|_| {
            let url = url.clone();
            tokio::spawn(async move { Db::open(&url).await.map_err(|error| error.to_string()) })
        }))
        .await;
        for db in opened {
            db.unwrap().unwrap().close().await;
        }
    }
}

both_engines! {
    async fn many_nodes_migrate_one_empty_database_at_once(app: TestApp) {
        let folder = tempfile::tempdir().unwrap();
        let url = empty_database(&app, folder.path()).await;
        let nodes = (0..8).map(|_| async {
            let db = Db::open(&url).await.map_err(|error| error.to_string())?;
            db.migrate().await.map_err(|error| error.to_string())?;
            let version = schema::version(&db).await.map_err(|failure| format!("{failure:?}"))?;
            db.close().await;
            Ok::<_, String>((version, schema::known(db.engine())))
        });
        for node in join_all(nodes).await {
            let (version, known) = node.unwrap();
            assert_eq!(version, known);
        }
    }

    async fn a_database_of_a_newer_galley_is_refused(app: TestApp) {
        app.execute(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             SELECT 9999, description, success, checksum, execution_time FROM _sqlx_migrations WHERE version = 1",
        )
        .await
        .unwrap();
        let error = app.core.db.migrate().await.unwrap_err();
        assert!(schema::explain(&error).contains("made by a newer Galley (its schema 9999"), "{error}");
        assert_eq!(schema::version(&app.core.db).await.unwrap(), 9999);
    }
}
