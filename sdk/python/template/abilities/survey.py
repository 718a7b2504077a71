class Survey:
    """Asks whether the problem is solved."""

    def compose(self, ticket):
        chinese = str(hospes.object_of(ticket.attributes).get("language") or "").startswith("zh")
        yes, no = ("解决了", "没有") if chinese else ("Yes", "No")
        return exports.survey.Questionnaire(
            kind="thumbs",
            language="zh-CN" if chinese else "en",
            question="问题解决了吗？" if chinese else "Is the problem solved?",
            options=[exports.survey.OptionLabel(1, yes), exports.survey.OptionLabel(0, no)],
            comment_question="",
            delay_ms=0,
        )

    def read(self, answer):
        normalized = None if answer.rating is None else float(answer.rating)
        return exports.survey.Reading(answer.rating, normalized, answer.text, [])
