//! The engines' own plans for pages of the list: no filter reads or sorts the whole table.

use galley::{
    model::{
        account::Role,
        agent_list::{AgentQuery, Sort},
    },
    server::{
        domain::agent_list::filter,
        store::agent_list::{self as store, Driver},
    },
};

use super::world::{page, queries};
use crate::support::{Engine, Person, TestApp, many_agents};

/// Enough that `common`, `mid`'s owners and every badge are too many to be candidates, and the rest few.
const COUNT: i64 = 12_000;

async fn plan(app: &TestApp, by: &Person, query: &AgentQuery) -> (Driver, String) {
    let filter = filter(&by.caller, query).unwrap();
    let filter = &filter;
    let (driver, lines) =
        app.core.db.read(|tx| Box::pin(async move { Ok(store::explain(tx, filter).await?) })).await.unwrap();
    (driver, lines.join("\n"))
}

/// What an order-driven plan must not do, and what no plan may.
fn check(engine: Engine, driver: Driver, plan: &str, query: &AgentQuery) {
    let forbidden: &[&str] = match (engine, driver) {
        (Engine::Sqlite, Driver::Order) => &["TEMP B-TREE", "SCAN a"],
        // Of the two accounts that there are, reading both is as good as looking one up.
        (Engine::Sqlite, _) => &["SCAN a\n", "SCAN g\n", "SCAN l\n", "SCAN r\n", "SCAN f\n"],
        (Engine::Postgres, Driver::Order) => &["Sort", "Seq Scan", "Bitmap", "Hash Join", "Hash Semi"],
        (Engine::Postgres, _) => &["Seq Scan", "Hash Join"],
    };
    // Each line says how it reads a table after the table's name; a scan that uses an index is one still.
    let lines: String = plan
        .lines()
        .map(|line| line.split(" USING ").next().unwrap_or(line).replace(" LEFT-JOIN", "") + "\n")
        .collect();
    for word in forbidden {
        assert!(!lines.contains(word), "{word} for {query:?}, driven by {driver:?}:\n{plan}");
    }
    // Where Postgres may not sort, some index gives the order: of a member's agents by creation, that of their grants.
    if driver == Driver::Order && engine == Engine::Sqlite {
        assert!(plan.contains("agents_by_"), "no index gives the order for {query:?}:\n{plan}");
    }
}

both_engines! {
    async fn every_page_goes_by_an_index_whatever_the_statistics_say(app: TestApp) {
        let (ada, bob) = (app.admin().await, app.member(Role::Member).await);
        many_agents::fill(&app.core.db, ada.caller.workspace, ada.caller.account, bob.caller.account, COUNT).await;
        for analysed in [false, true] {
            if analysed {
                many_agents::analyse(&app.core.db).await;
            }
            let (mut by_order, mut by_few) = (0, 0);
            // A place in the list is one of its sort, whatever the filter.
            let mut deep_in = Vec::new();
            for sort in Sort::ALL {
                let first = page(&app, &ada, &AgentQuery { sort, ..AgentQuery::default() }).await;
                deep_in.push((sort, first.next_cursor.unwrap()));
            }
            for query in queries(&["common", "rare"], &["everyday", "singular"], &[bob.caller.account]) {
                let cursor = deep_in.iter().find(|(sort, _)| *sort == query.sort).map(|(_, cursor)| cursor.clone());
                let deep = AgentQuery { cursor, ..query.clone() };
                for (by, query) in [(&ada, &query), (&ada, &deep), (&bob, &query)] {
                    let (driver, plan) = plan(&app, by, query).await;
                    check(app.engine(), driver, &plan, query);
                    if driver == Driver::Order { by_order += 1 } else { by_few += 1 }
                }
            }
            assert!(by_order > 50 && by_few > 50, "{by_order} by order, {by_few} by few");
        }
    }

    async fn the_smallest_filter_drives(app: TestApp) {
        let (ada, bob) = (app.admin().await, app.member(Role::Member).await);
        many_agents::fill(&app.core.db, ada.caller.workspace, ada.caller.account, bob.caller.account, COUNT).await;
        let all = AgentQuery::default;
        let tagged = |tag: &str| AgentQuery { tag: Some(tag.to_owned()), ..all() };
        let worded = |q: &str| AgentQuery { q: q.to_owned(), ..all() };
        for (query, driver) in [
            (all(), Driver::Order),
            (AgentQuery { sort: Sort::Name, ..all() }, Driver::Order),
            (AgentQuery { owner: Some(bob.caller.account), ..all() }, Driver::Order),
            (tagged("common"), Driver::Order),
            (tagged("rare"), Driver::Tag),
            (worded("everyday"), Driver::Order),
            (worded("uncommon"), Driver::Words),
            (AgentQuery { tag: Some("rare".into()), ..worded("uncommon") }, Driver::Tag),
            (AgentQuery { tag: Some("mid".into()), ..worded("singular") }, Driver::Words),
        ] {
            assert_eq!(plan(&app, &ada, &query).await.0, driver, "{query:?}");
        }
        let cyd = app.member(Role::Member).await;
        assert_eq!(plan(&app, &cyd, &all()).await.0, Driver::Grants);
        assert_eq!(plan(&app, &bob, &all()).await.0, Driver::Order);
    }
}
