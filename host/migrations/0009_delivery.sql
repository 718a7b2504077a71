-- Which installation a job keeps busy, so that one whose provider hangs can't take every worker; and since when a
-- job is a dead letter.
alter table jobs add column installation_id uuid;
alter table jobs add column buried_at bigint;

create index jobs_by_installation on jobs (installation_id) where state = 'running' and installation_id is not null;
create index jobs_running on jobs (lane) where state = 'running';
create index jobs_dead on jobs (id) where state = 'dead';

-- What a provider said of a message before it was known here by the provider's id: the receipt overtook the answer.
create table early_receipts (
    installation_id uuid not null references installations (id),
    external_id text not null,
    -- sent, delivered, read, failed; none while the sender's own transaction holds the place
    status text,
    failure text,
    created_at bigint not null,
    primary key (installation_id, external_id)
);

create index early_receipts_by_age on early_receipts (created_at);

-- The version that waits for a grant, and the one to go back to. A removed installation's row stays, without its
-- name, settings, grants, secrets and store, because conversations and messages say through whom they came.
alter table installations add column pending_version_id uuid references plugin_versions (id);
alter table installations add column previous_version_id uuid references plugin_versions (id);
alter table installations add column removed_at bigint;

-- How plugins fare, by the hour: all hosts add to the same rows.
create table plugin_figures (
    installation_id uuid not null references installations (id),
    version_id uuid not null references plugin_versions (id),
    -- the interface that was called
    ability text not null,
    -- when the hour began
    hour bigint not null,
    calls bigint not null,
    -- calls that the guest answered with an error of its own, and calls that broke a limit or broke down
    refused bigint not null,
    failed bigint not null,
    -- of all calls together, and of the longest one
    total_us bigint not null,
    longest_us bigint not null,
    -- the most that one call took
    memory bigint not null,
    within_1ms bigint not null,
    within_10ms bigint not null,
    within_100ms bigint not null,
    within_1s bigint not null,
    primary key (installation_id, version_id, ability, hour)
);

create index plugin_figures_by_hour on plugin_figures (hour);
