"""Orders, as the host has them: by customer, by page, or from a subject's figures."""

from decimal import Decimal
from typing import Any, Iterator, NamedTuple

import hospes

from model.history import Order
from settings import Settings

_PAGE = 200


class Page(NamedTuple):
    """Orders with their customers' ids, and where the next page begins."""

    orders: list[tuple[str, Order]]
    next: str | None


def page(settings: Settings, cursor: str | None, customer: str | None = None) -> Page:
    """A page of all orders, or of one customer's: those of records that were merged into it, too."""
    records = hospes.records
    conditions = []
    if customer is not None:
        equal = records.Comparison.EQUAL
        conditions.append(records.Condition("customer_id", equal, hospes.types.Value_Text(customer)))
    found = records.find(records.Query("order", conditions, _PAGE, cursor))
    return Page([order for item in found.items if (order := _order(settings, item))], found.next)


def of_customer(settings: Settings, customer: str) -> Iterator[Order]:
    """All orders of a customer."""
    cursor = None
    while True:
        found = page(settings, cursor, customer)
        for _, order in found.orders:
            yield order
        if not (cursor := found.next):
            return


def of_subject(settings: Settings, subject: Any) -> Iterator[Order]:
    """All orders of a customer that the host wants scored. Who has one order has it in the figures already, and who has
    none need not be looked for."""
    orders, totals, last = 0, [], None
    for attribute in subject.attributes:
        match attribute.name:
            case "orders":
                orders = attribute.value.value
            case "order_total":
                totals.append(attribute.value.value)
            case "last_order_at":
                last = hospes.plain(attribute.value) and attribute.value.value
    if orders == 1 and len(totals) == 1 and last is not None:
        yield Order(settings.day(last), cents(totals[0].amount), totals[0].currency)
    elif orders:
        yield from of_customer(settings, subject.id)


def cents(amount: str) -> int:
    """Whole hundredths of an amount in decimal text."""
    return int(Decimal(amount).scaleb(2))


def _order(settings: Settings, item: Any) -> tuple[str, Order] | None:
    """None where a field isn't granted."""
    fields = {attribute.name: attribute.value for attribute in item.attributes}
    match fields:
        case {
            "customer_id": hospes.types.Value_Text(customer),
            "total": hospes.types.Value_Money(total),
            "placed_at": hospes.types.Value_Time(at),
        }:
            return customer, Order(settings.day(at), cents(total.amount), total.currency)
    return None
