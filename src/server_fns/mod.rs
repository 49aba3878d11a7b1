//! What the browser may ask: one short function per action; the bodies call `server::domain`.
