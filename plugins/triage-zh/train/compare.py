"""Prints what the host's built-in rules reach on the texts that the plugin's tests measure the model on.

    python3 train/compare.py

`cargo test -p hospes-plugin-triage-zh held_out -- --nocapture` prints the model's own figures, and which messages it
leaves to the rules, on which the last line here says how the rules do. Needs cargo.
"""

import subprocess

import data
import rules

_SILENT = ("chatter", "spam")
_TESTS = ["cargo", "test", "--quiet", "-p", "hospes-plugin-triage-zh", "held_out", "--", "--nocapture"]


def measures(labels: tuple[str, ...], pairs: list[tuple[str, str]]) -> str:
    """Accuracy and macro-F1 of pairs of what was judged and what is true."""
    total = 0.0
    for label in labels:
        hit = sum(judged == true == label for judged, true in pairs)
        total += 2 * hit / max(1, sum(judged == label for judged, _ in pairs) + sum(true == label for _, true in pairs))
    accuracy = sum(judged == true for judged, true in pairs) / len(pairs)
    return f"{accuracy:.1%}, macro-F1 {total / len(labels):.3f}"


def report(name: str, messages: list[data.Message]) -> None:
    """Prints the rules' figures on some messages."""
    verdicts = rules.judge([message.text for message in messages])
    both = list(zip(verdicts, messages))
    classes = measures(data.CLASSES, [(verdict.label, message.label) for verdict, message in both])
    priorities = measures(data.PRIORITIES, [(verdict.priority, message.priority) for verdict, message in both])
    silenced = sum(verdict.label in _SILENT and message.label not in _SILENT for verdict, message in both)
    print(f"{name}: {len(both)} messages; class {classes}; priority {priorities}; {silenced} customers silenced")


def mood(name: str, reviews: list[data.Review]) -> None:
    """Prints how often the sign of the rules' sentiment is right."""
    verdicts = rules.judge([review.text for review in reviews])
    right = sum(verdict.sentiment * review.mood > 0 for verdict, review in zip(verdicts, reviews))
    print(f"{name}: {len(reviews)} reviews; sign of the sentiment {right / len(reviews):.1%}")


def is_chinese(message: data.Message) -> bool:
    """Whether it has Chinese characters."""
    return any("\u4e00" <= char <= "\u9fff" for char in message.text)


def main() -> None:
    """Prints all figures."""
    own, of_the_rules = data.messages("held-out"), data.rules_messages(True)
    report("own", own)
    report("own zh", [message for message in own if is_chinese(message)])
    report("own en", [message for message in own if not is_chinese(message)])
    report("host's", of_the_rules)
    mood("zh", data.chinese_reviews(True))
    mood("en", [review for review in data.english_reviews(True) if abs(review.mood) >= 1.0 / 3.0])
    printed = subprocess.run(_TESTS, check=True, capture_output=True, text=True).stdout
    left = {line.split("\t")[3] for line in printed.splitlines() if line.startswith("left to the rules:\t")}
    report("left to the rules", [message for message in [*own, *of_the_rules] if message.text in left])


if __name__ == "__main__":
    main()
