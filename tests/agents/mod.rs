//! My Agents, `/`: the list, tags, sharing, the trash, copies and files.

mod grants;
mod list;
mod plans;
mod tags;
mod transfer;
mod trash;
mod world;
