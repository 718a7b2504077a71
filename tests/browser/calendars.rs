//! Business calendars and the policies that follow them, as an administrator sets them up, and what the ticket says then.

use reqwest::Method;
use serde_json::json;
use support::people::{id, people};
use support::store::Engine;

use crate::console::sound_at;
use crate::driver::browse;
use crate::records::sign_in;

support::on_both_engines!(a_calendar_is_made_and_followed_by_a_policy);

async fn a_calendar_is_made_and_followed_by_a_policy(engine: Engine) {
    let people = people(engine).await;
    let app = &people.app;
    app.person("Ann", "ann@example.com", "administrator").await;
    browse(true, async |browser| {
        sign_in(browser, app, "zh-CN").await;
        browser.open(&app.url("/records/calendar/new")).await;
        browser.fill("#field-name", "客服工作时间").await;
        browser.fill("#field-time_zone", "Asia/Shanghai").await;
        browser.fill("#field-hours", "周一至周五 9：00－12：00，13：00－25：00").await;
        browser.fill("#field-holidays", "CN").await;
        browser.click("#fields button").await;
        // What can't be understood is said, and what was typed stays.
        browser.until_in("#fields", "25:00").await;
        browser.fill("#field-hours", "周一至周五 9：00－12：00，13：30－18：00").await;
        browser.fill("#field-exceptions", "2026-01-07 off 盘点").await;
        browser.click("#fields button").await;
        browser.until_in("#days", "09:00-12:00 13:30-18:00").await;
        browser.until_in("#days", "盘点").await;
        let calendar = browser.eval("location.pathname").await.as_str().unwrap().to_owned();
        sound_at(browser, app, &calendar, "calendar-zh").await;
        browser.picture("calendar-zh").await;

        browser.open(&app.url("/records/sla-policy/new")).await;
        browser.fill("#field-name", "默认").await;
        browser.fill("#field-first_response_minutes", "60").await;
        browser.fill("#field-resolution_minutes", "600").await;
        browser.fill("#field-escalation_minutes", "30").await;
        browser.fill("#field-calendar_id", "客服工作时间").await;
        browser.click("#fields button").await;
        browser.until_in("#history", "刚刚").await;

        let customer = app.post("/v1/customers", &json!({"name": "王芳"})).await.expect(201)["id"].clone();
        let new = json!({"customer_id": customer, "subject": "空调漏水", "class": "complaint"});
        let ticket = id(&app.post("/v1/tickets", &new).await.expect(201));
        let path = format!("/v1/tickets/{ticket}");
        assert_eq!(
            app.get(&path).await["resolution_due_at"],
            "2026-01-08T01:30:00Z",
            "past the day of the stocktaking"
        );
        app.call(Method::PATCH, &path, Some(&json!({"status": "pending"}))).await.expect(200);
        app.clock.advance_millis(3 * 3_600_000);
        app.call(Method::PATCH, &path, Some(&json!({"status": "open"}))).await.expect(200);
        browser.open(&app.url(&format!("/tickets/{ticket}"))).await;
        browser.until_in(".timeline", "结束等待").await;
        browser.picture("ticket-due-times-zh").await;
    })
    .await;
}
