//! Names as people give themselves: none that shows nothing, turns a row around or pushes it out of the page.

use serde_json::{Value, json};
use support::company::{company, message};
use support::store::Engine;

use crate::console::sign_in;
use crate::driver::browse;

const COMPLAINT: &str = "你们的净水器漏电了，我要投诉！";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_name_can_be_read_and_clicked() {
    let company = company(Engine::Sqlite).await;
    company.app.let_in(&company.li).await;
    let family = "👩‍👩‍👧‍👦".repeat(40);
    let word = "Donaudampfschiff".repeat(13);
    let names = ["\u{3164}", "\u{200b}\u{200d}", "\u{2800}", "\u{202e}", "\u{202e}niL", &family, &word];
    for (number, name) in (1..).zip(names) {
        let text =
            if name == "\u{202e}" { format!("{word} \u{202e}{COMPLAINT}") } else { COMPLAINT.to_owned() };
        let mut update = message(number, 6_001_002_000 + number, name, "zh-hans", &text);
        if number == 1 {
            update["message"]["from"]["username"] = json!("lin_tester");
        }
        company.deliver(&update).await.expect(200);
    }
    // One that came by the API, before anybody looked at names.
    let made = company.app.post("/v1/customers", &json!({"name": "\u{2800}"})).await.expect(201);
    let filler = made["id"].as_str().unwrap().to_owned();
    let new = json!({"customer_id": filler, "subject": "\u{3164}", "text": COMPLAINT, "class": "complaint"});
    company.app.post("/v1/tickets", &new).await.expect(201);
    company.app.settle().await;
    let tickets = company.app.until("/v1/tickets", |list| list["items"].as_array().unwrap().len() == 8).await;

    browse(true, async |browser| {
        sign_in(browser, &company, "li@example.com").await;
        for width in [1280, 390] {
            browser.screen((width, 900), "light").await;
            browser.open(&company.app.url("/inbox?view=all")).await;
            browser.until("document.querySelectorAll('.lines li').length", 8).await;
            browser.until_in(".lines", "lin_tester").await;
            // What is seen of each name without the characters that show nothing, and how much room it takes.
            let unseen = "/[\\s\\u00ad\\u115f\\u1160\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u2800\\u3164\\ufeff]/g";
            let blank = format!(
                "[...document.querySelectorAll('.lines li')].filter(line => {{ \
                 const name = line.querySelector('.name bdi'); const link = line.querySelector('.what a'); \
                 return !name || name.textContent.replace({unseen}, '') === '' || link.textContent.replace({unseen}, '') === '' \
                 || name.getBoundingClientRect().width < 4 || link.getBoundingClientRect().width < 4; \
                 }}).length"
            );
            assert_eq!(browser.eval(&blank).await, 0, "each line has a name and a link that are seen, at {width}");
            let wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth";
            assert_eq!(browser.eval(wide).await, false, "nothing sticks out of the page at {width}");
            // U+202E ends with the name: what follows it in the row runs from left to right.
            let turned = "[...document.querySelectorAll('.lines .name')].every(name => \
                getComputedStyle(name.querySelector('bdi')).unicodeBidi === 'isolate')";
            assert_eq!(browser.eval(turned).await, true);
        }
        for ticket in tickets["items"].as_array().unwrap() {
            let id = ticket["id"].as_str().unwrap();
            browser.open(&company.app.url(&format!("/tickets/{id}"))).await;
            browser.until("document.querySelector('#customer h2') !== null", true).await;
            let name = browser.text("#customer h2").await;
            let seen = |name: &str| name.chars().any(|c| c.is_alphanumeric() || c == '👩');
            let page = browser.text("body").await;
            assert!(name.as_str().is_some_and(seen), "{name}: {ticket} on {page}");
            let wide = "[...document.querySelectorAll('body *')].filter(one => !one.closest('details:not([open])') && \
                one.getBoundingClientRect().right > document.documentElement.clientWidth + 1).map(one => \
                one.tagName + '.' + one.className + '#' + one.id).slice(0, 5).join(' ')";
            let page = "document.documentElement.scrollWidth > document.documentElement.clientWidth";
            let out = if browser.eval(page).await == true { browser.eval(wide).await } else { Value::Null };
            assert_eq!(out, Value::Null, "what sticks out of {id}");
        }
    })
    .await;
}
