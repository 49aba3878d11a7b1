//! `/agents/import`: an agent out of a file that Export wrote. A plain form, since a file needs no code to be sent; a
//! refused one is answered with this page and every reason.

use leptos::prelude::*;

use crate::{
    model::export::ImportRefused,
    paths,
    ui::{
        layout::{
            page_frame::{Here, Width},
            signed_in::SignedInFrame,
        },
        parts::{
            button::{Button, LinkButton, Variant},
            notice::{Notice, NoticeTone},
        },
    },
};

/// The page.
#[component]
pub fn ImportPage() -> impl IntoView {
    let refused = SharedValue::new(|| use_context::<ImportRefused>().unwrap_or_default()).into_inner();
    let refused = StoredValue::new(refused);
    view! {
        <SignedInFrame title="Import an agent" here=Here::Agents width=Width::Narrow>
            <header class="page-head">
                <h1>"Import an agent"</h1>
            </header>
            {move || {
                let errors = refused.with_value(|refused| refused.errors.clone());
                (!errors.is_empty())
                    .then(|| {
                        let lines = errors
                            .into_iter()
                            .map(|error| {
                                view! {
                                    <li>
                                        <code>{error.field}</code>
                                        ": "
                                        {error.message}
                                    </li>
                                }
                            })
                            .collect_view();
                        view! {
                            <Notice tone=NoticeTone::Bad>
                                <p>"Nothing was imported. Put this right in the file and try again:"</p>
                                <ul class="import-errors" id="file-error">
                                    {lines}
                                </ul>
                            </Notice>
                        }
                    })
            }}
            <form class="stack" method="post" action=paths::IMPORT enctype="multipart/form-data">
                <div class="field">
                    <label for="file">"File"</label>
                    <input
                        class="input"
                        id="file"
                        name="file"
                        type="file"
                        accept=".json,application/json"
                        required
                        aria-describedby="file-hint"
                    />
                    <p class="field-hint" id="file-hint">
                        "A file that Export wrote. It becomes a new agent that you own, with one draft and nothing live."
                    </p>
                </div>
                <div class="cluster-end">
                    <LinkButton href=paths::AGENTS variant=Variant::Quiet>
                        "Cancel"
                    </LinkButton>
                    <Button submit=true variant=Variant::Primary>
                        "Import"
                    </Button>
                </div>
            </form>
        </SignedInFrame>
    }
}
