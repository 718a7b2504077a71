//! Files on records.

use super::catalogue::{FieldValue, Record};
use super::clock::Timestamp;
use super::ids::{AttachmentId, BlobId, CustomerId, InstallationId};
use super::text;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The most bytes that one file has.
pub const LARGEST: usize = 25 << 20;
/// The most files that one record has.
pub const MOST: i64 = 500;
/// The most characters of a file's name.
const LONGEST_NAME: usize = 200;
/// What a file is of which nothing better is known.
pub const UNKNOWN_TYPE: &str = "application/octet-stream";

/// A file on a record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[record(
    kind = "attachment",
    right = ConversationsRead,
    table = "attachments",
    en = "Attachment",
    zh = "附件",
    zh_help = "记录上的文件。",
    title = "name",
    source = "source_id"
)]
pub struct Attachment {
    /// Its id.
    #[field(en = "Id", zh = "编号", zh_help = "编号。", fixed)]
    pub id: AttachmentId,
    /// The kind of record that it is attached to.
    #[field(en = "Kind of subject", zh = "关联类型", zh_help = "附件所属记录的类型。", fixed)]
    pub subject_kind: String,
    /// The record.
    #[field(zh = "关联记录", zh_help = "所关联的记录。", fixed)]
    pub subject_id: Uuid,
    /// The customer that the record belongs to.
    #[field(zh = "客户", zh_help = "该记录所属的客户。", fixed)]
    pub customer_id: Option<CustomerId>,
    /// The installation that brought it in.
    #[field(en = "Source", zh = "来源安装", zh_help = "由哪个插件安装带入。", fixed)]
    pub source_id: Option<InstallationId>,
    /// The file's name, without folders.
    #[field(zh = "文件名", zh_help = "文件名，不含文件夹。", fixed, example = "报价单.pdf")]
    pub name: String,
    /// For example `image/jpeg`: what whoever brought it said, not what the bytes are.
    #[field(
        zh = "媒体类型",
        zh_help = "例如 `image/jpeg`：由提供者声明，并非检测所得。",
        fixed,
        example = "image/jpeg"
    )]
    pub media_type: String,
    /// Bytes.
    #[field(en = "Bytes", zh = "大小（字节）", zh_help = "字节数。", fixed)]
    pub size: i64,
    /// SHA-256 of the bytes, in hexadecimal.
    #[field(zh = "摘要", zh_help = "内容的 SHA-256，十六进制。", fixed)]
    pub digest: String,
    /// Where the bytes are.
    #[serde(default = "FieldValue::blank")]
    #[field(zh = "数据", zh_help = "内容所在位置。", internal, fixed)]
    pub blob_id: BlobId,
    /// Who brought it in, as the event log names principals.
    #[field(zh = "上传者", zh_help = "由谁带入，写法与事件日志相同。", fixed)]
    pub author: String,
    /// When.
    #[field(zh = "创建时间", zh_help = "时间。", fixed, sort_by_id)]
    pub created_at: Timestamp,
    /// Grows by one with every change.
    #[field(zh = "版本", zh_help = "每次修改加一。", fixed)]
    pub version: i64,
}

/// A name that can stand in a header and on any disk: the last part of a path, without control characters and without
/// characters that turn the direction of writing, which make `exe.jpg` of `gpj.exe`.
pub fn file_name(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain = |c: &char| {
        !c.is_control()
            && !matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let name: String = last.chars().filter(plain).collect();
    let name = name.trim().trim_matches('.').trim();
    if name.is_empty() {
        return "file".to_owned();
    }
    let count = name.chars().count();
    if count <= LONGEST_NAME {
        return name.to_owned();
    }
    // The ending says what the file is, so that is what stays.
    let ending =
        name.rsplit_once('.').map(|(_, ending)| ending).filter(|ending| ending.chars().count() <= 10);
    match ending {
        Some(ending) => {
            let keep = LONGEST_NAME - ending.chars().count() - 1;
            format!("{}.{ending}", text::cut(name, keep))
        }
        None => text::cut(name, LONGEST_NAME).to_owned(),
    }
}

/// A media type without parameters, in lower case; [`UNKNOWN_TYPE`] for a text that is none.
pub fn media_type(given: &str) -> String {
    let essence = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let token = |part: &str| {
        (1..=64).contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    match essence.split_once('/') {
        Some((kind, sub)) if token(kind) && token(sub) => essence,
        _ => UNKNOWN_TYPE.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_folders_tricks_and_length_but_not_their_ending() {
        for (given, kept) in [
            ("报价单.pdf", "报价单.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\a\\b.doc", "b.doc"),
            ("a\r\nb\0.txt", "ab.txt"),
            ("photo\u{202e}gpj.exe", "photogpj.exe"),
            (" .. ", "file"),
            ("", "file"),
        ] {
            assert_eq!(file_name(given), kept, "{given:?}");
        }
        let long = format!("{}.xlsx", "长".repeat(300));
        let name = file_name(&long);
        assert_eq!(name.chars().count(), LONGEST_NAME);
        assert!(name.ends_with("长.xlsx"));
    }

    #[test]
    fn a_media_type_is_two_words_or_unknown() {
        for (given, kept) in [
            ("Image/JPEG", "image/jpeg"),
            ("text/plain; charset=gbk", "text/plain"),
            ("application/vnd.ms-excel", "application/vnd.ms-excel"),
            ("text", UNKNOWN_TYPE),
            ("text/html\r\nx: y", UNKNOWN_TYPE),
            ("a/b/c", UNKNOWN_TYPE),
            ("", UNKNOWN_TYPE),
        ] {
            assert_eq!(media_type(given), kept, "{given:?}");
        }
    }
}
