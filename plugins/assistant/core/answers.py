"""Reads what a model answered: nothing of its form can be relied on."""

import json
import re
from typing import Any, NamedTuple

_CLASSES = ("inquiry", "complaint", "purchase", "after-sales", "chatter", "spam")
_PRIORITIES = ("urgent", "normal", "low")
#: What some models think aloud before they answer.
_THOUGHTS = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL)
#: Objects nested deeper aren't the ones that were asked for.
_MOST_BRACES = 200


class Unreadable(Exception):
    """The answer isn't what was asked for; the argument says in a word why: `empty`, `cut-off`, `filtered`, `no-json`."""


class Answer(NamedTuple):
    """A completion: its text, why it ended, which model made it and what it used."""

    text: str
    ended: str
    model: str
    usage: dict[str, int]


def completion(response: Any) -> Answer:
    """The answer in a response of the chat completions interface."""
    choices = response.get("choices") if isinstance(response, dict) else None
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(message, dict):
        raise Unreadable("empty")
    ended = str(choice.get("finish_reason") or "")
    if ended == "content_filter" or message.get("refusal"):
        raise Unreadable("filtered")
    text = _THOUGHTS.sub("", _content(message.get("content"))).strip()
    if not text:
        raise Unreadable("cut-off" if ended == "length" else "empty")
    return Answer(text, ended, _text(response.get("model"), 200), _usage(response.get("usage")))


def _content(content: Any) -> str:
    """Some servers give the text in parts."""
    if isinstance(content, list):
        return "".join(part["text"] for part in content if isinstance(part, dict) and isinstance(part.get("text"), str))
    return content if isinstance(content, str) else ""


def _usage(given: Any) -> dict[str, int]:
    usage = given if isinstance(given, dict) else {}
    found = {name: usage.get(f"{name}_tokens") for name in ("prompt", "completion")}
    return {f"{name}-tokens": count for name, count in found.items() if type(count) is int and count >= 0}


def fields(answer: Answer) -> dict[str, Any]:
    """The JSON object in an answer, whatever stands around it: a fence, an introduction, a remark."""
    for number, found in enumerate(re.finditer(r"\{", answer.text)):
        if number >= _MOST_BRACES:
            break
        try:
            value, _ = json.JSONDecoder().raw_decode(answer.text, found.start())
        except (ValueError, RecursionError):
            continue
        return value
    raise Unreadable("cut-off" if answer.ended == "length" else "no-json")


def prose(answer: Answer, name: str) -> dict[str, Any]:
    """The JSON object of an answer that is mostly prose: where a model answered without JSON, its whole text under the
    name."""
    try:
        found = fields(answer)
    except Unreadable as why:
        if why.args[0] == "cut-off" or "{" in answer.text:
            raise
        return {name: _unfenced(answer.text)}
    if not _text(found.get(name), 1):
        raise Unreadable("no-json")
    return found


def _unfenced(text: str) -> str:
    found = re.fullmatch(r"```[a-z]*\n(.*?)\n?```", text, re.DOTALL)
    return found.group(1) if found else text


def summary(answer: Answer) -> dict[str, Any]:
    """What a conversation came to."""
    found = prose(answer, "summary")
    return {
        "summary": _text(found["summary"], 2_000),
        "points": _texts(found.get("points"), 8, 500),
        "open-questions": _texts(found.get("open_questions"), 8, 500),
        "next-step": _text(found.get("next_step"), 500),
    }


def draft(answer: Answer, titles: list[str]) -> dict[str, Any]:
    """An answer to a customer, and on which articles it rests: of those that were given, no others."""
    found = prose(answer, "answer")
    return {
        "answer": _text(found["answer"], 6_000),
        "sources": [title for title in _texts(found.get("sources"), 10, 200) if title in titles],
        "to-check": _texts(found.get("to_check"), 8, 500),
    }


def judgement(answer: Answer) -> dict[str, Any]:
    """Class, priority and sentiment. A class that there isn't is as good as no answer."""
    found = fields(answer)
    class_, sentiment = _word(found.get("class")), found.get("sentiment")
    if class_ not in _CLASSES:
        raise Unreadable("no-json")
    known = isinstance(sentiment, (int, float)) and not isinstance(sentiment, bool) and sentiment == sentiment
    return {
        "class": class_,
        "priority": next((word for word in _PRIORITIES if word == _word(found.get("priority"))), "normal"),
        "sentiment": max(-1.0, min(1.0, float(sentiment))) if known else 0.0,
        "language": _text(found.get("language"), 20),
        "reasons": _texts(found.get("reasons"), 5, 300),
    }


def translation(answer: Answer) -> dict[str, Any]:
    """A text in another language."""
    found = prose(answer, "translation")
    return {"translation": _text(found["translation"], 20_000), "from": _text(found.get("from"), 20)}


def _word(value: Any) -> str:
    return value.strip().lower().replace("_", "-").replace(" ", "-") if isinstance(value, str) else ""


def _text(value: Any, most: int) -> str:
    """A text of so many characters at most; nothing where it is none."""
    text = value.strip() if isinstance(value, str) else ""
    return text if len(text) <= most else text[: most - 1] + "…"


def _texts(value: Any, most: int, each: int) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [text for one in values[:most] if (text := _text(one, each))]
