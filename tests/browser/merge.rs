//! Two records of one customer are merged beside a ticket, and separated again.

use serde_json::{Value, json};
use support::company::{Company, company, message};
use support::store::Engine;

use crate::console::sign_in;
use crate::driver::browse;

support::on_both_engines!(a_customer_is_merged_and_the_merge_undone, a_customer_is_merged_without_scripts,);

/// A company whose people can sign in, 小王's ticket, and the id of another record that shares 小王's number.
async fn at_work(engine: Engine) -> (Company, String, String) {
    let company = company(engine).await;
    company.app.let_in(&company.li).await;
    company.deliver(&message(1, 42, "小王", "zh-hans", "净水器漏电了，我要投诉！")).await.expect(200);
    let given = |list: &Value| !list["items"][0]["assignee_id"].is_null();
    let ticket = company.app.until("/v1/tickets", given).await["items"][0].clone();
    let phone = json!({"scheme": "phone", "value": "+8613800138000"});
    let path = format!("/v1/customers/{}/identities", ticket["customer_id"].as_str().unwrap());
    company.app.post(&path, &phone).await.expect(201);
    let other = json!({"name": "王芳", "identities": [phone]});
    let other =
        company.app.post("/v1/customers", &other).await.expect(201)["id"].as_str().unwrap().to_owned();
    let older = json!({"customer_id": other, "subject": "滤芯什么时候换？", "class": "inquiry"});
    company.app.post("/v1/tickets", &older).await.expect(201);
    company.app.settle().await;
    (company, ticket["id"].as_str().unwrap().to_owned(), other)
}

async fn a_customer_is_merged_and_the_merge_undone(engine: Engine) {
    merged(engine, true).await;
}

async fn a_customer_is_merged_without_scripts(engine: Engine) {
    merged(engine, false).await;
}

async fn merged(engine: Engine, scripts: bool) {
    let (company, id, other) = at_work(engine).await;
    let canonical = async || company.app.get(&format!("/v1/customers/{other}")).await["canonical_id"].clone();
    browse(scripts, async |browser| {
        sign_in(browser, &company, "li@example.com").await;
        browser.open(&company.app.url(&format!("/tickets/{id}"))).await;
        browser.until_in("#duplicates li", "王芳").await;
        // The other's own page is that of its last ticket.
        browser.click("#duplicates a").await;
        browser.until_in("#head h1", "滤芯什么时候换？").await;
        browser.until_in("#duplicates li", "小王").await;
        browser.open(&company.app.url(&format!("/tickets/{id}"))).await;
        browser.until_in("#duplicates summary", "合并到当前客户").await;
        browser.click("#duplicates summary").await;
        browser.until_in("#duplicates form", "王芳 的会话、工单、订单等将全部显示在当前客户名下").await;
        if scripts {
            browser.picture("customer-duplicates").await;
            assert_eq!(browser.axe().await, [""; 0]);
        }
        assert_eq!(canonical().await, Value::Null, "nothing is done before it is confirmed");
        browser.click("#duplicates form button").await;
        browser.until_in("#merged li", "王芳").await;
        browser.until_in("#merged button", "撤销合并").await;
        browser.until("document.querySelectorAll('#duplicates').length", 0).await;
        browser.until_in("#customer", "滤芯什么时候换？").await;
        browser.until_in(".timeline", "合并客户").await;
        assert_ne!(canonical().await, Value::Null);
        if scripts {
            browser.picture("customer-merged").await;
            assert_eq!(browser.axe().await, [""; 0]);
        }

        browser.click("#merged button").await;
        browser.until_in("#duplicates li", "王芳").await;
        browser.until("document.querySelectorAll('#merged').length", 0).await;
        browser.until_in(".timeline", "撤销合并").await;
        assert_eq!(canonical().await, Value::Null);
        if scripts {
            assert_eq!(browser.complaints().await, [""; 0]);
        }
    })
    .await;
}
