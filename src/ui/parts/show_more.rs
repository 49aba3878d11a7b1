//! The end of a list that is read page by page: a link to the next page, which the browser's code turns into more rows
//! in place.

use leptos::{ev::MouseEvent, prelude::*};

use super::button::LinkButton;
use crate::model::{error::Error, page::Page};

/// The rows that came after those that the page was rendered with.
pub struct More<T: 'static> {
    /// The rows, in order.
    pub rows: RwSignal<Vec<T>>,
    cursor: RwSignal<Option<String>>,
    load: Action<String, ()>,
}

impl<T> Clone for More<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for More<T> {}

impl<T: Send + Sync + 'static> More<T> {
    /// After the page that ends at `cursor`, fetched by `page`.
    pub fn new<F>(cursor: Option<String>, page: impl Fn(String) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Page<T>, Error>> + Send + 'static,
    {
        let rows = RwSignal::new(Vec::new());
        let cursor = RwSignal::new(cursor);
        let load = Action::new(move |after: &String| {
            let page = page(after.clone());
            async move {
                if let Ok(Page { data, next_cursor }) = page.await {
                    rows.update(|rows| rows.extend(data));
                    cursor.set(next_cursor);
                }
            }
        });
        Self { rows, cursor, load }
    }
}

/// The link to what comes next, while there is more.
#[component]
pub fn ShowMore<T: Send + Sync + 'static>(
    /// The rows to add to.
    more: More<T>,
    /// The address of the same list from a cursor on, for browsers without the code.
    address: impl Fn(&str) -> String + Send + Sync + 'static,
) -> impl IntoView {
    move || {
        more.cursor.get().map(|cursor| {
            let href = address(&cursor);
            let fetch = move |event: MouseEvent| {
                event.prevent_default();
                if !more.load.pending().get_untracked() {
                    more.load.dispatch(cursor.clone());
                }
            };
            view! {
                <div class="cluster">
                    <LinkButton href on:click=fetch>
                        "Show more"
                    </LinkButton>
                </div>
            }
        })
    }
}
