-- Files on records. The bytes are rows of `blobs`.
create table attachments (
    id uuid primary key,
    -- the record that it hangs on
    subject_kind text not null,
    subject_id uuid not null,
    customer_id uuid references customers (id),
    source_id uuid,
    name text not null,
    media_type text not null,
    size bigint not null,
    -- SHA-256 of the bytes, in hexadecimal
    digest text not null,
    blob_id uuid not null,
    -- who brought it in, as the event log names principals
    author text not null,
    created_at bigint not null,
    version bigint not null
);

create index attachments_by_subject on attachments (subject_kind, subject_id, id);

-- Mail on its way to the relay. A row goes when the relay has taken or refused it.
create table mails (
    id uuid primary key,
    installation_id uuid not null references installations (id),
    -- the outgoing message that it carries, if it carries one
    interaction_id uuid references interactions (id),
    -- stays the same over all attempts, so that a receiver can tell doubles
    message_id text not null,
    sender text not null,
    recipients jsonb not null,
    subject text not null,
    text text not null,
    html text not null,
    headers jsonb not null,
    -- ids of attachments, as a JSON list
    attachments jsonb not null,
    created_at bigint not null
);

-- A reply names the message that it answers, whichever side wrote that.
drop index interactions_sent;
create index interactions_by_external on interactions (installation_id, external_id);
