//! Updates about the bot, chats and other people's acts: nobody says anything by them.

use serde_json::Value as Json;

/// What a notice is about, in a sentence for people; none when the update is something else.
pub fn read(key: &str, payload: &Json) -> Option<String> {
    let chat = payload["chat"]["id"].as_i64().unwrap_or_default();
    Some(match key {
        "my_chat_member" => membership(payload, chat),
        "chat_member" => format!("chat {chat}: somebody's membership changed"),
        "business_connection" if payload["is_enabled"] == false => {
            "a business account is no longer connected to the bot".to_owned()
        }
        "business_connection" => "a business account was connected to the bot".to_owned(),
        "deleted_business_messages" => {
            let numbers = payload["message_ids"].as_array().into_iter().flatten();
            let numbers: Vec<String> =
                numbers.filter_map(|number| Some(number.as_i64()?.to_string())).collect();
            format!("chat {chat}: the messages {} were deleted there; they stay here", numbers.join(", "))
        }
        "message_reaction_count" => format!("chat {chat}: the number of anonymous reactions changed"),
        "chat_boost" | "removed_chat_boost" => format!("chat {chat}: boosts changed"),
        "poll" => "a poll's results changed".to_owned(),
        _ => return None,
    })
}

/// Somebody blocked or unblocked the bot, or added it to a group or removed it.
fn membership(change: &Json, chat: i64) -> String {
    let status = change["new_chat_member"]["status"].as_str().unwrap_or_default();
    match (change["chat"]["type"].as_str() == Some("private"), status) {
        (true, "kicked") => format!("chat {chat}: the user blocked the bot; messages to them will fail"),
        (true, "member") => format!("chat {chat}: the user unblocked the bot"),
        (false, "kicked" | "left") => format!("chat {chat}: the bot was removed from the group"),
        _ => format!("chat {chat}: the bot is now `{status}` there"),
    }
}
