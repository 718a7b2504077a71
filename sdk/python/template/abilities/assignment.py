class Assignment:
    """Gives a ticket to who has fewest."""

    def choose(self, ticket, candidates):
        if not candidates:
            return None
        first = min(candidates, key=lambda candidate: candidate.open_tickets)
        return exports.assignment.Choice(first.user, f"{first.name} has {first.open_tickets} open tickets")
