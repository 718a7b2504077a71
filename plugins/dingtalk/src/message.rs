//! What a notice becomes (<https://open.dingtalk.com/document/orgapp/message-types-and-data-format>): texts that nobody's words
//! can turn into markup.

use hospes_notice::{Notice, cut};
use serde_json::{Value as Json, json};

/// The longest parts, in bytes: DingTalk takes 2,048 bytes of a work notification altogether, and shows 50 characters of a
/// title.
const TITLE: usize = 150;
const CONTENT: usize = 450;
const REASON: usize = 240;
const URL_ON_CARD: usize = 400;
const URL: usize = 900;
const TEXT: usize = 700;

/// The message of a work notification: a card that opens the page, else a text.
pub fn work(notice: &Notice) -> Json {
    if notice.url.is_empty() || notice.url.len() > URL_ON_CARD {
        return json!({"msgtype": "text", "text": {"content": lines(notice)}});
    }
    let title = cut::to(&notice.text, TITLE);
    let pick = |chinese, english| notice.language.pick(chinese, english);
    let rows = [
        (pick("时间：", "Time: "), notice.time.clone()),
        (pick("原因：", "Why: "), cut::to(&notice.reason, REASON)),
    ];
    let form: Vec<Json> = rows
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(key, value)| json!({"key": key, "value": value}))
        .collect();
    let mut body = json!({"title": title, "form": form});
    if title != notice.text {
        body["content"] = json!(cut::to(&notice.text, CONTENT));
    }
    let oa = json!({
        "message_url": notice.url,
        "pc_message_url": notice.url,
        "head": {"bgcolor": "FF1677FF", "text": pick("通知", "Notice")},
        "body": body,
    });
    json!({"msgtype": "oa", "oa": oa})
}

/// The notice as lines of text.
pub fn lines(notice: &Notice) -> String {
    let url = if notice.url.len() > URL { "" } else { notice.url.as_str() };
    let parts =
        [cut::to(&notice.text, TEXT), cut::to(&notice.reason, REASON), notice.time.clone(), url.to_owned()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use hospes_notice::Language;

    #[test]
    fn the_longest_message_fits() {
        let mut notice = Notice {
            address: "manager4081".into(),
            email: String::new(),
            name: String::new(),
            language: Language::Chinese,
            text: "客户反映净水器漏水。".repeat(200),
            reason: "因为工单分配给了您".repeat(100),
            time: "2026-01-05 16:00:00".into(),
            url: format!("https://crm.example.com/{}", "x".repeat(376)),
        };
        let card = work(&notice);
        assert_eq!(card["msgtype"], "oa");
        assert!(card.to_string().len() <= 2_048, "{}", card.to_string().len());
        notice.url.push_str(&"x".repeat(500));
        let text = work(&notice);
        assert_eq!(text["msgtype"], "text");
        assert!(text.to_string().len() <= 2_048, "{}", text.to_string().len());
    }
}
