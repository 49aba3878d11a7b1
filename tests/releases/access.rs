//! Who may do what: a stranger gets the same answer as for an id that never was.

use futures_util::FutureExt;
use galley::{
    model::{account::Role, agent::Right, error::Code, release::ReleaseName, revision::RevisionName},
    server::{
        domain::{builder, drafts, grants as sharing, releases, reports, revisions},
        store::grants,
    },
};
use uuid::Uuid;

use super::{agent, config, publish, released};
use crate::support::{Person, TestApp};

/// Gives a person a right on an agent.
pub async fn grant(app: &TestApp, by: &Person, agent: Uuid, to: &Person, right: Right) {
    let (workspace, from, to, at) = (by.caller.workspace, by.caller.account, to.caller.account, app.clock().now());
    app.core
        .db
        .write(|tx| async move { Ok(grants::set(tx, workspace, agent, to, right, from, at).await?) }.boxed())
        .await
        .unwrap();
}

/// The code that each act on the agent is answered with; none where it worked.
async fn answers(app: &TestApp, person: &Person, id: Uuid) -> Vec<(&'static str, Option<Code>)> {
    let (core, caller) = (&app.core, &person.caller);
    let code = |result: Result<(), galley::server::failure::Failure>| result.err().map(|failure| failure.public.code);
    vec![
        ("builder", code(builder::agent(core, caller, id, None).await.map(drop))),
        ("panel", code(builder::panel(core, caller, id).await.map(drop))),
        ("preview", code(builder::rollback_preview(core, caller, id, 1).await.map(drop))),
        ("compare", code(revisions::compare(core, caller, id, "v1", "draft").await.map(drop))),
        ("diff", code(revisions::diff(core, caller, id, RevisionName::Draft, None).await.map(drop))),
        ("one release", code(revisions::find_release(core, caller, id, ReleaseName::Version(1)).await.map(drop))),
        ("report", code(reports::of_draft(core, caller, id).await.map(drop))),
        ("live", code(releases::live_at(core, caller, id, None).await.map(drop))),
        ("save", code(drafts::save(core, caller, id, 1, &config("A"), None).await.map(drop))),
        ("drafts", code(drafts::list(core, caller, id, None, 5).await.map(drop))),
        ("publish", code(releases::publish(core, caller, id, "", None).await.map(drop))),
        ("roll back", code(releases::roll_back(core, caller, id, 1, "", false).await.map(drop))),
        ("releases", code(releases::list(core, caller, id, None, 5).await.map(drop))),
        ("timeline", code(releases::timeline(core, caller, id, None, 5).await.map(drop))),
        ("everyone", code(sharing::set_everyone(core, caller, id, false).await)),
        ("grants", code(sharing::list(core, caller, id).await.map(drop))),
        ("unpublish", code(releases::unpublish(core, caller, id).await)),
    ]
}

both_engines! {
    async fn every_act_asks_for_its_right(app: TestApp) {
        let ada = app.admin().await;
        let (user, editor, nobody) =
            (app.member(Role::Member).await, app.member(Role::Member).await, app.member(Role::Member).await);
        let admin = app.member(Role::Admin).await;
        let stranger = app.stranger().await;
        let id = agent(&app, &ada, "A").await;
        released(publish(&app, &ada, id).await);
        grant(&app, &ada, id, &user, Right::User).await;
        grant(&app, &ada, id, &editor, Right::Editor).await;

        for (act, code) in answers(&app, &stranger, id).await {
            assert_eq!(code, Some(Code::NotFound), "stranger: {act}");
        }
        for (act, code) in answers(&app, &nobody, id).await {
            assert_eq!(code, Some(Code::NotFound), "member without a grant: {act}");
        }
        for (act, code) in answers(&app, &stranger, Uuid::now_v7()).await {
            assert_eq!(code, Some(Code::NotFound), "an id that never was: {act}");
        }
        for (act, code) in answers(&app, &user, id).await {
            assert_eq!(code, Some(Code::Forbidden), "user: {act}");
        }
        for (act, code) in answers(&app, &admin, id).await {
            assert_eq!(code, Some(Code::Forbidden), "admin without a grant: {act}");
        }
        for (act, code) in answers(&app, &editor, id).await {
            let wanted = ["everyone", "grants"].contains(&act).then_some(Code::Forbidden);
            assert_eq!(code, wanted, "editor: {act}");
        }
        for (act, code) in answers(&app, &ada, id).await {
            // The editor unpublished it above; rolling back to v1 brings it live again.
            assert_eq!(code, None, "owner: {act}");
        }
    }

    async fn an_admin_may_take_an_agent_over(app: TestApp) {
        let ada = app.admin().await;
        let (admin, member) = (app.member(Role::Admin).await, app.member(Role::Member).await);
        let id = agent(&app, &ada, "A").await;
        let refused = sharing::give(&app.core, &member.caller, id, member.caller.account).await.unwrap_err();
        assert_eq!(refused.public.code, Code::NotFound);
        sharing::give(&app.core, &admin.caller, id, admin.caller.account).await.unwrap();
        sharing::set_everyone(&app.core, &admin.caller, id, true).await.unwrap();
        let before = sharing::set_everyone(&app.core, &ada.caller, id, false).await.unwrap_err();
        assert_eq!(before.public.code, Code::Forbidden);
        builder::agent(&app.core, &ada.caller, id, None).await.expect("the owner before edits on");
    }
}
