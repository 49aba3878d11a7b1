//! A whole server on a database of its own, without a port.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use axum::Router;
use futures_util::FutureExt;
use galley::{
    model::{account::Role, timestamp::Timestamp},
    server::{
        clock::Clock,
        core::Core,
        domain::{accounts, caller::Source, invitations, sign_ins},
        router::router,
        settings::{ProviderSettings, Settings},
        store::db::{Db, Pools},
    },
};
use sqlx::{Connection, Executor, PgConnection};
use tokio::sync::Mutex;
use uuid::Uuid;

use super::{browser::Browser, person::Person};

/// Where the tests' Postgres is, for a superuser that may make databases.
const POSTGRES_URL: &str = "GALLEY_TEST_POSTGRES_URL";

/// Past this a test waits for what never comes. The slowest takes half a minute beside nothing else.
const LONGEST: Duration = Duration::from_mins(10);

/// Which engine a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file in a temporary folder.
    Sqlite,
    /// A database on the tests' server.
    Postgres,
}

enum Home {
    Folder(tempfile::TempDir),
    Database { server: String, name: String },
}

/// A whole server; cheap to clone.
#[derive(Clone)]
pub struct TestApp {
    /// The server's parts, to call the domain with.
    pub core: Core,
    /// The server as a service.
    pub service: Router,
    home: Arc<Home>,
    people: Arc<Mutex<Vec<Person>>>,
}

/// Runs a test on a fresh database, which is gone afterwards, however the test ends.
pub async fn run<F: Future<Output = ()>>(engine: Engine, test: impl FnOnce(TestApp) -> F) {
    let app = TestApp::start(engine).await;
    let outcome = tokio::time::timeout(LONGEST, AssertUnwindSafe(test(app.clone())).catch_unwind()).await;
    let finished = tokio::time::timeout(LONGEST, app.finish()).await;
    if let Err(panic) = outcome.expect("the test hangs") {
        std::panic::resume_unwind(panic);
    }
    finished.expect("its database cannot be closed");
}

impl TestApp {
    /// Starts a server on a fresh database.
    async fn start(engine: Engine) -> Self {
        let (home, url) = match engine {
            Engine::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                let url = format!("sqlite://{}", folder.path().join("galley.db").display());
                (Home::Folder(folder), url)
            }
            Engine::Postgres => {
                let server = std::env::var(POSTGRES_URL).unwrap_or_else(|_| {
                    panic!("{POSTGRES_URL} is not set: run the tests with `make test`, or `scripts/with-postgres cargo test …`")
                });
                let name = format!("galley_test_{}", Uuid::now_v7().simple());
                let mut connection = PgConnection::connect(&server).await.unwrap();
                connection.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
                connection.close().await.unwrap();
                let (base, _) = server.rsplit_once('/').unwrap();
                let url = format!("{base}/{name}");
                (Home::Database { server, name }, url)
            }
        };
        let db = Db::open(&url).await.unwrap();
        db.migrate().await.unwrap();
        let settings = Settings {
            database_url: url,
            address: "127.0.0.1:0".parse().unwrap(),
            public_url: None,
            secret_key: [7; 32],
            open_sign_up: false,
            session_idle_seconds: 24 * 3600,
            answer_timeout_seconds: 5,
            rate_key: std::num::NonZeroU32::MAX,
            rate_address: std::num::NonZeroU32::MAX,
            rate_link_address: std::num::NonZeroU32::MAX,
            rate_link: std::num::NonZeroU32::MAX,
            providers: ProviderSettings::default(),
            trusted_proxies: vec![],
        };
        // 22 November 2026, 06:00 UTC.
        let clock = Clock::fixed(Timestamp(1_795_327_200_000_000));
        let core = Core::new(db, clock, settings).unwrap();
        Self { service: router(core.clone()), core, home: Arc::new(home), people: Arc::default() }
    }

    /// The same database behind a server with other settings: another node, or the same one after a restart.
    pub fn with_settings(&self, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings::clone(&self.core.settings);
        change(&mut settings);
        let core = Core { settings: Arc::new(settings), ..self.core.clone() };
        Self { service: router(core.clone()), core, home: self.home.clone(), people: self.people.clone() }
    }

    /// The server after a restart: what was in memory is gone, and the database is opened anew.
    pub async fn restarted(&self) -> Self {
        self.core.db.close().await;
        let db = Db::open(&self.core.settings.database_url).await.unwrap();
        self.over(Core::new(db, self.core.clock.clone(), Settings::clone(&self.core.settings)).unwrap())
    }

    /// Another node on the same database.
    pub fn over(&self, core: Core) -> Self {
        Self { service: router(core.clone()), core, home: self.home.clone(), people: self.people.clone() }
    }

    /// The clock, which stands still until it is advanced.
    pub fn clock(&self) -> &Clock {
        &self.core.clock
    }

    /// Which engine the test runs on.
    pub fn engine(&self) -> Engine {
        match *self.home {
            Home::Folder(_) => Engine::Sqlite,
            Home::Database { .. } => Engine::Postgres,
        }
    }

    /// A browser in which nobody is signed in.
    pub fn browser(&self) -> Browser {
        Browser::new(self.service.clone())
    }

    /// The admin who made the first workspace; the same one each time.
    pub async fn admin(&self) -> Person {
        let mut people = self.people.lock().await;
        if let Some(admin) = people.first() {
            return admin.clone();
        }
        let admin = self.found("Ada").await;
        people.push(admin.clone());
        admin
    }

    /// Somebody new in the admin's workspace.
    pub async fn member(&self, role: Role) -> Person {
        let admin = self.admin().await;
        let token = invitations::make(&self.core, &admin.caller, role, "").await.unwrap();
        let person = Person::new("Bob");
        let form = person.form("", Some(&token));
        let entered = accounts::sign_up(&self.core, &Source::command_line(), &form).await.unwrap();
        person.signed_in(self, entered).await
    }

    /// Somebody who runs another workspace and belongs to no other.
    pub async fn stranger(&self) -> Person {
        self.admin().await;
        self.with_settings(|settings| settings.open_sign_up = true).found("Eve").await
    }

    async fn found(&self, name: &str) -> Person {
        let person = Person::new(name);
        let form = person.form("Workshop", None);
        let entered = accounts::sign_up(&self.core, &Source::command_line(), &form).await.unwrap();
        person.signed_in(self, entered).await
    }

    /// What the database answers to one statement that gives one number.
    pub async fn number(&self, sql: &'static str) -> i64 {
        match &self.core.db.pools {
            Pools::Sqlite { read, .. } => sqlx::query_scalar(sql).fetch_one(read).await.unwrap(),
            Pools::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
        }
    }

    /// What the database answers to one statement that gives one id.
    pub async fn id(&self, sql: &'static str) -> Uuid {
        match &self.core.db.pools {
            Pools::Sqlite { read, .. } => sqlx::query_scalar(sql).fetch_one(read).await.unwrap(),
            Pools::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
        }
    }

    /// Runs one statement on the database itself; gives what it refuses with.
    pub async fn execute(&self, sql: &'static str) -> Result<u64, sqlx::Error> {
        match &self.core.db.pools {
            Pools::Sqlite { write, .. } => sqlx::query(sql).execute(write).await.map(|done| done.rows_affected()),
            Pools::Postgres(pool) => sqlx::query(sql).execute(pool).await.map(|done| done.rows_affected()),
        }
    }

    async fn finish(&self) {
        self.core.db.close().await;
        if let Home::Database { server, name } = &*self.home {
            let mut connection = PgConnection::connect(server).await.unwrap();
            let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            connection.execute(sqlx::AssertSqlSafe(drop)).await.unwrap();
        }
    }

    /// The person's membership as it is now.
    pub(super) async fn who(&self, account: Uuid, workspace: Uuid) -> galley::model::account::Me {
        sign_ins::who(&self.core, account, Some(workspace)).await.unwrap().unwrap()
    }
}
