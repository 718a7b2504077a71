import random
import unittest
from math import inf, isfinite
from unittest import mock

from model import bgnbd, gamma_gamma, rfm
from model.fitting import NotFitted, Search, check, counts_model, worth_model
from model.history import Order, history
from model.lifetime import Terms, is_never, predict

from .cdnow import COUNTS, WORTH


def order(day, cents, currency="CNY"):
    return Order(day, cents, currency)


def bought(*days, today=100, cents=1_000):
    return history([order(day, cents) for day in days], today, "CNY")


class Histories(unittest.TestCase):
    def test_orders_of_one_day_are_one_purchase(self):
        of = history([order(0, 1_000), order(0, 500), order(7, 300), order(21, 700)], 28, "CNY")
        self.assertEqual((of.x, of.tx, of.T, of.mean, of.total_cents), (2, 3.0, 4.0, 5.0, 2_500))

    def test_what_is_no_purchase_is_left_out_and_counted(self):
        of = history(
            [order(0, 100), order(1, 100, "USD"), order(2, 100, "USD"), order(3, 0), order(11, 100)], 10, "CNY"
        )
        self.assertEqual(of.purchases, [(0, 100)])
        self.assertEqual(of.left_out, {"currency": 2, "nothing": 1, "future": 1})

    def test_a_refund_is_set_against_the_newest_purchases_before_it(self):
        orders = [order(0, 1_000), order(5, 1_000), order(9, 1_000), order(7, -1_400)]
        self.assertEqual(history(orders, 10, "CNY").purchases, [(0, 600), (9, 1_000)])
        self.assertEqual(history([order(3, -500)], 10, "CNY").purchases, [])
        self.assertEqual(history([order(3, 500), order(4, -900)], 10, "CNY").purchases, [])

    def test_sums_are_exact(self):
        self.assertEqual(history([order(0, 10), order(0, 20)] * 1_000_003, 0, "CNY").total_cents, 30 * 1_000_003)


class Formulas(unittest.TestCase):
    def test_soon_the_chance_of_a_purchase_is_the_number_of_purchases(self):
        for x, tx, T in ((0, 0, 30), (3, 20, 30), (3, 29, 30), (40, 50, 52)):
            within = 1e-4
            chance = 1 - bgnbd.none_within(COUNTS, x, tx, T, within)
            self.assertAlmostEqual(chance / bgnbd.purchases(COUNTS, x, tx, T, within), 1, delta=2e-3)

    def test_more_time_brings_more_purchases(self):
        for x, tx, T in ((0, 0, 0), (0, 0, 300), (1, 1, 300), (120, 299, 300)):
            grows = [bgnbd.purchases(COUNTS, x, tx, T, weeks) for weeks in (0, 1, 4, 13, 52, 260, 2_600)]
            self.assertEqual(grows[0], 0)
            self.assertEqual(grows, sorted(grows))

    def test_it_is_smooth_where_the_formula_has_poles(self):
        for of in (COUNTS._replace(a=1.0), COUNTS._replace(a=0.4, b=0.6), COUNTS._replace(r=1.0, a=2.0)):
            here = bgnbd.purchases(of, 0, 0, 10, 52)
            near = bgnbd.purchases(of._replace(a=of.a + 2e-3), 0, 0, 10, 52)
            self.assertAlmostEqual(here / near, 1, delta=2e-3)

    def test_many_purchases_and_long_silence_overflow_nothing(self):
        self.assertEqual(bgnbd.alive(COUNTS, 5_000, 10, 2_000), 0)
        self.assertAlmostEqual(bgnbd.alive(COUNTS, 5_000, 1_999.9, 2_000), 0.99, delta=0.01)
        self.assertTrue(isfinite(bgnbd.purchases(COUNTS, 5_000, 1_999.9, 2_000, 520)))

    def test_the_even_chance_is_one(self):
        for x, tx, T in ((0, 0, 5), (8, 28, 30)):
            weeks = bgnbd.even_chance(COUNTS, x, tx, T)
            self.assertAlmostEqual(bgnbd.none_within(COUNTS, x, tx, T, weeks), 0.5, places=9)
        self.assertEqual(bgnbd.even_chance(COUNTS, 8, 2, 30), inf)
        self.assertTrue(is_never(inf) and is_never(4_000) and not is_never(30))

    def test_value_leans_towards_that_of_all(self):
        of_all = gamma_gamma.population_mean(WORTH)
        few, many = (gamma_gamma.expected_mean(WORTH, x, 500.0) for x in (1, 100))
        self.assertTrue(of_all < few < many < 500)
        self.assertEqual(gamma_gamma.expected_mean(WORTH, 0, 0.0), of_all)


class Predictions(unittest.TestCase):
    def test_discount_margin_and_months_count(self):
        of = bought(0, 30, 60, 90)
        value = lambda **terms: predict(COUNTS, WORTH, of, Terms(**terms)).value
        self.assertAlmostEqual(value(margin=0.3) / value(), 0.3)
        self.assertTrue(value(discount=0.2) < value() < value(discount=0.0))
        self.assertTrue(value(months=6) < value() < value(months=24))
        whole = predict(COUNTS, WORTH, of, Terms(discount=0.0))
        self.assertAlmostEqual(whole.value, whole.purchases * whole.average_value)

    def test_without_a_fitted_value_it_is_the_customers_own(self):
        of = history([order(0, 1_000), order(10, 3_000)], 20, "CNY")
        self.assertEqual(predict(COUNTS, None, of, Terms()).average_value, 20.0)

    def test_bought_today(self):
        of = bought(100)
        self.assertEqual((of.x, of.T), (0, 0))
        one = predict(COUNTS, WORTH, of, Terms())
        self.assertTrue(one.alive == 1 and one.value > 0 and 0 < one.next_purchase < 1)


class Grades(unittest.TestCase):
    def test_fifths(self):
        histories = [bought(*range(0, 10 * many, 10), today=200 - many, cents=many * 100) for many in range(1, 11)]
        by = rfm.edges(histories)
        self.assertEqual(rfm.scores(histories[0], by)[1:], (1, 1))
        self.assertEqual(rfm.scores(histories[-1], by), (5, 5, 5))

    def test_customers_who_are_alike_have_the_same_grades(self):
        by = rfm.edges([bought(50) for _ in range(60)] + [bought(50, 60) for _ in range(10)])
        self.assertEqual(rfm.scores(bought(50), by)[1], 1)
        self.assertEqual(rfm.scores(bought(50, 60), by)[1], 5)

    def test_segments(self):
        for grades, segment in (
            ((5, 5, 5), "champion"),
            ((5, 4, 2), "loyal"),
            ((3, 5, 5), "loyal"),
            ((1, 5, 5), "at-risk"),
            ((5, 1, 3), "new"),
            ((4, 2, 1), "promising"),
            ((1, 1, 1), "lost"),
            ((3, 2, 2), "regular"),
        ):
            self.assertEqual(rfm.segment(*grades), segment)


class Degenerate(unittest.TestCase):
    def fitted(self, histories):
        check(histories)
        found = [Search(make(histories)) for make in (counts_model, worth_model)]
        for one in found:
            self.assertTrue(one.run(lambda: False))
            self.assertTrue(all(isfinite(number) and number > 0 for number in one.parameters))
        return [one.parameters for one in found]

    def customers(self, many, seed=7):
        """Customers drawn from the models."""
        chance = random.Random(seed)
        for _ in range(many):
            rate, leaving = chance.gammavariate(0.8, 1 / 6), chance.betavariate(0.9, 2.5)
            worth = chance.gammavariate(4, 10)
            day, days = 0.0, [0]
            while (day := day + 7 * chance.expovariate(rate)) < 500:
                days.append(int(day))
                if chance.random() < leaving:
                    break
            yield history([order(one, int(chance.gammavariate(5, worth / 5) * 100) + 1) for one in days], 500, "CNY")

    def test_what_was_drawn_is_found_again(self):
        counts, worth = self.fitted(list(self.customers(3_000)))
        self.assertAlmostEqual(counts.r / 0.8, 1, delta=0.15)
        self.assertAlmostEqual(counts.alpha / 6, 1, delta=0.25)
        self.assertAlmostEqual(counts.a / (counts.a + counts.b) / (0.9 / 3.4), 1, delta=0.15)
        self.assertAlmostEqual(gamma_gamma.population_mean(worth) / 40, 1, delta=0.1)

    def test_too_few_customers(self):
        self.assertRaisesRegex(NotFitted, "3 customers", check, [bought(0)] * 3)

    def test_nobody_bought_again(self):
        self.assertRaisesRegex(NotFitted, "more than one day", check, [bought(day) for day in range(100)] * 2)

    def test_everything_on_one_day(self):
        self.assertRaises(NotFitted, check, [bought(5, 5, 5)] * 200)

    def test_nobody_ever_leaves(self):
        self.fitted([bought(*range(start, 100, 10)) for start in range(10)] * 30)

    def test_all_are_alike(self):
        counts, worth = self.fitted([bought(0, 30, 60)] * 150)
        self.assertTrue(isfinite(predict(counts, worth, bought(0, 30, 60), Terms()).value))

    def test_one_huge_order(self):
        histories = list(self.customers(400))
        histories.append(history([order(0, 100), order(300, 99_999_999_999)], 500, "CNY"))
        counts, worth = self.fitted(histories)
        self.assertGreater(worth.q, 1)
        for of in histories:
            one = predict(counts, worth, of, Terms())
            self.assertTrue(isfinite(one.value) and one.value >= 0)

    def test_a_likelihood_that_is_nowhere_finite_is_given_up(self):
        model = counts_model([bought(0, 30)] * 200)._replace(likelihood=lambda of: float("nan"))
        self.assertRaises(NotFitted, Search(model).run, lambda: False)

    def test_a_search_that_goes_on_and_on_is_given_up(self):
        search = Search(counts_model(list(self.customers(200))))
        with mock.patch("model.fitting.MOST_EVALUATIONS", 50):
            self.assertRaisesRegex(NotFitted, "converge within 50", search.run, lambda: False)


if __name__ == "__main__":
    unittest.main()
