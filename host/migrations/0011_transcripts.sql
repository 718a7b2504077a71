create table plugin_calls (
    id uuid primary key,
    installation_id uuid not null references installations (id),
    -- the same for every run of a call
    call_id uuid not null,
    -- the plugin's version at that time
    version text not null,
    -- interface and function
    function text not null,
    -- ok, refused, limit-exceeded, trapped, timed-out, ...
    outcome text not null,
    message text,
    at bigint not null,
    -- microseconds
    wall_us bigint not null,
    cpu_us bigint not null,
    -- bytes of linear memory
    memory bigint not null,
    host_calls bigint not null,
    http_requests bigint not null,
    -- JSON as text, because it is stored and given out as it is
    transcript text not null
);

create index plugin_calls_by_installation on plugin_calls (installation_id, at, id);
create index plugin_calls_by_time on plugin_calls (at);
