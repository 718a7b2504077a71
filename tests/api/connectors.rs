//! Connectors in several languages as companies use them: fed and answered over HTTP, by clients of other makers where
//! there are some.

use std::process::{Child, Command};

use hospes::boot::clock::SystemClock;
use hospes::domain::clock::Clock as _;
use reqwest::Method;
use serde_json::{Value, json};
use support::app::TestApp;
use support::on_both_engines;
use support::python;
use support::store::Engine;

on_both_engines!(
    a_device_is_quiet_until_its_alarm_opens_a_ticket,
    wecom_is_received_and_answered,
    a_plugin_enters_orders,
    large_requests_are_verified_as_a_whole,
);

#[test]
fn what_plugins_in_python_compute_is_right() {
    for plugin in ["assistant", "clv"] {
        let folder = format!("{}/../plugins/{plugin}", env!("CARGO_MANIFEST_DIR"));
        let mut tests = Command::new(python::interpreter());
        tests.args(["-B", "-m", "unittest", "discover", "-s", &folder, "-t", &folder]);
        let ran = tests.output().unwrap();
        let said = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success() && !said.contains("Ran 0 tests"), "{plugin}: {said}");
    }
}

async fn a_device_is_quiet_until_its_alarm_opens_a_ticket(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let rules = json!([{
        "name": "hot", "metric": "temperature", "operator": ">", "threshold": 80, "unit": "Cel",
        "title-zh": "温度", "title-en": "temperature", "priority": "urgent",
    }]);
    let settings = json!({"rules": rules, "authentication": "token"});
    let id = app.install("iot", &settings, &[("gateway-token", "t0ken")]).await;
    let post = async |degrees: f64, token: &str| {
        let seconds = app.clock.now().as_micros() / 1_000_000;
        let body = json!({"device": "boiler-7", "time": seconds, "temperature": degrees});
        let request =
            app.request(Method::POST, "/in/iot/readings").header("x-device-token", token).json(&body);
        let answer = app.send(request).await;
        app.clock.advance_millis(60_000);
        answer
    };
    post(91.5, "a guess").await.expect(401);
    for degrees in [70.0, 71.0, 72.5] {
        post(degrees, "t0ken").await.expect(200);
    }
    app.settle().await;
    let kept = app.get(&format!("/v1/installations/{id}/deliveries")).await;
    assert_eq!(kept["items"], json!([]), "what the plugin has stored itself is kept by nobody else");
    assert_eq!(app.get("/v1/tickets").await["items"], json!([]));
    post(91.5, "t0ken").await.expect(200);
    app.settle().await;
    let tickets = app.get("/v1/tickets").await;
    let ticket = &tickets["items"][0];
    assert_eq!(ticket["priority"], "urgent", "the rule says so: {ticket}");
    assert!(ticket["subject"].as_str().unwrap().contains("boiler-7"), "{ticket}");
}

/// WeCom, played by `fixtures/wecom/deliveries.py`; it ends when it is dropped.
struct Wecom {
    process: Child,
    address: String,
}

impl Drop for Wecom {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _gone = self.process.kill();
        let _waited = self.process.wait();
    }
}

const CORPORATION: &str = "wx5823bf96d3bd56c7";
const TOKEN: &str = "QDG6eK";
const AES_KEY: &str = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";
const SECRET: &str = "the secret of the application";

impl Wecom {
    fn start() -> Self {
        let mut program = python::program("fixtures/wecom/deliveries.py");
        program.args([TOKEN, AES_KEY, CORPORATION, SECRET]);
        let (process, address) = python::listening(program);
        Self { process, address }
    }

    async fn ask(&self, control: &str, question: &Value) -> Value {
        let client = reqwest::Client::new();
        let asked = client.post(format!("http://{}{control}", self.address)).json(question).send().await;
        asked.unwrap().json().await.unwrap()
    }
}

async fn wecom_is_received_and_answered(engine: Engine) {
    let wecom = Wecom::start();
    let app = TestApp::start(engine, std::slice::from_ref(&wecom.address)).await;
    // What is delivered is signed with the time of the machine.
    app.clock.advance_millis(SystemClock.now().millis_since(app.clock.now()));
    let url = format!("http://{}", wecom.address);
    let settings = json!({"corp-id": CORPORATION, "agent-id": "1000002", "api-url": url});
    let secrets = [("app-secret", SECRET), ("token", TOKEN), ("encoding-aes-key", AES_KEY)];
    app.install("wecom", &settings, &secrets).await;
    let to = app.url("/in/wecom/callback");
    let verified = wecom.ask("/_verify", &json!({"to": to})).await;
    assert_eq!(verified, json!({"status": 200, "echoed": true}));
    let document = format!(
        "<xml><ToUserName>{CORPORATION}</ToUserName><FromUserName>zhangsan</FromUserName>\
         <CreateTime>{}</CreateTime><MsgType>text</MsgType><Content><![CDATA[净水器漏水了，请派人维修 😀]]></Content>\
         <MsgId>7001</MsgId><AgentID>1000002</AgentID></xml>",
        app.clock.now().as_micros() / 1_000_000
    );
    let delivery = json!({"to": to, "document": document, "times": 3});
    let answers = wecom.ask("/_deliver", &delivery).await;
    assert!(answers.as_array().unwrap().iter().all(|answer| answer[0] == 200), "{answers}");
    let forged = json!({"to": to, "document": document, "corporation": "wwAnother"});
    assert_eq!(wecom.ask("/_deliver", &forged).await[0][0], 401);
    app.settle().await;
    let tickets = app.get("/v1/tickets").await;
    assert_eq!(tickets["items"].as_array().unwrap().len(), 1, "delivered three times, received once");
    let conversation = tickets["items"][0]["conversation_id"].as_str().unwrap();
    let path = format!("/v1/conversations/{conversation}/messages");
    app.post(&path, &json!({"text": "您好，师傅明天上门。"})).await.expect(201);
    app.until(&path, |messages| messages["items"][0]["status"] == "sent").await;
    let seen = wecom.ask("/_seen", &json!({})).await;
    let sent = &seen["sent"][0];
    assert_eq!(
        (&sent["touser"], &sent["text"]["content"]),
        (&json!("zhangsan"), &json!("您好，师傅明天上门。"))
    );
}

async fn a_plugin_enters_orders(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    app.install("tests/troublemaker", &json!({}), &[]).await;
    let li = app.post("/v1/customers", &json!({"name": "Li"})).await.expect(201)["id"].clone();
    let task = async |number: usize, task: Value| {
        let path = format!("/in/troublemaker/do?{number}");
        app.post(&path, &task).await
    };
    let order = json!({"what": "order", "customer": li, "number": "SO-1", "total": "1299.00"});
    task(1, order.clone()).await.expect(200);
    let orders = app.get("/v1/orders").await;
    let made = &orders["items"][0];
    assert_eq!(made["total"], json!({"amount": "1299.00", "currency": "CNY"}), "{orders}");
    let correct = json!([made["id"], made["version"]]);
    let mut corrected = order.clone();
    corrected["total"] = json!("999.00");
    corrected["correct"] = correct;
    task(2, corrected).await.expect(200);
    assert_eq!(app.get("/v1/orders").await["items"][0]["total"]["amount"], "999.00");
    let mut nobodys = order;
    nobodys["customer"] = made["id"].clone();
    let refused = task(3, nobodys).await;
    assert_eq!(refused.status, 503, "an order of nobody's is no order: {refused:?}");
    let kinds = app.kinds().await;
    let of_orders = kinds.iter().filter(|kind| kind.starts_with("order.")).collect::<Vec<_>>();
    assert_eq!(of_orders, ["order.placed", "order.updated"]);
}

/// Cloud providers sign whole bodies, and some are longer than what a call hands to the host otherwise.
async fn large_requests_are_verified_as_a_whole(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let settings = json!({"phone-number-id": "106540352242922"});
    let secrets = [("app-secret", "s3cret"), ("verify-token", "verify"), ("access-token", "access")];
    app.install("whatsapp", &settings, &secrets).await;
    let padding = "x".repeat(2_000_000);
    let body = json!({"object": "whatsapp_business_account", "entry": [], "padding": padding}).to_string();
    let post = async |signature: &str| {
        let request = app.request(Method::POST, "/in/whatsapp/webhook");
        let request = request.header("x-hub-signature-256", format!("sha256={signature}"));
        app.send(request.header("content-type", "application/json").body(body.clone())).await
    };
    post(&"0".repeat(64)).await.expect(401);
    post(&python::hmac_sha256("s3cret", body.as_bytes())).await.expect(200);
}
