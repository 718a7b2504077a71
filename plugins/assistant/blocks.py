"""The panel as blocks: what can be asked for, and what came of it."""

from typing import Any

import hospes
from wit_world import exports

from settings import Settings
from texts import Texts

_panel = exports.panel


def offer(settings: Settings, texts: Texts) -> list[Any]:
    """The buttons and forms. They are the same at any time: the host lets a press through only for what it draws."""
    buttons = [_panel.Button(name, texts(name)) for name in ("summary", "classify", "translate")]
    languages = [_panel.Choice("zh-CN", "中文"), _panel.Choice("en", "English")]
    customers = _panel.Choice("customer", texts("customers"))
    nothing = hospes.value(None)
    text = _panel.InputKind.LONG_TEXT
    choice = _panel.InputKind.CHOICE
    draft = [
        _panel.Input("instructions", texts("instructions"), text, False, nothing, []),
        _panel.Input("language", texts("language"), choice, True, hospes.value("customer"), [customers, *languages]),
    ]
    translate = [
        _panel.Input("text", texts("text"), text, True, nothing, []),
        _panel.Input("language", texts("language"), choice, True, hospes.value("en"), languages),
    ]
    return [
        _panel.Block_Heading(texts("heading")),
        _panel.Block_Text(texts("advice", model=settings.model)),
        _panel.Block_Buttons(buttons),
        _panel.Block_Form(_panel.Form("draft", texts("draft"), draft)),
        _panel.Block_Form(_panel.Form("translate-text", texts("translate-text"), translate)),
    ]


def result(name: str, found: dict[str, Any], texts: Texts) -> list[Any]:
    """What came of a task."""
    if name == "classify":
        shown = {
            texts("class"): texts(found["class"]),
            texts("priority"): texts(found["priority"]),
            texts("sentiment"): found["sentiment"],
        }
        body = [_panel.Block_Fields(hospes.attributes(**shown)), *_listed(texts, found, "reasons")]
    elif name == "summary":
        body = [_panel.Block_Text(found["summary"]), *_listed(texts, found, "points", "open-questions", "next-step")]
    elif name == "draft":
        body = [_panel.Block_Text(found["answer"]), *_listed(texts, found, "to-check", "sources")]
    else:
        body = [_panel.Block_Text(found["translation"])]
    title = texts("translation") if name.startswith("translate") else texts(name)
    return [_panel.Block_Heading(title), *body, _panel.Block_Text(_used(texts, found))]


def failed(why: str, texts: Texts) -> list[Any]:
    """Why nothing came of it."""
    return [_panel.Block_Text(texts("failed", why=why))]


def _listed(texts: Texts, found: dict[str, Any], *names: str) -> list[Any]:
    blocks = []
    for name in names:
        lines = [found[name]] if isinstance(found[name], str) else found[name]
        if any(lines):
            blocks.append(_panel.Block_Text("\n".join((texts(name), *(f"• {line}" for line in lines)))))
    return blocks


def _used(texts: Texts, found: dict[str, Any]) -> str:
    usage = found["usage"]
    if "prompt-tokens" not in usage or "completion-tokens" not in usage:
        return texts("used-unknown", model=found["model"])
    return texts("used", model=found["model"], prompt=usage["prompt-tokens"], completion=usage["completion-tokens"])
