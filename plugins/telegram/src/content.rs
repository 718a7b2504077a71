//! What a message says: its text in words and its files by reference.

use crate::entities::with_addresses;
use crate::kinds::{self, Other};
use crate::labels::Language;
use hospes_sdk::Media;
use serde_json::Value as Json;

/// What one `Message` holds.
#[derive(Debug)]
pub enum Content {
    /// Somebody said something.
    Said(Said),
    /// Telegram noted something of this name.
    Notice(String),
    /// There is nothing in it.
    Nothing,
}

/// Text, files and data of a message. There may be files without a text, never neither.
#[derive(Debug, Default)]
pub struct Said {
    /// Plain text; for kinds without one, a line for people.
    pub text: String,
    /// Files, by Telegram's file id.
    pub attachments: Vec<Media>,
    /// What the line was made of, by Telegram's names.
    pub data: Vec<(String, Json)>,
}

/// Reads the content of a `Message`.
pub fn read(message: &Json, language: Language) -> Content {
    let mut attachments: Vec<Media> = file(message).into_iter().collect();
    let data = || kinds::data(message).map(|(name, value)| (name.to_owned(), value.clone())).collect();
    for (text, entities) in [("text", "entities"), ("caption", "caption_entities")] {
        if let Some(text) = message[text].as_str().filter(|text| !text.is_empty()) {
            let text = with_addresses(text, &message[entities]) + &buttons(message);
            attachments.extend(paid(message));
            return Content::Said(Said { text, attachments, data: data() });
        }
    }
    if !attachments.is_empty() {
        return Content::Said(Said { text: emoji(message, language), attachments, data: data() });
    }
    match kinds::find(message) {
        Other::Said(kind) => {
            let value = &message[&kind];
            let mut data: Vec<(String, Json)> = data();
            if data.is_empty() {
                data.push((kind.clone(), value.clone()));
                attachments.extend(media(value, "", "application/octet-stream"));
            }
            attachments.extend(paid(message));
            Content::Said(Said { text: kinds::line(&kind, value, language), attachments, data })
        }
        Other::Notice(kind) => Content::Notice(kind),
        Other::Nothing => Content::Nothing,
    }
}

/// Addresses under the buttons of a forwarded message.
fn buttons(message: &Json) -> String {
    let rows = message["reply_markup"]["inline_keyboard"].as_array();
    let buttons = rows.into_iter().flatten().filter_map(Json::as_array).flatten();
    let links = buttons.filter_map(|button| Some((button["text"].as_str()?, button["url"].as_str()?)));
    links.map(|(label, url)| format!("\n{label} ({url})")).collect()
}

/// What stands for a sticker; other files have their names.
fn emoji(message: &Json, language: Language) -> String {
    match message.get("sticker") {
        Some(sticker) => match sticker["emoji"].as_str() {
            Some(emoji) => emoji.to_owned(),
            None => language.label("sticker"),
        },
        None => String::new(),
    }
}

/// The file of a message. A message has at most one; an album is several messages.
fn file(message: &Json) -> Option<Media> {
    if let Some(sizes) = message["photo"].as_array() {
        return photo(sizes);
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

/// The largest of a photo's sizes.
fn photo(sizes: &[Json]) -> Option<Media> {
    let area = |size: &Json| {
        size["width"].as_u64().unwrap_or_default().saturating_mul(size["height"].as_u64().unwrap_or_default())
    };
    media(sizes.iter().max_by_key(|size| area(size))?, "photo.jpg", "image/jpeg")
}

/// The files of paid media that were bought.
fn paid(message: &Json) -> Vec<Media> {
    let items = message["paid_media"]["paid_media"].as_array().into_iter().flatten();
    let file = |item: &Json| match item.get("video") {
        Some(video) => media(video, "video.mp4", "video/mp4"),
        None => photo(item["photo"].as_array()?),
    };
    items.filter_map(file).collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn said(message: &Json) -> Said {
        match read(message, Language::Chinese) {
            Content::Said(said) => said,
            other => panic!("{message}: {other:?}"),
        }
    }

    #[test]
    fn the_largest_photo_is_taken_and_the_caption_is_the_text() {
        let content = said(&json!({"caption": "屏幕裂了", "photo": [
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
        let content = said(&json!({"animation": file, "document": file}));
        assert_eq!(content.attachments.len(), 1);
        assert_eq!(content.attachments[0].name, "cat.mp4");
    }

    #[test]
    fn links_of_texts_captions_and_buttons_are_kept() {
        let link = json!([{"type": "text_link", "offset": 0, "length": 3, "url": "https://a.example/"}]);
        assert_eq!(said(&json!({"text": "说明书", "entities": link})).text, "说明书 (https://a.example/)");
        let photo = json!([{"file_id": "p", "width": 1, "height": 1}]);
        let captioned = json!({"caption": "说明书", "caption_entities": link, "photo": photo});
        assert_eq!(said(&captioned).text, "说明书 (https://a.example/)");
        let keyboard =
            json!({"inline_keyboard": [[{"text": "报价", "url": "https://b.example/"}, {"text": "x"}]]});
        assert_eq!(
            said(&json!({"text": "看", "reply_markup": keyboard})).text,
            "看\n报价 (https://b.example/)"
        );
    }

    #[test]
    fn data_and_files_of_other_kinds_are_kept() {
        let hologram = json!({"file_id": "h1", "description": "漏水的位置"});
        let content = said(&json!({"message_id": 1, "hologram": hologram}));
        assert_eq!(content.text, "[hologram] 漏水的位置");
        assert_eq!(content.data, [("hologram".to_owned(), hologram)]);
        assert_eq!(content.attachments[0].reference, "h1");
        let paid = json!({"paid_media": {"star_count": 5, "paid_media": [
            {"type": "preview"}, {"type": "photo", "photo": [{"file_id": "p"}]}, {"type": "video", "video": {"file_id": "v"}}]}});
        assert_eq!(said(&paid).attachments.len(), 2);
        assert_eq!(said(&json!({"sticker": {"file_id": "s"}})).text, "[贴纸]");
        assert_eq!(said(&json!({"sticker": {"file_id": "s", "emoji": "👍"}})).text, "👍");
        assert_eq!(said(&json!({"photo": [], "caption": "x"})).text, "x");
        assert!(matches!(read(&json!({"photo": []}), Language::Chinese), Content::Nothing));
    }
}
