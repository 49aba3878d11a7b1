//! The mark below an answer, and behind it the whole receipt: what produced it, who published that when, why that one.

use leptos::prelude::*;

use crate::{
    model::{chat::Made, session::Receipt},
    ui::parts::{disclosure::Align, popover::Popover, time::Time},
};

/// The mark. Pressed, it shows the receipt below itself.
#[component]
pub fn ReceiptMark(
    /// The receipt.
    receipt: Receipt,
    /// Who made what answered, and when, where the page knows.
    made: Option<Made>,
) -> impl IntoView {
    let (mark, label) = (receipt.footer(), format!("Receipt: {}", receipt.footer()));
    let released = receipt.version.is_some();
    let why = receipt.why();
    let Receipt { draft_number, config_hash, model, not_enforced, .. } = receipt.clone();
    let what = if released {
        format!("{}, which froze draft {draft_number}", receipt.revision_label())
    } else {
        receipt.revision_label()
    };
    let made = made.map(|Made { at, by }| {
        view! {
            <Fact name=if released { "Published" } else { "Saved" }>
                <Time at /> " by " {by.name}
            </Fact>
        }
    });
    let left_out = (!not_enforced.is_empty()).then(|| {
        view! { <Fact name="Not acted on">{not_enforced.join(", ")}</Fact> }
    });
    view! {
        <Popover label="Receipt" button_class="receipt-mark number" align=Align::Start button=move || {
            view! {
                <span aria-hidden="true">{mark}</span>
                <span class="hidden-text">{label}</span>
            }
        } class:receipt=true>
            <section>
                <dl class="facts">
                    <Fact name="Answered by">{what}</Fact>
                    {made}
                    <Fact name="Why this one">{why}</Fact>
                    <Fact name="Model">{model}</Fact>
                    <Fact name="Config hash">
                        <code class="receipt-hash">{config_hash.to_string()}</code>
                    </Fact>
                    {left_out}
                </dl>
            </section>
        </Popover>
    }
}

#[component]
fn Fact(name: &'static str, children: Children) -> impl IntoView {
    view! {
        <div class="fact">
            <dt>{name}</dt>
            <dd>{children()}</dd>
        </div>
    }
}
