"""What people read, in Chinese and English."""

from datetime import date, timedelta
from typing import Any

_EPOCH = date(1970, 1, 1)

_TEXTS = {
    "zh-CN": {
        "bought": "共 {count} 次购买（同一天算一次），最近一次在 {last}",
        "expected": "预计 {months} 个月内购买 {purchases} 次，每次约 {average}",
        "terms": "按年贴现率 {discount}%、计入 {margin}% 的金额计算",
        "alive": "仍会购买的概率为 {alive}",
        "single": "只在一天购买过：没有重复购买时，模型认为客户仍会购买",
        "next": "{days} 天内再次购买的概率为 {chance}",
        "even": "在 {by} 之前再次购买的可能性过半",
        "never": "十年之内再次购买的可能性都不到一半",
        "churn": "{days} 天内不再购买的概率为 {chance}",
        "leaning": "{count} 次重复购买平均 {own}，全体客户平均 {all}",
        "of-all": "没有重复购买，取全体客户的平均值 {all}",
        "own": "尚未拟合金额模型，取该客户购买的平均值",
        "recency": "R {grade}：最近一次购买在 {days} 天前",
        "frequency": "F {grade}：共 {count} 次购买",
        "monetary": "M {grade}：共 {total}",
        "currency": "{count} 笔其他币种的订单未计入",
        "future": "{count} 笔日期在未来的订单未计入",
        "nothing": "{count} 笔金额为零的订单未计入",
        "defaults": "参数为默认值，尚未用本公司的订单拟合",
        "heading": "客户终身价值",
        "none": "没有 {currency} 的购买记录，无法预测。",
        "value": "{months} 个月的终身价值",
        "purchases": "{months} 个月内的购买次数",
        "average-value": "每次购买的金额",
        "last": "最近一次购买",
        "count": "购买次数",
        "rfm": "RFM",
        "even-label": "再次购买可能性过半的日期",
        "alive-label": "仍会购买的概率",
        "churn-label": "{days} 天内不再购买的概率",
        "next-label": "{days} 天内再次购买的概率",
        "fitted": "参数拟合于 {at}，{customers} 位客户",
    },
    "en": {
        "bought": "days with purchases: {count}, the last on {last}",
        "expected": "expected within {months} months: {purchases} purchases of about {average} each",
        "terms": "discounted by {discount} % a year, {margin} % of the amounts counted",
        "alive": "still buys with a probability of {alive}",
        "single": "purchases on one day only: without a repeat purchase the model takes customers to be still buying",
        "next": "buys again within {days} days with a probability of {chance}",
        "even": "a purchase by {by} is more likely than not",
        "never": "for ten years a further purchase stays less likely than not",
        "churn": "buys nothing within {days} days with a probability of {chance}",
        "leaning": "mean of the repeat purchases: {own} (number of them: {count}); mean of all customers: {all}",
        "of-all": "no repeat purchase: the mean of all customers, {all}",
        "own": "the model of values isn't fitted yet: the mean of the customer's purchases",
        "recency": "R {grade}: days since the last purchase: {days}",
        "frequency": "F {grade}: days with purchases: {count}",
        "monetary": "M {grade}: {total} in all",
        "currency": "orders in other currencies that aren't counted: {count}",
        "future": "orders dated in the future that aren't counted: {count}",
        "nothing": "orders of zero that aren't counted: {count}",
        "defaults": "the parameters are defaults: not yet fitted to the company's own orders",
        "heading": "Customer lifetime value",
        "none": "No purchases in {currency}: nothing can be predicted.",
        "value": "Lifetime value, {months} months",
        "purchases": "Purchases within {months} months",
        "average-value": "Value of a purchase",
        "last": "Last purchase",
        "count": "Days with purchases",
        "rfm": "RFM",
        "even-label": "A purchase is more likely than not by",
        "alive-label": "Probability of still buying",
        "churn-label": "Probability of no purchase within {days} days",
        "next-label": "Probability of a purchase within {days} days",
        "fitted": "Parameters fitted on {at} to {customers} customers",
    },
}


class Texts:
    """The texts of a language: Chinese, or else English."""

    def __init__(self, language: str):
        self._texts = _TEXTS["zh-CN" if language.lower().startswith("zh") else "en"]

    def __call__(self, name: str, **given: Any) -> str:
        return self._texts[name].format(**given)


def amount(units: float, currency: str) -> str:
    """An amount that was computed, to two places."""
    return f"{units:.2f} {currency}"


def percent(share: float) -> str:
    """A probability."""
    return f"{100 * share:.0f}%"


def day(number: int) -> date:
    """A day counted from 1970-01-01."""
    return _EPOCH + timedelta(days=number)
