//! What the embedded weights reach on texts that they were never trained on. `train/README.md` says how these were chosen.

mod held_out;

use hospes_sdk::triage::{Priority, Subject, Verdict};

use crate::verdict::{Judge, Options};

fn subject(text: &str) -> Subject {
    Subject {
        interaction: "018f0000-0000-7000-8000-0000000000c1".into(),
        channel: "web-form".into(),
        text: text.into(),
        attributes: Vec::new(),
    }
}

fn judge(text: &str) -> Verdict {
    Judge::new(Options::default()).unwrap().judge(&subject(text))
}

#[test]
fn any_text_has_a_verdict_within_its_bounds() {
    let long = "！漏电不 help ".repeat(9_000);
    let odd = [
        "",
        " ",
        "\u{0}",
        "??",
        "'",
        "'''",
        "不",
        "🙏🏽",
        "ǅ",
        "http://",
        "www.",
        "1",
        "１２３４５台",
        "\u{200d}",
        &long,
    ];
    for text in odd {
        let verdict = judge(text);
        assert!((-1.0..=1.0).contains(&verdict.sentiment), "{text:.20}");
        assert!(!verdict.reasons.is_empty(), "{text:.20}");
        assert!(verdict.reasons.iter().all(|reason| reason.chars().count() < 300), "{:?}", verdict.reasons);
    }
}

#[test]
fn what_has_no_words_is_chatter_and_what_is_foreign_is_left_to_the_rules() {
    for text in ["", "😀", "！！！", "..."] {
        assert_eq!((judge(text).class.as_str(), judge(text).priority), ("chatter", Priority::Low), "{text}");
    }
    for text in
        ["これはいくらですか", "Сколько стоит?", "Wann wird mein Paket geliefert?", "qwerty asdf zxcv"]
    {
        assert_eq!(judge(text).class, "", "{text}");
    }
}

#[test]
fn without_a_least_confidence_everything_has_a_class() {
    let options = Options { least_confidence: 0.0, ..Options::default() };
    let judge = Judge::new(options).unwrap();
    for text in ["Сколько стоит?", "qwerty", "嗯？那个"] {
        assert_ne!(judge.judge(&subject(text)).class, "", "{text}");
    }
}

#[test]
fn traditional_characters_are_read_as_simplified_ones() {
    let (simplified, traditional) =
        (judge("请问发票什么时候开？东西坏了"), judge("請問發票什麼時候開？東西壞了"));
    assert_eq!(simplified, traditional);
}
