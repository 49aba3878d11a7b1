//! The frame of the pages that need somebody signed in: the page's bar with the workspace and the account's menu.

use leptos::prelude::*;

use super::{
    account_menu::AccountMenu,
    page_frame::{Here, PageFrame, Width},
};
use crate::ui::session::RequireSignIn;

/// A page for who is signed in; everybody else is sent to the sign-in page and comes back.
#[component]
pub fn SignedInFrame(
    /// The title of the document.
    #[prop(into)]
    title: Signal<String>,
    /// Where in the navigation the page is.
    #[prop(optional)]
    here: Here,
    /// How wide the content is.
    #[prop(optional)]
    width: Width,
    children: ChildrenFn,
) -> impl IntoView {
    let children = StoredValue::new(children);
    view! {
        <RequireSignIn view=move |me| {
            let workspace = me.workspace.name.clone();
            view! {
                <PageFrame
                    title
                    here
                    width
                    workspace
                    account=move || view! { <AccountMenu me=me.clone() /> }
                >
                    {children.with_value(|children| children())}
                </PageFrame>
            }
        } />
    }
}
