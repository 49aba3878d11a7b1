//! Whether a text is one emoji, by the blocks of Unicode that hold them.

/// Whether a text is one emoji: a base with its modifiers, joined ones, a flag or a keycap. Letters are none.
pub(super) fn is_one_emoji(text: &str) -> bool {
    const JOINER: char = '\u{200d}';
    let chars: Vec<char> = text.chars().collect();
    let regional = |c: &char| ('\u{1f1e6}'..='\u{1f1ff}').contains(c);
    if chars.iter().all(regional) {
        return chars.len() == 2;
    }
    if let [digit, rest @ ..] = chars.as_slice()
        && matches!(digit, '0'..='9' | '#' | '*')
    {
        return matches!(rest, ['\u{20e3}'] | ['\u{fe0f}', '\u{20e3}']);
    }
    let modifier =
        |c: char| matches!(c, '\u{fe0e}' | '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0020}'..='\u{e007f}');
    // ©, ®, ‼ and the symbol blocks up to the arrows, then everything pictorial.
    let base = |c: char| {
        matches!(c, '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}'
            | '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
    };
    chars.split(|c| *c == JOINER).all(|part| match part {
        [first, rest @ ..] => base(*first) && rest.iter().all(|c| modifier(*c)),
        [] => false,
    })
}
