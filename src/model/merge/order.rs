//! The order of a list of items after a merge.

use super::Choice;

/// The items that are left, in order; nothing when both moved items in different ways.
///
/// The side that moved items gives the order, mine where neither did; what only the other side has comes after the same
/// item as there. `ids` are those of base, mine and theirs.
pub(super) fn merge<'v>(ids: &[Vec<&'v str>; 3], found: &[&'v str], choice: Option<Choice>) -> Option<Vec<&'v str>> {
    let [base, mine, theirs] = ids;
    // Only items that nobody removed or added can have been moved.
    let [was, here, there] = [base, mine, theirs].map(|side| common(&common(&common(side, base), mine), theirs));
    let side = match choice {
        Some(choice) => choice,
        None if here == there || there == was => Choice::Mine,
        None if here == was => Choice::Theirs,
        None => return None,
    };
    let (first, second) = if side == Choice::Mine { (mine, theirs) } else { (theirs, mine) };
    let mut ordered = common(first, found);
    for other in [second, base] {
        for (at, id) in other.iter().enumerate() {
            if found.contains(id) && !ordered.contains(id) {
                let before = other.iter().take(at).rev().find_map(|id| ordered.iter().position(|there| there == id));
                ordered.insert(before.map_or(0, |place| place + 1), id);
            }
        }
    }
    Some(ordered)
}

/// The ids of `list` that `other` has too.
fn common<'v>(list: &[&'v str], other: &[&str]) -> Vec<&'v str> {
    list.iter().filter(|id| other.contains(id)).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(base: &str, mine: &str, theirs: &str, found: &str) -> Option<String> {
        let split = |text: &'static str| text.split_terminator("").skip(1).collect::<Vec<_>>();
        let leak = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
        let ids = [base, mine, theirs].map(|text| split(leak(text)));
        merge(&ids, &split(leak(found)), None).map(|ids| ids.concat())
    }

    #[test]
    fn additions_come_after_the_item_that_they_followed() {
        assert_eq!(merged("abc", "abcx", "aybc", "abcxy").as_deref(), Some("aybcx"));
        assert_eq!(merged("ab", "ab", "xaby", "abxy").as_deref(), Some("xaby"));
    }

    #[test]
    fn the_side_that_moved_items_gives_the_order() {
        assert_eq!(merged("abc", "cab", "abc", "abc").as_deref(), Some("cab"));
        assert_eq!(merged("abc", "abxc", "cab", "abcx").as_deref(), Some("cabx"));
        assert_eq!(merged("abc", "cab", "cab", "abc").as_deref(), Some("cab"));
        // What theirs moved is gone anyway.
        assert_eq!(merged("abc", "ba", "cab", "ab").as_deref(), Some("ba"));
    }

    #[test]
    fn two_different_orders_touch() {
        assert_eq!(merged("abc", "cab", "bac", "abc"), None);
    }
}
