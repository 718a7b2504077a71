//! A company of any size, written set-wise into a database that the host has made, and kept for the next run.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use rusqlite::Connection;
use uuid::Uuid;

use crate::host::{Place, address_of};
use crate::report::say;

/// Touches of each customer.
pub const TOUCHES: u64 = 10;
/// 2026-01-05 in milliseconds: the first record's time.
const FIRST: u64 = 1_767_571_200_000;
/// What interactions say.
const TEXT: &str = "请问大号的什么时候能送到？ The large one, please.";

/// How long indexing the largest set of customers may take.
const PATIENCE: Duration = Duration::from_secs(600);

/// The id of the customer of this number, from 1.
pub fn customer(number: u64) -> Uuid {
    Uuid::from_u128(u128::from(FIRST + number) << 80 | 0x7000_8000_u128 << 48 | u128::from(number))
}

/// A number that a statement counts.
pub fn count(connection: &Connection, sql: &str) -> Result<u64> {
    let count: i64 = connection.query_row(sql, [], |row| row.get(0))?;
    Ok(u64::try_from(count)?)
}

/// A database with so many customers: taken as it is when an earlier run has made it.
pub fn database(place: &Place, customers: u64) -> Result<PathBuf> {
    let folder = place.target.join("load-data");
    std::fs::create_dir_all(&folder)?;
    let file = folder.join(format!("{customers}.db"));
    if file.is_file() {
        return Ok(file);
    }
    let began = Instant::now();
    say(&format!(
        "writing {customers} customers with {} interactions; kept in {}",
        customers * TOUCHES,
        folder.display()
    ));
    let unfinished = folder.join(format!("{customers}.unfinished"));
    for suffix in ["", "-wal", "-shm"] {
        let mut name = unfinished.clone().into_os_string();
        name.push(suffix);
        // It is there only when an earlier run was broken off.
        let _ = std::fs::remove_file(name);
    }
    place.make(&unfinished)?;
    fill(&unfinished, customers).with_context(|| unfinished.display().to_string())?;
    index(place, &unfinished)?;
    std::fs::rename(&unfinished, &file)?;
    say(&format!("written in {:.0} s", began.elapsed().as_secs_f64()));
    Ok(file)
}

/// Lets the host make what customers and tickets are searched by, as it does after a migration. What interactions say is
/// left out: nothing here searches it, and ten million take long.
fn index(place: &Place, file: &Path) -> Result<()> {
    let connection = Connection::open(file)?;
    connection.busy_timeout(Duration::from_secs(30))?;
    if count(&connection, "select count(*) from sqlite_master where name = 'search_rows'")? == 0 {
        return Ok(());
    }
    connection.execute_batch(
        "insert into jobs (id, queue, lane, payload, cause_depth, run_at, attempts, state, fence, created_at) \
         select randomblob(16), 'search-index', 'search-index:' || column1, json_object('kind', column1), 0, 0, 0, 'ready', 0, 0 \
         from (values ('customer'), ('ticket'))",
    )?;
    let host = place.start(&address_of(file))?;
    let began = Instant::now();
    while count(&connection, "select count(*) from jobs where queue = 'search-index' and state <> 'dead'")?
        > 0
    {
        ensure!(began.elapsed() < PATIENCE, "customers are never indexed\n{}", host.log_end());
        std::thread::sleep(Duration::from_millis(200));
    }
    let dead = count(&connection, "select count(*) from jobs where state = 'dead'")?;
    ensure!(dead == 0, "{dead} jobs were given up while customers were indexed\n{}", host.log_end());
    host.stop().map_err(|error| anyhow!(error))?;
    Ok(())
}

/// Rows are inserted without their indexes, which are made afterwards over what is there.
fn fill(file: &Path, customers: u64) -> Result<()> {
    let connection = Connection::open(file)?;
    connection.execute_batch(
        "pragma journal_mode = off; pragma synchronous = off; pragma foreign_keys = off; \
         pragma cache_size = -1000000; pragma temp_store = memory;",
    )?;
    connection.create_scalar_function(
        "lower",
        1,
        rusqlite::functions::FunctionFlags::SQLITE_DETERMINISTIC,
        |context| Ok(context.get::<Option<String>>(0)?.map(|text| text.to_lowercase())),
    )?;
    let tables = "('customers', 'identities', 'conversations', 'interactions', 'tickets', 'events')";
    let indexes = format!(
        "select name, sql from sqlite_master where type = 'index' and sql is not null and tbl_name in {tables}"
    );
    let indexes: Vec<(String, String)> = connection
        .prepare(&indexes)?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    connection.execute_batch("begin exclusive")?;
    for (name, _) in &indexes {
        connection.execute_batch(&format!("drop index {name}"))?;
    }
    for statement in STATEMENTS {
        let (count, first) = (i64::try_from(customers)?, i64::try_from(FIRST)?);
        let given: [(&str, &dyn rusqlite::ToSql); 3] = [(":n", &count), (":t", &first), (":text", &TEXT)];
        let mut statement = connection.prepare(statement)?;
        for (name, value) in given {
            if let Some(index) = statement.parameter_index(name)? {
                statement.raw_bind_parameter(index, value)?;
            }
        }
        statement.raw_execute()?;
    }
    for (_, sql) in &indexes {
        connection.execute_batch(sql)?;
    }
    connection.execute_batch("commit; analyze;")?;
    Ok(())
}

/// A customer's id is its time, then its number; what belongs to it counts on in the last digits.
const STATEMENTS: &[&str] = &[
    "insert into customers (id, kind, name, stage, grade, language, region, tags, attributes, created_at, updated_at, version) \
     with recursive c(i) as (select 1 union all select i + 1 from c where i < :n) \
     select unhex(printf('%012x70008000%012x', :t + i, i)), 'person', \
     substr('王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗', 1 + i % 20, 1) || \
     substr('伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅春晓', 1 + (i / 20) % 31, 1) || \
     substr('子文一宇思佳雨浩欣梓涵嘉怡博诗晨琪睿萱泽彤瑞航颖凯悦辰馨', 1 + (i / 620) % 28, 1), \
     case i % 3 when 0 then 'lead' when 1 then 'customer' else 'repeat' end, case i % 5 when 0 then 'A' end, 'zh-CN', \
     case i % 4 when 0 then '华东' else '华南' end, '[]', '{}', (:t + i) * 1000, (:t + i) * 1000, 1 from c",
    "insert into identities (id, customer_id, scheme, issuer, value, attested, created_at) \
     with recursive c(i) as (select 1 union all select i + 1 from c where i < :n) \
     select unhex(printf('%012x70008001%012x', :t + i, i)), unhex(printf('%012x70008000%012x', :t + i, i)), 'phone', '', \
     printf('+86138%08d', i), false, (:t + i) * 1000 from c",
    "insert into conversations (id, customer_id, channel, external_id, subject, last_at, created_at, version) \
     with recursive c(i) as (select 1 union all select i + 1 from c where i < :n) \
     select unhex(printf('%012x70008002%012x', :t + i, i)), unhex(printf('%012x70008000%012x', :t + i, i)), 'telegram', i, '', \
     (:t + i) * 1000, (:t + i) * 1000, 1 from c",
    "insert into tickets (id, customer_id, conversation_id, subject, class, priority, status, language, sentiment, tags, \
     reasons, reopened, resolved_at, created_at, updated_at, version, number) \
     with recursive c(i) as (select 5 union all select i + 5 from c where i < :n) \
     select unhex(printf('%012x70008003%012x', :t + i, i)), unhex(printf('%012x70008000%012x', :t + i, i)), \
     unhex(printf('%012x70008002%012x', :t + i, i)), '送货', 'inquiry', 'normal', 'resolved', 'zh-CN', 0.0, '[]', '[]', 0, \
     (:t + i) * 1000, (:t + i) * 1000, (:t + i) * 1000, 1, \
     i / 5 + (select coalesce(max(number), 0) from tickets) from c where i <= :n",
    "insert into interactions (id, customer_id, conversation_id, kind, inbound, external_id, text, attributes, attachments, \
     occurred_at, created_at, version) \
     with recursive c(i) as (select 1 union all select i + 1 from c where i < :n), \
     k(k) as (select 0 union all select k + 1 from k where k < 9) \
     select unhex(printf('%012x700%x8004%012x', :t + i, k, i)), unhex(printf('%012x70008000%012x', :t + i, i)), \
     unhex(printf('%012x70008002%012x', :t + i, i)), 'message', k % 2 = 0, printf('%d:%d', i, k), :text, '{}', '[]', \
     (:t + i) * 1000 + k, (:t + i) * 1000 + k, 1 from c, k",
    "insert into events (id, seq, kind, subject_kind, subject_id, customer_id, actor_kind, at, depth, data, salt, data_digest, hash) \
     with recursive c(i) as (select 1 union all select i + 1 from c where i < :n) \
     select unhex(printf('%012x70008005%012x', :t + i, i)), i + (select coalesce(max(seq), 0) from events), 'customer.created', 'customer', \
     unhex(printf('%012x70008000%012x', :t + i, i)), unhex(printf('%012x70008000%012x', :t + i, i)), 'system', (:t + i) * 1000, 0, \
     '{}', zeroblob(16), zeroblob(32), zeroblob(32) from c",
    // The log's reader has no work with them.
    "insert into cursors (name, sequence) select 'fan-out', max(seq) from events where true \
     on conflict (name) do update set sequence = excluded.sequence",
];
