-- Where a channel that asks for its messages goes on.
alter table installations add column poll_cursor text;
