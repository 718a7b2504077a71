-- When people work: the clocks of tickets follow it (domain/calendar).
create table calendars (
    id uuid primary key,
    name text not null,
    -- a name of the IANA database
    time_zone text not null,
    -- as people write them: the hours of a week, and single days, a line for each
    hours text not null,
    holidays jsonb not null,
    exceptions text not null,
    created_at bigint not null,
    version bigint not null
);

alter table sla_policies add column calendar_id uuid references calendars (id);
alter table sla_policies add column next_response_minutes bigint;
alter table sla_policies add column hold_minutes bigint;
alter table sla_policies add column escalation_minutes bigint;

alter table tickets add column sla_policy_id uuid;
alter table tickets add column waiting_since bigint;
alter table tickets add column next_response_due_at bigint;
alter table tickets add column hold_due_at bigint;
-- since when the clocks stand still, since when they run, and how long they had run before
alter table tickets add column sla_paused_at bigint;
alter table tickets add column sla_runs_since bigint;
alter table tickets add column sla_worked_micros bigint not null default 0;

-- Clocks of open tickets have run since the tickets were opened; those of tickets that wait go on as they were set.
update tickets set sla_runs_since = created_at where status <> 'resolved';
