//! The test kit: a whole server on a database of its own, browsers that ask it, and people who are signed in.
//!
//! ```ignore
//! both_engines! {
//!     async fn a_member_sees_nothing_of_strangers(app: TestApp) {
//!         let ada = app.admin().await;                // runs the workspace
//!         let bob = app.member(Role::Member).await;   // invited into it
//!         let eve = app.stranger().await;             // runs a workspace of her own
//!         let agent = domain::agents::create(&app.core, &ada.caller, …).await.unwrap();
//!         let page = bob.browser.get("/").await;
//!     }
//! }
//! ```
//!
//! makes two tests, `a_member_sees_nothing_of_strangers::sqlite` and `…::postgres`. The clock stands still until
//! `app.clock().advance(seconds)`.

#![allow(dead_code, reason = "a kit offers more than one day's tests take out of it")]

mod app;
mod browser;
pub mod many_agents;
mod model_server;
mod person;

#[allow(unused_imports, reason = "for the signatures of the helpers of tests")]
pub use self::{
    app::{Engine, TestApp, run},
    browser::{Answer, Browser},
    model_server::{ModelServer, Step},
    person::Person,
};

/// Makes of each `async fn name(app: TestApp) { … }` one test per engine.
macro_rules! both_engines {
    ($($(#[$meta:meta])* async fn $name:ident($app:ident: TestApp) $body:block)*) => {$(
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports, reason = "what a test uses is its own affair")]
            use super::*;

            async fn body($app: $crate::support::TestApp) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                $crate::support::run($crate::support::Engine::Sqlite, body).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                $crate::support::run($crate::support::Engine::Postgres, body).await;
            }
        }
    )*};
}
