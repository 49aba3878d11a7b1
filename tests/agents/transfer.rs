//! Copies, and agents as files.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use galley::{
    model::{
        account::Role,
        agent::{Right, Status},
        agent_list::AgentQuery,
        config::Config,
        error::Code,
        examples,
        saved_draft::Origin,
    },
    server::domain::{drafts, duplicate, transfer},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::world::{config, create, page, publish, tag};
use crate::support::{Answer, Browser};

/// Sends the import form with one file in it.
async fn upload(browser: &Browser, field: &str, file: &[u8]) -> Answer {
    let mut body = format!(
        "--XX\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"a.json\"\r\nContent-Type: application/json\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--XX--\r\n");
    let request = Request::post("/agents/import")
        .header("sec-fetch-site", "same-origin")
        .header(header::ACCEPT, "text/html")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=XX")
        .body(Body::from(body));
    browser.send(request.unwrap()).await
}

both_engines! {
    async fn a_copy_starts_clean(app: TestApp) {
        let (ada, bob) = (app.admin().await, app.member(Role::Member).await);
        let id = create(&app, &bob, &config("Desk", "Refunds")).await;
        tag(&app, &bob, id, "ops").await;
        publish(&app, &bob, id).await;
        drafts::save(&app.core, &bob.caller, id, 1, &config("Desk", "Newer"), None).await.unwrap();
        app.clock().advance(1);
        let (copy, draft) = duplicate::duplicate(&app.core, &bob.caller, id).await.unwrap();
        assert_eq!((draft.info.number, draft.info.origin), (1, Origin::Duplicate));
        assert_eq!(draft.config, config("Desk (copy)", "Newer"));
        let rows = page(&app, &bob, &AgentQuery::default()).await.data;
        let row = rows.iter().find(|row| row.id == copy).unwrap();
        assert_eq!((row.status, row.ever_released, row.right), (Status::Draft, false, Some(Right::Owner)));
        assert_eq!(row.tags, ["ops"]);
        assert_eq!(app.number("SELECT count(*) FROM grants").await, 2);
        // An admin sees the agent without a right on it, so its draft is not theirs to copy or to export.
        assert_eq!(duplicate::duplicate(&app.core, &ada.caller, id).await.unwrap_err().public.code, Code::Forbidden);
        assert_eq!(transfer::export(&app.core, &ada.caller, id).await.unwrap_err().public.code, Code::Forbidden);
    }

    async fn what_was_exported_imports_as_the_same_config(app: TestApp) {
        let (ada, eve) = (app.admin().await, app.stranger().await);
        let mut configs: Vec<Config> = examples::all().into_iter().map(|example| example.config).collect();
        configs.push(Config { temperature: 0.1, greeting: "{{ a }} ${b} <% c %>\n\t“é”".into(), ..config("../x\"\r\n".trim(), "") });
        for config in configs {
            let id = create(&app, &ada, &config).await;
            let file = ada.browser.get(&format!("/agents/{id}/export")).await;
            assert_eq!(file.status, StatusCode::OK);
            let disposition = file.header("content-disposition").unwrap();
            let name = disposition.strip_prefix("attachment; filename=\"").unwrap().strip_suffix(".agent.json\"").unwrap();
            assert!(name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'), "{disposition}");
            let made = upload(&eve.browser, "file", file.text.as_bytes()).await;
            assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
            let made: Uuid = made.location().strip_prefix("/agents/").unwrap().parse().unwrap();
            let saves = drafts::list(&app.core, &eve.caller, made, None, 20).await.unwrap().data;
            let saves: Vec<_> = saves.iter().map(|save| (save.number, save.config_hash, save.origin)).collect();
            assert_eq!(saves, [(1, config.hash(), Origin::Import)]);
        }
    }

    async fn a_file_that_is_not_one_is_refused_with_its_fields_and_changes_nothing(app: TestApp) {
        let ada = app.admin().await;
        let file = |config: Value| json!({ "galley": "agent", "schema": 1, "config": config }).to_string();
        let cases = [
            ("{".to_owned(), "Not JSON"),
            ("[1]".to_owned(), "holds no object"),
            (json!({ "name": "A", "instructions": "B" }).to_string(), "“galley” is not “agent”"),
            (json!({ "galley": "agent", "schema": 9, "config": {} }).to_string(), "reads schema 1"),
            (file(json!({ "instructions": "B" })), "name"),
            (file(json!({ "name": "A", "instructions": "B", "workspace_id": "x" })), "workspace_id"),
            (file(json!({ "name": "A", "instructions": "B", "skills": [{ "id": "a", "kind": "stdio" }] })), "skills[0].kind"),
            (file(json!({ "name": "A", "instructions": "B", "output_schema": { "type": 7 } })), "output_schema"),
            (file(json!({ "name": "<b>&", "instructions": "B", "<i>": 1 })), "&lt;i&gt;"),
        ];
        for (text, reason) in cases {
            let refused = upload(&ada.browser, "file", text.as_bytes()).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{text}");
            assert!(refused.text.contains("Nothing was imported") && refused.text.contains(reason), "{reason}: {}", refused.text);
            assert!(refused.text.contains("multipart/form-data"), "the form is there for another try");
        }
        assert_eq!(upload(&ada.browser, "other", b"{}").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(upload(&ada.browser, "file", &[0xff, 0xfe]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let large = vec![b' '; (3 << 20) + 1];
        assert_eq!(upload(&ada.browser, "file", &large).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let wrong_type = Request::post("/agents/import")
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from("{}"));
        assert_eq!(ada.browser.send(wrong_type.unwrap()).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        assert_eq!(app.number("SELECT count(*) FROM agents").await, 0);
        assert_eq!(app.number("SELECT count(*) FROM configs").await, 0);
        assert!(app.browser().get("/agents/import").await.location().starts_with("/sign-in"));
        assert!(upload(&app.browser(), "file", b"{}").await.location().starts_with("/sign-in"));
    }

    async fn a_foreign_agents_file_is_answered_like_one_that_never_was(app: TestApp) {
        let (ada, eve) = (app.admin().await, app.stranger().await);
        let id = create(&app, &ada, &config("Desk", "")).await;
        let foreign = eve.browser.get(&format!("/agents/{id}/export")).await;
        let unknown = eve.browser.get(&format!("/agents/{}/export", Uuid::now_v7())).await;
        assert_eq!((foreign.status, unknown.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
        assert_eq!(foreign.text, unknown.text);
        assert_eq!(eve.browser.get("/agents/x/export").await.status, StatusCode::NOT_FOUND);
    }
}
