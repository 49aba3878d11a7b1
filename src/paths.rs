//! Every URL as a function, used by `ui`, `rest` and `channels`, so that a path is written once.
