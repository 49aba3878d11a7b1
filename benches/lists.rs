//! Times of pages of lists at 100,000 agents, as ratios to the first page of My Agents in the same run: 1.0 is as fast. Then
//! Coworker's: the agents that one may use when all of them are live, and 20,000 conversations of one person.
//!
//! `make bench`, or `cargo bench --features ssr --bench lists`; with `GALLEY_TEST_POSTGRES_URL` set, on Postgres too. The
//! argument `--rows N` takes another number of agents.

#![allow(clippy::unwrap_used, reason = "a benchmark says what failed by panicking")]

#[path = "../tests/support/many_agents.rs"]
mod many_agents;

use std::time::{Duration, Instant};

use galley::{
    model::{
        account::Role,
        agent::Status,
        agent_list::{AgentQuery, Sort},
        coworker::{ConversationQuery, Show, UsableQuery},
    },
    server::{
        clock::Clock,
        core::Core,
        domain::{
            accounts::{self, SignUp},
            agent_list,
            caller::{Caller, Source, Via},
            coworker,
        },
        settings::{ProviderSettings, Settings},
        store::db::Db,
    },
};
use sqlx::{Connection, Executor, PgConnection};
use uuid::Uuid;

/// How often each page is asked for; the middle time counts.
const ROUNDS: usize = 21;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let words: Vec<String> = std::env::args().collect();
    let rows = words.iter().position(|word| word == "--rows").and_then(|at| words.get(at + 1)?.parse().ok());
    let rows = rows.unwrap_or(100_000);

    let folder = tempfile::tempdir().unwrap();
    measure("SQLite", &format!("sqlite://{}", folder.path().join("bench.db").display()), rows).await;

    #[allow(clippy::disallowed_methods, reason = "where the server is comes from scripts/with-postgres")]
    let Ok(server) = std::env::var("GALLEY_TEST_POSTGRES_URL") else {
        println!("Postgres: left out, since GALLEY_TEST_POSTGRES_URL is not set");
        return;
    };
    let name = format!("galley_bench_{}", Uuid::now_v7().simple());
    let mut connection = PgConnection::connect(&server).await.unwrap();
    connection.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    let (base, _) = server.rsplit_once('/').unwrap();
    measure("Postgres", &format!("{base}/{name}"), rows).await;
    connection.execute(sqlx::AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"))).await.unwrap();
}

async fn measure(engine: &str, url: &str, rows: i64) {
    let db = Db::open(url).await.unwrap();
    db.migrate().await.unwrap();
    let core = Core::new(db, Clock::System, settings(url)).unwrap();
    let ada = person(&core, "ada@example.com").await;
    let bob = person(&core, "bob@example.com").await;
    let began = Instant::now();
    many_agents::fill(&core.db, ada.workspace, ada.account, bob.account, rows).await;
    many_agents::analyse(&core.db).await;
    println!("\n{engine}: {rows} agents, made in {:.1} s", began.elapsed().as_secs_f64());

    let all = AgentQuery::default();
    let first = time(&core, &ada, &all).await;
    let member = Caller { account: bob.account, role: Role::Member, ..ada.clone() };
    let tag = |tag: &str| AgentQuery { tag: Some(tag.to_owned()), ..AgentQuery::default() };
    let q = |q: &str| AgentQuery { q: q.to_owned(), ..AgentQuery::default() };
    let pages = [
        ("first page", &ada, all.clone()),
        ("deep page (9 in 10 before it)", &ada, deep(&core, &ada, &all, rows * 9 / 10).await),
        ("sorted by name", &ada, AgentQuery { sort: Sort::Name, ..all.clone() }),
        ("sorted by creation", &ada, AgentQuery { sort: Sort::Created, ..all.clone() }),
        ("100 rows", &ada, AgentQuery { limit: Some(100), ..all.clone() }),
        ("badge", &ada, AgentQuery { status: Some(Status::Published), ..all.clone() }),
        ("owner of 1 in 10", &ada, AgentQuery { owner: Some(bob.account), ..all.clone() }),
        (
            "owner and badge, by name",
            &ada,
            AgentQuery { owner: Some(bob.account), status: Some(Status::Draft), sort: Sort::Name, ..all.clone() },
        ),
        ("tag of 1 in 2", &ada, tag("common")),
        ("tag of 1 in 40", &ada, tag("mid")),
        ("tag of 1 in 2,000", &ada, tag("rare")),
        ("tag of none", &ada, tag("none")),
        ("word in all", &ada, q("everyday")),
        ("word in all, deep", &ada, deep(&core, &ada, &q("everyday"), rows / 2).await),
        ("word in 1 of 37", &ada, q("uncommon")),
        ("word in 1 of 5,000", &ada, q("singular")),
        ("word in none", &ada, q("zzz")),
        ("two words, all and 1 of 37", &ada, q("every unco")),
        ("word in 1 of 37, tag of 1 in 2", &ada, AgentQuery { tag: Some("common".into()), ..q("uncommon") }),
        ("a member with 1 in 10", &member, all.clone()),
        ("a member, tag of 1 in 40", &member, tag("mid")),
    ];
    for (what, caller, query) in pages {
        let took = time(&core, caller, &query).await;
        say(what, took, first);
    }
    coworkers(&core, &ada, &bob, &member, rows, first).await;
    core.db.close().await;
}

/// Coworker's lists: all agents live, every second one everyone's.
async fn coworkers(core: &Core, ada: &Caller, bob: &Caller, member: &Caller, rows: i64, first: Duration) {
    let began = Instant::now();
    many_agents::release_all(&core.db, ada.workspace, ada.account).await;
    many_agents::converse(&core.db, ada.workspace, bob.account, 20_000).await;
    many_agents::analyse(&core.db).await;
    println!("  Coworker, released in {:.1} s", began.elapsed().as_secs_f64());
    let all = UsableQuery::default();
    let q = |q: &str| UsableQuery { q: q.to_owned(), ..UsableQuery::default() };
    let mut deep = all.clone();
    for _ in 0..rows / 400 {
        let page = UsableQuery { limit: Some(100), ..deep.clone() };
        let Some(next) = coworker::usable(core, member, &page).await.unwrap().next_cursor else { break };
        deep.cursor = Some(next);
    }
    for (what, caller, query) in [
        ("picker, who owns 9 in 10", ada, all.clone()),
        ("picker, a member", member, all.clone()),
        ("picker, a member, deep", member, deep),
        ("picker, 100 rows", member, UsableQuery { limit: Some(100), ..all.clone() }),
        ("picker, word in all", member, q("everyday")),
        ("picker, word in 1 of 37", member, q("uncommon")),
        ("picker, word in 1 of 5,000", member, q("singular")),
        ("picker, word in none", member, q("zzz")),
        ("picker, favourites", member, UsableQuery { show: Show::Favourites, ..all.clone() }),
        ("picker, last used", member, UsableQuery { show: Show::Recent, ..all }),
    ] {
        say(what, middle(async || drop(coworker::usable(core, caller, &query).await.unwrap())).await, first);
    }
    let all = ConversationQuery::default();
    let mut deep = all.clone();
    for _ in 0..150 {
        let page = ConversationQuery { limit: Some(100), ..deep.clone() };
        let Some(next) = coworker::conversations(core, member, &page).await.unwrap().next_cursor else { break };
        deep.cursor = Some(next);
    }
    for (what, query) in [
        ("conversations", all.clone()),
        ("conversations, deep", deep),
        ("conversations, word in 1 of 37", ConversationQuery { q: "uncommon".into(), ..all.clone() }),
        ("conversations, word in none", ConversationQuery { q: "zzz".into(), ..all }),
    ] {
        say(what, middle(async || drop(coworker::conversations(core, member, &query).await.unwrap())).await, first);
    }
}

fn say(what: &str, took: Duration, first: Duration) {
    let ratio = took.as_secs_f64() / first.as_secs_f64();
    println!("  {what:<34} {ratio:>6.1}   {:>8.2} ms", took.as_secs_f64() * 1_000.0);
}

/// The page that has about `before` rows before it, found by its cursor.
async fn deep(core: &Core, caller: &Caller, query: &AgentQuery, before: i64) -> AgentQuery {
    let mut found = query.clone();
    for _ in 0..before / 100 {
        let page = AgentQuery { limit: Some(100), ..found.clone() };
        let Some(next) = agent_list::list(core, caller, &page).await.unwrap().next_cursor else { break };
        found.cursor = Some(next);
    }
    found
}

async fn time(core: &Core, caller: &Caller, query: &AgentQuery) -> Duration {
    middle(async || drop(agent_list::list(core, caller, query).await.unwrap())).await
}

/// The middle of the times that it takes.
async fn middle(work: impl AsyncFn()) -> Duration {
    let mut times = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let began = Instant::now();
        work().await;
        times.push(began.elapsed());
    }
    times.sort_unstable();
    times[ROUNDS / 2]
}

async fn person(core: &Core, email: &str) -> Caller {
    let form =
        SignUp { email, name: "Somebody", password: "a long enough password", workspace: "Bench", invitation: None };
    let entered = accounts::sign_up(core, &Source::command_line(), &form).await.unwrap();
    Caller {
        account: entered.account,
        workspace: entered.workspace,
        role: Role::Admin,
        via: Via::Cli,
        address: String::new(),
        key: None,
    }
}

fn settings(url: &str) -> Settings {
    Settings {
        database_url: url.to_owned(),
        address: ([127, 0, 0, 1], 0).into(),
        public_url: None,
        secret_key: [7; 32],
        open_sign_up: true,
        session_idle_seconds: 24 * 3600,
        answer_timeout_seconds: 5,
        rate_key: std::num::NonZeroU32::MAX,
        rate_address: std::num::NonZeroU32::MAX,
        rate_link_address: std::num::NonZeroU32::MAX,
        rate_link: std::num::NonZeroU32::MAX,
        providers: ProviderSettings::default(),
        trusted_proxies: vec![],
    }
}
