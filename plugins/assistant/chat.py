"""One request to a server that speaks OpenAI's chat completions interface, and what may come of it."""

import json
import re
from typing import Any

import hospes
from componentize_py_types import Err

from core.answers import Answer, Unreadable, completion
from failure import Failure
from settings import Settings

#: Characters of a server's error that people are shown.
_LONGEST_DETAIL = 300
#: How long to wait where a server doesn't say, and at most where it does.
_WAIT_MS = 20_000
_LONGEST_WAIT_MS = 3_600_000

_UNREADABLE = {"empty": "no-answer", "cut-off": "cut-off", "filtered": "filtered", "no-json": "no-json"}


def ask(settings: Settings, messages: list[dict[str, str]]) -> Answer:
    """The model's answer. Raises `Failure`."""
    body: dict[str, Any] = {
        "model": settings.model,
        "messages": messages,
        "stream": False,
        settings.token_field: settings.most_tokens,
    }
    if settings.temperature is not None:
        body["temperature"] = settings.temperature
    if settings.json_mode:
        body["response_format"] = {"type": "json_object"}
    response = _send(settings, json.dumps(body, ensure_ascii=False).encode())
    if response.status != 200:
        raise _refused(settings, response)
    answered = _json(response.body)
    if not isinstance(answered, dict):
        raise Failure("not-chat", "conflict", detail=_detail(answered, response.body))
    if answered.get("error"):
        raise Failure("server-error", "unavailable", _WAIT_MS, status=200, detail=_detail(answered, response.body))
    try:
        return completion(answered)
    except Unreadable as why:
        raise unreadable(why, settings) from None


def unreadable(why: Unreadable, settings: Settings) -> Failure:
    """The failure that an answer which can't be used stands for."""
    return Failure(_UNREADABLE[why.args[0]], "conflict", tokens=settings.most_tokens)


def _send(settings: Settings, body: bytes) -> Any:
    http = hospes.http
    headers = [
        http.RequestHeader("content-type", [http.Piece_Text("application/json")]),
        http.RequestHeader("accept", [http.Piece_Text("application/json")]),
        http.RequestHeader("idempotency-key", [http.Piece_Text(http.idempotency_key())]),
    ]
    key = http.Piece_Secret("api-key")
    if settings.authentication == "bearer":
        headers.append(http.RequestHeader("authorization", [http.Piece_Text("Bearer "), key]))
    elif settings.authentication == "api-key":
        headers.append(http.RequestHeader("api-key", [key]))
    url = [http.Piece_Text(settings.url)]
    try:
        return http.send(http.Request("POST", url, headers, http.Content_Bytes(body), settings.timeout_ms))
    except Err as error:
        raise _unsent(settings, error.value) from None


def _unsent(settings: Settings, error: Any) -> Failure:
    match error.code:
        case "timed-out":
            return Failure("timed-out", "timed-out", _WAIT_MS, seconds=settings.timeout_ms // 1_000)
        case "denied":
            return Failure("not-granted", "denied", detail=error.message)
        case "not-found":
            return Failure("no-key", "denied", detail=error.message)
        case "limit-exceeded":
            return Failure("not-chat", "conflict", detail=error.message)
        case _:
            return Failure("unreachable", "unavailable", error.retry_after_ms or _WAIT_MS, detail=error.message)


def _refused(settings: Settings, response: Any) -> Failure:
    """What a status other than 200 means."""
    status, answered = response.status, _json(response.body)
    detail = _detail(answered, response.body)
    if status in (401, 403):
        return Failure("key-refused", "denied", status=status, detail=detail)
    if status == 404:
        return Failure("no-model", "not-found", model=settings.model, url=settings.url, detail=detail)
    if status == 402 or (status == 429 and _code(answered) in ("insufficient_quota", "billing_hard_limit_reached")):
        return Failure("no-credit", "denied", detail=detail)
    if status == 429:
        wait = _wait(response)
        return Failure("rate-limited", "unavailable", wait, seconds=-(-wait // 1_000))
    if status == 408 or status >= 500:
        wait = _wait(response)
        return Failure("server-error", "unavailable", wait, status=status, detail=detail)
    return Failure("bad-request", "invalid", status=status, detail=detail)


def _wait(response: Any) -> int:
    """How long to wait, in milliseconds: `retry-after-ms`, or `retry-after` in seconds. A date isn't looked at: servers of
    this interface don't send one."""
    for name, factor in (("retry-after-ms", 1), ("retry-after", 1_000)):
        try:
            wait = float(hospes.header(response, name) or "") * factor
        except ValueError:
            continue
        if 0 <= wait < float("inf"):
            return min(int(wait), _LONGEST_WAIT_MS)
    return _WAIT_MS


def _json(body: bytes) -> Any:
    try:
        return hospes.json(body)
    except Err:
        return None


def _code(answered: Any) -> str:
    error = answered.get("error") if isinstance(answered, dict) else None
    return str(error.get("code") or error.get("type") or "") if isinstance(error, dict) else ""


def _detail(answered: Any, body: bytes) -> str:
    """What the server says of it: in `error.message`, in `error`, `message` or `detail`, or the text of a page."""
    fields = answered if isinstance(answered, dict) else {}
    error = fields.get("error")
    candidates = (
        error.get("message") if isinstance(error, dict) else error,
        fields.get("message"),
        fields.get("detail"),
    )
    page = re.sub(r"<[^>]*>", " ", hospes.text(body[: 8 * _LONGEST_DETAIL]))
    found = next((one for one in candidates if isinstance(one, str) and one), page)
    return " ".join(found.split())[:_LONGEST_DETAIL].rstrip(" .。")
