"""The host's interfaces, and what most plugins would write for themselves: ``import hospes``.

The modules of the contract (``records``, ``kv``, ``http``, ...) come from ``wit_world.imports``, which
``hospes plugin build`` makes of the contract; they are typed, and editors find them in ``target/python``.

What one of their functions refuses is raised as ``Err``: ``except hospes.Err as refused``, and ``refused.value`` has
``code``, ``message`` and ``retry_after_ms``.
"""

from __future__ import annotations

import json as _json
import re as _re
from datetime import date, datetime, timezone
from typing import Any, NoReturn

from componentize_py_types import Err
from wit_world.imports import attachments, clock, config, http, kv, mail, random, records, secrets, types
from wit_world.imports import log as _log

__all__ = [
    "Err", "answer", "attachments", "attributes", "clock", "config", "fail", "form", "header", "http", "json", "kv",
    "log", "mail", "object_of", "plain", "random", "records", "secrets", "setting", "text", "timestamp", "types",
    "value",
]

#: How deep JSON may be nested: what is deeper exhausts the interpreter's stack.
DEEPEST = 200


#: Half of a character, which JSON can have by an escape and UTF-8 can't: handed to the host it would end the call.
_HALF = _re.compile("[\ud800-\udfff]")


def fail(code: str, message: str, retry_after_ms: int | None = None) -> NoReturn:
    """Ends the call with an error: a word for programs, a sentence for people, and when to try again, if that helps."""
    raise Err(types.Error(code, message, retry_after_ms))


def text(data: bytes) -> str:
    """Text of bytes in UTF-8; what isn't UTF-8 becomes U+FFFD."""
    return data.decode("utf-8", "replace")


def _depth(written: str) -> int:
    deepest = now = 0
    quoted = escaped = False
    for sign in written:
        if quoted:
            if escaped:
                escaped = False
            elif sign == "\\":
                escaped = True
            elif sign == '"':
                quoted = False
        elif sign == '"':
            quoted = True
        elif sign in "[{":
            now += 1
            deepest = max(deepest, now)
        elif sign in "]}":
            now -= 1
    return deepest


def _whole(read: Any) -> Any:
    match read:
        case str():
            return _HALF.sub("\ufffd", read)
        case list():
            return [_whole(item) for item in read]
        case dict():
            return {_whole(name): _whole(item) for name, item in read.items()}
    return read


def json(body: bytes | str) -> Any:
    """What a body says in JSON; an error ``invalid`` where it isn't JSON or is nested too deep.

    Halves of characters become U+FFFD.
    """
    written = body if isinstance(body, str) else text(body)
    if _depth(written) > DEEPEST:
        fail("invalid", f"the JSON is nested deeper than {DEEPEST}")
    try:
        read = _json.loads(written)
    except ValueError as error:
        fail("invalid", f"the body isn't JSON: {error}")
    return _whole(read) if "\\ud" in written.lower() else read


def form(body: bytes | str) -> dict[str, str]:
    """The fields of a form (``application/x-www-form-urlencoded``); of one that comes twice the last."""
    from urllib.parse import parse_qsl

    return dict(parse_qsl(body if isinstance(body, str) else text(body), keep_blank_values=True))


def header(request: Any, name: str) -> str | None:
    """The value of a request's header, whatever its case."""
    return next((known.value for known in request.headers if known.name.lower() == name.lower()), None)


def plain(of: types.Value | None) -> Any:
    """A value of the contract as Python has it. Times are aware datetimes, money stays ``types.Money``."""
    match of:
        case None | types.Value_None_():
            return None
        case types.Value_Time(micros):
            return datetime.fromtimestamp(micros / 1_000_000, timezone.utc)
        case types.Value_Date(day):
            return date.fromisoformat(day)
        case types.Value_Json(written):
            return _json.loads(written)
        case _:
            return of.value


def value(of: Any) -> types.Value:
    """A value of Python as the contract has it."""
    match of:
        case None:
            return types.Value_None_()
        case bool():
            return types.Value_Boolean(of)
        case int():
            return types.Value_Integer(of)
        case float():
            return types.Value_Number(of)
        case str():
            return types.Value_Text(of)
        case datetime():
            return types.Value_Time(timestamp(of))
        case date():
            return types.Value_Date(of.isoformat())
        case types.Money():
            return types.Value_Money(of)
        case _:
            return types.Value_Json(_json.dumps(of, ensure_ascii=False))


def attributes(**named: Any) -> list[types.Attribute]:
    """Attributes: ``attributes(name="Li")``."""
    return [types.Attribute(name, value(of)) for name, of in named.items()]


def object_of(given: list[types.Attribute]) -> dict[str, Any]:
    """A dictionary of attributes."""
    return {one.name: plain(one.value) for one in given}


def timestamp(of: datetime | str) -> int:
    """A time, or its text in ISO 8601, as the contract has it: microseconds since 1970. Without a zone it is UTC."""
    try:
        at = datetime.fromisoformat(of) if isinstance(of, str) else of
    except ValueError:
        fail("invalid", f"{of!r} is no time")
    at = at if at.tzinfo else at.replace(tzinfo=timezone.utc)
    since = at - datetime(1970, 1, 1, tzinfo=timezone.utc)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def setting(name: str) -> Any:
    """A setting, with the manifest's default where nobody has set it."""
    return plain(config.get(name))


def answer(status: int, body: str | bytes | dict | list = "", headers: list[types.Header] | None = None) -> Any:
    """An answer to a webhook: text, bytes, or an object as JSON. For plugins with the ability ``channel``."""
    from wit_world.exports import channel

    kind = "text/plain; charset=utf-8" if isinstance(body, (str, bytes)) else "application/json"
    data = body if isinstance(body, bytes) else (body if isinstance(body, str) else _json.dumps(body)).encode()
    return channel.HttpAnswer(status, [types.Header("content-type", kind), *(headers or [])], data)


class log:
    """Lines in the installation's log. What is printed gets there, too."""

    @staticmethod
    def debug(line: str, **named: Any) -> None:
        _log.write(_log.Level.DEBUG, line, attributes(**named))

    @staticmethod
    def info(line: str, **named: Any) -> None:
        _log.write(_log.Level.INFO, line, attributes(**named))

    @staticmethod
    def warn(line: str, **named: Any) -> None:
        _log.write(_log.Level.WARN, line, attributes(**named))

    @staticmethod
    def error(line: str, **named: Any) -> None:
        _log.write(_log.Level.ERROR, line, attributes(**named))
