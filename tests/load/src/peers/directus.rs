//! Directus, installed by npm, on PostgreSQL, with tables that hold what Hospes' records hold.

use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use super::node::Node;
use crate::client::{Connection, write};
use crate::database::Database;
use crate::host::Admin;
use crate::process::free_port;

/// The release that is measured.
const VERSION: &str = "12.4.0";
/// The administrator's token.
const TOKEN: &str = "the-token-of-the-administrator-in-measurements";
/// How long it may take to start.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running Directus. It is killed when it is dropped.
pub struct Directus {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Directus {
    /// Installs it below the folder where it isn't yet, and starts it on an empty database.
    pub async fn start(folder: &Path, database: &Database) -> Result<Self> {
        let node = Node::prepare(folder)?;
        let folder = folder.join("directus");
        node.install(&folder, "directus", VERSION)?;
        let address = free_port();
        let log = folder.join("log");
        let mut bootstrap = command(&node, &folder, database, address, "bootstrap");
        let made = bootstrap.output()?;
        ensure!(
            made.status.success(),
            "directus bootstrap: {}{}",
            String::from_utf8_lossy(&made.stdout),
            String::from_utf8_lossy(&made.stderr)
        );
        let mut start = command(&node, &folder, database, address, "start");
        start.stdin(Stdio::null()).stdout(Stdio::null()).stderr(File::create(&log)?);
        let mut directus = Self { child: start.spawn()?, address };
        let began = Instant::now();
        while !directus.is_ready().await {
            let ended = directus.child.try_wait()?;
            if ended.is_some() || began.elapsed() > PATIENCE {
                bail!("Directus doesn't start: {}", std::fs::read_to_string(&log).unwrap_or_default());
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        Ok(directus)
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    async fn is_ready(&self) -> bool {
        let Ok(mut connection) = Connection::open(self.address).await else { return false };
        let mut request = Vec::new();
        write(&mut request, "GET", "/server/ping", &[], b"");
        connection.send(&request).await.is_ok_and(|status| status == 200)
    }

    /// Makes the tables, and the flow that scores whoever wrote.
    pub async fn make_tables(&self) -> Result<()> {
        let mut api = Admin::at(self.address, &bearer()).await?;
        for (name, columns) in TABLES {
            let mut fields = vec![json!({
                "field": "id", "type": "uuid", "meta": {"special": ["uuid"]},
                "schema": {"is_primary_key": true},
            })];
            fields.extend(columns.iter().map(|(field, kind)| match *kind {
                "date-created" | "date-updated" => {
                    json!({"field": field, "type": "timestamp", "meta": {"special": [kind]}, "schema": {}})
                }
                "json" => {
                    json!({"field": field, "type": "json", "meta": {"special": ["cast-json"]}, "schema": {}})
                }
                "customer" => {
                    json!({"field": field, "type": "uuid", "meta": {"special": ["m2o"]}, "schema": {}})
                }
                kind => json!({"field": field, "type": kind, "meta": {}, "schema": {}}),
            }));
            let table = json!({"collection": name, "meta": {}, "schema": {"name": name}, "fields": fields});
            api.call("POST", "/collections", Some(&table)).await?;
            for (field, _) in columns.iter().filter(|(_, kind)| *kind == "customer") {
                let relation = json!({
                    "collection": name, "field": field, "related_collection": "customers",
                    "schema": {"on_delete": "NO ACTION"},
                });
                api.call("POST", "/relations", Some(&relation)).await?;
            }
        }
        make_flow(&mut api).await
    }
}

impl Drop for Directus {
    fn drop(&mut self) {
        // What it holds goes with its database.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The value of the header that the administrator's requests carry.
pub fn bearer() -> String {
    format!("Bearer {TOKEN}")
}

/// Tables with their columns; the first is `id`.
const TABLES: [(&str, &[(&str, &str)]); 4] = [
    (
        "customers",
        &[
            ("kind", "string"),
            ("name", "string"),
            ("stage", "string"),
            ("grade", "string"),
            ("language", "string"),
            ("region", "string"),
            ("phone", "string"),
            ("tags", "json"),
            ("attributes", "json"),
            ("created_at", "date-created"),
            ("updated_at", "date-updated"),
        ],
    ),
    (
        "tickets",
        &[
            ("customer", "customer"),
            ("subject", "string"),
            ("text", "text"),
            ("class", "string"),
            ("priority", "string"),
            ("status", "string"),
            ("tags", "json"),
            ("created_at", "date-created"),
            ("updated_at", "date-updated"),
        ],
    ),
    ("interactions", &[("customer", "customer"), ("text", "text"), ("created_at", "date-created")]),
    ("scores", &[("customer", "customer"), ("value", "float"), ("grade", "string")]),
];

/// A flow that looks for words in a message and writes a score: a script, then a new row.
async fn make_flow(api: &mut Admin) -> Result<()> {
    let flow = json!({
        "name": "score", "status": "active", "trigger": "event", "accountability": null,
        "options": {"type": "action", "scope": ["items.create"], "collections": ["interactions"]},
    });
    let flow = id(&api.call("POST", "/flows", Some(&flow)).await?)?;
    let write = json!({
        "flow": flow, "key": "write", "type": "item-create", "position_x": 37, "position_y": 1,
        "options": {
            "collection": "scores", "permissions": "$full", "emitEvents": false,
            "payload": {"customer": "{{$trigger.payload.customer}}", "value": "{{judge.value}}", "grade": "{{judge.grade}}"},
        },
    });
    let write = id(&api.call("POST", "/operations", Some(&write)).await?)?;
    let code = "module.exports = async function (data) {\n\
        const words = ['price', 'how much', 'buy', 'order'];\n\
        const text = data.$trigger.payload.text.toLowerCase();\n\
        const value = words.filter((word) => text.includes(word)).length * 25;\n\
        return { value, grade: value > 20 ? 'warm' : 'cold' };\n}";
    let judge = json!({
        "flow": flow, "key": "judge", "type": "exec", "position_x": 19, "position_y": 1, "resolve": write,
        "options": {"code": code},
    });
    let judge = id(&api.call("POST", "/operations", Some(&judge)).await?)?;
    api.call("PATCH", &format!("/flows/{flow}"), Some(&json!({"operation": judge}))).await?;
    Ok(())
}

fn id(made: &Value) -> Result<String> {
    Ok(made["data"]["id"].as_str().context("an id")?.to_owned())
}

fn command(node: &Node, folder: &PathBuf, database: &Database, address: SocketAddr, what: &str) -> Command {
    // It ends with this program, however that ends.
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig=KILL", "--"]).arg(&node.program);
    command.arg("node_modules/directus/cli.js").arg(what).current_dir(folder);
    command.env("NODE_ENV", "production").env("HOST", address.ip().to_string());
    command.env("PORT", address.port().to_string()).env("PUBLIC_URL", format!("http://{address}"));
    command.env("DB_CLIENT", "pg").env("DB_CONNECTION_STRING", database.address());
    command
        .env("KEY", "00000000-0000-4000-8000-000000000000")
        .env("SECRET", "the-secret-of-measurements-0123456789");
    command.env("ADMIN_EMAIL", "admin@example.com").env("ADMIN_PASSWORD", "correct horse battery");
    command.env("ADMIN_TOKEN", TOKEN);
    // Nothing goes out, and nothing is refused because there is much to do.
    command.env("TELEMETRY", "false").env("PRESSURE_LIMITER_ENABLED", "false").env("LOG_LEVEL", "warn");
    command
}
