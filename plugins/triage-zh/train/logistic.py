"""Multinomial logistic regression on sets of features, by AdaGrad: plain arithmetic in a fixed order, so that the same
texts give the same weights."""

import math
import random
from typing import NamedTuple, Sequence

#: A text's feature numbers that the model knows, and one over the square root of how many it has altogether.
Row = tuple[list[int], float]


class Options(NamedTuple):
    """How a model is fitted."""

    epochs: int
    rate: float
    #: The weight of a squared weight against one text's loss.
    decay: float


def softmax(scores: Sequence[float]) -> list[float]:
    """Scores as shares of one."""
    most = max(scores)
    powers = [math.exp(score - most) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


class Model:
    """Weights for each feature and outcome, and what each outcome weighs by itself."""

    def __init__(self, features: int, outcomes: int) -> None:
        self.weights = [[0.0] * outcomes for _ in range(features)]
        self.bias = [0.0] * outcomes

    def scores(self, row: Row) -> list[float]:
        """How much speaks for each outcome."""
        indices, value = row
        sums = [0.0] * len(self.bias)
        for index in indices:
            for outcome, weight in enumerate(self.weights[index]):
                sums[outcome] += weight
        return [bias + value * total for bias, total in zip(self.bias, sums)]


def fit(
    rows: list[Row], targets: list[list[float]], importance: list[float], features: int, options: Options
) -> Model:
    """Fits to shares that each text's outcomes should have."""
    outcomes = len(targets[0])
    model = Model(features, outcomes)
    squares = [[1e-8] * outcomes for _ in range(features)]
    bias_squares = [1e-8] * outcomes
    occurrences = [0] * features
    for indices, _ in rows:
        for index in indices:
            occurrences[index] += 1
    # What a feature's weight costs is shared out among the texts that have it.
    cost = [options.decay / max(count, 1) for count in occurrences]
    chance = random.Random(20260105)
    for _ in range(options.epochs):
        order = sorted(range(len(rows)), key=lambda _: chance.random())
        for at in order:
            indices, value = rows[at]
            shares = softmax(model.scores(rows[at]))
            errors = [importance[at] * (share - target) for share, target in zip(shares, targets[at])]
            for outcome, error in enumerate(errors):
                bias_squares[outcome] += error * error
                model.bias[outcome] -= options.rate * error / math.sqrt(bias_squares[outcome])
            steps = [error * value for error in errors]
            for index in indices:
                weights, square, each = model.weights[index], squares[index], cost[index]
                for outcome, step in enumerate(steps):
                    slope = step + each * weights[outcome]
                    square[outcome] += slope * slope
                    weights[outcome] -= options.rate * slope / math.sqrt(square[outcome])
    return model
