//! What stands around a page's content: [`page_frame`] for people who are signed in, [`auth_frame`] for the others.

pub mod account_menu;
pub mod auth_frame;
pub mod page_frame;
pub mod settings_nav;
pub mod signed_in;
