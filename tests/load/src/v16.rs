//! V16: pages of the console, lists by reach and by added fields, and declared kinds, at a million customers.

use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use serde_json::{Value, json};

use crate::client::{Connection, Until, drive, write};
use crate::data;
use crate::database::{Database, Value as SqlValue};
use crate::host::{Admin, Place, bearer};
use crate::report::{Row, median, whole};
use crate::{Size, random};

/// The password of those who sign in here.
const PASSWORD: &str = "correct horse battery staple";
/// Every so many customers are one team's.
const SHARE_OF_TEAM: u64 = 20;
/// So many customers have the same added field, and the same organisation.
const ALIKE: u64 = 10;

/// The path of the request of a number, where there are so many customers.
type Path = fn(u64, u64) -> String;
/// A page by what it shows.
type Page = (&'static str, Path);

const PAGES: [Page; 8] = [
    ("list of customers", |_, _| "/records/customer".to_owned()),
    ("the same by name", |_, _| "/records/customer?set=1&sort=name".to_owned()),
    ("the same by words", |_, _| "/records/customer?set=1&q=%E7%8E%8B%E8%8A%B3".to_owned()),
    ("a customer", |number, customers| {
        format!("/records/customer/{}", data::customer(random(number) % customers + 1))
    }),
    ("list of tickets", |_, _| "/records/ticket".to_owned()),
    ("a person", |_, _| "/records/user/ME".to_owned()),
    ("what is found by words", |_, _| "/find?q=%E7%8E%8B%E8%8A%B3".to_owned()),
    ("inbox", |_, _| "/inbox".to_owned()),
];

/// Somebody who signs in, and what they act by.
struct Person {
    id: String,
    cookie: String,
    token: String,
}

/// Measures the pages, then what is built upon the catalogue.
pub async fn run(place: &Place, size: Size) -> Result<Vec<Row>> {
    let customers = size.customers;
    let database = data::database(place, customers).await?;
    let host = place.start(&database)?;
    let mut admin = Admin::of(&host).await?;
    let team = found_or_made(&mut admin, "/v1/teams", "name", &json!({"name": "V16"})).await?;
    let reach = json!({"customer": {"read": "team", "change": "team"}});
    let role = json!({"name": "v16", "permissions": ["customers:read"], "reach": reach});
    found_or_made(&mut admin, "/v1/roles", "name", &role).await?;
    let field = json!({"name": "code", "value_type": "text", "en": "Code", "zh": "代码", "indexed": true});
    found_or_made(&mut admin, "/v1/kinds/customer/fields", "name", &field).await?;
    let all = person(&mut admin, &host.address, "all", "administrator", &team).await?;
    let some = person(&mut admin, &host.address, "team", "v16", &team).await?;
    host.stop().map_err(|error| anyhow!(error))?;
    furnish(&database, &team, customers).await?;

    let host = place.start(&database)?;
    let mut rows = Vec::new();
    for (what, path) in PAGES {
        let mut slow = Vec::new();
        for round in 0..=size.rounds {
            let (cookie, id) = (all.cookie.clone(), all.id.clone());
            let outcome = drive(host.address, 1, Until::Sent(60), move |number, request| {
                let path = path(number + u64::from(round) * 1_000, customers).replace("ME", &id);
                write(request, "GET", &path, &[("cookie", &cookie)], b"");
            })
            .await
            .context(what)?;
            if round > 0 {
                slow.push(outcome.percentile(0.95));
            }
        }
        rows.push(Row {
            id: "V16",
            on: place.engine.name(),
            what: format!("page: {what}, of {} customers, p95", whole(customers as f64)),
            floor: String::new(),
            figure: format!("{:.1} ms", median(&slow)),
            ratio: None,
            target: "<= 50 ms",
        });
    }
    let every: Path = |_, _| "/v1/customers?limit=50".to_owned();
    let list = |token: &str| (token.to_owned(), every);
    let organisation: Path = |number, customers| {
        let groups = customers / ALIKE;
        let id = data::customer(random(number) % groups + 1);
        format!("/v1/customers?limit=50&filter=organisation_id%20%3D%3D%20%22{id}%22")
    };
    let code: Path = |number, customers| {
        let code = random(number) % (customers / ALIKE) + 1;
        format!("/v1/customers?limit=50&filter=custom.code%20%3D%3D%20%22c{code}%22")
    };
    let reach = compared(&host.address, size, [list(&all.token), list(&some.token)]).await?;
    rows.push(ratio(
        place.engine.name(),
        "list of 50 with reach `team`, which one in twenty is in, p50; floor: reach `all`",
        reach,
    ));
    let own = (all.token.clone(), organisation);
    let added = compared(&host.address, size, [own, (all.token.clone(), code)]).await?;
    rows.push(ratio(
        place.engine.name(),
        "list by an indexed field that was added, p50; floor: by an indexed one of the host's own",
        added,
    ));
    host.stop().map_err(|error| anyhow!(error))?;
    rows.extend(declared(place, size).await?);
    Ok(rows)
}

/// A row of two figures in milliseconds.
fn ratio(on: &'static str, what: &str, [floor, figure]: [f64; 2]) -> Row {
    Row {
        id: "V16",
        on,
        what: what.to_owned(),
        floor: format!("{floor:.2} ms"),
        figure: format!("{figure:.2} ms"),
        ratio: Some(figure / floor),
        target: "<= 1.5",
    }
}

/// The medians of two lists, asked for in turn by a token each.
async fn compared(
    address: &std::net::SocketAddr,
    size: Size,
    lists: [(String, Path); 2],
) -> Result<[f64; 2]> {
    let mut medians: [Vec<f64>; 2] = Default::default();
    for round in 0..=size.rounds {
        for (which, (token, path)) in lists.iter().enumerate() {
            let (token, path, customers) = (format!("Bearer {token}"), *path, size.customers);
            let outcome = drive(*address, 1, Until::Sent(300), move |number, request| {
                let path = path(number + u64::from(round) * 1_000, customers);
                write(request, "GET", &path, &[("authorization", &token)], b"");
            })
            .await?;
            if round > 0 {
                medians[which].push(outcome.percentile(0.5));
            }
        }
    }
    Ok(medians.map(|medians| median(&medians)))
}

/// Records of a declared kind beside tasks: made and read.
async fn declared(place: &Place, size: Size) -> Result<Vec<Row>> {
    let host = place.start(&place.fresh("v16").await?)?;
    let mut admin = Admin::of(&host).await?;
    let kind = json!({
        "name": "visit", "en": "Visit", "zh": "上门服务", "title": "purpose", "fields": [
            {"name": "purpose", "type": "text", "en": "Purpose", "zh": "事由", "required": true},
            {"name": "notes", "type": "long-text", "en": "Notes", "zh": "备注"},
            {"name": "due_at", "type": "time", "en": "Due", "zh": "时间", "indexed": true},
            {"name": "state", "type": "word", "en": "State", "zh": "状态", "choices": ["open", "done"], "default": "open"},
        ],
    });
    admin.call("POST", "/v1/kinds", Some(&kind)).await?;
    let bodies = [
        (
            "/v1/tasks",
            json!({"title": "上门检修", "description": "带上配件", "due_at": "2026-03-01T08:00:00Z"}),
        ),
        (
            "/v1/records/visit",
            json!({"purpose": "上门检修", "notes": "带上配件", "due_at": "2026-03-01T08:00:00Z"}),
        ),
    ];
    let (mut made, mut read): ([Vec<f64>; 2], [Vec<f64>; 2]) = Default::default();
    let length = Until::Elapsed(Duration::from_millis(size.millis));
    for round in 0..=size.rounds {
        for (which, (path, body)) in bodies.iter().enumerate() {
            let path: &'static str = path;
            let (token, body) = (bearer(), body.to_string());
            let outcome = drive(host.address, 64, length, move |_, request| {
                let headers = [("authorization", token.as_str()), ("content-type", "application/json")];
                write(request, "POST", path, &headers, body.as_bytes());
            })
            .await?;
            let first = admin.call("GET", &format!("{path}?limit=1"), None).await?["items"][0]["id"].clone();
            let one = format!("{path}/{}", first.as_str().context("a record's id")?);
            let token = bearer();
            let reads = drive(host.address, 32, length, move |_, request| {
                write(request, "GET", &one, &[("authorization", &token)], b"");
            })
            .await?;
            if round > 0 {
                made[which].push(outcome.rate);
                read[which].push(reads.rate);
            }
        }
    }
    host.stop().map_err(|error| anyhow!(error))?;
    let rows = [("made, durable, 64 connections", made), ("read, 32 connections", read)];
    Ok(rows
        .into_iter()
        .map(|(what, rates)| {
            let [floor, figure] = rates.map(|rates| median(&rates));
            Row {
                id: "V16",
                on: place.engine.name(),
                what: format!("records of a declared kind {what}; floor: tasks"),
                floor: format!("{}/s", whole(floor)),
                figure: format!("{}/s", whole(figure)),
                ratio: Some(figure / floor),
                target: ">= 0.8",
            }
        })
        .collect())
}

/// The id of the one of this name: an earlier run has left it, or it is made.
async fn found_or_made(admin: &mut Admin, path: &str, field: &str, new: &Value) -> Result<String> {
    let known = admin.call("GET", path, None).await?;
    let known = known["items"].as_array().and_then(|items| items.iter().find(|one| one[field] == new[field]));
    let one = match known {
        Some(known) => known.clone(),
        None => admin.call("POST", path, Some(new)).await?,
    };
    Ok(one["id"].as_str().context("an id")?.to_owned())
}

async fn person(
    admin: &mut Admin,
    address: &std::net::SocketAddr,
    name: &str,
    role: &str,
    team: &str,
) -> Result<Person> {
    let email = format!("v16-{name}@example.com");
    let new = json!({"name": name, "email": email, "language": "en", "roles": [role], "teams": [team]});
    let id = found_or_made(admin, "/v1/users", "email", &new).await?;
    // One of an earlier run has it already.
    let _ =
        admin.call("POST", &format!("/v1/users/{id}/password"), Some(&json!({"password": PASSWORD}))).await;
    let token = json!({"name": name, "scopes": ["customers:read"], "user_id": id});
    let token = admin.call("POST", "/v1/tokens", Some(&token)).await?["token"].clone();
    let form =
        format!("email={}&password={}&next=%2Finbox", email.replace('@', "%40"), PASSWORD.replace(' ', "+"));
    let mut connection = Connection::open(*address).await?;
    let mut request = Vec::new();
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    write(&mut request, "POST", "/sign-in", &headers, form.as_bytes());
    let status = connection.send(&request).await?;
    ensure!(status == 303, "signing in was answered with {status}");
    let cookie = connection.header("set-cookie").and_then(|cookie| cookie.split(';').next());
    let cookie = cookie.context("no session")?.to_owned();
    Ok(Person { id, cookie, token: token.as_str().context("a token")?.to_owned() })
}

/// Gives customers their team, organisation and added field, once.
async fn furnish(database: &Database, team: &str, customers: u64) -> Result<()> {
    let mut session = database.open().await?;
    if session.count("select count(*) from customers where organisation_id is not null", &[]).await? > 0 {
        return Ok(());
    }
    let object = match database {
        Database::Sqlite(_) => "json_object",
        Database::Postgres(_) => "jsonb_build_object",
    };
    let sql = format!(
        "with numbered as (select id, row_number() over (order by id) as number from customers) \
         update customers set custom = {object}('code', 'c' || cast(1 + n.number % $1 as text)), \
         organisation_id = o.id, team_id = case when n.number % $2 = 0 then $3 end \
         from numbered n join numbered o on o.number = 1 + n.number % $1 where n.id = customers.id"
    );
    let groups = i64::try_from(customers / ALIKE)?;
    let team = SqlValue::Id(uuid::Uuid::parse_str(team)?);
    let values = [SqlValue::Integer(groups), SqlValue::Integer(i64::try_from(SHARE_OF_TEAM)?), team];
    session.execute(&sql, &values).await?;
    session.execute("analyze", &[]).await
}
