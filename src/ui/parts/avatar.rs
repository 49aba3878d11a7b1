//! A person's initials in a circle, beside their name.

use leptos::prelude::*;

/// The initials of `name`. Screen readers pass over it: the name stands beside it.
#[component]
pub fn Avatar(
    /// The person's name.
    #[prop(into)]
    name: Signal<String>,
) -> impl IntoView {
    view! {
        <span class="avatar" aria-hidden="true">
            {move || name.with(|name| initials(name))}
        </span>
    }
}

/// The first letters of the first and the last word.
fn initials(name: &str) -> String {
    let mut letters = name.split_whitespace().filter_map(|word| word.chars().find(|letter| letter.is_alphanumeric()));
    let first = letters.next();
    let text: String = first.into_iter().chain(letters.next_back()).flat_map(char::to_uppercase).collect();
    if text.is_empty() { "?".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_first_and_last() {
        assert_eq!(initials("Mara Lind"), "ML");
        assert_eq!(initials("Ana María del Río"), "AR");
        assert_eq!(initials("mara"), "M");
        assert_eq!(initials(" … "), "?");
    }
}
