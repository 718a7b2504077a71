"""Fits the models to the company's orders, in steps of bounded length that are kept between calls.

A step of a fit collects orders page by page; once all were read, it looks for the parameters; it ends when its time is
spent or the fit is done. Parameters that were found before stay until better ones are there.
"""

import json
from typing import Any, Callable

import hospes

import orders
import parameters
import sample
from model import rfm
from model.fitting import NotFitted, Search, check, counts_model, worth_model
from model.history import History
from model.lifetime import predict
from parameters import Fitted
from sample import Sample
from settings import Settings

_KEY = "fit"
_DAY = 86_400_000_000
#: Customers from whom fifths and grades are taken.
_LEAST_FOR_GRADES = 25
_MOST_FOR_GRADES = 1_000
#: The best tenth is graded A, the next two B, the next three C.
_GRADES = (0.9, 0.7, 0.4)
_IDLE = {"state": "idle"}


def due(settings: Settings, now: int) -> bool:
    """Whether a fit goes on or a new one is to begin."""
    state = _state(settings)
    every = settings.fit_every_days * _DAY
    # Half a day less, so that a fit that begins later one night doesn't put the next one off.
    return state["state"] != "idle" or now - state.get("ended-at", -every) >= every - _DAY // 2


def step(settings: Settings) -> dict[str, Any]:
    """Goes on with the fit, or begins one, for as long as the settings let a step last. Returns how far it is, as the tool
    `fit` answers it."""
    began = hospes.clock.now()
    state = _state(settings)
    if state["state"] == "idle":
        state = {"state": "collecting", "currency": settings.currency, "cursor": None, "orders": 0, "began-at": began}

    def spent() -> bool:
        return (hospes.clock.now() - began) / 1e6 >= settings.step_seconds

    of = Sample.kept(settings.sample)
    if state["state"] == "collecting" and not _collect(settings, state, of, spent):
        of.keep()
        return _go_on(state, of)
    histories = of.histories(settings, settings.day(state["began-at"]))
    try:
        fitted = _search(settings, state, histories, spent)
    except NotFitted as reason:
        return _end(settings, state, _kept(settings, histories), f"kept as it was: {reason}")
    if fitted is None:
        of.keep()
        return _go_on(state, of)
    return _end(settings, state, fitted, "")


def _collect(settings: Settings, state: dict[str, Any], into: Sample, spent: Callable[[], bool]) -> bool:
    """Reads orders; whether all were read."""
    while True:
        page = orders.page(settings, state["cursor"])
        for customer, order in page.orders:
            state["orders"] += 1
            if order.currency == settings.currency:
                into.add(customer, order)
        state["cursor"] = page.next
        if page.next is None:
            state["state"] = "fitting"
            return True
        if spent():
            return False


def _search(
    settings: Settings, state: dict[str, Any], histories: list[History], spent: Callable[[], bool]
) -> Fitted | None:
    """Looks for the parameters; none when the time is spent before."""
    check(histories)
    before = parameters.read(settings)
    found = {}
    for name, model, known in (("counts", counts_model, before.counts), ("worth", worth_model, before.worth)):
        search = Search(model(histories), state.get(name), known)
        done = search.run(spent)
        state[name] = search.state()
        if not done:
            return None
        found[name] = search
    counts, worth = found["counts"], found["worth"]
    about = {
        "fitted-at": hospes.plain(hospes.types.Value_Time(state["began-at"])).isoformat(),
        "customers": len(histories),
        "repeat-customers": sum(1 for one in histories if one.x),
        "log-likelihood": counts.log_likelihood,
        "value-log-likelihood": worth.log_likelihood,
        "correlation": _correlation(histories),
    }
    some = histories[:: 1 + len(histories) // _MOST_FOR_GRADES]
    values = sorted(predict(counts.parameters, worth.parameters, one, settings.terms).value for one in some)
    grades = tuple(rfm.quantile(values, share) for share in _GRADES)
    return Fitted(counts.parameters, worth.parameters, rfm.edges(histories), grades, about)


def _kept(settings: Settings, histories: list[History]) -> Fitted:
    """The parameters of before, with the fifths of today's customers if there are enough."""
    before = parameters.read(settings)
    if len(histories) < _LEAST_FOR_GRADES:
        return before
    return Fitted(before.counts, before.worth, rfm.edges(histories), before.grades, before.about)


def _correlation(histories: list[History]) -> float:
    """Between the number and the mean value of repeat purchases: the gamma-gamma model takes it to be nought."""
    pairs = [(one.x, one.mean) for one in histories if one.x]
    means = [sum(side) / len(pairs) for side in zip(*pairs)]
    apart = [(x - means[0], value - means[1]) for x, value in pairs]
    spread = (sum(x * x for x, _ in apart) * sum(value * value for _, value in apart)) ** 0.5
    return sum(x * value for x, value in apart) / spread if spread else 0.0


def _state(settings: Settings) -> dict[str, Any]:
    """How far the fit is. What was begun in another currency is begun anew."""
    kept = hospes.kv.get(_KEY)
    state = json.loads(kept) if kept else _IDLE
    if state.get("currency", settings.currency) != settings.currency:
        sample.forget()
        return _IDLE
    return state


def _go_on(state: dict[str, Any], of: Sample) -> dict[str, Any]:
    hospes.kv.set(_KEY, json.dumps(state).encode())
    hospes.log.info(
        "the fit goes on with the next step", state=state["state"], orders=state["orders"], customers=len(of)
    )
    return {"state": state["state"], "orders": state["orders"], "sampled-customers": len(of)}


def _end(settings: Settings, state: dict[str, Any], fitted: Fitted, kept: str) -> dict[str, Any]:
    """Writes the result and the end."""
    if kept:
        hospes.log.warn(f"the parameters were {kept}", orders=state["orders"])
    else:
        hospes.log.info("the parameters were fitted", **describe(settings, fitted), orders=state["orders"])
        if abs(fitted.about["correlation"]) > 0.3:
            hospes.log.warn(
                "how often and for how much customers buy go together here, which the model of values doesn't know: "
                "take lifetime values with care",
                correlation=fitted.about["correlation"],
            )
    parameters.write(settings, fitted)
    sample.forget()
    ended = {"state": "idle", "currency": settings.currency, "ended-at": hospes.clock.now()}
    hospes.kv.set(_KEY, json.dumps(ended).encode())
    answer = {"state": "kept" if kept else "fitted", "orders": state["orders"], **describe(settings, fitted)}
    return {**answer, "reason": kept.removeprefix("kept as it was: ")} if kept else answer


def describe(settings: Settings, fitted: Fitted) -> dict[str, Any]:
    """The parameters in use, as the tools answer them."""
    counts = fitted.counts or settings.defaults
    described: dict[str, Any] = {"currency": settings.currency, "parameters": counts._asdict()}
    if fitted.worth:
        described["value-parameters"] = fitted.worth._asdict()
    return {**described, **(fitted.about or {})}
