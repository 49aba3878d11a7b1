//! What people do, one file per story.

mod sign_in;
