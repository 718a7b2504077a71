class Triage:
    """Takes whatever asks for money back for an urgent complaint."""

    def classify(self, subjects):
        verdicts = []
        for subject in subjects:
            found = [word for word in ("refund", "退款") if word in subject.text.lower()]
            chinese = any("\u4e00" <= sign <= "\u9fff" for sign in subject.text)
            verdicts.append(
                exports.triage.Verdict(
                    class_="complaint" if found else "inquiry",
                    priority=exports.triage.Priority.URGENT if found else exports.triage.Priority.NORMAL,
                    language="zh-CN" if chinese else "en",
                    sentiment=-0.5 if found else 0.0,
                    tags=[],
                    reasons=found,
                )
            )
        return verdicts
