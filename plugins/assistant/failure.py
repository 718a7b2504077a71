"""Why a task didn't succeed, in the reader's language."""

from typing import Any

import hospes

from texts import Texts


class Failure(Exception):
    """`name` is that of a text, `code` a word of the contract's, `given` what stands in the text."""

    def __init__(self, name: str, code: str, retry_after_ms: int | None = None, **given: Any):
        super().__init__(name)
        self.name = name
        self.code = code
        self.retry_after_ms = retry_after_ms
        self.given = given

    def text(self, language: str) -> str:
        """What it says to a person."""
        return Texts(language)(self.name, **self.given)

    def note(self) -> None:
        """Writes it into the operator's log: of some errors whoever asked learns nothing but that they happened."""
        hospes.log.warn(self.text("en"), code=self.code, retry_after_ms=self.retry_after_ms)
