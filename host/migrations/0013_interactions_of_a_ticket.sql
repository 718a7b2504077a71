-- The interactions of one ticket are listed without a look at all others.
create index interactions_by_ticket on interactions (ticket_id, occurred_at, id) where ticket_id is not null;
