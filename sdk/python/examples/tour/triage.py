"""``triage``: what messages are about."""

import re

import hospes
from wit_world.exports.triage import Priority, Verdict

BUYING = ("how much", "price", "多少钱")


class Triage:
    def classify(self, subjects):
        # A setting that is a list; the manifest has its default.
        urgent = [word.lower() for word in hospes.setting("urgent-words")]
        return [_judge(subject.text.lower(), urgent) for subject in subjects]


def _judge(text, urgent):
    danger = next((word for word in urgent if word in text), None)
    reason = danger or next((word for word in BUYING if word in text), None)
    return Verdict(
        # An empty class says "unsure": the host's own rules judge then.
        class_="after-sales" if danger else "purchase" if reason else "",
        priority=Priority.URGENT if danger else Priority.NORMAL,
        language=_language(text),
        sentiment=-0.5 if danger else 0.0,
        tags=["safety"] if danger else [],
        reasons=[reason] if reason else [],
    )


def _language(text):
    if re.search("[\u4e00-\u9fff]", text):
        return "zh-CN"
    return "en" if re.search("[a-z]", text) else ""
