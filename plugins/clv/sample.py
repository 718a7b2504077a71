"""The customers that the models are fitted to: a fair sample of all, drawn while their orders are read once.

A customer is in the sample when a hash of the id is divisible by a number. When the sample grows too large, the number
doubles and about half of the customers go: so the sample needs no second reading, and whoever stays has all orders in it.
"""

import json
from typing import Any
from zlib import crc32

import hospes

from model.history import History, Order, history
from settings import Settings

#: Entries of all customers together at most: what fits the memory of a call.
_MOST_ENTRIES = 60_000
#: Bytes of a key's value.
_CHUNK = 500_000
_PREFIX = "sample/"


class Sample:
    """Days and amounts by customer, in one currency: those of a day added up, refunds apart as negative amounts."""

    def __init__(self, most: int, divisor: int = 1):
        self.most = most
        self.divisor = divisor
        self.entries = 0
        self._customers: dict[str, dict[tuple[int, bool], int]] = {}

    def __len__(self) -> int:
        return len(self._customers)

    def add(self, customer: str, order: Order) -> None:
        """Takes an order, if the customer is in the sample."""
        if crc32(customer.encode()) % self.divisor:
            return
        known = self._customers.setdefault(customer, {})
        key = (order.day, order.cents < 0)
        self.entries += key not in known
        known[key] = known.get(key, 0) + order.cents
        while len(self._customers) > self.most or (self.entries > _MOST_ENTRIES and len(self._customers) > 1):
            self._thin()

    def _thin(self) -> None:
        self.divisor *= 2
        stay = {name: of for name, of in self._customers.items() if not crc32(name.encode()) % self.divisor}
        self._customers = stay
        self.entries = sum(map(len, stay.values()))

    def histories(self, settings: Settings, today: int) -> list[History]:
        """Of the customers that have purchases."""
        of = (
            [Order(day, cents, settings.currency) for (day, _), cents in one.items()]
            for one in self._customers.values()
        )
        found = (history(orders, today, settings.currency) for orders in of)
        return [one for one in found if one.purchases]

    def keep(self) -> None:
        """Writes it into the store, in the place of what was there."""
        rows = {name: [[day, cents] for (day, _), cents in of.items()] for name, of in self._customers.items()}
        text = json.dumps({"divisor": self.divisor, "customers": rows}, separators=(",", ":"))
        forget()
        for number, at in enumerate(range(0, len(text), _CHUNK)):
            hospes.kv.set(f"{_PREFIX}{number:04}", text[at : at + _CHUNK].encode())

    @classmethod
    def kept(cls, most: int) -> "Sample":
        """What is in the store."""
        text = b"".join(hospes.kv.get(key) or b"" for key in hospes.kv.list_keys(_PREFIX, None, 1_000))
        found: dict[str, Any] = json.loads(text) if text else {"divisor": 1, "customers": {}}
        sample = cls(most, found["divisor"])
        for name, rows in found["customers"].items():
            sample._customers[name] = {(day, cents < 0): cents for day, cents in rows}
        sample.entries = sum(map(len, sample._customers.values()))
        return sample


def forget() -> None:
    """Removes the sample from the store."""
    for key in hospes.kv.list_keys(_PREFIX, None, 1_000):
        hospes.kv.delete(key)
