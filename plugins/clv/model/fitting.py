"""Fits both models to a sample of customers, by maximum likelihood, in steps that can be kept between two calls."""

from math import exp, log
from typing import Any, Callable, NamedTuple, Sequence

from . import bgnbd, gamma_gamma
from .history import History
from .simplex import Point, Simplex

#: So many customers, and so many with repeat purchases, are the least that the models are fitted to.
LEAST_CUSTOMERS = 100
LEAST_REPEATING = 30
#: A search is given up after so many evaluations, and begun anew from where it arrived so often: a simplex may collapse
#: before it is there, or lie level on both sides of it.
MOST_EVALUATIONS = 3_000
RESTARTS = 2
_TOLERANCE = 1e-9
#: Logarithms of parameters lie this near to where the search begins by default; beyond, data says nothing of them.
_FARTHEST = 10.0
#: A weak prior on the logarithms (normal, with a deviation of 10) ends searches where the likelihood grows for ever: for
#: example of customers none of whom ever left. Elsewhere it moves nothing that anybody could see.
_PRIOR = 0.5 / 10**2


class NotFitted(Exception):
    """Why there are no parameters."""


class Model(NamedTuple):
    """One of the models, as a search sees it: parameters are looked for by their logarithms, so that all are positive."""

    likelihood: Callable[[Any], float]
    parameters: Callable[[Point], Any]
    point: Callable[[Any], Point]
    start: Point

    def loss(self, point: Point) -> float:
        """What is to be made least."""
        away = [one - start for one, start in zip(point, self.start)]
        if max(map(abs, away)) > _FARTHEST:
            return float("inf")
        return _PRIOR * sum(one * one for one in away) - self.likelihood(self.parameters(point))


def counts_model(histories: Sequence[History]) -> Model:
    """The BG/NBD model of customers with purchases."""
    likelihood = bgnbd.Likelihood((one.x, one.tx, one.T) for one in histories)
    mean_age = sum(one.T for one in histories) / len(histories)
    return Model(
        likelihood=likelihood,
        parameters=lambda point: bgnbd.Parameters(*map(exp, point)),
        point=lambda of: [log(one) for one in of],
        start=[0.0, log(max(mean_age, 1.0) / 4), 0.0, 0.5],
    )


def worth_model(histories: Sequence[History]) -> Model:
    """The gamma-gamma model of customers with repeat purchases. `q` is looked for as `1 + exp(...)`."""
    repeating = [(one.x, one.mean) for one in histories if one.x]
    means = sorted(mean for _, mean in repeating)
    return Model(
        likelihood=gamma_gamma.Likelihood(repeating),
        parameters=lambda point: gamma_gamma.Parameters(exp(point[0]), 1.0 + exp(point[1]), exp(point[2])),
        point=lambda of: [log(of.p), log(of.q - 1.0), log(of.v)],
        start=[1.0, 0.7, log(max(means[len(means) // 2], 0.01))],
    )


def check(histories: Sequence[History]) -> None:
    """Refuses customers that the models can't be fitted to."""
    repeating = sum(1 for one in histories if one.x)
    if len(histories) < LEAST_CUSTOMERS:
        raise NotFitted(f"{len(histories)} customers with purchases are too few; there have to be {LEAST_CUSTOMERS}")
    if repeating < LEAST_REPEATING:
        raise NotFitted(
            f"{repeating} customers with purchases on more than one day are too few; there have to be {LEAST_REPEATING}"
        )


class Search:
    """The search for the parameters of one model."""

    def __init__(self, model: Model, kept: dict[str, Any] | None = None, before: Any = None):
        """Begins at `before`, parameters of an earlier time, if there are any; or goes on where it was `kept`."""
        self.model = model
        self.rounds = kept["rounds"] if kept else 0
        if kept:
            self.simplex = Simplex.resumed(kept["simplex"])
        else:
            self.simplex = Simplex(self._usable(before) or model.start)

    def _usable(self, before: Any) -> Point | None:
        """An earlier result, unless it lies where a search gets stuck."""
        point = self.model.point(before) if before else None
        near = point and all(abs(one - start) < _FARTHEST / 2 for one, start in zip(point, self.model.start))
        return point if near else None

    def state(self) -> dict[str, Any]:
        """What has to be kept for it to go on."""
        return {"rounds": self.rounds, "simplex": self.simplex.state()}

    def run(self, spent: Callable[[], bool]) -> bool:
        """Goes on until it is done or the time is spent; whether it is done. Raises `NotFitted` when it gives up."""
        while True:
            while not self.simplex.converged(_TOLERANCE):
                if self.simplex.evaluations > MOST_EVALUATIONS:
                    raise NotFitted(f"the search didn't converge within {MOST_EVALUATIONS} evaluations")
                if spent():
                    return False
                self.simplex.advance(self.model.loss)
            if self.log_likelihood == float("-inf"):
                raise NotFitted("the search found no parameters with a finite likelihood")
            if self.rounds >= RESTARTS:
                return True
            self.rounds += 1
            again = Simplex(self.simplex.best, step=0.2)
            again.evaluations = self.simplex.evaluations
            self.simplex = again

    @property
    def parameters(self) -> Any:
        """The best parameters so far."""
        return self.model.parameters(self.simplex.best)

    @property
    def log_likelihood(self) -> float:
        """Of the best parameters so far; minus infinity when there are none."""
        found = self.simplex.values and self.simplex.values[0] < float("inf")
        return self.model.likelihood(self.parameters) if found else float("-inf")
