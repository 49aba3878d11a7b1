//! Whether the browser's code answers. The server renders what works without it; rules that need it start here.

use leptos::prelude::*;

/// False on the server and while the browser takes a page over, true from then on.
///
/// What differs between the two may only show after it turned true, or the two renderings would not match.
pub fn hydrated() -> ReadSignal<bool> {
    let (hydrated, set_hydrated) = signal(false);
    Effect::new(move || set_hydrated.set(true));
    hydrated
}
