//! What a transaction has changed so far, as far as others depend on it.

/// What a transaction has changed.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Changes {
    /// Whether the operation that runs may have changed something.
    pub any: bool,
    /// Whether it may have changed who may do what: what is remembered of callers ends then, and not at every commit.
    pub rights: bool,
    /// How many rows it has written, about.
    pub rows: u64,
}

impl Changes {
    /// Notes a statement that writes.
    pub(super) fn note(&mut self, sql: &str) {
        self.rights |= may_change_rights(sql);
        self.rows += 1;
    }
}

/// The tables that are written all day and say nothing of it. What isn't known not to is taken to.
const OF_WORK: [&str; 26] = [
    "blobs",
    "claims",
    "comments",
    "conversations",
    "cursors",
    "customers",
    "deals",
    "events",
    "idempotency_keys",
    "identities",
    "inbox",
    "interactions",
    "jobs",
    "kv",
    "mails",
    "message_parts",
    "notification_outbox",
    "notifications",
    "orders",
    "plugin_calls",
    "plugin_figures",
    "plugin_logs",
    "scores",
    "search_rows",
    "tasks",
    "tickets",
];

/// Whether a statement that writes may change who may do what.
fn may_change_rights(sql: &str) -> bool {
    let table =
        ["insert into ", "update ", "delete from "].into_iter().find_map(|verb| sql.strip_prefix(verb));
    let table = table.map(|rest| rest.split([' ', '(']).next().unwrap_or_default());
    let is_savepoint = ["savepoint ", "release ", "rollback to "].iter().any(|verb| sql.starts_with(verb));
    !is_savepoint && table.is_none_or(|table| OF_WORK.binary_search(&table).is_err())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_may_change_them() {
        assert!(OF_WORK.is_sorted());
        for sql in [
            "update tokens set revoked_at = $2 where id = $1",
            "delete from sessions where user_id = $1",
            "insert into team_members (team_id, user_id) values ($1, $2)",
            "with gone as (delete from users returning id) select id from gone",
            "update tickets_of_tomorrow set a = 1",
            "create table tickets (id uuid)",
        ] {
            assert!(may_change_rights(sql), "{sql}");
        }
        for sql in [
            "update tickets set version = version + 1 where id = $1",
            "insert into events (id) values ($1)",
            "delete from jobs where id = $1",
            "savepoint part",
        ] {
            assert!(!may_change_rights(sql), "{sql}");
        }
    }
}
