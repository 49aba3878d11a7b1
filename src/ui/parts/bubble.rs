//! One message of a conversation.

use leptos::prelude::*;

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// The person at the screen.
    Me,
    /// The other side.
    Agent,
    /// Nobody: something about the conversation.
    Notice,
}

/// A message. Colour and side say who speaks, and so does a hidden text.
#[component]
pub fn Bubble(
    /// Who speaks.
    speaker: Speaker,
    /// More of the message is on its way.
    #[prop(optional, into)]
    streaming: Signal<bool>,
    /// Something went wrong with it.
    #[prop(optional, into)]
    failed: Signal<bool>,
    /// Below the message, small: what produced it, what can be done with it.
    #[prop(optional, into)]
    footer: Option<ViewFn>,
    children: Children,
) -> impl IntoView {
    let (class, says) = match speaker {
        Speaker::Me => ("bubble me", Some("You: ")),
        Speaker::Agent => ("bubble agent", Some("Agent: ")),
        Speaker::Notice => ("bubble note", None),
    };
    view! {
        <div
            class=class
            class:streaming=move || streaming.get()
            class:failed=move || failed.get()
            aria-busy=move || streaming.get().then_some("true")
        >
            {says.map(|says| view! { <span class="hidden-text">{says}</span> })}
            <div class="bubble-text">{children()}</div>
            {footer.map(|footer| view! { <div class="bubble-footer">{footer.run()}</div> })}
        </div>
    }
}
