"""How often customers buy, and whether they still do: the BG/NBD model.

P. Fader, B. Hardie, K. L. Lee, "Counting Your Customers the Easy Way: An Alternative to the Pareto/NBD Model", Marketing
Science 24 (2005). While a customer is active, purchases come at random with a rate of the customer's own; after each
repeat purchase the customer may leave for good, with a chance of the customer's own. Rates are gamma distributed over
the customers (shape `r`, scale `alpha`), chances beta distributed (`a`, `b`).

Times are in weeks. What is known of a customer is `x`, the number of repeat purchases, `tx`, the age at the last of them
(0 without one), and `T`, the age now; age counts from the first purchase.
"""

from collections import defaultdict
from math import exp, inf, lgamma, log, log1p
from typing import Iterable, NamedTuple

from .special import hyp2f1

#: How far from the removable poles of `purchases` parameters are kept.
_APART = 1e-3


class Parameters(NamedTuple):
    """Of all customers together; each is positive."""

    r: float
    alpha: float
    a: float
    b: float


def alive(of: Parameters, x: int, tx: float, T: float) -> float:
    """The probability that the customer still buys. Without a repeat purchase it is 1: the model lets customers leave
    only after one. (Fader, Hardie, Lee: "Computing P(alive) Using the BG/NBD Model", 2008.)"""
    if x <= 0:
        return 1.0
    odds = log(of.a / (of.b + x - 1)) + (of.r + x) * log((of.alpha + T) / (of.alpha + tx))
    return 1.0 / (1.0 + exp(odds)) if odds < 700.0 else 0.0


def purchases(of: Parameters, x: int, tx: float, T: float, within: float) -> float:
    """How many purchases are expected within so many weeks from now: equation (10) of the paper.

    The paper's hypergeometric function is brought by Euler's transformation (Abramowitz and Stegun 15.3.3) into one in which
    `x` stands in the denominator alone, so that nothing overflows for customers with many purchases.
    """
    if within <= 0.0:
        return 0.0
    return max(0.0, _by_active(of, x, T, within)) * alive(of, x, tx, T)


def _by_active(of: Parameters, x: int, T: float, within: float) -> float:
    """How many purchases are expected of a customer who is active now."""
    r, alpha, a, b = of
    for pole, name in ((a - 1.0, "a"), (a + b + x - 1.0, "b")):
        if abs(pole) < _APART:
            # The function is smooth there, its formula isn't: take the middle of both sides.
            sides = (of._replace(**{name: getattr(of, name) + side}) for side in (-2 * _APART, 2 * _APART))
            return 0.5 * sum(_by_active(one, x, T, within) for one in sides)
    # 1 - z, where z is the hypergeometric function's argument.
    rest = (alpha + T) / (alpha + T + within)
    unspent = rest ** (a - 1.0) * hyp2f1(a + b - 1.0 - r, a - 1.0, a + b + x - 1.0, 1.0 - rest)
    return (a + b + x - 1.0) / (a - 1.0) * (1.0 - unspent)


def none_within(of: Parameters, x: int, tx: float, T: float, within: float) -> float:
    """The probability of no purchase within so many weeks from now.

    Of a customer who is still active the rate is gamma distributed with shape `r + x` and scale `alpha + T`, which gives
    the waiting time a Pareto distribution; one who has left buys nothing.
    """
    waiting = ((of.alpha + T) / (of.alpha + T + within)) ** (of.r + x)
    return 1.0 - alive(of, x, tx, T) * (1.0 - waiting)


def even_chance(of: Parameters, x: int, tx: float, T: float) -> float:
    """After how many weeks the chance that a purchase has come reaches one half; infinite when it never does."""
    still = alive(of, x, tx, T)
    if still <= 0.5:
        return inf
    exponent = -log(1.0 - 0.5 / still) / (of.r + x)
    return (of.alpha + T) * (exp(exponent) - 1.0) if exponent < 700.0 else inf


class Likelihood:
    """The log-likelihood of customers, whose like ones are counted once: equation (6) of the paper."""

    def __init__(self, customers: Iterable[tuple[int, float, float]]):
        groups: dict[int, dict[tuple[float, float], int]] = defaultdict(lambda: defaultdict(int))
        for x, tx, T in customers:
            groups[x][tx if x else 0.0, T] += 1
        self._groups = [(x, sum(same.values()), [(*ages, n) for ages, n in same.items()]) for x, same in groups.items()]
        #: How many different customers there are: an evaluation takes so long.
        self.rows = sum(len(rows) for _, _, rows in self._groups)

    def __call__(self, of: Parameters) -> float:
        r, alpha, a, b = of
        total = 0.0
        fixed = r * log(alpha) - lgamma(r) + lgamma(a + b) - lgamma(b)
        for x, customers, rows in self._groups:
            shape = r + x
            total += customers * (fixed + lgamma(shape) + lgamma(b + x) - lgamma(a + b + x))
            if not x:
                total -= shape * sum(n * log(alpha + T) for _, T, n in rows)
                continue
            odds = log(a / (b + x - 1.0))
            for tx, T, n in rows:
                active = -shape * log(alpha + T)
                left = odds - shape * log(alpha + tx)
                larger, smaller = (active, left) if active > left else (left, active)
                total += n * (larger + log1p(exp(smaller - larger)))
        return total
