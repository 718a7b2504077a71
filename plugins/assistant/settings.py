"""The installation's settings, read once a call."""

from dataclasses import dataclass

import hospes

from core.knowledge import Article


@dataclass(frozen=True)
class Settings:
    """As the manifest describes them."""

    url: str
    model: str
    authentication: str
    language: str
    #: None: the server's own.
    temperature: float | None
    token_field: str
    most_tokens: int
    json_mode: bool
    timeout_ms: int
    messages: int
    characters: int
    redact: bool
    knowledge: list[Article]

    @classmethod
    def read(cls) -> "Settings":
        """From the host."""
        of = hospes.setting
        return cls(
            url=of("api-url").rstrip("/") + "/chat/completions",
            model=of("model"),
            authentication=of("authentication"),
            language=of("language"),
            temperature=of("temperature"),
            token_field=of("token-field"),
            most_tokens=of("max-tokens"),
            json_mode=of("json-mode"),
            timeout_ms=of("timeout-seconds") * 1_000,
            messages=of("messages"),
            characters=of("input-characters"),
            redact=of("hide-personal-numbers"),
            knowledge=[Article(one["title"], one["text"]) for one in of("knowledge")],
        )
