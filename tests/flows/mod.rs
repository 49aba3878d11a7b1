//! What people do, one file per story.

mod account;
mod edge;
mod sign_in;
mod sign_up;
