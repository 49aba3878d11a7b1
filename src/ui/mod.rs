//! Leptos views. `parts` know no domain, `layout` frames a page, `pages` hold one file per page.

pub mod chat;
pub mod entry;
pub mod layout;
pub mod pages;
pub mod parts;
pub mod session;
pub mod standing;
pub mod status;
pub mod watch;
