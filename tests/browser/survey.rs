//! The survey's page: worked with the keyboard, by touch, and without scripts.

use serde_json::{Value, json};
use support::company::{Company, company, message};
use support::store::Engine;

use crate::driver::{Browser, browse, keys};

support::on_both_engines!(
    a_survey_is_answered_with_the_keyboard_alone,
    a_survey_is_answered_where_scripts_are_off,
);

/// A customer's demand is resolved and the survey is asked: the host, and the address of the survey's page.
async fn asked(engine: Engine, language: &str, text: &str) -> (Company, String) {
    let company = company(engine).await;
    company.deliver(&message(1, 42, "小王", language, text)).await.expect(200);
    let tickets = company.app.until("/v1/tickets", |list| !list["items"][0]["assignee_id"].is_null()).await;
    let ticket = tickets["items"][0]["id"].as_str().unwrap();
    company.app.post(&format!("/v1/tickets/{ticket}/resolve"), &json!({})).await.expect(200);
    let sent = company.bot.wait_for(1).await;
    let buttons = sent[0].buttons();
    let token = buttons[0].1.strip_prefix("s:").unwrap().rsplit_once(':').unwrap().0.to_owned();
    let url = company.app.url(&format!("/s/{token}"));
    (company, url)
}

const COMPLAINT: &str = "你们的机器漏电了，我要投诉！";

async fn survey(company: &Company) -> Value {
    company.app.get("/v1/surveys").await["items"][0].clone()
}

async fn a_survey_is_answered_with_the_keyboard_alone(engine: Engine) {
    let (company, url) = asked(engine, "zh-hans", COMPLAINT).await;
    browse(true, async |browser| {
        browser.open(&url).await;
        let question = survey(&company).await["questionnaire"]["question"].clone();
        assert!(question.as_str().unwrap().contains("满意"), "{question}");
        assert_eq!(browser.text("h1").await, question);
        assert_eq!(browser.eval("document.documentElement.lang").await, "zh-CN");
        assert_eq!(browser.eval("document.title").await, "满意度调查");

        // Nothing is chosen yet, so nothing is sent.
        browser.click("button").await;
        assert_eq!(browser.text("h1").await, question);
        assert_eq!(browser.eval("document.activeElement.name").await, "rating", "it shows what is missing");
        browser.open(&url).await;

        // To the first answer, up to the last one, to the comment, to the button.
        browser.press(keys::TAB).await;
        browser.press(keys::SPACE).await;
        browser.press(keys::UP).await;
        let chosen = "document.querySelector(':checked').closest('label').innerText.trim()";
        assert_eq!(browser.eval(chosen).await, "很满意");
        let outline = "getComputedStyle(document.activeElement.closest('label')).outlineStyle";
        assert_eq!(browser.eval(outline).await, "solid", "the focus is seen");
        browser.press(&format!("{}处理得很快！", keys::TAB)).await;
        assert_eq!(survey(&company).await["answered_at"], Value::Null, "choosing isn't sending");
        browser.press(keys::TAB).await;
        assert_eq!(browser.eval("document.activeElement.innerText").await, "提交");
        browser.press(keys::ENTER).await;
        browser.until_text("h1", "感谢您的评价！").await;
        let answered = survey(&company).await;
        assert_eq!((&answered["rating"], &answered["comment"]), (&json!(5), &json!("处理得很快！")));

        // And from there back to the question.
        browser.press(keys::TAB).await;
        browser.press(keys::ENTER).await;
        browser.until_text("h1", question.as_str().unwrap()).await;
        assert_eq!(browser.complaints().await, [""; 0]);
    })
    .await;
}

async fn a_survey_is_answered_where_scripts_are_off(engine: Engine) {
    let (company, url) = asked(engine, "en", "The machine is broken, I want to complain!").await;
    browse(false, async |browser| {
        browser.open("data:text/html,<title>off</title><script>document.title = 'on'</script>").await;
        assert_eq!(browser.eval("document.title").await, "off");
        browser.open(&format!("{url}?r=4")).await;
        assert_eq!(browser.eval("document.querySelector(':checked').value").await, "4");
        browser.click(".choice:nth-of-type(2)").await;
        browser.click("button").await;
        browser.until_text("h1", "Thank you!").await;
        assert_eq!(survey(&company).await["rating"], 2);
        assert_eq!(browser.complaints().await, [""; 0]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_are_legible_on_small_screens_by_day_and_by_night() {
    let (_company, url) = asked(Engine::Sqlite, "zh-hans", COMPLAINT).await;
    browse(true, async |browser| {
        for scheme in ["light", "dark"] {
            for width in [400, 320, 1000] {
                browser.look(width, scheme).await;
                browser.open(&format!("{url}?r=4")).await;
                legible(browser, &format!("survey-{scheme}-{width}")).await;
                // A browser whose page is an old copy may send what is no answer.
                browser.eval("document.querySelector(':checked').value = '9'").await;
                browser.click("button").await;
                browser.until_text(".fault", "请选择一个答案。").await;
                legible(browser, &format!("fault-{scheme}-{width}")).await;
                browser.click(".choice").await;
                browser.click("button").await;
                browser.until_text("h1", "感谢您的评价！").await;
                legible(browser, &format!("thanks-{scheme}-{width}")).await;
            }
        }
        let complaints = browser.complaints().await;
        let unexpected: Vec<&String> = complaints.iter().filter(|line| !line.contains("422")).collect();
        assert!(unexpected.is_empty(), "{unexpected:#?}");
    })
    .await;
}

/// Nothing on the page is too small, too pale, too wide or without a name.
async fn legible(browser: &Browser, page: &str) {
    browser.picture(page).await;
    assert_eq!(browser.eval(include_str!("looks.js")).await, json!([]), "{page}");
    assert_eq!(browser.axe().await, [""; 0], "{page}");
}
