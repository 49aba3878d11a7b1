//! People in a workspace: what is shared with whom, who belongs to it, and what they did.

mod audit;
mod members;
mod plans;
mod refusals;
mod sharing;
mod standing;
mod workspaces;
