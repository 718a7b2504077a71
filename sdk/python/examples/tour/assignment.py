"""``assignment``: a ticket goes to the least busy mechanic who speaks the customer's language."""

import hospes
from shop import staff_is_chinese
from wit_world.exports.assignment import Choice


class Assignment:
    def choose(self, ticket, candidates):
        language = hospes.object_of(ticket.attributes).get("language") or ""
        fits = [
            one
            for one in candidates
            if one.open_tickets < one.capacity and (not language or language in _languages(one))
        ]
        if not fits:
            return None
        chosen = min(fits, key=lambda one: one.open_tickets)
        return Choice(chosen.user, _reason(chosen, language))


def _languages(candidate):
    """Attributes may be missing, or be something else in a later host: that counts as none."""
    spoken = hospes.object_of(candidate.attributes).get("languages")
    return spoken if isinstance(spoken, list) else []


def _reason(chosen, language):
    if staff_is_chinese():
        why = f"会 {language}" if language else "最空闲"
        return f"{chosen.name}{why}，当前 {chosen.open_tickets}/{chosen.capacity} 张工单"
    why = f"speaks {language}" if language else "is the least busy"
    return f"{chosen.name} {why}, {chosen.open_tickets} of {chosen.capacity} tickets open"
