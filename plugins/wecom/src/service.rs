//! Messages and events of WeChat customer service, as `kf/sync_msg` gives them
//! (<https://developer.work.weixin.qq.com/document/path/94670>).

use hospes_sdk::{Attribute, Identity, Kept, Message, Receipt, ReceiptStatus};
use hospes_wechat::callback::kept;
use hospes_wechat::content::Content;
use hospes_wechat::labels::Language;
use serde_json::Value as Json;

use crate::outcome;
use crate::thread::Thread;

/// How many entries of a forwarded chat history are shown.
const HISTORY: usize = 50;

/// What one entry means.
#[derive(Debug)]
pub enum Entry {
    /// A customer's message or visit.
    Message {
        /// It, without the customer's name and unionid.
        message: Message,
        /// The customer's `external_userid`.
        customer: String,
        /// The code by which a welcome may be sent within 20 seconds; empty where none may.
        welcome: String,
    },
    /// A message of ours wasn't delivered.
    Receipt(Receipt),
    /// Something that becomes no message.
    Kept(Kept),
}

/// Reads an entry of `msg_list`.
pub fn read(entry: &Json, corporation: &str, language: Language) -> Entry {
    let text = |name: &str| entry[name].as_str().unwrap_or_default();
    let kind = text("msgtype");
    let (id, customer) = (text("msgid"), text("external_userid"));
    if kind == "event" {
        return event(entry, corporation, language);
    }
    if id.is_empty() || customer.is_empty() {
        let detail = "an entry without msgid or external_userid";
        return Entry::Kept(kept(id.to_owned(), "unreadable", detail));
    }
    let menu = entry["text"]["menu_id"].as_str().filter(|menu| kind == "text" && !menu.is_empty());
    // The menu is one of ours: its entries' ids are the choices' values.
    let (of, content) = match menu {
        Some(menu) => ("choice", Content::text(menu)),
        None => ("message", content(kind, &entry[kind], language)),
    };
    let message = message(entry, (id, of), content, (text("open_kfid"), customer, corporation));
    match entry["origin"].as_i64() {
        Some(3) => Entry::Message { message, customer: customer.to_owned(), welcome: String::new() },
        origin => {
            let (reason, detail) = match origin {
                Some(5) => {
                    let by = text("servicer_userid");
                    ("own", format!("written in WeCom by {by}, of the company"))
                }
                _ => ("unknown-kind", "neither a customer nor a member wrote it".to_owned()),
            };
            Entry::Kept(Kept { message: Some(message), ..kept(id.to_owned(), reason, detail) })
        }
    }
}

fn message(
    entry: &Json,
    (id, kind): (&str, &str),
    content: Content,
    (account, customer, corporation): (&str, &str, &str),
) -> Message {
    Message {
        external_id: id.to_owned(),
        conversation: Thread::Service { account: account.to_owned(), customer: customer.to_owned() }
            .to_string(),
        kind: kind.to_owned(),
        sender: vec![Identity::attested("wecom", corporation, customer)],
        sent_at: entry["send_time"].as_i64().unwrap_or_default().saturating_mul(1_000_000),
        text: content.text,
        attachments: content.attachments,
        attributes: content.attributes,
    }
}

/// What is in a message of a kind.
fn content(kind: &str, data: &Json, language: Language) -> Content {
    let text = |name: &str| data[name].as_str().unwrap_or_default();
    if let Some(reference) = data["media_id"].as_str().filter(|reference| !reference.is_empty())
        && let Some(file) = Content::file(kind, reference)
    {
        return file;
    }
    match kind {
        "text" => Content::text(text("content")),
        "location" => {
            let coordinate = |name: &str| data[name].as_f64().unwrap_or_default();
            let place = [text("name"), text("address")].join(" ");
            Content::location((coordinate("latitude"), coordinate("longitude")), &place, language)
        }
        "link" => Content::link([text("title"), text("desc"), text("url")], data, language),
        "merged_msg" => Content::labelled(kind, &history(data), data, language),
        _ => {
            let said = ["title", "nickname", "product_titles", "head_content", "userid", "order_id"];
            let line = said.into_iter().map(text).find(|line| !line.is_empty()).unwrap_or_default();
            Content::labelled(kind, line, data, language)
        }
    }
}

/// A forwarded chat history, a line for each entry.
fn history(data: &Json) -> String {
    let mut lines = vec![data["title"].as_str().unwrap_or_default().to_owned()];
    for item in data["item"].as_array().into_iter().flatten().take(HISTORY) {
        let kind = item["msgtype"].as_str().unwrap_or_default();
        // The content of each is JSON within a text.
        let said: Json =
            item["msg_content"].as_str().and_then(|said| serde_json::from_str(said).ok()).unwrap_or_default();
        let said = said["text"]["content"].as_str().map_or_else(|| format!("[{kind}]"), str::to_owned);
        lines.push(format!("{}: {said}", item["sender_name"].as_str().unwrap_or_default()));
    }
    lines.join("\n")
}

fn event(entry: &Json, corporation: &str, language: Language) -> Entry {
    let event = &entry["event"];
    let of = |name: &str| event[name].as_str().or_else(|| entry[name].as_str()).unwrap_or_default();
    let id = entry["msgid"].as_str().unwrap_or_default();
    let (customer, account) = (of("external_userid"), of("open_kfid"));
    let about = (account, customer, corporation);
    match of("event_type") {
        "enter_session" if !id.is_empty() && !customer.is_empty() => {
            let mut content = Content::text(language.label("enter"));
            for name in ["scene", "scene_param"] {
                if !of(name).is_empty() {
                    content.attributes.push(Attribute::new(name, of(name)));
                }
            }
            Entry::Message {
                message: message(entry, (id, "visit"), content, about),
                customer: customer.to_owned(),
                welcome: of("welcome_code").to_owned(),
            }
        }
        "msg_send_fail" => Entry::Receipt(Receipt {
            external_id: of("fail_msgid").to_owned(),
            status: ReceiptStatus::Failed,
            at: entry["send_time"].as_i64().unwrap_or_default().saturating_mul(1_000_000),
            error: Some(outcome::undelivered(event["fail_type"].as_i64().unwrap_or_default())),
        }),
        // What was withdrawn isn't shown any more; its words stay in the event log.
        "user_recall_msg" if !of("recall_msgid").is_empty() && !customer.is_empty() => {
            let content = Content::text(language.label("recalled"));
            let mut message = message(entry, (of("recall_msgid"), "message"), content, about);
            message.attributes.push(Attribute::new("edited", true));
            Entry::Message { message, customer: customer.to_owned(), welcome: String::new() }
        }
        kind => {
            let reason = match kind {
                "servicer_status_change"
                | "session_status_change"
                | "servicer_recall_msg"
                | "reject_customer_msg_switch_change" => "service-notice",
                "enter_session" | "user_recall_msg" => "unreadable",
                _ => "unknown-kind",
            };
            let detail =
                format!("WeCom's note `{kind}` about {customer} at the service account {account}: {event}");
            Entry::Kept(kept(id.to_owned(), reason, detail))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn text(kind: &str, data: &Json) -> String {
        content(kind, data, Language::Chinese).text
    }

    #[test]
    fn what_has_no_words_gets_a_line() {
        for (kind, data, line) in [
            ("text", json!({"content": "在吗😀"}), "在吗😀"),
            (
                "location",
                json!({"latitude": 23.1, "longitude": 113.3, "name": "广州塔", "address": "阅江西路"}),
                "[位置] 广州塔 阅江西路 (23.1, 113.3)",
            ),
            (
                "link",
                json!({"title": "报价", "desc": "", "url": "https://a.example"}),
                "[链接] 报价\nhttps://a.example",
            ),
            ("miniprogram", json!({"title": "商城", "appid": "wx1"}), "[小程序] 商城"),
            ("business_card", json!({"userid": "zhangsan"}), "[名片] zhangsan"),
            (
                "channels_shop_order",
                json!({"order_id": "1", "product_titles": "净水器"}),
                "[视频号小店订单] 净水器",
            ),
            ("channels", json!({"nickname": "门店", "title": ""}), "[视频号] 门店"),
            ("image", json!({"media_id": ""}), "[image]"),
            ("hologram", json!(null), "[hologram]"),
        ] {
            assert_eq!(text(kind, &data), line);
        }
    }

    #[test]
    fn a_forwarded_history_is_read_line_by_line() {
        let data = json!({"title": "群聊的聊天记录", "item": [
            {"msgtype": "text", "sender_name": "张三", "msg_content": "{\"text\":{\"content\":\"坏了\"}}"},
            {"msgtype": "image", "sender_name": "李四", "msg_content": "{\"image\":{}}"},
            {"msgtype": "text", "sender_name": "王五", "msg_content": "not json"},
        ]});
        assert_eq!(
            text("merged_msg", &data),
            "[聊天记录] 群聊的聊天记录\n张三: 坏了\n李四: [image]\n王五: [text]"
        );
    }
}
