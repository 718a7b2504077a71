//! Messages that come without words: what stands for them in subjects and lists.

use serde_json::Value;

use super::text;

/// The line that stands for files: `[图片] 漏水.jpg`, `[voice message]`, `[picture] ×3`.
pub fn line(files: &[Value], language: &str) -> String {
    let chinese = language.starts_with("zh");
    let Some(first) = files.first() else {
        return if chinese { "（无文字）" } else { "(no text)" }.to_owned();
    };
    let kind = kind(first["media_type"].as_str().unwrap_or_default());
    let same = files.iter().all(|file| self::kind(file["media_type"].as_str().unwrap_or_default()) == kind);
    let word = match (if same { kind } else { PieceKind::File }, chinese) {
        (PieceKind::Picture, true) => "图片",
        (PieceKind::Picture, false) => "picture",
        (PieceKind::Voice, true) => "语音",
        (PieceKind::Voice, false) => "voice message",
        (PieceKind::Audio, true) => "音频",
        (PieceKind::Audio, false) => "audio",
        (PieceKind::Video, true) => "视频",
        (PieceKind::Video, false) => "video",
        (PieceKind::File, true) => "文件",
        (PieceKind::File, false) => "file",
    };
    // What a channel calls voices and pictures that have no names says nothing.
    let name = first["name"].as_str().map(str::trim).filter(|name| text::is_visible(name));
    match (files.len(), name.filter(|_| kind != PieceKind::Voice)) {
        (1, Some(name)) => format!("[{word}] {name}"),
        (1, None) => format!("[{word}]"),
        (count, _) => format!("[{word}] ×{count}"),
    }
}

/// Whether nothing is said in a text: no letter and no digit, as in `👍` or `？？`.
pub fn is_wordless(text: &str) -> bool {
    !text.chars().any(char::is_alphanumeric) || !text::is_visible(text)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum PieceKind {
    Picture,
    Voice,
    Audio,
    Video,
    File,
}

fn kind(media_type: &str) -> PieceKind {
    match media_type.split('/').next().unwrap_or_default() {
        "image" => PieceKind::Picture,
        "audio" if matches!(media_type, "audio/ogg" | "audio/opus" | "audio/amr" | "audio/silk") => {
            PieceKind::Voice
        }
        "audio" => PieceKind::Audio,
        "video" => PieceKind::Video,
        _ => PieceKind::File,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn files_stand_for_words() {
        let file = |media_type: &str, name: &str| json!({"media_type": media_type, "name": name});
        let (voice, photo) = (file("audio/ogg", "voice.ogg"), file("image/jpeg", "漏水.jpg"));
        assert_eq!(line(std::slice::from_ref(&voice), "zh-CN"), "[语音]");
        assert_eq!(line(std::slice::from_ref(&voice), ""), "[voice message]");
        assert_eq!(line(std::slice::from_ref(&photo), "zh-TW"), "[图片] 漏水.jpg");
        assert_eq!(line(&[photo.clone(), photo.clone()], "en"), "[picture] ×2");
        assert_eq!(line(&[photo, voice], "zh"), "[文件] ×2");
        assert_eq!(line(&[file("application/pdf", "")], "en"), "[file]");
        assert_eq!(line(&[json!({})], "en"), "[file]");
        assert_eq!(line(&[], "zh"), "（无文字）");
        assert!(is_wordless("👍？") && is_wordless("\u{3164}") && !is_wordless("E3"));
    }
}
