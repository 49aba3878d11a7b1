//! A draft that nobody has approved stays where it is, whichever way a program or a page asks to publish it.

use galley::model::{account::Role, agent::Right, api_key::Scope};
use serde_json::{Value, json};

use super::{Program, code};
use crate::{
    releases::access::grant,
    support::{Answer, Person, TestApp},
};

/// An agent of Ada's that Bob edits, live at v1, with a draft that waits.
struct World {
    ada: Program,
    bob: Program,
    bob_himself: Person,
    agent: String,
    path: String,
}

async fn world(app: &TestApp) -> World {
    let (owner, editor) = (app.admin().await, app.member(Role::Member).await);
    let (ada, bob) = (Program::whole(app, &owner).await, Program::whole(app, &editor).await);
    let agent = ada.agent("One.").await;
    let path = format!("/api/v1/agents/{agent}");
    assert_eq!(ada.post(&format!("{path}/publish"), &json!({})).await.status, 201);
    grant(app, &owner, agent.parse().unwrap(), &editor, Right::Editor).await;
    assert_eq!(ada.edit(&agent, &json!({ "instructions": "Two." })).await.status, 200);
    World { ada, bob, bob_himself: editor, agent, path }
}

impl World {
    async fn needs_approval(&self, on: bool) -> Answer {
        self.ada.send("PUT", &format!("{}/publishing", self.path), Some(&json!({ "needs_approval": on })), &[]).await
    }

    async fn ask(&self) -> String {
        let asked = self.bob.post(&format!("{}/approvals", self.path), &json!({ "note": "Better" })).await;
        assert_eq!(asked.status, 201, "{}", asked.text);
        asked.json()["id"].as_str().unwrap().to_owned()
    }

    async fn decide(&self, by: &Program, approval: &str, body: &Value) -> Answer {
        by.post(&format!("{}/approvals/{approval}/decision", self.path), body).await
    }

    /// What each way to publish answers Bob: the status, and the code that goes with it.
    async fn every_way(&self) -> Vec<(&'static str, u16, String)> {
        let draft = self.bob.get(&format!("{}/draft", self.path)).await.json();
        let bob = &self.bob;
        let dialect = json!({ "agentId": self.agent });
        let ways = [
            ("publish", bob.post(&format!("{}/publish", self.path), &json!({})).await),
            (
                "publish by id",
                bob.post(&format!("{}/publish", self.path), &json!({ "revision_id": draft["revision_id"] })).await,
            ),
            ("agent/v1", bob.post("/agent/v1/publish", &dialect).await),
            ("public agent/v1", bob.post("/api/public/agent/v1/publish", &dialect).await),
            ("useragents", bob.send("POST", &format!("/api/useragents/{}/releases", self.agent), None, &[]).await),
        ];
        let mut said: Vec<_> =
            ways.into_iter().map(|(way, answer)| (way, answer.status.as_u16(), code(&answer))).collect();
        let number = draft["number"].to_string();
        let form = [("agent", self.agent.as_str()), ("expected_draft", &number), ("note", "")];
        let page = self.bob_himself.browser.call("publish_release", &form).await;
        let outcome = page.json()["outcome"].as_str().map(str::to_owned);
        said.push(("page", page.status.as_u16(), outcome.unwrap_or_else(|| code(&page))));
        said
    }
}

both_engines! {
    async fn every_way_to_publish_waits_for_the_approval(app: TestApp) {
        let world = world(&app).await;
        let rules = world.needs_approval(true).await;
        assert_eq!((rules.status.as_u16(), &rules.json()["approval"]), (200, &json!({ "state": "missing", "lapsed": null })));
        for moment in ["nobody asked", "asked", "approved, and the draft moved"] {
            match moment {
                "asked" => drop(world.ask().await),
                "approved, and the draft moved" => {
                    let open = world.bob.get(&format!("{}/approvals", world.path)).await.json();
                    let open = open["data"][0]["id"].as_str().unwrap().to_owned();
                    let approved = world.decide(&world.ada, &open, &json!({ "decision": "approved" })).await;
                    assert_eq!(approved.status, 200, "{}", approved.text);
                    assert_eq!(world.bob.edit(&world.agent, &json!({ "greeting": "Hi" })).await.status, 200);
                }
                _ => {}
            }
            for (way, status, code) in world.every_way().await {
                let wanted = if way == "page" { (200, "unapproved") } else { (409, "approval_required") };
                assert_eq!((status, code.as_str()), wanted, "{way}, {moment}");
            }
        }
        let refused = world.ada.post(&format!("{}/publish", world.path), &json!({})).await.json();
        assert!(refused["detail"].as_str().unwrap().contains("draft 2 does not count"), "{refused}");
        assert!(refused["hint"].as_str().unwrap().starts_with("Ask for an approval"), "{refused}");
        assert_eq!(app.number("SELECT COUNT(*) FROM releases").await, 1);

        // Approved, any way will do; and what a page says without the browser's code is where it was said.
        let form = [("agent", world.agent.as_str()), ("expected_draft", "3"), ("note", "")];
        let page = world.bob_himself.browser.submit(&format!("/agents/{}", world.agent), "publish_release", &form).await;
        assert_eq!((page.status.as_u16(), page.location()), (303, format!("/agents/{}", world.agent).as_str()));
        let cookies = page.headers.get_all("set-cookie");
        assert!(cookies.iter().any(|line| line.to_str().unwrap().starts_with("galley_flash=")), "{:?}", page.headers);
        let asked = world.ask().await;
        assert_eq!(world.decide(&world.ada, &asked, &json!({ "decision": "approved", "comment": "Fine" })).await.status, 200);
        let said = world.bob.post("/agent/v1/publish", &json!({ "agentId": world.agent })).await;
        assert_eq!((said.status.as_u16(), said.json()["version"]["version"].as_i64()), (200, Some(2)), "{}", said.text);
    }

    async fn programs_ask_and_decide(app: TestApp) {
        let world = world(&app).await;
        let path = format!("{}/approvals", world.path);
        let closed = world.bob.post(&path, &json!({})).await;
        assert_eq!((closed.status.as_u16(), code(&closed).as_str()), (409, "approval_closed"), "{}", closed.text);
        world.needs_approval(true).await;
        let once = world.bob.once("k1", &path, &json!({ "note": "Better", "expected_draft": 2 })).await;
        let twice = world.bob.once("k1", &path, &json!({ "note": "Better", "expected_draft": 2 })).await;
        assert_eq!((once.status.as_u16(), once.text.as_str()), (201, twice.text.as_str()));
        assert_eq!(twice.header("idempotency-replayed"), Some("true"));
        let asked = once.json();
        assert_eq!((asked["draft_number"].as_i64(), &asked["decided"], &asked["current"]), (Some(2), &json!(null), &json!(true)));
        let id = asked["id"].as_str().unwrap();
        let race = world.bob.post(&path, &json!({ "expected_draft": 1 })).await;
        assert_eq!((code(&race).as_str(), race.json()["current"].as_i64()), ("publish_race", Some(2)));
        let again = world.ada.post(&path, &json!({})).await;
        assert_eq!((again.status.as_u16(), &again.json()["id"]), (200, &json!(id)));

        let own = world.decide(&world.bob, id, &json!({ "decision": "approved" })).await;
        assert_eq!((own.status.as_u16(), code(&own).as_str()), (403, "forbidden"));
        for (body, field) in [
            (json!({ "decision": "rejected" }), "comment"),
            (json!({ "decision": "maybe" }), "decision"),
            (json!({}), "decision"),
            (json!({ "decision": "approved", "by": "me" }), "by"),
        ] {
            let refused = world.decide(&world.ada, id, &body).await;
            assert_eq!((refused.status.as_u16(), refused.json()["errors"][0]["field"].as_str()), (422, Some(field)), "{}", refused.text);
        }
        let rejected = world.decide(&world.ada, id, &json!({ "decision": "rejected", "comment": "Too rude" })).await;
        assert_eq!(rejected.json()["decided"]["comment"], "Too rude", "{}", rejected.text);
        let state = world.bob.get(&format!("{}/publishing", world.path)).await.json();
        assert_eq!((&state["approval"]["state"], &state["approval"]["approval"]["id"]), (&json!("rejected"), &json!(id)));
        let late = world.decide(&world.bob, id, &json!({ "decision": "withdrawn" })).await;
        assert_eq!(code(&late), "approval_closed");
    }

    async fn a_key_for_drafts_asks_and_decides_nothing(app: TestApp) {
        let world = world(&app).await;
        world.needs_approval(true).await;
        let drafts = Program::of(&app, &app.admin().await, &[Scope::AgentsDraft], None).await;
        let path = format!("{}/approvals", world.path);
        assert_eq!(drafts.post(&path, &json!({})).await.status, 201);
        let open = world.bob.get(&path).await.json()["data"][0]["id"].as_str().unwrap().to_owned();
        let editors = Program::of(&app, &world.bob_himself, &[Scope::AgentsDraft], None).await;
        assert_eq!(world.decide(&editors, &open, &json!({ "decision": "approved" })).await.status, 403);
        let off = editors.send("PUT", &format!("{}/publishing", world.path), Some(&json!({ "needs_approval": false })), &[]).await;
        assert_eq!(off.status, 403);
    }

    async fn every_way_is_closed_to_editors_where_only_owners_publish(app: TestApp) {
        let world = world(&app).await;
        let before = world.ada.get("/api/v1/workspace").await.json();
        assert_eq!(before["publishing"], "editors");
        let owner = json!({ "name": before["name"], "publishing": "owner" });
        assert_eq!(world.bob.send("PUT", "/api/v1/workspace", Some(&owner), &[]).await.status, 403);
        let set = world.ada.send("PUT", "/api/v1/workspace", Some(&owner), &[]).await;
        assert_eq!((set.status.as_u16(), set.json()), (200, owner.clone()));
        for (way, status, code) in world.every_way().await {
            assert_eq!((status, code.as_str()), (if way == "page" { status } else { 403 }, "forbidden"), "{way}");
        }
        for (act, body) in [("rollback", json!({ "version": 1 })), ("unpublish", json!({}))] {
            let refused = world.bob.post(&format!("{}/{act}", world.path), &body).await;
            assert_eq!((refused.status.as_u16(), code(&refused).as_str()), (403, "forbidden"), "{act}");
        }
        let plain = world.bob_himself.browser.submit("/", "unpublish_agent", &[("agent", &world.agent)]).await;
        assert_eq!(plain.status, 303, "a plain form is told so on a page");
        assert_eq!(world.ada.get(&format!("{}/live", world.path)).await.json()["live"]["version"], 1);
        assert_eq!(world.ada.post(&format!("{}/publish", world.path), &json!({})).await.status, 201);
        for (body, field) in [
            (json!({ "name": " ", "publishing": "owner" }), "name"),
            (json!({ "name": "W", "publishing": "anybody" }), "publishing"),
            (json!({ "name": "W" }), "publishing"),
        ] {
            let refused = world.ada.send("PUT", "/api/v1/workspace", Some(&body), &[]).await;
            assert_eq!((refused.status.as_u16(), refused.json()["errors"][0]["field"].as_str()), (422, Some(field)), "{}", refused.text);
        }
    }
}
