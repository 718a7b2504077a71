-- Tickets that wait for somebody, by team: looked up when somebody gets room, the urgent first, whose word sorts last.
create index tickets_waiting on tickets (team_id, priority desc, id) where assignee_id is null and status <> 'resolved';
