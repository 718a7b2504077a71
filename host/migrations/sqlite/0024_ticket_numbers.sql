-- Tickets are numbered from 1, so that people can name them. There is one writer, so the next number is known.
alter table tickets add column number bigint;
update tickets set number = n.number
from (select id, row_number() over (order by id) as number from tickets) n where n.id = tickets.id;
create unique index tickets_by_number on tickets (number);
create view next_ticket_number as select coalesce(max(number), 0) + 1 as number from tickets;

-- Tickets are found by their numbers, too: those that are there already are indexed again.
insert into jobs (id, queue, lane, payload, cause_depth, run_at, attempts, state, fence, created_at)
select randomblob(16), 'search-index', 'search-index:ticket', json_object('kind', 'ticket'), 0, 0, 0, 'ready', 0, 0
where exists (select 1 from tickets);
