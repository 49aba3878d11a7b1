//! What both sides of the wire know: types and pure rules, without I/O.
//!
//! One noun per file. A rule that the page shows and the server enforces is one function here.

