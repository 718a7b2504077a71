//! Panels that plugins draw on records' pages: as data, under the rights of who looks and who presses.

use reqwest::Method;
use serde_json::{Value, json};
use support::app::TestApp;
use support::on_both_engines;
use support::people::{Person, id, somebody};
use support::store::Engine;

on_both_engines!(
    a_form_plans_a_visit_once,
    what_is_entered_wrong_is_said_and_does_nothing,
    who_may_not_see_or_change_the_record_may_not_here,
    a_panel_that_breaks_down_leaves_nothing,
    every_place_has_its_record,
);

/// A host with the guest that draws panels, and a customer.
struct Shop {
    app: TestApp,
    installation: String,
    customer: String,
}

impl Shop {
    async fn open(engine: Engine) -> Self {
        let app = TestApp::start(engine, &[]).await;
        let installation = app.install("tests/visits", &json!({}), &[]).await;
        let customer = id(&app.post("/v1/customers", &json!({"name": "王芳"})).await.expect(201));
        Self { app, installation, customer }
    }

    fn path(&self, place: &str) -> String {
        format!("/v1/installations/{}/panels/{place}", self.installation)
    }

    async fn panel(&self) -> Value {
        self.app.get(&format!("{}?record={}", self.path("customer"), self.customer)).await["blocks"].clone()
    }

    fn press(&self, action: &str, parameters: &Value) -> Value {
        json!({"record": self.customer, "action": action, "parameters": parameters})
    }

    async fn visits(&self) -> Vec<Value> {
        self.app.get("/v1/records/visit").await["items"].as_array().unwrap().clone()
    }
}

/// The first block of a type.
fn block<'b>(blocks: &'b Value, kind: &str) -> &'b Value {
    blocks.as_array().unwrap().iter().find(|block| block["type"] == kind).unwrap_or(&Value::Null)
}

async fn a_form_plans_a_visit_once(engine: Engine) {
    let shop = Shop::open(engine).await;
    let app = &shop.app;
    let before = shop.panel().await;
    assert_eq!(block(&before, "heading"), &json!({"type": "heading", "text": "Visits"}));
    assert_eq!(
        block(&before, "fields")["fields"],
        json!([{"name": "name", "value": "王芳"}, {"name": "stage", "value": "lead"}]),
        "what the plugin may read: {before:#}"
    );
    let form = block(&before, "form");
    assert_eq!((&form["name"], form["inputs"].as_array().unwrap().len()), (&json!("plan"), 5));
    let entered =
        json!({"purpose": "空调漏水", "visit_on": "2026-02-28", "minutes": "30", "severity": "high"});
    let press = async || {
        let request = app.request(Method::POST, &shop.path("customer")).bearer_auth(support::app::ADMIN);
        let request = request.header("idempotency-key", "one").header("accept-language", "zh-CN");
        app.send(request.json(&shop.press("plan", &entered))).await.expect(200)
    };
    let after = press().await["blocks"].clone();
    assert_eq!(block(&after, "table")["rows"], json!([["2026-02-28", 30]]), "with what it has made");
    assert_eq!(block(&after, "heading")["text"], "上门服务", "in the reader's language");
    assert_eq!(press().await["blocks"], after, "sent again, it is the first one's answer");
    let visits = shop.visits().await;
    let [visit] = visits.as_slice() else { panic!("one visit: {visits:#?}") };
    assert_eq!(
        (&visit["purpose"], &visit["customer_id"], &visit["visit_on"], &visit["minutes"]),
        (&json!("空调漏水"), &json!(shop.customer), &json!("2026-02-28"), &json!(30))
    );
    assert_eq!(visit["source_id"], json!(shop.installation), "made by the plugin");
    let now = shop.panel().await;
    assert_eq!(block(&now, "table")["rows"], json!([["2026-02-28", 30]]));
    assert_eq!(block(&now, "chart")["series"][0]["values"], json!([30.0]));
    assert_eq!(
        block(&now, "records")["records"],
        json!([{"kind": "visit", "id": visit["id"], "title": "空调漏水"}])
    );
    app.settle().await;
    let used = app.get("/v1/events?type=plugin.panel-used").await["items"].clone();
    assert_eq!(
        (used.as_array().unwrap().len(), &used[0]["subject"], &used[0]["data"]["action"]),
        (1, &json!(format!("customer/{}", shop.customer)), &json!("plan"))
    );
}

async fn what_is_entered_wrong_is_said_and_does_nothing(engine: Engine) {
    let shop = Shop::open(engine).await;
    let path = shop.path("customer");
    let refused = async |action: &str, parameters: Value, status: u16| {
        shop.app.post(&path, &shop.press(action, &parameters)).await.expect(status)
    };
    let wrong = json!({"visit_on": "2026-02-30", "minutes": "soon", "severity": "middle", "other": 1});
    let problem = refused("plan", wrong, 422).await;
    let mut places: Vec<&str> =
        problem["errors"].as_array().unwrap().iter().filter_map(|error| error["pointer"].as_str()).collect();
    places.sort_unstable();
    assert_eq!(
        places,
        [
            "/parameters/minutes",
            "/parameters/other",
            "/parameters/purpose",
            "/parameters/severity",
            "/parameters/visit_on"
        ]
    );
    // What only the plugin knows to be wrong it says itself.
    let nothing = json!({"purpose": "x", "visit_on": "2026-02-28", "minutes": 0});
    let problem = refused("plan", nothing, 422).await;
    assert!(problem.to_string().contains("a visit takes a minute at least"), "{problem:#}");
    // What the panel doesn't offer can't be pressed, whatever the plugin would do with it.
    let problem = refused("remove-all", json!({}), 409).await;
    assert!(problem["detail"].as_str().unwrap().contains("no button or form \"remove-all\""), "{problem:#}");
    refused("stop", json!({"purpose": "a button has no inputs"}), 422).await;
    let nowhere = format!("{}?record={}", shop.path("order"), shop.customer);
    shop.app.call(Method::GET, &nowhere, None).await.expect(404);
    let nobody = format!("{path}?record=019b8a3e-0000-7000-8000-000000000001");
    shop.app.call(Method::GET, &nobody, None).await.expect(404);
    let off = format!("/v1/installations/{}/disable", shop.installation);
    shop.app.post(&off, &json!({})).await.expect(200);
    shop.app.call(Method::GET, &format!("{path}?record={}", shop.customer), None).await.expect(404);
    assert!(shop.visits().await.is_empty());
}

async fn who_may_not_see_or_change_the_record_may_not_here(engine: Engine) {
    let shop = Shop::open(engine).await;
    let app = &shop.app;
    let see = format!("{}?record={}", shop.path("customer"), shop.customer);
    let plan = shop.press("plan", &json!({"purpose": "x", "visit_on": "2026-02-28"}));
    let nobody = somebody(app, "nobody", &["tickets:read"], [json!({}), json!({})]).await;
    nobody.call(app, Method::GET, &see, None).await.expect(403);
    nobody.post(app, &shop.path("customer"), &plan).await.expect(403);
    let reader = somebody(app, "reader", &["customers:read"], [json!({}), json!({})]).await;
    let blocks = reader.get(app, &see).await["blocks"].clone();
    assert_eq!(block(&blocks, "fields")["fields"][0]["value"], "王芳");
    reader.post(app, &shop.path("customer"), &plan).await.expect(403);
    // A visit that she may not see is left out; what of the customer is masked for her the plugin doesn't get.
    app.post(&shop.path("customer"), &plan).await.expect(200);
    let records = async |person: &Person| {
        block(&person.get(app, &see).await["blocks"], "records")["records"].as_array().unwrap().len()
    };
    assert_eq!(records(&reader).await, 0);
    let worker = somebody(app, "worker", &["customers:read", "records:read"], [json!({}), json!({})]).await;
    assert_eq!(records(&worker).await, 1);
    let masking = [json!({}), json!({"personal": "hidden"})];
    let outsider = somebody(app, "outsider", &["customers:read"], masking).await;
    let blocks = outsider.get(app, &see).await["blocks"].clone();
    let fields = &block(&blocks, "fields")["fields"];
    assert_eq!(fields, &json!([{"name": "stage", "value": "lead"}]), "{blocks:#}");
    assert_eq!(shop.visits().await.len(), 1);
}

async fn a_panel_that_breaks_down_leaves_nothing(engine: Engine) {
    let shop = Shop::open(engine).await;
    let answer = shop.app.post(&shop.path("customer"), &shop.press("stop", &json!({}))).await;
    let problem = answer.expect(503);
    assert!(problem["detail"].as_str().unwrap().contains("its log says why"), "{problem:#}");
    let logs = shop.app.get(&format!("/v1/installations/{}/logs", shop.installation)).await;
    assert!(logs.to_string().contains("panel: the plugin broke down"), "{logs:#}");
    assert_eq!(block(&shop.panel().await, "heading")["text"], "Visits", "the next look is answered");
}

async fn every_place_has_its_record(engine: Engine) {
    let shop = Shop::open(engine).await;
    let app = &shop.app;
    let new = json!({"customer_id": shop.customer, "subject": "空调", "class": "inquiry"});
    let ticket = id(&app.post("/v1/tickets", &new).await.expect(201));
    let partner = id(&app.post("/v1/partners", &json!({"name": "Dealer"})).await.expect(201));
    let text = async |place: &str, record: &str| {
        let path = format!("{}?record={record}", shop.path(place));
        block(&app.get(&path).await["blocks"], "text")["text"].as_str().unwrap().to_owned()
    };
    assert_eq!(text("ticket", &ticket).await, "ticket ticket 2", "what is granted of it");
    assert_eq!(text("partner", &partner).await, "partner partner 0", "nothing of it can be granted");
}
