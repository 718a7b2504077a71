-- Which customer was merged into which. customers.canonical_id names the record that stands for all of them; the records
-- that had been merged into the loser before go with it to the winner, and come back with it when the merge is undone.
create table customer_merges (
    id uuid primary key,
    loser uuid not null references customers (id),
    winner uuid not null references customers (id),
    merged_at bigint not null,
    -- a principal, as `kind:id`
    merged_by text not null,
    undone_at bigint
);

create unique index customer_merges_in_force on customer_merges (loser) where undone_at is null;
create index customer_merges_by_winner on customer_merges (winner) where undone_at is null;
create index customers_merged on customers (canonical_id) where canonical_id is not null;
