//! Talking to an agent: one conversation view, used by the preview of the draft and by the page of what is live.
//!
//! | file | what it holds |
//! | --- | --- |
//! | [`talk`] | a conversation's state and what can be done with it |
//! | [`view`] | how it looks: log, starters, answers |
//! | [`composer`] | the field to write in, also as a plain form |
//! | [`receipt`] | the mark below an answer, and what is behind it |
//! | `wire` | asking `/api/v1` from the browser, and reading its events |
//!
//! The page makes a [`Talk`] and shows it with a [`view::ConversationView`], so that its header can offer New chat.

pub mod composer;
mod door;
pub mod receipt;
pub mod talk;
pub mod view;
mod wire;

pub use composer::PlainForm;
pub use talk::Talk;
pub use view::ConversationView;
