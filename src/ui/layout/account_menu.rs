//! The account's menu at the end of the bar: who one is, the workspaces, the theme, signing out.

use leptos::prelude::*;

use crate::{
    model::account::Me,
    paths,
    server_fns::{account::SwitchWorkspace, accounts::SignOut},
    ui::{
        entry::{leave_for, say},
        parts::{
            avatar::Avatar,
            disclosure::Align,
            icon::Glyph,
            menu::{Menu, MenuButton, MenuLine, MenuLink},
            theme_switch::ThemeSwitch,
        },
    },
};

/// The menu.
#[component]
pub fn AccountMenu(
    /// Who is signed in.
    me: Me,
) -> impl IntoView {
    let Me { name, email, workspace, workspaces, .. } = me;
    let (sign_out, switch) = (ServerAction::<SignOut>::new(), ServerAction::<SwitchWorkspace>::new());
    say(switch, "Workspace switched");
    Effect::new(move || {
        if let Some(Ok(())) = sign_out.value().get() {
            leave_for(paths::SIGN_IN);
        }
    });
    Effect::new(move || {
        if let Some(Ok(_)) = switch.value().get() {
            leave_for(paths::AGENTS);
        }
    });
    let others = workspaces
        .into_iter()
        .filter(|other| other.id != workspace.id)
        .map(|other| {
            view! {
                <ActionForm action=switch>
                    <input type="hidden" name="workspace" value=other.id.to_string() />
                    <MenuButton glyph=Glyph::Users submit=true>
                        {format!("Switch to {}", other.name)}
                    </MenuButton>
                </ActionForm>
            }
        })
        .collect_view();
    let face = name.clone();
    view! {
        <Menu
            button=move || view! { <Avatar name=face.clone() /> }
            label="Your account"
            button_class="button quiet square"
            align=Align::End
        >
            <div class="account-who" data-keep-open="">
                <strong class="cut">{name}</strong>
                <span class="small soft cut">{email}</span>
            </div>
            <MenuLine />
            <MenuLink href=paths::ACCOUNT glyph=Glyph::User>
                "Account"
            </MenuLink>
            {others}
            <ThemeSwitch />
            <MenuLine />
            <ActionForm action=sign_out>
                <MenuButton glyph=Glyph::SignOut submit=true>
                    "Sign out"
                </MenuButton>
            </ActionForm>
        </Menu>
    }
}
