//! V6: messages in through a channel's webhook, each from somebody new: stored, identified, a ticket made, triaged,
//! assigned.

use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, ensure};

use crate::Size;
use crate::client::{Until, drive, write};
use crate::host::{Admin, Place, WEBHOOK_SECRET};
use crate::report::{Row, median, whole};

const CONNECTIONS: usize = 64;
/// An inquiry, a complaint, a purchase, an after-sales demand: each goes to another team.
const TEXTS: [&str; 4] = [
    "请问大号的什么时候能送到？",
    "我要投诉，送货的态度太差了！",
    "我想买两台大号的，有优惠吗？",
    "净水器坏了不出水，需要上门维修。",
];
/// How long the host may take for what is left after the last answer.
const PATIENCE: Duration = Duration::from_secs(120);

/// Measures rounds of Telegram's webhooks that are durable before their answers.
pub async fn run(place: &Place, size: Size) -> Result<Vec<Row>> {
    let each = if size.rounds < 5 { 3_000 } else { 10_000 };
    let (mut answered, mut slowest, mut assigned) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..size.rounds {
        let database = place.fresh(&format!("v6-{round}")).await?;
        let host = place.start(&database)?;
        let mut admin = Admin::of(&host).await?;
        admin.install_telegram(place).await?;
        admin.make_teams(12, 1_000).await?;
        let began = Instant::now();
        let outcome = drive(host.address, CONNECTIONS, Until::Sent(each), |number, request| {
            let chat = 500_000 + number;
            let text = TEXTS[number as usize % TEXTS.len()];
            let body = format!(
                "{{\"update_id\":{number},\"message\":{{\"message_id\":1,\"date\":1767600000,\"chat\":{{\"id\":{chat},\"type\":\"private\"}},\
                 \"from\":{{\"id\":{chat},\"is_bot\":false,\"first_name\":\"客户{number}\",\"language_code\":\"zh-hans\"}},\
                 \"text\":\"{text} 第{number}号\"}}}}"
            );
            let headers =
                [("x-telegram-bot-api-secret-token", WEBHOOK_SECRET), ("content-type", "application/json")];
            write(request, "POST", "/in/telegram/update", &headers, body.as_bytes());
        })
        .await?;
        let mut session = database.open().await?;
        loop {
            let done =
                session.count("select count(*) from tickets where assignee_id is not null", &[]).await?;
            if done >= each {
                break;
            }
            ensure!(began.elapsed() < PATIENCE, "only {done} of {each} tickets are assigned");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assigned.push(each as f64 / began.elapsed().as_secs_f64());
        answered.push(outcome.rate);
        slowest.push(outcome.percentile(0.99));
        let stored = session.count("select count(*) from interactions", &[]).await?;
        ensure!(stored == each, "{stored} of {each} messages are stored");
        host.stop().map_err(|error| anyhow!(error))?;
    }
    Ok(vec![
        Row {
            id: "V6",
            on: place.engine.name(),
            what: format!(
                "{} messages of as many new customers by Telegram's webhook, {CONNECTIONS} connections, until the durable answer",
                whole(each as f64)
            ),
            floor: String::new(),
            figure: format!("{}/s, p99 {:.0} ms", whole(median(&answered)), median(&slowest)),
            ratio: None,
            target: ">= 1,000/s (aim 3,000), p99 <= 100 ms",
        },
        Row {
            id: "V6",
            on: place.engine.name(),
            what: "the same, until all tickets are triaged and assigned".to_owned(),
            floor: String::new(),
            figure: format!("{}/s", whole(median(&assigned))),
            ratio: None,
            target: ">= 1,000/s",
        },
    ])
}
