//! The audit log: who did what, from where, before and after; for admins alone.

use galley::{
    model::{
        account::Role,
        api_key::Scope,
        audit::{AuditEntry, AuditFilter},
        error::Code,
    },
    server::domain::{
        audit,
        caller::{Caller, KeyUse, Via},
        drafts, grants, members, releases, tags,
    },
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    releases::{agent, config, publish, released, save, saved},
    support::{Person, TestApp},
};

async fn list(app: &TestApp, by: &Person, filter: AuditFilter) -> Vec<AuditEntry> {
    audit::list(&app.core, &by.caller, &filter, None, 100).await.unwrap().data
}

fn acts(entries: &[AuditEntry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.act.as_str()).collect()
}

both_engines! {
    async fn every_change_of_an_agent_is_there_newest_first(app: TestApp) {
        let ada = app.admin().await;
        let id = agent(&app, &ada, "A").await;
        app.clock().advance(60);
        saved(save(&app, &ada, id, 1, &config("B")).await);
        tags::add(&app.core, &ada.caller, id, "Support").await.unwrap();
        let first = released(publish(&app, &ada, id).await);
        saved(drafts::restore(&app.core, &ada.caller, id, saved_id(&app, &ada, id, 1).await).await.unwrap());
        let second = released(publish(&app, &ada, id).await);
        releases::roll_back(&app.core, &ada.caller, id, 1, "rude", false).await.unwrap();
        releases::delete(&app.core, &ada.caller, id, 2).await.unwrap();
        releases::unpublish(&app.core, &ada.caller, id).await.unwrap();
        let entries = list(&app, &ada, AuditFilter { subject: Some(id), ..AuditFilter::default() }).await;
        assert_eq!(acts(&entries), [
            "agent.unpublish", "release.delete", "agent.rollback", "agent.publish", "agent.save", "agent.publish",
            "agent.tags", "agent.save", "agent.create",
        ]);
        let (a, b) = (config("A").hash(), config("B").hash());
        let details: Vec<_> = entries.iter().map(|entry| entry.detail.clone()).collect();
        assert_eq!(details[0], json!({ "before": first.id, "after": null, "reason": "" }));
        assert_eq!(details[2], json!({ "before": second.id, "after": first.id, "reason": "rude" }));
        assert_eq!(details[4], json!({ "number": 3, "origin": "restore", "before": b, "after": a }));
        assert_eq!(details[6], json!({ "before": [], "after": ["Support"] }));
        assert_eq!(details[7], json!({ "number": 2, "origin": "save", "before": a, "after": b }));
        let save = &entries[7];
        assert_eq!(save.actor.as_ref().map(|actor| (actor.id, actor.name.as_str())), Some((ada.caller.account, "Ada")));
        assert_eq!((save.via.as_str(), save.address.as_str(), save.at), ("page", "203.0.113.7", app.clock().now()));
        // What changed nothing is not there.
        drafts::save(&app.core, &ada.caller, id, 3, &config("A"), None).await.unwrap();
        releases::unpublish(&app.core, &ada.caller, id).await.unwrap();
        assert_eq!(list(&app, &ada, AuditFilter { subject: Some(id), ..AuditFilter::default() }).await, entries);
    }

    async fn it_is_filtered_and_paged(app: TestApp) {
        let (ada, bob) = (app.admin().await, app.member(Role::Member).await);
        let id = agent(&app, &bob, "0").await;
        for number in 1..=7 {
            saved(save(&app, &bob, id, number, &config(&number.to_string())).await);
        }
        members::set_role(&app.core, &ada.caller, bob.caller.account, Role::Admin).await.unwrap();
        let all = list(&app, &ada, AuditFilter::default()).await;
        let mut seen = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let page =
                audit::list(&app.core, &ada.caller, &AuditFilter::default(), cursor.as_deref(), 3).await.unwrap();
            seen.extend(page.data);
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, all);
        assert!(all.windows(2).all(|pair| pair[0].id > pair[1].id));

        let act = |act: &str| AuditFilter { act: Some(act.into()), ..AuditFilter::default() };
        assert_eq!(list(&app, &ada, act("agent.save")).await.len(), 7);
        assert_eq!(list(&app, &ada, act("agent")).await, []);
        let by_bob = list(&app, &ada, AuditFilter { actor: Some(bob.caller.account), ..AuditFilter::default() }).await;
        assert!(by_bob.iter().all(|entry| entry.actor.as_ref().is_some_and(|actor| actor.id == bob.caller.account)));
        assert!(acts(&by_bob).contains(&"invitation.accept") && !acts(&by_bob).contains(&"member.role"));
        let role = list(&app, &ada, AuditFilter { subject: Some(bob.caller.account), ..act("member.role") }).await;
        assert_eq!(role.iter().map(|entry| &entry.detail).collect::<Vec<_>>(), [&json!({ "before": "member", "after": "admin" })]);
        assert_eq!(list(&app, &ada, AuditFilter { actor: Some(Uuid::now_v7()), ..act("agent.save") }).await, []);
        let wrong = audit::list(&app.core, &ada.caller, &AuditFilter::default(), Some("x"), 3).await.unwrap_err();
        assert_eq!(wrong.public.errors[0].field, "cursor");
    }

    async fn a_key_is_named_and_held_to_its_scope(app: TestApp) {
        let (ada, bob) = (app.admin().await, app.member(Role::Member).await);
        let id = agent(&app, &bob, "A").await;
        let by = |scope: Scope| {
            let key = KeyUse { id: Uuid::now_v7(), scopes: [scope].into_iter().collect(), agent: None };
            Caller { via: Via::Api, key: Some(key), ..ada.caller.clone() }
        };
        let (writes, runs) = (by(Scope::AgentsWrite), by(Scope::Admin));
        let forbidden = |failure: galley::server::failure::Failure| assert_eq!(failure.public.code, Code::Forbidden);
        forbidden(audit::list(&app.core, &writes, &AuditFilter::default(), None, 10).await.unwrap_err());
        forbidden(grants::give(&app.core, &writes, id, ada.caller.account).await.unwrap_err());
        grants::give(&app.core, &runs, id, ada.caller.account).await.unwrap();
        tags::add(&app.core, &writes, id, "Support").await.unwrap();
        let filter = AuditFilter { subject: Some(id), ..AuditFilter::default() };
        let entries = audit::list(&app.core, &runs, &filter, None, 10).await.unwrap().data;
        let doors: Vec<_> =
            entries.iter().map(|entry| (entry.act.as_str(), entry.via.as_str(), entry.key_id)).collect();
        let key = |caller: &Caller| caller.key.map(|key| key.id);
        assert_eq!(doors, [
            ("agent.tags", "api", key(&writes)), ("agent.owner", "api", key(&runs)), ("agent.create", "page", None),
        ]);
    }

    async fn only_an_admin_reads_it_and_only_their_own(app: TestApp) {
        let (ada, bob, eve) = (app.admin().await, app.member(Role::Member).await, app.stranger().await);
        let id = agent(&app, &bob, "A").await;
        let refused = audit::list(&app.core, &bob.caller, &AuditFilter::default(), None, 10).await.unwrap_err();
        assert_eq!(refused.public.code, Code::Forbidden);
        let hers = list(&app, &eve, AuditFilter::default()).await;
        assert!(!hers.is_empty() && hers.iter().all(|entry| entry.actor.as_ref().is_none_or(|actor| actor.name == "Eve")));
        assert_eq!(list(&app, &eve, AuditFilter { subject: Some(id), ..AuditFilter::default() }).await, []);
        let cursor = audit::list(&app.core, &ada.caller, &AuditFilter::default(), None, 1).await.unwrap().next_cursor;
        let page = audit::list(&app.core, &eve.caller, &AuditFilter::default(), cursor.as_deref(), 100).await.unwrap();
        assert!(page.data.iter().all(|entry| hers.contains(entry)), "a cursor is no way in");
    }
}

/// The id of a save.
async fn saved_id(app: &TestApp, person: &Person, agent: Uuid, number: i64) -> Uuid {
    let page = drafts::list(&app.core, &person.caller, agent, None, 100).await.unwrap();
    page.data.into_iter().find(|draft| draft.number == number).unwrap().revision_id
}
