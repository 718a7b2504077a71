"""The predictions for one customer: as scores, as the answer of a tool, and as a panel."""

from datetime import date
from math import ceil
from typing import Any, Iterable, NamedTuple

import hospes
from wit_world import exports

from model import gamma_gamma, rfm
from model.history import History, Order, history
from model.lifetime import Prediction, is_never, predict
from parameters import Fitted
from settings import Settings
from texts import Texts, amount, day, percent


class Customer(NamedTuple):
    """A customer with purchases, and what is expected."""

    history: History
    expected: Prediction
    #: Recency, frequency and monetary value, 1 to 5; none before there are customers to compare with.
    rfm: tuple[int, int, int] | None


class Scorer:
    """Scores customers with the settings and parameters of the call."""

    def __init__(self, settings: Settings, fitted: Fitted, now: int):
        self.settings = settings
        self.fitted = fitted
        self.today = settings.day(now)

    def customer(self, orders: Iterable[Order]) -> Customer | History:
        """The customer with these orders; the bare history where it has no purchases."""
        of = history(orders, self.today, self.settings.currency)
        if not of.purchases:
            return of
        counts = self.fitted.counts or self.settings.defaults
        expected = predict(counts, self.fitted.worth, of, self.settings.terms)
        grades = rfm.scores(of, self.fitted.edges) if self.fitted.edges else None
        return Customer(of, expected, grades)

    def scores(self, subject: str, orders: Iterable[Order]) -> list[Any]:
        """The scores that the settings want."""
        one = self.customer(orders)
        if not isinstance(one, Customer):
            return []
        return [
            exports.scoring.CustomerScore(subject, name, value, grade, reasons)
            for name, value, grade, reasons in self._scores(one)
            if name in self.settings.scores
        ]

    def _scores(self, of: Customer) -> Iterable[tuple[str, float, str, list[str]]]:
        expected, terms, texts = of.expected, self.settings.terms, Texts(self.settings.language)
        common = [self._bought(texts, of), *self._caveats(texts, of.history)]
        alive = texts("alive", alive=percent(expected.alive)) if of.history.x else texts("single")
        months = texts(
            "expected",
            months=terms.months,
            purchases=f"{expected.purchases:.2f}",
            average=amount(expected.average_value, self.settings.currency),
        )
        discounted = texts("terms", discount=f"{100 * terms.discount:g}", margin=f"{100 * terms.margin:g}")
        value = round(expected.value, 2)
        yield "value", value, self.fitted.grade(value), [months, discounted, alive, *common]
        yield "purchases", round(expected.purchases, 2), "", [months, alive, *common]
        yield "average-value", round(expected.average_value, 2), "", [self._average(texts, of), *common]
        grade = _grade(expected.alive, (0.7, "active"), (0.3, "doubtful"), "lapsed")
        yield "alive", round(expected.alive, 3), grade, [alive, *common]
        chance = texts("next", days=terms.next_days, chance=percent(expected.next_purchase))
        grade = _grade(expected.next_purchase, (0.5, "likely"), (0.2, "possible"), "unlikely")
        yield "next-purchase", round(expected.next_purchase, 3), grade, [chance, self._even(texts, expected), *common]
        silent = texts("churn", days=terms.churn_days, chance=percent(expected.churn))
        grade = _grade(expected.churn, (0.7, "high"), (0.4, "medium"), "low")
        yield "churn", round(expected.churn, 3), grade, [silent, alive, *common]
        if of.rfm:
            recency, frequency, monetary = of.rfm
            yield "rfm", 100.0 * recency + 10 * frequency + monetary, rfm.segment(*of.rfm), self._graded(texts, of)

    def _bought(self, texts: Texts, of: Customer) -> str:
        return texts("bought", count=len(of.history.purchases), last=day(of.history.purchases[-1][0]))

    def _even(self, texts: Texts, expected: Prediction) -> str:
        by = self._even_chance(expected)
        return texts("even", by=by) if by else texts("never")

    def _average(self, texts: Texts, of: Customer) -> str:
        if not self.fitted.worth:
            return texts("own")
        of_all = amount(gamma_gamma.population_mean(self.fitted.worth), self.settings.currency)
        if not of.history.x:
            return texts("of-all", all=of_all)
        return texts("leaning", count=of.history.x, own=amount(of.history.mean, self.settings.currency), all=of_all)

    def _graded(self, texts: Texts, of: Customer) -> list[str]:
        recency, frequency, monetary = of.rfm
        total = amount(of.history.total_cents / 100, self.settings.currency)
        return [
            texts("recency", grade=recency, days=of.history.recency),
            texts("frequency", grade=frequency, count=len(of.history.purchases)),
            texts("monetary", grade=monetary, total=total),
            *self._left_out(texts, of.history),
        ]

    def _caveats(self, texts: Texts, of: History) -> list[str]:
        return [*self._left_out(texts, of), *([] if self.fitted.counts else [texts("defaults")])]

    def _left_out(self, texts: Texts, of: History) -> list[str]:
        return [texts(why, count=count) for why, count in sorted(of.left_out.items())]

    def described(self, name: str, orders: Iterable[Order]) -> dict[str, Any]:
        """What is expected of a customer, as the tool `predict` answers it."""
        one = self.customer(orders)
        of = one.history if isinstance(one, Customer) else one
        answer: dict[str, Any] = {"customer": name, "purchases": len(of.purchases)}
        if of.left_out:
            answer["left-out"] = dict(sorted(of.left_out.items()))
        if not isinstance(one, Customer):
            return answer
        expected = one.expected
        return {
            **answer,
            "last-purchase": day(of.purchases[-1][0]).isoformat(),
            "alive": round(expected.alive, 6),
            "expected-purchases": round(expected.purchases, 6),
            "next-purchase": round(expected.next_purchase, 6),
            "even-chance-by": (by := self._even_chance(expected)) and by.isoformat(),
            "churn": round(expected.churn, 6),
            "average-value": self._money(expected.average_value),
            "value": self._money(expected.value),
            "value-grade": self.fitted.grade(expected.value),
            "rfm": one.rfm and "".join(map(str, one.rfm)),
            "segment": one.rfm and rfm.segment(*one.rfm),
        }

    def _even_chance(self, expected: Prediction) -> date | None:
        """The first day by which a purchase is more likely than not."""
        days = expected.even_chance_days
        return None if is_never(days) else day(self.today + ceil(days))

    def _money(self, units: float) -> dict[str, str]:
        return {"amount": f"{units:.2f}", "currency": self.settings.currency}

    def fields(self, language: str, orders: Iterable[Order]) -> list[Any]:
        """The panel's blocks of a customer."""
        block, texts, terms = exports.panel, Texts(language), self.settings.terms
        heading = block.Block_Heading(texts("heading"))
        one = self.customer(orders)
        if not isinstance(one, Customer):
            lines = [texts("none", currency=self.settings.currency), *self._left_out(texts, one)]
            return [heading, *map(block.Block_Text, lines)]
        expected = one.expected
        shown = {
            texts("value", months=terms.months): hospes.types.Money(**self._money(expected.value)),
            texts("purchases", months=terms.months): round(expected.purchases, 2),
            texts("average-value"): hospes.types.Money(**self._money(expected.average_value)),
            texts("alive-label"): percent(expected.alive),
            texts("next-label", days=terms.next_days): percent(expected.next_purchase),
            texts("churn-label", days=terms.churn_days): percent(expected.churn),
            texts("even-label"): self._even_chance(expected),
            texts("count"): len(one.history.purchases),
            texts("last"): day(one.history.purchases[-1][0]),
        }
        if one.rfm:
            shown[texts("rfm")] = f"{''.join(map(str, one.rfm))} ({rfm.segment(*one.rfm)})"
        notes = ([] if one.history.x else [texts("single")]) + self._caveats(texts, one.history)
        if self.fitted.about:
            about = self.fitted.about
            notes.append(texts("fitted", at=about["fitted-at"][:10], customers=about["customers"]))
        return [heading, block.Block_Fields(hospes.attributes(**shown)), *map(block.Block_Text, notes)]


def _grade(of: float, high: tuple[float, str], middle: tuple[float, str], low: str) -> str:
    return next((grade for least, grade in (high, middle) if of >= least), low)
