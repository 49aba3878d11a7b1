//! The difference of two texts: lines that went and came, and in them the words that changed.

use leptos::prelude::*;

/// What happened to a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing: it is there for orientation.
    Same,
    /// It came.
    Added,
    /// It went.
    Removed,
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The text.
    pub text: String,
    /// It is what changed in the line.
    pub changed: bool,
}

impl Segment {
    /// A piece of a line.
    pub fn new(text: impl Into<String>, changed: bool) -> Self {
        Self { text: text.into(), changed }
    }
}

/// A line of the difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiffLine {
    /// A line, in pieces.
    Line(Change, Vec<Segment>),
    /// So many equal lines are left out.
    Skipped(usize),
}

/// The difference, one line below the other. Signs and hidden words say what colour says.
#[component]
pub fn DiffText(
    /// The lines, in order.
    lines: Vec<DiffLine>,
) -> impl IntoView {
    view! { <div class="diff">{lines.into_iter().map(line_view).collect_view()}</div> }
}

fn line_view(line: DiffLine) -> AnyView {
    let (change, segments) = match line {
        DiffLine::Line(change, segments) => (change, segments),
        DiffLine::Skipped(count) => {
            let lines = if count == 1 { "line" } else { "lines" };
            return view! { <p class="diff-skipped">{format!("{count} equal {lines}")}</p> }.into_any();
        }
    };
    let text = segments.into_iter().filter(|segment| !segment.text.is_empty()).map(segment_view).collect_view();
    match change {
        Change::Same => view! { <p class="diff-line">{text}</p> }.into_any(),
        Change::Added => view! {
            <ins class="diff-line added">
                <span class="hidden-text">"Added: "</span>
                {text}
            </ins>
        }
        .into_any(),
        Change::Removed => view! {
            <del class="diff-line removed">
                <span class="hidden-text">"Removed: "</span>
                {text}
            </del>
        }
        .into_any(),
    }
}

fn segment_view(segment: Segment) -> AnyView {
    if segment.changed { view! { <mark>{segment.text}</mark> }.into_any() } else { segment.text.into_any() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_words_and_escapes_text() {
        let owner = Owner::new();
        let html = owner.with(|| {
            let lines = vec![
                DiffLine::Skipped(12),
                DiffLine::Line(Change::Removed, vec![Segment::new("at most ", false), Segment::new("five", true)]),
                DiffLine::Line(Change::Added, vec![Segment::new("at most ", false), Segment::new("<b>three", true)]),
            ];
            view! { <DiffText lines /> }.to_html().replace("<!>", "")
        });
        assert!(html.contains("12 equal lines"), "{html}");
        assert!(html.contains("<mark>five</mark>"), "{html}");
        assert!(html.contains("<mark>&lt;b&gt;three</mark>"), "{html}");
        assert!(html.contains("Removed: ") && html.contains("Added: "), "{html}");
    }
}
