//! My Agents, `/`: the list, tags, the trash, copies and files.

mod list;
mod plans;
mod tags;
mod transfer;
mod trash;
mod world;
