//! Teams, people with tokens of their own, and what they work on: a host without plugins is enough for these.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Answer, TestApp};
use crate::store::Engine;

/// Somebody who works here, with a token of their own.
pub struct Person {
    /// The user.
    pub id: String,
    /// What they call the API with.
    pub token: String,
}

/// A host with two teams and a person in each.
pub struct People {
    /// The host.
    pub app: TestApp,
    /// The team that takes everything that comes in.
    pub service: String,
    /// Another team.
    pub workshop: String,
    /// In the service team, reads Chinese.
    pub li: Person,
    /// In the workshop, reads English.
    pub ann: Person,
}

/// Starts it.
pub async fn people(engine: Engine) -> People {
    let app = TestApp::start(engine, &[]).await;
    let service = team(&app, "客服", &["inquiry", "complaint", "purchase"]).await;
    let workshop = team(&app, "Workshop", &["after-sales"]).await;
    let li = person(&app, "李娜", "zh-CN", &service).await;
    let ann = person(&app, "Ann", "en", &workshop).await;
    People { app, service, workshop, li, ann }
}

/// Makes a team.
pub async fn team(app: &TestApp, name: &str, classes: &[&str]) -> String {
    let new = json!({"name": name, "classes": classes});
    id(&app.post("/v1/teams", &new).await.expect(201))
}

/// Enters somebody into a team, with a token that may do all.
pub async fn person(app: &TestApp, name: &str, language: &str, team: &str) -> Person {
    let email = format!("{}@example.com", uuid::Uuid::new_v4());
    let new = json!({
        "name": name, "email": email, "roles": ["administrator"], "language": language, "languages": [language], "capacity": 50, "teams": [team],
    });
    let user = id(&app.post("/v1/users", &new).await.expect(201));
    let token = json!({"name": name, "scopes": ["*"], "user_id": user});
    let token =
        app.post("/v1/tokens", &token).await.expect(201)["token"].as_str().expect("a token").to_owned();
    Person { id: user, token }
}

/// Somebody with a role of these permissions, its reach and its sights.
pub async fn somebody(app: &TestApp, name: &str, permissions: &[&str], more: [Value; 2]) -> Person {
    let [reach, classes] = more;
    let role = json!({"name": name, "permissions": permissions, "reach": reach, "classes": classes});
    app.post("/v1/roles", &role).await.expect(201);
    let new = json!({"name": name, "email": format!("{name}@example.com"), "roles": [name]});
    let user = id(&app.post("/v1/users", &new).await.expect(201));
    let token = json!({"name": name, "scopes": ["*"], "user_id": user});
    let token =
        app.post("/v1/tokens", &token).await.expect(201)["token"].as_str().expect("a token").to_owned();
    Person { id: user, token }
}

/// The id of a record.
pub fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_owned()
}

impl Person {
    /// Sends a request as this person.
    pub async fn call(&self, app: &TestApp, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let request = app.request(method, path).bearer_auth(&self.token);
        app.send(match body {
            Some(body) => request.json(body),
            None => request,
        })
        .await
    }

    /// Posts as this person.
    pub async fn post(&self, app: &TestApp, path: &str, body: &Value) -> Answer {
        self.call(app, Method::POST, path, Some(body)).await
    }

    /// Gets as this person.
    pub async fn get(&self, app: &TestApp, path: &str) -> Value {
        self.call(app, Method::GET, path, None).await.expect(200)
    }
}

impl People {
    /// A customer's id.
    pub async fn customer(&self) -> String {
        id(&self.app.post("/v1/customers", &json!({"name": "王芳"})).await.expect(201))
    }

    /// The path of an open ticket of the service team, once somebody has it.
    pub async fn ticket(&self) -> String {
        let customer = self.customer().await;
        let new = json!({"customer_id": customer, "subject": "空调漏水", "class": "complaint", "priority": "urgent"});
        let path = format!("/v1/tickets/{}", id(&self.app.post("/v1/tickets", &new).await.expect(201)));
        self.app.until(&path, |ticket| !ticket["assignee_id"].is_null()).await;
        path
    }

    /// What a record's history says happened, by kind.
    pub async fn history(&self, path: &str, kind: &str) -> Vec<Value> {
        let history = self.app.get(&format!("{path}/history")).await;
        let entries = history["items"].as_array().expect("a list").iter();
        entries.filter(|entry| entry["kind"] == kind).cloned().collect()
    }
}
