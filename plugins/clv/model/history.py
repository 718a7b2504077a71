"""A customer's orders, as the models take them.

Orders of one day are one purchase. What isn't a purchase is left out and counted, so that reasons can name it. A refund (an
order of less than nothing) is set against the purchases before it, the newest first; a purchase that was refunded in full
is none. Amounts are whole hundredths of the currency: no sum is rounded.
"""

from collections import Counter
from typing import Iterable, NamedTuple


class Order(NamedTuple):
    """An order: the day (counted from 1970-01-01), the amount in hundredths, the currency."""

    day: int
    cents: int
    currency: str


class History(NamedTuple):
    """What a customer bought until a day, in one currency."""

    #: Day and amount in hundredths of each purchase, by day.
    purchases: list[tuple[int, int]]
    today: int
    #: Orders that don't count, by why: `currency`, `future`, `nothing`.
    left_out: Counter

    @property
    def x(self) -> int:
        """Repeat purchases: those after the first."""
        return len(self.purchases) - 1

    @property
    def tx(self) -> float:
        """Weeks from the first purchase to the last."""
        return (self.purchases[-1][0] - self.purchases[0][0]) / 7

    @property
    def T(self) -> float:
        """Weeks from the first purchase to today."""
        return (self.today - self.purchases[0][0]) / 7

    @property
    def mean(self) -> float:
        """What the repeat purchases were worth on average, in units of the currency; 0 without one."""
        return sum(cents for _, cents in self.purchases[1:]) / 100 / self.x if self.x else 0.0

    @property
    def total_cents(self) -> int:
        """What all purchases were worth."""
        return sum(cents for _, cents in self.purchases)

    @property
    def recency(self) -> int:
        """Days since the last purchase."""
        return self.today - self.purchases[-1][0]


def history(orders: Iterable[Order], today: int, currency: str) -> History:
    """The history of one customer; it may be without purchases."""
    left_out: Counter = Counter()
    bought: Counter = Counter()
    refunds = []
    for order in orders:
        if order.currency != currency:
            left_out["currency"] += 1
        elif order.day > today:
            left_out["future"] += 1
        elif order.cents == 0:
            left_out["nothing"] += 1
        elif order.cents < 0:
            refunds.append((order.day, -order.cents))
        else:
            bought[order.day] += order.cents
    for day, refunded in sorted(refunds):
        for before in sorted((one for one in bought if one <= day), reverse=True):
            taken = min(refunded, bought[before])
            bought[before] -= taken
            refunded -= taken
            if not refunded:
                break
    return History(sorted((day, cents) for day, cents in bought.items() if cents), today, left_out)
