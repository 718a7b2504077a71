"""Customer lifetime value: how often customers will buy again, whether they still do, and what that is worth.

Here stands only what speaks to the host. The statistics stand in `model`, which knows nothing of it.
"""

import json

import hospes

import fit
import orders
import parameters
from batch import bounded
from model.history import Order
from scores import Scorer
from settings import Settings


def _scorer(settings):
    return Scorer(settings, parameters.read(settings), hospes.clock.now())


class Scoring:
    """Scores customers by their orders."""

    def score(self, subjects):
        settings = Settings.read()
        scorer = _scorer(settings)
        return bounded([score for one in subjects for score in scorer.scores(one.id, orders.of_subject(settings, one))])


class Schedule:
    """Fits the models at night, a step at a time."""

    def run(self, name, due):
        settings = Settings.read()
        if fit.due(settings, hospes.clock.now()):
            fit.step(settings)


class Tools:
    """Fits the models and predicts when asked to."""

    def call(self, name, arguments):
        given = hospes.json(arguments)
        settings = Settings.read()
        match name:
            case "fit":
                answer = fit.step(settings)
            case "parameters":
                answer = fit.describe(settings, parameters.read(settings))
            case "predict":
                answer = self._predict(settings, given)
            case _:
                hospes.fail("not-found", f"there is no tool {name!r}; there are fit, parameters and predict")
        return json.dumps(answer, ensure_ascii=False)

    def _predict(self, settings, given):
        scorer = _scorer(settings)
        asked = [(one, orders.of_customer(settings, one)) for one in given.get("customers", [])]
        asked += [(one["customer"], _orders(settings, one["orders"])) for one in given.get("histories", [])]
        predictions = [scorer.described(name, of) for name, of in asked]
        return {"currency": settings.currency, "fitted": scorer.fitted.counts is not None, "predictions": predictions}


class Panel:
    """Shows on a customer's page what is expected today: scores are as old as the event that they were computed at."""

    def render(self, context):
        if context.place != "customer" or context.subject is None:
            hospes.fail("unsupported", f"there is no panel for the place {context.place!r}")
        settings = Settings.read()
        return _scorer(settings).fields(context.language, orders.of_customer(settings, context.subject.id))

    def act(self, action):
        hospes.fail("unsupported", f"the panel has no button {action.name!r}")


def _orders(settings, given):
    """Orders as they were given to a tool."""
    return [
        Order(settings.day(hospes.timestamp(one["placed-at"])), orders.cents(one["amount"]), one["currency"])
        for one in given
    ]
