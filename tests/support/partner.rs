//! A partner and a person of its, who calls the API.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Answer, TestApp};

/// A partner with somebody who works there.
pub struct Partner {
    /// Its id.
    pub id: String,
    /// The person's id.
    pub user: String,
    /// The person's token.
    pub token: String,
}

impl Partner {
    /// Makes one of this name.
    pub async fn new(app: &TestApp, name: &str, installation: Option<&str>) -> Self {
        let new = json!({"name": name, "installation_id": installation, "answer_minutes": 60});
        let partner = app.post("/v1/partners", &new).await.expect(201);
        let id = partner["id"].as_str().expect("an id").to_owned();
        let person = json!({"name": "陈伟", "email": format!("chen@{id}.example.com")});
        let user = app.post(&format!("/v1/partners/{id}/users"), &person).await.expect(201);
        let user = user["id"].as_str().expect("an id").to_owned();
        let path = format!("/v1/partner-users/{user}/tokens");
        let token = app.post(&path, &json!({"name": "portal"})).await.expect(201);
        Self { id, user, token: token["token"].as_str().expect("a token").to_owned() }
    }

    /// Calls as the person.
    pub async fn call(&self, app: &TestApp, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let request = app.request(method, path).bearer_auth(&self.token);
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        app.send(request).await
    }

    /// Gets as the person.
    pub async fn get(&self, app: &TestApp, path: &str) -> Answer {
        self.call(app, Method::GET, path, None).await
    }

    /// Posts as the person.
    pub async fn post(&self, app: &TestApp, path: &str, body: &Value) -> Answer {
        self.call(app, Method::POST, path, Some(body)).await
    }
}
