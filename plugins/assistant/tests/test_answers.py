import json
import unittest

from core import answers
from core.answers import Answer, Unreadable


def response(content, **more):
    choice = {"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": "stop", **more}
    return {
        "id": "c",
        "object": "chat.completion",
        "model": "m-1",
        "choices": [choice],
        "usage": {"prompt_tokens": 12, "completion_tokens": 3, "total_tokens": 15},
    }


def answer(text, ended="stop"):
    return Answer(text, ended, "m", {})


class Completion(unittest.TestCase):
    def refused(self, given, why):
        with self.assertRaises(Unreadable) as raised:
            answers.completion(given)
        self.assertEqual(raised.exception.args, (why,))

    def test_text_model_and_usage(self):
        got = answers.completion(response(" Hello "))
        self.assertEqual(got, Answer("Hello", "stop", "m-1", {"prompt-tokens": 12, "completion-tokens": 3}))

    def test_text_in_parts(self):
        self.assertEqual(
            answers.completion(
                response([{"type": "text", "text": "a"}, {"type": "image"}, {"type": "text", "text": "b"}])
            ).text,
            "ab",
        )

    def test_thoughts_are_no_answer(self):
        self.assertEqual(answers.completion(response('<think>hm {"a":1}\n</think>\n\n{}')).text, "{}")
        self.refused(response("<think>without an end", finish_reason="length"), "cut-off")

    def test_nothing_in_it(self):
        for given in (
            None,
            [],
            {},
            {"choices": []},
            {"choices": [None]},
            {"choices": {}},
            {"choices": [{"message": None}]},
            response(None),
            response(7),
            response(""),
        ):
            self.refused(given, "empty")

    def test_withheld(self):
        self.refused(response("", finish_reason="content_filter"), "filtered")
        refusal = response(None)
        refusal["choices"][0]["message"]["refusal"] = "I can't"
        self.refused(refusal, "filtered")

    def test_odd_usage(self):
        for usage in (None, [], {"prompt_tokens": "12"}, {"prompt_tokens": -1, "completion_tokens": True}):
            self.assertEqual(answers.completion({**response("x"), "usage": usage}).usage, {})


class Fields(unittest.TestCase):
    def test_whatever_stands_around(self):
        for text in (
            '{"a": 1}',
            '```json\n{"a": 1}\n```',
            'Here you are:\n{"a": 1}\nAnything else?',
            'Form {class}: {"a": 1}',
            '[{"a": 1}]',
        ):
            self.assertEqual(answers.fields(answer(text)), {"a": 1})

    def test_none(self):
        for text, ended, why in (
            ("no", "stop", "no-json"),
            ('{"a": ', "length", "cut-off"),
            ("{" * 100_000, "stop", "no-json"),
            ('{"a": ' * 50_000, "stop", "no-json"),
        ):
            with self.assertRaises(Unreadable) as raised:
                answers.fields(answer(text, ended))
            self.assertEqual(raised.exception.args, (why,))


class Read(unittest.TestCase):
    def test_summary(self):
        text = json.dumps(
            {"summary": " s ", "points": ["p", 7, "", None, "q"], "open_questions": "one", "next_step": None}
        )
        self.assertEqual(
            answers.summary(answer(text)),
            {"summary": "s", "points": ["p", "q"], "open-questions": ["one"], "next-step": ""},
        )

    def test_prose_without_json_is_taken_as_it_is(self):
        self.assertEqual(
            answers.translation(answer("```\nHallo\nWelt\n```")), {"translation": "Hallo\nWelt", "from": ""}
        )

    def test_half_an_object_isnt_prose(self):
        self.assertRaises(Unreadable, answers.summary, answer('{"summary": "it be', "length"))
        self.assertRaises(Unreadable, answers.summary, answer('{"summary": 7}'))
        self.assertRaises(Unreadable, answers.summary, answer('{"title": "x"}'))

    def test_sources_are_of_those_that_were_given(self):
        text = json.dumps({"answer": "a", "sources": ["Returns", "Invented"], "to_check": []})
        self.assertEqual(answers.draft(answer(text), ["Returns"])["sources"], ["Returns"])

    def test_judgement_is_brought_into_the_contracts_words(self):
        text = json.dumps(
            {"class": "After_Sales", "priority": "HIGH", "sentiment": -3, "language": "zh-CN", "reasons": ["r"] * 9}
        )
        got = answers.judgement(answer(text))
        self.assertEqual(
            (got["class"], got["priority"], got["sentiment"], len(got["reasons"])), ("after-sales", "normal", -1.0, 5)
        )

    def test_sentiments_that_are_none(self):
        for sentiment in ("bad", None, True, float("nan"), [1]):
            self.assertEqual(
                answers.judgement(answer(json.dumps({"class": "spam", "sentiment": sentiment})))["sentiment"], 0.0
            )

    def test_a_class_that_there_isnt(self):
        for class_ in ("refund", None, 3):
            self.assertRaises(Unreadable, answers.judgement, answer(json.dumps({"class": class_})))

    def test_lengths_are_bounded(self):
        got = answers.summary(answer(json.dumps({"summary": "x" * 50_000, "points": ["y" * 9_000] * 90})))
        self.assertEqual((len(got["summary"]), len(got["points"]), len(got["points"][0])), (2_000, 8, 500))


if __name__ == "__main__":
    unittest.main()
