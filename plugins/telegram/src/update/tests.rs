//! Updates as Telegram sends them, one for each kind, and what they mean here.

use super::*;
use serde_json::json;

const NOW: i64 = 1_767_700_000_000_000;
const AROUND: Around<'static> = Around { issuer: "", now: NOW, language: Language::Chinese };

/// Reads a recorded update of the shared fixtures.
fn fixture(name: &str) -> Json {
    let path = format!("{}/../../tests/fixtures/telegram/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(&path).expect(&path)).expect(&path)
}

fn message(name: &str) -> Message {
    read(&fixture(name), AROUND).unwrap().message.unwrap_or_else(|| panic!("{name} gave no message"))
}

fn attribute(message: &Message, name: &str) -> String {
    match Attribute::find(&message.attributes, name) {
        Some(value) => value.as_text().map_or_else(|| format!("{value:?}"), str::to_owned),
        None => String::new(),
    }
}

#[test]
fn a_chinese_text_is_read_whole() {
    let read = message("text-zh");
    assert_eq!(read.text, "你好，这款净水器多少钱？可以上门安装吗？");
    assert_eq!((read.kind.as_str(), read.conversation.as_str()), ("message", "5120938471"));
    assert_eq!(read.external_id, "5120938471:411");
    assert_eq!(read.sent_at, 1_767_600_411_000_000);
    assert_eq!(read.sender, [hospes_sdk::Identity::attested("telegram", "", "5120938471")]);
    assert_eq!(
        (attribute(&read, "name").as_str(), attribute(&read, "language").as_str()),
        ("王小梅", "zh-CN")
    );
    assert_eq!(attribute(&read, "group"), "");
}

#[test]
fn the_issuer_is_the_bot_that_was_set() {
    let read = read(&fixture("text-en"), Around { issuer: "acme", ..AROUND }).unwrap().message.unwrap();
    assert_eq!(read.sender[0].issuer, "acme");
    assert_eq!(attribute(&read, "language"), "en");
}

#[test]
fn files_are_kept_by_reference() {
    for (name, reference, media_type, text) in [
        ("photo-zh", "AgACAgUAAxkBAAIBnWd7large", "image/jpeg", "屏幕裂了，还在保修期内吗？"),
        ("document-en", "BQACAgIAAxkBAAIBoGd8doc", "application/pdf", "Here is the invoice."),
        ("voice-zh", "AwACAgUAAxkBAAIBomd9voice", "audio/ogg", ""),
        ("audio-en", "CQACAgIAAxkBAAIBpGd9audio", "audio/mpeg", ""),
        ("video-zh", "BAACAgUAAxkBAAIBpmd9video", "video/mp4", "漏水的样子"),
        ("video-note-en", "DQACAgIAAxkBAAIBqGd9note", "video/mp4", ""),
        ("sticker-zh", "CAACAgUAAxkBAAIBqmd9sticker", "application/x-tgsticker", "👍"),
        ("animation-en", "CgACAgQAAxkBAAIBrGd9anim", "video/mp4", ""),
    ] {
        let read = message(name);
        assert_eq!(read.attachments.len(), 1, "{name}");
        let file = &read.attachments[0];
        assert_eq!((file.reference.as_str(), file.media_type.as_str()), (reference, media_type), "{name}");
        assert!(file.size.is_some_and(|size| size > 0), "{name}");
        assert_eq!(read.text, text, "{name}");
    }
}

#[test]
fn what_has_no_text_is_said_in_words() {
    for (name, words) in [
        ("location-zh", "📍 31.239702, 121.499763"),
        ("venue-en", "Fernsehturm\nPanoramastraße 1A, Berlin\n📍 52.520645, 13.409779"),
        ("contact-other-en", "[contact] Jonas +4915112345678"),
        ("dice", "🎲 5"),
        ("poll-zh", "[投票] 哪天方便上门？\n- 周六\n- 周日"),
    ] {
        assert_eq!(message(name).text, words, "{name}");
    }
}

#[test]
fn only_ones_own_contact_is_an_identity() {
    let own = message("contact-own-zh").sender;
    assert_eq!(own[1], hospes_sdk::Identity::attested("phone", "", "+8613800138000"));
    assert_eq!(message("contact-other-en").sender.len(), 1);
}

#[test]
fn a_post_that_telegram_repeats_in_a_group_is_no_customers_message() {
    let mut repeated = fixture("reply-en");
    repeated["message"]["is_automatic_forward"] = json!(true);
    repeated["message"]["sender_chat"] = json!({"id": -1001, "type": "channel", "title": "News"});
    assert_eq!(kept(&repeated).reason, "service-notice");
}

fn kept(update: &Json) -> Kept {
    read(update, AROUND).unwrap().kept.unwrap_or_else(|| panic!("{update} was not kept"))
}

#[test]
fn an_edit_is_of_the_message_that_it_edits() {
    let read = message("edited-zh");
    assert_eq!(attribute(&read, "edited"), "Value::Boolean(true)");
    let update = fixture("edited-zh")["update_id"].as_i64().unwrap();
    assert_eq!(attribute(&read, "revision"), format!("Value::Integer({update})"));
    assert_eq!(read.external_id, "5120938471:428");
    assert_eq!(
        read.sent_at,
        fixture("edited-zh")["edited_message"]["edit_date"].as_i64().unwrap() * 1_000_000
    );
    for (key, edited) in
        [("channel_post", "edited_channel_post"), ("business_message", "edited_business_message")]
    {
        let said = |key: &str, text: &str| {
            let chat = json!({"id": 42, "type": if key.ends_with("post") { "channel" } else { "private" }});
            let from = json!({"id": 42, "is_bot": false, "first_name": "Lin"});
            let mut message =
                json!({"message_id": 7, "date": 1, "edit_date": 2, "chat": chat, "from": from, "text": text});
            if key.contains("business") {
                message["business_connection_id"] = json!("bc");
            }
            super::read(&json!({"update_id": 9, key: message}), AROUND).unwrap().message.unwrap()
        };
        assert_eq!(said(key, "a").external_id, said(edited, "b").external_id);
        assert_eq!(attribute(&said(edited, "b"), "edited"), "Value::Boolean(true)");
    }
}

#[test]
fn replies_and_forwards_say_of_what() {
    assert_eq!(attribute(&message("reply-en"), "in_reply_to"), "301884562:398");
    assert_eq!(attribute(&message("forward-zh"), "forwarded_from"), "Acme 新品");
    let mut topic = fixture("reply-en");
    topic["message"]["reply_to_message"]["forum_topic_created"] = json!({"name": "Topic", "icon_color": 0});
    let read = read(&topic, AROUND).unwrap().message.unwrap();
    assert_eq!(attribute(&read, "in_reply_to"), "");
}

#[test]
fn groups_and_channels_are_marked() {
    let group = message("group-zh");
    assert_eq!(
        (group.conversation.as_str(), group.sender[0].value.as_str()),
        ("-1002214478123", "5120938471")
    );
    assert_ne!(attribute(&group, "group"), "");
    let anonymous = message("group-anonymous-en");
    assert_eq!(anonymous.sender[0].value, "-1002214478123");
    let post = message("channel-post-zh");
    assert_eq!(
        (post.sender[0].value.as_str(), attribute(&post, "name").as_str()),
        ("-1001900223344", "Acme 新品")
    );
}

#[test]
fn a_pressed_button_is_a_choice() {
    let reading = read(&fixture("callback-zh"), AROUND).unwrap();
    assert_eq!(reading.pressed.as_deref(), Some("21994263817334001"));
    let choice = reading.message.unwrap();
    assert_eq!((choice.kind.as_str(), choice.text.as_str(), choice.sent_at), ("choice", "csat:5", NOW));
    assert_eq!(choice.external_id, "callback:21994263817334001");
    assert_eq!(choice.sender[0].value, "5120938471");
    assert!(attribute(&choice, "in_reply_to").starts_with("5120938471:"));
}

#[test]
fn a_button_that_is_not_ours_is_acknowledged_and_kept() {
    let reading = read(&fixture("callback-game"), AROUND).unwrap();
    assert!(reading.message.is_none());
    assert_eq!(reading.pressed.as_deref(), Some("21994263817334002"));
    assert_eq!(reading.kept.unwrap().reason, "unknown-kind");
}

#[test]
fn opening_the_chat_is_a_visit() {
    assert_eq!(message("start").kind, "visit");
    let mut other = fixture("start");
    other["message"]["text"] = json!("/started");
    assert_eq!(read(&other, AROUND).unwrap().message.unwrap().kind, "message");
}

#[test]
fn what_is_no_message_is_kept_with_its_reason() {
    for (name, reason) in [
        ("service-joined", "service-notice"),
        ("service-migrated", "service-notice"),
        ("inline-query", "unknown-kind"),
        ("blocked-zh", "service-notice"),
        ("unblocked-zh", "service-notice"),
    ] {
        let reading = read(&fixture(name), AROUND).unwrap();
        assert!(reading.message.is_none(), "{name}");
        assert_eq!(reading.kept.unwrap().reason, reason, "{name}");
    }
    assert!(read(&fixture("blocked-zh"), AROUND).unwrap().note.contains("blocked the bot"));
    assert!(kept(&fixture("inline-query")).message.is_some_and(|message| !message.text.is_empty()));
    let mut other = fixture("text-en");
    other["message"]["from"]["is_bot"] = json!(true);
    let bot = kept(&other);
    assert_eq!((bot.reason.as_str(), bot.message.unwrap().text.is_empty()), ("automatic", false));
    other["message"].as_object_mut().unwrap().remove("from");
    let nobody = kept(&other);
    assert_eq!((nobody.reason.as_str(), nobody.message.unwrap().sender.len()), ("no-sender", 0));
    let join = json!({"update_id": 1, "chat_join_request": {"chat": {"id": -100}, "user_chat_id": 42, "date": 5,
        "from": {"id": 42, "is_bot": false, "first_name": "Lin"}, "bio": "老客户"}});
    let wanted = kept(&join).message.unwrap();
    assert_eq!((wanted.conversation.as_str(), wanted.text.as_str()), ("42", "[chat_join_request] 老客户"));
    let gone = json!({"update_id": 1, "deleted_business_messages": {"business_connection_id": "b", "chat": {"id": 42}, "message_ids": [3, 4]}});
    assert!(kept(&gone).detail.contains("3, 4"));
    assert_eq!(kept(&json!({"update_id": 1})).reason, "unreadable");
}

#[test]
fn a_reaction_is_seen_and_one_taken_back_is_kept() {
    let mut reaction = fixture("reaction");
    let seen = read(&reaction, AROUND).unwrap().message.unwrap();
    assert_eq!((seen.kind.as_str(), seen.text.as_str()), ("reaction", "[reaction] 👍"));
    assert_eq!(attribute(&seen, "in_reply_to"), "301884562:398");
    reaction["message_reaction"]["old_reaction"] = reaction["message_reaction"]["new_reaction"].take();
    reaction["message_reaction"]["new_reaction"] = json!([]);
    assert_eq!(kept(&reaction).reason, "service-notice");
}

#[test]
fn what_is_not_telegrams_is_refused_and_what_cannot_be_read_is_kept() {
    let wrong = |update: Json| read(&update, AROUND).map(|_| ()).unwrap_err();
    assert!(wrong(json!([])).contains("JSON object"));
    assert!(wrong(json!({"message": {}})).contains("update_id"));
    let unreadable = |update: Json| {
        let kept = kept(&update);
        assert_eq!(kept.reason, "unreadable");
        kept.detail
    };
    assert!(unreadable(json!({"update_id": 1, "message": {"message_id": 2}})).contains("message.chat.id"));
    assert!(
        unreadable(json!({"update_id": 1, "message": {"chat": {"id": 2}}})).contains("message.message_id")
    );
    assert!(unreadable(json!({"update_id": 1, "callback_query": {}})).contains("callback_query.id"));
    let empty = json!({"update_id": 1, "message": {"message_id": 2, "date": 3, "chat": {"id": 2}}});
    assert!(unreadable(empty).contains("nothing that can be read"));
}

#[test]
fn every_fixture_is_read() {
    let folder = format!("{}/../../tests/fixtures/telegram", env!("CARGO_MANIFEST_DIR"));
    let mut ids = std::collections::BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let update = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let reading = read(&update, AROUND).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        assert!(reading.message.is_some() != reading.kept.is_some(), "{path:?}");
        if let Some(message) = reading.message {
            assert!(ids.insert(message.external_id), "{path:?} has another's id");
        }
    }
    assert!(ids.len() > 20);
}
