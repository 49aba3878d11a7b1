//! A labelled field: label, counter, control, hint, error, tied together for screen readers. The controls that go into
//! it are `text_input`, `text_area`, `select` and `checkbox`; to add one, wrap it in [`Field`] and take its
//! [`Described`].

use leptos::prelude::*;

/// What ties a control to its hint and its error; a control repeats it on its element.
#[derive(Clone, Debug)]
pub struct Described {
    /// The control's id.
    pub id: String,
    /// Whether there is a hint.
    pub has_hint: bool,
    /// What is wrong, if anything is.
    pub error: Signal<Option<String>>,
}

impl Described {
    /// For `aria-describedby`: the ids of the hint and of the error, where there are any.
    #[must_use]
    pub fn describedby(&self) -> Option<String> {
        let hint = self.has_hint.then(|| format!("{}-hint", self.id));
        let error = self.error.with(Option::is_some).then(|| format!("{}-error", self.id));
        match (hint, error) {
            (Some(hint), Some(error)) => Some(format!("{error} {hint}")),
            (hint, error) => hint.or(error),
        }
    }

    /// For `aria-invalid`.
    #[must_use]
    pub fn invalid(&self) -> Option<&'static str> {
        self.error.with(Option::is_some).then_some("true")
    }
}

/// How long a text is and how long it may be, in Unicode scalar values.
#[derive(Clone, Copy, Debug)]
pub struct Counted {
    /// The text.
    pub text: Signal<String>,
    /// The most it may have.
    pub limit: usize,
}

/// The frame of a field: everything around the control.
#[component]
pub fn Field(
    /// The control's id; the hint gets `{id}-hint`, the error `{id}-error`.
    #[prop(into)]
    id: String,
    /// What the field is.
    #[prop(into)]
    label: String,
    /// How to fill it in.
    #[prop(optional_no_strip)]
    hint: Option<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Shows how long the text is.
    #[prop(optional_no_strip)]
    counted: Option<Counted>,
    /// Says "optional" beside the label.
    #[prop(optional)]
    optional: bool,
    /// The label is for screen readers alone.
    #[prop(optional)]
    label_hidden: bool,
    /// The control.
    children: Children,
) -> impl IntoView {
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    view! {
        <div class="field">
            <div class="field-top" class:hidden-text=label_hidden>
                <label for=id>
                    {label} {optional.then(|| view! { <span class="field-optional">" (optional)"</span> })}
                </label>
                {counted.map(|counted| view! { <Counter counted /> })}
            </div>
            {children()}
            {move || {
                error
                    .get()
                    .map(|text| {
                        view! {
                            <p class="field-error" id=error_id.clone()>
                                {text}
                            </p>
                        }
                    })
            }}
            {hint
                .map(|hint| {
                    view! {
                        <p class="field-hint" id=hint_id>
                            {hint}
                        </p>
                    }
                })}
        </div>
    }
}

/// "412 / 40,000", red beyond the limit.
#[component]
fn Counter(counted: Counted) -> impl IntoView {
    let count = Memo::new(move |_| counted.text.with(|text| text.chars().count()));
    view! {
        <span class="counter" class:over=move || { count.get() > counted.limit }>
            {move || format!("{} / {}", grouped(count.get()), grouped(counted.limit))}
        </span>
    }
}

/// A number with a comma between thousands.
#[must_use]
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_thousands() {
        let texts: Vec<_> = [0, 412, 1_000, 40_000, 1_234_567].map(grouped).into();
        assert_eq!(texts, ["0", "412", "1,000", "40,000", "1,234,567"]);
    }

    #[test]
    fn ties_hint_and_error_to_the_control() {
        let owner = Owner::new();
        owner.with(|| {
            let described = |has_hint, error: Option<&str>| {
                let error = Signal::stored(error.map(str::to_owned));
                Described { id: "name".to_owned(), has_hint, error }.describedby()
            };
            assert_eq!(described(false, None), None);
            assert_eq!(described(true, None).as_deref(), Some("name-hint"));
            assert_eq!(described(true, Some("No")).as_deref(), Some("name-error name-hint"));
        });
    }

    #[test]
    fn counts_unicode_scalar_values() {
        let owner = Owner::new();
        let html = owner.with(|| {
            let counted = Counted { text: Signal::stored("🛟né".to_owned()), limit: 1_000 };
            view! { <Counter counted /> }.to_html()
        });
        assert!(html.contains("3 / 1,000"), "{html}");
    }
}
