"""Grades by recency, frequency and monetary value, each from 1 to 5 by the quintiles of the company's customers."""

from bisect import bisect_left
from typing import NamedTuple, Sequence

from .history import History


class Edges(NamedTuple):
    """Where the fifths of the customers end: four edges each."""

    #: Days since the last purchase.
    recency: list[float]
    #: Purchases.
    frequency: list[float]
    #: The sum of all purchases, in hundredths.
    monetary: list[float]


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value below which the share of the ordered values lies, between two values by proportion."""
    at = share * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)


def edges(histories: Sequence[History]) -> Edges:
    """The edges of customers that have purchases."""

    def fifths(values: list[int]) -> list[float]:
        values.sort()
        return [quantile(values, share / 5) for share in range(1, 5)]

    return Edges(
        fifths([one.recency for one in histories]),
        fifths([len(one.purchases) for one in histories]),
        fifths([one.total_cents for one in histories]),
    )


def scores(of: History, by: Edges) -> tuple[int, int, int]:
    """Recency, frequency and monetary value, 5 the best. Customers that are alike have the same."""
    return (
        5 - bisect_left(by.recency, of.recency),
        1 + bisect_left(by.frequency, len(of.purchases)),
        1 + bisect_left(by.monetary, of.total_cents),
    )


def segment(recency: int, frequency: int, monetary: int) -> str:
    """A word for the grades."""
    if frequency >= 4:
        if recency <= 2:
            return "at-risk"
        return "champion" if recency >= 4 and monetary >= 4 else "loyal"
    if recency >= 4:
        return "new" if frequency == 1 else "promising"
    return "lost" if recency <= 2 else "regular"
