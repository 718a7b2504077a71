-- What transactions hold that must not happen side by side: rows that go before their transaction ends.
create table claims (name text primary key);
