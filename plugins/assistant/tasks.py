"""The four tasks: each asks the model once and gives what people and programs get."""

from typing import Any

import conversation
from chat import ask, unreadable
from core import answers, knowledge, prompts
from core.answers import Answer, Unreadable
from core.redaction import Redactor
from failure import Failure
from settings import Settings

#: Characters of a text to be translated or classified.
LONGEST_TEXT = 8_000


def summarise(settings: Settings, ticket: str, language: str) -> dict[str, Any]:
    """What a ticket's conversation came to, in the language."""
    redactor = Redactor(settings.redact)
    of = conversation.of_ticket(settings, ticket, redactor)
    asked = prompts.messages("summary", language, language, of.data())
    return _answered(settings, redactor, asked, answers.summary)


def draft(settings: Settings, ticket: str, language: str | None, instructions: str) -> dict[str, Any]:
    """An answer to what the customer wrote last, in the language; in the customer's where none is named."""
    redactor = Redactor(settings.redact)
    of = conversation.of_ticket(settings, ticket, redactor)
    question = of.unanswered()
    language = language or _language(of.language, question)
    articles = knowledge.relevant(settings.knowledge, f"{of.subject}\n{question}")
    data = {"knowledge": prompts.of_articles(articles), **of.data()}
    asked = prompts.messages("draft", language, language, data, redactor.hide(instructions[:LONGEST_TEXT]))
    titles = [article.title for article in articles]
    return {**_answered(settings, redactor, asked, lambda one: answers.draft(one, titles)), "language": language}


def classify_ticket(settings: Settings, ticket: str, language: str) -> dict[str, Any]:
    """What the customer of a ticket wants, and in which mood; reasons in the language."""
    redactor = Redactor(settings.redact)
    of = conversation.of_ticket(settings, ticket, redactor)
    return _classified(settings, redactor, of.data(), language)


def classify_text(settings: Settings, text: str, language: str) -> dict[str, Any]:
    """What the writer of a text wants, and in which mood."""
    redactor = Redactor(settings.redact)
    message = {"from": "customer", "text": redactor.hide(text[:LONGEST_TEXT])}
    return _classified(settings, redactor, {"messages": [message]}, language)


def translate(settings: Settings, text: str, language: str) -> dict[str, Any]:
    """A text in the language."""
    redactor = Redactor(settings.redact)
    return _translated(settings, redactor, redactor.hide(text[:LONGEST_TEXT]), language)


def translate_latest(settings: Settings, ticket: str, language: str) -> dict[str, Any]:
    """What the customer wrote since the last answer, in the language."""
    redactor = Redactor(settings.redact)
    of = conversation.of_ticket(settings, ticket, redactor)
    if not (text := of.unanswered()):
        raise Failure("no-messages", "invalid")
    return _translated(settings, redactor, text[:LONGEST_TEXT], language)


def _classified(settings: Settings, redactor: Redactor, data: dict[str, Any], language: str) -> dict[str, Any]:
    asked = prompts.messages("classify", language, language, data)
    return _answered(settings, redactor, asked, answers.judgement)


def _translated(settings: Settings, redactor: Redactor, text: str, language: str) -> dict[str, Any]:
    asked = prompts.messages("translate", language, language, {"text": text})
    return _answered(settings, redactor, asked, answers.translation)


def _answered(settings: Settings, redactor: Redactor, asked: list[dict[str, str]], read: Any) -> dict[str, Any]:
    answer: Answer = ask(settings, asked)
    try:
        found = read(answer)
    except Unreadable as why:
        raise unreadable(why, settings) from None
    restored = {name: _restored(redactor, value) for name, value in found.items()}
    return {**restored, "model": answer.model or settings.model, "usage": answer.usage}


def _restored(redactor: Redactor, value: Any) -> Any:
    if isinstance(value, list):
        return [redactor.restore(one) for one in value]
    return redactor.restore(value) if isinstance(value, str) else value


def _language(known: str, text: str) -> str:
    """The customer's language, of the two that there are: the ticket's, or else that of the text."""
    if known:
        return "zh-CN" if known.lower().startswith("zh") else "en"
    return "zh-CN" if any("\u4e00" <= sign <= "\u9fff" for sign in text) else "en"
