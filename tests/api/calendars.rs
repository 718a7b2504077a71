//! Business calendars by the API, and the table of dated cases: when a ticket is due, with the arithmetic beside it.

use std::collections::BTreeMap;

use hospes::domain::clock::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};
use support::app::TestApp;
use support::on_both_engines;
use support::people::{id, people};
use support::store::Engine;

on_both_engines!(
    every_dated_case_is_due_when_the_table_says,
    calendars_are_made_changed_and_removed,
    what_can_not_be_understood_is_refused_with_its_place,
    days_say_when_work_is_done_and_why,
);

const CALENDARS: &str = include_str!("../fixtures/calendars/calendars.json");
const CASES: &str = include_str!("../fixtures/calendars/cases.csv");

/// A line of the table.
struct Case {
    line: String,
    calendar: String,
    start: Timestamp,
    minutes: i64,
    pauses: Vec<(Timestamp, Timestamp)>,
    due: Timestamp,
}

/// A time of the table, `2026-01-05T09:00+08:00`.
fn at(text: &str) -> Timestamp {
    let (minute, offset) = text.split_at("2026-01-05T09:00".len());
    format!("{minute}:00{offset}").parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn cases() -> Vec<Case> {
    let lines = CASES.lines().filter(|line| !line.starts_with('#')).skip(1);
    lines
        .map(|line| {
            let [calendar, start, minutes, pauses, due, _why] =
                line.split(',').collect::<Vec<_>>().try_into().unwrap_or_else(|_| panic!("{line}"));
            let pause =
                |pause: &str| pause.split_once('/').map(|(from, to)| (at(from), at(to))).expect("from/to");
            Case {
                line: line.to_owned(),
                calendar: calendar.to_owned(),
                start: at(start),
                minutes: minutes.parse().expect("minutes"),
                pauses: pauses.split(';').filter(|pause| !pause.is_empty()).map(pause).collect(),
                due: at(due),
            }
        })
        .collect()
}

/// What happens in a case: its ticket opens, begins to wait, goes on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Act {
    Open,
    Wait,
    GoOn,
}

async fn every_dated_case_is_due_when_the_table_says(engine: Engine) {
    let cases = cases();
    assert!(cases.len() >= 250, "{}", cases.len());
    let people = people(engine).await;
    let app = &people.app;
    let calendars: Vec<Value> = serde_json::from_str(CALENDARS).expect("JSON");
    let mut ids = BTreeMap::new();
    for calendar in &calendars {
        let made = app.post("/v1/calendars", calendar).await.expect(201);
        ids.insert(calendar["name"].as_str().expect("a name").to_owned(), made["id"].clone());
    }
    // All happens on one clock that only goes forward, so cases go on side by side.
    let mut acts: Vec<(Timestamp, usize, Act)> = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        acts.push((case.start, number, Act::Open));
        for (from, to) in &case.pauses {
            acts.extend([(*from, number, Act::Wait), (*to, number, Act::GoOn)]);
        }
    }
    acts.sort_by_key(|(at, number, _)| (*at, *number));
    let mut tickets: BTreeMap<usize, String> = BTreeMap::new();
    for (at, number, act) in acts {
        app.clock.set(at);
        if act == Act::Open {
            tickets.insert(number, opened(app, &cases[number], number, &ids).await);
            continue;
        }
        let status = if act == Act::Wait { "pending" } else { "open" };
        let path = &tickets[&number];
        app.call(Method::PATCH, path, Some(&json!({"status": status}))).await.expect(200);
    }
    let mut wrong = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        let ticket = app.get(&tickets[&number]).await;
        for field in ["resolution_due_at", "first_response_due_at"] {
            if ticket[field] != case.due.to_string() {
                wrong.push(format!("{field} {} in {}", ticket[field], case.line));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {}: {wrong:#?}", wrong.len(), cases.len());
}

/// The path of a case's ticket. It is found by a policy of its own, for a grade that no other customer has.
async fn opened(app: &TestApp, case: &Case, number: usize, calendars: &BTreeMap<String, Value>) -> String {
    let grade = format!("case {number}");
    let policy = json!({
        "name": grade, "grade": grade, "calendar_id": calendars[&case.calendar],
        "first_response_minutes": case.minutes, "resolution_minutes": case.minutes,
    });
    app.post("/v1/sla-policies", &policy).await.expect(201);
    let customer = app.post("/v1/customers", &json!({"name": grade, "grade": grade})).await.expect(201);
    let new = json!({"customer_id": customer["id"], "subject": case.line.chars().take(200).collect::<String>(), "class": "inquiry"});
    format!("/v1/tickets/{}", id(&app.post("/v1/tickets", &new).await.expect(201)))
}

async fn calendars_are_made_changed_and_removed(engine: Engine) {
    let people = people(engine).await;
    let app = &people.app;
    let new = json!({"name": "客服", "time_zone": "Asia/Shanghai", "hours": "周一至周五 9：00－18：00", "holidays": ["cn"]});
    let made = app.post("/v1/calendars", &new).await;
    let path = made.header("location").to_owned();
    let calendar = made.expect(201);
    assert_eq!((calendar["exceptions"].as_str(), calendar["version"].as_i64()), (Some(""), Some(1)));
    app.post("/v1/calendars", &new).await.expect(409);
    let policy = json!({
        "name": "all", "first_response_minutes": 30, "resolution_minutes": 60, "calendar_id": calendar["id"],
    });
    let policy = format!("/v1/sla-policies/{}", id(&app.post("/v1/sla-policies", &policy).await.expect(201)));
    let refused = app.call(Method::DELETE, &path, None).await.expect(409);
    assert!(refused["detail"].as_str().unwrap().contains("all"), "{refused:#}");
    app.call(Method::PATCH, &policy, Some(&json!({"calendar_id": null}))).await.expect(200);
    app.call(Method::DELETE, &path, None).await.expect(204);
    app.call(Method::GET, &path, None).await.expect(404);
    let nowhere = json!({"calendar_id": "01900000-0000-7000-8000-000000000001"});
    let refused = app.call(Method::PATCH, &policy, Some(&nowhere)).await.expect(422);
    assert_eq!(refused["errors"][0]["pointer"], "/calendar_id");
}

async fn what_can_not_be_understood_is_refused_with_its_place(engine: Engine) {
    let people = people(engine).await;
    let app = &people.app;
    for (change, pointer, wanted) in [
        (json!({"time_zone": "Asia/Nowhere"}), "/time_zone", "Asia/Shanghai"),
        (json!({"hours": "Mo-Fr off"}), "/hours", "no working hours"),
        (json!({"hours": "Mo-Fr 09:00-12:00,11:30-18:00"}), "/hours", "09:00-12:00 and 11:30-18:00 overlap"),
        (json!({"hours": "Mo-Su 22:00-06:00; Tu 05:00-09:00"}), "/hours", "overlap"),
        (json!({"hours": "sometimes"}), "/hours", "days and hours"),
        (json!({"holidays": ["CN", "Atlantis"]}), "/holidays/1", "CN, DE-BY, US-NY"),
        (json!({"exceptions": "2026-12-24 off\n2026-02-30 off"}), "/exceptions", "line 2"),
        (json!({"name": ""}), "/name", "1 to 100"),
    ] {
        let mut new = json!({"name": "x", "time_zone": "UTC", "hours": "24/7"});
        new.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let problem = app.post("/v1/calendars", &new).await.expect(422);
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem:#}");
        assert!(problem["errors"][0]["detail"].as_str().unwrap().contains(wanted), "{problem:#}");
    }
    assert_eq!(app.get("/v1/calendars").await["items"], json!([]));
}

async fn days_say_when_work_is_done_and_why(engine: Engine) {
    let people = people(engine).await;
    let app = &people.app;
    let new = json!({
        "name": "客服", "time_zone": "Asia/Shanghai", "hours": "Mo-Fr 09:00-18:00", "holidays": ["CN"],
        "exceptions": "2026-02-24 off 盘点",
    });
    let path = format!("/v1/calendars/{}/days", id(&app.post("/v1/calendars", &new).await.expect(201)));
    let days = app.get(&format!("{path}?from=2026-02-13&days=12")).await;
    let rules: Vec<&str> =
        days["days"].as_array().unwrap().iter().map(|day| day["rule"].as_str().unwrap()).collect();
    let festival = ["holiday"; 9];
    assert_eq!(rules, [&["week", "worked"][..], &festival, &["exception"]].concat());
    assert_eq!(
        days["days"][1],
        json!({
            "date": "2026-02-14", "rule": "worked", "name_en": "Spring Festival", "name_zh": "春节",
            "hours": [{"from": "2026-02-14T01:00:00Z", "to": "2026-02-14T10:00:00Z"}],
        })
    );
    assert_eq!(
        (days["days"][11]["name_zh"].as_str(), &days["days"][11]["hours"]),
        (Some("盘点"), &json!([]))
    );
    assert_eq!(app.get(&path).await["days"][0]["date"], "2026-01-05");
    app.call(Method::GET, &format!("{path}?from=13.2.2026"), None).await.expect(422);
    app.call(Method::GET, &format!("{path}?days=0"), None).await.expect(422);
}
