//! Model providers as an admin sets them up: keys go in and never come out, and go to no other host.

use galley::{
    model::{account::Role, config::Config, provider::ProviderForm},
    server::domain::providers,
};

use super::{agent, config, say, session};
use crate::support::{ModelServer, Step};

const KEY: &str = "sk-canary-41ce";

fn form(base_url: &str, key: &str) -> ProviderForm {
    ProviderForm {
        slug: "local".into(),
        kind: "openai".into(),
        base_url: base_url.into(),
        models: "m".into(),
        key: key.into(),
    }
}

both_engines! {
    async fn a_key_goes_to_its_own_host_and_nowhere_else(app: TestApp) {
        let model = ModelServer::start().await;
        let other = ModelServer::start().await;
        let ada = app.admin().await;
        let made = providers::save(&app.core, &ada.caller, None, &form(&model.url, KEY)).await.unwrap();
        let id = made.id.unwrap();
        assert!(made.key_set);
        let fields = [
            ("form[slug]", "local"), ("form[kind]", "openai"), ("form[base_url]", &model.url), ("form[models]", "m\nn"),
            ("form[key]", ""), ("id", &id.to_string()),
        ];
        let saved = ada.browser.call("save_provider", &fields).await;
        assert_eq!(saved.status, 200, "{}", saved.text);
        assert_eq!(saved.json()["key_set"], true, "an empty key took the stored one away");
        let listed = ada.browser.call("list_providers", &[]).await;
        assert!(listed.text.contains("local") && !listed.text.contains("canary"), "{}", listed.text);
        assert!(!saved.text.contains("canary"));

        let tried = ada.browser.call("try_provider", &[("slug", "local")]).await;
        assert_eq!(tried.json(), "m", "{}", tried.text);
        model.next(&[Step::Refuse(401, r#"{"error":{"message":"bad key sk-canary-41ce"}}"#)]);
        let refused = ada.browser.call("try_provider", &[("slug", "local")]).await;
        assert!(refused.text.contains("local refused the key") && !refused.text.contains("canary"), "{}", refused.text);
        let config = Config { model: "local/m".into(), ..config("One.") };
        let agent = agent(&app, &ada, &config).await;
        let session = session(&ada, agent, true).await;
        assert_eq!(say(&ada, &session, "Hello").await.json()["content"], "Fine.");
        assert!(model.seen().iter().all(|seen| seen.authorization.as_deref() == Some(&format!("Bearer {KEY}"))));

        let moved = providers::save(&app.core, &ada.caller, Some(id), &form(&other.url, "")).await.unwrap();
        assert!(!moved.key_set, "the key went along to another host");
        assert_eq!(say(&ada, &session, "Hello").await.json()["content"], "Fine.");
        assert_eq!(other.seen().len(), 1);
        assert_eq!(other.seen()[0].authorization, None);
        // Back again: what was dropped is gone.
        let back = providers::save(&app.core, &ada.caller, Some(id), &form(&model.url, "")).await.unwrap();
        assert!(!back.key_set);
        // In two parts: statements are logged, and another test looks for the word in the log of all of them.
        let audit = app.number("SELECT COUNT(*) FROM audit WHERE detail LIKE '%can' || 'ary%'").await;
        let plain = app.number("SELECT COUNT(*) FROM audit WHERE act LIKE 'provider.%'").await;
        assert_eq!((audit, plain), (0, 4));
    }

    async fn only_an_admin_of_the_workspace_sets_providers_up(app: TestApp) {
        let ada = app.admin().await;
        let bob = app.member(Role::Member).await;
        let eve = app.stranger().await;
        let id = providers::save(&app.core, &ada.caller, None, &form("http://127.0.0.1:9/v1", KEY)).await.unwrap().id;
        for function in ["list_providers", "try_provider"] {
            let refused = bob.browser.call(function, &[("slug", "local")]).await;
            assert!(refused.text.contains("forbidden"), "{function}: {}", refused.text);
        }
        assert!(providers::save(&app.core, &bob.caller, id, &form("http://127.0.0.1:9/v1", "")).await.is_err());
        assert!(providers::delete(&app.core, &bob.caller, id.unwrap()).await.is_err());
        let stolen = providers::save(&app.core, &eve.caller, id, &form("http://127.0.0.1:10/v1", "")).await;
        assert_eq!(stolen.unwrap_err().public.code.status(), 404);
        let deleted = providers::delete(&app.core, &eve.caller, id.unwrap()).await;
        assert_eq!(deleted.unwrap_err().public.code.status(), 404);
        assert!(providers::list(&app.core, &eve.caller).await.unwrap().is_empty());
        assert!(!providers::is_served(&app.core, &eve.caller, "local/m").await.unwrap());
        assert!(providers::is_served(&app.core, &bob.caller, "local/m").await.unwrap());
        assert!(providers::is_served(&app.core, &eve.caller, "rehearsal").await.unwrap());
        let names: Vec<String> =
            providers::models(&app.core, &bob.caller).await.unwrap().into_iter().map(|model| model.name).collect();
        assert_eq!(names, ["rehearsal", "local/m"]);
        let twice = providers::save(&app.core, &ada.caller, None, &form("http://127.0.0.1:9/v1", "")).await;
        assert_eq!(twice.unwrap_err().public.errors[0].field, "slug");
    }

    async fn a_workspaces_provider_never_borrows_the_operators_key(app: TestApp) {
        let model = ModelServer::start().await;
        let url = model.url.clone();
        let app = app.with_settings(|settings| {
            settings.providers.openai_api_key = Some("sk-canary-operator".into());
            settings.providers.openai_base_url = Some("http://127.0.0.1:9/v1".into());
            settings.providers.openai_models = vec!["m".into()];
        });
        let ada = app.admin().await;
        assert!(providers::is_served(&app.core, &ada.caller, "openai/m").await.unwrap());
        let own = ProviderForm { slug: "openai".into(), ..form(&url, "") };
        providers::save(&app.core, &ada.caller, None, &own).await.unwrap();
        providers::try_out(&app.core, &ada.caller, "openai").await.unwrap();
        assert_eq!(model.seen()[0].authorization, None);
        assert_eq!(providers::list(&app.core, &ada.caller).await.unwrap().len(), 1);
    }
}
