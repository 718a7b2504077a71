//! A partner can't reach anything else: every operation of the API's description is called as a partner's person, with
//! the ids of records that aren't shared, and as another partner's. Nothing of them may be in an answer.

use serde_json::{Value, json};
use support::app::TestApp;
use support::on_both_engines;
use support::operations::{Foreign, ids, operations};
use support::partner::Partner;
use support::store::Engine;

on_both_engines!(a_partner_reaches_nothing_else);

/// What stands in records that aren't the partner's; none of it may be read in any answer.
const SECRETS: [&str; 7] = [
    "机密客户",
    "secret subject",
    "secret deal",
    "13900139000",
    "secret note",
    "North secret",
    "Secret Team",
];

/// A company with a record of every kind that the API can make, none of which is shared with the partner under test;
/// the ids of all of them.
async fn company(app: &TestApp) -> Vec<String> {
    let mut foreign = Vec::new();
    let north = Partner::new(app, "North secret", None).await;
    foreign.extend([north.id.clone(), north.user.clone()]);
    let mut make = async |path: &str, body: Value| {
        let made = app.post(path, &body).await;
        assert!(made.status.is_success(), "{path}: {}", made.text);
        let made = made.json();
        ids(&made, &mut foreign);
        made["id"].as_str().unwrap_or_default().to_owned()
    };
    let team = make(
        "/v1/teams",
        json!({"name": "Secret Team", "classes": ["inquiry", "complaint", "purchase", "after-sales"], "watches": []}),
    )
    .await;
    let person = json!({
        "name": "Ann", "email": "ann@example.com", "language": "en", "languages": ["en"], "capacity": 5, "skills": [],
        "teams": [team],
    });
    make("/v1/users", person).await;
    let customer = json!({
        "kind": "person", "name": "机密客户", "identities": [{"scheme": "phone", "value": "13900139000"}],
    });
    let customer = make("/v1/customers", customer).await;
    let ticket = json!({"customer_id": customer, "subject": "secret subject", "class": "complaint"});
    let ticket = make("/v1/tickets", ticket).await;
    let deal = make("/v1/deals", json!({"customer_id": customer, "name": "secret deal"})).await;
    let share =
        json!({"partner_id": north.id, "note": "secret note", "fields": ["subject", "customer_name"]});
    make(&format!("/v1/tickets/{ticket}/share"), share).await;
    make(&format!("/v1/deals/{deal}/share"), json!({"partner_id": north.id, "note": "secret note"})).await;
    make("/v1/tokens", json!({"name": "secret token", "scopes": []})).await;
    for (path, limit) in
        [("/v1/pipelines", ""), ("/v1/installations", ""), ("/v1/notifications", "?limit=100")]
    {
        ids(&app.get(&format!("{path}{limit}")).await, &mut foreign);
    }
    foreign
}

/// The operations that a partner's people may call at all; each answers with what is theirs, or that it isn't there.
const OPEN: [&str; 11] = [
    "list_tickets",
    "get_ticket",
    "list_deals",
    "get_deal",
    "list_shares",
    "get_share",
    "accept_share",
    "refuse_share",
    "report_on_share",
    "register_lead",
    "query_partner",
];

async fn a_partner_reaches_nothing_else(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let foreign = company(&app).await;
    let south = Partner::new(&app, "South", None).await;
    app.settle().await;
    let before = app.kinds().await;
    let api = app.get("/openapi.json").await;
    let (mut tried, mut faults, mut met) = (0, Vec::new(), Vec::new());
    let mut foreign = Foreign::new(foreign);
    for operation in operations(&api) {
        let name = operation.name;
        met.push(name.to_owned());
        for address in operation.addresses(&api, &foreign) {
            let request = operation.request(&app, &api, &address, &mut foreign).bearer_auth(&south.token);
            tried += 1;
            let answer = app.send(request).await;
            let open = OPEN.contains(&name);
            let empty = || answer.json()["items"] == json!([]);
            let right = match answer.status.as_u16() {
                403 => !open,
                404 => open,
                200 => open && name.starts_with("list_") && empty(),
                _ => false,
            };
            let leaked = SECRETS.iter().find(|secret| answer.text.contains(*secret));
            if !right || leaked.is_some() {
                faults.push(format!("{} {address}: {} {}", operation.method, answer.status, answer.text));
            }
        }
    }
    assert!(faults.is_empty(), "{} of {tried}:\n{}", faults.len(), faults.join("\n"));
    for name in OPEN {
        assert!(met.iter().any(|met| met == name), "{name} isn't described any more");
    }
    assert!(tried > 500, "only {tried} requests were tried");
    app.settle().await;
    assert_eq!(app.kinds().await, before, "nothing is done");
}
