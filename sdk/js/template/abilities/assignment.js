// Gives a ticket to who has fewest.
export const assignment = {
  choose(ticket, candidates) {
    const [first] = candidates.toSorted((one, other) => one.openTickets - other.openTickets);
    return first && { user: first.user, reason: `${first.name} has ${first.openTickets} open tickets` };
  },
};
