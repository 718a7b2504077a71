-- How many tickets somebody has open is counted for every assignment, from the index alone.
drop index tickets_by_assignee;
create index tickets_by_assignee on tickets (assignee_id, status) where status <> 'resolved';
