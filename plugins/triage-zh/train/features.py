"""What the model sees of a text. `src/fold.rs`, `src/tags.rs` and `src/features.rs` do exactly the same.

A feature is a short text, such as `退款` or `tag:safety`; the model knows it by its hash.
"""

import pathlib

_SOURCE = pathlib.Path(__file__).parent.parent / "src"
#: No more than this many characters of a text are looked at.
JUDGED = 2_000
#: The longest n-gram of Han characters.
_LONGEST = 3
_NEGATIONS = {"not", "no", "never", "without", "cannot", "nothing", "hardly"}
#: So many words after a negation are marked as denied.
_REACH = 3
_NUMERALS = set("一二两三四五六七八九十百千几")
_MONEY = set("$€£¥")
_LINKS = ("http://", "https://", "www.")
#: Tokens up to each of these numbers make a class of length of their own.
_LENGTHS = (1, 3, 8, 20, 60)


def _table() -> dict[int, str]:
    pairs = (_SOURCE / "traditional.txt").read_text("utf-8").replace("\n", "")
    table = {ord(pairs[at]): pairs[at + 1] for at in range(0, len(pairs), 2)}
    table.update({code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)})
    table.update({0x3000: " ", 0x2018: "'", 0x2019: "'", 0xFFE5: "¥"})
    upper = {code: chr(code + 32) for code in range(ord("A"), ord("Z") + 1)}
    return {code: char.translate(upper) for code, char in {**table, **upper}.items()}


_FOLD = _table()


def _lists(name: str) -> list[tuple[str, list[str]]]:
    rows = (_SOURCE / name).read_text("utf-8").splitlines()
    return [(row.split(": ")[0], row.split(": ")[1].split("/")) for row in rows]


_TAGS = _lists("tags.txt")
_GROUPS = _lists("groups.txt")


def fold(text: str) -> str:
    """Simplified characters, lower case, plain letters and signs instead of full-width ones."""
    return text[:JUDGED].translate(_FOLD)


def is_han(char: str) -> bool:
    """Whether it is a Chinese character."""
    return "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf"


def _is_letter(char: str) -> bool:
    return "a" <= char <= "z" or char == "'"


def _is_alphanumeric(char: str) -> bool:
    return "a" <= char <= "z" or "0" <= char <= "9"


def _is_symbol(char: str) -> bool:
    """Emoji and the like, without what only modifies them."""
    code = ord(char)
    modifies = 0x1F3FB <= code <= 0x1F3FF or code in (0x200D, 0xFE0F)
    return (0x2190 <= code < 0x2C00 or 0x1F000 <= code < 0x20000) and not modifies


def _named(lists: list[tuple[str, list[str]]], folded: str) -> list[str]:
    """The lists of which a word is in the text; Latin words count only whole."""
    return [name for name, words in lists if any(contains(folded, word) for word in words)]


def listed() -> set[str]:
    """All words of the lists."""
    return {word for _, words in [*_TAGS, *_GROUPS] for word in words}


def contains(text: str, word: str) -> bool:
    """Whether a word is in a folded text."""
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        begins = not (_is_alphanumeric(word[0]) and at > 0 and _is_alphanumeric(text[at - 1]))
        ends = not (_is_alphanumeric(word[-1]) and end < len(text) and _is_alphanumeric(text[end]))
        if begins and ends:
            return True
        at = text.find(word, at + 1)
    return False


def shouted(text: str) -> bool:
    """Whether nearly all letters are capitals."""
    letters = [char for char in text[:JUDGED] if "a" <= char <= "z" or "A" <= char <= "Z"]
    return len(letters) >= 12 and sum(char < "a" for char in letters) * 10 >= len(letters) * 8


class _Clause:
    """What of a clause so far counts for its next word."""

    def __init__(self) -> None:
        self.word = ""
        self.denied = 0

    def take(self, word: str, found: set[str]) -> None:
        found.add(word)
        if len(word) > 5 and "'" not in word:
            found.add(word[:5] + "*")
        if self.word:
            found.add(f"{self.word} {word}")
        if self.denied:
            found.add("!" + word)
            self.denied -= 1
        if word in _NEGATIONS or word.endswith("n't"):
            self.denied = _REACH
        self.word = word


def features(text: str) -> set[str]:
    """All features of a text."""
    folded = fold(text)
    found: set[str] = set()
    clause = _Clause()
    tokens = marks = questions = at = 0
    while at < len(folded):
        char = folded[at]
        end = at + 1
        if folded.startswith(_LINKS, at):
            while end < len(folded) and not folded[end].isspace() and not is_han(folded[end]):
                end += 1
            found.add("<link>")
        elif is_han(char):
            while end < len(folded) and is_han(folded[end]):
                end += 1
            _han(folded[at:end], found)
            tokens += end - at
            clause = _Clause()
        elif _is_letter(char):
            while end < len(folded) and _is_letter(folded[end]):
                end += 1
            word = folded[at:end].strip("'")
            if word:
                clause.take(word, found)
                tokens += 1
        elif "0" <= char <= "9":
            while end < len(folded) and "0" <= folded[end] <= "9":
                end += 1
            clause.take("#" if end - at < 5 else "##", found)
            if end < len(folded) and is_han(folded[end]):
                found.add("#" + folded[end])
            tokens += 1
        elif char == "?":
            questions += 1
            found.add("?")
            clause = _Clause()
        elif char == "!":
            marks += 1
            found.add("!")
            clause = _Clause()
        elif char in _MONEY:
            found.add("<money>")
        elif _is_symbol(char):
            found.add(char)
            tokens += 1
        elif char not in " \t-":
            clause = _Clause()
        at = end
    if marks >= 3:
        found.add("!!!")
    if questions >= 2:
        found.add("??")
    if shouted(text):
        found.add("<capitals>")
    found.update("tag:" + tag for tag in _named(_TAGS, folded))
    found.update("group:" + group for group in _named(_GROUPS, folded))
    found.add(f"length:{sum(tokens > length for length in _LENGTHS)}")
    return found


def _han(run: str, found: set[str]) -> None:
    for at in range(len(run)):
        for end in range(at + 1, min(at + _LONGEST, len(run)) + 1):
            found.add(run[at:end])
        counts = run[at] in _NUMERALS and at + 1 < len(run) and run[at + 1] not in _NUMERALS
        if counts:
            found.add("#" + run[at + 1])
    found.add("^" + run[:2])
    found.add(run[-2:] + "$")


def hashed(feature: str) -> int:
    """FNV-1a with 32 bits of the feature's UTF-8."""
    value = 0x811C9DC5
    for byte in feature.encode("utf-8"):
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value
