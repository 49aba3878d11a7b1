//! How an open page learns what changed elsewhere: it asks every few seconds while somebody looks at it, and at once when
//! they come back to it. A page in a hidden window asks nothing.

use std::time::Duration;

use leptos::{ev, prelude::*};

/// How often a page that is looked at asks.
const EVERY: Duration = Duration::from_secs(5);

/// Calls `ask` for as long as the component lives.
pub fn while_looked_at(ask: impl Fn() + Clone + 'static) {
    Effect::new(move || {
        let ask = ask.clone();
        let ask = move || {
            if !document().hidden() {
                ask();
            }
        };
        let timer = set_interval_with_handle(ask.clone(), EVERY).ok();
        let focus = window_event_listener(ev::focus, move |_| ask());
        on_cleanup(move || {
            focus.remove();
            if let Some(timer) = timer {
                timer.clear();
            }
        });
    });
}
