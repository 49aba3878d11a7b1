//! Telling in which language a text is written, for the warnings before a publish.
//!
//! `whatlang` compares the frequencies of letters, which says little about a short text and mixes up close relatives. A
//! warning must be certain: the one gets no answer here, and the others count as one family. To have languages kept apart no
//! longer, name them in [`FAMILIES`].

use whatlang::{Lang, Script};

use crate::model::report::Language;

/// Texts with fewer letters are not looked at.
const MIN_LETTERS: usize = 24;
/// The same for scripts in which a letter is a syllable or a word.
const MIN_SYLLABLES: usize = 8;

/// What follows does not change the answer, only the time that it takes.
const LOOKED_AT: usize = 4_000;

/// Languages that are easily taken for one another.
const FAMILIES: &[&[Lang]] = &[
    &[Lang::Rus, Lang::Ukr, Lang::Bel, Lang::Bul, Lang::Mkd, Lang::Srp],
    &[Lang::Hrv, Lang::Slv],
    &[Lang::Ces, Lang::Slk],
    &[Lang::Nob, Lang::Dan, Lang::Swe],
    &[Lang::Spa, Lang::Por, Lang::Cat],
    &[Lang::Deu, Lang::Nld, Lang::Afr],
    &[Lang::Hin, Lang::Mar, Lang::Nep],
    &[Lang::Tur, Lang::Aze, Lang::Tuk, Lang::Uzb],
    &[Lang::Ind, Lang::Jav, Lang::Tgl],
];

/// The language of a text, where it is certain.
#[must_use]
pub fn language(text: &str) -> Option<Language> {
    let end = text.char_indices().nth(LOOKED_AT).map_or(text.len(), |(end, _)| end);
    let (text, _) = text.split_at(end);
    let found = whatlang::detect(text).filter(whatlang::Info::is_reliable)?;
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let least = match found.script() {
        Script::Mandarin | Script::Hangul | Script::Hiragana | Script::Katakana => MIN_SYLLABLES,
        _ => MIN_LETTERS,
    };
    let lang = found.lang();
    let family =
        FAMILIES.iter().find(|family| family.contains(&lang)).and_then(|family| family.first()).unwrap_or(&lang);
    (letters >= least).then(|| Language { name: lang.eng_name(), own_name: lang.name(), family: family.eng_name() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        examples,
        report::{Ask, report},
    };

    fn name(text: &str) -> Option<&'static str> {
        language(text).map(|language| language.name)
    }

    #[test]
    fn greetings_are_told_apart_or_not_judged() {
        let greetings = [
            ("Hello! I am here to help you with your order. What went wrong?", "English"),
            ("Guten Tag! Ich helfe Ihnen gern bei Ihrer Bestellung. Was ist passiert?", "German"),
            ("Bonjour ! Je suis là pour vous aider avec votre commande. Que s’est-il passé ?", "French"),
            ("¡Hola! Estoy aquí para ayudarte con tu pedido. ¿Qué ha pasado?", "Spanish"),
            ("Ciao! Sono qui per aiutarti con il tuo ordine. Che cosa è successo?", "Italian"),
            ("Здравствуйте! Я помогу вам с заказом. Что случилось?", "Russian"),
            ("こんにちは。ご注文についてお手伝いします。どうされましたか。", "Japanese"),
            ("您好，我可以帮您处理订单。请问发生了什么事？", "Mandarin"),
            ("안녕하세요. 주문을 도와드리겠습니다. 무슨 일이 있었나요?", "Korean"),
            ("مرحبا، أنا هنا لمساعدتك في طلبك. ماذا حدث؟", "Arabic"),
        ];
        for (text, wanted) in greetings {
            assert!(name(text).is_none_or(|found| found == wanted), "{wanted}: {:?}", name(text));
        }
        let judged: Vec<_> = greetings.iter().filter_map(|(text, _)| name(text)).collect();
        assert!(judged.len() >= 6, "only {judged:?} are certain");
    }

    #[test]
    fn short_texts_are_not_judged() {
        for text in ["", "Hi!", "Hallo, was kann ich tun?", "您好", "{{ name }} :: 42", "Hello, what went wrong?"] {
            assert_eq!(name(text), None, "{text}");
        }
    }

    #[test]
    fn no_example_greets_in_another_language_than_it_is_told_in() {
        for example in examples::all() {
            assert_eq!(name(&example.config.instructions), Some("English"), "{}", example.slug);
            let report = report(&example.config, None, Ask { served_models: &|_| true, language: &language });
            assert_eq!(report.warnings, [""; 0], "{}", example.slug);
        }
    }
}
