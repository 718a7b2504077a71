"""The panel as blocks: what can be asked for, and what came of it."""

from typing import Any

import hospes
from wit_world import exports

from settings import Settings
from texts import Texts

_panel = exports.panel


def offer(settings: Settings, say: Texts) -> list[Any]:
    """The buttons and forms. They are the same at any time: the host lets a press through only for what it draws."""
    buttons = [_panel.Button(name, say(name)) for name in ("summary", "classify", "translate")]
    languages = [_panel.Choice("zh-CN", "中文"), _panel.Choice("en", "English")]
    customers = _panel.Choice("customer", say("customers"))
    nothing = hospes.value(None)
    text = _panel.InputKind.LONG_TEXT
    choice = _panel.InputKind.CHOICE
    draft = [
        _panel.Input("instructions", say("instructions"), text, False, nothing, []),
        _panel.Input("language", say("language"), choice, True, hospes.value("customer"), [customers, *languages]),
    ]
    translate = [
        _panel.Input("text", say("text"), text, True, nothing, []),
        _panel.Input("language", say("language"), choice, True, hospes.value("en"), languages),
    ]
    return [
        _panel.Block_Heading(say("heading")),
        _panel.Block_Text(say("advice", model=settings.model)),
        _panel.Block_Buttons(buttons),
        _panel.Block_Form(_panel.Form("draft", say("draft"), draft)),
        _panel.Block_Form(_panel.Form("translate-text", say("translate-text"), translate)),
    ]


def result(name: str, found: dict[str, Any], say: Texts) -> list[Any]:
    """What came of a task."""
    if name == "classify":
        shown = {
            say("class"): say(found["class"]),
            say("priority"): say(found["priority"]),
            say("sentiment"): found["sentiment"],
        }
        body = [_panel.Block_Fields(hospes.attributes(**shown)), *_listed(say, found, "reasons")]
    elif name == "summary":
        body = [_panel.Block_Text(found["summary"]), *_listed(say, found, "points", "open-questions", "next-step")]
    elif name == "draft":
        body = [_panel.Block_Text(found["answer"]), *_listed(say, found, "to-check", "sources")]
    else:
        body = [_panel.Block_Text(found["translation"])]
    title = say("translation") if name.startswith("translate") else say(name)
    return [_panel.Block_Heading(title), *body, _panel.Block_Text(_used(say, found))]


def failed(why: str, say: Texts) -> list[Any]:
    """Why nothing came of it."""
    return [_panel.Block_Text(say("failed", why=why))]


def _listed(say: Texts, found: dict[str, Any], *names: str) -> list[Any]:
    blocks = []
    for name in names:
        lines = [found[name]] if isinstance(found[name], str) else found[name]
        if any(lines):
            blocks.append(_panel.Block_Text("\n".join((say(name), *(f"• {line}" for line in lines)))))
    return blocks


def _used(say: Texts, found: dict[str, Any]) -> str:
    usage = found["usage"]
    if "prompt-tokens" not in usage or "completion-tokens" not in usage:
        return say("used-unknown", model=found["model"])
    return say("used", model=found["model"], prompt=usage["prompt-tokens"], completion=usage["completion-tokens"])
