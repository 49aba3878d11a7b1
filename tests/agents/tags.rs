//! Tags: who may, what is one, and that they never make a phantom unpublished change.

use galley::{
    model::{account::Role, agent::Status, agent_list::AgentQuery, error::Code},
    server::domain::tags,
};

use super::world::{config, create, page, publish};

both_engines! {
    async fn a_tag_touches_neither_draft_nor_badge(app: TestApp) {
        let ada = app.admin().await;
        let id = create(&app, &ada, &config("Desk", "")).await;
        publish(&app, &ada, id).await;
        let before = page(&app, &ada, &AgentQuery::default()).await.data.remove(0);
        app.clock().advance(60);
        assert_eq!(tags::add(&app.core, &ada.caller, id, "  Support ").await.unwrap(), ["Support"]);
        assert_eq!(tags::add(&app.core, &ada.caller, id, "Billing").await.unwrap(), ["Billing", "Support"]);
        let after = page(&app, &ada, &AgentQuery::default()).await.data.remove(0);
        assert_eq!((after.status, after.draft_number, after.live_version), (Status::Published, 1, Some(1)));
        assert_eq!(after.tags, ["Billing", "Support"]);
        assert!(after.updated_at > before.updated_at);
        assert_eq!(app.number("SELECT count(*) FROM drafts").await, 1);

        // The same again changes nothing, not even the time.
        app.clock().advance(60);
        tags::add(&app.core, &ada.caller, id, "Billing").await.unwrap();
        tags::remove(&app.core, &ada.caller, id, "never was").await.unwrap();
        assert_eq!(page(&app, &ada, &AgentQuery::default()).await.data.remove(0), after);
        assert_eq!(tags::remove(&app.core, &ada.caller, id, "Billing").await.unwrap(), ["Support"]);
        let set = ["b".to_owned(), " a ".to_owned(), "b".to_owned()];
        assert_eq!(tags::set(&app.core, &ada.caller, id, &set).await.unwrap(), ["a", "b"]);
    }

    async fn what_is_no_tag_changes_nothing(app: TestApp) {
        let ada = app.admin().await;
        let id = create(&app, &ada, &config("Desk", "")).await;
        for number in 0..20 {
            tags::add(&app.core, &ada.caller, id, &format!("tag {number:02}")).await.unwrap();
        }
        for wrong in ["", "   ", "a\nb", "nul\0", &"x".repeat(41), "one more"] {
            let refused = tags::add(&app.core, &ada.caller, id, wrong).await.unwrap_err().public;
            assert_eq!((refused.code, refused.errors[0].field.as_str()), (Code::ValidationFailed, "tag"), "{wrong:?}");
        }
        assert_eq!(app.number("SELECT count(*) FROM agent_tags").await, 20);
        tags::add(&app.core, &ada.caller, id, "tag 00").await.unwrap();
    }

    async fn only_editors_tag(app: TestApp) {
        let (ada, bob, eve) = (app.admin().await, app.member(Role::Member).await, app.stranger().await);
        let id = create(&app, &bob, &config("Desk", "")).await;
        let code = async |caller: &galley::server::domain::caller::Caller| {
            tags::add(&app.core, caller, id, "x").await.unwrap_err().public.code
        };
        // An admin sees it but has no right on it; a stranger learns nothing.
        assert_eq!(code(&ada.caller).await, Code::Forbidden);
        assert_eq!(code(&eve.caller).await, Code::NotFound);
        assert_eq!(code(&app.member(Role::Member).await.caller).await, Code::NotFound);
    }
}
