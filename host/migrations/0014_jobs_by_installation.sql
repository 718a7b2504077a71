-- What waits is looked at by installation: one that is busy is passed over without a look at each of its jobs.
create index jobs_waiting on jobs (installation_id, run_at, id) where state = 'ready';
drop index jobs_due;
