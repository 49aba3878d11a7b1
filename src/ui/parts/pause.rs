//! Waiting for a pause in typing, so that not each letter asks the server.

use std::time::Duration;

use leptos::{leptos_dom::helpers::set_timeout, prelude::*};

/// How long nothing is typed before what stands there counts.
const PAUSE: Duration = Duration::from_millis(250);

/// Calls `then` with what is typed, once, after each pause; the first time with what the page began with.
pub fn after_pause(typed: RwSignal<String>, then: impl Fn(String) + Clone + 'static) {
    let strokes = StoredValue::new(0_u64);
    Effect::new(move || {
        let text = typed.get();
        strokes.update_value(|count| *count += 1);
        let stroke = strokes.get_value();
        let then = then.clone();
        set_timeout(
            move || {
                if strokes.try_get_value() == Some(stroke) {
                    then(text);
                }
            },
            PAUSE,
        );
    });
}
