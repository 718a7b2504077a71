//! A host with a Telegram channel whose provider is the tests' Bot API server.

use crate::app::{Answer, TestApp};
use crate::bot_api::{BotApi, SentMessage, TOKEN};
use crate::store::Engine;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

/// How long the provider is waited for.
const PATIENCE: Duration = Duration::from_secs(40);

/// The webhook's secret.
pub const SECRET: &str = "webhook-secret-of-the-tests";

/// A host with the shipped plugins and a company of two teams.
pub struct Company {
    /// The host.
    pub app: TestApp,
    /// Telegram.
    pub bot: BotApi,
    /// The team that takes complaints and inquiries.
    pub service: String,
    /// The team that takes after-sales, and watches complaints.
    pub after_sales: String,
    /// Speaks Chinese, in the service team.
    pub li: String,
    /// Speaks English, in the service team.
    pub ann: String,
}

/// Starts it.
pub async fn company(engine: Engine) -> Company {
    company_beside(engine, &[]).await
}

/// Starts it; its plugins may reach these other Bot API servers too.
pub async fn company_beside(engine: Engine, others: &[&BotApi]) -> Company {
    let bot = BotApi::start().await;
    let endpoint = |bot: &BotApi| bot.address().trim_start_matches("http://").to_owned();
    let endpoints: Vec<String> = others.iter().map(|other| endpoint(other)).chain([endpoint(&bot)]).collect();
    let app = TestApp::start(engine, &endpoints).await;
    let team = async |name: &str, classes: Value, watches: Value| {
        let new = json!({"name": name, "classes": classes, "watches": watches});
        app.post("/v1/teams", &new).await.expect(201)["id"].as_str().unwrap().to_owned()
    };
    let service = team("客服 Service", json!(["inquiry", "complaint", "purchase"]), json!([])).await;
    let after_sales = team("售后 After-sales", json!(["after-sales"]), json!(["complaint"])).await;
    let user = async |name: &str, email: &str, language: &str| {
        let new = json!({
            "name": name, "email": email, "language": language, "languages": [language], "capacity": 5,
            "skills": [], "teams": [service],
        });
        app.post("/v1/users", &new).await.expect(201)["id"].as_str().unwrap().to_owned()
    };
    let li = user("李娜", "li@example.com", "zh-CN").await;
    let ann = user("Ann", "ann@example.com", "en").await;
    app.install(
        "telegram",
        &json!({"api-url": bot.address()}),
        &[("bot-token", TOKEN), ("webhook-secret", SECRET)],
    )
    .await;
    app.install("csat", &json!({"delay-minutes": 0}), &[]).await;
    app.install("lead-score", &json!({}), &[]).await;
    Company { app, bot, service, after_sales, li, ann }
}

impl Company {
    /// Lets time pass until the provider has taken so many messages: whatever waits for a moment gets it. Returns them.
    pub async fn passing(&self, messages: usize) -> Vec<SentMessage> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let sent = self.bot.sent();
            if sent.len() >= messages {
                return sent;
            }
            let errors = self.app.job_errors().await;
            assert!(tokio::time::Instant::now() < deadline, "{} of {messages}: {errors:?}", sent.len());
            self.app.clock.advance_millis(2_000);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Delivers an update as Telegram does.
    pub async fn deliver(&self, update: &Value) -> Answer {
        self.deliver_to("telegram", update).await
    }

    /// Delivers an update to the bot of this installation.
    pub async fn deliver_to(&self, installation: &str, update: &Value) -> Answer {
        let request = self
            .app
            .request(Method::POST, &format!("/in/{installation}/update"))
            .header("x-telegram-bot-api-secret-token", SECRET)
            .json(update);
        self.app.send(request).await
    }
}

/// A private message, as the Bot API documents it.
pub fn message(update: i64, user: i64, name: &str, language: &str, text: &str) -> Value {
    json!({
        "update_id": update,
        "message": {
            "message_id": update, "date": 1_767_599_990,
            "from": {"id": user, "is_bot": false, "first_name": name, "language_code": language},
            "chat": {"id": user, "type": "private", "first_name": name},
            "text": text
        }
    })
}

/// A press of an inline button under a message of the bot's.
pub fn press(update: i64, user: i64, message: i64, data: &str) -> Value {
    json!({
        "update_id": update,
        "callback_query": {
            "id": update.to_string(), "chat_instance": "1", "data": data,
            "from": {"id": user, "is_bot": false, "first_name": "小王", "language_code": "zh-hans"},
            "message": {
                "message_id": message, "date": 1_767_599_999,
                "chat": {"id": user, "type": "private", "first_name": "小王"}, "text": "?"
            }
        }
    })
}
