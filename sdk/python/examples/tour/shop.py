"""What several interfaces need: requests with a token, and the languages."""

import json

import hospes
from hospes import http

APP = "https://radwerk.example.com"


def request(secret, method, url, body=b"", headers=()):
    """A request with a secret as bearer token. The host puts it in on the way out; the plugin never sees it."""
    made = [http.RequestHeader("authorization", [http.Piece_Text("Bearer "), http.Piece_Secret(secret)])]
    made += [http.RequestHeader(name, [http.Piece_Text(value)]) for name, value in headers]
    return http.Request(method, [http.Piece_Text(url)], made, http.Content_Bytes(body), None)


def post(secret, url, key, body):
    """A request that brings JSON. Who gets it a second time knows it by its key."""
    headers = [("content-type", "application/json"), ("idempotency-key", key)]
    return request(secret, "POST", url, json.dumps(body, ensure_ascii=False).encode(), headers)


def good(response):
    """The answer if it is a good one. What may pass is ``unavailable`` and tried again; anything else is final."""
    if 200 <= response.status < 300:
        return response
    answered = f"The app answered {response.status}."
    if response.status == 429 or response.status >= 500:
        hospes.fail("unavailable", answered, 10_000)
    hospes.fail("invalid", answered)


def is_chinese(language):
    return isinstance(language, str) and language.startswith("zh")


def staff_is_chinese():
    """Whether the staff reads Chinese: reasons and mails have no reader whose language the host could name."""
    return is_chinese(hospes.setting("language"))
