//! The workspace itself: its name, and who publishes in it. An admin changes them, everybody else reads them.

use leptos::{either::EitherOf3, prelude::*};

use crate::{
    model::{
        account::MAX_NAME,
        error::Code,
        publishing::{Publishing, WorkspaceSettings},
    },
    paths,
    server_fns::workspace::{ChangeWorkspace, SAVED, show_workspace},
    ui::{
        entry::{say, watch_sign_in},
        layout::{
            page_frame::{Here, Width},
            settings_nav::SettingsNav,
            signed_in::SignedInFrame,
        },
        pages::refused::NotLoaded,
        parts::{
            button::{Button, Variant},
            card::Card,
            select::{Choice, Select},
            skeleton::{Skeleton, SkeletonShape},
            text_input::TextInput,
        },
        session::use_session,
    },
};

/// The settings page of the workspace itself.
#[component]
pub fn WorkspacePage() -> impl IntoView {
    let change = ServerAction::<ChangeWorkspace>::new();
    say(change, SAVED);
    let session = use_session();
    Effect::new(move || {
        // The frame of the page names the workspace, too.
        if let Some(Ok(me)) = change.value().get() {
            session.set(Some(me));
        }
    });
    let shown = Resource::new_blocking(move || change.version().get(), |_| show_workspace());
    watch_sign_in(Signal::derive(move || {
        shown.with(|shown| matches!(shown, Some(Err(error)) if error.code == Code::Unauthorized))
    }));
    view! {
        <SignedInFrame title="Workspace" here=Here::Settings width=Width::Narrow>
            <h1>"Workspace"</h1>
            <SettingsNav here=paths::WORKSPACE />
            <Transition fallback=|| view! { <Skeleton shape=SkeletonShape::Rows /> }>
                {move || {
                    let admin = session.is_admin();
                    Suspend::new(async move {
                        match shown.await {
                            Ok(settings) if admin => EitherOf3::A(view! { <SettingsForm settings change /> }),
                            Ok(settings) => EitherOf3::B(view! { <SettingsRead settings /> }),
                            Err(error) => {
                                EitherOf3::C(view! { <NotLoaded error /> })
                            }
                        }
                    })
                }}
            </Transition>
        </SignedInFrame>
    }
}

/// What publishing takes, in a sentence or two.
const WHO_PUBLISHES: &str = "Publishing, rolling back and unpublishing. Whoever may edit an agent saves drafts and tries \
                             them either way.";

#[component]
fn SettingsForm(settings: WorkspaceSettings, change: ServerAction<ChangeWorkspace>) -> impl IntoView {
    let (name, publishing) = (RwSignal::new(settings.name), RwSignal::new(settings.publishing.as_str().to_owned()));
    let choices: Vec<Choice> =
        Publishing::ALL.into_iter().map(|rule| Choice::new(rule.as_str(), rule.label())).collect();
    let wrong = Signal::derive(move || {
        change.value().with(|answer| match answer {
            Some(Err(error)) => {
                error.errors.iter().find(|error| error.field == "name").map(|error| error.message.clone())
            }
            _ => None,
        })
    });
    view! {
        <Card>
            <ActionForm action=change attr:class="stack" attr:autocomplete="off">
                <TextInput name="name" label="Name" value=name limit=MAX_NAME error=wrong required=true />
                <Select
                    name="publishing"
                    label="Who publishes"
                    hint=WHO_PUBLISHES
                    value=publishing
                    choices=Signal::stored(choices)
                />
                <div class="cluster-end">
                    <Button variant=Variant::Primary submit=true disabled=change.pending()>
                        "Save"
                    </Button>
                </div>
            </ActionForm>
        </Card>
    }
}

#[component]
fn SettingsRead(settings: WorkspaceSettings) -> impl IntoView {
    let WorkspaceSettings { name, publishing } = settings;
    view! {
        <Card>
            <dl class="facts">
                <dt>"Name"</dt>
                <dd>{name}</dd>
                <dt>"Who publishes"</dt>
                <dd>{publishing.label()}</dd>
            </dl>
            <p class="soft small">"An admin of the workspace can change this."</p>
        </Card>
    }
}
