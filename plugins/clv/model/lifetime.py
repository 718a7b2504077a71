"""All predictions for one customer: both models together."""

from math import inf
from typing import NamedTuple

from . import bgnbd, gamma_gamma
from .history import History

#: Weeks of a month, and of a day.
MONTH = 365.25 / 12 / 7
DAY = 1 / 7


class Terms(NamedTuple):
    """What the company wants to know."""

    #: How many months the lifetime value and the expected purchases reach.
    months: int = 12
    #: Discount a year: 0.1 is ten per cent.
    discount: float = 0.1
    #: The part of a purchase's value that is counted.
    margin: float = 1.0
    #: Within how many days the next purchase is looked for.
    next_days: int = 30
    #: After how many days without a purchase a customer counts as lost.
    churn_days: int = 180


class Prediction(NamedTuple):
    """What is expected of a customer."""

    alive: float
    #: Purchases within the months.
    purchases: float
    #: The probability of one within `next_days`.
    next_purchase: float
    #: Days until the probability of one reaches a half; infinite when it never does.
    even_chance_days: float
    #: The probability of none within `churn_days`.
    churn: float
    #: The value of a purchase, in units of the currency.
    average_value: float
    #: The discounted value of the purchases within the months, in units of the currency.
    value: float


def predict(counts: bgnbd.Parameters, worth: gamma_gamma.Parameters | None, of: History, terms: Terms) -> Prediction:
    """What is expected of a customer with at least one purchase. While the gamma-gamma model isn't fitted, a purchase is
    taken to be worth what the customer's purchases were worth on average."""
    x, tx, T = of.x, of.tx, of.T
    if worth:
        average = gamma_gamma.expected_mean(worth, x, of.mean)
    else:
        average = of.total_cents / 100 / len(of.purchases)
    value, purchases = lifetime_value(counts, x, tx, T, average * terms.margin, terms.months, terms.discount)
    return Prediction(
        alive=bgnbd.alive(counts, x, tx, T),
        purchases=purchases,
        next_purchase=1.0 - bgnbd.none_within(counts, x, tx, T, terms.next_days * DAY),
        even_chance_days=bgnbd.even_chance(counts, x, tx, T) / DAY,
        churn=bgnbd.none_within(counts, x, tx, T, terms.churn_days * DAY),
        average_value=average,
        value=value,
    )


def lifetime_value(
    counts: bgnbd.Parameters, x: int, tx: float, T: float, average: float, months: int, discount: float
) -> tuple[float, float]:
    """The value of a customer's purchases of the coming months, each month's discounted from its end, and how many they
    are. `discount` is by the year."""
    monthly = (1.0 + discount) ** (1 / 12)
    value = before = 0.0
    for month in range(1, months + 1):
        until = bgnbd.purchases(counts, x, tx, T, month * MONTH)
        value += (until - before) * average / monthly**month
        before = until
    return value, before


def is_never(days: float) -> bool:
    """Whether a waiting time is one that nobody waits: ten years and more."""
    return days == inf or days > 3_650
