-- Words of other scripts without spaces (Thai, Lao, Khmer, Burmese) are found from their middle, too, and emoji by themselves:
-- records that are there already are indexed anew by jobs, some hundred at a time.
insert into jobs (id, queue, lane, payload, cause_depth, run_at, attempts, state, fence, created_at)
select randomblob(16), 'search-index', 'search-index:' || column1, json_object('kind', column1),
    0, 0, 0, 'ready', 0, 0
from (values ('customer'), ('ticket'), ('interaction'), ('order'), ('deal'), ('task'), ('record'))
where exists (select 1 from customers);
