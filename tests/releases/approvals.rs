//! A second person's approval before a publish, and who publishes at all.

use std::collections::BTreeSet;

use galley::{
    model::{
        account::Role,
        agent::Right,
        agent_list::AgentQuery,
        approval::{Approval, ApprovalState, Decision},
        audit::AuditFilter,
        error::{Code, Error},
        publishing::{Publishing, WorkspaceSettings},
        release::Published,
    },
    server::{
        domain::{agent_list, approvals, audit, builder, drafts, releases, trash, workspaces},
        failure::Failure,
    },
};
use uuid::Uuid;

use super::{access::grant, agent, config, publish, released, save, saved};
use crate::support::{Person, TestApp};

/// An agent of Ada's that Bob edits: v1 is live, draft 2 waits, and somebody else has to approve it.
async fn gated(app: &TestApp) -> (Person, Person, Uuid) {
    let (ada, bob) = (app.admin().await, app.member(Role::Member).await);
    let id = agent(app, &ada, "one").await;
    released(publish(app, &ada, id).await);
    grant(app, &ada, id, &bob, Right::Editor).await;
    approvals::set_needed(&app.core, &ada.caller, id, true).await.unwrap();
    saved(save(app, &ada, id, 1, &config("two")).await);
    (ada, bob, id)
}

async fn ask(app: &TestApp, person: &Person, id: Uuid) -> Approval {
    approvals::request(&app.core, &person.caller, id, "Two is better", None).await.unwrap().approval
}

async fn decide(
    app: &TestApp,
    person: &Person,
    approval: &Approval,
    decision: Decision,
    comment: &str,
) -> Result<Approval, Error> {
    let decided = approvals::decide(&app.core, &person.caller, approval.agent_id, approval.id, decision, comment).await;
    decided.map_err(|failure| failure.public)
}

async fn approve(app: &TestApp, person: &Person, approval: &Approval) -> Approval {
    decide(app, person, approval, Decision::Approved, "").await.unwrap()
}

#[track_caller]
fn unapproved(published: Published) -> ApprovalState {
    match published {
        Published::Unapproved(state) => state,
        other => panic!("expected a missing approval, got {other:?}"),
    }
}

fn code<T>(answer: Result<T, Failure>) -> Option<Code> {
    answer.err().map(|failure| failure.public.code)
}

async fn only_owners_publish(app: &TestApp, ada: &Person, publishing: Publishing) {
    let name = workspaces::settings(&app.core, &ada.caller).await.unwrap().name;
    workspaces::change(&app.core, &ada.caller, &WorkspaceSettings { name, publishing }).await.unwrap();
}

both_engines! {
    async fn a_draft_goes_live_only_once_somebody_else_approved_it(app: TestApp) {
        let (ada, bob, id) = gated(&app).await;
        assert_eq!(unapproved(publish(&app, &ada, id).await), ApprovalState::Missing { lapsed: None });
        let asked = ask(&app, &bob, id).await;
        assert_eq!((asked.draft_number, asked.current, asked.decided.is_none()), (2, true, true));
        assert!(matches!(unapproved(publish(&app, &ada, id).await), ApprovalState::Requested { .. }));
        let own = decide(&app, &bob, &asked, Decision::Approved, "").await.unwrap_err();
        assert_eq!(own.code, Code::Forbidden, "{own}");
        assert!(matches!(unapproved(publish(&app, &bob, id).await), ApprovalState::Requested { .. }));
        let approved = approve(&app, &ada, &asked).await.decided.unwrap();
        assert_eq!((approved.decision, approved.by.id), (Decision::Approved, ada.caller.account));
        let release = released(publish(&app, &bob, id).await);
        assert_eq!((release.version, release.draft_number, release.config_hash), (2, 2, asked.config_hash));

        // Going back asks nobody, and what nobody changed says so instead of asking for an approval.
        releases::roll_back(&app.core, &bob.caller, id, 1, "", false).await.unwrap();
        releases::roll_back(&app.core, &bob.caller, id, 2, "", false).await.unwrap();
        assert_eq!(publish(&app, &bob, id).await, Published::NoChanges);
        let filter = AuditFilter { subject: Some(id), ..AuditFilter::default() };
        let acts = audit::list(&app.core, &ada.caller, &filter, None, 50).await.unwrap().data;
        let acts: Vec<String> = acts.into_iter().map(|entry| entry.act).collect();
        for act in ["agent.needs_approval", "approval.request", "approval.approve"] {
            assert_eq!(acts.iter().filter(|one| *one == act).count(), 1, "{act} in {acts:?}");
        }
    }

    async fn an_approval_is_of_one_save_and_no_other(app: TestApp) {
        let (ada, bob, id) = gated(&app).await;
        let asked = ask(&app, &bob, id).await;
        approve(&app, &ada, &asked).await;
        let seen = drafts::get(&app.core, &ada.caller, id, None).await.unwrap().info.revision_id;
        saved(save(&app, &bob, id, 2, &config("three")).await);
        let lapsed = ApprovalState::Missing { lapsed: Some(2) };
        assert_eq!(unapproved(publish(&app, &ada, id).await), lapsed);
        // By its id neither the save that was approved nor the one that was not.
        let core = &app.core;
        let old = releases::publish_revision(core, &ada.caller, id, seen, "", None).await.unwrap();
        assert!(matches!(old, Published::Race { current: 3, .. }), "{old:?}");
        let newest = drafts::get(core, &ada.caller, id, None).await.unwrap().info.revision_id;
        assert_eq!(unapproved(releases::publish_revision(core, &ada.caller, id, newest, "", None).await.unwrap()), lapsed);
        // The same words in a later save are another save.
        saved(save(&app, &bob, id, 3, &config("two")).await);
        assert_eq!(unapproved(publish(&app, &ada, id).await), lapsed);
        let listed = approvals::list(core, &bob.caller, id, None, 10).await.unwrap().data;
        assert_eq!(listed.iter().map(|one| (one.draft_number, one.current)).collect::<Vec<_>>(), [(2, false)]);

        // A request that nobody decided is past, too.
        let open = ask(&app, &ada, id).await;
        saved(save(&app, &ada, id, 4, &config("five")).await);
        let late = decide(&app, &bob, &open, Decision::Approved, "").await.unwrap_err();
        assert_eq!(late.code, Code::ApprovalClosed, "{late}");
        assert_eq!(unapproved(publish(&app, &ada, id).await), ApprovalState::Missing { lapsed: Some(4) });
        assert_eq!(app.number("SELECT COUNT(*) FROM releases").await, 1);
    }

    async fn a_rejection_says_why_and_stands_until_asked_again(app: TestApp) {
        let (ada, bob, id) = gated(&app).await;
        let asked = ask(&app, &bob, id).await;
        let silent = decide(&app, &ada, &asked, Decision::Rejected, "  ").await.unwrap_err();
        assert_eq!((silent.code, silent.errors[0].field.as_str()), (Code::ValidationFailed, "comment"));
        let long = decide(&app, &ada, &asked, Decision::Rejected, &"x".repeat(501)).await.unwrap_err();
        assert_eq!(long.errors[0].field, "comment");
        let rejected = decide(&app, &ada, &asked, Decision::Rejected, " Too rude ").await.unwrap();
        assert_eq!(rejected.decided.as_ref().unwrap().comment, "Too rude");
        let state = unapproved(publish(&app, &bob, id).await);
        assert_eq!(state.missing().unwrap(), format!("{} rejected this draft: Too rude", ada.name));
        // The same again is the same; anything else comes too late.
        assert_eq!(decide(&app, &ada, &asked, Decision::Rejected, "").await.unwrap(), rejected);
        let late = decide(&app, &ada, &asked, Decision::Approved, "").await.unwrap_err();
        assert_eq!(late.code, Code::ApprovalClosed);
        let again = ask(&app, &bob, id).await;
        assert_ne!(again.id, asked.id);
        approve(&app, &ada, &again).await;
        released(publish(&app, &bob, id).await);
    }

    async fn who_asked_may_withdraw(app: TestApp) {
        let (ada, bob, id) = gated(&app).await;
        let asked = ask(&app, &bob, id).await;
        let others = decide(&app, &ada, &asked, Decision::Withdrawn, "").await.unwrap_err();
        assert_eq!(others.code, Code::Forbidden, "{others}");
        let withdrawn = decide(&app, &bob, &asked, Decision::Withdrawn, "").await.unwrap();
        assert_eq!(withdrawn.decision(), Some(Decision::Withdrawn));
        let late = decide(&app, &ada, &asked, Decision::Approved, "").await.unwrap_err();
        assert_eq!(late.code, Code::ApprovalClosed);
        assert_eq!(unapproved(publish(&app, &ada, id).await), ApprovalState::Missing { lapsed: None });
        approve(&app, &ada, &ask(&app, &bob, id).await).await;
        released(publish(&app, &ada, id).await);
    }

    async fn asking_is_for_what_can_be_approved_and_once_is_enough(app: TestApp) {
        let (ada, bob, id) = gated(&app).await;
        let core = &app.core;
        let race = approvals::request(core, &bob.caller, id, "", Some(1)).await.unwrap_err().public;
        assert_eq!((race.code, &race.more["current"]), (Code::PublishRace, &serde_json::json!(2)));
        let long = approvals::request(core, &bob.caller, id, &"x".repeat(101), None).await.unwrap_err().public;
        assert_eq!(long.errors[0].field, "note");
        let asked = ask(&app, &bob, id).await;
        let again = approvals::request(core, &ada.caller, id, "Mine", None).await.unwrap();
        assert_eq!((again.approval.id, again.new), (asked.id, false));
        approve(&app, &ada, &asked).await;
        let again = approvals::request(core, &bob.caller, id, "", None).await.unwrap();
        assert_eq!((again.approval.decision(), again.new), (Some(Decision::Approved), false));
        released(publish(&app, &bob, id).await);
        saved(save(&app, &ada, id, 2, &config("one")).await);
        releases::roll_back(core, &bob.caller, id, 1, "", false).await.unwrap();
        let same = approvals::request(core, &bob.caller, id, "", None).await;
        assert_eq!(code(same), Some(Code::NoChanges));
        approvals::set_needed(core, &ada.caller, id, false).await.unwrap();
        assert_eq!(code(approvals::request(core, &bob.caller, id, "", None).await), Some(Code::ApprovalClosed));
        saved(save(&app, &bob, id, 3, &config("free")).await);
        released(publish(&app, &bob, id).await);
    }

    async fn each_act_asks_for_its_right(app: TestApp) {
        let (ada, bob, id) = gated(&app).await;
        let (user, nobody, admin) =
            (app.member(Role::Member).await, app.member(Role::Member).await, app.member(Role::Admin).await);
        let eve = app.stranger().await;
        grant(&app, &ada, id, &user, Right::User).await;
        let asked = ask(&app, &bob, id).await;
        let core = &app.core;
        for (who, person, wanted) in [
            ("a user", &user, Code::Forbidden),
            ("an admin without a grant", &admin, Code::Forbidden),
            ("a member without a grant", &nobody, Code::NotFound),
            ("a stranger", &eve, Code::NotFound),
        ] {
            let by = &person.caller;
            for (act, answer) in [
                ("rules", code(approvals::rules(core, by, id).await)),
                ("list", code(approvals::list(core, by, id, None, 5).await)),
                ("request", code(approvals::request(core, by, id, "", None).await)),
                ("approve", code(approvals::decide(core, by, id, asked.id, Decision::Approved, "").await)),
                ("switch", code(approvals::set_needed(core, by, id, false).await)),
            ] {
                assert_eq!(answer, Some(wanted), "{who}: {act}");
            }
        }
        assert_eq!(code(approvals::set_needed(core, &bob.caller, id, false).await), Some(Code::Forbidden));
        // A request of another agent, and one that never was.
        let other = agent(&app, &ada, "other").await;
        for (agent, approval) in [(other, asked.id), (id, Uuid::now_v7())] {
            let answer = approvals::decide(core, &ada.caller, agent, approval, Decision::Approved, "").await;
            assert_eq!(code(answer), Some(Code::NotFound));
        }
        assert!(matches!(unapproved(publish(&app, &ada, id).await), ApprovalState::Requested { .. }));
        // Who lost the right to edit decides nothing any more.
        grant(&app, &ada, id, &bob, Right::User).await;
        assert_eq!(code(approvals::request(core, &bob.caller, id, "", None).await), Some(Code::Forbidden));
    }

    async fn only_owners_publish_where_the_workspace_says_so(app: TestApp) {
        let (ada, bob) = (app.admin().await, app.member(Role::Member).await);
        let id = agent(&app, &ada, "one").await;
        grant(&app, &ada, id, &bob, Right::Editor).await;
        released(publish(&app, &bob, id).await);
        saved(save(&app, &bob, id, 1, &config("two")).await);
        released(publish(&app, &bob, id).await);
        only_owners_publish(&app, &ada, Publishing::Owner).await;
        let (core, by) = (&app.core, &bob.caller);
        let revision = drafts::get(core, by, id, None).await.unwrap().info.revision_id;
        for (act, answer) in [
            ("publish", code(releases::publish(core, by, id, "", None).await)),
            ("publish by id", code(releases::publish_revision(core, by, id, revision, "", None).await)),
            ("roll back", code(releases::roll_back(core, by, id, 1, "", false).await)),
            ("unpublish", code(releases::unpublish(core, by, id).await)),
        ] {
            assert_eq!(answer, Some(Code::Forbidden), "{act}");
        }
        let panel = builder::panel(core, by, id).await.unwrap();
        assert_eq!((panel.rules.may_publish, panel.live.map(|live| live.version)), (false, Some(2)));
        assert!(!builder::rollback_preview(core, by, id, 1).await.unwrap().may_publish);
        assert!(builder::panel(core, &ada.caller, id).await.unwrap().rules.may_publish);
        // Editing goes on, and so does asking; the owner publishes.
        saved(save(&app, &bob, id, 2, &config("three")).await);
        releases::roll_back(core, &ada.caller, id, 1, "", false).await.unwrap();
        released(publish(&app, &ada, id).await);
        releases::unpublish(core, &ada.caller, id).await.unwrap();
        only_owners_publish(&app, &ada, Publishing::Editors).await;
        released(publish(&app, &bob, id).await);
    }

    async fn only_admins_change_a_workspace(app: TestApp) {
        let (ada, bob, eve) = (app.admin().await, app.member(Role::Member).await, app.stranger().await);
        let core = &app.core;
        let before = workspaces::settings(core, &bob.caller).await.unwrap();
        assert_eq!(before.publishing, Publishing::Editors);
        let new = WorkspaceSettings { name: " Northwind ".into(), publishing: Publishing::Owner };
        assert_eq!(code(workspaces::change(core, &bob.caller, &new).await), Some(Code::Forbidden));
        let nameless = WorkspaceSettings { name: "  ".into(), ..new.clone() };
        assert_eq!(workspaces::change(core, &ada.caller, &nameless).await.unwrap_err().public.errors[0].field, "name");
        let after = workspaces::change(core, &ada.caller, &new).await.unwrap();
        assert_eq!((after.name.as_str(), after.publishing), ("Northwind", Publishing::Owner));
        workspaces::change(core, &ada.caller, &after).await.unwrap();
        assert_eq!(workspaces::settings(core, &bob.caller).await.unwrap(), after);
        assert_eq!(workspaces::settings(core, &eve.caller).await.unwrap().publishing, Publishing::Editors);
        let filter = AuditFilter { act: Some("workspace.settings".into()), ..AuditFilter::default() };
        let acts = audit::list(core, &ada.caller, &filter, None, 10).await.unwrap().data;
        assert_eq!(acts.len(), 1, "the same again is no change");
        assert_eq!((&acts[0].detail["before"]["name"], &acts[0].detail["after"]["publishing"]),
            (&serde_json::json!(before.name), &serde_json::json!("owner")));
    }

    async fn a_save_that_lands_meanwhile_is_never_published_unseen(app: TestApp) {
        let (ada, bob, id) = gated(&app).await;
        let mut number = 2;
        for turn in 0..12 {
            let asked = ask(&app, &bob, id).await;
            assert_eq!(asked.draft_number, number);
            let next = config(&format!("turn {turn}"));
            let (decided, outcome, published) = tokio::join!(
                decide(&app, &ada, &asked, Decision::Approved, ""),
                save(&app, &bob, id, number, &next),
                publish(&app, &ada, id),
            );
            number = saved(outcome).draft.info.number;
            if let Err(error) = decided {
                assert_eq!(error.code, Code::ApprovalClosed, "{error}");
            }
            match published {
                Published::Released(release) => assert_eq!(release.draft_number, asked.draft_number),
                Published::Unapproved(_) => {}
                other => panic!("{other:?}"),
            }
            unapproved(publish(&app, &ada, id).await);
        }
        let shipped = "SELECT COUNT(*) FROM releases r WHERE version > 1 AND NOT EXISTS (SELECT 1 FROM approvals p
             WHERE p.draft_id = r.draft_id AND p.config_hash = r.config_hash AND p.decision = 'approved')";
        assert_eq!(app.number(shipped).await, 0);
    }

    async fn of_many_deciders_one_decides(app: TestApp) {
        let (ada, bob, id) = gated(&app).await;
        let asks: Vec<_> = (0..8).map(|_| {
            let (core, caller) = (app.core.clone(), bob.caller.clone());
            tokio::spawn(async move { approvals::request(&core, &caller, id, "", None).await.unwrap() })
        }).collect();
        let mut ids = BTreeSet::new();
        for asked in asks {
            ids.insert(asked.await.unwrap().approval.id);
        }
        assert_eq!(ids.len(), 1, "one request for one draft");
        let approval = *ids.first().unwrap();
        let decisions: Vec<_> = (0..16).map(|turn| {
            let (core, caller) = (app.core.clone(), ada.caller.clone());
            let decision = if turn % 2 == 0 { Decision::Approved } else { Decision::Rejected };
            tokio::spawn(async move {
                (decision, approvals::decide(&core, &caller, id, approval, decision, "so").await)
            })
        }).collect();
        let mut done = BTreeSet::new();
        for task in decisions {
            match task.await.unwrap() {
                (decision, Ok(_)) => {
                    done.insert(decision.as_str());
                }
                (_, Err(failure)) => assert_eq!(failure.public.code, Code::ApprovalClosed),
            }
        }
        assert_eq!(done.len(), 1, "{done:?}");
        assert_eq!(app.number("SELECT COUNT(*) FROM audit WHERE act IN ('approval.approve', 'approval.reject')").await, 1);
    }

    async fn the_list_says_what_waits_to_those_who_may_edit(app: TestApp) {
        let (ada, bob, id) = gated(&app).await;
        let cyd = app.member(Role::Member).await;
        grant(&app, &ada, id, &cyd, Right::User).await;
        let waits = async |person: &Person| {
            let page = agent_list::list(&app.core, &person.caller, &AgentQuery::default()).await.unwrap();
            assert_eq!(page.data.len(), 1);
            page.data[0].approval_waits
        };
        assert!(!waits(&ada).await);
        let first = ask(&app, &bob, id).await;
        assert_eq!((waits(&ada).await, waits(&bob).await, waits(&cyd).await), (true, true, false));
        decide(&app, &ada, &first, Decision::Rejected, "Not yet.").await.unwrap();
        assert!(!waits(&ada).await);
        ask(&app, &bob, id).await;
        saved(save(&app, &bob, id, 2, &config("three")).await);
        assert!(!waits(&ada).await, "the draft moved on");
        ask(&app, &bob, id).await;
        assert!(waits(&ada).await);
        approvals::set_needed(&app.core, &ada.caller, id, false).await.unwrap();
        assert!(!waits(&ada).await, "nobody has to approve any more");
    }

    async fn requests_are_erased_with_their_agent(app: TestApp) {
        let (ada, bob, id) = gated(&app).await;
        approve(&app, &ada, &ask(&app, &bob, id).await).await;
        trash::delete(&app.core, &ada.caller, id).await.unwrap();
        assert_eq!(code(approvals::list(&app.core, &ada.caller, id, None, 5).await), Some(Code::NotFound));
        app.clock().advance(31 * 86_400);
        assert_eq!(trash::purge_expired(&app.core).await.unwrap(), 1);
        assert_eq!(app.number("SELECT COUNT(*) FROM approvals").await, 0);
    }

    async fn requests_are_paged(app: TestApp) {
        let (ada, bob, id) = gated(&app).await;
        let mut asked = Vec::new();
        for number in 2..7 {
            asked.push(ask(&app, &bob, id).await.id);
            saved(save(&app, &ada, id, number, &config(&format!("{number}"))).await);
        }
        let (mut met, mut cursor) = (Vec::new(), None);
        loop {
            let page = approvals::list(&app.core, &ada.caller, id, cursor.as_deref(), 2).await.unwrap();
            met.extend(page.data.iter().map(|one| one.id));
            cursor = page.next_cursor;
            if cursor.is_none() { break }
        }
        asked.reverse();
        assert_eq!(met, asked);
        let wrong = approvals::list(&app.core, &ada.caller, id, Some("x"), 2).await.unwrap_err().public;
        assert_eq!(wrong.errors[0].field, "cursor");
    }
}
