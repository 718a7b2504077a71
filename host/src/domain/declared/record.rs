//! Records of declared kinds: what each of them has, and their fields' values.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::field::{is_empty, money};
use super::{DeclaredField, DeclaredKind, DeclaredType};
use crate::domain::catalogue::{Field, InvalidField, Kind, Record, Shown};
use crate::domain::clock::Timestamp;
use crate::domain::ids::{InstallationId, RecordId, TeamId, UserId};
use crate::domain::value::{Attribute, Value as AttributeValue};

/// A record of a declared kind. What stands here every one has; the kind's own fields come after the id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[record(
    kind = "record", right = RecordsRead, table = "records", en = "Record", zh = "记录", zh_help = "自定义类型的一条记录。", title = "id", usual = "-created_at",
    source = "source_id", holders("owner_id", "team_id"), new = NewRecord, change = RecordChange,
)]
pub struct DeclaredRecord {
    /// Its id.
    #[field(en = "Id", zh = "编号", zh_help = "编号。", fixed)]
    pub id: RecordId,
    /// Its kind.
    #[field(zh = "记录类型", zh_help = "记录的类型。", internal, fixed)]
    pub kind: String,
    /// Values of the kind's fields, as they are kept.
    #[field(zh = "字段值", zh_help = "该类型各字段的值。", internal)]
    pub data: Map<String, Value>,
    /// Who works on it.
    #[field(zh = "负责人", zh_help = "负责的人。", new, change)]
    pub owner_id: Option<UserId>,
    /// The team that works on it.
    #[field(zh = "负责团队", zh_help = "负责的团队。", new, change)]
    pub team_id: Option<TeamId>,
    /// The installation that brought it in.
    #[field(en = "Source", zh = "来源安装", zh_help = "由哪个插件安装带入。", fixed)]
    pub source_id: Option<InstallationId>,
    /// When it was made.
    #[field(zh = "创建时间", zh_help = "创建的时间。", fixed, sort_by_id)]
    pub created_at: Timestamp,
    /// When it was last changed.
    #[field(zh = "更新时间", zh_help = "最后修改的时间。", fixed, sort)]
    pub updated_at: Timestamp,
    /// Grows by one with every change.
    #[field(zh = "版本", zh_help = "每次修改加一。", fixed)]
    pub version: i64,
    /// Values of the fields that the company has added: each named one is set, or removed where it is null.
    #[field(
        en = "Added fields",
        zh = "扩展字段",
        zh_help = "公司添加的字段的值：写出的逐一设置，为 null 的清除。",
        new,
        change
    )]
    #[serde(default)]
    pub custom: Map<String, Value>,
}

impl DeclaredRecord {
    /// The value of a field of its kind.
    fn shown<'a>(&'a self, kind: &DeclaredKind, field: &Field) -> Shown<'a> {
        if let Some(place) = Self::KIND.fields.iter().position(|common| common.name == field.name) {
            return self.value(place);
        }
        let (Some(declared), Some(kept)) = (kind.field(field.name), self.data.get(field.name)) else {
            return Shown::Null;
        };
        match (declared.of, kept) {
            (_, Value::Null) => Shown::Null,
            (DeclaredType::Time | DeclaredType::Money | DeclaredType::Texts, kept) => {
                Shown::Json(declared.shown(kept))
            }
            (DeclaredType::Id, Value::String(id)) => id.parse().map_or(Shown::Null, Shown::Id),
            (_, Value::String(text)) => Shown::Text(text),
            (_, Value::Bool(flag)) => Shown::Boolean(*flag),
            (_, Value::Number(number)) => match number.as_i64() {
                Some(whole) => Shown::Integer(whole),
                None => Shown::Number(number.as_f64().unwrap_or_default()),
            },
            (_, other) => Shown::Json(other.clone()),
        }
    }

    /// Sets the kind's own fields that a request says; null clears one.
    pub fn set(&mut self, kind: &DeclaredKind, said: &Map<String, Value>) -> Vec<InvalidField> {
        let mut faults = Vec::new();
        for (name, value) in said {
            let pointer = || format!("/{}", name.replace('~', "~0").replace('/', "~1"));
            let Some(field) = kind.field(name) else {
                let known: Vec<&str> = kind.fields.iter().map(|field| field.name.as_str()).collect();
                let detail = format!("a {} has no field {name:?}; it has: {}", kind.name, known.join(", "));
                faults.push(InvalidField { pointer: pointer(), detail });
                continue;
            };
            if is_empty(value) {
                self.data.remove(name);
                continue;
            }
            match field.keep(value) {
                Ok(kept) => {
                    self.data.insert(name.clone(), kept);
                }
                Err(expected) => {
                    let detail = format!("{name} is {expected}");
                    faults.push(InvalidField { pointer: pointer(), detail });
                }
            }
        }
        let missing = |field: &&DeclaredField| field.required && !self.data.contains_key(&field.name);
        for field in kind.fields.iter().filter(missing) {
            let pointer = format!("/{}", field.name);
            if faults.iter().all(|fault| fault.pointer != pointer) {
                faults.push(InvalidField { pointer, detail: "every record has it".to_owned() });
            }
        }
        faults
    }

    /// Gives the fields of which nothing is said the values that the kind says.
    pub fn fill(&mut self, kind: &DeclaredKind, said: &Map<String, Value>) {
        for field in kind.fields.iter().filter(|field| !said.contains_key(&field.name)) {
            if let Some(kept) = field.default.as_ref().and_then(|default| field.keep(default).ok()) {
                self.data.insert(field.name.clone(), kept);
            }
        }
    }

    /// Its fields as plugins have them, but for id and version.
    pub fn attributes(&self, kind: &DeclaredKind) -> Vec<Attribute> {
        let own = kind.fields.iter().map(|field| {
            let kept = self.data.get(&field.name).cloned().unwrap_or_default();
            let value = match (field.of, &kept) {
                (DeclaredType::Time, Value::Number(micros)) => {
                    Timestamp::from_micros(micros.as_i64().unwrap_or_default()).into()
                }
                (DeclaredType::Money, kept) => money(kept).into(),
                (DeclaredType::Date, Value::String(day)) => AttributeValue::Date(day.clone()),
                _ => AttributeValue::from(kept),
            };
            Attribute::new(field.name.clone(), value)
        });
        let common = [
            ("owner_id", json!(self.owner_id).into()),
            ("team_id", json!(self.team_id).into()),
            ("created_at", AttributeValue::from(self.created_at)),
            ("updated_at", AttributeValue::from(self.updated_at)),
        ];
        let common = common.map(|(name, value)| Attribute::new(name, value));
        let added =
            self.custom.iter().map(|(name, value)| Attribute::new(format!("custom.{name}"), value.clone()));
        own.chain(common).chain(added).collect()
    }
}

/// The value of a field of a record, by the field's place in its kind.
pub fn shown_value<'a>(kind: &Kind, record: &'a DeclaredRecord, field: &Field) -> Shown<'a> {
    kind.declared.map_or(Shown::Null, |declared| record.shown(&declared.kind, field))
}

/// A record's fields as answers have them, but for what is the host's own business.
pub fn shown_fields(kind: &Kind, record: &DeclaredRecord) -> Map<String, Value> {
    let fields = kind.fields.iter().filter(|field| !field.internal);
    fields.map(|field| (field.name.to_owned(), shown_value(kind, record, field).to_json())).collect()
}
