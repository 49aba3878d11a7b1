//! The frame of every page for people who are signed in: the bar with the way around, the workspace and the account.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::paths;

/// Which entry of the main navigation a page belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Here {
    /// Agents, and whatever belongs to one.
    #[default]
    Agents,
    /// Coworker: talking to what is live.
    Coworker,
    /// The workspace's settings.
    Settings,
    /// None of them.
    Elsewhere,
}

/// How wide the content is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Width {
    /// Lists and tables.
    #[default]
    Page,
    /// Forms and text.
    Narrow,
    /// The whole window, up to the edges: the page lays itself out.
    Full,
}

impl Width {
    const fn class(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Narrow => "page narrow",
            Self::Full => "page full",
        }
    }
}

/// A page: the bar, then `children` in the main landmark.
#[component]
pub fn PageFrame(
    /// The title of the document. The page's `h1` is its own.
    #[prop(into)]
    title: Signal<String>,
    /// Where in the navigation the page is.
    #[prop(optional)]
    here: Here,
    /// How wide the content is.
    #[prop(optional)]
    width: Width,
    /// The workspace's name.
    #[prop(optional, into)]
    workspace: MaybeProp<String>,
    /// At the end of the bar: the account's menu.
    #[prop(optional, into)]
    account: Option<ViewFn>,
    children: Children,
) -> impl IntoView {
    let link = move |to: Here, href: &'static str, text: &'static str| {
        view! {
            <a href=href aria-current=(here == to).then_some("page")>
                {text}
            </a>
        }
    };
    view! {
        <Title text=move || title.try_get().unwrap_or_default() />
        <a class="skip" href="#main">
            "Skip to content"
        </a>
        <header class="app-bar">
            <a class="brand" href=paths::AGENTS>
                "Galley"
            </a>
            <nav aria-label="Main">
                {link(Here::Agents, paths::AGENTS, "Agents")} {link(Here::Coworker, paths::COWORKER, "Coworker")}
                {link(Here::Settings, paths::MEMBERS, "Settings")}
            </nav>
            <div class="app-bar-end">
                <span class="app-bar-workspace">{move || workspace.get()}</span>
                {account.map(|account| account.run())}
            </div>
        </header>
        <main class=width.class() id="main" tabindex="-1">
            {children()}
        </main>
    }
}
