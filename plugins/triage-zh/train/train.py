"""Trains the model and writes `model/triage.bin`; the same data give the same bytes.

    python3 train/train.py            # writes the file
    python3 train/train.py --check    # says whether the file is what the data give
"""

import collections
import math
import pathlib
import re
import struct
import sys

import data
import logistic
from features import contains, features, fold, hashed, listed

_FILE = pathlib.Path(__file__).parent.parent / "model" / "triage.bin"
_RULES = _FILE.parent.parent.parent.parent / "host" / "src" / "domain" / "triage" / "lexicon.rs"
#: What validate.py found best; for the sentiment less is kept, because the reviews have so many features.
CLASS_OPTIONS = logistic.Options(epochs=25, rate=0.5, decay=0.0003)
MOOD_OPTIONS = logistic.Options(epochs=5, rate=0.1, decay=0.01)
LEAST_OCCURRENCES = 1
LEAST_MOOD_OCCURRENCES = 4
#: Scores are stretched by these, so that a confidence is the share of judgements that are right; see validate.py.
CLASS_STRETCH = 1.4
PRIORITY_STRETCH = 1.2
#: The sentiment is how strong a mood is, not how sure the model is of it.
MOOD_STRETCH = 1.0
#: Weights are kept as whole numbers up to this.
_STEPS = 127


class Head:
    """A fitted model with the features that it knows."""

    def __init__(
        self, sets: list[set[str]], targets: list[list[float]], importance: list[float], least: int,
        options: logistic.Options,
    ) -> None:
        counts = collections.Counter(feature for found in sets for feature in found)
        known = sorted(feature for feature, count in counts.items() if count >= least)
        self.index = {feature: at for at, feature in enumerate(known)}
        rows = [self.row(found) for found in sets]
        self.model = logistic.fit(rows, targets, importance, len(known), options)

    def row(self, found: set[str]) -> logistic.Row:
        """What the model knows of a text's features."""
        known = [self.index[feature] for feature in sorted(found) if feature in self.index]
        return known, 1.0 / math.sqrt(len(found))

    def scores(self, found: set[str]) -> list[float]:
        """How much speaks for each outcome."""
        return self.model.scores(self.row(found))

    def packed(self, stretch: float) -> bytes:
        """As the plugin reads it: outcomes, features, step, biases, hashes in order, weights in whole steps."""
        weights = self.model.weights
        step = max(abs(weight) for each in weights for weight in each) / _STEPS
        rows = {}
        for feature, at in self.index.items():
            row = [round(weight / step) for weight in weights[at]]
            if any(row):
                assert hashed(feature) not in rows, f"two features have the hash of {feature}"
                rows[hashed(feature)] = row
        order = sorted(rows)
        outcomes = len(self.model.bias)
        parts = [struct.pack("<IIf", outcomes, len(order), step * stretch)]
        parts.append(struct.pack(f"<{outcomes}f", *(bias * stretch for bias in self.model.bias)))
        parts.append(struct.pack(f"<{len(order)}I", *order))
        parts.extend(struct.pack(f"<{outcomes}b", *rows[key]) for key in order)
        return b"".join(parts)


def class_head(messages: list[data.Message], sets: list[set[str]]) -> Head:
    """Which class a message has."""
    targets = [[float(message.label == name) for name in data.CLASSES] for message in messages]
    return Head(sets, targets, [1.0] * len(sets), LEAST_OCCURRENCES, CLASS_OPTIONS)


def priority_head(messages: list[data.Message], sets: list[set[str]]) -> Head:
    """How pressing a message is that opens a ticket; the others can always wait."""
    chosen = [at for at, message in enumerate(messages) if message.label not in ("chatter", "spam")]
    targets = [[float(messages[at].priority == name) for name in data.PRIORITIES] for at in chosen]
    return Head([sets[at] for at in chosen], targets, [1.0] * len(chosen), LEAST_OCCURRENCES, CLASS_OPTIONS)


def mood_head(texts: list[tuple[set[str], float]]) -> Head:
    """Whether the mood is good or bad; one that is neither has equal shares."""
    targets = [[(1.0 - mood) / 2.0, (1.0 + mood) / 2.0] for _, mood in texts]
    return Head([found for found, _ in texts], targets, [1.0] * len(texts), LEAST_MOOD_OCCURRENCES, MOOD_OPTIONS)


def mood_texts(messages: list[data.Message], reviews: list[data.Review]) -> list[tuple[set[str], float]]:
    """All texts of whose mood something is known."""
    return [(features(text.text), text.mood) for text in [*messages, *reviews]]


def similar(one: set[str], other: set[str]) -> bool:
    """Whether two texts are the same but for a few words."""
    return len(one & other) * 10 >= len(one | other) * 7


def assert_apart(messages: list[data.Message]) -> None:
    """What is measured on must not be trained on, not even in other words."""
    held_out = [*data.messages("held-out"), *data.rules_messages(True)]
    long = [(message.text, found) for message in held_out if len(found := features(message.text)) > 20]
    for message in messages:
        found = features(message.text)
        for text, other in long:
            assert not similar(found, other), f"trained on {message.text!r}, measured on {text!r}"
    # Nor may a list have a word that only what is measured on gave rise to; the rules' own words were there before.
    seen = [fold(message.text) for message in messages]
    measured = [fold(message.text) for message in held_out]
    quoted = re.findall(r'"((?:[^"\\]|\\.)*)"', _RULES.read_text("utf-8"), re.DOTALL)
    rules = {word for text in quoted for word in re.sub(r"\\\n *", "", text).split("/")}
    for word in sorted(listed()):
        if any(contains(text, word) for text in measured):
            assert any(contains(text, word) for text in seen) or word in rules, word


def main() -> None:
    """Trains and writes."""
    messages = [*data.messages("messages"), *data.rules_messages(False)]
    assert_apart(messages)
    sets = [features(message.text) for message in messages]
    reviews = [*data.chinese_reviews(False), *data.english_reviews(False)]
    packed = b"".join(
        [
            b"TRI1",
            class_head(messages, sets).packed(CLASS_STRETCH),
            priority_head(messages, sets).packed(PRIORITY_STRETCH),
            mood_head(mood_texts(messages, reviews)).packed(MOOD_STRETCH),
        ]
    )
    if sys.argv[1:] == ["--check"]:
        same = _FILE.read_bytes() == packed
        print(f"{_FILE.name} is {'what' if same else 'not what'} the data give")
        sys.exit(0 if same else 1)
    _FILE.write_bytes(packed)
    print(f"{len(messages)} messages, {len(reviews)} reviews, {len(packed)} bytes")


if __name__ == "__main__":
    main()
