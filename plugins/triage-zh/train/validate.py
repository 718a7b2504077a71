"""Cross-validation of the options in train.py on the training texts alone, whole topics and reviews left out at a time.

    python3 train/validate.py

Prints the accuracy, and by which stretch of the scores the confidence fits best (the least mean log loss).
"""

import math
import random
from typing import Callable

import data
import logistic
import train
from features import features

_FOLDS = 6
_STRETCHES = (0.7, 0.85, 1.0, 1.2, 1.4, 1.7, 2.0, 2.5)
#: Topics that aren't a trade: their messages are dealt out one by one.
_MIXED = ("no-ticket", "rules")

Judged = list[tuple[list[float], int]]


def folds(messages: list[data.Message]) -> list[int]:
    """Which part each message is in."""
    chance = random.Random(1)
    topics = sorted({message.topic for message in messages}.difference(_MIXED))
    return [
        chance.randrange(_FOLDS) if message.topic in _MIXED else topics.index(message.topic) % _FOLDS
        for message in messages
    ]


def judge(
    messages: list[data.Message], label: Callable[[data.Message], int],
    head: Callable[[list[data.Message], list[set[str]]], train.Head],
) -> Judged:
    """The scores of each message by a model that hasn't seen its part."""
    sets = [features(message.text) for message in messages]
    part = folds(messages)
    judged: Judged = []
    for fold in range(_FOLDS):
        rest = [at for at in range(len(messages)) if part[at] != fold]
        fitted = head([messages[at] for at in rest], [sets[at] for at in rest])
        left = (at for at in range(len(messages)) if part[at] == fold)
        judged.extend((fitted.scores(sets[at]), label(messages[at])) for at in left)
    return judged


def report(name: str, judged: Judged) -> None:
    """Prints accuracy and the best stretch."""
    right = sum(scores.index(max(scores)) == label for scores, label in judged)

    def loss(stretch: float) -> float:
        shares = (logistic.softmax([score * stretch for score in scores])[label] for scores, label in judged)
        return sum(-math.log(share) for share in shares) / len(judged)

    stretch = min(_STRETCHES, key=loss)
    print(f"{name}: {right / len(judged):.1%} of {len(judged)}; stretch {stretch}, log loss {loss(stretch):.3f}")


def main() -> None:
    """Prints all of it."""
    messages = [*data.messages("messages"), *data.rules_messages(False)]
    tickets = [message for message in messages if message.label not in ("chatter", "spam")]
    report("class", judge(messages, lambda message: data.CLASSES.index(message.label), train.class_head))
    report("priority", judge(tickets, lambda message: data.PRIORITIES.index(message.priority), train.priority_head))
    chance = random.Random(1)
    texts = train.mood_texts(messages, [])
    for name, reviews in (("zh", data.chinese_reviews(False)), ("en", data.english_reviews(False))):
        decided = [review for review in reviews if abs(review.mood) >= 1.0 / 3.0]
        out = set(chance.sample(range(len(decided)), len(decided) // _FOLDS))
        rest = [review for at, review in enumerate(decided) if at not in out]
        head = train.mood_head(texts + train.mood_texts([], rest))
        judged = [(head.scores(features(decided[at].text)), int(decided[at].mood > 0)) for at in sorted(out)]
        report(f"sentiment {name}", judged)


if __name__ == "__main__":
    main()
