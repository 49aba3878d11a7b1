//! The API's card: the agent's own key, and programs to copy that use it.

use leptos::prelude::*;

use super::{
    Acts,
    card::{ChannelCard, Fold},
};
use crate::{
    model::{
        api_key::{ApiKey, Scope},
        channel::ChannelState,
        snippets::{self, KEY_VARIABLE, Snippet},
    },
    paths,
    server_fns::{channels::ChannelsShown, keys::MadeKey},
    ui::parts::{
        button::Button,
        code_block::CodeBlock,
        copy_field::CopyField,
        notice::{Notice, NoticeTone},
        time::Time,
    },
};

/// The card of the API.
#[component]
pub fn ApiCard(
    /// Its switch, and what it last carried.
    state: ChannelState,
    /// What the tab shows.
    shown: ChannelsShown,
    /// What may be done.
    acts: Acts,
) -> impl IntoView {
    let ChannelsShown { channels, keys, name, url, .. } = shown;
    let on = state.on;
    let programs = snippets::all(&url, acts.agent);
    view! {
        <ChannelCard state live=channels.live_version acts>
            <Keys keys name acts />
            {on.then(|| view! { <Programs programs acts /> })}
        </ChannelCard>
    }
}

/// The keys that reach this agent and nothing else, and the way to one more.
#[component]
fn Keys(keys: Vec<ApiKey>, name: String, acts: Acts) -> impl IntoView {
    let made = move || match acts.make.value().get() {
        Some(Ok(MadeKey { secret, .. })) => Some(secret),
        _ => None,
    };
    let rows = keys
        .into_iter()
        .map(|key| {
            let used = match key.last_used_at {
                Some(at) => view! { ", last used " <Time at=at /> }.into_any(),
                None => ", never used".into_any(),
            };
            view! {
                <li>
                    {key.name} " " <span class="mono soft">{key.prefix} "…"</span> <span class="small soft">" by " {key.made_by.name} {used}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <ul class="channel-keys">{rows}</ul>
        {move || {
            made()
                .map(|secret| {
                    view! {
                        <Notice tone=NoticeTone::Ok>
                            <p>"This is the agent’s key. Copy it now: it is not shown again."</p>
                            <CopyField label="The agent’s API key" text=secret />
                        </Notice>
                    }
                })
        }}
        <ActionForm action=acts.make attr:class="channel-make-key">
            <input type="hidden" name="name" value=short(&name) />
            <input type="hidden" name="scopes[]" value=Scope::Chat.as_str() />
            <input type="hidden" name="agent" value=acts.agent.to_string() />
            <Button submit=true disabled=acts.make.pending()>
                "Make the agent a key"
            </Button>
            <span class="small soft">
                "It talks to this agent and reaches nothing else. " <a href=paths::KEYS>"All keys"</a>
            </span>
        </ActionForm>
    }
}

/// A key's name out of the agent's, which may be as long as a key's may.
fn short(name: &str) -> String {
    name.chars().take(crate::model::api_key::MAX_KEY_NAME).collect()
}

#[component]
fn Programs(programs: [Snippet; 3], acts: Acts) -> impl IntoView {
    let all = programs.map(|Snippet { language, code }| {
        view! {
            <Fold id=format!("program-{}", language.to_lowercase()) title=language acts>
                <CodeBlock code />
            </Fold>
        }
    });
    view! {
        <p class="small soft">
            "Each takes the key from the variable " <code>{KEY_VARIABLE}</code> ", asks once and prints the answer:"
        </p>
        {all.into_iter().collect_view()}
    }
}
