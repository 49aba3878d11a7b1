//! The way around the workspace's settings. To add a page: a link here.

use leptos::prelude::*;

use crate::{paths, ui::session::use_session};

/// Links to each page of the settings; `here` is the path of the one that shows it.
#[component]
pub fn SettingsNav(
    /// The page's path.
    here: &'static str,
) -> impl IntoView {
    let link = |path: &'static str, text: &'static str| {
        view! {
            <a href=path aria-current=(path == here).then_some("page")>
                {text}
            </a>
        }
    };
    view! {
        <nav class="settings-nav" aria-label="Settings">
            {link(paths::WORKSPACE, "Workspace")} {link(paths::MEMBERS, "Members")} {link(paths::PROVIDERS, "Model providers")}
            {link(paths::KEYS, "API keys")}
            {use_session().is_admin().then(|| link(paths::AUDIT, "Audit log"))}
        </nav>
    }
}
