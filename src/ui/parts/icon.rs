//! The icons, drawn as one stroke each on a 24 by 24 grid. To add one: a variant and its path; keep to lines, no fills.

use leptos::prelude::*;

/// What an icon shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each name says what is drawn")]
pub enum Glyph {
    Back,
    Check,
    Chevron,
    ChevronUp,
    Clock,
    Compare,
    Copy,
    Cross,
    Dots,
    Download,
    Edit,
    Info,
    Key,
    Moon,
    Plus,
    Refresh,
    Search,
    Send,
    Share,
    SignOut,
    Star,
    Stop,
    Sun,
    System,
    Tag,
    Trash,
    Undo,
    Upload,
    User,
    Users,
    Warning,
}

impl Glyph {
    /// The strokes, as an SVG path.
    const fn path(self) -> &'static str {
        match self {
            Self::Back => "M19 12H5m6-6-6 6 6 6",
            Self::Check => "m5 12.5 4.5 4.5L19 7.5",
            Self::Chevron => "m6 9 6 6 6-6",
            Self::ChevronUp => "m6 15 6-6 6 6",
            Self::Clock => "M12 7v5l3 2m6-2a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z",
            Self::Compare => "M8 4 4 8l4 4M4 8h13m-1 4 4 4-4 4m4-4H7",
            Self::Copy => "M9 9h11v11H9zM5 15H4V4h11v1",
            Self::Cross => "m6 6 12 12M18 6 6 18",
            Self::Dots => {
                "M5.5 12a.5.5 0 1 1-1 0 .5.5 0 0 1 1 0Zm7 0a.5.5 0 1 1-1 0 .5.5 0 0 1 1 0Zm7 0a.5.5 0 1 1-1 0 .5.5 0 0 1 1 0Z"
            }
            Self::Download => "M12 4v11m-5-5 5 5 5-5M5 20h14",
            Self::Edit => "M4 20h4L19 9l-4-4L4 16zm9-13 4 4",
            Self::Info => "M12 11v5m0-8.5v.01M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z",
            Self::Key => "M11 15a4 4 0 1 1-8 0 4 4 0 0 1 8 0Zm-1-3L20 4m-5 4 3 3",
            Self::Moon => "M20 14.5A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.5Z",
            Self::Plus => "M12 5v14m-7-7h14",
            Self::Refresh => "M20 5v5h-5m4.5 0A8 8 0 1 0 20 14",
            Self::Search => "m20 20-4.5-4.5M17.5 10.5a7 7 0 1 1-14 0 7 7 0 0 1 14 0Z",
            Self::Send => "M12 19V5m-6 6 6-6 6 6",
            Self::Share => "M12 15V4m-4 4 4-4 4 4M5 12v8h14v-8",
            Self::SignOut => "M14 4H5v16h9m-4-8h10m-4-4 4 4-4 4",
            Self::Star => "m12 3.5 2.6 5.4 5.9.8-4.3 4.1 1.1 5.9-5.3-2.9-5.3 2.9 1.1-5.9-4.3-4.1 5.9-.8z",
            Self::Stop => "M7 7h10v10H7z",
            Self::Sun => {
                "M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0ZM12 2.5V4m0 16v1.5M2.5 12H4m16 0h1.5M5.3 5.3l1 1m11.4 \
                 11.4 1 1m0-13.4-1 1M6.3 17.7l-1 1"
            }
            Self::System => "M3 5h18v11H3zm5 15h8m-4-4v4",
            Self::Tag => "M4 4h8l8 8-8 8-8-8zm4 4v.01",
            Self::Trash => "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13m-8 4v5m4-5v5",
            Self::Undo => "M8 5 4 9l4 4M4 9h10a5 5 0 0 1 0 10h-4",
            Self::Upload => "M12 20V9m-5 5 5-5 5 5M5 4h14",
            Self::User => "M16 8a4 4 0 1 1-8 0 4 4 0 0 1 8 0ZM4.5 20a7.5 7.5 0 0 1 15 0",
            Self::Users => {
                "M13 8a4 4 0 1 1-8 0 4 4 0 0 1 8 0ZM2 20a7 7 0 0 1 14 0m0-15.5a4 4 0 0 1 0 7m2.5 2.5A7 7 0 0 1 22 20"
            }
            Self::Warning => "M12 10v4m0 3v.01M12 3.5 2.5 20h19z",
        }
    }
}

/// An icon beside a text or inside a control that has a name; screen readers pass over it.
#[component]
pub fn Icon(
    /// What it shows.
    glyph: Glyph,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" width="18" height="18" aria-hidden="true" focusable="false">
            <path d=glyph.path() />
        </svg>
    }
}
