//! The builder: `/agents/new` and `/agents/{id}`.
//!
//! The page is one form around the tabs, a bar with Save and Release above it, and the preview beside it. It works as the
//! server renders it; `state` holds what hydration adds. `preview` is the conversation with the saved draft.

mod approval;
mod bar;
mod channels;
mod conflict;
mod form;
mod information;
mod menu;
mod page;
mod preview;
mod release_menu;
mod rollback;
mod state;
mod typing;

pub use conflict::shown;
pub use page::AgentPage;
pub use rollback::ChangeList;
