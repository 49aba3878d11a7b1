//! What stands in for content that is on its way. It shows after 200 ms, so that what is quick never flickers.

use leptos::prelude::*;

/// What is on its way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SkeletonShape {
    /// Lines of text.
    #[default]
    Lines,
    /// Rows of a list or table.
    Rows,
}

/// A skeleton of `count` lines or rows, as high as what it stands for.
#[component]
pub fn Skeleton(
    /// What is on its way.
    #[prop(optional)]
    shape: SkeletonShape,
    /// How many.
    #[prop(default = 3)]
    count: usize,
) -> impl IntoView {
    let class = match shape {
        SkeletonShape::Lines => "skeleton lines",
        SkeletonShape::Rows => "skeleton rows",
    };
    view! {
        <div class=class aria-busy="true">
            <span class="hidden-text">"Loading"</span>
            {(0..count).map(|_| view! { <span class="skeleton-bone"></span> }).collect_view()}
        </div>
    }
}
