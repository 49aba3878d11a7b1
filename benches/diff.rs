//! Times of diffs of two texts of 200 KB, as ratios to hashing the same two texts with SHA-256 in the same run.
//!
//! `make bench`, or `cargo bench --features ssr --bench diff`. The second half are texts that are made to be slow.

#![allow(clippy::unwrap_used, clippy::format_collect, reason = "a benchmark says what failed by panicking")]

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use galley::model::diff::text::{LineKind, hunks};
use sha2::{Digest, Sha256};

/// How often each pair is compared; the middle time counts.
const ROUNDS: usize = 15;
/// How long each text is.
const SIZE: usize = 200_000;

fn main() {
    let prose = lines(7, |next| sentence(next, 400));
    let mut next = noise(3);
    let every = |n: usize, text: &str| -> String {
        let changed = |(at, line): (usize, &str)| {
            if at % n == n / 2 { line.replacen(' ', " really ", 1) } else { line.to_owned() }
        };
        text.lines().enumerate().map(changed).collect::<Vec<_>>().join("\n")
    };
    let moved = {
        let mut all: Vec<&str> = prose.lines().collect();
        all.rotate_left(300);
        all.join("\n")
    };
    let shuffled = {
        let mut all: Vec<&str> = prose.lines().collect();
        for at in (1..all.len()).rev() {
            all.swap(at, next(at + 1));
        }
        all.join("\n")
    };
    let few = |seed| lines(seed, |next| char::from(b'a' + u8::try_from(next(16)).unwrap()).to_string());
    let words = |seed| lines(seed, |next| sentence(next, 50)).replace('\n', " ");
    let signs = |seed| lines(seed, |next| ["?", "!", "."][next(3)].to_owned()).replace('\n', "");
    let turns =
        |lines: &[&str]| lines.iter().cycle().take(SIZE / 2).map(|line| format!("{line}\n")).collect::<String>();

    println!("                                        to SHA-256        time   hunks   lines");
    measure("the same text", &prose, &prose);
    measure("one word more", &prose, &prose.replacen("the ", "the very ", 1));
    measure("a word more in 1 line of 20", &prose, &every(20, &prose));
    measure("a word more in 1 line of 2", &prose, &every(2, &prose));
    measure("a word more in each line", &prose, &every(1, &prose));
    let short = (0..).map(|n| format!("{n}\n")).take(SIZE / 6).collect::<String>();
    measure("another word in 1 short line of 5", &short, &short.replace("1\n", "one\n").replace("3\n", "three\n"));
    measure("300 lines moved to the end", &prose, &moved);
    measure("another text of the same words", &prose, &lines(8, |next| sentence(next, 400)));
    println!();
    measure("all lines in another order", &prose, &shuffled);
    measure("no line in common", &prose, &prose.replace('\n', " x\n"));
    measure("16 lines at random", &few(1), &few(2));
    measure("all lines the same, half as many", &turns(&["x"]), &turns(&["x"])[..SIZE / 2]);
    measure("two lines by turns, against three", &turns(&["x", "y"]), &turns(&["y", "x", "x"]));
    measure("50 lines against 100,000", &few(1)[..100], &few(2));
    measure("one line of 50 words at random", &words(1), &words(2));
    measure("one line of signs at random", &signs(1), &signs(2));
    measure("one word", &"a".repeat(SIZE), &"b".repeat(SIZE));
    let blocks = |seed| {
        let mut block = few(seed);
        block.truncate(500);
        (0..SIZE / 520).map(|n| format!("own line {n}\n{block}\n")).collect::<String>()
    };
    measure("16 lines at random, in small blocks", &blocks(1), &blocks(2));
}

fn measure(what: &str, before: &str, after: &str) {
    let hashed = time(|| black_box((Sha256::digest(black_box(before)), Sha256::digest(black_box(after)))));
    let compared = time(|| black_box(hunks(black_box(before), black_box(after))));
    let found = hunks(before, after);
    let changed = found.0.iter().flat_map(|hunk| &hunk.lines).filter(|line| line.kind != LineKind::Same).count();
    let ratio = compared.as_secs_f64() / hashed.as_secs_f64();
    let (ms, hunks) = (compared.as_secs_f64() * 1_000.0, found.0.len());
    println!("  {what:<38} {ratio:>7.1} {ms:>8.2} ms {hunks:>7} {changed:>7}");
}

fn time<T>(mut work: impl FnMut() -> T) -> Duration {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let began = Instant::now();
            drop(work());
            began.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[ROUNDS / 2]
}

/// Lines up to [`SIZE`] bytes.
fn lines(seed: u64, mut line: impl FnMut(&mut dyn FnMut(usize) -> usize) -> String) -> String {
    let mut next = noise(seed);
    let mut text = String::with_capacity(SIZE);
    while text.len() < SIZE {
        text.push_str(&line(&mut next));
        text.push('\n');
    }
    text
}

/// Ten words out of so many.
fn sentence(next: &mut dyn FnMut(usize) -> usize, vocabulary: usize) -> String {
    let words = (0..10).map(|_| match next(vocabulary) {
        0 => "the".to_owned(),
        n => format!("w{n}"),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Numbers below a limit that look random and are the same each time.
fn noise(seed: u64) -> impl FnMut(usize) -> usize {
    let mut state = seed;
    move |below| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 40).unwrap() % below
    }
}
