import unittest

from model import bgnbd, gamma_gamma
from model.fitting import Search, counts_model, worth_model
from model.lifetime import lifetime_value

from .cdnow import COUNTS, WORTH, customers

CUSTOMERS = list(customers())


def search(model, before=None):
    found = Search(model, before=before)
    assert found.run(lambda: False)
    return found


class Fitted(unittest.TestCase):
    def test_bgnbd_as_the_paper_has_it(self):
        found = search(counts_model(CUSTOMERS))
        self.assertAlmostEqual(found.log_likelihood, -9582.4, delta=0.05)
        for got, published in zip(found.parameters, (0.243, 4.414, 0.793, 2.426)):
            self.assertAlmostEqual(got / published, 1.0, delta=0.005)

    def test_gamma_gamma_as_another_implementation_has_it(self):
        found = search(worth_model(CUSTOMERS))
        for got, theirs in zip(found.parameters, WORTH):
            self.assertAlmostEqual(got / theirs, 1.0, delta=0.001)

    def test_a_fit_that_begins_at_the_last_one_arrives_at_the_same(self):
        found = search(counts_model(CUSTOMERS), before=COUNTS)
        for got, before in zip(found.parameters, COUNTS):
            self.assertAlmostEqual(got / before, 1.0, delta=0.001)

    def test_a_fit_in_many_steps_is_the_fit_in_one(self):
        model = worth_model(CUSTOMERS)
        whole, kept, steps = search(model), None, 0
        while True:
            part = Search(model, kept)
            ticks = iter([False] * 7)
            steps += 1
            if part.run(lambda: next(ticks, True)):
                break
            kept = part.state()
        self.assertGreater(steps, 10)
        self.assertEqual(part.parameters, whole.parameters)


class Predicted(unittest.TestCase):
    def compare(self, name, predicted):
        for number, one in enumerate(CUSTOMERS):
            got, theirs = predicted(one), getattr(one, name)
            self.assertLessEqual(abs(got - theirs), 0.001 * theirs + 1e-9, f"customer {number + 1}: {one}, not {got}")

    def test_probability_of_being_alive(self):
        self.compare("alive", lambda one: bgnbd.alive(COUNTS, one.x, one.tx, one.T))

    def test_purchases_in_39_weeks(self):
        self.compare("purchases", lambda one: bgnbd.purchases(COUNTS, one.x, one.tx, one.T, 39))

    def test_value_of_a_purchase(self):
        self.compare("average", lambda one: gamma_gamma.expected_mean(WORTH, one.x, one.mean))

    def test_lifetime_value_of_a_year(self):
        # The other implementation takes a month for 4.345 weeks, which is 0.07 % less.
        def value(one):
            average = gamma_gamma.expected_mean(WORTH, one.x, one.mean)
            return lifetime_value(COUNTS, one.x, one.tx, one.T, average, 12, 1.01**12 - 1)[0]

        self.compare("value", value)


if __name__ == "__main__":
    unittest.main()
