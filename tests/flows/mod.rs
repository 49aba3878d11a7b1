//! What people do, one file per story.

mod account;
mod audit;
mod edge;
mod sign_in;
mod sign_up;
