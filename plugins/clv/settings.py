"""The installation's settings, read once a call."""

from dataclasses import dataclass

import hospes

from model.bgnbd import Parameters
from model.lifetime import Terms

_DAY = 86_400_000_000


@dataclass(frozen=True)
class Settings:
    """As the manifest describes them."""

    currency: str
    language: str
    scores: frozenset[str]
    terms: Terms
    #: BG/NBD parameters for the time before the first fit.
    defaults: Parameters
    offset_minutes: int
    sample: int
    step_seconds: float
    fit_every_days: int

    @classmethod
    def read(cls) -> "Settings":
        """From the host."""
        of = hospes.setting
        return cls(
            currency=of("currency"),
            language=of("language"),
            scores=frozenset(of("scores")),
            terms=Terms(
                months=of("horizon-months"),
                discount=of("discount-percent") / 100,
                margin=of("margin-percent") / 100,
                next_days=of("next-days"),
                churn_days=of("churn-days"),
            ),
            defaults=Parameters(*(float(of(name)) for name in ("r", "alpha", "a", "b"))),
            offset_minutes=of("utc-offset-minutes"),
            sample=of("sample-customers"),
            step_seconds=of("step-ms") / 1_000,
            fit_every_days=of("fit-every-days"),
        )

    def day(self, at: int) -> int:
        """The company's day of a time in microseconds, counted from 1970-01-01."""
        return (at + self.offset_minutes * 60_000_000) // _DAY
