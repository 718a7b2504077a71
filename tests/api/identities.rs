//! How customers are known: numbers as people paste them, addresses that two records hold, domains in two spellings.

use reqwest::Method;
use serde_json::{Value, json};
use support::app::TestApp;
use support::mail_channel::MailChannel;
use support::on_both_engines;
use support::store::Engine;

on_both_engines!(
    a_number_is_taken_as_it_was_pasted,
    a_number_that_is_none_is_kept_as_typed,
    an_address_that_two_hold_makes_no_third_record,
    an_internationalised_domain_is_the_same_in_both_spellings
);

async fn customer(app: &TestApp, name: &str, scheme: &str, value: &str) -> Value {
    let body = json!({"name": name, "identities": [{"scheme": scheme, "value": value}]});
    app.post("/v1/customers", &body).await.expect(201)
}

async fn identities(app: &TestApp, customer: &Value) -> Vec<Value> {
    let id = customer["id"].as_str().unwrap();
    app.get(&format!("/v1/customers/{id}/identities")).await["items"].as_array().unwrap().clone()
}

async fn a_number_is_taken_as_it_was_pasted(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    for (typed, number) in [
        ("\u{202a}138 1234 5678\u{202c}", "+8613812345678"),
        ("138\u{200b}1234\u{200b}5678", "+8613812345678"),
        ("138\u{2011}1234\u{2011}5678", "+8613812345678"),
        ("138\u{2007}1234\u{2007}5678\u{fe0d}", "+8613812345678"),
        ("١٣٨١٢٣٤٥٦٧٨", "+8613812345678"),
        ("１３８１２３４５６７８", "+8613812345678"),
        ("tel:+86-138-1234-5678", "+8613812345678"),
        ("8613812345678", "+8613812345678"),
        ("010-65529988转123", "+861065529988;ext=123"),
        ("010-65529988 ext. 5", "+861065529988;ext=5"),
        ("+49 (0)30 901820", "+4930901820"),
        ("+49 030 901820", "+4930901820"),
    ] {
        let customer = customer(&app, typed, "phone", typed).await;
        let known = identities(&app, &customer).await;
        assert_eq!(known[0]["value"], number, "{typed}");
        let lookup = json!({"identities": [{"scheme": "phone", "value": number}]});
        let found = app.post("/v1/customers:resolve", &lookup).await.expect(200).to_string();
        assert!(found.contains(customer["id"].as_str().unwrap()), "{typed}: {found}");
    }
    let body = json!({"name": "x", "identities": [{"scheme": "phone", "value": "1381234567"}]});
    let answer = app.post("/v1/customers", &body).await.expect(422);
    assert!(answer.to_string().contains("number"), "{answer}");
}

async fn a_number_that_is_none_is_kept_as_typed(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    app.install("web-form", &json!({}), &[]).await;
    let submit = async |phone: &str, message: &str| {
        let form = [("phone", phone), ("message", message), ("name", phone)];
        let answer = app.send(app.request(Method::POST, "/in/web-form/").form(&form)).await;
        assert!(answer.status.is_success() || answer.status.is_redirection(), "{phone}: {}", answer.text);
        app.settle().await;
        let conversation = app.get("/v1/conversations?limit=1").await["items"][0].clone();
        app.get(&format!("/v1/customers/{}", conversation["customer_id"].as_str().unwrap())).await
    };
    for (typed, scheme, kept) in [
        ("8613912345678", "phone", "+8613912345678"),
        ("+49 (0)30 901820", "phone", "+4930901820"),
        ("010-65529988转123", "phone", "+861065529988;ext=123"),
        ("1391234567", "phone-unverified", "1391234567"),
        ("+86 139 1234 567", "phone-unverified", "+86 139 1234 567"),
    ] {
        let customer = submit(typed, &format!("my number is {typed}")).await;
        let known = identities(&app, &customer).await;
        assert_eq!(known.len(), 1, "{typed}: {known:?}");
        assert_eq!((&known[0]["scheme"], &known[0]["value"]), (&json!(scheme), &json!(kept)), "{typed}");
        let again = submit(typed, "and once more").await;
        assert_eq!(again["id"], customer["id"], "{typed}");
    }
    // The site's own country.
    app.install_as("web-form", "form-de", &json!({"region": "DE"}), &[]).await;
    let form = [("phone", "030 901820"), ("message", "hallo")];
    app.send(app.request(Method::POST, "/in/form-de/").form(&form)).await;
    app.settle().await;
    let found = app
        .post("/v1/customers:resolve", &json!({"identities": [{"scheme": "phone", "value": "+4930901820"}]}))
        .await;
    assert!(found.expect(200)["items"].as_array().unwrap().len() == 1);
}

fn mail(number: u32, references: &str) -> String {
    format!(
        "From: Twin <Twin@customer.example>\r\nTo: service@example.com\r\nSubject: The fan rattles\r\nDate: Mon, 05 Jan 2026 07:0{number}:00 +0000\r\n\
         Message-ID: <c18.{number}@customer.example>\r\n{references}\r\n\r\nMail {number}: the fan rattles and I want it repaired.\r\n"
    )
}

async fn an_address_that_two_hold_makes_no_third_record(engine: Engine) {
    let company = MailChannel::start(engine, json!({})).await;
    let app = &company.app;
    let first = customer(app, "Twin A", "email", "twin@customer.example").await;
    let second = customer(app, "Twin B", "email", "twin@customer.example").await;
    // Somebody spoke with the second one yesterday.
    let call = json!({"channel": "phone", "kind": "call", "customer_id": second["id"], "text": "called"});
    app.post("/v1/interactions", &call).await.expect(201);
    company.take(mail(1, "X-First: yes")).await;
    let owner = async || company.last().await["customer_id"].clone();
    assert_eq!(owner().await, second["id"], "who was in touch last");
    // The thread decides from then on, whoever else was in touch since.
    let call = json!({"channel": "phone", "kind": "call", "customer_id": first["id"], "text": "called, too"});
    app.post("/v1/interactions", &call).await.expect(201);
    company
        .take(mail(2, "In-Reply-To: <c18.1@customer.example>\r\nReferences: <c18.1@customer.example>"))
        .await;
    company.take(mail(3, "In-Reply-To: <c18.2@customer.example>\r\nReferences: <c18.1@customer.example> <c18.2@customer.example>")).await;
    let threads = company.list("/v1/conversations?filter=channel%20%3D%3D%20%22email%22").await;
    assert_eq!(threads.len(), 1, "{threads:#?}");
    assert_eq!(company.messages(&threads[0]).await.len(), 3);
    assert_eq!(threads[0]["customer_id"], second["id"]);
    assert_eq!(company.list("/v1/customers").await.len(), 2, "no third record");
    let tickets = company.list("/v1/tickets").await;
    let of_thread = tickets.iter().filter(|ticket| ticket["conversation_id"] == threads[0]["id"]);
    assert_eq!(of_thread.count(), 1, "{tickets:#?}");

    let view = app.get(&format!("/v1/customers/{}/view", second["id"].as_str().unwrap())).await;
    let other = &view["duplicates"][0];
    assert_eq!((&other["customer_id"], &other["name"]), (&first["id"], &json!("Twin A")));
    assert_eq!((&other["scheme"], &other["value"]), (&json!("email"), &json!("twin@customer.example")));
    let events = app.get("/v1/events?limit=200").await;
    let doubtful = |event: &&Value| event["data"]["possible_customers"] == json!([first["id"]]);
    let received: Vec<&Value> = events["items"].as_array().unwrap().iter().filter(doubtful).collect();
    assert_eq!(received.len(), 3, "each says whose it may be as well: {events:#}");
}

async fn an_internationalised_domain_is_the_same_in_both_spellings(engine: Engine) {
    let company = MailChannel::start(engine, json!({})).await;
    let known = customer(&company.app, "Köchin", "email", "info@München.example").await;
    assert_eq!(identities(&company.app, &known).await[0]["value"], "info@münchen.example");
    let mail = "From: Koch <info@xn--mnchen-3ya.example>\r\nMessage-ID: <1@x.example>\r\nSubject: x\r\n\r\nHello?\r\n";
    company.take(mail).await;
    assert_eq!(company.last().await["customer_id"], known["id"]);
    assert_eq!(company.list("/v1/customers").await.len(), 1);
    let lookup = json!({"identities": [{"scheme": "email", "value": "INFO@xn--mnchen-3ya.example"}]});
    let found = company.app.post("/v1/customers:resolve", &lookup).await.expect(200).to_string();
    assert!(found.contains(known["id"].as_str().unwrap()), "{found}");
}
