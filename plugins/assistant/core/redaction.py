"""Hides what identifies people before a text leaves the company, and puts it back into what comes."""

import re
from collections import Counter

#: What is hidden, in the order in which it is looked for.
_KINDS = tuple(
    (kind, re.compile(pattern, re.ASCII))
    for kind, pattern in (
        ("email", r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"),
        ("id-number", r"(?<!\d)[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)"),
        ("card", r"(?<!\d)\d(?:[ -]?\d){14,18}(?!\d)"),
        ("phone", r"(?<![\d+])(?:\+\d{1,3}[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)"),
        ("phone", r"(?<![\d+])\+\d(?:[ ().-]{0,2}\d){6,14}(?!\d)"),
        ("phone", r"(?<!\d)0\d{2,3}[ -]\d{7,8}(?!\d)"),
    )
)


class Redactor:
    """Replaces e-mail addresses, phone, card and Chinese identity numbers by marks such as `[phone-1]`: the same one by
    the same mark."""

    def __init__(self, active: bool = True):
        self._active = active
        self._counts: Counter = Counter()
        self._marks: dict[str, str] = {}
        self._originals: dict[str, str] = {}

    def hide(self, text: str) -> str:
        """The text with marks."""
        if not self._active:
            return text
        for kind, pattern in _KINDS:
            text = pattern.sub(lambda found, kind=kind: self._mark(kind, found.group()), text)
        return text

    def restore(self, text: str) -> str:
        """The text with what its marks stand for."""
        return re.sub(r"\[[a-z-]+-\d+\]", lambda found: self._originals.get(found.group(), found.group()), text)

    def _mark(self, kind: str, original: str) -> str:
        if kind == "card" and not _has_check_digit(original):
            # A long number that isn't a card's, such as an order's.
            return original
        if original not in self._marks:
            self._counts[kind] += 1
            mark = f"[{kind}-{self._counts[kind]}]"
            self._marks[original] = mark
            self._originals[mark] = original
        return self._marks[original]


def _has_check_digit(number: str) -> bool:
    """Whether the last digit is right by Luhn's formula (ISO/IEC 7812-1)."""
    digits = [int(sign) for sign in reversed(number) if sign.isdigit()]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
