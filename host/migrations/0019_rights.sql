-- When a comment is deleted, what those were told who are mentioned in it loses its text, too.
create index notifications_mention on notifications (subject_id) where kind = 'mention';

-- The rights that a request under an Idempotency-Key took: whoever repeats it needs them, too.
alter table idempotency_keys add column needs text;
