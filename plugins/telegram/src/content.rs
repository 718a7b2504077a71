//! What a message says: its text in words and its files by reference.

use hospes_sdk::Media;
use serde_json::Value as Json;

/// Text and files of one `Message`. Both may be empty: then it is one of Telegram's service messages.
#[derive(Debug, Default)]
pub struct Content {
    /// Plain text; for a location, contact, dice or poll, what a person would read.
    pub text: String,
    /// Files, by Telegram's file id.
    pub attachments: Vec<Media>,
}

impl Content {
    /// Whether nobody said anything: somebody joined, a title changed, a kind that we don't know.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && self.attachments.is_empty()
    }
}

/// Reads the content of a `Message`.
pub fn read(message: &Json) -> Content {
    let attachments: Vec<Media> = file(message).into_iter().collect();
    let text = match message["text"].as_str().or_else(|| message["caption"].as_str()) {
        Some(text) => text.to_owned(),
        None => in_words(message),
    };
    Content { text, attachments }
}

/// Kinds that have neither text nor caption, said in words.
fn in_words(message: &Json) -> String {
    let words = |value: &Json, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    // A venue comes with a `location` beside it, so it is asked for first.
    if let Some(venue) = message.get("venue") {
        let place = point(&venue["location"]);
        return join(&[words(venue, "title"), words(venue, "address"), place], "\n");
    }
    if let Some(location) = message.get("location") {
        return point(location);
    }
    if let Some(contact) = message.get("contact") {
        return join(&[crate::sender::full_name(contact), words(contact, "phone_number")], " ");
    }
    if let Some(dice) = message.get("dice") {
        return join(&[words(dice, "emoji"), dice["value"].as_i64().unwrap_or_default().to_string()], " ");
    }
    if let Some(poll) = message.get("poll") {
        let mut lines = vec![words(poll, "question")];
        let options = poll["options"].as_array().map(Vec::as_slice).unwrap_or_default();
        lines.extend(options.iter().map(|option| format!("- {}", words(option, "text"))));
        return lines.join("\n");
    }
    if let Some(sticker) = message.get("sticker") {
        return words(sticker, "emoji");
    }
    String::new()
}

/// The file of a message. A message has at most one; an album is several messages.
fn file(message: &Json) -> Option<Media> {
    if let Some(sizes) = message["photo"].as_array() {
        let largest = sizes.iter().max_by_key(|size| {
            size["width"].as_u64().unwrap_or_default() * size["height"].as_u64().unwrap_or_default()
        })?;
        return media(largest, "photo.jpg", "image/jpeg");
    }
    // An animation also stands under `document`, for programs older than animations.
    let kinds = [
        ("animation", "animation.mp4", "video/mp4"),
        ("audio", "", "audio/mpeg"),
        ("video", "video.mp4", "video/mp4"),
        ("video_note", "video-note.mp4", "video/mp4"),
        ("voice", "voice.ogg", "audio/ogg"),
        ("document", "", "application/octet-stream"),
    ];
    for (kind, name, media_type) in kinds {
        if let Some(value) = message.get(kind) {
            return media(value, name, media_type);
        }
    }
    let sticker = message.get("sticker")?;
    if sticker["is_animated"].as_bool() == Some(true) {
        media(sticker, "sticker.tgs", "application/x-tgsticker")
    } else if sticker["is_video"].as_bool() == Some(true) {
        media(sticker, "sticker.webm", "video/webm")
    } else {
        media(sticker, "sticker.webp", "image/webp")
    }
}

/// One file; `name` and `media_type` hold where Telegram says nothing.
fn media(value: &Json, name: &str, media_type: &str) -> Option<Media> {
    Some(Media {
        name: value["file_name"].as_str().unwrap_or(name).to_owned(),
        media_type: value["mime_type"].as_str().unwrap_or(media_type).to_owned(),
        reference: value["file_id"].as_str()?.to_owned(),
        size: value["file_size"].as_u64(),
    })
}

fn point(location: &Json) -> String {
    match (location["latitude"].as_f64(), location["longitude"].as_f64()) {
        (Some(latitude), Some(longitude)) => format!("📍 {latitude}, {longitude}"),
        _ => String::new(),
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

    #[test]
    fn the_largest_photo_is_taken_and_the_caption_is_the_text() {
        let content = read(&json!({"caption": "屏幕裂了", "photo": [
            {"file_id": "small", "width": 90, "height": 60, "file_size": 1200},
            {"file_id": "large", "width": 1280, "height": 853, "file_size": 204800},
            {"file_id": "middle", "width": 320, "height": 213}]}));
        assert_eq!(content.text, "屏幕裂了");
        assert_eq!(content.attachments.len(), 1);
        assert_eq!(content.attachments[0].reference, "large");
        assert_eq!(content.attachments[0].size, Some(204_800));
    }

    #[test]
    fn an_animation_is_one_file_although_it_stands_twice() {
        let file = json!({"file_id": "A", "mime_type": "video/mp4", "file_name": "cat.mp4"});
        let content = read(&json!({"animation": file, "document": file}));
        assert_eq!(content.attachments.len(), 1);
        assert_eq!(content.attachments[0].name, "cat.mp4");
    }

    #[test]
    fn kinds_without_text_are_said_in_words() {
        let said = |message: Json| read(&message).text;
        assert_eq!(said(json!({"location": {"latitude": 31.23, "longitude": 121.47}})), "📍 31.23, 121.47");
        assert_eq!(
            said(json!({"location": {"latitude": 1.0, "longitude": 2.5},
                "venue": {"title": "门店", "address": "南京路 1 号", "location": {"latitude": 1.0, "longitude": 2.5}}})),
            "门店\n南京路 1 号\n📍 1, 2.5"
        );
        assert_eq!(
            said(json!({"contact": {"first_name": "Mei", "phone_number": "+8613800138000"}})),
            "Mei +8613800138000"
        );
        assert_eq!(said(json!({"dice": {"emoji": "🎲", "value": 5}})), "🎲 5");
        assert_eq!(
            said(json!({"poll": {"question": "哪天?", "options": [{"text": "周一"}, {"text": "周二"}]}})),
            "哪天?\n- 周一\n- 周二"
        );
    }

    #[test]
    fn service_messages_are_empty() {
        assert!(read(&json!({"new_chat_members": [{"id": 1, "first_name": "A"}]})).is_empty());
        assert!(read(&json!({"pinned_message": {"message_id": 3, "text": "old"}})).is_empty());
    }
}
