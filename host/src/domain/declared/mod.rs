//! Kinds of records that are declared while the host runs, by an administrator or by a plugin's manifest. They have what a
//! kind of the host's own has: the catalogue's other readers don't tell them apart.

mod field;
mod migration;
mod record;

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::catalogue::{InvalidField, KINDS, Record, Type, kept_as_json};
use super::clock::Timestamp;
use super::ids::DeclaredKindId;

pub use self::field::{DeclaredField, DeclaredType, faults_of_fields};
pub use self::migration::{Pending, Plan};
pub use self::record::{DeclaredRecord, NewRecord, RecordChange, shown_fields, shown_value};

/// The most fields of a declared kind.
pub const MOST_FIELDS: usize = 100;

/// Words that events, jobs and pages use beside the names of kinds: no kind is called so.
const OTHERS: &[&str] = &[
    "access",
    "app",
    "audit",
    "delivery",
    "event",
    "installation",
    "job",
    "kind",
    "log",
    "loop",
    "mail",
    "message",
    "note",
    "notification",
    "plugin",
    "record",
    "sample",
    "session",
    "system",
    "token",
    "view",
];

/// Whether a name is the host's own: one of its kinds, or another word that it uses.
pub fn is_of_host(name: &str) -> bool {
    static NAMES: LazyLock<Vec<&str>> =
        LazyLock::new(|| KINDS.iter().map(|kind| kind.name).chain(OTHERS.iter().copied()).collect());
    NAMES.contains(&name)
}

/// The fields of a kind.
pub type DeclaredFields = Vec<DeclaredField>;

kept_as_json! {
    DeclaredFields: Type::Json, DeclaredFields::new();
    Pending: Type::Json, Pending::default();
}

/// A kind of records that was declared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[record(
    kind = "declared-kind", right = CustomersRead, table = "declared_kinds", en = "Declared kind", zh = "自定义记录类型",
    zh_help = "管理员或插件声明的记录类型。", title = "name", usual = "name", new = NewDeclaredKind, change = DeclaredKindChange,
)]
pub struct DeclaredKind {
    /// Its id.
    #[field(en = "Id", zh = "编号", zh_help = "编号。", fixed)]
    pub id: DeclaredKindId,
    /// What requests, events and grants call it: small letters, digits and hyphens, a letter first.
    #[field(
        zh = "类型名",
        zh_help = "在请求、事件和授权中的名称：小写字母、数字和连字符，以字母开头。",
        new,
        required,
        fixed,
        length(2, 40),
        sort,
        example = "visit"
    )]
    pub name: String,
    /// Its title for people who read English.
    #[field(
        en = "English title",
        zh = "英文名称",
        zh_help = "英文界面中的名称。",
        new,
        change,
        required,
        length(1, 100),
        example = "Visit"
    )]
    pub en: String,
    /// Its title for people who read Chinese.
    #[field(
        en = "Chinese title",
        zh = "中文名称",
        zh_help = "中文界面中的名称。",
        new,
        change,
        required,
        length(1, 100),
        example = "上门服务"
    )]
    pub zh: String,
    /// What it is, in English.
    #[field(
        en = "English help",
        zh = "英文说明",
        zh_help = "英文说明。",
        new,
        change,
        long,
        length(0, 500),
        example = "An engineer's appointment at a customer's."
    )]
    pub help: String,
    /// The same in Chinese.
    #[field(
        en = "Chinese help",
        zh = "中文说明",
        zh_help = "中文说明。",
        new,
        change,
        long,
        length(0, 500),
        example = "工程师上门服务的预约。"
    )]
    pub help_zh: String,
    /// The field that people know a record by: a text that every record has.
    #[field(
        en = "Title field",
        zh = "标题字段",
        zh_help = "人们据以认出记录的字段：必填的文本。",
        new,
        change,
        required,
        length(1, 50),
        example = "purpose"
    )]
    pub title: String,
    /// Its fields, 1 to 100, in the order in which they are shown.
    #[field(
        zh = "字段",
        zh_help = "字段，1 至 100 个，按显示顺序。",
        new,
        change,
        required,
        schema = "DeclaredFields"
    )]
    pub fields: DeclaredFields,
    /// The plugin whose manifest declares it; null of one that people have declared.
    #[field(zh = "插件", zh_help = "由哪个插件声明；人工声明的为空。", example = "visits")]
    pub plugin: Option<String>,
    /// What is still being done to records that have the form before the last change; null when they all have the new one.
    #[field(
        zh = "迁移",
        zh_help = "最近一次修改后仍在对旧记录执行的步骤；全部完成后为空。",
        schema = "PendingMigration"
    )]
    pub pending: Option<Pending>,
    /// When it was declared.
    #[field(zh = "创建时间", zh_help = "声明的时间。", fixed, sort_by_id)]
    pub created_at: Timestamp,
    /// When it was last changed.
    #[field(zh = "更新时间", zh_help = "最后修改的时间。", fixed, sort)]
    pub updated_at: Timestamp,
    /// Grows by one with every change.
    #[field(zh = "版本", zh_help = "每次修改加一。", fixed)]
    pub version: i64,
}

/// A kind as it is while the program runs, with the names of its events.
#[derive(Debug)]
pub struct Declaration {
    /// What was declared.
    pub kind: DeclaredKind,
    /// `visit.created`.
    pub created: String,
    /// `visit.updated`.
    pub updated: String,
    /// `visit.deleted`.
    pub deleted: String,
    /// `visit.unmasked`.
    pub unmasked: String,
}

impl DeclaredKind {
    /// What is wrong with the declaration, besides what the catalogue sees. A field may relate to one of these kinds.
    pub fn faults(&self, kinds: &[&str]) -> Vec<InvalidField> {
        let mut faults = Vec::new();
        let mut fault = |pointer: &str, detail: String| {
            faults.push(InvalidField { pointer: pointer.to_owned(), detail });
        };
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let begins = self.name.starts_with(|first: char| first.is_ascii_lowercase());
        if !begins || !self.name.bytes().all(fits) || self.name.ends_with('-') {
            fault("/name", "small letters, digits and hyphens, a letter first: service-visit".to_owned());
        } else if is_of_host(&self.name) {
            fault("/name", format!("{:?} is a word of the host's own; choose another name", self.name));
        }
        match self.field(&self.title) {
            Some(field) if field.of == DeclaredType::Text && field.required => {}
            Some(_) => {
                fault("/title", "people know a record by a required field of the type text".to_owned());
            }
            None => fault("/title", format!("there is no field {:?} among its fields", self.title)),
        }
        faults.extend(faults_of_fields(&self.fields, kinds));
        faults
    }

    /// One of its fields.
    pub fn field(&self, name: &str) -> Option<&DeclaredField> {
        self.fields.iter().find(|field| field.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(name: &str) -> DeclaredKind {
        let purpose = DeclaredField { required: true, ..DeclaredField::plain("purpose", DeclaredType::Text) };
        let (name, title) = (name.to_owned(), "purpose".to_owned());
        DeclaredKind { name, title, fields: vec![purpose], ..DeclaredKind::blank() }
    }

    fn pointers(kind: &DeclaredKind) -> Vec<String> {
        kind.faults(&["customer"]).into_iter().map(|fault| fault.pointer).collect()
    }

    #[test]
    fn a_kind_has_a_name_of_its_own() {
        assert_eq!(pointers(&kind("service-visit")), [""; 0]);
        for name in ["Visit", "1st", "a_b", "上门", "a.b", "visit-", "", "customer", "token", "log", "record"]
        {
            assert_eq!(pointers(&kind(name)), ["/name"], "{name}");
        }
    }

    #[test]
    fn a_title_is_a_text_that_every_record_has() {
        let mut visit = kind("visit");
        visit.title = "other".to_owned();
        assert_eq!(pointers(&visit), ["/title"]);
        let mut visit = kind("visit");
        visit.fields[0].required = false;
        assert_eq!(pointers(&visit), ["/title"]);
        visit.fields[0] =
            DeclaredField { required: true, ..DeclaredField::plain("purpose", DeclaredType::Time) };
        assert_eq!(pointers(&visit), ["/title"]);
    }
}
