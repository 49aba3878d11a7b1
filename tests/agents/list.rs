//! Who sees what, in which order, under which filter, page by page.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use galley::{
    model::{
        account::Role,
        agent::{Right, Status},
        agent_list::{AgentQuery, Sort},
        error::Code,
    },
    server::{
        domain::{agent_list, agent_view, drafts, grants},
        store,
    },
};
use uuid::Uuid;

use super::world::{config, create, expected, ids, page, publish, queries, tag, walk};
use crate::support::{Person, TestApp};

async fn grant(app: &TestApp, agent: Uuid, to: &Person, right: Right) {
    let at = app.clock().now();
    let (workspace, account) = (to.caller.workspace, to.caller.account);
    app.core
        .db
        .write(|tx| {
            Box::pin(async move { Ok(store::grants::set(tx, workspace, agent, account, right, account, at).await?) })
        })
        .await
        .unwrap();
}

/// Thirty agents of two people, with everything that a filter can tell apart.
async fn thirty(app: &TestApp, ada: &Person, bob: &Person) -> Vec<Uuid> {
    let names = ["Refund desk", "refund Robot", "Écrivain", "Zebra", "alpha 9", "Alpha 10"];
    let mut all = Vec::new();
    for number in 0..30_usize {
        let by = if number % 3 == 0 { bob } else { ada };
        let description = if number % 4 == 0 { "Answers tickets" } else { "" };
        let id = create(app, by, &config(names[number % names.len()], description)).await;
        if number % 2 == 0 {
            tag(app, by, id, "even").await;
        }
        if number % 7 == 0 {
            tag(app, by, id, "R&D").await;
        }
        if number % 5 < 2 {
            publish(app, by, id).await;
        }
        if number % 5 == 1 {
            let changed = config(names[number % names.len()], "Changed since");
            app.clock().advance(1);
            drafts::save(&app.core, &by.caller, id, 1, &changed, None).await.unwrap();
        }
        all.push(id);
    }
    all
}

both_engines! {
    async fn each_sees_their_own_and_an_admin_sees_all(app: TestApp) {
        let (ada, bob, cyd) = (app.admin().await, app.member(Role::Member).await, app.member(Role::Member).await);
        let eve = app.stranger().await;
        let of_ada = create(&app, &ada, &config("Ada's", "")).await;
        let of_bob = create(&app, &bob, &config("Bob's", "")).await;
        let of_eve = create(&app, &eve, &config("Eve's", "")).await;
        let all = AgentQuery::default();
        let seen = |rows: &[galley::model::agent::AgentRow]| -> Vec<(Uuid, Option<Right>)> {
            rows.iter().map(|row| (row.id, row.right)).collect()
        };
        assert_eq!(seen(&page(&app, &ada, &all).await.data), [(of_bob, None), (of_ada, Some(Right::Owner))]);
        assert_eq!(seen(&page(&app, &bob, &all).await.data), [(of_bob, Some(Right::Owner))]);
        assert_eq!(seen(&page(&app, &cyd, &all).await.data), []);
        assert_eq!(seen(&page(&app, &eve, &all).await.data), [(of_eve, Some(Right::Owner))]);

        // A right of everyone puts an agent into Coworker, not into everybody's list of agents.
        grants::set_everyone(&app.core, &bob.caller, of_bob, true).await.unwrap();
        assert_eq!(seen(&page(&app, &cyd, &all).await.data), []);
        grant(&app, of_bob, &cyd, Right::Editor).await;
        grant(&app, of_ada, &cyd, Right::User).await;
        let rows = page(&app, &cyd, &all).await.data;
        assert_eq!(seen(&rows), [(of_bob, Some(Right::Editor)), (of_ada, Some(Right::User))]);

        // No filter opens what is not visible.
        for query in [
            AgentQuery { q: "Eve".into(), ..all.clone() },
            AgentQuery { owner: Some(eve.caller.account), ..all.clone() },
        ] {
            assert_eq!(page(&app, &ada, &query).await.data, []);
        }
        grants::give(&app.core, &ada.caller, of_bob, ada.caller.account).await.unwrap();
        let rows = page(&app, &ada, &AgentQuery { owner: Some(ada.caller.account), ..all }).await.data;
        assert!(rows.iter().any(|row| row.id == of_bob && row.right == Some(Right::Owner)));
    }

    async fn who_merely_uses_an_agent_sees_nothing_of_its_draft(app: TestApp) {
        let (ada, bob) = (app.admin().await, app.member(Role::Member).await);
        let id = create(&app, &ada, &config("Desk", "Answers")).await;
        let other = create(&app, &ada, &config("Zebra", "")).await;
        publish(&app, &ada, other).await;
        for agent in [id, other] {
            grant(&app, agent, &bob, Right::User).await;
        }
        let query = |q: &str, sort| AgentQuery { q: q.into(), sort, limit: Some(1), ..AgentQuery::default() };
        let names = async |q: &str| -> Vec<String> {
            let rows = walk(&app, &bob, &query(q, Sort::Name)).await;
            rows.into_iter().map(|row| format!("{}|{}", row.name, row.description)).collect()
        };
        // Not even before the first release.
        assert_eq!((names("").await, names("desk").await), (vec!["|".to_owned(), "Zebra|".to_owned()], vec![]));
        publish(&app, &ada, id).await;
        let secret = config("Zzz secret layoffs", "All of them");
        drafts::save(&app.core, &ada.caller, id, 1, &secret, None).await.unwrap();
        // Neither does the order say anything of it, nor a cursor.
        assert_eq!(names("").await, ["Desk|Answers", "Zebra|"]);
        let first = page(&app, &bob, &query("", Sort::Name)).await;
        let cursor = String::from_utf8(URL_SAFE_NO_PAD.decode(first.next_cursor.unwrap()).unwrap()).unwrap();
        assert!(cursor.contains("desk") && !cursor.contains("secret"), "{cursor}");
        assert_eq!((names("desk").await, names("layoffs").await), (vec!["Desk|Answers".to_owned()], vec![]));
        let seen = agent_view::get(&app.core, &bob.caller, id).await.unwrap();
        assert_eq!((seen.name.as_str(), seen.description.as_str()), ("Desk", "Answers"));
        assert_eq!((seen.draft, seen.config), (None, None));
        // An admin sees every draft, whatever right they were given.
        let root = app.member(Role::Admin).await;
        grant(&app, id, &root, Right::User).await;
        let seen = agent_view::get(&app.core, &root.caller, id).await.unwrap();
        assert_eq!((seen.name.as_str(), seen.draft.map(|draft| draft.number)), ("Zzz secret layoffs", Some(2)));
        // Who may edit it does.
        grant(&app, id, &bob, Right::Editor).await;
        assert_eq!((names("layoffs").await.len(), names("desk").await.len()), (1, 0));
        assert_eq!(agent_view::get(&app.core, &bob.caller, id).await.unwrap().name, "Zzz secret layoffs");
    }

    async fn the_filters_offer_what_the_viewer_sees(app: TestApp) {
        let (ada, bob, cyd) = (app.admin().await, app.member(Role::Member).await, app.member(Role::Member).await);
        let eve = app.stranger().await;
        for (by, word) in [(&ada, "ours"), (&bob, "bobs"), (&eve, "foreign")] {
            let id = create(&app, by, &config("A", "")).await;
            tag(&app, by, id, word).await;
            tag(&app, by, id, "all").await;
        }
        let choices = async |by: &Person| {
            let choices = agent_list::choices(&app.core, &by.caller).await.unwrap();
            (choices.tags, choices.owners.into_iter().map(|owner| owner.id).collect::<Vec<_>>())
        };
        let (tags, owners) = choices(&ada).await;
        assert_eq!(tags, ["all", "bobs", "ours"]);
        assert_eq!(owners.len(), 2);
        assert!(owners.contains(&ada.caller.account) && owners.contains(&bob.caller.account));
        assert_eq!(choices(&bob).await, (vec!["all".to_owned(), "bobs".to_owned()], vec![bob.caller.account]));
        assert_eq!(choices(&cyd).await, (vec![], vec![]));
        let foreign = page(&app, &eve, &AgentQuery::default()).await.data[0].id;
        galley::server::domain::trash::delete(&app.core, &eve.caller, foreign).await.unwrap();
        assert_eq!(choices(&eve).await, (vec![], vec![]));
    }

    async fn any_filter_and_sort_gives_the_whole_set_once(app: TestApp) {
        let (ada, bob) = (app.admin().await, app.member(Role::Member).await);
        let made = thirty(&app, &ada, &bob).await;
        let all = walk(&app, &ada, &AgentQuery { limit: Some(100), ..AgentQuery::default() }).await;
        assert_eq!(all.len(), made.len());
        let of_bob: Vec<_> = all.iter().filter(|row| row.owner.id == bob.caller.account).cloned().collect();
        let owners = [ada.caller.account, bob.caller.account];
        let mut compared = 0;
        for query in queries(&["even", "R&D", "none"], &["ref", "alpha 1", "TICKETS zeb", "nothing"], &owners) {
            let query = AgentQuery { limit: Some(4), ..query };
            let found = ids(&walk(&app, &ada, &query).await);
            assert_eq!(found, expected(&all, &query), "{query:?}");
            let found = ids(&walk(&app, &bob, &query).await);
            assert_eq!(found, expected(&of_bob, &query), "a member's {query:?}");
            compared += found.len();
        }
        assert!(compared > 100, "the filters let nothing through");
    }

    async fn a_walk_meets_every_standing_row_once_while_others_change(app: TestApp) {
        let (ada, bob) = (app.admin().await, app.member(Role::Member).await);
        let made = thirty(&app, &ada, &bob).await;
        for sort in Sort::ALL {
            let mut query = AgentQuery { sort, limit: Some(4), ..AgentQuery::default() };
            let mut met: Vec<Uuid> = Vec::new();
            let mut touched = Vec::new();
            loop {
                let found = page(&app, &ada, &query).await;
                met.extend(ids(&found.data));
                let Some(next) = found.next_cursor else { break };
                query.cursor = Some(next);
                // A row met already jumps to the front, a new one appears, and the row under the cursor changes.
                touched.push(met[0]);
                tag(&app, &ada_or(&app, &ada, &bob, met[0]).await, met[0], &format!("touched {}", met.len())).await;
                touched.push(*met.last().unwrap());
                let last = *met.last().unwrap();
                tag(&app, &ada_or(&app, &ada, &bob, last).await, last, &format!("last {}", met.len())).await;
                create(&app, &ada, &config("Newcomer", "")).await;
            }
            for standing in made.iter().filter(|id| !touched.contains(id)) {
                let times = met.iter().filter(|id| *id == standing).count();
                assert_eq!(times, 1, "sorted by {}", sort.as_str());
            }
        }
    }

    async fn searches_are_words_and_never_a_language(app: TestApp) {
        let ada = app.admin().await;
        let desk = create(&app, &ada, &config("Refund-desk v1.2", "Mails bob@example.com about “orders”")).await;
        let other = create(&app, &ada, &config("名前 helper", "naïve OR not")).await;
        let find = async |q: &str| ids(&page(&app, &ada, &AgentQuery { q: q.to_owned(), ..AgentQuery::default() }).await.data);
        for q in ["refund", "DESK", "ref desk", "desk v1", "refund-desk", "refund-d", "example", "bob@example.com", "com", "orders", "“orders”"] {
            assert_eq!(find(q).await, [desk], "{q}");
        }
        // “OR” alone also begins “orders”.
        for q in ["名前", "helper", "naïve OR", "not OR", "naïve"] {
            assert_eq!(find(q).await, [other], "{q}");
        }
        assert_eq!(find("   ").await, [other, desk]);
        for q in [
            "fund", "refund helper", "!!!", "🛟", "\"", "'", "\\", "\\'", "a\"b", "x' | y", "refund | helper", "desk:*", ":*",
            "refund & !helper", "NEAR(refund desk)", "text:refund nothing", "refund NOT desk nothing", "^refund zzz",
            "(refund", "* zzz", "{a b} : c", "-- x", "'; DROP TABLE agents; --", "\0zzz", "%zzz_", "a:b:c <-> d",
        ] {
            let found = find(q).await;
            assert!(found.is_empty() || found == [desk], "{q}: {found:?}");
        }
        assert_eq!(find("refund \0desk").await, [desk]);
        let long = AgentQuery { q: "x".repeat(201), ..AgentQuery::default() };
        let refused = agent_list::list(&app.core, &ada.caller, &long).await.unwrap_err().public;
        assert_eq!((refused.code, refused.errors[0].field.as_str()), (Code::ValidationFailed, "q"));
        // Each of so many words must be met; “about” meets them all.
        let many = "a ".repeat(99);
        assert_eq!(find(&many).await, [desk]);
    }

    async fn limits_and_cursors_are_checked(app: TestApp) {
        let ada = app.admin().await;
        for number in 0..3 {
            create(&app, &ada, &config(&format!("A{number}"), "")).await;
        }
        let first = page(&app, &ada, &AgentQuery { limit: Some(1), ..AgentQuery::default() }).await;
        let refused = async |query: AgentQuery| {
            agent_list::list(&app.core, &ada.caller, &query).await.unwrap_err().public.errors[0].field.clone()
        };
        assert_eq!(refused(AgentQuery { limit: Some(0), ..AgentQuery::default() }).await, "limit");
        assert_eq!(refused(AgentQuery { limit: Some(101), ..AgentQuery::default() }).await, "limit");
        let of_another = AgentQuery { cursor: first.next_cursor.clone(), sort: Sort::Name, ..AgentQuery::default() };
        assert_eq!(refused(of_another).await, "cursor");
        assert_eq!(refused(AgentQuery { cursor: Some("zzz".into()), ..AgentQuery::default() }).await, "cursor");
        let nothing_left = page(&app, &ada, &AgentQuery { status: Some(Status::Published), ..AgentQuery::default() }).await;
        assert_eq!((nothing_left.data.len(), nothing_left.next_cursor, nothing_left.prev_cursor), (0, None, None));
    }

    async fn the_page_lists_filters_and_acts_without_any_code_in_the_browser(app: TestApp) {
        let ada = app.admin().await;
        let empty = ada.browser.get("/").await;
        assert!(empty.text.contains("You have no agents yet") && empty.text.contains("/agents/new?example="), "{}", empty.text);
        let id = create(&app, &ada, &config("Refund desk <b>", "Answers")).await;
        let text = ada.browser.get("/").await.text;
        assert!(text.contains("Refund desk &lt;b&gt;") && !text.contains("desk <b>"));
        assert!(text.contains(&format!("/agents/{id}")) && text.contains("Any tag"));
        assert!(ada.browser.get("/?q=nothing").await.text.contains("No agent matches"));
        assert!(ada.browser.get("/?cursor=zzz").await.text.contains("not a cursor that this list gave"));
        let id = id.to_string();
        let done = ada.browser.submit("/?sort=name", "add_tag", &[("agent", &id), ("tag", " Ops ")]).await;
        assert_eq!((done.status.as_u16(), done.location()), (303, "/?sort=name"));
        let refused = ada.browser.submit("/", "add_tag", &[("agent", &id), ("tag", " ")]).await;
        assert_eq!((refused.status.as_u16(), refused.location()), (303, "/"));
        assert!(ada.browser.get("/?tag=Ops&status=draft&owner=&q=").await.text.contains("Refund desk"));
        assert_eq!(ada.browser.submit("/", "duplicate_agent", &[("agent", &id)]).await.location(), "/");
        assert!(ada.browser.get("/?tag=Ops").await.text.contains("Refund desk &lt;b&gt; (copy)"));
        assert_eq!(ada.browser.submit("/", "delete_agent", &[("agent", &id)]).await.location(), "/");
        let trash = ada.browser.get("/trash").await.text;
        assert!(trash.contains("30 days left") && trash.contains("Refund desk"), "{trash}");
        assert_eq!(ada.browser.submit("/trash", "restore_agent", &[("agent", &id)]).await.location(), "/trash");
        assert!(ada.browser.get("/trash").await.text.contains("The trash is empty"));
    }
}

/// Whichever of the two may edit it.
async fn ada_or(app: &TestApp, ada: &Person, bob: &Person, agent: Uuid) -> Person {
    let query = AgentQuery { limit: Some(100), ..AgentQuery::default() };
    let owned = page(app, bob, &query).await.data.iter().any(|row| row.id == agent);
    if owned { bob.clone() } else { ada.clone() }
}
