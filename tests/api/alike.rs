//! The two databases answer alike: random sequences of requests, each made on both, and nothing of any answer may differ but
//! ids. `HOSPES_ALIKE=10000` makes so many sequences; without it they are few.

use std::collections::HashMap;
use std::sync::LazyLock;

use fastrand::Rng;
use regex::Regex;
use reqwest::Method;
use serde_json::{Value, json};
use support::app::TestApp;
use support::store::Engine;

use crate::declared_kinds::visit;

/// Requests in a sequence.
const LENGTH: usize = 40;
/// So many sequences are made on the same hosts, one after the other.
const TOGETHER: usize = 4;

/// What people write, and what engines read differently when nobody looks.
const TEXTS: &[&str] = &[
    "王芳",
    "王小明",
    "wang",
    "Ann Müller",
    "ANN MÜLLER",
    "ann_b",
    "100%",
    "İstanbul",
    "straße",
    "STRASSE",
    "a'b\"c\\",
    "\t x \n",
    "👩‍👩‍👧‍👦",
    "ไทยเบฟ",
    "ｗｉｄｅ１２",
    "é",
    "e\u{301}",
    "",
    " ",
    "null",
    "0",
    "-",
    "💧净水器",
    "ﷺ",
    "_",
    "%",
    "a\u{200b}b",
];
const NUMBERS: &[&str] = &[
    "0",
    "-0.0",
    "1",
    "0.1",
    "0.30000000000000004",
    "1e300",
    "-1e300",
    "5e-324",
    "1.7e308",
    "9007199254740993",
    "9223372036854775807",
    "-9223372036854775808",
    "12.345",
    "1e21",
    "123456789.12345678",
    "3.0",
];
const DAYS: &[&str] = &["2026-01-31", "0001-01-01", "9999-12-31", "2024-02-29", "1970-01-01"];
const SORTS: &[&str] = &[
    "name",
    "-name",
    "updated_at",
    "-updated_at,name",
    "custom.n",
    "-custom.n",
    "custom.i",
    "-custom.w",
    "custom.d,-name",
    "-custom.b",
    "custom.n,-custom.w",
    "id",
    "-id",
];

/// Both hosts, and the ids that stand for the same record on each.
struct Pair {
    apps: [TestApp; 2],
    rng: Rng,
    seed: u64,
    done: Vec<String>,
}

/// An answer without what may differ.
#[derive(Debug, PartialEq)]
struct Seen {
    status: u16,
    body: String,
}

/// Ids become their numbers in the order in which they are met, so that the same record is the same on both.
#[derive(Default)]
struct Ids(HashMap<String, usize>);

impl Ids {
    fn plain(&mut self, text: &str) -> String {
        static ID: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").expect("a pattern")
        });
        let name = |found: &regex::Captures<'_>| {
            let next = self.0.len();
            format!("<{}>", self.0.entry(found[0].to_owned()).or_insert(next))
        };
        ID.replace_all(text, name).into_owned()
    }
}

impl Pair {
    async fn start(seed: u64) -> Self {
        let apps = [TestApp::start(Engine::Sqlite, &[]).await, TestApp::start(Engine::Postgres, &[]).await];
        for app in &apps {
            for (name, of) in
                [("n", "number"), ("i", "integer"), ("w", "text"), ("d", "date"), ("b", "boolean")]
            {
                let field =
                    json!({"name": name, "value_type": of, "en": name, "zh": name, "indexed": name != "w"});
                app.post("/v1/kinds/customer/fields", &field).await.expect(201);
            }
            app.post("/v1/kinds", &visit()).await.expect(201);
        }
        Self { apps, rng: Rng::with_seed(seed), seed, done: Vec::new() }
    }

    fn text(&mut self) -> &'static str {
        TEXTS[self.rng.usize(..TEXTS.len())]
    }

    fn number(&mut self) -> Value {
        serde_json::from_str(NUMBERS[self.rng.usize(..NUMBERS.len())]).expect("a number")
    }

    fn value(&mut self) -> Value {
        match self.rng.u8(..6) {
            0 => Value::Null,
            1 => self.number(),
            2 => self.rng.bool().into(),
            3 => json!([self.text(), self.number()]),
            4 => json!({"in": self.text()}),
            _ => self.text().into(),
        }
    }

    fn day(&mut self) -> &'static str {
        DAYS[self.rng.usize(..DAYS.len())]
    }

    /// Some fields of a customer.
    fn fields(&mut self) -> Value {
        let mut fields = json!({});
        let all =
            ["name", "grade", "language", "region", "birthday", "tags", "attributes", "custom", "stage"];
        for name in all {
            if self.rng.u8(..3) > 0 {
                continue;
            }
            fields[name] = match name {
                "birthday" => self.day().into(),
                "tags" => json!([self.text(), self.text()]),
                "attributes" => json!({"a": self.value(), "鞋 码": self.value(), "b": self.value()}),
                "stage" => ["lead", "customer", "lapsed", "gone"][self.rng.usize(..4)].into(),
                "custom" => {
                    let mut custom = json!({});
                    let values = [
                        ("n", self.number()),
                        ("i", self.number()),
                        ("w", self.text().into()),
                        ("d", self.day().into()),
                        ("b", self.rng.bool().into()),
                    ];
                    for (name, value) in values {
                        if self.rng.bool() {
                            custom[name] = if self.rng.u8(..5) == 0 { Value::Null } else { value };
                        }
                    }
                    custom
                }
                _ => self.text().into(),
            };
        }
        fields
    }

    fn condition(&mut self) -> String {
        let quoted = |text: &str| format!("{:?}", text.replace('\u{200b}', ""));
        let compare = ["==", "!=", "<", "<=", ">", ">="][self.rng.usize(..6)];
        let number = NUMBERS[self.rng.usize(..NUMBERS.len())];
        let one = match self.rng.u8(..14) {
            0 => format!("name {compare} {}", quoted(self.text())),
            1 => format!("name.contains({})", quoted(self.text())),
            2 => format!("name.startsWith({})", quoted(self.text())),
            3 => format!("name.endsWith({})", quoted(self.text())),
            4 => format!("custom.n {compare} {number}"),
            5 => format!("custom.i {compare} {number}"),
            6 => format!("custom.w {compare} {}", quoted(self.text())),
            7 => format!("custom.d {compare} {}", quoted(self.day())),
            8 => format!("attributes.a {compare} {number}"),
            9 => format!("attributes.a {compare} {}", quoted(self.text())),
            10 => format!("{} in tags", quoted(self.text())),
            11 => format!("grade {compare} null"),
            12 => format!("attributes[\"鞋 码\"] == {}", ["true", "false", "null"][self.rng.usize(..3)]),
            _ => format!("size(tags) {compare} 1"),
        };
        match self.rng.u8(..4) {
            0 => format!("!({one})"),
            1 => format!("{one} && name != \"x\""),
            2 => format!("{one} || custom.b"),
            _ => one,
        }
    }

    /// Makes one request on both, and holds the answers against each other; the JSON of each.
    async fn both(&mut self, method: Method, paths: &[String; 2], body: Option<&Value>) -> [Value; 2] {
        self.done.push(format!("{method} {} {}", paths[0], body.map(Value::to_string).unwrap_or_default()));
        let mut seen = Vec::new();
        let mut bodies = Vec::new();
        for (app, path) in self.apps.iter().zip(paths) {
            let request =
                app.request(method.clone(), path).bearer_auth(support::app::ADMIN).header("if-match", "*");
            let request = match body {
                Some(body) => request.json(body),
                None => request,
            };
            let answer = app.send(request).await;
            let json: Value =
                serde_json::from_str(&answer.text).unwrap_or(Value::String(answer.text.clone()));
            let mut shown = json.clone();
            if let Some(fields) = shown.as_object_mut() {
                fields.remove("request_id");
                if let Some(next) = fields.get_mut("next") {
                    *next = (!next.is_null()).into();
                }
            }
            seen.push(Seen {
                status: answer.status.as_u16(),
                body: Ids::default().plain(&shown.to_string()),
            });
            bodies.push(json);
        }
        assert!(seen[0].status < 500, "seed {}: {seen:#?}\n{}", self.seed, self.done.join("\n"));
        assert_eq!(seen[0], seen[1], "seed {}, SQLite and PostgreSQL:\n{}", self.seed, self.done.join("\n"));
        bodies.try_into().expect("two")
    }

    async fn same(&mut self, method: Method, path: &str, body: Option<&Value>) -> [Value; 2] {
        self.both(method, &[path.to_owned(), path.to_owned()], body).await
    }

    /// A list, page by page to its end.
    async fn list(&mut self, kind: &str) {
        let encode = |text: &str| -> String { text.bytes().map(|byte| format!("%{byte:02X}")).collect() };
        let limit = self.rng.u8(1..6);
        let mut query = format!("limit={limit}");
        if kind == "customers" {
            if self.rng.bool() {
                query += &format!("&filter={}", encode(&self.condition()));
            }
            if self.rng.bool() {
                query += &format!("&sort={}", SORTS[self.rng.usize(..SORTS.len())]);
            }
        }
        if self.rng.u8(..6) == 0 {
            query += &format!("&q={}", encode(self.text()));
        }
        let mut paths = [format!("/v1/{kind}?{query}"), format!("/v1/{kind}?{query}")];
        for _ in 0..TOGETHER * LENGTH {
            let pages = self.both(Method::GET, &paths, None).await;
            let Some([one, other]) = pages
                .each_ref()
                .map(|page| page["next"].as_str())
                .into_iter()
                .collect::<Option<Vec<_>>>()
                .map(|next| [next[0].to_owned(), next[1].to_owned()])
            else {
                return;
            };
            paths = [one, other].map(|next| format!("/v1/{kind}?{query}&cursor={next}"));
        }
        panic!("seed {}: the list has no end: {query}", self.seed);
    }

    async fn run(&mut self) {
        let mut customers: Vec<[String; 2]> = Vec::new();
        let id = |answer: &Value| answer["id"].as_str().map(str::to_owned);
        for _ in 0..LENGTH {
            self.apps.iter().for_each(|app| app.clock.advance_millis(1_000));
            let some = (!customers.is_empty()).then(|| customers[self.rng.usize(..customers.len())].clone());
            match (self.rng.u8(..12), some) {
                (0..=2, _) | (_, None) => {
                    let new = self.fields();
                    let made = self.same(Method::POST, "/v1/customers", Some(&new)).await;
                    if let [Some(one), Some(other)] = made.each_ref().map(id) {
                        customers.push([one, other]);
                    }
                }
                (3..=4, Some(ids)) => {
                    let change = self.fields();
                    self.both(Method::PATCH, &ids.map(|id| format!("/v1/customers/{id}")), Some(&change))
                        .await;
                }
                (5, Some(ids)) => {
                    let value = self.text();
                    let scheme = ["phone", "email", "member"][self.rng.usize(..3)];
                    let identity = json!({"scheme": scheme, "issuer": "", "value": value});
                    self.both(
                        Method::POST,
                        &ids.map(|id| format!("/v1/customers/{id}/identities")),
                        Some(&identity),
                    )
                    .await;
                }
                (6, Some(ids)) => {
                    self.both(Method::GET, &ids.map(|id| format!("/v1/customers/{id}/view")), None).await;
                }
                (7, _) => {
                    let visit = json!({"purpose": self.text(), "minutes": self.number(), "rating": self.number(), "note": self.text()});
                    self.same(Method::POST, "/v1/records/visit", Some(&visit)).await;
                    self.list("records/visit").await;
                }
                (8, _) => {
                    let word = self.text();
                    let word: String = word.bytes().map(|byte| format!("%{byte:02X}")).collect();
                    self.same(Method::GET, &format!("/v1/search?q={word}"), None).await;
                }
                (9, _) => {
                    let sort = SORTS[self.rng.usize(..SORTS.len())];
                    self.same(Method::GET, &format!("/v1/exports/customer?sort={sort}"), None).await;
                }
                _ => self.list("customers").await,
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_databases_answer_random_requests_alike() {
    let wanted = std::env::var("HOSPES_ALIKE").ok().and_then(|count| count.parse().ok());
    let first: u64 = std::env::var("HOSPES_ALIKE_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    for seeds in (first..first + wanted.unwrap_or(12)).collect::<Vec<u64>>().chunks(TOGETHER) {
        let mut pair = Pair::start(seeds[0]).await;
        for seed in seeds {
            (pair.rng, pair.seed) = (Rng::with_seed(*seed), *seed);
            pair.done.clear();
            pair.run().await;
        }
        for TestApp { host, .. } in pair.apps {
            host.stop().await;
        }
    }
}
