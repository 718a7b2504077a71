"""What the last fit found, kept in the store."""

import json
from dataclasses import dataclass
from typing import Any

import hospes

from model import bgnbd, gamma_gamma, rfm
from settings import Settings

_KEY = "parameters"


@dataclass(frozen=True)
class Fitted:
    """The parameters of both models with what is needed to grade customers. Each part may be missing."""

    counts: bgnbd.Parameters | None = None
    worth: gamma_gamma.Parameters | None = None
    edges: rfm.Edges | None = None
    #: From which lifetime value on a customer is graded A, B and C.
    grades: tuple[float, ...] = ()
    #: Figures of the fit, for people and for the tool `fit`.
    about: dict[str, Any] | None = None

    def grade(self, value: float) -> str:
        """A to D for a lifetime value, by the company's customers; empty before the first fit."""
        return next((name for name, least in zip("ABC", self.grades) if value >= least), "D") if self.grades else ""


def read(settings: Settings) -> Fitted:
    """The last fit. What was fitted in another currency doesn't count."""
    kept = hospes.kv.get(_KEY)
    found = json.loads(kept) if kept else {}
    if found.get("currency") != settings.currency:
        return Fitted()
    return Fitted(
        counts=found["counts"] and bgnbd.Parameters(*found["counts"]),
        worth=found["worth"] and gamma_gamma.Parameters(*found["worth"]),
        edges=found["edges"] and rfm.Edges(*found["edges"]),
        grades=tuple(found["grades"]),
        about=found["about"],
    )


def write(settings: Settings, fitted: Fitted) -> None:
    """Keeps a fit."""
    kept = {
        "currency": settings.currency,
        "counts": fitted.counts,
        "worth": fitted.worth,
        "edges": fitted.edges,
        "grades": fitted.grades,
        "about": fitted.about,
    }
    hospes.kv.set(_KEY, json.dumps(kept).encode())
