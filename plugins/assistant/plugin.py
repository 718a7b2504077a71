"""An assistant for service staff: summaries, drafts, classes and translations by a language model of the operator's choice.

Nothing here writes to a record or sends a message: people and automations get texts, and decide.
"""

import json

import hospes
from componentize_py_types import Err

import blocks
import tasks
from failure import Failure
from settings import Settings
from texts import Texts


class Tools:
    """The tasks for automations and programs."""

    def call(self, name, arguments):
        settings = Settings.read()
        given = hospes.json(arguments)
        language = given.get("language") or settings.language
        try:
            answer = self._called(settings, name, given, language)
        except Failure as failure:
            failure.note()
            hospes.fail(failure.code, failure.text(settings.language), failure.retry_after_ms)
        return json.dumps(answer, ensure_ascii=False)

    def _called(self, settings, name, given, language):
        match name:
            case "summarise":
                return tasks.summarise(settings, given["ticket"], language)
            case "draft":
                return tasks.draft(settings, given["ticket"], given.get("language"), given.get("instructions", ""))
            case "classify":
                if ("ticket" in given) == ("text" in given):
                    raise Failure("one-of", "invalid")
                if "ticket" in given:
                    return tasks.classify_ticket(settings, given["ticket"], language)
                return tasks.classify_text(settings, given["text"], language)
            case "translate":
                return tasks.translate(settings, given["text"], given["to"])
        hospes.fail("not-found", f"there is no tool {name!r}; there are summarise, draft, classify and translate")


class Panel:
    """The tasks for people, on a ticket's page. Nothing is asked of the model before somebody presses a button."""

    def render(self, context):
        _ticket(context)
        settings = Settings.read()
        return blocks.offer(settings, Texts(context.language))

    def act(self, action):
        context = action.context
        ticket, settings, texts = _ticket(context), Settings.read(), Texts(context.language)
        given = hospes.object_of(action.parameters)
        try:
            drawn = blocks.result(
                action.name, self._done(settings, ticket, context.language, action.name, given), texts
            )
        except Failure as failure:
            failure.note()
            drawn = blocks.failed(failure.text(context.language), texts)
        except Err as error:
            # What isn't granted is for people to read, too.
            if error.value.code != "denied":
                raise
            drawn = blocks.failed(error.value.message, texts)
        return drawn + blocks.offer(settings, texts)

    def _done(self, settings, ticket, readers, name, given):
        language = "zh-CN" if readers.lower().startswith("zh") else "en"
        match name:
            case "summary":
                return tasks.summarise(settings, ticket, language)
            case "classify":
                return tasks.classify_ticket(settings, ticket, language)
            case "translate":
                return tasks.translate_latest(settings, ticket, language)
            case "draft":
                wanted = given["language"]
                return tasks.draft(
                    settings, ticket, None if wanted == "customer" else wanted, given.get("instructions", "")
                )
            case "translate-text":
                return tasks.translate(settings, given["text"], given["language"])
        hospes.fail("unsupported", f"the panel has no button {name!r}")


def _ticket(context):
    """The id of the ticket that a panel is drawn for."""
    if context.place != "ticket" or context.subject is None:
        hospes.fail("unsupported", f"there is no panel for the place {context.place!r}")
    return context.subject.id
