//! The mood of a text: words with weights, turned by negations, strengthened by words of degree.

use std::sync::LazyLock;

use super::matcher::Matcher;
use super::sentiment_words::{DEGREE, MOOD, NEGATION, TURN};

enum Part {
    Mood(f64),
    /// Turns the next mood; weighs this much when none follows.
    Negation(f64),
    Degree(f64),
    Turn,
}

static PARTS: LazyLock<Matcher<Part>> = LazyLock::new(|| {
    let split = |list: &'static [(f64, &'static str)], part: fn(f64) -> Part| {
        list.iter().flat_map(move |(weight, words)| words.split('/').map(move |word| (word, part(*weight))))
    };
    Matcher::new(
        split(MOOD, Part::Mood)
            .chain(split(NEGATION, Part::Negation))
            .chain(split(DEGREE, Part::Degree))
            .chain(TURN.split('/').map(|word| (word, Part::Turn))),
    )
});

/// What a negation makes of a mood: "not good" is less bad than "bad", so it doesn't turn it whole.
const TURNED: f64 = -0.6;
/// What follows "but" weighs this much.
const AFTER_TURN: f64 = 1.2;
/// How many letters may stand between a negation or a degree and what it belongs to.
const REACH_HAN: usize = 5;
const REACH_LATIN: usize = 14;

/// A negation or degree that waits for its mood.
struct Pending {
    factor: f64,
    negated: bool,
    /// What is added when no mood follows.
    alone: f64,
    /// Characters since the last word that was found.
    distance: usize,
}

impl Pending {
    const NONE: Self = Self { factor: 1.0, negated: false, alone: 0.0, distance: 0 };
}

/// From -1 (angry) to 1 (delighted); 0 where no word of mood is found. The text is folded to lower case.
pub(super) fn sentiment(text: &str) -> f64 {
    let sum = sum(text);
    sum / (sum * sum + 4.0).sqrt()
}

fn sum(text: &str) -> f64 {
    let mut total = 0.0;
    let mut weight = 1.0;
    let mut pending = Pending::NONE;
    let mut skip_to = 0;
    for (at, c) in text.char_indices() {
        if at < skip_to {
            continue;
        }
        let Some((word, part)) = PARTS.at(text, at).next() else {
            let reach = if c.is_ascii() { REACH_LATIN } else { REACH_HAN };
            pending.distance += 1;
            if ends_clause(c) || pending.distance > reach {
                total += pending.alone * weight;
                pending = Pending::NONE;
            }
            continue;
        };
        skip_to = at + word.len();
        pending.distance = 0;
        match part {
            Part::Mood(mood) => {
                let turned = if pending.negated { TURNED } else { 1.0 };
                total += mood * turned * pending.factor * weight;
                pending = Pending::NONE;
            }
            Part::Negation(alone) => {
                pending.negated = !pending.negated;
                pending.alone = *alone;
            }
            Part::Degree(factor) => pending.factor *= factor,
            Part::Turn => {
                weight = AFTER_TURN;
                pending = Pending::NONE;
            }
        }
    }
    total + pending.alone * weight
}

fn ends_clause(c: char) -> bool {
    matches!(c, ',' | '.' | ';' | ':' | '!' | '?' | '\n' | '。' | '、' | '…' | '~' | '(' | ')')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn praise_is_above_and_anger_below_nought() {
        for good in ["很好用，非常喜欢", "没有问题，很满意", "works well, i love it", "not bad at all"]
        {
            assert!(sentiment(good) > 0.2, "{good}: {}", sentiment(good));
        }
        for bad in ["太差了，简直是垃圾", "一点都不好用", "不是很满意", "terrible, i hate it", "not happy"]
        {
            assert!(sentiment(bad) < -0.2, "{bad}: {}", sentiment(bad));
        }
        assert_eq!(sentiment("明天下午三点"), 0.0);
        assert_eq!(sentiment(""), 0.0);
    }

    #[test]
    fn degrees_and_turns_weigh() {
        assert!(sentiment("非常失望") < sentiment("有点失望"));
        assert!(sentiment("很漂亮，但是太吵") < sentiment("太吵，但是很漂亮"));
    }

    /// Share of held-out reviews whose mood has the sign their author gave; a mood of nought counts as wrong.
    #[test]
    fn the_sign_is_right_on_held_out_reviews() {
        let negative = include_str!("../../../../tests/fixtures/reviews-zh/neg.txt");
        let positive = include_str!("../../../../tests/fixtures/reviews-zh/pos.txt");
        let mood = |line: &str| sentiment(&super::super::fold(line));
        let right = negative.lines().filter(|line| mood(line) < 0.0).count()
            + positive.lines().filter(|line| mood(line) > 0.0).count();
        let all = negative.lines().count() + positive.lines().count();
        let undecided = negative.lines().chain(positive.lines()).filter(|line| mood(line) == 0.0).count();
        let share = right as f64 / all as f64;
        assert_eq!(all, 400);
        // Measured: 293 right, 26 undecided of 400 (73.3 %).
        assert!(share >= 0.70, "{right} of {all} right, {undecided} undecided");
    }
}
