-- On PostgreSQL one host at a time gives events their places: whoever holds this row.
insert into locks (name) values ('sealing');
