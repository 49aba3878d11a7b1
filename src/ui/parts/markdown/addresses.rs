//! The addresses in Markdown: which may be followed, and those that merely stand in a text.

use super::tree::{Block, Node};

/// The address of a link, if it may be followed.
pub(super) fn address(url: &str) -> Option<String> {
    // Browsers drop these characters before they look at the scheme, so whoever looks has to drop them too.
    let url: String = url.chars().filter(|c| !c.is_control()).collect();
    let url = url.trim();
    let (scheme, _) = url.split_once(':')?;
    ["http", "https", "mailto"].iter().any(|allowed| scheme.eq_ignore_ascii_case(allowed)).then(|| url.to_owned())
}

/// A text, cut at the addresses in it. Each letter is looked at a fixed number of times.
pub(super) fn addresses_in(text: &str) -> Vec<Node> {
    let mut nodes = Vec::new();
    let (mut from, mut at) = (0, 0);
    while let Some(found) = text[at..].find("http") {
        let start = at + found;
        let rest = &text[start..];
        let scheme = ["http://", "https://"].into_iter().find(|scheme| rest.starts_with(scheme));
        let in_word = text[..start].chars().next_back().is_some_and(|c| c.is_ascii_alphanumeric());
        let Some(scheme) = scheme.filter(|_| !in_word) else {
            at = start + "http".len();
            continue;
        };
        let end = rest.find(|c: char| c.is_whitespace() || "<>\"`。，、；：！？（）「」『』【】".contains(c));
        let whole = &rest[..end.unwrap_or(rest.len())];
        let url = without_end(whole);
        at = start + whole.len();
        if url.len() <= scheme.len() {
            continue;
        }
        if let Some(to) = address(url) {
            if from < start {
                nodes.push(Node::Text(text[from..start].to_owned()));
            }
            nodes.push(Node::Of(Block::Link(to), vec![Node::Text(url.to_owned())]));
            from = start + url.len();
        }
    }
    if from < text.len() {
        nodes.push(Node::Text(text[from..].to_owned()));
    }
    nodes
}

/// An address without what ends the sentence around it, or closes a bracket that was opened before it.
fn without_end(url: &str) -> &str {
    let mut open = url.matches(')').count().saturating_sub(url.matches('(').count());
    url.trim_end_matches(|c: char| {
        let closes = c == ')' && open > 0;
        open -= usize::from(closes);
        closes || ".,;:!?'*_]".contains(c)
    })
}
