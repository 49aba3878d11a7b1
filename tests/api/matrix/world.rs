//! What the matrix asks about: the people of two workspaces, and agents with everything that an id may name.

use std::collections::BTreeMap;

use futures_util::FutureExt;
use galley::{
    model::{
        account::Role,
        agent::Right,
        api_key::{NewApiKey, Scope},
        config::Config,
        grants::{NewGrant, NewGrants},
        provider::ProviderForm,
        saved_draft::{DraftInfo, Origin},
    },
    server::{
        domain::{
            agents, api_keys, approvals, chat, drafts, grants, invitations, providers, releases, runs, sessions, trash,
        },
        store::approvals::{NewApproval, insert},
    },
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    api::Program,
    releases::{save, saved},
    support::{ModelServer, Person, Step, TestApp},
};

/// Every word that stands for an id.
pub const EVERYTHING: &str = "AGENT SAVE RELEASE MEMBER INVITATION PROVIDER KEY SESSION RUN APPROVAL";

/// Scopes that a key of one agent may have.
pub const OF_AN_AGENT: [Scope; 4] = [Scope::AgentsRead, Scope::AgentsWrite, Scope::AgentsDraft, Scope::Chat];

/// The people, and what is the same for all worlds.
pub struct Cast {
    pub app: TestApp,
    /// Runs the workspace, and has no right on any agent.
    pub ada: Person,
    pub owner: Person,
    pub editor: Person,
    pub user: Person,
    /// A member without a right.
    pub other: Person,
    /// Runs another workspace.
    pub eve: Person,
    /// Somebody whom things are given to.
    bob: Person,
    model: ModelServer,
}

impl Cast {
    pub async fn gather(app: &TestApp) -> Self {
        // An answer that is being written is so for as long as the test takes.
        let app = app.with_settings(|settings| settings.answer_timeout_seconds = 3600);
        let member = || app.member(Role::Member);
        Self {
            ada: app.admin().await,
            owner: member().await,
            editor: member().await,
            user: member().await,
            other: member().await,
            bob: member().await,
            eve: app.stranger().await,
            model: ModelServer::start().await,
            app,
        }
    }

    /// What an operation is asked about: as much of it as these words name.
    pub async fn world(&self, operation: &str, words: &str) -> World {
        self.make(&self.owner, &self.ada, 2, operation, words).await
    }

    /// The same of a member who shares nothing.
    pub async fn hidden(&self) -> World {
        self.make(&self.other, &self.ada, 2, "", "AGENT SAVE RELEASE KEY SESSION RUN APPROVAL").await
    }

    /// The same in another workspace, with numbers that are not in this one.
    pub async fn foreign(&self) -> World {
        self.make(&self.eve, &self.eve, 4, "", EVERYTHING).await
    }

    async fn make(&self, owner: &Person, admin: &Person, versions: i64, operation: &str, words: &str) -> World {
        let core = &self.app.core;
        let here = owner.caller.workspace == self.ada.caller.workspace;
        let name = format!("p{}", Uuid::now_v7().simple());
        let mut ids = BTreeMap::from([("OWNER", owner.caller.account.to_string()), ("NAME", name.clone())]);
        let named = |word: &str| words.contains(word);
        if named("MEMBER") {
            // Whoever is asked about by this address may be taken out of the workspace.
            let member = match operation {
                "set_role" | "remove_member" => self.app.member(Role::Member).await,
                _ if here => self.bob.clone(),
                _ => owner.clone(),
            };
            ids.insert("MEMBER", member.caller.account.to_string());
        }
        if named("INVITATION") {
            let made = invitations::invite(core, &admin.caller, Role::Member, "").await.unwrap();
            ids.insert("INVITATION", made.invitation.id.to_string());
        }
        let answering = operation == "follow_answer";
        if named("PROVIDER") || answering {
            let form = ProviderForm {
                slug: name.clone(),
                kind: "openai".into(),
                base_url: self.model.url.clone(),
                models: "m".into(),
                ..ProviderForm::default()
            };
            let made = providers::save(core, &admin.caller, None, &form).await.unwrap();
            ids.insert("PROVIDER", made.id.unwrap().to_string());
        }
        if !["AGENT", "SAVE", "RELEASE", "KEY", "SESSION", "RUN", "APPROVAL"].iter().any(|word| words.contains(word)) {
            return World { ids, bound: None };
        }

        let model = if answering { format!("{name}/m") } else { "rehearsal".to_owned() };
        let config =
            |number: i64| Config { model: model.clone(), ..crate::releases::config(&format!("Help {number}.")) };
        let made = saved(agents::create(core, &owner.caller, &config(1), Origin::Create).await.unwrap());
        let agent = made.agent_id;
        let mut first = None;
        for version in 1..=versions {
            let release =
                crate::releases::released(releases::publish(core, &owner.caller, agent, "", None).await.unwrap());
            first.get_or_insert(release.id);
            saved(save(&self.app, owner, agent, version, &config(version + 1)).await);
        }
        ids.insert("AGENT", agent.to_string());
        ids.insert("SAVE", made.draft.info.revision_id.to_string());
        ids.insert("RELEASE", first.unwrap().to_string());
        let mut bound = None;
        if owner.caller.account == self.owner.caller.account {
            bound = Some(Program::of(&self.app, owner, &OF_AN_AGENT, Some(agent)).await.key);
            let people = [(&self.editor, Right::Editor), (&self.user, Right::User)]
                .map(|(person, right)| NewGrant { account_id: person.caller.account, right });
            let new = NewGrants { everyone: false, people: people.to_vec() };
            grants::set(core, &owner.caller, agent, &new).await.unwrap();
        }
        if named("KEY") {
            let new = NewApiKey {
                name: "K".into(),
                scopes: [Scope::Chat].into_iter().collect(),
                agent_id: Some(agent),
                expires_at: None,
            };
            ids.insert("KEY", api_keys::make(core, &owner.caller, &new).await.unwrap().0.id.to_string());
        }
        if named("SESSION") {
            let session = sessions::start(core, &owner.caller, agent, false, None).await.unwrap();
            if answering {
                self.model.next(&[Step::Hang]);
                chat::send(core, &owner.caller, session.id, "Hello").await.unwrap();
            }
            ids.insert("SESSION", session.id.to_string());
        }
        if named("RUN") {
            let run = runs::insert(core, &owner.caller, agent, None, &json!("Hello")).await.unwrap();
            runs::cancel(core, &owner.caller, run.id).await.unwrap();
            ids.insert("RUN", run.id.to_string());
        }
        if operation == "request_approval" {
            approvals::set_needed(core, &owner.caller, agent, true).await.unwrap();
        } else if named("APPROVAL") {
            let draft = drafts::get(core, &owner.caller, agent, None).await.unwrap().info;
            ids.insert("APPROVAL", self.asked(owner.caller.workspace, agent, &draft).await.to_string());
        }
        if operation == "restore_agent" {
            trash::delete(core, &owner.caller, agent).await.unwrap();
        }
        World { ids, bound }
    }
}

impl Cast {
    /// A request of somebody who asks for nothing else, so that whoever may edit the agent may decide it.
    async fn asked(&self, workspace: Uuid, agent: Uuid, draft: &DraftInfo) -> Uuid {
        let new = NewApproval {
            id: Uuid::now_v7(),
            draft_id: draft.revision_id,
            draft_number: draft.number,
            config_hash: &draft.config_hash,
            note: "",
            by: self.bob.caller.account,
            at: self.app.clock().now(),
        };
        let new = &new;
        let db = &self.app.core.db;
        db.write(|tx| async move { Ok(insert(tx, workspace, agent, new).await?) }.boxed()).await.unwrap();
        new.id
    }
}

/// Ids, by the word for them.
pub struct World {
    ids: BTreeMap<&'static str, String>,
    /// A key of its owner's that is bound to its agent.
    pub bound: Option<String>,
}

impl World {
    /// An id of this world. Numbers and names of saves and releases are there at once: those of the first ones in one's own
    /// workspace, in the other of some that only it has.
    pub fn id(&self, word: &str, foreign: bool) -> String {
        match (word, foreign) {
            ("NUMBER", false) => "1".to_owned(),
            ("NUMBER", true) => "4".to_owned(),
            ("VERSION", false) => "v1".to_owned(),
            ("VERSION", true) => "v4".to_owned(),
            ("DRAFT", false) => "d1".to_owned(),
            ("DRAFT", true) => "d4".to_owned(),
            _ => self.ids[word].clone(),
        }
    }

    /// A text with the ids in place of their words.
    pub fn fill(&self, text: &str) -> String {
        self.ids.iter().fold(text.to_owned(), |text, (word, id)| text.replace(word, id))
    }

    /// A body with the ids in place of their words.
    pub fn body(&self, body: &Value) -> Value {
        serde_json::from_str(&self.fill(&body.to_string())).unwrap()
    }
}

/// The address of an operation, with words for its ids.
pub fn address(path: &str) -> String {
    let nouns = [
        ("/agents/{id}", "/agents/AGENT"),
        ("/members/{id}", "/members/MEMBER"),
        ("/invitations/{id}", "/invitations/INVITATION"),
        ("/providers/{id}", "/providers/PROVIDER"),
        ("/keys/{id}", "/keys/KEY"),
        ("/chat/sessions/{id}", "/chat/sessions/SESSION"),
        ("/runs/{id}", "/runs/RUN"),
        ("{approval_id}", "APPROVAL"),
        ("{account_id}", "MEMBER"),
        ("{version_id}", "v1"),
        ("{number}", "1"),
        ("{channel}", "api"),
    ];
    let filled = nouns.iter().fold(path.to_owned(), |path, (name, word)| path.replace(name, word));
    assert!(!filled.contains('{'), "{path} has an id that no world has");
    format!("/api/v1{filled}")
}
