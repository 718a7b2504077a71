-- A conversation that was begun to answer a ticket whose own channel can't carry an answer belongs to that ticket.
alter table conversations add column ticket_id uuid references tickets (id);
create index conversations_of_a_ticket on conversations (ticket_id) where ticket_id is not null;
