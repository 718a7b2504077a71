"""Chooses of the company's articles those that speak of what the customer asks."""

import re
from collections import Counter
from typing import NamedTuple

#: Articles that go into a prompt at most.
_MOST = 3
#: Words that say nothing.
_COMMON = frozenset(
    "a an and are as at be can do for from have how i in is it my of on or our that the this to was we what when with you your".split()
)


class Article(NamedTuple):
    """Something that the company knows."""

    title: str
    text: str


def relevant(articles: list[Article], question: str) -> list[Article]:
    """The articles that have most of the question's terms, the best first; each term weighs the more the fewer articles
    have it. None where no article has any."""
    asked = _terms(question)
    owned = [(article, _terms(f"{article.title} {article.text}"), _terms(article.title)) for article in articles]
    spread = Counter(term for _, terms, _ in owned for term in terms)
    weighed = []
    for place, (article, terms, title) in enumerate(owned):
        weight = sum((2 if term in title else 1) / spread[term] for term in asked & terms)
        if weight:
            weighed.append((-weight, place, article))
    return [article for _, _, article in sorted(weighed)[:_MOST]]


def _terms(text: str) -> set[str]:
    """Words of letters and digits, and pairs of Chinese characters."""
    text = text.lower()
    words = {word for word in re.findall(r"[a-z0-9]{2,}", text) if word not in _COMMON}
    chinese = re.findall(r"[\u3400-\u9fff]+", text)
    return words | {run[at : at + 2] for run in chinese for at in range(max(1, len(run) - 1))}
