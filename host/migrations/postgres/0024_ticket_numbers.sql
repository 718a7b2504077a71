-- Tickets are numbered from 1, so that people can name them. The sequence is shared by all hosts; a number that a
-- transaction drew and didn't use is left out.
alter table tickets add column number bigint;
update tickets set number = n.number
from (select id, row_number() over (order by id) as number from tickets) n where n.id = tickets.id;
create sequence ticket_numbers;
select setval('ticket_numbers', (select coalesce(max(number), 0) + 1 from tickets), false);
alter table tickets alter column number set default nextval('ticket_numbers');
alter table tickets alter column number set not null;
create unique index tickets_by_number on tickets (number);
create view next_ticket_number as select nextval('ticket_numbers') as number;

-- Tickets are found by their numbers, too: those that are there already are indexed again.
insert into jobs (id, queue, lane, payload, cause_depth, run_at, attempts, state, fence, created_at)
select gen_random_uuid(), 'search-index', 'search-index:ticket', jsonb_build_object('kind', 'ticket'),
    0, 0, 0, 'ready', 0, 0
where exists (select 1 from tickets);
