//! A ticket's page for its customer.

use serde_json::json;
use support::company::{company, message};
use support::store::Engine;

use crate::driver::browse;

support::on_both_engines!(a_customer_sees_how_it_stands_and_nobodys_name,);

async fn a_customer_sees_how_it_stands_and_nobodys_name(engine: Engine) {
    let company = company(engine).await;
    company.deliver(&message(1, 42, "小王", "zh-hans", "净水器漏电了，我要投诉！")).await.expect(200);
    let tickets = company.app.until("/v1/tickets", |list| !list["items"][0]["assignee_id"].is_null()).await;
    let id = tickets["items"][0]["id"].as_str().unwrap().to_owned();
    let link = company.app.get(&format!("/v1/tickets/{id}/link")).await["url"].as_str().unwrap().to_owned();
    let path =
        link.strip_prefix("https://crm.example.com").expect("it begins as the host is reached").to_owned();
    company.app.settle().await;
    browse(false, async |browser| {
        browser.open(&company.app.url(&path)).await;
        browser.until_text(".now", "已收到，等待处理").await;
        browser.until_text("h1", "净水器漏电了，我要投诉！").await;
        browser.until_in(".steps li", "已安排专人处理").await;
        company.app.clock.advance_millis(3_600_000);
        company.app.post(&format!("/v1/tickets/{id}/resolve"), &json!({})).await.expect(200);
        company.app.settle().await;
        browser.open(&company.app.url(&path)).await;
        browser.until_text(".now", "已解决").await;
        browser.until("document.querySelectorAll('.steps li').length", 3).await;
        let text = browser.text("body").await.to_string();
        for secret in ["李娜", "Ann", "客服", "负载"] {
            assert!(!text.contains(secret), "{secret} is shown: {text}");
        }
        // A link that is changed in one place opens nothing.
        let last = if path.ends_with('A') { 'Q' } else { 'A' };
        for wrong in [format!("{}{last}", &path[..path.len() - 1]), "/t/x".to_owned()] {
            browser.open(&company.app.url(&wrong)).await;
            browser.until_in("h1", "There is no such page").await;
        }
    })
    .await;
    browse(true, async |browser| {
        for scheme in ["light", "dark"] {
            browser.look(400, scheme).await;
            browser.open(&company.app.url(&path)).await;
            browser.picture(&format!("status-{scheme}")).await;
            assert_eq!(browser.axe().await, [""; 0], "{scheme}");
        }
        assert_eq!(browser.complaints().await, [""; 0]);
    })
    .await;
}
