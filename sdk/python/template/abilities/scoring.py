class Scoring:
    """Scores customers by how often they wrote."""

    def score(self, subjects):
        scores = []
        for subject in subjects:
            written = sum(touch.inbound for touch in subject.touches)
            grade = "hot" if written > 2 else "cold"
            reasons = [f"has written {written} times"]
            score = exports.scoring.CustomerScore(subject.id, "activity", float(written), grade, reasons)
            scores.append(score)
        return scores
