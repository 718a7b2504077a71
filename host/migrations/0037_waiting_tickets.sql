-- Tickets that wait for somebody, by team: looked up when somebody gets room. Their words for priorities sort the urgent
-- last, so the index is read from its end.
create index tickets_waiting on tickets (team_id, priority desc, id) where assignee_id is null and status <> 'resolved';
