//! The pages that every kind of records has: seen by right, worked with like the API, wrong input beside its field.

use reqwest::Method;
use serde_json::{Value, json};
use support::app::{Answer, TestApp};
use support::console::Session;
use support::on_both_engines;
use support::store::Engine;

on_both_engines!(
    every_kind_has_a_list_a_record_and_a_form,
    records_are_made_and_changed_on_their_pages,
    two_who_change_one_record_lose_nothing,
    many_records_are_changed_at_once,
    a_view_is_saved_and_shown,
    fields_are_added_on_their_page,
    pages_show_what_one_may_see,
    deals_and_teams_have_what_is_their_own,
    a_word_that_nobody_gives_is_shown_and_found_by_its_text,
);

async fn started(engine: Engine) -> (TestApp, Session) {
    let app = TestApp::start(engine, &[]).await;
    app.person("Ada", "ada@example.com", "administrator").await;
    let session = app.sign_in("ada@example.com").await;
    let stages = json!([{"name": "New", "probability": 20}]);
    app.post("/v1/pipelines", &json!({"name": "Own", "kind": "sales", "stages": stages})).await.expect(201);
    (app, session)
}

fn id(record: &Value) -> String {
    record["id"].as_str().unwrap().to_owned()
}

/// Where a form led.
fn led(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.text);
    answer.header("location").to_owned()
}

async fn every_kind_has_a_list_a_record_and_a_form(engine: Engine) {
    let (app, session) = started(engine).await;
    let customer = app.post("/v1/customers", &json!({"name": "星河物业"})).await.expect(201);
    let of = id(&customer);
    let placed = app.place_order(&of, "SO-1").await;
    let policy = json!({"name": "Fast", "first_response_minutes": 10, "resolution_minutes": 60});
    let mut paths = vec![("order", placed, "SO-1".to_owned())];
    for (kind, path, new) in [
        ("customer", "/v1/customers", json!({"name": "王芳", "organisation_id": null})),
        ("ticket", "/v1/tickets", json!({"customer_id": of, "subject": "Late", "class": "complaint"})),
        ("task", "/v1/tasks", json!({"title": "上门"})),
        ("deal", "/v1/deals", json!({"customer_id": of, "name": "20 desks"})),
        ("partner", "/v1/partners", json!({"name": "华南经销商"})),
        ("team", "/v1/teams", json!({"name": "客服"})),
        ("user", "/v1/users", json!({"name": "李雷", "email": "li@example.com"})),
        ("sla-policy", "/v1/sla-policies", policy),
    ] {
        let made = app.post(path, &new).await.expect(201);
        let title = ["name", "subject", "title", "number"].iter().find_map(|name| made[*name].as_str());
        paths.push((kind, id(&made), title.unwrap().to_owned()));
    }
    for (kind, record, title) in &paths {
        let list = app.visit(&session, &format!("/records/{kind}")).await;
        assert_eq!(list.status, 200, "{kind}: {}", list.text);
        assert!(list.text.contains(title.as_str()), "{kind}: {}", list.text);
        let page = app.visit(&session, &format!("/records/{kind}/{record}")).await;
        assert_eq!(page.status, 200, "{kind}: {}", page.text);
        assert!(page.text.contains(title.as_str()), "{kind}");
        let form = app.visit(&session, &format!("/records/{kind}/new")).await;
        assert_eq!(form.status, 200, "{kind}: {}", form.text);
        let nobody = format!("/records/{kind}/019b8a3e-0000-7000-8000-000000000001");
        assert_eq!(app.visit(&session, &nobody).await.status, 404, "{kind}");
    }
    let page = app.visit(&session, &format!("/records/customer/{of}")).await.text;
    for title in ["Late", "20 desks", "SO-1"] {
        assert!(page.contains(title), "what belongs to a customer stands beside it: {title}");
    }
    for path in ["/records/nothing", "/records/identity", "/records/customer/new/thing"] {
        assert_eq!(app.visit(&session, path).await.status, 404, "{path}");
    }
}

async fn records_are_made_and_changed_on_their_pages(engine: Engine) {
    let (app, session) = started(engine).await;
    let field = json!({"name": "staff", "value_type": "integer", "en": "Staff", "zh": "员工数"});
    app.post("/v1/kinds/customer/fields", &field).await.expect(201);
    let new = [
        ("name", "星河物业"),
        ("kind", "organisation"),
        ("tags", "vip，新客户"),
        ("custom.staff", "12"),
        ("region", ""),
    ];
    let made = led(&app.submit(&session, "/records/customer/new", &new).await);
    let organisation = made.rsplit('/').next().unwrap().to_owned();
    let record = app.get(&format!("/v1/customers/{organisation}")).await;
    assert_eq!(
        (&record["kind"], &record["tags"], &record["custom"]),
        (&json!("organisation"), &json!(["vip", "新客户"]), &json!({"staff": 12}))
    );
    // A record is named by what it is called.
    let new = [("name", "王芳"), ("organisation_id", "星河物业"), ("birthday", "1990-02-28")];
    let made = led(&app.submit(&session, "/records/customer/new", &new).await);
    let path = format!("/v1/customers/{}", made.rsplit('/').next().unwrap());
    assert_eq!(app.get(&path).await["organisation_id"], organisation.as_str());
    let deal = [("name", "20 desks"), ("customer_id", "王芳"), ("amount", "36,000.50 CNY")];
    let deal = led(&app.submit(&session, "/records/deal/new", &deal).await);
    let deal = app.get(&format!("/v1/deals/{}", deal.rsplit('/').next().unwrap())).await;
    assert_eq!(deal["amount"], json!({"amount": "36000.50", "currency": "CNY"}));

    // What isn't right stands beside its field, with all that was entered.
    for (wrong, sign) in [
        (vec![("name", "")], "field-name-fault"),
        (vec![("name", "A"), ("organisation_id", "Nobody")], "field-organisation_id-fault"),
        (vec![("name", "A"), ("custom.staff", "many")], "field-custom-staff-fault"),
        (vec![("name", "A"), ("birthday", "1990-02-30")], "field-birthday-fault"),
    ] {
        let answer = app.submit(&session, "/records/customer/new", &wrong).await;
        assert_eq!(answer.status, 422, "{wrong:?}");
        assert!(answer.text.contains(sign), "{wrong:?}: {}", answer.text);
        for (_, value) in &wrong {
            assert!(answer.text.contains(&format!("value=\"{value}\"")), "{wrong:?}");
        }
    }

    let changes = [("was-name", "王芳"), ("name", "王小芳"), ("was-stage", "lead"), ("stage", "repeat")];
    led(&app.submit(&session, &made, &changes).await);
    let now = app.get(&path).await;
    assert_eq!(
        (&now["name"], &now["stage"], &now["birthday"]),
        (&json!("王小芳"), &json!("repeat"), &json!("1990-02-28"))
    );
    let page = app.visit(&session, &made).await.text;
    assert!(
        page.contains("<del><bdi>王芳</bdi></del>") && page.contains("<ins><bdi>王小芳</bdi></ins>"),
        "{page}"
    );
    assert!(page.contains("Ada"), "who changed it: {page}");
}

async fn two_who_change_one_record_lose_nothing(engine: Engine) {
    let (app, session) = started(engine).await;
    let customer = app.post("/v1/customers", &json!({"name": "王芳", "region": "华东"})).await.expect(201);
    let (page, path) =
        (format!("/records/customer/{}", id(&customer)), format!("/v1/customers/{}", id(&customer)));
    let region = [("was-region", "华东"), ("region", "华南"), ("was-name", "王芳"), ("name", "王芳")];
    led(&app.submit(&session, &page, &region).await);
    // Another field of a form that was drawn before.
    let name = [("was-region", "华东"), ("region", "华东"), ("was-name", "王芳"), ("name", "王小芳")];
    led(&app.submit(&session, &page, &name).await);
    let now = app.get(&path).await;
    assert_eq!((&now["region"], &now["name"]), (&json!("华南"), &json!("王小芳")));
    let same = [("was-region", "华东"), ("region", "华北")];
    let answer = app.submit(&session, &page, &same).await;
    assert_eq!(answer.status, 422);
    assert!(
        answer.text.contains("field-region-fault") && answer.text.contains("value=\"华北\""),
        "{}",
        answer.text
    );
    assert!(
        answer.text.contains("name=\"was-region\" value=\"华南\""),
        "sent again it counts: {}",
        answer.text
    );
    assert_eq!(app.get(&path).await["region"], "华南");
}

async fn many_records_are_changed_at_once(engine: Engine) {
    let (app, session) = started(engine).await;
    let mut ids = Vec::new();
    for number in 0..3 {
        let new = json!({"name": format!("C{number}")});
        ids.push(id(&app.post("/v1/customers", &new).await.expect(201)));
    }
    let gone = "019b8a3e-0000-7000-8000-000000000001";
    let fields =
        [("id", ids[0].as_str()), ("id", &ids[1]), ("set-field", "stage=repeat"), ("back", "set=1&q=C")];
    let path = "/records/customer/change";
    let led = led(&app.submit(&session, path, &fields).await);
    assert_eq!(led, "/records/customer?set=1&q=C&changed=2");
    let stages = app.get("/v1/customers?sort=name").await;
    let stages: Vec<_> =
        stages["items"].as_array().unwrap().iter().map(|item| item["stage"].clone()).collect();
    assert_eq!(stages, ["repeat", "repeat", "lead"]);
    // One that can't be changed is named; the others are changed.
    let fields = [("id", gone), ("id", ids[2].as_str()), ("set-field", "stage=repeat"), ("back", "set=1")];
    let answer = app.submit(&session, path, &fields).await;
    assert_eq!(answer.status, 200);
    assert!(answer.text.contains("1 record changed.") && answer.text.contains(gone), "{}", answer.text);
    for nonsense in
        [("set-field", "name=x"), ("set-field", "stage"), ("set-field", ""), ("set-field", "nothing=1")]
    {
        let answer = app.submit(&session, path, &[("id", &ids[0]), nonsense]).await;
        assert_eq!(answer.status, 200, "{nonsense:?}");
        assert!(answer.text.contains("0 records changed."), "{}", answer.text);
    }
}

async fn a_view_is_saved_and_shown(engine: Engine) {
    let (app, session) = started(engine).await;
    for (name, stage) in [("Loyal", "repeat"), ("Fresh", "lead")] {
        app.post("/v1/customers", &json!({"name": name, "stage": stage})).await.expect(201);
    }
    let shown = app.visit(&session, "/records/customer?set=1&f.stage=repeat&column=region").await;
    assert!(shown.text.contains("Loyal") && !shown.text.contains("Fresh"), "{}", shown.text);
    let fields =
        [("name", "老客户"), ("filter", "stage == \"repeat\""), ("column", "name"), ("column", "region")];
    let view = led(&app.submit(&session, "/records/customer/views", &fields).await);
    let shown = app.visit(&session, &view).await.text;
    assert!(shown.contains("老客户") && shown.contains("Loyal") && !shown.contains("Fresh"), "{shown}");
    let wrong = app.visit(&session, "/records/customer?set=1&filter=stage%20==").await;
    assert_eq!(wrong.status, 200);
    assert!(wrong.text.contains("filter-fault"), "{}", wrong.text);
    let unnamed = [("name", ""), ("filter", "")];
    let refused = app.submit(&session, "/records/customer/views", &unnamed).await;
    assert!(refused.text.contains("id=\"outcome\""), "{}", refused.text);
    let id = view.rsplit('=').next().unwrap();
    let list = led(&app.submit(&session, &format!("/records/customer/views/{id}/remove"), &[]).await);
    assert_eq!(list, "/records/customer");
    assert!(!app.visit(&session, &list).await.text.contains("老客户"));
}

async fn fields_are_added_on_their_page(engine: Engine) {
    let (app, session) = started(engine).await;
    let new = [
        ("en", "Industry"),
        ("zh", "行业"),
        ("name", "industry"),
        ("value_type", "word"),
        ("choices", "物流，制造业"),
    ];
    led(&app.submit(&session, "/fields/customer", &new).await);
    let fields = app.get("/v1/kinds/customer/fields").await;
    assert_eq!(fields["items"][0]["choices"], json!(["物流", "制造业"]));
    let twice = app.submit(&session, "/fields/customer", &new).await;
    assert_eq!(twice.status, 409);
    assert!(twice.text.contains("already") && twice.text.contains("value=\"行业\""), "{}", twice.text);
    let customer = [("name", "A"), ("custom.industry", "物流")];
    led(&app.submit(&session, "/records/customer/new", &customer).await);
    let page = app.visit(&session, "/fields/customer").await.text;
    assert!(page.contains("1 record has a value of it"), "{page}");
    let change = [
        ("version", "1"),
        ("en", "Branch"),
        ("zh", "行业"),
        ("help", ""),
        ("choices", "物流"),
        ("indexed", "on"),
    ];
    led(&app.submit(&session, "/fields/customer/industry", &change).await);
    let field = app.get("/v1/kinds/customer/fields").await["items"][0].clone();
    assert_eq!(
        (&field["en"], &field["indexed"], &field["choices"]),
        (&json!("Branch"), &json!(true), &json!(["物流"]))
    );
    let used = app.submit(&session, "/fields/customer/industry/remove", &[]).await;
    assert_eq!(used.status, 409);
    let list = app.visit(&session, "/records/customer?set=1&f.custom.industry=%E7%89%A9%E6%B5%81").await;
    assert!(list.text.contains(">A<"), "{}", list.text);
}

async fn pages_show_what_one_may_see(engine: Engine) {
    let (app, ada) = started(engine).await;
    app.person("Bob", "bob@example.com", "agent").await;
    let bob = app.sign_in("bob@example.com").await;
    for (path, status) in [("/records/customer", 200), ("/fields/customer", 403), ("/records/user/new", 403)]
    {
        assert_eq!(app.visit(&bob, path).await.status, status, "{path}");
    }
    let refused = app.submit(&bob, "/records/team/new", &[("name", "Mine")]).await;
    assert_eq!(refused.status, 403);
    assert_eq!(app.get("/v1/teams").await["items"], json!([]));
    let bar = app.visit(&bob, "/inbox").await.text;
    assert!(bar.contains("/records/customer") && !bar.contains("/fields/customer"), "{bar}");
    assert!(app.visit(&ada, "/inbox").await.text.contains("/fields/customer"));
    let found = app.visit(&ada, "/find?q=cust").await.text;
    assert!(found.contains("/records/customer/new"), "{found}");
    // A form without its session's proof does nothing.
    let form = app.request(Method::POST, "/records/customer/new").header("cookie", &bob.cookie);
    assert_ne!(app.send(form.form(&[("name", "X")])).await.status, 303);
    assert_eq!(app.get("/v1/customers").await["items"], json!([]));
}

async fn deals_and_teams_have_what_is_their_own(engine: Engine) {
    let (app, session) = started(engine).await;
    let stages = json!([{"name": "Talk", "probability": 30}, {"name": "Offer", "probability": 60}]);
    let new = json!({"name": "Big", "kind": "sales", "stages": stages});
    let pipeline = app.post("/v1/pipelines", &new).await.expect(201);
    let customer = app.post("/v1/customers", &json!({"name": "A"})).await.expect(201);
    let mut deals = Vec::new();
    for name in ["won", "lost"] {
        let new = json!({"customer_id": customer["id"], "name": name, "pipeline_id": pipeline["id"]});
        deals.push(id(&app.post("/v1/deals", &new).await.expect(201)));
    }
    let page = format!("/records/deal/{}", deals[0]);
    let offer = pipeline["stages"][1]["id"].as_str().unwrap();
    assert!(app.visit(&session, &page).await.text.contains("Big · Offer"));
    led(&app.submit(&session, &format!("{page}/stage"), &[("stage_id", offer)]).await);
    assert_eq!(app.get(&format!("/v1/deals/{}", deals[0])).await["probability"], 60);
    let nowhere = app.submit(&session, &format!("{page}/stage"), &[("stage_id", "nowhere")]).await;
    assert_eq!(nowhere.status, 422);
    led(&app.submit(&session, &format!("{page}/win"), &[]).await);
    let again = app.submit(&session, &format!("{page}/win"), &[]).await;
    assert_eq!(again.status, 409, "it is closed");
    assert!(!app.visit(&session, &page).await.text.contains("id=\"win\""));
    let page = format!("/records/deal/{}", deals[1]);
    assert_eq!(app.submit(&session, &format!("{page}/lose"), &[("reason", " ")]).await.status, 422);
    led(&app.submit(&session, &format!("{page}/lose"), &[("reason", "too dear")]).await);
    assert_eq!(app.get(&format!("/v1/deals/{}", deals[1])).await["lost_reason"], "too dear");

    let team = id(&app.post("/v1/teams", &json!({"name": "Service"})).await.expect(201));
    let li =
        id(&app.post("/v1/users", &json!({"name": "李雷", "email": "li@example.com"})).await.expect(201));
    let page = format!("/records/team/{team}");
    led(&app.submit(&session, &format!("{page}/join"), &[("user_id", &li)]).await);
    assert_eq!(app.get(&format!("/v1/teams/{team}")).await["members"][0]["name"], "李雷");
    led(&app.submit(&session, &format!("{page}/leave"), &[("user_id", &li)]).await);
    assert_eq!(app.get(&format!("/v1/teams/{team}")).await["members"], json!([]));
    assert_eq!(app.submit(&session, &format!("{page}/join"), &[("user_id", "x")]).await.status, 422);
}

async fn a_word_that_nobody_gives_is_shown_and_found_by_its_text(engine: Engine) {
    let (app, session) = started(engine).await;
    let customer = app.post("/v1/customers", &json!({"name": "Ann"})).await.expect(201);
    let new = |subject: &str| json!({"customer_id": customer["id"], "subject": subject, "class": "inquiry"});
    let done = app.post("/v1/tickets", &new("It is done")).await.expect(201);
    app.post("/v1/tickets", &new("It goes on")).await.expect(201);
    app.post(&format!("/v1/tickets/{}/resolve", id(&done)), &json!({})).await.expect(200);
    let list = app.visit(&session, "/records/ticket").await.text;
    assert!(list.contains(">Resolved<") && !list.contains(">resolved<"), "{list}");
    assert!(list.contains(&format!(">{}<", done["number"])), "{list}");
    let found = app.visit(&session, "/records/ticket?f.status=resolved").await.text;
    assert!(found.contains("It is done") && !found.contains("It goes on"), "{found}");
    // A form offers what people give: a ticket is resolved by its button.
    let change = list.split("set-field").nth(1).expect("the form that changes many");
    assert!(!change.contains("value=\"status=resolved\""), "{change}");
}
