//! What the tests of the list have in common: agents made quickly, lists walked to the end, a reference to compare with.

use galley::{
    model::{
        agent::{AgentRow, Status},
        agent_list::{AgentPage, AgentQuery, Sort},
        config::Config,
        release::Published,
        saved_draft::{Origin, SaveOutcome},
    },
    server::domain::{agent_list, agents, releases, tags},
};
use uuid::Uuid;

use crate::support::{Person, TestApp};

/// A valid config.
pub fn config(name: &str, description: &str) -> Config {
    Config {
        name: name.to_owned(),
        description: description.to_owned(),
        instructions: "Help.".to_owned(),
        ..Config::default()
    }
}

/// Makes an agent, a second after whatever was before.
pub async fn create(app: &TestApp, by: &Person, config: &Config) -> Uuid {
    app.clock().advance(1);
    match agents::create(&app.core, &by.caller, config, Origin::Create).await.unwrap() {
        SaveOutcome::Saved(saved) => saved.agent_id,
        other => panic!("{other:?}"),
    }
}

/// Publishes the draft.
pub async fn publish(app: &TestApp, by: &Person, agent: Uuid) {
    app.clock().advance(1);
    let published = releases::publish(&app.core, &by.caller, agent, "", None).await.unwrap();
    assert!(matches!(published, Published::Released(_)), "{published:?}");
}

/// Tags an agent.
pub async fn tag(app: &TestApp, by: &Person, agent: Uuid, tag: &str) {
    app.clock().advance(1);
    tags::add(&app.core, &by.caller, agent, tag).await.unwrap();
}

/// One page.
pub async fn page(app: &TestApp, by: &Person, query: &AgentQuery) -> AgentPage {
    agent_list::list(&app.core, &by.caller, query).await.unwrap()
}

/// Every row, page after page; and the way back gives the same pages.
pub async fn walk(app: &TestApp, by: &Person, query: &AgentQuery) -> Vec<AgentRow> {
    let mut rows = Vec::new();
    let mut pages: Vec<AgentPage> = Vec::new();
    let mut cursor = None;
    loop {
        let query = AgentQuery { cursor: cursor.take(), ..query.clone() };
        let found = page(app, by, &query).await;
        rows.extend(found.data.iter().cloned());
        cursor.clone_from(&found.next_cursor);
        pages.push(found);
        if cursor.is_none() {
            break;
        }
        assert!(pages.len() < 1_000, "the walk does not end");
    }
    for pair in pages.windows(2) {
        let back = AgentQuery { cursor: pair[1].prev_cursor.clone(), ..query.clone() };
        let found = page(app, by, &back).await;
        assert_eq!(ids(&found.data), ids(&pair[0].data), "the way back leads to the page before: {query:?}");
    }
    assert!(pages.first().is_none_or(|first| first.prev_cursor.is_none()));
    rows
}

/// The ids of rows.
pub fn ids(rows: &[AgentRow]) -> Vec<Uuid> {
    rows.iter().map(|row| row.id).collect()
}

/// What the list must answer, out of all rows in no order: the rule, told once more without an index.
pub fn expected(all: &[AgentRow], query: &AgentQuery) -> Vec<Uuid> {
    let words: Vec<String> = query.q.split_whitespace().map(str::to_lowercase).collect();
    let mut rows: Vec<&AgentRow> = all
        .iter()
        .filter(|row| query.status.is_none_or(|status| row.status == status))
        .filter(|row| query.owner.is_none_or(|owner| row.owner.id == owner))
        .filter(|row| query.tag.as_ref().is_none_or(|tag| row.tags.contains(tag)))
        .filter(|row| {
            let text = format!("{} {}", row.name, row.description).to_lowercase();
            words.iter().all(|word| text.split_whitespace().any(|known| known.starts_with(word)))
        })
        .collect();
    rows.sort_by(|a, b| match query.sort {
        Sort::Updated => (b.updated_at, b.id).cmp(&(a.updated_at, a.id)),
        Sort::Name => (a.name.to_lowercase(), a.id).cmp(&(b.name.to_lowercase(), b.id)),
        Sort::Created => b.id.cmp(&a.id),
    });
    rows.into_iter().map(|row| row.id).collect()
}

/// Every filter that the tests try.
pub fn queries(tags: &[&str], words: &[&str], owners: &[Uuid]) -> Vec<AgentQuery> {
    let statuses = [None, Some(Status::Draft), Some(Status::Published), Some(Status::UnpublishedChanges)];
    let tags: Vec<Option<String>> =
        std::iter::once(None).chain(tags.iter().map(|tag| Some((*tag).to_owned()))).collect();
    let words: Vec<&str> = std::iter::once("").chain(words.iter().copied()).collect();
    let owners: Vec<Option<Uuid>> = std::iter::once(None).chain(owners.iter().copied().map(Some)).collect();
    let mut all = Vec::new();
    for sort in Sort::ALL {
        for status in statuses {
            for tag in &tags {
                for q in &words {
                    for owner in &owners {
                        all.push(AgentQuery {
                            q: (*q).to_owned(),
                            status,
                            tag: tag.clone(),
                            owner: *owner,
                            sort,
                            ..AgentQuery::default()
                        });
                    }
                }
            }
        }
    }
    all
}
