//! A survey after a ticket: answered by its page, by a button or by a reply, and by nothing that isn't an answer.

use reqwest::Method;
use serde_json::{Value, json};
use support::app::Answer;
use support::on_both_engines;
use support::store::Engine;

use support::company::{Company, company, message, press};

on_both_engines!(
    opening_the_link_answers_nothing,
    the_page_keeps_the_last_answer,
    an_answer_counts_although_the_plugin_that_asked_was_removed,
    what_is_no_answer_is_shown_as_a_fault,
    a_reply_in_the_chat_answers,
    a_new_question_is_no_answer,
    a_button_counts_where_it_was_shown,
);

/// A survey that was just asked.
struct Asked {
    company: Company,
    token: String,
    ticket: String,
}

impl Asked {
    fn path(&self) -> String {
        format!("/s/{}", self.token)
    }

    async fn survey(&self) -> Value {
        let list = self.company.app.get("/v1/surveys").await;
        let [survey] = list["items"].as_array().unwrap().as_slice() else { panic!("{list:#}") };
        survey.clone()
    }

    async fn ticket(&self) -> Value {
        self.company.app.get(&format!("/v1/tickets/{}", self.ticket)).await
    }

    /// Opens the page as a browser does.
    async fn open(&self, query: &str) -> Answer {
        let path = format!("{}{query}", self.path());
        self.company.app.send(self.company.app.request(Method::GET, &path)).await
    }

    /// Sends the page's form.
    async fn send(&self, form: &str) -> Answer {
        let request = self.company.app.request(Method::POST, &self.path());
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        self.company.app.send(request.body(form.to_owned())).await
    }

    /// What the log says of every answer: the ratings before and after.
    async fn answers(&self) -> Vec<(Value, Value)> {
        let log = self.company.app.get("/v1/events?after=0&limit=500").await;
        let answered = log["items"].as_array().unwrap().iter().filter(|e| e["type"] == "survey.answered");
        answered.map(|e| (e["data"]["rating"]["old"].clone(), e["data"]["rating"]["new"].clone())).collect()
    }

    /// How often a team was told of an answer.
    async fn told(&self) -> usize {
        let told = self.company.app.get(&format!("/v1/notifications?team_id={}", self.company.service)).await;
        told["items"].as_array().unwrap().iter().filter(|entry| entry["kind"] == "survey.answered").count()
    }
}

/// A customer writes, somebody resolves it, and the question goes out.
async fn asked(engine: Engine, language: &str, text: &str) -> Asked {
    let company = company(engine).await;
    company.deliver(&message(1, 42, "小王", language, text)).await.expect(200);
    let tickets = company.app.until("/v1/tickets", |list| !list["items"][0]["assignee_id"].is_null()).await;
    let ticket = tickets["items"][0]["id"].as_str().unwrap().to_owned();
    company.app.post(&format!("/v1/tickets/{ticket}/resolve"), &json!({})).await.expect(200);
    let sent = company.bot.wait_for(1).await;
    let buttons = sent[0].buttons();
    let token = buttons[0].1.strip_prefix("s:").unwrap().rsplit_once(':').unwrap().0.to_owned();
    company.app.settle().await;
    Asked { company, token, ticket }
}

const COMPLAINT: &str = "你们的机器漏电了，我要投诉！";

async fn opening_the_link_answers_nothing(engine: Engine) {
    let asked = asked(engine, "zh-hans", COMPLAINT).await;
    let before = asked.company.app.kinds().await;
    for query in ["", "?r=5", "?r=99", "?r=x&r=5"] {
        let page = asked.open(query).await;
        assert_eq!(page.status, 200, "{query}");
        assert!(page.header("content-type").starts_with("text/html"));
        assert_eq!(page.header("cache-control"), "no-store");
        assert!(page.header("content-security-policy").contains("default-src 'none'"));
        assert!(page.text.contains("lang=\"zh-CN\"") && page.text.contains("很满意"), "{}", page.text);
        let question = asked.survey().await["questionnaire"]["question"].as_str().unwrap().to_owned();
        assert!(page.text.contains(&question), "{}", page.text);
        assert_eq!(page.text.matches(" checked").count(), usize::from(query == "?r=5"), "{query}");
    }
    asked.company.app.settle().await;
    assert_eq!(asked.company.app.kinds().await, before);
    assert_eq!(asked.survey().await["answered_at"], Value::Null);
    let english = self::asked(engine, "en", "The machine is broken, I want to complain!").await;
    let page = english.open("").await;
    assert!(page.text.contains("lang=\"en\"") && page.text.contains("Very satisfied"), "{}", page.text);
}

async fn the_page_keeps_the_last_answer(engine: Engine) {
    let asked = asked(engine, "zh-hans", COMPLAINT).await;
    let thanks = asked.send("rating=5&comment=%E5%BE%88%E5%BF%AB%EF%BC%81").await;
    assert_eq!(thanks.status, 200, "{thanks:?}");
    assert!(thanks.text.contains("感谢您的评价") && thanks.text.contains(&asked.path()), "{}", thanks.text);
    let survey = asked.survey().await;
    assert_eq!((&survey["rating"], &survey["normalized"]), (&json!(5), &json!(1.0)));
    assert_eq!(survey["comment"], "很快！");
    asked.company.app.settle().await;
    assert_eq!(asked.told().await, 1);

    // Pressed twice: one answer, told once.
    asked.company.app.clock.advance_millis(1_000);
    assert_eq!(asked.send("rating=5&comment=%E5%BE%88%E5%BF%AB%EF%BC%81").await.status, 200);
    asked.company.app.settle().await;
    assert_eq!(asked.answers().await, [(Value::Null, json!(5))]);
    assert_eq!(asked.told().await, 1);

    // Opened again, the page has the answer, and what the link chooses takes its place.
    for (query, value) in [("", "value=\"5\""), ("?r=2", "value=\"2\"")] {
        let page = asked.open(query).await.text;
        let checked: Vec<&str> = page.lines().filter(|line| line.contains(" checked")).collect();
        assert!(checked.len() == 1 && checked[0].contains(value), "{page}");
        assert!(page.contains(">很快！</textarea>"), "{page}");
    }

    // Thought over: the new answer takes the place of the old, and the log has both.
    assert_eq!(asked.send("rating=2&comment=").await.status, 200);
    let survey = asked.survey().await;
    assert_eq!((&survey["rating"], &survey["normalized"]), (&json!(2), &json!(0.25)));
    assert_eq!(survey["comment"], Value::Null);
    asked.company.app.settle().await;
    assert_eq!(asked.answers().await, [(Value::Null, json!(5)), (json!(5), json!(2))]);
    assert_eq!(asked.told().await, 2);
}

async fn an_answer_counts_although_the_plugin_that_asked_was_removed(engine: Engine) {
    let asked = asked(engine, "zh-hans", COMPLAINT).await;
    let app = &asked.company.app;
    let installed = app.get("/v1/installations").await;
    let csat = installed["items"].as_array().unwrap().iter().find(|one| one["name"] == "csat").unwrap();
    let path = format!("/v1/installations/{}", csat["id"].as_str().unwrap());
    assert_eq!(app.call(Method::DELETE, &path, None).await.status, 204);
    assert_eq!(asked.send("rating=4&comment=%E8%B0%A2%E8%B0%A2").await.status, 200);
    let survey = asked.survey().await;
    assert_eq!((&survey["rating"], &survey["normalized"]), (&json!(4), &json!(0.75)));
    assert_eq!(survey["comment"], "谢谢");
    app.settle().await;
    assert_eq!(asked.told().await, 1);
    assert_eq!(asked.send("rating=9&comment=").await.status, 422);
    // A character that nobody sees and nobody can mend is no reason to lose an answer.
    assert_eq!(asked.send("rating=4&comment=a%00b").await.status, 200);
    assert_eq!(asked.survey().await["comment"], "a\u{fffd}b");
}

async fn what_is_no_answer_is_shown_as_a_fault(engine: Engine) {
    let asked = asked(engine, "zh-hans", COMPLAINT).await;
    let before = asked.company.app.kinds().await;
    for form in ["rating=6", "rating=0", "rating=-1", "rating=99999999999", "comment=%E5%BF%AB", ""] {
        let page = asked.send(form).await;
        assert_eq!(page.status, 422, "{form}: {}", page.text);
        assert!(page.text.contains("请选择一个答案") && page.text.contains("<form"), "{form}: {}", page.text);
    }
    // What was written stays in the field, as text.
    let page = asked.send("rating=6&comment=%3Cscript%3Ealert(1)%3C%2Fscript%3E").await;
    assert!(page.text.contains("alert(1)") && !page.text.contains("<script"), "{}", page.text);
    for form in ["rating=five", "rating=5&rating=4"] {
        let page = asked.send(form).await;
        assert!(page.status.is_client_error(), "{form}: {page:?}");
        assert!(page.header("content-type").starts_with("text/html"), "{form}: {page:?}");
    }
    let json = asked.company.app.request(Method::POST, &asked.path()).json(&json!({"rating": 5}));
    assert_eq!(asked.company.app.send(json).await.status, 415);
    let large = format!("rating=5&comment={}", "x".repeat(100_000));
    assert_eq!(asked.send(&large).await.status, 413);
    for token in ["AAAAAAAAAAAAAAAAAAAAAA", "x", "%E4%BD%A0", "..%2F..%2Fv1"] {
        for method in [Method::GET, Method::POST] {
            let request = asked.company.app.request(method, &format!("/s/{token}"));
            let request = request
                .header("accept-language", "zh-CN")
                .header("content-type", "application/x-www-form-urlencoded");
            let page = asked.company.app.send(request.body("rating=5")).await;
            assert_eq!(page.status, 404, "{token}");
            assert!(page.text.contains("没有找到这份调查"), "{}", page.text);
        }
    }
    asked.company.app.settle().await;
    assert_eq!(asked.company.app.kinds().await, before);
    assert_eq!(asked.survey().await["rating"], Value::Null);
}

async fn a_reply_in_the_chat_answers(engine: Engine) {
    let asked = asked(engine, "zh-hans", COMPLAINT).await;
    asked.company.deliver(&message(2, 42, "小王", "zh-hans", "5分，谢谢")).await.expect(200);
    asked.company.app.settle().await;
    let survey = asked.survey().await;
    assert_eq!(survey["rating"], 5);
    assert_eq!(survey["comment"], "谢谢");
    let ticket = asked.ticket().await;
    assert_eq!((&ticket["status"], &ticket["reopened"]), (&json!("resolved"), &json!(0)), "{ticket:#}");
    assert_eq!(asked.company.app.get("/v1/tickets").await["items"].as_array().unwrap().len(), 1);
}

async fn a_new_question_is_no_answer(engine: Engine) {
    let asked = asked(engine, "zh-hans", COMPLAINT).await;
    asked.company.deliver(&message(2, 42, "小王", "zh-hans", "我要再买5个，多少钱？")).await.expect(200);
    asked.company.app.settle().await;
    let survey = asked.survey().await;
    assert_eq!((&survey["rating"], &survey["answered_at"]), (&Value::Null, &Value::Null));
    // Within days of the resolution the customer's ticket is taken up again.
    let ticket = asked.ticket().await;
    assert_ne!(ticket["status"], "resolved", "{ticket:#}");
    assert_eq!(ticket["reopened"], 1);
    let messages = format!("/v1/conversations/{}/messages", ticket["conversation_id"].as_str().unwrap());
    let messages = asked.company.app.get(&messages).await;
    let messages = messages["items"].as_array().unwrap();
    let question = messages.iter().find(|m| m["text"].as_str().unwrap().contains("再买5个")).unwrap();
    assert_eq!(question["ticket_id"], asked.ticket.as_str());
    // The answer may still come.
    asked.company.deliver(&message(3, 42, "小王", "zh-hans", "非常满意")).await.expect(200);
    asked.company.app.settle().await;
    assert_eq!(asked.survey().await["rating"], 5);
}

async fn a_button_counts_where_it_was_shown(engine: Engine) {
    let asked = asked(engine, "zh-hans", COMPLAINT).await;
    let sent = asked.company.bot.wait_for(1).await;
    let value = format!("s:{}:1", asked.token);
    asked.company.deliver(&press(2, 43, sent[0].message, &value)).await.expect(200);
    asked.company.app.settle().await;
    assert_eq!(
        asked.survey().await["rating"],
        Value::Null,
        "another chat's press isn't this customer's answer"
    );
    for (update, rating) in [(3, 4), (4, 4), (5, 3)] {
        let value = format!("s:{}:{rating}", asked.token);
        asked.company.deliver(&press(update, 42, sent[0].message, &value)).await.expect(200);
        asked.company.app.settle().await;
        assert_eq!(asked.survey().await["rating"], rating);
    }
    assert_eq!(asked.answers().await, [(Value::Null, json!(4)), (json!(4), json!(3))]);
    assert_eq!(asked.ticket().await["status"], "resolved");
}
