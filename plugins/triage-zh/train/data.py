"""Reads the labelled texts."""

import json
import pathlib
from typing import NamedTuple

_DATA = pathlib.Path(__file__).parent / "data"
_FIXTURES = pathlib.Path(__file__).parent.parent.parent.parent / "tests" / "fixtures"
CLASSES = ("inquiry", "complaint", "purchase", "after-sales", "chatter", "spam")
PRIORITIES = ("urgent", "normal", "low")
_MOODS = {"negative": -0.8, "neutral": 0.0, "positive": 0.8}


class Message(NamedTuple):
    """A labelled message."""

    topic: str
    text: str
    label: str
    priority: str
    #: From -1 to 1.
    mood: float


class Review(NamedTuple):
    """A text of whose author's mood something is known."""

    text: str
    #: From -1 to 1.
    mood: float


def _mood(label: str, said: list[str]) -> float:
    usual = "negative" if label == "complaint" else "neutral"
    return _MOODS[said[0] if said else usual]


def messages(folder: str) -> list[Message]:
    """Those of `data/FOLDER`: lines below headings such as `# inquiry normal`."""
    found = []
    for path in sorted((_DATA / folder).glob("*.txt")):
        label = priority = ""
        mood = 0.0
        for line in path.read_text("utf-8").splitlines():
            if line.startswith("# "):
                label, priority, *said = line[2:].split()
                assert label in CLASSES and priority in PRIORITIES, (path, line)
                mood = _mood(label, said)
            elif line:
                found.append(Message(path.stem, line, label, priority, mood))
    return found


def rules_messages(held_out: bool) -> list[Message]:
    """Those that shaped the host's own rules, or that its tests hold out."""
    rows = map(json.loads, (_FIXTURES / "triage" / "labelled.jsonl").read_text("utf-8").splitlines())
    return [
        Message("rules", row["text"], row["class"], row["priority"], _mood(row["class"], []))
        for row in rows
        if row["held_out"] == held_out
    ]


def chinese_reviews(held_out: bool) -> list[Review]:
    """Reviews that their authors marked as bad or good."""
    folder = _FIXTURES / "reviews-zh" if held_out else _DATA / "reviews-zh"
    moods = (("neg.txt", -0.9), ("pos.txt", 0.9))
    return [Review(line, mood) for name, mood in moods for line in _lines(folder / name)]


def english_reviews(held_out: bool) -> list[Review]:
    """Sentences of reviews with what twenty people thought of their mood."""
    name = "held-out.tsv" if held_out else "reviews.tsv"
    rows = (line.split("\t", 1) for line in _lines(_DATA / "reviews-en" / name))
    return [Review(text, max(-0.9, min(0.9, float(mean) / 3.0))) for mean, text in rows]


def _lines(path: pathlib.Path) -> list[str]:
    return [line for line in path.read_text("utf-8").split("\n") if line]
