//! What two sequences of lines or words have in common, in work that is bounded by their size, without a clock.
//!
//! A block that is small enough gets `similar`'s Myers. A larger one is split at its anchors, which are the lines that
//! both sides have exactly once, as in a patience diff: the longest run of them that stands in the same order on both
//! sides. What lies between two anchors is a block again. A large block without anchors is compared as long as there is
//! [`Work`] left, and counts as replaced as a whole afterwards. So the answer is always right, and for texts that are
//! made to be slow it is coarser than it could be.

use std::collections::HashMap;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Blocks that cost less are compared at once; anchors would not make them faster.
const SMALL: usize = 1 << 17;

/// The steps that may be spent on one pair of texts beyond what is linear in their size.
const ALL: usize = 1 << 20;

/// Steps that Myers takes for each line at most, before it contents itself with a split that is good enough.
const PER_LINE: usize = 256;

/// How often a block may be split. Each time costs a walk over the block; blocks shrink fast, or have no anchors.
const SPLITS: u32 = 12;

/// What may still be spent on a pair of texts.
#[derive(Debug)]
pub(super) struct Work(usize);

impl Work {
    /// For one pair of texts.
    pub(super) fn new() -> Self {
        Self(ALL)
    }

    /// Not even a small block could be compared any more.
    pub(super) fn is_spent(&self) -> bool {
        self.0 < SMALL
    }

    fn spend(&mut self, cost: usize) -> bool {
        let left = self.0.checked_sub(cost);
        self.0 = left.unwrap_or(self.0);
        left.is_some()
    }
}

/// What turns `old` into `new`.
pub(super) fn ops(old: &[&str], new: &[&str], work: &mut Work) -> Vec<DiffOp> {
    let (head, tail) = ends(old, new);
    let cost = cost(old.len() - head - tail, new.len() - head - tail);
    if cost <= SMALL && work.spend(cost) {
        return capture_diff_slices(Algorithm::Myers, old, new);
    }
    let mut numbers = HashMap::with_capacity(old.len());
    let (old, new) = (number_all(&mut numbers, old), number_all(&mut numbers, new));
    let places = vec![Places::default(); numbers.len()];
    let mut search = Search { old: &old, new: &new, places, same: Vec::new(), work };
    search.block(0..old.len(), 0..new.len(), SPLITS);
    between(&search.same, old.len(), new.len())
}

/// How many lines are alike at the beginning, and how many at the end.
fn ends<T: PartialEq>(old: &[T], new: &[T]) -> (usize, usize) {
    let head = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let rest = old[head..].iter().rev().zip(new[head..].iter().rev());
    (head, rest.take_while(|(old, new)| old == new).count())
}

/// Equal lines get equal numbers, from 0.
fn number_all<'t>(numbers: &mut HashMap<&'t str, u32>, lines: &[&'t str]) -> Vec<u32> {
    let number = |line: &&'t str| {
        let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
        *numbers.entry(*line).or_insert(next)
    };
    lines.iter().map(number).collect()
}

/// Lines that both sides have, one after the other.
#[derive(Clone, Copy, Debug)]
struct Same {
    old: usize,
    new: usize,
    len: usize,
}

/// Where a line stands in a block, and how often.
#[derive(Clone, Copy, Default)]
struct Places {
    in_old: u32,
    in_new: u32,
    new: usize,
}

struct Search<'a> {
    old: &'a [u32],
    new: &'a [u32],
    /// By the line's number; all zero between two uses.
    places: Vec<Places>,
    /// What was found, in order.
    same: Vec<Same>,
    work: &'a mut Work,
}

impl Search<'_> {
    fn block(&mut self, old: Range<usize>, new: Range<usize>, splits: u32) {
        let (head, tail) = ends(&self.old[old.clone()], &self.new[new.clone()]);
        let middle = (old.start + head..old.end - tail, new.start + head..new.end - tail);
        let cost = cost(middle.0.len(), middle.1.len());
        self.found(old.start, new.start, head);
        let small = cost <= SMALL && self.work.spend(cost);
        let anchors = if small || splits == 0 { Vec::new() } else { self.anchors(&middle.0, &middle.1) };
        if small {
            self.compare(&middle.0, &middle.1);
        } else if !anchors.is_empty() {
            let (mut old_at, mut new_at) = (middle.0.start, middle.1.start);
            for (old, new) in anchors {
                self.block(old_at..old, new_at..new, splits - 1);
                self.found(old, new, 1);
                (old_at, new_at) = (old + 1, new + 1);
            }
            self.block(old_at..middle.0.end, new_at..middle.1.end, splits - 1);
        } else if self.work.spend(cost) {
            self.compare(&middle.0, &middle.1);
        }
        self.found(middle.0.end, middle.1.end, tail);
    }

    /// Compares a block whose first lines differ, and whose last ones do.
    fn compare(&mut self, old: &Range<usize>, new: &Range<usize>) {
        if old.len() * new.len() <= 1 {
            return;
        }
        for op in capture_diff_slices(Algorithm::Myers, &self.old[old.clone()], &self.new[new.clone()]) {
            if let DiffOp::Equal { old_index, new_index, len } = op {
                self.found(old.start + old_index, new.start + new_index, len);
            }
        }
    }

    fn found(&mut self, old: usize, new: usize, len: usize) {
        match self.same.last_mut() {
            Some(last) if last.old + last.len == old && last.new + last.len == new => last.len += len,
            _ if len > 0 => self.same.push(Same { old, new, len }),
            _ => {}
        }
    }

    /// The lines that both sides have exactly once, as many as stand in one order on both sides.
    fn anchors(&mut self, old: &Range<usize>, new: &Range<usize>) -> Vec<(usize, usize)> {
        for line in &self.old[old.clone()] {
            self.places[*line as usize].in_old += 1;
        }
        for (at, line) in new.clone().zip(&self.new[new.clone()]) {
            let place = &mut self.places[*line as usize];
            place.in_new += 1;
            place.new = at;
        }
        let mut once = Vec::new();
        for (at, line) in old.clone().zip(&self.old[old.clone()]) {
            let place = self.places[*line as usize];
            if place.in_old == 1 && place.in_new == 1 {
                once.push((at, place.new));
            }
        }
        for line in self.old[old.clone()].iter().chain(&self.new[new.clone()]) {
            self.places[*line as usize] = Places::default();
        }
        longest_rising(&once)
    }
}

/// What Myers may take for a block.
fn cost(old: usize, new: usize) -> usize {
    (old + new).saturating_mul(old.min(new).min(PER_LINE))
}

/// The longest part of `pairs`, whose first numbers rise, in which the second ones rise too.
fn longest_rising(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // By length less one: the pair that such a part ends with, the one with the lowest second number.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (at, (_, second)) in pairs.iter().enumerate() {
        let len = ends.partition_point(|end| pairs[*end].1 < *second);
        before.push(len.checked_sub(1).map(|len| ends[len]));
        if len == ends.len() {
            ends.push(at);
        } else {
            ends[len] = at;
        }
    }
    let mut found = Vec::with_capacity(ends.len());
    let mut next = ends.last().copied();
    while let Some(at) = next {
        found.push(pairs[at]);
        next = before[at];
    }
    found.reverse();
    found
}

/// The operations around what is the same.
fn between(same: &[Same], old_len: usize, new_len: usize) -> Vec<DiffOp> {
    let mut ops = Vec::with_capacity(2 * same.len() + 1);
    let (mut old_at, mut new_at) = (0, 0);
    let end = Same { old: old_len, new: new_len, len: 0 };
    for Same { old, new, len } in same.iter().chain([&end]).copied() {
        match (old - old_at, new - new_at) {
            (0, 0) => {}
            (old_len, 0) => ops.push(DiffOp::Delete { old_index: old_at, old_len, new_index: new_at }),
            (0, new_len) => ops.push(DiffOp::Insert { old_index: old_at, new_index: new_at, new_len }),
            (old_len, new_len) => {
                ops.push(DiffOp::Replace { old_index: old_at, old_len, new_index: new_at, new_len });
            }
        }
        if len > 0 {
            ops.push(DiffOp::Equal { old_index: old, new_index: new, len });
        }
        (old_at, new_at) = (old + len, new + len);
    }
    ops
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(old: &[&str], new: &[&str], work: &mut Work) -> usize {
        let ops = ops(old, new, work);
        let mut made = Vec::new();
        let mut at = 0;
        let mut kept = 0;
        for op in &ops {
            assert_eq!((op.old_range().start, op.new_range().start), (at, made.len()), "{ops:?}");
            at = op.old_range().end;
            match op {
                DiffOp::Equal { old_index, len, .. } => {
                    made.extend_from_slice(&old[*old_index..old_index + len]);
                    kept += len;
                }
                _ => made.extend_from_slice(&new[op.new_range()]),
            }
        }
        assert_eq!((made.as_slice(), at), (new, old.len()));
        kept
    }

    #[test]
    fn the_longest_rising_part() {
        assert_eq!(longest_rising(&[]), []);
        let pairs = [(0, 5), (1, 1), (2, 2), (3, 9), (4, 3), (5, 0)];
        assert_eq!(longest_rising(&pairs), [(1, 1), (2, 2), (4, 3)]);
    }

    #[test]
    fn large_texts_are_split_at_their_anchors() {
        let lines: Vec<String> = (0..20_000).map(|n| format!("line {n}")).collect();
        let old: Vec<&str> = lines.iter().map(String::as_str).collect();
        let mut new = old.clone();
        for at in (5..20_000).step_by(10) {
            new[at] = "changed";
        }
        assert_eq!(kept(&old, &new, &mut Work::new()), 18_000);
        // What moved is found where the rest stayed.
        let mut moved = old.clone();
        moved.rotate_left(3_000);
        assert_eq!(kept(&old, &moved, &mut Work::new()), 17_000);
    }

    #[test]
    fn what_costs_too_much_is_replaced_as_a_whole() {
        let old: Vec<&str> = ["x", "y"].into_iter().cycle().take(60_000).collect();
        let new: Vec<&str> = ["y", "x", "x"].into_iter().cycle().take(60_000).collect();
        let mut work = Work::new();
        assert_eq!(kept(&old, &new, &mut work), 0);
        assert_eq!(work.0, ALL, "what is not done is not paid");
        assert!(kept(&old[..1_000], &new[..1_000], &mut work) > 250);
        assert!(work.0 < ALL);
        // Nothing is left: everything counts as replaced, but for what is alike at the ends.
        assert_eq!(kept(&["a", "b", "c"], &["a", "x", "c"], &mut Work(0)), 2);
    }

    proptest::proptest! {
        #[test]
        fn the_operations_make_the_new_out_of_the_old(
            old in "[a-d]{0,40}", new in "[a-d]{0,40}", work in 0_usize..4_000,
        ) {
            let split = |text: &str| text.chars().map(String::from).collect::<Vec<_>>();
            let (old, new) = (split(&old), split(&new));
            let (old, new): (Vec<&str>, Vec<&str>) =
                (old.iter().map(String::as_str).collect(), new.iter().map(String::as_str).collect());
            kept(&old, &new, &mut Work(work));
        }
    }
}
