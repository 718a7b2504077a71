"""``survey``: asks how the repair was, and reads the answers."""

import re

import hospes
from shop import is_chinese
from wit_world.exports.survey import OptionLabel, Questionnaire, Reading

#: A reply such as `2, a bit slow`. `3 bicycles` begins with a number, too, and is none.
REPLY = re.compile(r"([1-3])(?:$|[,.!，。！][,.!，。！ ]*)(.*)", re.DOTALL)


class Survey:
    def compose(self, ticket):
        fields = hospes.object_of(ticket.attributes)
        if fields.get("class") in ("spam", "chatter"):
            return None
        chinese = is_chinese(fields.get("language"))
        labels = ("不满意", "一般", "满意") if chinese else ("Bad", "Fair", "Good")
        return Questionnaire(
            kind="csat",
            language="zh-CN" if chinese else "en",
            question="车修得满意吗？" if chinese else "How was the repair?",
            options=[OptionLabel(rating, label) for rating, label in enumerate(labels, 1)],
            comment_question="还想说点什么？" if chinese else "Anything to add?",
            delay_ms=hospes.setting("survey-delay-minutes") * 60_000,
        )

    def read(self, answer):
        rating, comment = answer.rating, answer.text.strip()
        if rating is None:
            # Customers also write something new while a question is open. When in doubt it is no answer, and goes on as a
            # message.
            found = REPLY.fullmatch(comment)
            if not found:
                return Reading(rating=None, normalized=None, comment="", tags=[])
            rating, comment = int(found[1]), found[2]
        if rating not in (1, 2, 3):
            hospes.fail("invalid", f"{rating} isn't one of 1, 2 and 3.")
        # From 0 to 1, so that surveys of different scales compare.
        return Reading(rating, (rating - 1) / 2, comment, tags=[])
