"""``scoring``: how loyal a customer is. A point for each hundred of orders in CNY, five for each message."""

import re

import hospes
from shop import staff_is_chinese
from wit_world.exports.scoring import CustomerScore


class Scoring:
    def score(self, subjects):
        chinese = staff_is_chinese()
        # A customer of whom nothing is known gets no score, not the worst one.
        return [score for subject in subjects if (score := _loyalty(subject, chinese))]


def _loyalty(subject, chinese):
    points, reasons = 0, []
    for amount in filter(None, map(_orders, subject.attributes)):
        # Money is decimal text and never a floating-point number. What stands behind the point gives nothing here.
        earned = int(amount.split(".")[0]) // 100
        points += earned
        reasons.append(f"订单 {amount} CNY：{earned}" if chinese else f"{amount} CNY of orders: {earned}")
    if written := sum(touch.inbound for touch in subject.touches):
        points += 5 * written
        reasons.append(f"{written} 条消息：{5 * written}" if chinese else f"{written} messages: {5 * written}")
    if not reasons:
        return None
    grade = "gold" if points >= 50 else "silver" if points >= 20 else "bronze"
    return CustomerScore(subject.id, "loyalty", float(points), grade, reasons)


def _orders(field):
    """The amount of the orders in CNY. The figure stands once for each currency."""
    money = hospes.plain(field.value)
    if field.name != "order_total" or not isinstance(money, hospes.types.Money) or money.currency != "CNY":
        return None
    return money.amount if re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,2})?", money.amount) else None
