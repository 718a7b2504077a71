//! A company of any size, written set-wise into a database that the host has made, and kept for the next run.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use serde_json::json;
use uuid::Uuid;

use crate::copy;
use crate::database::{Database, Engine, Value};
use crate::host::Place;
use crate::report::say;

/// Touches of each customer.
pub const TOUCHES: u64 = 10;
/// 2026-01-05 in milliseconds: the first record's time.
const FIRST: u64 = 1_767_571_200_000;
/// What interactions say.
const TEXT: &str = "请问大号的什么时候能送到？ The large one, please.";

/// How long indexing the largest set of customers may take.
const PATIENCE: Duration = Duration::from_secs(900);

/// The id of the customer of this number, from 1.
pub fn customer(number: u64) -> Uuid {
    Uuid::from_u128(u128::from(FIRST + number) << 80 | 0x7000_8000_u128 << 48 | u128::from(number))
}

/// A database with so many customers: taken as it is when an earlier run has made it.
pub async fn database(place: &Place, customers: u64) -> Result<Database> {
    match &place.engine {
        Engine::Sqlite(_) => {
            let folder = place.target.join("load-data");
            std::fs::create_dir_all(&folder)?;
            let file = folder.join(format!("{customers}.db"));
            if !file.is_file() {
                let unfinished = folder.join(format!("{customers}.unfinished"));
                for suffix in ["", "-wal", "-shm"] {
                    let mut name = unfinished.clone().into_os_string();
                    name.push(suffix);
                    // It is there only when an earlier run was broken off.
                    let _ = std::fs::remove_file(name);
                }
                write(place, &Database::Sqlite(unfinished.clone()), customers).await?;
                std::fs::rename(&unfinished, &file)?;
            }
            Ok(Database::Sqlite(file))
        }
        Engine::Postgres(server) => {
            let (name, unfinished) = (format!("data_{customers}"), format!("unfinished_{customers}"));
            let (url, there) = server.kept(&name).await?;
            if !there {
                let made = place.fresh(&unfinished).await?;
                write(place, &made, customers).await?;
                server.keep(&unfinished, &name).await?;
            }
            Ok(Database::Postgres(url))
        }
    }
}

/// Makes all tables, fills them, and has the host make what records are searched by.
async fn write(place: &Place, database: &Database, customers: u64) -> Result<()> {
    let began = Instant::now();
    say(&format!("writing {customers} customers with {} interactions", customers * TOUCHES));
    place.make(database)?;
    let mut session = database.open().await?;
    let given = Given {
        customers: i64::try_from(customers)?,
        sequence: i64::try_from(session.count("select coalesce(max(seq), 0) from events", &[]).await?)?,
        number: i64::try_from(session.count("select coalesce(max(number), 0) from tickets", &[]).await?)?,
    };
    // Whoever fills the file has it alone.
    drop(session);
    match database {
        Database::Sqlite(file) => fill(file, &given).with_context(|| file.display().to_string())?,
        Database::Postgres(url) => copy::fill(url, &given).await.with_context(|| url.clone())?,
    }
    database.open().await?.execute(READ, &[]).await?;
    index(place, database).await?;
    say(&format!("written in {:.0} s", began.elapsed().as_secs_f64()));
    Ok(())
}

/// Lets the host make what customers and tickets are searched by, as it does after a migration. What interactions say is
/// left out: nothing here searches it, and ten million take long.
async fn index(place: &Place, database: &Database) -> Result<()> {
    let mut session = database.open().await?;
    if session.count("select count(*) from search_rows", &[]).await.is_err() {
        return Ok(());
    }
    for kind in ["customer", "ticket"] {
        let sql = "insert into jobs (id, queue, lane, payload, cause_depth, run_at, attempts, state, fence, created_at) \
            values ($1, 'search-index', $2, $3, 0, 0, 0, 'ready', 0, 0)";
        let lane = Value::Text(format!("search-index:{kind}"));
        session.execute(sql, &[Value::Id(Uuid::now_v7()), lane, Value::Json(json!({"kind": kind}))]).await?;
    }
    let host = place.start(database)?;
    let began = Instant::now();
    let left = "select count(*) from jobs where queue = 'search-index' and state <> 'dead'";
    while session.count(left, &[]).await? > 0 {
        ensure!(began.elapsed() < PATIENCE, "customers are never indexed\n{}", host.log_end());
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let dead = session.count("select count(*) from jobs where state = 'dead'", &[]).await?;
    ensure!(dead == 0, "{dead} jobs were given up while customers were indexed\n{}", host.log_end());
    host.stop().map_err(|error| anyhow!(error))?;
    session.execute("analyze", &[]).await
}

/// Rows are inserted without their indexes, which are made afterwards over what is there.
fn fill(file: &Path, given: &Given) -> Result<()> {
    let connection = rusqlite::Connection::open(file)?;
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
    let tables = TABLES.map(|table| format!("'{}'", table.name)).join(", ");
    let indexes = format!(
        "select name, sql from sqlite_master where type = 'index' and sql is not null and tbl_name in ({tables})"
    );
    let indexes: Vec<(String, String)> = connection
        .prepare(&indexes)?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    connection.execute_batch("begin exclusive")?;
    for (name, _) in &indexes {
        connection.execute_batch(&format!("drop index {name}"))?;
    }
    for Table { name, columns, rows } in &TABLES {
        let mut statement = connection.prepare(&format!("insert into {name} ({columns}) {rows}"))?;
        given.bind(&mut statement)?;
        statement.raw_execute()?;
    }
    for (_, sql) in &indexes {
        connection.execute_batch(sql)?;
    }
    connection.execute_batch("commit")?;
    Ok(())
}

/// A table, and a query for its rows; SQLite answers it for both databases.
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// The columns that are filled.
    pub columns: &'static str,
    /// Gives them. A customer's id is its time, then its number; what belongs to it counts on in the last digits.
    pub rows: &'static str,
}

/// What queries for rows may be given.
pub struct Given {
    /// How many customers.
    pub customers: i64,
    /// The last event's place.
    pub sequence: i64,
    /// The last ticket's number.
    pub number: i64,
}

impl Given {
    /// Binds what a query asks for.
    pub fn bind(&self, query: &mut rusqlite::Statement<'_>) -> Result<()> {
        let given: [(&str, &dyn rusqlite::ToSql); 5] = [
            (":n", &self.customers),
            (":t", &i64::try_from(FIRST)?),
            (":text", &TEXT),
            (":sequence", &self.sequence),
            (":number", &self.number),
        ];
        for (name, value) in given {
            if let Some(index) = query.parameter_index(name)? {
                query.raw_bind_parameter(index, value)?;
            }
        }
        Ok(())
    }
}

/// The company, in the order in which rows refer to each other.
pub const TABLES: [Table; 6] = [
    Table {
        name: "customers",
        columns: "id, kind, name, stage, grade, language, region, tags, attributes, created_at, \
            updated_at, version",
        rows: "with recursive c(i) as (select 1 union all select i + 1 from c where i < :n) \
            select unhex(printf('%012x70008000%012x', :t + i, i)), 'person', \
            substr('王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗', 1 + i % 20, 1) || \
            substr('伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅春晓', 1 + (i / 20) % 31, 1) || \
            substr('子文一宇思佳雨浩欣梓涵嘉怡博诗晨琪睿萱泽彤瑞航颖凯悦辰馨', 1 + (i / 620) % 28, 1), \
            case i % 3 when 0 then 'lead' when 1 then 'customer' else 'repeat' end, case i % 5 when 0 then 'A' end, 'zh-CN', \
            case i % 4 when 0 then '华东' else '华南' end, '[]', '{}', (:t + i) * 1000, (:t + i) * 1000, 1 from c",
    },
    Table {
        name: "identities",
        columns: "id, customer_id, scheme, issuer, value, attested, created_at",
        rows: "with recursive c(i) as (select 1 union all select i + 1 from c where i < :n) \
            select unhex(printf('%012x70008001%012x', :t + i, i)), unhex(printf('%012x70008000%012x', :t + i, i)), 'phone', '', \
            printf('+86138%08d', i), false, (:t + i) * 1000 from c",
    },
    Table {
        name: "conversations",
        columns: "id, customer_id, channel, external_id, subject, last_at, created_at, version",
        rows: "with recursive c(i) as (select 1 union all select i + 1 from c where i < :n) \
            select unhex(printf('%012x70008002%012x', :t + i, i)), unhex(printf('%012x70008000%012x', :t + i, i)), 'telegram', i, '', \
            (:t + i) * 1000, (:t + i) * 1000, 1 from c",
    },
    Table {
        name: "tickets",
        columns: "id, customer_id, conversation_id, subject, class, priority, status, language, sentiment, \
            tags, reasons, reopened, resolved_at, created_at, updated_at, version, number",
        rows: "with recursive c(i) as (select 5 union all select i + 5 from c where i < :n) \
            select unhex(printf('%012x70008003%012x', :t + i, i)), unhex(printf('%012x70008000%012x', :t + i, i)), \
            unhex(printf('%012x70008002%012x', :t + i, i)), '送货', 'inquiry', 'normal', 'resolved', 'zh-CN', 0.0, '[]', '[]', 0, \
            (:t + i) * 1000, (:t + i) * 1000, (:t + i) * 1000, 1, \
            i / 5 + :number from c where i <= :n",
    },
    Table {
        name: "interactions",
        columns: "id, customer_id, conversation_id, kind, inbound, external_id, text, attributes, \
            attachments, occurred_at, created_at, version",
        rows: "with recursive c(i) as (select 1 union all select i + 1 from c where i < :n), \
            k(k) as (select 0 union all select k + 1 from k where k < 9) \
            select unhex(printf('%012x700%x8004%012x', :t + i, k, i)), unhex(printf('%012x70008000%012x', :t + i, i)), \
            unhex(printf('%012x70008002%012x', :t + i, i)), 'message', k % 2 = 0, printf('%d:%d', i, k), :text, '{}', '[]', \
            (:t + i) * 1000 + k, (:t + i) * 1000 + k, 1 from c, k",
    },
    Table {
        name: "events",
        columns: "id, seq, kind, subject_kind, subject_id, customer_id, actor_kind, at, depth, data, salt, \
            data_digest, hash",
        rows: "with recursive c(i) as (select 1 union all select i + 1 from c where i < :n) \
            select unhex(printf('%012x70008005%012x', :t + i, i)), i + :sequence, 'customer.created', 'customer', \
            unhex(printf('%012x70008000%012x', :t + i, i)), unhex(printf('%012x70008000%012x', :t + i, i)), 'system', (:t + i) * 1000, 0, \
            '{}', zeroblob(16), zeroblob(32), zeroblob(32) from c",
    },
];

/// The log's reader has no work with the company's events.
const READ: &str = "insert into cursors (name, sequence) select 'fan-out', max(seq) from events where true \
    on conflict (name) do update set sequence = excluded.sequence";
