-- The rule by which an event is bound to the one before. What was sealed until now left out the customer, the source and
-- the depth; from now on every column that is shown is bound.
alter table events add column chain_version bigint not null default 1;
