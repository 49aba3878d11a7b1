//! The server: request edge, use cases, store and engine.
