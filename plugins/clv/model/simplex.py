"""The downhill simplex method of Nelder and Mead, in steps: a search can be kept between two calls and go on."""

from typing import Any, Callable, Sequence

Point = list[float]

_WORST = float("inf")
#: Corners this near to one another have met.
_MET = 1e-7


class Simplex:
    """A search for the point at which a function is least. Coefficients are the usual 1, 2, 1/2 and 1/2 (Nelder and Mead,
    Computer Journal 7, 1965)."""

    def __init__(self, start: Sequence[float], step: float = 0.5):
        self.points: list[Point] = [list(start)]
        for axis in range(len(start)):
            point = list(start)
            point[axis] += step
            self.points.append(point)
        self.values: list[float] | None = None
        self.evaluations = 0

    @classmethod
    def resumed(cls, kept: dict[str, Any]) -> "Simplex":
        """A search that was kept by `state`."""
        search = cls(kept["points"][0])
        search.points, search.values, search.evaluations = kept["points"], kept["values"], kept["evaluations"]
        return search

    def state(self) -> dict[str, Any]:
        """What has to be kept for the search to go on."""
        return {"points": self.points, "values": self.values, "evaluations": self.evaluations}

    @property
    def best(self) -> Point:
        """The best point so far."""
        return self.points[0]

    def converged(self, tolerance: float) -> bool:
        """Whether the values at the corners differ by so little, measured by the best one, or the corners have met: then
        all that is left between the values is rounding."""
        if self.values is None:
            return False
        if self.values[-1] - self.values[0] <= tolerance * (1.0 + abs(self.values[0])):
            return True
        return all(abs(one - best) <= _MET for point in self.points[1:] for one, best in zip(point, self.best))

    def advance(self, function: Callable[[Point], float]) -> None:
        """Makes one step: one or two evaluations, or one for each corner at the beginning or when it shrinks."""
        if self.values is None:
            self.values = [self._at(function, point) for point in self.points]
            self._sort()
            return
        values, worst = self.values, self.points[-1]
        centre = [sum(axis) / (len(self.points) - 1) for axis in zip(*self.points[:-1])]

        def towards(by: float) -> Point:
            return [c + by * (w - c) for c, w in zip(centre, worst)]

        reflected = towards(-1.0)
        value = self._at(function, reflected)
        if value < values[0]:
            expanded = towards(-2.0)
            further = self._at(function, expanded)
            chosen = (expanded, further) if further < value else (reflected, value)
        elif value < values[-2]:
            chosen = (reflected, value)
        else:
            outside = value < values[-1]
            contracted = towards(-0.5 if outside else 0.5)
            nearer = self._at(function, contracted)
            if nearer >= min(value, values[-1]):
                return self._shrink(function)
            chosen = (contracted, nearer)
        self.points[-1], values[-1] = chosen
        self._sort()

    def _shrink(self, function: Callable[[Point], float]) -> None:
        best = self.points[0]
        self.points[1:] = [[b + 0.5 * (p - b) for b, p in zip(best, point)] for point in self.points[1:]]
        self.values = [self.values[0], *(self._at(function, point) for point in self.points[1:])]
        self._sort()

    def _at(self, function: Callable[[Point], float], point: Point) -> float:
        self.evaluations += 1
        try:
            value = function(point)
        except (ArithmeticError, ValueError):
            return _WORST
        return value if value == value else _WORST

    def _sort(self) -> None:
        order = sorted(range(len(self.points)), key=self.values.__getitem__)
        self.points = [self.points[at] for at in order]
        self.values = [self.values[at] for at in order]
