//! The public link of an agent, as its owner sets it. What visitors do with it is in [`super::visits`].

use futures_util::FutureExt;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    access::{self, Access},
    audit,
    caller::Caller,
    link_limits,
};
use crate::{
    model::{
        error::Error,
        link::{DAILY_MESSAGES, DAILY_TOKENS, Link, LinkForm},
        timestamp::Timestamp,
    },
    paths,
    server::{
        core::Core,
        failure::Outcome,
        secrets::random_bytes,
        store::{
            agents::Agent,
            db::Tx,
            links::{self, LinkRow, Usage},
        },
    },
};

/// The letters of an address: none that is easily taken for another.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// How many of them an address has: 60 bits, so that nobody comes upon one by trying.
const SLUG_LETTERS: usize = 12;

/// Sets the limits, the sites and the pass phrase of an agent's link. It makes the link where there is none, and leaves the
/// switch as it is.
///
/// # Errors
/// `validation_failed` with every field at fault; as [`access::agent`] for the owner.
pub async fn set(core: &Core, caller: &Caller, id: Uuid, form: &LinkForm) -> Outcome<Link> {
    let form = form.checked().map_err(Error::invalid)?;
    // Before the work of hashing, which nobody else should cause.
    core.db.read(|tx| async move { access::agent(tx, caller, id, Access::Own).await.map(drop) }.boxed()).await?;
    let new_pass = match form.pass_phrase.as_deref() {
        None => None,
        Some("") => Some(None),
        Some(pass) => Some(Some(core.hasher.hash(pass).await?)),
    };
    let at = core.clock.now();
    core.db
        .write(|tx| {
            let (form, new_pass) = (&form, &new_pass);
            async move {
                let agent = access::agent_locked(tx, caller, id, Access::Own).await?.agent;
                let before = ensure(tx, caller, &agent, at).await?;
                let mut after = LinkRow {
                    daily_messages: form.daily_messages,
                    daily_tokens: form.daily_tokens,
                    frame_origins: form.frame_origins.clone(),
                    ..before.clone()
                };
                if let Some(pass) = new_pass {
                    after.pass_hash.clone_from(pass);
                }
                links::put(tx, &after, caller.account, at).await?;
                let detail = json!({
                    "before": said(&before), "after": said(&after), "pass_phrase_changed": new_pass.is_some()
                });
                audit::record(tx, caller, "link.set", Some(id), detail, at).await?;
                let used = links::usage(tx, agent.workspace, after.id, link_limits::day(at)).await?;
                Ok(show(core, after, used))
            }
            .boxed()
        })
        .await
}

/// What the log says of a link: never its pass phrase.
fn said(link: &LinkRow) -> Value {
    json!({
        "daily_messages": link.daily_messages,
        "daily_tokens": link.daily_tokens,
        "frame_origins": link.frame_origins,
        "has_pass_phrase": link.pass_hash.is_some(),
    })
}

/// The link of an agent whose row is held; a new one where there is none.
pub(super) async fn ensure(tx: &mut Tx<'_>, caller: &Caller, agent: &Agent, at: Timestamp) -> Outcome<LinkRow> {
    if let Some(link) = links::of_agent(tx, agent.workspace, agent.id).await? {
        return Ok(link);
    }
    let link = LinkRow {
        id: Uuid::now_v7(),
        workspace: agent.workspace,
        agent: agent.id,
        slug: slug()?,
        pass_hash: None,
        daily_messages: DAILY_MESSAGES,
        daily_tokens: DAILY_TOKENS,
        frame_origins: Vec::new(),
    };
    links::put(tx, &link, caller.account, at).await?;
    Ok(link)
}

fn slug() -> Outcome<String> {
    let bytes: [u8; SLUG_LETTERS] = random_bytes()?;
    let letter = |byte: u8| LETTERS.get(usize::from(byte % 32)).copied().map(char::from);
    Ok(bytes.into_iter().filter_map(letter).collect())
}

/// A link as its editors see it. Its address is whole where the public one is known.
pub(super) fn show(core: &Core, row: LinkRow, used: Usage) -> Link {
    let path = paths::visit(&row.slug);
    Link {
        url: core.settings.public_url.as_ref().map_or_else(|| path.clone(), |public| format!("{public}{path}")),
        slug: row.slug,
        has_pass_phrase: row.pass_hash.is_some(),
        daily_messages: row.daily_messages,
        daily_tokens: row.daily_tokens,
        frame_origins: row.frame_origins,
        messages_today: used.messages,
        tokens_today: used.tokens,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_long_and_each_another() {
        let slugs: std::collections::BTreeSet<String> = (0..100).map(|_| slug().unwrap()).collect();
        assert_eq!(slugs.len(), 100);
        assert!(slugs.iter().all(|slug| slug.len() == SLUG_LETTERS && slug.bytes().all(|b| LETTERS.contains(&b))));
    }
}
