//! Times of list pages.

fn main() {}
