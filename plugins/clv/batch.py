"""Keeps the scores of a large batch within what a call may return."""

from typing import Any

import hospes

#: A result may take 1 MiB of the host's memory; a part is left for what isn't counted here.
_MOST_BYTES = 950_000
#: What the host needs for a score and for a reason beside their texts.
_SCORE, _REASON = 104, 24


def bounded(scores: list[Any]) -> list[Any]:
    """The scores, with fewer reasons each where all would be too much: the weightiest stand first."""
    for most in (None, 2, 1, 0):
        for score in scores:
            score.reasons = score.reasons[:most]
        if sum(map(_size, scores)) <= _MOST_BYTES:
            break
    if most is not None:
        hospes.log.info("a large batch: reasons are cut", scores=len(scores), reasons=most)
    return scores


def _size(score: Any) -> int:
    reasons = sum(_REASON + len(reason.encode()) for reason in score.reasons)
    return _SCORE + len(score.subject) + len(score.name) + len(score.grade) + reasons
