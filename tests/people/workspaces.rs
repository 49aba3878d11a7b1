//! Somebody in two workspaces: each shows its own people, agents and sign-ins, and nothing of the other.

use axum::http::StatusCode;
use galley::{
    model::{account::Role, agent::Right, audit::AuditFilter, timestamp::Timestamp},
    server::domain::{audit, caller::Caller, grants, invitations, members},
};
use uuid::Uuid;

use crate::{
    releases::agent,
    support::{Person, TestApp},
};

/// Lets Eve, who runs a workspace of her own, into Ada's, by the page. Her browser is in Ada's then.
async fn join(app: &TestApp, ada: &Person, eve: &Person) -> Caller {
    let token = invitations::make(&app.core, &ada.caller, Role::Member, "").await.unwrap();
    assert_eq!(eve.browser.call("accept_invitation", &[("invitation", &token)]).await.status, StatusCode::OK);
    Caller { workspace: ada.caller.workspace, role: Role::Member, ..eve.caller.clone() }
}

async fn switch(person: &Person, workspace: Uuid) {
    let answer = person.browser.call("switch_workspace", &[("workspace", &workspace.to_string())]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
}

async fn last_seen(app: &TestApp, by: &Caller, account: Uuid) -> Option<Timestamp> {
    let all = members::list(&app.core, by, None, 100).await.unwrap().data;
    all.into_iter().find(|member| member.account_id == account).unwrap().last_seen_at
}

both_engines! {
    async fn the_last_sign_in_is_each_workspaces_own(app: TestApp) {
        let (ada, eve) = (app.admin().await, app.stranger().await);
        let account = eve.caller.account;
        let founded = app.clock().now();
        app.clock().advance(600);
        join(&app, &ada, &eve).await;
        let joined = app.clock().now();
        assert_eq!(last_seen(&app, &eve.caller, account).await, Some(founded), "nothing of Ada's workspace shows");
        assert_eq!(last_seen(&app, &ada.caller, account).await, Some(joined));
        app.clock().advance(600);
        switch(&eve, eve.caller.workspace).await;
        let back = app.clock().now();
        assert_eq!(last_seen(&app, &eve.caller, account).await, Some(back));
        assert_eq!(last_seen(&app, &ada.caller, account).await, Some(joined));
        // Days of work in one are not seen in the other.
        app.clock().advance(3 * 86_400);
        assert_eq!(eve.browser.get("/account").await.status, StatusCode::OK);
        assert_eq!(last_seen(&app, &eve.caller, account).await, Some(app.clock().now()));
        assert_eq!(last_seen(&app, &ada.caller, account).await, Some(joined));
        // Each audit log has what happened in it.
        let filter = AuditFilter { actor: Some(account), act: Some("account.sign_in".into()), ..AuditFilter::default() };
        let times = async |by: &Caller| {
            let page = audit::list(&app.core, by, &filter, None, 10).await.unwrap().data;
            page.into_iter().map(|entry| entry.at).collect::<Vec<_>>()
        };
        assert_eq!(times(&ada.caller).await, []);
        assert_eq!(times(&eve.caller).await, [back, founded]);
    }

    async fn after_a_removal_the_other_workspace_goes_on(app: TestApp) {
        let (ada, eve) = (app.admin().await, app.stranger().await);
        join(&app, &ada, &eve).await;
        members::remove(&app.core, &ada.caller, eve.caller.account).await.unwrap();
        app.clock().advance(3_600);
        let page = eve.browser.get("/settings/members").await;
        assert!(page.text.contains(&eve.email) && !page.text.contains(&ada.email));
        assert_eq!(last_seen(&app, &eve.caller, eve.caller.account).await, Some(app.clock().now()));
        // Invited once more, she is not thrown into it unasked.
        let token = invitations::make(&app.core, &ada.caller, Role::Member, "").await.unwrap();
        let source = galley::server::domain::caller::Source::command_line();
        invitations::accept(&app.core, &eve.caller, &source, &token).await.unwrap();
        assert!(!eve.browser.get("/settings/members").await.text.contains(&ada.email));
    }

    async fn each_shows_its_own_agents_people_and_acts(app: TestApp) {
        let (ada, eve) = (app.admin().await, app.stranger().await);
        let (here, there) = (agent(&app, &ada, "Ada's").await, agent(&app, &eve, "Eve's").await);
        let guest = join(&app, &ada, &eve).await;
        grants::set_one(&app.core, &ada.caller, here, guest.account, Some(Right::User)).await.unwrap();
        // The same person, asking as a member of the one, has no agent of the other.
        for (caller, id) in [(&guest, there), (&eve.caller, here)] {
            let refused = grants::standing(&app.core, caller, id).await.unwrap_err().public;
            assert_eq!(refused, galley::model::error::Error::not_found());
        }
        assert_eq!(grants::standing(&app.core, &guest, here).await.unwrap().right, Some(Right::User));
        // Who is an admin in one reads no audit log in the other.
        assert!(audit::list(&app.core, &guest, &AuditFilter::default(), None, 10).await.is_err());
        let own = audit::list(&app.core, &eve.caller, &AuditFilter::default(), None, 100).await.unwrap().data;
        assert!(own.iter().all(|entry| entry.subject != Some(here) && entry.subject_name.as_deref() != Some("Ada")));
        let choices = audit::choices(&app.core, &eve.caller).await.unwrap();
        assert_eq!(choices.people.iter().map(|person| person.id).collect::<Vec<_>>(), [eve.caller.account]);
        // Searches stay inside.
        let found = members::search(&app.core, &eve.caller, "example", None, 10).await.unwrap().data;
        assert_eq!(found.iter().map(|member| member.account_id).collect::<Vec<_>>(), [eve.caller.account]);
    }
}
