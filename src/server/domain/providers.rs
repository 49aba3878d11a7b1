//! Model providers: those of the server's environment, and those that an admin sets up for a workspace.
//!
//! A workspace's provider goes before one of the environment with the same name, with its own key or none: the operator's
//! key is never lent to an address that an admin typed. A key is sealed for the id of its provider and never shown again.

use std::time::Duration;

use futures_util::FutureExt;
use serde_json::json;
use uuid::Uuid;

use super::{audit, caller::Caller};
use crate::{
    model::{
        account::Role,
        api_key::Scope,
        chat::REHEARSAL,
        error::{Code, Error},
        provider::{CheckedProvider, ModelChoice, Provider, ProviderForm, ProviderKind, origin},
    },
    server::{
        core::Core,
        engine::{
            answer,
            providers::{Key, Target},
        },
        failure::{Failure, Outcome},
        store::{
            db::Tx,
            providers::{self, ProviderRow},
        },
    },
};

/// How long the test of a provider may take.
const TRY_OUT: Duration = Duration::from_secs(20);

/// The models of a kind's own service that are offered when the environment names none.
const fn usual_models(kind: ProviderKind) -> &'static [&'static str] {
    match kind {
        ProviderKind::Openai => &["gpt-4.1", "gpt-4.1-mini"],
        ProviderKind::Anthropic => &["claude-sonnet-4-5", "claude-haiku-4-5"],
        ProviderKind::Gemini => &["gemini-2.5-pro", "gemini-2.5-flash"],
    }
}

/// A provider of the environment.
struct Given<'a> {
    kind: ProviderKind,
    base_url: &'a str,
    key: Option<&'a str>,
    models: Vec<String>,
}

impl Given<'_> {
    fn shown(&self) -> Provider {
        Provider {
            id: None,
            slug: self.kind.as_str().to_owned(),
            kind: self.kind,
            base_url: self.base_url.to_owned(),
            models: self.models.clone(),
            key_set: self.key.is_some(),
        }
    }
}

/// The providers of the environment, each under its kind's name.
fn given(core: &Core) -> Vec<Given<'_>> {
    let settings = &core.settings.providers;
    let base_url = settings.openai_base_url.as_deref().unwrap_or_default();
    let all = [
        (ProviderKind::Openai, base_url, &settings.openai_api_key, &settings.openai_models),
        (ProviderKind::Anthropic, "", &settings.anthropic_api_key, &settings.anthropic_models),
        (ProviderKind::Gemini, "", &settings.gemini_api_key, &settings.gemini_models),
    ];
    let on = all.into_iter().filter(|(_, base_url, key, _)| key.is_some() || !base_url.is_empty());
    on.map(|(kind, base_url, key, models)| {
        let usual = || usual_models(kind).iter().map(|model| (*model).to_owned()).collect();
        // Another server that speaks OpenAI's API has other models than OpenAI.
        let models = if models.is_empty() && base_url.is_empty() { usual() } else { models.clone() };
        Given { kind, base_url, key: key.as_deref(), models }
    })
    .collect()
}

/// Every provider that an admin sees on the settings page, those of the environment first.
///
/// # Errors
/// `forbidden` for who is no admin.
pub async fn list(core: &Core, caller: &Caller) -> Outcome<Vec<Provider>> {
    admin(caller)?;
    core.db.read(|tx| async move { list_in(core, tx, caller.workspace).await }.boxed()).await
}

async fn list_in(core: &Core, tx: &mut Tx<'_>, workspace: Uuid) -> Outcome<Vec<Provider>> {
    let rows = providers::list(tx, workspace).await?;
    let hidden = |given: &Given<'_>| rows.iter().any(|row| row.slug == given.kind.as_str());
    let mut all: Vec<Provider> = given(core).iter().filter(|given| !hidden(given)).map(Given::shown).collect();
    all.extend(rows.into_iter().map(shown));
    Ok(all)
}

/// The models that an agent may be given; `rehearsal` is always the first.
///
/// # Errors
/// When the database fails.
pub async fn models(core: &Core, caller: &Caller) -> Outcome<Vec<ModelChoice>> {
    let all = core.db.read(|tx| async move { list_in(core, tx, caller.workspace).await }.boxed()).await?;
    let rehearsal =
        ModelChoice { name: REHEARSAL.to_owned(), label: "Rehearsal (built in, no language model)".to_owned() };
    let served = all.iter().flat_map(|provider| {
        provider.models.iter().map(|model| ModelChoice {
            name: format!("{}/{model}", provider.slug),
            label: format!("{model} ({})", provider.slug),
        })
    });
    Ok(std::iter::once(rehearsal).chain(served).collect())
}

/// Whether a model of this name would answer.
///
/// # Errors
/// When the database fails.
pub async fn is_served(core: &Core, caller: &Caller, name: &str) -> Outcome<bool> {
    core.db.read(|tx| async move { is_served_in(core, tx, caller.workspace, name).await }.boxed()).await
}

/// [`is_served`], inside a transaction of the caller's.
///
/// # Errors
/// When the database fails.
pub async fn is_served_in(core: &Core, tx: &mut Tx<'_>, workspace: Uuid, name: &str) -> Outcome<bool> {
    Ok(name == REHEARSAL || target_in(core, tx, workspace, name).await?.is_some())
}

/// What to call for `provider/model`, with its key; none when no such model is set up.
///
/// # Errors
/// When the database fails, or the key does not open.
pub async fn target_in(core: &Core, tx: &mut Tx<'_>, workspace: Uuid, name: &str) -> Outcome<Option<Target>> {
    let Some((slug, model)) = name.split_once('/') else { return Ok(None) };
    if let Some(row) = providers::by_slug(tx, workspace, slug).await? {
        if !row.models.iter().any(|served| served == model) {
            return Ok(None);
        }
        return Ok(Some(target_of(core, &row, model)?));
    }
    let given = given(core).into_iter().find(|given| given.kind.as_str() == slug);
    let given = given.filter(|given| given.models.iter().any(|served| served == model));
    Ok(given.map(|given| Target {
        provider: slug.to_owned(),
        kind: given.kind,
        base_url: given.base_url.to_owned(),
        key: given.key.map(|key| Key(key.to_owned())),
        model: model.to_owned(),
    }))
}

fn target_of(core: &Core, row: &ProviderRow, model: &str) -> Outcome<Target> {
    let key = match &row.key_sealed {
        None => None,
        Some(sealed) => {
            let plain = core.secrets.open(&purpose(row.id), sealed)?;
            Some(Key(String::from_utf8(plain).map_err(|_| Failure::internal("a provider's key is not text"))?))
        }
    };
    Ok(Target {
        provider: row.slug.clone(),
        kind: row.kind,
        base_url: row.base_url.clone(),
        key,
        model: model.to_owned(),
    })
}

/// Sets up a provider, or changes one. An empty key keeps the one that is there, unless the address leads to another host.
///
/// # Errors
/// `forbidden` for who is no admin, `not_found`, `validation_failed` with every field at fault.
pub async fn save(core: &Core, caller: &Caller, id: Option<Uuid>, form: &ProviderForm) -> Outcome<Provider> {
    admin(caller)?;
    let checked = form.checked().map_err(Error::invalid)?;
    let at = core.clock.now();
    core.db
        .write(|tx| {
            let checked = checked.clone();
            async move {
                let before = match id {
                    Some(id) => Some(providers::find(tx, caller.workspace, id).await?.ok_or_else(Error::not_found)?),
                    None => None,
                };
                let row = row_of(core, before.as_ref(), checked)?;
                let namesake = providers::by_slug(tx, caller.workspace, &row.slug).await?;
                if namesake.is_some_and(|namesake| namesake.id != row.id) {
                    return Err(Error::field("slug", "Another provider has this name").into());
                }
                providers::put(tx, caller.workspace, &row, caller.account, at).await?;
                let act = if before.is_some() { "provider.update" } else { "provider.create" };
                let shown = shown(row);
                let detail = json!({ "before": before.map(self::shown), "after": &shown });
                audit::record(tx, caller, act, shown.id, detail, at).await?;
                Ok(shown)
            }
            .boxed()
        })
        .await
}

/// The row that a form makes out of the one before.
fn row_of(core: &Core, before: Option<&ProviderRow>, form: CheckedProvider) -> Outcome<ProviderRow> {
    let id = before.map_or_else(Uuid::now_v7, |row| row.id);
    let same_host = before
        .is_some_and(|row| origin(&row.kind.address(&row.base_url)) == origin(&form.kind.address(&form.base_url)));
    let needs_key = form.needs_key();
    let key_sealed = match form.key {
        Some(key) => Some(core.secrets.seal(&purpose(id), key.as_bytes())?),
        // A key is never sent to a host that it was not given for.
        None if same_host => before.and_then(|row| row.key_sealed.clone()),
        None => None,
    };
    if key_sealed.is_none() && needs_key {
        let message = match before {
            Some(row) if row.key_sealed.is_some() => "The address changed, so the key is needed again",
            _ => "Key is required",
        };
        return Err(Error::field("key", message).into());
    }
    Ok(ProviderRow { id, slug: form.slug, kind: form.kind, base_url: form.base_url, models: form.models, key_sealed })
}

/// Removes a provider and its key; again: `not_found`.
///
/// # Errors
/// `forbidden` for who is no admin, `not_found`.
pub async fn delete(core: &Core, caller: &Caller, id: Uuid) -> Outcome<()> {
    admin(caller)?;
    let at = core.clock.now();
    core.db
        .write(|tx| {
            async move {
                let row = providers::find(tx, caller.workspace, id).await?.ok_or_else(Error::not_found)?;
                providers::delete(tx, caller.workspace, id).await?;
                let detail = json!({ "before": shown(row), "after": null });
                audit::record(tx, caller, "provider.delete", Some(id), detail, at).await
            }
            .boxed()
        })
        .await
}

/// Makes a real, small call to a provider's first model; `slug` names it. Gives the model that answered.
///
/// # Errors
/// `forbidden` for who is no admin, `not_found`, `upstream_failed` with what the provider says, in plain words.
pub async fn try_out(core: &Core, caller: &Caller, slug: &str) -> Outcome<String> {
    admin(caller)?;
    let target = core
        .db
        .read(|tx| {
            async move {
                let all = list_in(core, tx, caller.workspace).await?;
                let provider = all.into_iter().find(|provider| provider.slug == slug).ok_or_else(Error::not_found)?;
                let model = provider.models.first().cloned().unwrap_or_default();
                target_in(core, tx, caller.workspace, &format!("{slug}/{model}")).await
            }
            .boxed()
        })
        .await?;
    let Some(target) = target else {
        let sentence = "No model is named for this provider. Set GALLEY_OPENAI_MODELS.";
        return Err(Error::new(Code::UpstreamFailed, sentence).into());
    };
    let model = target.model.clone();
    let most = TRY_OUT.min(Duration::from_secs(core.settings.answer_timeout_seconds));
    answer::try_out(&core.engine, target, most).await.map_err(|sentence| Error::new(Code::UpstreamFailed, sentence))?;
    Ok(model)
}

fn shown(row: ProviderRow) -> Provider {
    let ProviderRow { id, slug, kind, base_url, models, key_sealed } = row;
    Provider { id: Some(id), slug, kind, base_url, models, key_set: key_sealed.is_some() }
}

/// What a provider's key is sealed for.
#[must_use]
pub fn purpose(id: Uuid) -> String {
    format!("provider {id}")
}

fn admin(caller: &Caller) -> Outcome<()> {
    caller.require(Scope::Admin)?;
    match caller.role {
        Role::Admin => Ok(()),
        Role::Member => Err(Error::forbidden("Only an admin of the workspace may set up model providers.").into()),
    }
}
