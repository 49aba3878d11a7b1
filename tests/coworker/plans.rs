//! The engines' own plans: no list of Coworker's reads or sorts whole tables, whatever the statistics say.

use galley::{
    model::{
        account::Role,
        coworker::{ConversationQuery, Show, UsableQuery},
    },
    server::{
        domain::coworker::{conversations_filter, usable, usable_filter},
        store::{
            conversations,
            usable_agents::{self, Driver},
        },
    },
};

use crate::support::{Engine, Person, TestApp, many_agents};

/// Enough that `everyday` is in too many for candidates, and `uncommon` in few.
const COUNT: i64 = 4_000;

async fn plan(app: &TestApp, by: &Person, query: &UsableQuery) -> (Driver, String) {
    let filter = usable_filter(&by.caller, query).unwrap();
    let filter = &filter;
    let (driver, lines) =
        app.core.db.read(|tx| Box::pin(async move { Ok(usable_agents::explain(tx, filter).await?) })).await.unwrap();
    (driver, lines.join("\n"))
}

fn check(engine: Engine, driver: Driver, plan: &str, what: &str) {
    let forbidden: &[&str] = match engine {
        Engine::Sqlite => &["SCAN g", "SCAN l", "SCAN r", "SCAN f", "SCAN v", "SCAN a", "SCAN o"],
        Engine::Postgres => &["Seq Scan", "Hash Join", "Merge Join"],
    };
    for word in forbidden {
        assert!(!plan.contains(word), "{word} for {what}, by {driver:?}:\n{plan}");
    }
    if driver == Driver::Few {
        assert!(plan.contains("grants_by_agent"), "{what} does not ask by the agent:\n{plan}");
    }
    if driver == Driver::Grants {
        for index in ["grants_live_of_account", "grants_live_of_everyone"] {
            assert!(plan.contains(index), "{what} does not walk {index}:\n{plan}");
        }
        // Of both walks together only what a page shows is sorted.
        let (word, most) = if engine == Engine::Sqlite { ("TEMP B-TREE FOR ORDER BY", 1) } else { ("Sort Key", 2) };
        let sorts = plan.matches(word).count();
        assert!(sorts <= most, "{what} sorts {sorts} times:\n{plan}");
    }
}

both_engines! {
    async fn the_picker_goes_by_indexes(app: TestApp) {
        let (ada, bob) = (app.admin().await, app.member(Role::Member).await);
        many_agents::fill(&app.core.db, ada.caller.workspace, ada.caller.account, bob.caller.account, COUNT).await;
        many_agents::release_all(&app.core.db, ada.caller.workspace, ada.caller.account).await;
        let words = |q: &str| UsableQuery { q: q.into(), ..UsableQuery::default() };
        for analysed in [false, true] {
            if analysed {
                many_agents::analyse(&app.core.db).await;
            }
            for person in [&ada, &bob] {
                let first = usable(&app.core, &person.caller, &UsableQuery::default()).await.unwrap();
                let next = UsableQuery { cursor: first.next_cursor, ..UsableQuery::default() };
                for (query, driver) in [
                    (UsableQuery::default(), Driver::Grants),
                    (next, Driver::Grants),
                    (words("everyday"), Driver::Grants),
                    (words("uncommon"), Driver::Few),
                    (words("nothing"), Driver::Few),
                    (UsableQuery { show: Show::Favourites, ..UsableQuery::default() }, Driver::Few),
                ] {
                    let (by, plan) = plan(&app, person, &query).await;
                    assert_eq!(by, driver, "{query:?}");
                    check(app.engine(), by, &plan, &format!("{query:?}"));
                }
            }
        }
        // Every second one is everyone's; of the others each has their own.
        let count = async |person: &Person, q: &str| {
            let (mut count, mut cursor) = (0, None);
            loop {
                let query = UsableQuery { cursor, limit: Some(100), ..words(q) };
                let page = usable(&app.core, &person.caller, &query).await.unwrap();
                count += page.data.len();
                cursor = page.next_cursor;
                if cursor.is_none() { return count }
            }
        };
        assert_eq!((count(&ada, "").await, count(&bob, "").await), (3_600, 2_400));
        assert_eq!(count(&bob, "everyday").await, 2_400);
        let rare = (1..=COUNT).filter(|i| i % 37 == 0 && (i % 2 == 1 || i % 10 == 0)).count();
        assert_eq!(count(&bob, "uncommon").await, rare);
    }

    async fn the_conversations_go_by_an_index(app: TestApp) {
        let ada = app.admin().await;
        let bob = app.member(Role::Member).await;
        many_agents::fill(&app.core.db, ada.caller.workspace, ada.caller.account, bob.caller.account, 10).await;
        many_agents::release_all(&app.core.db, ada.caller.workspace, ada.caller.account).await;
        many_agents::converse(&app.core.db, ada.caller.workspace, bob.caller.account, 2_000).await;
        let agent = usable(&app.core, &bob.caller, &UsableQuery::default()).await.unwrap().data[0].id;
        for analysed in [false, true] {
            if analysed {
                many_agents::analyse(&app.core.db).await;
            }
            for query in [
                ConversationQuery::default(),
                ConversationQuery { agent: Some(agent), ..ConversationQuery::default() },
                ConversationQuery { q: "uncommon".into(), ..ConversationQuery::default() },
            ] {
                let first = galley::server::domain::coworker::conversations(&app.core, &bob.caller, &query).await.unwrap();
                let next = ConversationQuery { cursor: first.next_cursor, ..query };
                let filter = conversations_filter(&bob.caller, &next).unwrap();
                let filter = &filter;
                let lines = app.core.db.read(|tx| Box::pin(async move { Ok(conversations::explain(tx, filter).await?) }));
                let plan = lines.await.unwrap().join("\n");
                let forbidden: &[&str] = match app.engine() {
                    Engine::Sqlite => &["SCAN", "TEMP B-TREE"],
                    Engine::Postgres => &["Seq Scan", "Sort", "Hash Join", "Bitmap"],
                };
                for word in forbidden {
                    assert!(!plan.contains(word), "{word} for {next:?}:\n{plan}");
                }
                assert!(plan.contains("sessions_in_coworker"), "{plan}");
            }
        }
    }
}
