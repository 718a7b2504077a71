import unittest
from math import pi

from model.special import hyp2f1

#: a, b, c, z and the value.
KNOWN = [
    (0.5, 0.3, 1.2, 0.5, 1.08280755821538),
    (1.98, -0.2, 4.2, 0.95, 0.875738726928566),
    (0.2, 0.5, 1.7, 0.99, 1.11136759430698),
    (0.2, 0.5, 2.7, 0.97, 1.05170399921404),
    (0.2, 0.5, 0.7, 0.999, 2.07487550191125),
    (-0.3, 0.6, 0.3, 0.93, -0.405447189552787),
    (25, 3, 40, 0.98, 22.0072550775403),
    (2.2, -0.2, 2.0, 0.999, -0.182520271461683),
    (1, 1, 2, 0.95, 3.15340239321473),
    (0.4, -0.4, -0.3, 0.6, 1.54123587457434),
    (-2, 0.5, 1.5, 0.95, 0.547166666666667),
]


class Hypergeometric(unittest.TestCase):
    def test_known_values_far_from_one_and_near(self):
        for a, b, c, z, value in KNOWN:
            with self.subTest(a=a, b=b, c=c, z=z):
                self.assertAlmostEqual(hyp2f1(a, b, c, z) / value, 1.0, delta=1e-8)

    def test_elementary_cases(self):
        self.assertEqual(hyp2f1(0.3, 0.7, 1.1, 0.0), 1.0)
        # asin(z) / z at z = 1/2
        self.assertAlmostEqual(hyp2f1(0.5, 0.5, 1.5, 0.25), pi / 3, places=12)

    def test_nothing_but_its_range(self):
        for z in (-0.1, 1.0, 2.0):
            self.assertRaises(ValueError, hyp2f1, 1.0, 1.0, 2.0, z)


if __name__ == "__main__":
    unittest.main()
