//! People who sign in to the console, without a browser.

use reqwest::Method;
use serde_json::json;

use crate::app::{Answer, TestApp};

/// The password of everybody under test.
pub const PASSWORD: &str = "correct horse battery";

/// Somebody who signed in.
#[derive(Debug, Clone)]
pub struct Session {
    /// The cookie, as `name=value`.
    pub cookie: String,
    /// What forms prove themselves by.
    pub proof: String,
}

impl TestApp {
    /// Enters a user with a role and the usual password; their id.
    pub async fn person(&self, name: &str, email: &str, role: &str) -> String {
        let new = json!({"name": name, "email": email, "roles": [role]});
        let user = self.post("/v1/users", &new).await.expect(201);
        let id = user["id"].as_str().expect("an id").to_owned();
        self.let_in(&id).await;
        id
    }

    /// Gives a user who has no password the usual one.
    pub async fn let_in(&self, id: &str) {
        self.post(&format!("/v1/users/{id}/password"), &json!({"password": PASSWORD})).await.expect(204);
    }

    /// Gives a user the usual password anew, as an administrator who signed in does: all their sessions end.
    pub async fn reset(&self, id: &str) {
        let email = format!("{}@example.com", uuid::Uuid::new_v4());
        self.person("Administrator", &email, "administrator").await;
        let session = self.sign_in(&email).await;
        let request = self.request(Method::POST, &format!("/v1/users/{id}/password"));
        let request = request.header("cookie", &session.cookie).header("x-csrf-token", &session.proof);
        self.send(request.json(&json!({"password": PASSWORD}))).await.expect(204);
    }

    /// What the sign-in form answers.
    pub async fn try_sign_in(&self, email: &str, password: &str) -> Answer {
        let form = [("email", email), ("password", password), ("next", "/inbox")];
        self.send(self.request(Method::POST, "/sign-in").form(&form)).await
    }

    /// Signs in with the usual password.
    pub async fn sign_in(&self, email: &str) -> Session {
        let answer = self.try_sign_in(email, PASSWORD).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        let cookie = answer.header("set-cookie").split(';').next().expect("a cookie").to_owned();
        let page = self.send(self.request(Method::GET, "/password").header("cookie", &cookie)).await;
        let proof = page.text.split("name=\"csrf-token\" content=\"").nth(1).expect("a token");
        Session { cookie, proof: proof.split('"').next().expect("a token").to_owned() }
    }

    /// Opens a page of the console.
    pub async fn visit(&self, session: &Session, path: &str) -> Answer {
        self.send(self.request(Method::GET, path).header("cookie", &session.cookie)).await
    }

    /// Sends a form of the console.
    pub async fn submit(&self, session: &Session, path: &str, fields: &[(&str, &str)]) -> Answer {
        let fields: Vec<_> = fields.iter().copied().chain([("csrf", session.proof.as_str())]).collect();
        self.send(self.request(Method::POST, path).header("cookie", &session.cookie).form(&fields)).await
    }
}
