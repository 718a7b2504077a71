//! Kinds of messages that hold something other than text and files: a line for people, and the data beside it.

use crate::entities::with_addresses;
use crate::labels::Language;
use serde_json::{Map, Value as Json};

/// The longest line of a kind that isn't known, in characters.
const LONGEST: usize = 500;

/// What surrounds the content of a `Message`: who, where, when, and how it is shown.
const ENVELOPE: [&str; 48] = [
    "author_signature",
    "business_connection_id",
    "caption",
    "caption_entities",
    "chat",
    "date",
    "direct_messages_topic",
    "edit_date",
    "effect_id",
    "entities",
    "external_reply",
    "forward_date",
    "forward_from",
    "forward_from_chat",
    "forward_from_message_id",
    "forward_origin",
    "forward_sender_name",
    "forward_signature",
    "from",
    "guest_query_id",
    "has_media_spoiler",
    "has_protected_content",
    "is_automatic_forward",
    "is_from_offline",
    "is_paid_post",
    "is_topic_message",
    "link_preview_options",
    "media_group_id",
    "message_id",
    "message_thread_id",
    "paid_star_count",
    "quote",
    "receiver_user",
    "reply_markup",
    "reply_to_checklist_task_id",
    "reply_to_message",
    "reply_to_poll_option_id",
    "reply_to_story",
    "sender_boost_count",
    "sender_business_bot",
    "sender_chat",
    "sender_tag",
    "show_caption_above_media",
    "story_reply",
    "suggested_post_info",
    "text",
    "via_bot",
    "views",
];

/// Files, which `content` reads.
const FILES: [&str; 8] =
    ["animation", "audio", "document", "photo", "sticker", "video", "video_note", "voice"];

/// What somebody says by other means than text and files. A venue comes with a `location` beside it, so it stands first.
const KINDS: [&str; 22] = [
    "venue",
    "location",
    "contact",
    "dice",
    "poll",
    "story",
    "paid_media",
    "checklist",
    "giveaway",
    "giveaway_winners",
    "gift",
    "unique_gift",
    "gift_upgrade_sent",
    "users_shared",
    "user_shared",
    "chat_shared",
    "successful_payment",
    "refunded_payment",
    "invoice",
    "game",
    "web_app_data",
    "passport_data",
];

/// What Telegram itself notes in a chat: nobody says anything by it.
const NOTICES: [&str; 31] = [
    "boost_added",
    "channel_chat_created",
    "chat_background_set",
    "checklist_tasks_added",
    "checklist_tasks_done",
    "connected_website",
    "delete_chat_photo",
    "forum_topic_created",
    "giveaway_completed",
    "giveaway_created",
    "group_chat_created",
    "left_chat_member",
    "left_chat_participant",
    "message_auto_delete_timer_changed",
    "migrate_from_chat_id",
    "migrate_to_chat_id",
    "new_chat_member",
    "new_chat_members",
    "new_chat_participant",
    "new_chat_photo",
    "new_chat_title",
    "pinned_message",
    "proximity_alert_triggered",
    "suggested_post_approval_failed",
    "suggested_post_approved",
    "suggested_post_declined",
    "suggested_post_paid",
    "suggested_post_refunded",
    "supergroup_chat_created",
    "video_chat_participants_invited",
    "write_access_allowed",
];

/// How names of notices end, those that Telegram hasn't thought of yet included.
const NOTICE_ENDINGS: [&str; 14] = [
    "_added",
    "_changed",
    "_closed",
    "_completed",
    "_created",
    "_deleted",
    "_edited",
    "_ended",
    "_hidden",
    "_left",
    "_removed",
    "_reopened",
    "_scheduled",
    "_started",
];

/// A message that has neither text nor a file.
#[derive(Debug, PartialEq)]
pub enum Other {
    /// Somebody said something by the value of this name.
    Said(String),
    /// Telegram noted something of this name.
    Notice(String),
    /// There is nothing in it.
    Nothing,
}

/// What a message without text and files holds.
pub fn find(message: &Json) -> Other {
    if let Some(kind) = KINDS.into_iter().find(|kind| message.get(kind).is_some()) {
        return Other::Said(kind.to_owned());
    }
    let unknown = |name: &&String| !is_notice(name) && !around(name);
    let names = || message.as_object().into_iter().flat_map(Map::keys);
    let holds = |name: &&String| message[name.as_str()].is_object() || message[name.as_str()].is_array();
    // A bare number or yes and no is rather a property of something else in the message.
    let found = names().filter(unknown).find(holds).or_else(|| names().find(unknown));
    match (names().find(|name| is_notice(name)), found) {
        (Some(notice), _) => Other::Notice(notice.clone()),
        (None, Some(unknown)) => Other::Said(unknown.clone()),
        (None, None) => Other::Nothing,
    }
}

fn is_notice(name: &str) -> bool {
    let by_its_end = NOTICE_ENDINGS.iter().any(|ending| name.ends_with(ending));
    NOTICES.contains(&name) || (by_its_end && !KINDS.contains(&name) && !around(name))
}

fn around(name: &str) -> bool {
    ENVELOPE.contains(&name) || FILES.contains(&name)
}

/// The values of a message that people read as a line, by their names, to be kept as they came.
pub fn data(message: &Json) -> impl Iterator<Item = (&'static str, &Json)> {
    KINDS.into_iter().filter_map(|kind| Some((kind, message.get(kind)?)))
}

/// The line for a value of this name.
pub fn line(kind: &str, value: &Json, language: Language) -> String {
    let words = |value: &Json, key: &str| value[key].as_str().unwrap_or_default().trim().to_owned();
    let label = || language.label(kind);
    match kind {
        "venue" => join(&[words(value, "title"), words(value, "address"), point(&value["location"])], "\n"),
        "location" if value.get("live_period").is_some() => {
            join(&[language.label("live"), point(value)], " ")
        }
        "location" => point(value),
        "contact" => join(&[label(), crate::sender::full_name(value), words(value, "phone_number")], " "),
        "dice" => {
            join(&[words(value, "emoji"), value["value"].as_i64().unwrap_or_default().to_string()], " ")
        }
        "poll" => {
            let question = with_addresses(&words(value, "question"), &value["question_entities"]);
            let options = value["options"].as_array().into_iter().flatten();
            let options =
                options.map(|option| with_addresses(&words(option, "text"), &option["text_entities"]));
            list(join(&[label(), question], " "), options)
        }
        "checklist" => {
            let title = with_addresses(&words(value, "title"), &value["title_entities"]);
            let tasks = value["tasks"].as_array().into_iter().flatten().map(|task| {
                let done = task["completion_date"].as_i64().is_some_and(|date| date > 0);
                let text = with_addresses(&words(task, "text"), &task["text_entities"]);
                if done { format!("✓ {text}") } else { text }
            });
            list(join(&[label(), title], " "), tasks)
        }
        "story" => join(&[label(), chat(&value["chat"])], " "),
        "paid_media" => join(&[label(), stars(value)], " "),
        "gift" => join(&[label(), with_addresses(&words(value, "text"), &value["entities"])], " "),
        "unique_gift" => join(&[label(), words(&value["gift"], "base_name")], " "),
        "giveaway" | "giveaway_winners" => {
            let winners = value["winner_count"].as_i64().map(|count| format!("×{count}"));
            let prize = words(value, "prize_description");
            join(&[label(), prize, winners.unwrap_or_default()], " ")
        }
        "users_shared" => {
            let users = value["users"].as_array().into_iter().flatten();
            let names: Vec<String> = users.map(|user| named(user, "user_id")).collect();
            join(&[label(), names.join(", ")], " ")
        }
        "chat_shared" => join(&[label(), named(value, "chat_id")], " "),
        "successful_payment" | "refunded_payment" | "pre_checkout_query" => {
            join(&[label(), money(value), words(value, "invoice_payload")], " ")
        }
        "invoice" => join(&[label(), words(value, "title"), money(value)], " "),
        "game" => {
            let text = with_addresses(&words(value, "text"), &value["text_entities"]);
            join(&[label(), words(value, "title"), text], " ")
        }
        "web_app_data" => {
            let head = join(&[label(), words(value, "button_text")], " ");
            join(&[head, words(value, "data")], "\n")
        }
        "passport_data" => label(),
        "purchased_paid_media" => join(&[label(), words(value, "paid_media_payload")], " "),
        _ => {
            let mut found = Vec::new();
            gather(value, &mut found, 0);
            let text: String = found.join(" ").chars().take(LONGEST).collect();
            join(&[label(), text], " ")
        }
    }
}

/// The texts within a value whose kind isn't known, under names by which people's words usually go.
fn gather(value: &Json, found: &mut Vec<String>, depth: usize) {
    const WORDS: [&str; 14] = [
        "title",
        "name",
        "first_name",
        "last_name",
        "question",
        "text",
        "caption",
        "description",
        "message",
        "bio",
        "query",
        "emoji",
        "address",
        "url",
    ];
    match value {
        Json::String(text) if depth == 0 => found.push(text.clone()),
        Json::Number(number) if depth == 0 => found.push(number.to_string()),
        Json::Array(items) if depth < 4 => {
            items.iter().take(20).for_each(|item| gather(item, found, depth + 1));
        }
        Json::Object(fields) if depth < 4 => {
            for name in WORDS {
                if let Some(text) =
                    fields.get(name).and_then(Json::as_str).filter(|text| !text.trim().is_empty())
                {
                    found.push(text.trim().to_owned());
                }
            }
            for (name, inner) in fields {
                if !matches!(name.as_str(), "chat" | "from" | "user")
                    && (inner.is_object() || inner.is_array())
                {
                    gather(inner, found, depth + 1);
                }
            }
        }
        _ => {}
    }
}

fn list(head: String, items: impl Iterator<Item = String>) -> String {
    items.fold(head, |lines, item| format!("{lines}\n- {item}"))
}

/// A user or chat as somebody shared it: by its name, else by its number.
fn named(value: &Json, number: &str) -> String {
    let name = value["title"].as_str().map_or_else(|| crate::sender::full_name(value), str::to_owned);
    if name.is_empty() { value[number].as_i64().map(|id| id.to_string()).unwrap_or_default() } else { name }
}

fn chat(chat: &Json) -> String {
    chat["title"].as_str().map_or_else(|| crate::sender::full_name(chat), str::to_owned)
}

fn stars(value: &Json) -> String {
    value["star_count"].as_i64().map(|count| format!("{count} ⭐")).unwrap_or_default()
}

/// An amount, which Telegram counts in the currency's smallest unit.
fn money(value: &Json) -> String {
    let Some(amount) = value["total_amount"].as_i64() else { return String::new() };
    match value["currency"].as_str().unwrap_or_default() {
        "XTR" => format!("{amount} ⭐"),
        currency @ ("CLP" | "ISK" | "JPY" | "KRW" | "PYG" | "UGX" | "VND") => format!("{currency} {amount}"),
        currency => {
            let sign = if amount < 0 { "-" } else { "" };
            let amount = amount.unsigned_abs();
            format!("{currency} {sign}{}.{:02}", amount / 100, amount % 100)
        }
    }
}

/// A place on the map, to about ten centimetres.
fn point(location: &Json) -> String {
    let rounded = |key: &str| location[key].as_f64().map(|degrees| (degrees * 1e6).round() / 1e6);
    match (rounded("latitude"), rounded("longitude")) {
        (Some(latitude), Some(longitude)) => format!("📍 {latitude}, {longitude}"),
        _ => "📍".to_owned(),
    }
}

fn join(parts: &[String], between: &str) -> String {
    let filled: Vec<&str> = parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    filled.join(between)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn text(message: &Json, language: Language) -> String {
        match find(message) {
            Other::Said(kind) => line(&kind, &message[&kind], language),
            other => panic!("{message}: {other:?}"),
        }
    }

    #[test]
    fn every_kind_leaves_a_line() {
        for (message, chinese, english) in [
            (json!({"story": {"id": 5, "chat": {"first_name": "Lin"}}}), "[动态] Lin", "[story] Lin"),
            (json!({"paid_media": {"star_count": 5}}), "[付费内容] 5 ⭐", "[paid media] 5 ⭐"),
            (
                json!({"checklist": {"title": "上门前", "tasks": [{"text": "关水", "completion_date": 9}, {"text": "断电"}]}}),
                "[清单] 上门前\n- ✓ 关水\n- 断电",
                "[checklist] 上门前\n- ✓ 关水\n- 断电",
            ),
            (json!({"giveaway": {"winner_count": 1}}), "[抽奖] ×1", "[giveaway] ×1"),
            (json!({"gift": {"gift": {"id": "7"}, "text": "谢谢"}}), "[礼物] 谢谢", "[gift] 谢谢"),
            (json!({"gift": {}}), "[礼物]", "[gift]"),
            (
                json!({"users_shared": {"users": [{"user_id": 42, "first_name": "Friend"}, {"user_id": 43}]}}),
                "[分享的用户] Friend, 43",
                "[shared users] Friend, 43",
            ),
            (
                json!({"successful_payment": {"currency": "CNY", "total_amount": 19_905, "invoice_payload": "o-7"}}),
                "[已付款] CNY 199.05 o-7",
                "[paid] CNY 199.05 o-7",
            ),
            (
                json!({"invoice": {"title": "t", "currency": "JPY", "total_amount": 70}}),
                "[账单] t JPY 70",
                "[invoice] t JPY 70",
            ),
            (json!({"game": {"title": "Snake"}}), "[游戏] Snake", "[game] Snake"),
            (
                json!({"web_app_data": {"button_text": "报修", "data": "{}"}}),
                "[小程序] 报修\n{}",
                "[web app] 报修\n{}",
            ),
            (
                json!({"contact": {"first_name": "Mei", "phone_number": "+861"}}),
                "[名片] Mei +861",
                "[contact] Mei +861",
            ),
            (
                json!({"location": {"latitude": 31.246_399_999_999_998, "longitude": 121.5, "live_period": 60}}),
                "[实时位置] 📍 31.2464, 121.5",
                "[live location] 📍 31.2464, 121.5",
            ),
            // Nobody has thought of these yet.
            (
                json!({"date": 1, "teleport": {"a": {"description": "门口"}}}),
                "[teleport] 门口",
                "[teleport] 门口",
            ),
            (json!({"nudge": true}), "[nudge]", "[nudge]"),
        ] {
            assert_eq!(text(&message, Language::Chinese), chinese);
            assert_eq!(text(&message, Language::English), english);
        }
    }

    #[test]
    fn notices_are_told_from_what_people_say() {
        for message in [
            json!({"new_chat_title": "x"}),
            json!({"pinned_message": {"text": "old"}}),
            json!({"message_auto_delete_timer_changed": {"message_auto_delete_time": 86_400}}),
            json!({"new_chat_members": [], "new_chat_member": {}, "new_chat_participant": {}}),
            json!({"something_new_changed": {"text": "x"}}),
        ] {
            assert!(matches!(find(&message), Other::Notice(_)), "{message}");
        }
        assert_eq!(find(&json!({"message_id": 1, "date": 2, "chat": {}})), Other::Nothing);
        assert_eq!(find(&json!(null)), Other::Nothing);
    }
}
