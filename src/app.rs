//! The HTML shell and the application: providers and every page route.
//!
//! To add a page: a file in `ui/pages`, a path in `paths`, a `Route` here.

use leptos::{config::LeptosOptions, hydration::AutoReload, prelude::*};
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    path,
};

use crate::{
    model::asset_paths::AssetPaths,
    ui::{
        pages::{
            account::AccountPage,
            agent::AgentPage,
            agents::AgentsPage,
            audit::AuditPage,
            compare::{ComparePage, RevisionPage},
            coworker::CoworkerPage,
            import::ImportPage,
            keys::KeysPage,
            members::MembersPage,
            not_found::NotFoundPage,
            providers::ProvidersPage,
            releases::ReleasesPage,
            reset::ResetPage,
            share::SharePage,
            sign_in::SignInPage,
            sign_up::SignUpPage,
            trash::TrashPage,
            visit::VisitorPage,
            workspace::WorkspacePage,
        },
        parts::toasts::{ToastRegion, provide_toasts},
        session::provide_session,
    },
};

/// Pages are sent whole: what arrives later is put in its place by a script, which a browser without JavaScript lacks.
const WHOLE: SsrMode = SsrMode::Async;

/// What the shell needs to know of the request.
#[derive(Clone, Debug)]
pub struct ShellFacts {
    /// Where the browser code and the style sheet are.
    pub assets: AssetPaths,
    /// The theme that the visitor chose: `light`, `dark`, or nothing for the system's.
    pub theme: Option<String>,
}

/// The document around the application.
#[must_use]
pub fn shell() -> impl IntoView {
    let ShellFacts { assets, theme } = expect_context();
    let nonce = leptos::nonce::use_nonce();
    let start = format!(
        "import init,{{hydrate}} from '{}';init({{module_or_path:'{}'}}).then(hydrate)",
        assets.js, assets.wasm
    );
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href=assets.css />
                <link rel="modulepreload" href=assets.js />
                <link rel="preload" href=assets.wasm r#as="fetch" r#type="application/wasm" crossorigin="" />
                <script type="module" nonce=nonce inner_html=start></script>
                // Nothing but under `cargo leptos watch`.
                <AutoReload options=LeptosOptions::builder().output_name("galley").build() />
                <leptos_meta::MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// The application, rendered on the server and taken over in the browser.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_session();
    provide_toasts();
    // Tests wait for this: from here on the browser's code answers. What waits for its data is taken over in the same
    // turn of the event loop as the frame around it, so the next animation frame comes after both.
    Effect::new(|| {
        request_animation_frame(|| {
            if let Some(body) = document().body() {
                let _ = body.set_attribute("data-hydrated", "");
            }
        });
    });
    view! {
        <Title formatter=|title: String| if title.is_empty() { "Galley".to_owned() } else { format!("{title} · Galley") } />
        <Router>
            <Routes fallback=NotFoundPage>
                <Route path=path!("/") view=AgentsPage ssr=WHOLE />
                <Route path=path!("/trash") view=TrashPage ssr=WHOLE />
                <Route path=path!("/agents/import") view=ImportPage ssr=WHOLE />
                <Route path=path!("/sign-in") view=SignInPage ssr=WHOLE />
                <Route path=path!("/sign-up") view=SignUpPage ssr=WHOLE />
                <Route path=path!("/reset") view=ResetPage ssr=WHOLE />
                <Route path=path!("/account") view=AccountPage ssr=WHOLE />
                <Route path=path!("/settings/workspace") view=WorkspacePage ssr=WHOLE />
                <Route path=path!("/settings/members") view=MembersPage ssr=WHOLE />
                <Route path=path!("/agents/:id") view=AgentPage ssr=WHOLE />
                <Route path=path!("/agents/:id/share") view=SharePage ssr=WHOLE />
                <Route path=path!("/agents/:id/releases") view=ReleasesPage ssr=WHOLE />
                <Route path=path!("/agents/:id/compare") view=ComparePage ssr=WHOLE />
                <Route path=path!("/agents/:id/revisions/:name") view=RevisionPage ssr=WHOLE />
                <Route path=path!("/a/:slug") view=VisitorPage ssr=WHOLE />
                // The page stays while the address below it changes, and shows all of it itself.
                <ParentRoute path=path!("/coworker") view=CoworkerPage ssr=WHOLE>
                    <Route path=path!("") view=|| () ssr=WHOLE />
                    <Route path=path!("/:id") view=|| () ssr=WHOLE />
                    <Route path=path!("/:id/:session") view=|| () ssr=WHOLE />
                </ParentRoute>
                <Route path=path!("/settings/providers") view=ProvidersPage ssr=WHOLE />
                <Route path=path!("/settings/keys") view=KeysPage ssr=WHOLE />
                <Route path=path!("/settings/audit") view=AuditPage ssr=WHOLE />
            </Routes>
        </Router>
        <ToastRegion />
    }
}
