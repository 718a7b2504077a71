//! Who reaches a part of the records only: every operation of the API's description is called with the ids of records
//! that belong to others, and nothing of them may be in an answer, and none of them changed. And what people see and
//! change whose roles reach their own records, their team's and their department's.

use reqwest::Method;
use serde_json::{Value, json};
use support::app::TestApp;
use support::on_both_engines;
use support::operations::{Foreign, ids, operations};
use support::people::{Person, id};
use support::store::Engine;
use support::stream::Following;

on_both_engines!(
    nothing_of_others_is_told_or_changed,
    people_reach_their_own_their_teams_and_their_departments,
    what_people_see_they_may_not_always_change,
    who_is_to_take_a_ticket_sees_it_before,
    a_change_of_team_is_felt_by_the_next_request,
    the_feed_and_searches_keep_to_what_is_in_reach,
);

/// What stands in records of others; none of it may be read in any answer.
const SECRETS: [&str; 9] = [
    "机密客户",
    "secret subject",
    "secret deal",
    "secret task",
    "secret visit",
    "secret call",
    "secret comment",
    "13900139000",
    "SO-secret",
];

/// A host with a declared kind of records.
async fn started(engine: Engine) -> TestApp {
    let app = TestApp::start(engine, &[]).await;
    app.post("/v1/kinds", &crate::declared_kinds::visit()).await.expect(201);
    app
}

/// What a role with this reach among all kinds is made with.
fn role(name: &str, reach: [&str; 2]) -> Value {
    let [read, change] = reach;
    let reach = json!({"read": read, "change": change});
    json!({
        "name": name, "title_en": name, "title_zh": "受限",
        "permissions": [
            "customers:read", "customers:write", "conversations:read", "conversations:write", "tickets:read",
            "tickets:write", "tasks:read", "tasks:write", "comments:read", "comments:write", "notifications:read",
            "surveys:read", "surveys:write", "events:read", "users:read", "deals:read", "deals:write", "partners:read",
            "shares:read", "orders:write", "plugins:read", "metrics:read", "dead-letters:read", "records:read",
            "records:write",
        ],
        "reach": {"customer": reach, "ticket": reach, "deal": reach, "task": reach, "visit": reach},
    })
}

/// Somebody with these roles in these teams, and their token that may do all that they may.
async fn somebody(app: &TestApp, name: &str, roles: &[&str], teams: &[&str]) -> Person {
    let new = json!({
        "name": name, "email": format!("{name}@example.com"), "roles": roles, "teams": teams, "language": "en",
        "languages": ["en"], "capacity": 50,
    });
    let user = id(&app.post("/v1/users", &new).await.expect(201));
    let token = json!({"name": name, "scopes": ["*"], "user_id": user});
    let token = app.post("/v1/tokens", &token).await.expect(201)["token"].as_str().unwrap().to_owned();
    Person { id: user, token }
}

async fn team(app: &TestApp, name: &str, above: Option<&str>, classes: &[&str]) -> String {
    let new = json!({"name": name, "classes": classes, "parent_id": above});
    id(&app.post("/v1/teams", &new).await.expect(201))
}

/// A record of every kind that belongs to somebody, all of the same person: their paths.
async fn records_of(app: &TestApp, owner: &str, mark: &str) -> Vec<String> {
    let make = async |path: &str, body: Value| {
        let made = app.post(path, &body).await;
        assert!(made.status.is_success(), "{path}: {}", made.text);
        let made = made.json();
        (format!("{path}/{}", made["id"].as_str().unwrap_or_default()), made)
    };
    let customer = json!({
        "name": format!("机密客户 {mark}"), "owner_id": owner,
        "identities": [{"scheme": "phone", "value": "13900139000"}],
    });
    let (customer_path, customer) = make("/v1/customers", customer).await;
    let customer = customer["id"].as_str().unwrap();
    let ticket =
        json!({"customer_id": customer, "subject": format!("secret subject {mark}"), "class": "complaint"});
    let (ticket_path, ticket) = make("/v1/tickets", ticket).await;
    let ticket = ticket["id"].as_str().unwrap();
    app.until(&ticket_path, |ticket| !ticket["assignee_id"].is_null()).await;
    let assign = json!({"user_id": owner});
    let assigned = app.post(&format!("{ticket_path}/assign"), &assign).await;
    assert!(assigned.status.is_success(), "{}", assigned.text);
    let deal = json!({"customer_id": customer, "name": format!("secret deal {mark}"), "owner_id": owner});
    let (deal_path, _) = make("/v1/deals", deal).await;
    let task = json!({
        "title": format!("secret task {mark}"), "assignee_id": owner, "subject_kind": "ticket", "subject_id": ticket,
    });
    let (task_path, _) = make("/v1/tasks", task).await;
    let call = json!({
        "customer_id": customer, "kind": "note", "text": format!("secret call {mark}"), "channel": "phone",
        "occurred_at": "2026-01-05T08:00:00Z",
    });
    let (call_path, _) = make("/v1/interactions", call).await;
    let comment =
        json!({"subject_kind": "ticket", "subject_id": ticket, "text": format!("secret comment {mark}")});
    make("/v1/comments", comment).await;
    app.place_order(customer, &format!("SO-secret-{mark}")).await;
    let visit =
        json!({"purpose": format!("secret visit {mark}"), "customer_id": customer, "owner_id": owner});
    let (visit_path, _) = make("/v1/records/visit", visit).await;
    vec![customer_path, ticket_path, deal_path, task_path, call_path, visit_path]
}

/// Two teams with somebody in each whose role reaches so far.
struct TwoTeams {
    app: TestApp,
    north: String,
    south: String,
    /// In the northern team, which takes complaints.
    ann: Person,
    /// In the southern team.
    bob: Person,
}

async fn two_teams(engine: Engine, reach: &str) -> TwoTeams {
    let app = started(engine).await;
    app.post("/v1/roles", &role("limited", [reach, reach])).await.expect(201);
    let north = team(&app, "North", None, &["complaint"]).await;
    let south = team(&app, "South", None, &[]).await;
    let ann = somebody(&app, "ann", &["limited"], &[&north]).await;
    let bob = somebody(&app, "bob", &["limited"], &[&south]).await;
    TwoTeams { app, north, south, ann, bob }
}

async fn nothing_of_others_is_told_or_changed(engine: Engine) {
    let app = started(engine).await;
    app.post("/v1/roles", &role("limited", ["team", "team"])).await.expect(201);
    let inner = team(&app, "Inner", None, &["complaint"]).await;
    let outer = team(&app, "Outer", None, &[]).await;
    let ann = somebody(&app, "Ann", &["agent"], &[&inner]).await;
    let eve = somebody(&app, "Eve", &["limited"], &[&outer]).await;
    let paths = records_of(&app, &ann.id, "A").await;
    app.settle().await;
    let mut found = Vec::new();
    for list in [
        "customers",
        "tickets",
        "deals",
        "tasks",
        "interactions",
        "comments",
        "conversations",
        "records/visit",
    ] {
        ids(&app.get(&format!("/v1/{list}?limit=100")).await["items"], &mut found);
    }
    // Her own colleague's are hers to see.
    found.retain(|id| *id != ann.id && *id != inner && *id != eve.id);
    let mut before = Vec::new();
    for path in &paths {
        before.push(app.get(path).await);
    }
    let api = app.get("/openapi.json").await;
    let (mut tried, mut faults) = (0, Vec::new());
    let mut foreign = Foreign::new(found);
    // Following the log never ends; it has a test of its own.
    for operation in operations(&api).iter().filter(|operation| operation.name != "stream_events") {
        for address in operation.addresses(&api, &foreign) {
            let request = operation.request(&app, &api, &address, &mut foreign).bearer_auth(&eve.token);
            tried += 1;
            let answer = app.send(request).await;
            let leaked = SECRETS.iter().find(|secret| answer.text.contains(*secret));
            if answer.status.is_server_error() || leaked.is_some() {
                faults.push(format!("{} {address}: {} {}", operation.method, answer.status, answer.text));
            }
        }
    }
    assert!(faults.is_empty(), "{} of {tried}:\n{}", faults.len(), faults.join("\n"));
    assert!(tried > 500, "only {tried} requests were tried");
    app.settle().await;
    for (path, before) in paths.iter().zip(before) {
        assert_eq!(app.get(path).await, before, "{path} is as it was");
    }
}

/// What of some records somebody sees.
async fn seen(app: &TestApp, person: &Person, paths: &[String]) -> Vec<bool> {
    let mut seen = Vec::new();
    for path in paths {
        let status = person.call(app, Method::GET, path, None).await.status.as_u16();
        assert!(status == 200 || status == 404, "{path}: {status}");
        seen.push(status == 200);
    }
    seen
}

/// How many customers, tickets, deals and tasks somebody's lists have.
async fn listed(app: &TestApp, person: &Person) -> [usize; 4] {
    let mut found = [0; 4];
    for (place, list) in ["customers", "tickets", "deals", "tasks"].into_iter().enumerate() {
        let mut next = format!("/v1/{list}?limit=2");
        loop {
            let page = person.get(app, &next).await;
            found[place] += page["items"].as_array().unwrap().len();
            let Some(cursor) = page["next"].as_str() else { break };
            next = format!("/v1/{list}?limit=2&cursor={cursor}");
        }
    }
    found
}

async fn people_reach_their_own_their_teams_and_their_departments(engine: Engine) {
    let app = started(engine).await;
    for (name, reach) in [
        ("own", ["own", "own"]),
        ("team", ["team", "team"]),
        ("department", ["department", "department"]),
        ("all", ["all", "all"]),
    ] {
        app.post("/v1/roles", &role(name, reach)).await.expect(201);
    }
    let head = team(&app, "Head", None, &[]).await;
    let north = team(&app, "North", Some(&head), &["complaint"]).await;
    let south = team(&app, "South", Some(&head), &[]).await;
    let chief = somebody(&app, "chief", &["department"], &[&head]).await;
    let teamed = somebody(&app, "teamed", &["team"], &[&north]).await;
    let mate = somebody(&app, "mate", &["own"], &[&north]).await;
    let other = somebody(&app, "other", &["team"], &[&south]).await;
    let both = somebody(&app, "both", &["own", "all"], &[&south]).await;
    let of_mate = records_of(&app, &mate.id, "mate").await;
    let of_teamed = records_of(&app, &teamed.id, "teamed").await;
    let of_other = records_of(&app, &other.id, "other").await;
    app.settle().await;
    for (name, person, mates, teameds, others) in [
        ("own", &mate, true, false, false),
        ("team", &teamed, true, true, false),
        ("department", &chief, true, true, true),
        ("two roles", &both, true, true, true),
    ] {
        for (paths, all) in [(&of_mate, mates), (&of_teamed, teameds), (&of_other, others)] {
            let found = seen(&app, person, paths).await;
            // Tickets of complaints go to the northern team, whoever does them.
            let expected: Vec<bool> =
                paths.iter().map(|path| all || name == "team" && path.contains("/tickets/")).collect();
            assert_eq!(found, expected, "{name} {paths:?}");
        }
    }
    assert_eq!(listed(&app, &mate).await, [1; 4]);
    assert_eq!(listed(&app, &teamed).await, [2, 3, 2, 2]);
    assert_eq!(listed(&app, &chief).await, [3; 4]);
    assert_eq!(listed(&app, &both).await, [3; 4]);
    assert_eq!(listed(&app, &other).await, [1; 4]);
    // Whoever makes something for nobody keeps sight of it.
    let made = mate.post(&app, "/v1/customers", &json!({"name": "自己的"})).await.expect(201);
    assert_eq!((&made["owner_id"], &made["team_id"]), (&json!(mate.id), &json!(north)));
    assert_eq!(listed(&app, &teamed).await[0], 3, "it is the team's, too");
    let condition = "/v1/customers?filter=name%20%3D%3D%20%22%E8%87%AA%E5%B7%B1%E7%9A%84%22";
    assert_eq!(teamed.get(&app, condition).await["items"].as_array().unwrap().len(), 1);
    assert_eq!(other.get(&app, condition).await["items"], json!([]));
    assert_eq!(
        teamed.get(&app, "/v1/customers?sort=name&limit=2").await["items"].as_array().unwrap().len(),
        2
    );
}

async fn what_people_see_they_may_not_always_change(engine: Engine) {
    let app = started(engine).await;
    app.post("/v1/roles", &role("reader", ["all", "own"])).await.expect(201);
    let north = team(&app, "North", None, &["complaint"]).await;
    let ann = somebody(&app, "ann", &["reader"], &[&north]).await;
    let bob = somebody(&app, "bob", &["reader"], &[&north]).await;
    let of_ann = records_of(&app, &ann.id, "ann").await;
    let [customer, ticket, deal, task, ..] = of_ann.as_slice() else { panic!() };
    for (path, change) in [
        (customer, json!({"grade": "A"})),
        (ticket, json!({"priority": "urgent"})),
        (deal, json!({"name": "x"})),
        (task, json!({"title": "x"})),
    ] {
        bob.get(&app, path).await;
        let refused = bob.call(&app, Method::PATCH, path, Some(&change)).await.expect(403);
        assert!(refused["detail"].as_str().unwrap().contains("let you see this"), "{refused}");
        ann.call(&app, Method::PATCH, path, Some(&change)).await.expect(200);
    }
    for (path, body) in [
        (format!("{customer}/identities"), json!({"scheme": "email", "value": "x@example.com"})),
        (format!("{deal}/lose"), json!({"reason": "x"})),
        (format!("{ticket}/resolve"), json!({})),
    ] {
        bob.post(&app, &path, &body).await.expect(403);
    }
    // Handing a record over is a change like others.
    ann.call(&app, Method::PATCH, customer, Some(&json!({"owner_id": bob.id}))).await.expect(200);
    bob.call(&app, Method::PATCH, customer, Some(&json!({"grade": "B"}))).await.expect(200);
    ann.call(&app, Method::PATCH, customer, Some(&json!({"grade": "C"}))).await.expect(403);
    let none = json!({"customer_id": "019b8a3e-0000-7000-8000-0000000000ff", "name": "x"});
    bob.post(&app, "/v1/deals", &none).await.expect(422);
}

async fn who_is_to_take_a_ticket_sees_it_before(engine: Engine) {
    let TwoTeams { app, south, ann, bob, .. } = two_teams(engine, "team").await;
    let paths = records_of(&app, &ann.id, "ann").await;
    let ticket = &paths[1];
    bob.call(&app, Method::GET, ticket, None).await.expect(404);
    let to = json!({"team_id": south, "note": "please"});
    ann.post(&app, &format!("{ticket}/hand-off"), &to).await.expect(201);
    bob.get(&app, ticket).await;
    bob.call(&app, Method::POST, &format!("{ticket}/accept"), None).await.expect(200);
    bob.get(&app, ticket).await;
    ann.call(&app, Method::GET, ticket, None).await.expect(404);
}

async fn a_change_of_team_is_felt_by_the_next_request(engine: Engine) {
    let TwoTeams { app, north, south, ann, bob } = two_teams(engine, "department").await;
    let paths = records_of(&app, &ann.id, "ann").await;
    let sees = async |wanted: u16, why: &str| {
        let status = bob.call(&app, Method::GET, &paths[0], None).await.status.as_u16();
        assert_eq!(status, wanted, "{why}");
    };
    sees(404, "another team's").await;
    app.post(&format!("/v1/teams/{north}/members"), &json!({"user_id": bob.id})).await.expect(200);
    sees(200, "in the team").await;
    app.call(Method::DELETE, &format!("/v1/teams/{north}/members/{}", bob.id), None).await.expect(204);
    sees(404, "out of the team").await;
    let under = json!({"parent_id": south});
    app.call(Method::PATCH, &format!("/v1/teams/{north}"), Some(&under)).await.expect(200);
    sees(200, "the team is a part of theirs").await;
    let circle = json!({"parent_id": north});
    let refused = app.call(Method::PATCH, &format!("/v1/teams/{south}"), Some(&circle)).await.expect(422);
    assert_eq!(refused["errors"][0]["pointer"], "/parent_id");
    let roles = app.get("/v1/roles").await;
    let limited = roles["items"].as_array().unwrap().iter().find(|role| role["name"] == "limited").unwrap();
    let narrow = json!({"reach": {"customer": {"read": "own", "change": "own"}}});
    let path = format!("/v1/roles/{}", limited["id"].as_str().unwrap());
    app.call(Method::PATCH, &path, Some(&narrow)).await.expect(200);
    sees(404, "the role reaches their own").await;
    let wide = json!({"roles": ["limited", "agent"]});
    app.call(Method::PATCH, &format!("/v1/users/{}", bob.id), Some(&wide)).await.expect(200);
    sees(200, "another role reaches all").await;
}

async fn the_feed_and_searches_keep_to_what_is_in_reach(engine: Engine) {
    let TwoTeams { app, ann, bob, .. } = two_teams(engine, "team").await;
    let stream = app.request(Method::GET, "/v1/events/stream?after=0").bearer_auth(&bob.token);
    let mut stream = Following::of(stream.send().await.unwrap());
    records_of(&app, &ann.id, "ann").await;
    app.settle().await;
    let own = json!({"name": "bobs"});
    let own = id(&bob.post(&app, "/v1/customers", &own).await.expect(201));
    app.settle().await;
    loop {
        let event: Value = serde_json::from_str(&stream.next().await.unwrap().data).unwrap();
        assert!(!event.to_string().contains("secret"), "{event}");
        if event["type"] == "customer.created" {
            assert!(event.to_string().contains(&own), "{event}");
            break;
        }
    }
    let mut after = 0;
    loop {
        let page = bob.get(&app, &format!("/v1/events?after={after}&limit=500")).await;
        assert!(!page.to_string().contains("secret") && !page.to_string().contains("机密"), "{page}");
        let Some(next) = page["next"].as_i64() else { break };
        after = next;
    }
    for (person, found) in [(&bob, false), (&ann, true)] {
        for words in ["secret", "机密", "SO-secret"] {
            let hits = person.get(&app, &format!("/v1/search?q={words}")).await;
            assert_eq!(!hits["items"].as_array().unwrap().is_empty(), found, "{words}: {hits}");
        }
    }
}
