//! The workspace's members: who they are, inviting more, and, for admins, roles, reset links and removal.

use leptos::{either::Either, prelude::*};
use leptos_router::hooks::use_query_map;

use crate::{
    model::{
        account::{INVITATION_DAYS, Invitation, MAX_INVITATION_NOTE, Member, RESET_LINK_HOURS, Role},
        error::Code,
        page::Page,
    },
    paths,
    server_fns::members::{
        MadeLink, MakeInvitation, MakeResetLink, MembersPage as Shown, Purpose, RemoveMember, RevokeInvitation,
        SetMemberRole, show_members,
    },
    ui::{
        entry::{say, watch_sign_in},
        layout::{
            page_frame::{Here, Width},
            settings_nav::SettingsNav,
            signed_in::SignedInFrame,
        },
        parts::{
            avatar::Avatar,
            badge::{Badge, BadgeTone},
            button::{Button, Size, Variant},
            card::Card,
            copy_field::CopyField,
            notice::{Notice, NoticeTone},
            select::{Choice, Select},
            show_more::{More, ShowMore},
            skeleton::{Skeleton, SkeletonShape},
            text_input::TextInput,
            time::Time,
        },
        session::use_session,
    },
};

/// What an admin may do here.
#[derive(Clone, Copy)]
struct Acts {
    invite: ServerAction<MakeInvitation>,
    revoke: ServerAction<RevokeInvitation>,
    reset: ServerAction<MakeResetLink>,
    role: ServerAction<SetMemberRole>,
    remove: ServerAction<RemoveMember>,
}

impl Acts {
    fn new() -> Self {
        let acts = Self {
            invite: ServerAction::new(),
            revoke: ServerAction::new(),
            reset: ServerAction::new(),
            role: ServerAction::new(),
            remove: ServerAction::new(),
        };
        say(acts.invite, "Invitation made");
        say(acts.revoke, "Invitation taken back");
        say(acts.reset, "Reset link made");
        say(acts.role, "Role changed");
        say(acts.remove, "Removed from the workspace. Their agents are yours now.");
        acts
    }

    /// Changes whenever the page's content may have.
    fn changes(self) -> [usize; 4] {
        let Self { invite, revoke, role, remove, .. } = self;
        [invite.version().get(), revoke.version().get(), role.version().get(), remove.version().get()]
    }
}

/// The members page.
#[component]
pub fn MembersPage() -> impl IntoView {
    let acts = Acts::new();
    let after = use_query_map().get_untracked().get("after");
    let shown = Resource::new_blocking(move || acts.changes(), move |_| show_members(after.clone()));
    watch_sign_in(Signal::derive(move || {
        shown.with(|shown| matches!(shown, Some(Err(error)) if error.code == Code::Unauthorized))
    }));
    view! {
        <SignedInFrame title="Members" here=Here::Settings width=Width::Narrow>
            <h1>"Members"</h1>
            <SettingsNav here=paths::MEMBERS />
            <Transition fallback=|| view! { <Skeleton shape=SkeletonShape::Rows /> }>
                {move || Suspend::new(async move {
                    match shown.await {
                        Ok(shown) => Either::Left(view! { <Loaded shown acts /> }),
                        Err(error) => Either::Right(view! { <Notice tone=NoticeTone::Bad>{error.detail}</Notice> }),
                    }
                })}
            </Transition>
        </SignedInFrame>
    }
}

#[component]
fn Loaded(shown: Shown, acts: Acts) -> impl IntoView {
    let Shown { members, invitations, made } = shown;
    let is_admin = use_session().is_admin();
    view! {
        <Made made acts />
        <People members acts />
        {is_admin.then(|| view! { <Invitations invitations acts /> })}
    }
}

/// The link that was just made: it is shown this once.
#[component]
fn Made(made: Option<MadeLink>, acts: Acts) -> impl IntoView {
    let newest = RwSignal::new(made);
    Effect::new(move || {
        if let Some(Ok(made)) = acts.invite.value().get() {
            newest.set(Some(made));
        }
    });
    Effect::new(move || {
        if let Some(Ok(made)) = acts.reset.value().get() {
            newest.set(Some(made));
        }
    });
    move || {
        newest.get().map(|MadeLink { url, purpose }| {
            let (label, said) = match purpose {
                Purpose::Invitation => (
                    "Invitation link",
                    format!("Send this link to the person. It works once, for {INVITATION_DAYS} days, and is not shown again."),
                ),
                Purpose::Reset => (
                    "Reset link",
                    format!("Send this link to the person. It sets a new password once, within {RESET_LINK_HOURS} hours, and is not shown again."),
                ),
            };
            view! {
                <Notice tone=NoticeTone::Ok>
                    <p>{said}</p>
                    <CopyField label text=url />
                </Notice>
            }
        })
    }
}

#[component]
fn People(members: Page<Member>, acts: Acts) -> impl IntoView {
    let Page { data, next_cursor } = members;
    let more = More::new(next_cursor, |after| async move { Ok(show_members(Some(after)).await?.members) });
    let rows = data.into_iter().map(|member| view! { <MemberRow member acts /> }).collect_view();
    view! {
        <Card title="Who is here">
            <ul class="list">
                {rows} <For each=move || more.rows.get() key=|member| member.account_id let(member)>
                    <MemberRow member acts />
                </For>
            </ul>
            <ShowMore more address=|after| paths::list_after(paths::MEMBERS, after) />
        </Card>
    }
}

#[component]
fn MemberRow(member: Member, acts: Acts) -> impl IntoView {
    let session = use_session();
    let Member { account_id, name, email, role, joined_at } = member.clone();
    let is_me = session.me_untracked().is_some_and(|me| me.account_id == account_id);
    let managed = session.is_admin();
    view! {
        <li class="member">
            <div class="row">
                <Avatar name=name.clone() />
                <div class="row-main">
                    <span>{name} {is_me.then_some(" (you)")}</span>
                    <span class="small soft cut">{email}</span>
                </div>
                <span class="small soft wide-only">"joined " <Time at=joined_at /></span>
                <Badge tone=if role == Role::Admin {
                    BadgeTone::Ok
                } else {
                    BadgeTone::Neutral
                }>{if role == Role::Admin { "Admin" } else { "Member" }}</Badge>
            </div>
            {managed.then(|| view! { <Manage member is_me acts /> })}
        </li>
    }
}

/// What an admin may do with a member, behind a disclosure, so that nothing is removed by one slip.
#[component]
fn Manage(member: Member, is_me: bool, acts: Acts) -> impl IntoView {
    let Member { account_id, name, role, .. } = member;
    let id = account_id.to_string();
    let (other, change) = match role {
        Role::Admin => (Role::Member, "Make a member"),
        Role::Member => (Role::Admin, "Make an admin"),
    };
    let (removed, changed) = (id.clone(), id.clone());
    let remove = (!is_me).then(move || {
        view! {
            <ActionForm action=acts.remove>
                <input type="hidden" name="account" value=removed />
                <Button variant=Variant::Danger size=Size::Compact submit=true disabled=acts.remove.pending()>
                    "Remove from the workspace"
                </Button>
            </ActionForm>
            <p class="small soft">"Whoever is removed sees nothing of the workspace any more; their agents become yours."</p>
        }
    });
    view! {
        <details class="member-manage">
            <summary>
                "Manage" <span class="hidden-text">{format!(" {name}")}</span>
            </summary>
            <div class="cluster">
                <ActionForm action=acts.role>
                    <input type="hidden" name="account" value=changed />
                    <input type="hidden" name="role" value=other.as_str() />
                    <Button size=Size::Compact submit=true disabled=acts.role.pending()>
                        {change}
                    </Button>
                </ActionForm>
                <ActionForm action=acts.reset>
                    <input type="hidden" name="account" value=id />
                    <Button size=Size::Compact submit=true disabled=acts.reset.pending()>
                        "Make a password reset link"
                    </Button>
                </ActionForm>
                {remove}
            </div>
        </details>
    }
}

#[component]
fn Invitations(invitations: Vec<Invitation>, acts: Acts) -> impl IntoView {
    let (role, note) = (RwSignal::new(Role::Member.as_str().to_owned()), RwSignal::new(String::new()));
    let roles = vec![Choice::new(Role::Member.as_str(), "Member"), Choice::new(Role::Admin.as_str(), "Admin")];
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
