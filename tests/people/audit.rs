//! The audit log by its filters, page by page, and as a file.

use std::str::FromStr;

use axum::http::StatusCode;
use futures_util::{StreamExt, TryStreamExt};
use galley::{
    model::{
        account::Role,
        api_key::{NewApiKey, Scope},
        audit::{AuditEntry, AuditFilter, act_words},
        error::Code,
    },
    server::domain::{api_keys, audit, grants, members, tags},
};
use uuid::Uuid;

use crate::{
    releases::{agent, config, save, saved},
    support::{Answer, Person, TestApp},
};

async fn all(app: &TestApp, by: &Person, filter: &AuditFilter) -> Vec<AuditEntry> {
    let mut entries = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let page = audit::list(&app.core, &by.caller, filter, cursor.as_deref(), 3).await.unwrap();
        entries.extend(page.data);
        cursor = page.next_cursor;
        if cursor.is_none() {
            return entries;
        }
        assert!(entries.len() < 10_000, "the walk does not end");
    }
}

/// Acts of three people over some days, several at one moment.
async fn history(app: &TestApp) -> (Person, Person, [Uuid; 2]) {
    let (ada, bob) = (app.admin().await, app.member(Role::Member).await);
    let agents = [agent(app, &ada, "0").await, agent(app, &bob, "0").await];
    for number in 1..=4 {
        app.clock().advance(if number % 2 == 0 { 0 } else { 86_400 });
        saved(save(app, &ada, agents[0], number, &config(&number.to_string())).await);
        saved(save(app, &bob, agents[1], number, &config(&number.to_string())).await);
        tags::add(&app.core, &bob.caller, agents[1], &format!("t{number}")).await.unwrap();
    }
    app.clock().advance(10);
    members::set_role(&app.core, &ada.caller, bob.caller.account, Role::Admin).await.unwrap();
    (ada, bob, agents)
}

/// The rows of a table as RFC 4180 has them.
fn table(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            other => cell.push(other),
        }
    }
    assert!(!quoted && cell.is_empty() && row.is_empty(), "the last line ends");
    rows
}

async fn export(person: &Person, query: &str) -> Answer {
    person.browser.get(&format!("/api/v1/audit/export?{query}")).await
}

both_engines! {
    async fn any_filters_give_what_they_say_newest_first(app: TestApp) {
        let (ada, bob, agents) = history(&app).await;
        let everything = all(&app, &ada, &AuditFilter::default()).await;
        assert!(everything.windows(2).all(|pair| (pair[0].at, pair[0].id) > (pair[1].at, pair[1].id)));
        let some = |values: &[Uuid]| std::iter::once(None).chain(values.iter().copied().map(Some)).collect::<Vec<_>>();
        let times: Vec<_> = [everything[3].at, everything[everything.len() - 3].at].into_iter().map(Some).chain([None]).collect();
        let mut asked = 0;
        for act in [None, Some("agent.save"), Some("agent.tags"), Some("member.role"), Some("no.such")] {
            for subject in some(&[agents[0], agents[1], bob.caller.account]) {
                for actor in some(&[ada.caller.account, bob.caller.account, Uuid::nil()]) {
                    for from in &times {
                        for to in &times {
                            let filter = AuditFilter { act: act.map(str::to_owned), subject, actor, from: *from, to: *to };
                            let expected: Vec<_> = everything.iter().filter(|entry| {
                                act.is_none_or(|act| entry.act == act)
                                    && subject.is_none_or(|subject| entry.subject == Some(subject))
                                    && actor.is_none_or(|actor| entry.actor.as_ref().is_some_and(|one| one.id == actor))
                                    && from.is_none_or(|from| entry.at >= from)
                                    && to.is_none_or(|to| entry.at < to)
                            }).cloned().collect();
                            assert_eq!(all(&app, &ada, &filter).await, expected, "{filter:?}");
                            asked += usize::from(!expected.is_empty());
                        }
                    }
                }
            }
        }
        assert!(asked > 30, "{asked} filters found something");
    }

    async fn things_and_people_are_named(app: TestApp) {
        let (ada, bob, agents) = history(&app).await;
        let entries = all(&app, &ada, &AuditFilter::default()).await;
        let of = |act: &str| entries.iter().find(|entry| entry.act == act).unwrap();
        assert_eq!((of("agent.save").subject, of("agent.save").subject_name.as_deref()), (Some(agents[1]), Some("Support triage")));
        assert_eq!(of("member.role").subject_name.as_deref(), Some(bob.name.as_str()));
        assert_eq!(of("invitation.make").subject_name, None);
        assert!(entries.iter().all(|entry| act_words(&entry.act) != entry.act), "each act has its words");
        let choices = audit::choices(&app.core, &ada.caller).await.unwrap();
        let mut acts: Vec<_> = entries.iter().map(|entry| entry.act.clone()).collect();
        acts.sort_unstable();
        acts.dedup();
        assert_eq!(choices.acts, acts);
        assert_eq!(choices.people.iter().map(|person| person.id).collect::<Vec<_>>(), [ada.caller.account, bob.caller.account]);
        // Who left still stands for what they did.
        members::remove(&app.core, &ada.caller, bob.caller.account).await.unwrap();
        assert_eq!(audit::choices(&app.core, &ada.caller).await.unwrap().people.len(), 2);
    }

    async fn a_file_holds_what_the_list_shows(app: TestApp) {
        let (ada, bob, agents) = history(&app).await;
        grants::set_one(&app.core, &bob.caller, agents[1], ada.caller.account, Some(galley::model::agent::Right::User)).await.unwrap();
        let query = format!("subject={}&from=2026-11-23&act=", agents[1]);
        let filter = AuditFilter {
            subject: Some(agents[1]),
            from: galley::model::timestamp::Timestamp::parse("2026-11-23T00:00:00Z"),
            ..AuditFilter::default()
        };
        let listed = all(&app, &ada, &filter).await;
        assert!(listed.len() > 5);

        let lines = export(&ada, &format!("{query}&format=jsonl")).await;
        assert_eq!(lines.status, StatusCode::OK, "{}", lines.text);
        assert_eq!(lines.header("content-type"), Some("application/x-ndjson"));
        assert_eq!(lines.header("content-disposition"), Some("attachment; filename=\"audit-2026-11-24.jsonl\""));
        let read: Vec<AuditEntry> = lines.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(read, listed);

        let file = export(&ada, &query).await;
        assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
        assert_eq!(file.header("cache-control"), Some("no-store"));
        let rows = table(&file.text);
        assert_eq!(rows.len(), listed.len() + 1);
        for (row, entry) in rows[1..].iter().zip(&listed) {
            let cell = |name: &str| &row[rows[0].iter().position(|column| column == name).unwrap()];
            assert_eq!((cell("at"), cell("act")), (&entry.at.to_string(), &entry.act));
            assert_eq!(Uuid::from_str(cell("id")).unwrap(), entry.id);
            assert_eq!(cell("actor_id"), &entry.actor.as_ref().unwrap().id.to_string());
            assert_eq!(serde_json::from_str::<serde_json::Value>(cell("detail")).unwrap(), entry.detail);
        }
        let asked = AuditFilter { act: Some("audit.export".into()), ..AuditFilter::default() };
        assert_eq!(all(&app, &ada, &asked).await.len(), 2, "who took the log away is in it");
    }

    async fn a_name_is_no_formula(app: TestApp) {
        let ada = app.admin().await;
        let evil = "=HYPERLINK(\"http://evil.example\",\"x\")";
        let config = galley::model::config::Config { name: evil.into(), ..config("A") };
        let made = galley::server::domain::agents::create(&app.core, &ada.caller, &config, galley::model::saved_draft::Origin::Create).await.unwrap();
        saved(made);
        let rows = table(&export(&ada, "format=csv&act=agent.create").await.text);
        let column = rows[0].iter().position(|column| column == "subject").unwrap();
        assert_eq!(rows[1][column], format!("'{evil}"));
        assert!(rows.iter().flatten().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r'])));
    }

    async fn a_long_log_comes_whole_and_in_pieces(app: TestApp) {
        let ada = app.admin().await;
        let id = agent(&app, &ada, "0").await;
        for _ in 0..600 {
            tags::add(&app.core, &ada.caller, id, "a").await.unwrap();
            tags::remove(&app.core, &ada.caller, id, "a").await.unwrap();
        }
        let filter = AuditFilter { subject: Some(id), ..AuditFilter::default() };
        let pieces: Vec<Vec<AuditEntry>> =
            audit::export(&app.core, &ada.caller, filter).await.unwrap().try_collect().await.map_err(|failure| failure.public).unwrap();
        assert_eq!(pieces.iter().map(Vec::len).collect::<Vec<_>>(), [500, 500, 201]);
        let mut ids: Vec<_> = pieces.iter().flatten().map(|entry| entry.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 1_201, "each once");
        // Who stops being an admin meanwhile gets no more.
        let bob = app.member(Role::Admin).await;
        let stream = audit::export(&app.core, &bob.caller, AuditFilter::default()).await.unwrap();
        let mut stream = std::pin::pin!(stream);
        assert_eq!(stream.next().await.unwrap().unwrap().len(), 500);
        members::set_role(&app.core, &ada.caller, bob.caller.account, Role::Member).await.unwrap();
        assert_eq!(stream.next().await.unwrap().unwrap_err().public.code, Code::Forbidden);
        assert!(stream.next().await.is_none());
    }

    async fn only_admins_and_keys_that_may_take_it_away(app: TestApp) {
        let (ada, bob, eve) = (app.admin().await, app.member(Role::Member).await, app.stranger().await);
        let id = agent(&app, &ada, "A").await;
        assert_eq!(export(&bob, "").await.status, StatusCode::FORBIDDEN);
        assert!(audit::choices(&app.core, &bob.caller).await.is_err());
        let hers = export(&eve, "format=jsonl").await;
        assert!(hers.status == StatusCode::OK && !hers.text.contains(&id.to_string()) && !hers.text.contains("Ada"));
        assert_eq!(app.browser().get("/api/v1/audit/export").await.status, StatusCode::UNAUTHORIZED);
        let new = NewApiKey { name: "CI".into(), scopes: [Scope::AgentsRead].into_iter().collect(), agent_id: None, expires_at: None };
        let (_, key) = api_keys::make(&app.core, &ada.caller, &new).await.unwrap();
        let request = axum::http::Request::get("/api/v1/audit/export")
            .header("authorization", format!("Bearer {key}"))
            .body(axum::body::Body::empty());
        assert_eq!(app.browser().send(request.unwrap()).await.status, StatusCode::FORBIDDEN);
        for (query, field) in [("from=x", "from"), ("to=2026-99-99", "to"), ("subject=x", "subject"), ("format=xml", "format"), ("nope=1", "nope")] {
            let refused = export(&ada, query).await;
            assert_eq!((refused.status.as_u16(), refused.json()["errors"][0]["field"].as_str()), (422, Some(field)), "{}", refused.text);
        }
    }
}
