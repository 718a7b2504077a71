"""The Gaussian hypergeometric function, as far as the models need it."""

from math import exp, fabs, floor, inf, lgamma, log

#: Terms of a series at most. With z up to `_NEAR_ONE` a few hundred are enough.
_TERMS = 20_000
_PRECISION = 1e-13
#: Above this argument the series in z converges slowly, and the one in 1 - z is taken, unless parameters are so large that
#: its two terms would cancel.
_NEAR_ONE = 0.9
_LARGE = 20.0
#: How far from a whole number an exponent is kept where the formula in 1 - z has a removable pole. The error that this
#: brings in grows with the distance, what is lost by cancellation shrinks with it.
_APART = 1e-5


def hyp2f1(a: float, b: float, c: float, z: float) -> float:
    """2F1(a, b; c; z) for 0 <= z < 1 and a `c` that isn't 0, -1, -2, ...

    The power series (Abramowitz and Stegun 15.1.1); for z near 1, where it converges slowly, the linear transformation
    to 1 - z (15.3.6), unless c - a - b is so large that the series converges by itself.
    """
    if not 0.0 <= z < 1.0:
        raise ValueError(f"hyp2f1 is made for 0 <= z < 1, not {z}")
    excess = c - a - b
    if z <= _NEAR_ONE or excess > 8.0 or max(fabs(a), fabs(b), fabs(c)) > _LARGE:
        return _series(a, b, c, z)
    nearest = floor(excess + 0.5)
    if fabs(excess - nearest) < _APART:
        # The two terms of 15.3.6 have poles that cancel. The function is smooth there: take the middle of both sides.
        shift = _APART + excess - nearest
        return 0.5 * (_near_one(a, b, c - shift + 2 * _APART, z) + _near_one(a, b, c - shift, z))
    return _near_one(a, b, c, z)


def _series(a: float, b: float, c: float, z: float) -> float:
    term = total = 1.0
    for n in range(_TERMS):
        term *= (a + n) * (b + n) / ((c + n) * (n + 1)) * z
        total += term
        if fabs(term) <= _PRECISION * fabs(total):
            break
    return total


def _near_one(a: float, b: float, c: float, z: float) -> float:
    excess, rest = c - a - b, 1.0 - z
    first = _gammas((c, excess), (c - a, c - b))
    second = _gammas((c, -excess), (a, b))
    value = first * _series(a, b, 1.0 - excess, rest) if first else 0.0
    if second:
        value += second * exp(excess * log(rest)) * _series(c - a, c - b, 1.0 + excess, rest)
    return value


def _gammas(above: tuple[float, float], below: tuple[float, float]) -> float:
    """The product of two gamma functions over that of two others; 0 where one below has a pole."""
    if any(x <= 0.0 and x == floor(x) for x in below):
        return 0.0
    if any(x <= 0.0 and x == floor(x) for x in above):
        return inf
    sign = 1.0
    for x in (*above, *below):
        if x < 0.0 and floor(x) % 2:
            sign = -sign
    return sign * exp(sum(map(lgamma, above)) - sum(map(lgamma, below)))
