import unittest

from core.redaction import Redactor


class Redaction(unittest.TestCase):
    def test_what_is_hidden(self):
        for text, hidden in (
            ("打我电话13800138000。", "打我电话[phone-1]。"),
            ("请回电13800138000或发邮件到li.wei@example.com", "请回电[phone-1]或发邮件到[email-1]"),
            ("+86 138 0013 8000 or 138-0013-8000", "[phone-1] or [phone-2]"),
            ("call +44 20 7946 0958 today", "call [phone-1] today"),
            ("座机010-65529988", "座机[phone-1]"),
            ("li.wei+shop@mail.example.com，谢谢", "[email-1]，谢谢"),
            ("身份证11010519491231002X", "身份证[id-number-1]"),
            ("card 4111 1111 1111 1111, ok", "card [card-1], ok"),
        ):
            self.assertEqual(Redactor().hide(text), hidden)

    def test_what_isnt(self):
        for text in (
            "订单 SO-2026-0117",
            "单号 2026011712345678",
            "12345",
            "¥1,380.00",
            "2026-01-05 08:00",
            "型号 X1380013",
            "1.5.2",
        ):
            self.assertEqual(Redactor().hide(text), text)

    def test_the_same_number_has_the_same_mark_and_comes_back(self):
        of = Redactor()
        hidden = of.hide("13800138000, a@example.com, 13800138000")
        self.assertEqual(hidden, "[phone-1], [email-1], [phone-1]")
        self.assertEqual(
            of.restore(f"to {hidden} and [phone-9]"), "to 13800138000, a@example.com, 13800138000 and [phone-9]"
        )

    def test_switched_off(self):
        self.assertEqual(Redactor(active=False).hide("13800138000"), "13800138000")

    def test_long_texts_take_no_time(self):
        for text in ("1" * 200_000, "a" * 200_000, "a@" * 100_000, "+1 " * 60_000, "a.b-c+" * 30_000 + "@"):
            Redactor().hide(text)


if __name__ == "__main__":
    unittest.main()
