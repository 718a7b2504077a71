//! What a notice becomes: a card with a link where there is a page, else a text
//! (<https://developer.work.weixin.qq.com/document/path/90236>).

use hospes_notice::{Notice, cut};
use serde_json::{Value as Json, json};

/// WeCom's limits, in bytes.
const TITLE: usize = 128;
const DESCRIPTION: usize = 512;
const CONTENT: usize = 2_048;
const URL: usize = 2_048;
/// The longest reason on a card and in a text, and the longest address that still leaves a text its room.
const REASON_ON_CARD: usize = 140;
const REASON: usize = 300;
const URL_IN_TEXT: usize = 1_024;
/// How long WeCom drops what is the same as before, in seconds: four hours, which is the most.
const SAME_FOR: u32 = 14_400;

/// The body of the request. It is the same however often the notice is delivered, by which WeCom knows repeated ones.
pub fn body(notice: &Notice, userid: &str, agent: u64) -> Json {
    let mut body = json!({
        "touser": userid,
        "agentid": agent,
        "enable_duplicate_check": 1,
        "duplicate_check_interval": SAME_FOR,
    });
    let (kind, content) = match notice.url.len() {
        1..=URL => ("textcard", card(notice)),
        _ => ("text", json!({"content": content(notice)})),
    };
    body["msgtype"] = json!(kind);
    body[kind] = content;
    body
}

fn card(notice: &Notice) -> Json {
    let text = harmless(&notice.text);
    let title = cut::to(&text, TITLE);
    let mut lines = vec![notice.time.clone()];
    let reason = cut::to(&harmless(&notice.reason), REASON_ON_CARD);
    if title != text {
        let taken = notice.time.len() + reason.len() + 2 * "<br>".len();
        lines.push(cut::to(&text, DESCRIPTION.saturating_sub(taken)));
    }
    lines.push(reason);
    lines.retain(|line| !line.is_empty());
    json!({
        "title": title,
        "description": lines.join("<br>"),
        "url": notice.url,
        "btntxt": notice.language.pick("详情", "View"),
    })
}

fn content(notice: &Notice) -> String {
    let mut after = vec![cut::to(&harmless(&notice.reason), REASON), notice.time.clone()];
    if notice.url.len() <= URL_IN_TEXT {
        after.push(notice.url.clone());
    }
    after.retain(|line| !line.is_empty());
    let taken: usize = after.iter().map(|line| line.len() + 1).sum();
    after.insert(0, cut::to(&harmless(&notice.text), CONTENT - taken));
    after.join("\n")
}

/// What others wrote is no markup: WeCom makes links of `<a href>` and layout of other tags.
fn harmless(text: &str) -> String {
    text.replace('<', "＜").replace('>', "＞")
}

#[cfg(test)]
mod tests {
    use super::*;
    use hospes_notice::Language;

    fn notice(text: &str, url: &str) -> Notice {
        Notice {
            address: "zhangsan".into(),
            email: String::new(),
            name: String::new(),
            language: Language::Chinese,
            text: text.into(),
            reason: "因为工单分配给了您".repeat(40),
            time: "2026-01-05 16:00:00".into(),
            url: url.into(),
        }
    }

    #[test]
    fn all_limits_are_kept() {
        let long = "客户反映净水器漏水<急>。".repeat(200);
        let body = body(&notice(&long, "https://crm.example.com/tickets/7"), "zhangsan", 1);
        let length = |name: &str| body["textcard"][name].as_str().unwrap().len();
        assert!(length("title") <= TITLE && length("description") <= DESCRIPTION);
        assert!(length("title") > TITLE - 8 && length("description") > DESCRIPTION - 8);
        for url in [String::new(), format!("https://a.example/{}", "x".repeat(2_040))] {
            let body = super::body(&notice(&long, &url), "zhangsan", 1);
            let text = body["text"]["content"].as_str().unwrap();
            assert!(text.len() <= CONTENT && text.ends_with("16:00:00"), "{text}");
        }
    }
}
