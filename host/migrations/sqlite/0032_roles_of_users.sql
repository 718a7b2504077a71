-- People have several roles, which count together; a JSON list of their names.
alter table users add column roles jsonb not null default '["agent"]';
update users set roles = json_array(role);
alter table users drop column role;
