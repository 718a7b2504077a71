"""What a customer's purchases are worth: the gamma-gamma model.

P. Fader, B. Hardie, "The Gamma-Gamma Model of Monetary Value" (2013). A customer's purchases vary around a mean of the
customer's own (gamma, shape `p`), and the means vary over the customers (gamma, `q` and `v`), whatever the number of
purchases. The less is known of a customer, the more the expected value leans towards that of all.

`x` is the number of repeat purchases and `mean` their mean value, in units of the currency.
"""

from collections import defaultdict
from math import lgamma, log
from typing import Iterable, NamedTuple


class Parameters(NamedTuple):
    """Of all customers together. `q` is over 1: else the customers' means would have no mean."""

    p: float
    q: float
    v: float


def population_mean(of: Parameters) -> float:
    """What a purchase of a customer of whom nothing is known is expected to be worth."""
    return of.p * of.v / (of.q - 1.0)


def expected_mean(of: Parameters, x: int, mean: float) -> float:
    """What a purchase of the customer is expected to be worth: equation (5) of the paper."""
    if x <= 0 or mean <= 0.0:
        return population_mean(of)
    return of.p * (of.v + x * mean) / (of.p * x + of.q - 1.0)


class Likelihood:
    """The log-likelihood of customers with repeat purchases: equation (1a) of the paper."""

    def __init__(self, customers: Iterable[tuple[int, float]]):
        groups: dict[int, list[float]] = defaultdict(list)
        for x, mean in customers:
            if x > 0 and mean > 0.0:
                groups[x].append(mean)
        self._groups = [(x, means, sum(map(log, means))) for x, means in groups.items()]
        self.rows = sum(len(means) for _, means, _ in self._groups)

    def __call__(self, of: Parameters) -> float:
        p, q, v = of
        total = 0.0
        fixed = q * log(v) - lgamma(q)
        for x, means, logs in self._groups:
            shape = p * x
            total += len(means) * (fixed + lgamma(shape + q) - lgamma(shape) + shape * log(x))
            total += (shape - 1.0) * logs
            total -= (shape + q) * sum([log(x * mean + v) for mean in means])
        return total
