//! Inviting somebody by a link, and the invitations that are open.

use leptos::{either::Either, prelude::*};

use super::{Acts, days_words};
use crate::{
    model::account::{INVITATION_CHOICES, INVITATION_DAYS, Invitation, MAX_INVITATION_NOTE, Role},
    ui::parts::{
        button::{Button, Size, Variant},
        card::Card,
        select::{Choice, Select},
        text_input::TextInput,
        time::Time,
    },
};

/// The form of an invitation, and those that are open.
#[component]
pub fn Invitations(
    /// Those that may still be used.
    invitations: Vec<Invitation>,
    /// What an admin may do.
    acts: Acts,
) -> impl IntoView {
    let (role, note) = (RwSignal::new(Role::Member.as_str().to_owned()), RwSignal::new(String::new()));
    let roles = vec![Choice::new(Role::Member.as_str(), "Member"), Choice::new(Role::Admin.as_str(), "Admin")];
    let days = RwSignal::new(INVITATION_DAYS.to_string());
    let lives = INVITATION_CHOICES.map(|days| Choice::new(days.to_string(), days_words(days)));
    let lives: Vec<Choice> = lives.into();
    let refused = Signal::derive(move || {
        acts.invite.value().with(|answer| match answer {
            Some(Err(error)) => {
                error.errors.iter().find(|error| error.field == "note").map(|error| error.message.clone())
            }
            _ => None,
        })
    });
    let none = invitations.is_empty();
    let rows = invitations.into_iter().map(|invitation| view! { <InvitationRow invitation acts /> }).collect_view();
    view! {
        <Card title="Invite somebody" lead="You get a link to send. Whoever opens it makes an account, or joins with the one they have.">
            <ActionForm action=acts.invite>
                <div class="invite">
                    <Select name="role" label="Role" value=role choices=Signal::stored(roles) />
                    <Select name="days" label="Works for" value=days choices=Signal::stored(lives) />
                    <TextInput
                        name="note"
                        label="For whom"
                        value=note
                        limit=MAX_INVITATION_NOTE
                        error=refused
                        hint="Only admins read it."
                        optional=true
                    />
                    <div class="cluster">
                        <Button variant=Variant::Primary submit=true disabled=acts.invite.pending()>
                            "Make an invitation link"
                        </Button>
                    </div>
                </div>
            </ActionForm>
            <div class="stack-tight">
                <h3>"Open invitations"</h3>
                {if none {
                    Either::Left(view! { <p class="soft">"None is open."</p> })
                } else {
                    Either::Right(view! { <ul class="list">{rows}</ul> })
                }}
            </div>
        </Card>
    }
}

#[component]
fn InvitationRow(invitation: Invitation, acts: Acts) -> impl IntoView {
    let Invitation { id, role, note, made_by, created_at, expires_at } = invitation;
    let title = if note.is_empty() { "For anybody with the link".to_owned() } else { note };
    let label = format!("Take back the invitation “{title}”");
    view! {
        <li class="row">
            <div class="row-main">
                <span>{title}</span>
                <span class="small soft">
                    {if role == Role::Admin { "Admin" } else { "Member" }} ", by " {made_by} " " <Time at=created_at />
                    ", until " {expires_at.plain()}
                </span>
            </div>
            <ActionForm action=acts.revoke>
                <input type="hidden" name="id" value=id.to_string() />
                <Button size=Size::Compact submit=true label=label disabled=acts.revoke.pending()>
                    "Take back"
                </Button>
            </ActionForm>
        </li>
    }
}
