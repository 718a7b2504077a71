//! What is in a message of a user: its words for people, its files, and its data for programs.

use hospes_sdk::{Attribute, Media, Value};
use serde_json::{Value as Json, json};

use crate::labels::Language;
use crate::xml::Element;

/// What is in a message.
#[derive(Debug, Default)]
pub struct Content {
    /// The words, or a line that stands for what has none; empty where files say it all.
    pub text: String,
    /// Files by their media ids.
    pub attachments: Vec<Media>,
    /// What programs may want besides.
    pub attributes: Vec<Attribute>,
}

impl Content {
    /// A text and nothing else.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty() && self.attachments.is_empty()
    }

    /// A file by its media id, of a kind that both platforms name alike; none of another kind.
    pub fn file(kind: &str, reference: &str) -> Option<Self> {
        let (name, media_type) = match kind {
            "image" => ("image.jpg", "image/jpeg"),
            "voice" => ("voice.amr", "audio/amr"),
            "video" | "shortvideo" => ("video.mp4", "video/mp4"),
            "file" => ("", ""),
            _ => return None,
        };
        let media = Media {
            name: name.to_owned(),
            media_type: media_type.to_owned(),
            reference: reference.to_owned(),
            size: None,
        };
        Some(Self { attachments: vec![media], ..Self::default() })
    }

    /// A line with a label, and what it stands for as an attribute of that name.
    pub fn labelled(kind: &str, line: &str, data: &Json, language: Language) -> Self {
        let text = format!("{} {}", language.label(kind), line.trim()).trim_end().to_owned();
        let name: String =
            kind.chars().map(|one| if one.is_ascii_alphanumeric() { one } else { '_' }).collect();
        let attribute = Attribute::new(name.to_ascii_lowercase(), Value::Json(data.to_string()));
        Self { text, attributes: vec![attribute], ..Self::default() }
    }

    /// A place on the map.
    pub fn location((latitude, longitude): (f64, f64), place: &str, language: Language) -> Self {
        let data = json!({"latitude": latitude, "longitude": longitude, "label": place});
        let line = format!("{} ({latitude}, {longitude})", place.trim());
        Self::labelled("location", line.trim(), &data, language)
    }

    /// A link to a page: what is said of it, each on a line.
    pub fn link(parts: [&str; 3], data: &Json, language: Language) -> Self {
        let lines: Vec<&str> = parts.into_iter().map(str::trim).filter(|line| !line.is_empty()).collect();
        Self::labelled("link", &lines.join("\n"), data, language)
    }
}

/// Reads a message by its `MsgType`. What is invented later is a line with the type's name, and its data stay.
pub fn read(message: &Element, language: Language) -> Content {
    let kind = message.text_of("MsgType");
    match kind {
        "text" => Content::text(message.text_of("Content")),
        "location" => Content::location(
            (number(message.text_of("Location_X")), number(message.text_of("Location_Y"))),
            message.text_of("Label"),
            language,
        ),
        "link" => {
            let parts = ["Title", "Description", "Url"].map(|name| message.text_of(name));
            let data = json!({
                "title": parts[0], "description": parts[1], "url": parts[2], "picture": message.text_of("PicUrl"),
            });
            Content::link(parts, &data, language)
        }
        "miniprogrampage" => {
            let data = json!({"appid": message.text_of("AppId"), "path": message.text_of("PagePath")});
            Content::labelled(kind, message.text_of("Title"), &data, language)
        }
        _ => {
            let mut content = match message.text_of("MediaId") {
                "" => None,
                reference => Content::file(kind, reference),
            }
            .unwrap_or_else(|| Content::labelled(kind, "", &message.to_json(), language));
            // What an official account's users speak may come with the words that were recognised.
            let recognised = message.text_of("Recognition").trim();
            if kind == "voice" && !recognised.is_empty() {
                content.text = recognised.to_owned();
            }
            let format = message.text_of("Format");
            if kind == "voice" && !format.is_empty() && !format.eq_ignore_ascii_case("amr") {
                for media in &mut content.attachments {
                    media.name = format!("voice.{}", format.to_ascii_lowercase());
                    media.media_type = format!("audio/{}", format.to_ascii_lowercase());
                }
            }
            content
        }
    }
}

/// A coordinate; 0 where there is none.
pub fn number(text: &str) -> f64 {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(inner: &str) -> Content {
        let document = format!("<xml>{inner}</xml>");
        read(&Element::parse(document.as_bytes()).unwrap(), Language::Chinese)
    }

    #[test]
    fn files_have_names_and_types_by_their_kind() {
        for (inner, name, media_type) in [
            ("<MsgType>image</MsgType><MediaId>M</MediaId>", "image.jpg", "image/jpeg"),
            ("<MsgType>voice</MsgType><MediaId>M</MediaId><Format>amr</Format>", "voice.amr", "audio/amr"),
            (
                "<MsgType>voice</MsgType><MediaId>M</MediaId><Format>speex</Format>",
                "voice.speex",
                "audio/speex",
            ),
            ("<MsgType>shortvideo</MsgType><MediaId>M</MediaId>", "video.mp4", "video/mp4"),
        ] {
            let media = &content(inner).attachments[0];
            assert_eq!((media.name.as_str(), media.media_type.as_str()), (name, media_type));
            assert_eq!(media.reference, "M");
        }
    }

    #[test]
    fn what_has_no_words_gets_a_line() {
        let place = content(
            "<MsgType>location</MsgType><Location_X>39.9</Location_X><Location_Y>nan</Location_Y><Label> 海淀 </Label>",
        );
        assert_eq!(place.text, "[位置] 海淀 (39.9, 0)");
        let link = content("<MsgType>link</MsgType><Title>报价</Title><Url>https://a.example</Url>");
        assert_eq!(link.text, "[链接] 报价\nhttps://a.example");
        let new = content("<MsgType>holo-gram</MsgType><A>1</A>");
        assert_eq!((new.text.as_str(), new.attributes[0].name.as_str()), ("[holo-gram]", "holo_gram"));
        assert_eq!(content("<MsgType>image</MsgType>").text, "[image]");
    }

    #[test]
    fn recognised_words_of_a_voice_are_its_text() {
        let spoken = content("<MsgType>voice</MsgType><MediaId>M</MediaId><Recognition>退货</Recognition>");
        assert_eq!((spoken.text.as_str(), spoken.attachments.len()), ("退货", 1));
    }
}
