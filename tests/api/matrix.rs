//! Who may ask for what: every operation of the OpenAPI document, by every kind of caller, on the ids of one workspace.
//!
//! An operation without a row here fails the test: to add one, say what it is asked with and who may ask it.

use galley::{
    model::{account::Role, agent::Right, api_key::Scope, provider::ProviderForm},
    server::domain::{api_keys, grants, invitations, providers, runs, sessions},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Program;
use crate::support::{Person, TestApp};

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq)]
enum May {
    /// Any member with the scope.
    Member,
    /// Who has any right on the agent.
    Use,
    /// Who may edit the agent.
    Edit,
    /// Its owner.
    Own,
    /// An admin of the workspace.
    Admin,
}

/// What each operation is asked with, and who may.
#[expect(clippy::match_same_arms, reason = "a row for each noun, in the order of the API")]
fn row(operation: &str) -> Option<(Value, May)> {
    let nothing = json!({});
    Some(match operation {
        "list_agents" | "list_models" => (nothing, May::Member),
        "create_agent" => (json!({ "name": "New", "instructions": "Help." }), May::Member),
        "import_agent" => (
            json!({ "galley": "agent", "schema": 1, "config": { "name": "New", "instructions": "Help." } }),
            May::Member,
        ),
        "get_agent" => (nothing, May::Use),
        "delete_agent" => (nothing, May::Own),
        "restore_agent" => (nothing, May::Own),
        "duplicate_agent" | "export_agent" | "get_draft" | "list_drafts" | "get_save" | "list_versions"
        | "get_version" | "diff_version" | "prepublish_report" | "get_live" | "timeline" | "unpublish" => {
            (nothing, May::Edit)
        }
        "set_tags" => (json!({ "tags": ["a"] }), May::Edit),
        "patch_draft" => (json!({ "base_draft": 1, "greeting": "Hi" }), May::Edit),
        "restore_draft" => (json!({ "revision_id": "REVISION" }), May::Edit),
        "publish" => (nothing, May::Edit),
        "rollback" => (json!({ "version": 1 }), May::Edit),
        "delete_version" => (nothing, May::Edit),
        "get_grants" => (nothing, May::Own),
        "set_grants" => (json!({ "everyone": false, "people": [] }), May::Own),
        "give" => (json!({ "owner": "ADMIN" }), May::Own),
        "list_sessions" => (nothing, May::Member),
        "start_session" => (json!({ "agent_id": "AGENT" }), May::Use),
        "send_message" => (json!({ "content": "Hello" }), May::Own),
        "get_session" | "delete_session" | "list_messages" | "follow_answer" | "retry_answer" | "stop_answer"
        | "end_session" => (nothing, May::Own),
        "start_run" => (json!({ "input": "Hello" }), May::Use),
        "list_runs" => (nothing, May::Use),
        "get_run" | "follow_run" | "cancel_run" => (nothing, May::Edit),
        "list_members" | "list_invitations" | "list_providers" | "list_audit" | "revoke_invitation"
        | "delete_provider" => (nothing, May::Admin),
        "set_role" => (json!({ "role": "member" }), May::Admin),
        "remove_member" => (nothing, May::Admin),
        "invite" => (json!({ "role": "member" }), May::Admin),
        "add_provider" => (
            json!({ "slug": "other", "kind": "openai", "base_url": "http://127.0.0.1:9/v1", "models": "m", "key": "" }),
            May::Admin,
        ),
        "change_provider" => (
            json!({ "slug": "local", "kind": "openai", "base_url": "http://127.0.0.1:9/v1", "models": "m", "key": "" }),
            May::Admin,
        ),
        "list_keys" | "get_key" | "revoke_key" => (nothing, May::Admin),
        "make_key" => (json!({ "name": "K", "scopes": ["chat"] }), May::Admin),
        _ => return None,
    })
}

/// A fresh agent and whatever else an address may name.
struct World {
    ids: Vec<(&'static str, String)>,
    agent: Uuid,
}

async fn world(app: &TestApp, ada: &Person, owner: &Person, editor: &Person, user: &Person) -> World {
    let agent = crate::releases::agent(app, owner, "Help.").await;
    crate::releases::publish(app, owner, agent).await;
    let people = [(editor, Right::Editor), (user, Right::User)]
        .map(|(person, right)| galley::model::grants::NewGrant { account_id: person.caller.account, right });
    let new = galley::model::grants::NewGrants { everyone: false, people: people.to_vec() };
    grants::set(&app.core, &owner.caller, agent, &new).await.unwrap();
    let revision = galley::server::domain::drafts::get(&app.core, &owner.caller, agent, None).await.unwrap();
    let victim = app.member(Role::Member).await;
    let invitation =
        invitations::invite(&app.core, &ada.caller, Role::Member, "").await.unwrap().invitation.id.to_string();
    let slug = format!("p{}", Uuid::now_v7().simple());
    let form = ProviderForm {
        slug: slug[..12].to_owned(),
        kind: "openai".into(),
        base_url: "http://127.0.0.1:9/v1".into(),
        models: "m".into(),
        ..ProviderForm::default()
    };
    let provider = providers::save(&app.core, &ada.caller, None, &form).await.unwrap();
    let new = galley::model::api_key::NewApiKey {
        name: "K".into(),
        scopes: [Scope::Chat].into_iter().collect(),
        agent_id: None,
        expires_at: None,
    };
    let (key, _) = api_keys::make(&app.core, &ada.caller, &new).await.unwrap();
    let session = sessions::start(&app.core, &owner.caller, agent, false, None).await.unwrap();
    let run = runs::insert(&app.core, &owner.caller, agent, None, &json!("Hello")).await.unwrap();
    runs::cancel(&app.core, &owner.caller, run.id).await.unwrap();
    World {
        agent,
        ids: vec![
            ("/agents/{id}", agent.to_string()),
            ("/members/{id}", victim.caller.account.to_string()),
            ("/invitations/{id}", invitation),
            ("/providers/{id}", provider.id.unwrap().to_string()),
            ("/keys/{id}", key.id.to_string()),
            ("/chat/sessions/{id}", session.id.to_string()),
            ("/runs/{id}", run.id.to_string()),
            ("AGENT", agent.to_string()),
            ("REVISION", revision.info.revision_id.to_string()),
            ("ADMIN", ada.caller.account.to_string()),
        ],
    }
}

impl World {
    /// The address of an operation in this world.
    fn address(&self, path: &str) -> String {
        let mut path = path.to_owned();
        for (pattern, id) in &self.ids {
            path = path.replace(pattern, &pattern.replace("{id}", id));
        }
        format!("/api/v1{}", path.replace("{version_id}", "v1").replace("{number}", "1"))
    }

    /// A body with the ids of this world.
    fn body(&self, body: &Value) -> Value {
        let text = self.ids.iter().fold(body.to_string(), |text, (word, id)| text.replace(word, id));
        serde_json::from_str(&text).unwrap()
    }
}

/// Whether an answer shows that its asker was let in: by what is there, or by what the rules say of it.
fn let_in(operation: &str, status: u16) -> bool {
    match operation {
        // No answer is being written, and there is none to try again.
        "follow_answer" => status == 404,
        "retry_answer" => status == 422,
        _ => matches!(status, 200 | 201 | 202 | 204 | 409),
    }
}

both_engines! {
    async fn every_operation_is_open_to_whom_it_should_and_to_nobody_else(app: TestApp) {
        let ada = app.admin().await;
        let [owner, editor, user, other] =
            [app.member(Role::Member).await, app.member(Role::Member).await, app.member(Role::Member).await, app.member(Role::Member).await];
        let eve = app.stranger().await;
        let document = app.browser().get("/api/openapi.json").await.json();
        let mut asked = 0;
        let mut wrong: Vec<String> = Vec::new();
        let mut must = |holds: bool, said: String| {
            if !holds {
                wrong.push(said);
            }
        };
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let name = operation["operationId"].as_str().unwrap();
                let (body, may) = row(name).unwrap_or_else(|| panic!("{name} has no row in the matrix"));
                let scopes: Vec<Scope> = operation["x-galley-scopes"].as_array().unwrap().iter()
                    .map(|scope| Scope::parse(scope.as_str().unwrap()).unwrap()).collect();
                let ask = async |key: &str, world: &World| {
                    let program = Program { app: app.clone(), key: key.to_owned() };
                    let body = world.body(&body);
                    let body = (method != "get" && method != "delete").then_some(&body);
                    program.send(&method.to_uppercase(), &world.address(path), body, &[]).await.status.as_u16()
                };
                let of_agent = path.starts_with("/agents/{id}");

                // Nobody, and keys that lack the scope.
                let there = world(&app, &ada, &owner, &editor, &user).await;
                must(ask("gk_live_nothing", &there).await == 401, format!("{name} without a key"));
                let maker = if may == May::Admin { &ada } else { &owner };
                for scope in Scope::ALL.into_iter().filter(|scope| *scope != Scope::Admin || may == May::Admin) {
                    let program = Program::of(&app, maker, &[scope], None).await;
                    let enough = scopes.is_empty() || scopes.contains(&scope)
                        || (scope == Scope::AgentsWrite && scopes.contains(&Scope::AgentsDraft));
                    let world = world(&app, &ada, &owner, &editor, &user).await;
                    if name == "restore_agent" {
                        galley::server::domain::trash::delete(&app.core, &owner.caller, world.agent).await.unwrap();
                    }
                    let status = ask(&program.key, &world).await;
                    if enough {
                        must(let_in(name, status), format!("{name} by {may:?} with {scope}: {status}"));
                    } else {
                        must(status == 403, format!("{name} with {scope} alone"));
                    }
                    asked += 1;
                }

                // Everybody, each with every scope there is.
                for (who, person, right) in [
                    ("the owner", &owner, Some(May::Own)),
                    ("an editor", &editor, Some(May::Edit)),
                    ("a user", &user, Some(May::Use)),
                    ("a member without a right", &other, None),
                    ("a stranger", &eve, None),
                ] {
                    let world = world(&app, &ada, &owner, &editor, &user).await;
                    if name == "restore_agent" {
                        galley::server::domain::trash::delete(&app.core, &owner.caller, world.agent).await.unwrap();
                    }
                    let status = ask(&Program::whole(&app, person).await.key, &world).await;
                    let rank = |may: May| [May::Use, May::Edit, May::Own].iter().position(|one| *one == may);
                    let allowed = match may {
                        May::Member => true,
                        May::Admin => who == "a stranger" && !path.contains("{id}"),
                        May::Use | May::Edit | May::Own => right.is_some_and(|right| rank(right) >= rank(may)),
                    };
                    if allowed {
                        must(let_in(name, status), format!("{name} by {who}: {status}"));
                    } else if of_agent && right.is_none() {
                        must(status == 404, format!("{name} by {who} must look as if nothing were there"));
                    } else if who == "a stranger" {
                        must(status == 404, format!("{name} by {who}"));
                    } else {
                        must(matches!(status, 403 | 404), format!("{name} by {who}: {status}"));
                    }
                    asked += 1;
                }

                // A key of another agent.
                if of_agent {
                    let (mine, theirs) = (world(&app, &ada, &owner, &editor, &user).await, world(&app, &ada, &owner, &editor, &user).await);
                    let agents = [Scope::AgentsRead, Scope::AgentsWrite, Scope::Chat];
                    let bound = Program::of(&app, &owner, &agents, Some(mine.agent)).await;
                    must(ask(&bound.key, &theirs).await == 404, format!("{name} by a key of another agent"));
                }
            }
        }
        assert_eq!(wrong, [""; 0]);
        assert!(asked > 300, "{asked}");
    }
}
