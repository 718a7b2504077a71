//! Fields that a company adds to a kind of records.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::catalogue::{InvalidField, Kind, Record};
use super::clock::{Timestamp, is_day};
use super::ids::CustomFieldId;
use super::words::words;

/// The field of a record that has the values of the fields that were added.
pub const COLUMN: &str = "custom";
/// The most characters of a line of text.
const LINE: usize = 200;
/// The most characters of a long text.
const LONG: usize = 10_000;

words! {
    /// What a custom field holds.
    pub enum CustomType {
        /// A line of text, at most 200 characters.
        Text = "text",
        /// Text, at most 10,000 characters.
        LongText = "long-text",
        /// One of the field's choices.
        Word = "word",
        /// True or false.
        Boolean = "boolean",
        /// A whole number.
        Integer = "integer",
        /// A number.
        Number = "number",
        /// A day, `YYYY-MM-DD`.
        Date = "date",
    }
}

/// A field that a company has added to a kind of records.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[record(
    kind = "custom-field", right = CustomersRead, table = "custom_fields", en = "Custom field", zh = "自定义字段", zh_help = "公司为某类记录添加的字段。", title = "name", usual = "name",
    new = NewCustomField, change = CustomFieldChange,
)]
pub struct CustomField {
    /// Its id.
    #[field(en = "Id", zh = "编号", zh_help = "编号。", fixed)]
    pub id: CustomFieldId,
    /// The kind of records that has it.
    #[field(zh = "记录类型", zh_help = "拥有该字段的记录类型。", fixed, example = "customer")]
    pub kind: String,
    /// Its name in requests, filters and events, within `custom`: small letters, digits and underscores, a letter first.
    #[field(
        zh = "字段名",
        zh_help = "在请求、筛选和事件的 `custom` 中的名称：小写字母、数字和下划线，以字母开头。",
        new,
        required,
        fixed,
        length(1, 50),
        sort,
        example = "industry"
    )]
    pub name: String,
    /// What it holds. It can't be changed: a field of another type is another field.
    #[field(
        en = "Type",
        zh = "字段类型",
        zh_help = "值的类型，不可更改：类型不同便是另一个字段。",
        new,
        required,
        fixed
    )]
    pub value_type: CustomType,
    /// Its title for people who read English.
    #[field(
        en = "English title",
        zh = "英文名称",
        zh_help = "英文界面中的名称。",
        new,
        change,
        required,
        length(1, 100),
        example = "Industry"
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
        example = "行业"
    )]
    pub zh: String,
    /// What it is for.
    #[field(
        zh = "说明",
        zh_help = "用途。",
        new,
        change,
        long,
        length(0, 500),
        example = "As the trade register has it."
    )]
    pub help: String,
    /// Of a word: what may be chosen, 1 to 200 words of at most 64 characters.
    #[field(
        zh = "选项",
        zh_help = "选项类型可选的词：1 至 200 个，每个最多 64 个字符。",
        new,
        change,
        length(1, 64),
        items = 200,
        example = "制造业"
    )]
    pub choices: Vec<String>,
    /// When it was added.
    #[field(zh = "创建时间", zh_help = "添加时间。", fixed, sort_by_id)]
    pub created_at: Timestamp,
    /// When it was last changed.
    #[field(zh = "更新时间", zh_help = "最后修改的时间。", fixed, sort)]
    pub updated_at: Timestamp,
    /// Grows by one with every change.
    #[field(zh = "版本", zh_help = "每次修改加一。", fixed)]
    pub version: i64,
    /// Whether records are found by it through an index. Making one takes a moment in which writes wait; a long text has none.
    #[field(
        zh = "索引",
        zh_help = "是否建立索引以便查找；建立时写入会短暂等待，长文本没有索引。",
        new,
        change
    )]
    pub indexed: bool,
}

impl CustomField {
    /// Whether records of a kind can have fields of the company's own.
    pub fn can_be_added_to(kind: &Kind) -> bool {
        kind.field(COLUMN).is_some()
    }

    /// What is wrong with the field itself, besides what the catalogue sees.
    pub fn faults(&self) -> Vec<InvalidField> {
        let mut faults = Vec::new();
        let mut fault = |pointer: &str, detail: &str| {
            faults.push(InvalidField { pointer: pointer.to_owned(), detail: detail.to_owned() });
        };
        let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if !self.name.starts_with(|first: char| first.is_ascii_lowercase()) || !self.name.bytes().all(letters)
        {
            fault("/name", "small letters, digits and underscores, a letter first: annual_revenue");
        }
        match (self.value_type, self.choices.is_empty()) {
            (CustomType::Word, true) => fault("/choices", "say which words may be chosen"),
            (CustomType::Word, false) | (_, true) => {}
            (_, false) => fault("/choices", "only a field of the type word has choices"),
        }
        if self.indexed && self.value_type == CustomType::LongText {
            fault("/indexed", "a long text has no index; search finds its words");
        }
        let twice = |(place, choice): (usize, &String)| self.choices[..place].contains(choice);
        if self.choices.iter().enumerate().any(twice) {
            fault("/choices", "each once at most");
        }
        faults
    }

    /// What is wrong with a value of it; none where it fits.
    fn misfit(&self, value: &Value) -> Option<String> {
        let expected = misfit(self.value_type, &self.choices, value)?;
        Some(format!("{} is {expected}", self.name))
    }
}

/// What a value of a type would be, one of these choices where there are some; none where this one fits.
pub(super) fn misfit(of: CustomType, choices: &[String], value: &Value) -> Option<String> {
    let text = value.as_str();
    let within = |most: usize| text.is_some_and(|text| text.chars().count() <= most);
    let fits = match of {
        CustomType::Text => within(LINE),
        CustomType::LongText => within(LONG),
        CustomType::Word => text.is_some_and(|text| choices.iter().any(|choice| choice == text)),
        CustomType::Boolean => value.is_boolean(),
        CustomType::Integer => value.is_i64(),
        CustomType::Number => value.is_number(),
        CustomType::Date => text.is_some_and(is_day),
    };
    let expected = || match of {
        CustomType::Text => format!("a line of text, at most {LINE} characters"),
        CustomType::LongText => format!("text, at most {LONG} characters"),
        CustomType::Word => format!("one of: {}", choices.join(", ")),
        CustomType::Boolean => "true or false".to_owned(),
        CustomType::Integer => "a whole number".to_owned(),
        CustomType::Number => "a number".to_owned(),
        CustomType::Date => "a day, written YYYY-MM-DD".to_owned(),
    };
    (!fits).then(expected)
}

/// What is wrong with the values that a request sets, of which null clears one.
pub fn misfits(known: &[CustomField], set: &Map<String, Value>) -> Vec<InvalidField> {
    let misfit = |(name, value): (&String, &Value)| {
        let detail = match known.iter().find(|field| field.name == *name) {
            Some(_) if value.is_null() => None,
            Some(field) => field.misfit(value),
            None => {
                let names: Vec<&str> = known.iter().map(|field| field.name.as_str()).collect();
                let known = if names.is_empty() { "none was added".to_owned() } else { names.join(", ") };
                Some(format!("there is no added field {name:?}; there are: {known}"))
            }
        };
        let pointer = format!("/{COLUMN}/{}", name.replace('~', "~0").replace('/', "~1"));
        detail.map(|detail| InvalidField { pointer, detail })
    };
    set.iter().filter_map(misfit).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn field(value_type: CustomType, choices: &[&str]) -> CustomField {
        let choices = choices.iter().map(|choice| (*choice).to_owned()).collect();
        CustomField { name: "it".to_owned(), value_type, choices, ..CustomField::blank() }
    }

    #[test]
    fn a_value_fits_its_type_or_is_refused_with_what_would() {
        let word = field(CustomType::Word, &["a", "b"]);
        for (field, fits, others) in [
            (&word, vec![json!("a")], vec![json!("c"), json!(1)]),
            (
                &field(CustomType::Text, &[]),
                vec![json!(""), json!("字".repeat(200))],
                vec![json!("字".repeat(201)), json!(1)],
            ),
            (&field(CustomType::Boolean, &[]), vec![json!(true)], vec![json!("true"), json!(0)]),
            (&field(CustomType::Integer, &[]), vec![json!(-5)], vec![json!(5.5), json!("5")]),
            (&field(CustomType::Number, &[]), vec![json!(5), json!(5.5)], vec![json!("5")]),
            (
                &field(CustomType::Date, &[]),
                vec![json!("2026-02-28")],
                vec![json!("2026-02-30"), json!("28.2.")],
            ),
        ] {
            for value in fits {
                assert_eq!(field.misfit(&value), None, "{value}");
            }
            for value in others {
                assert!(field.misfit(&value).is_some(), "{:?} {value}", field.value_type);
            }
        }
        let set = json!({"it": null, "other/one": 1});
        let found = misfits(&[word], set.as_object().unwrap());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].pointer, "/custom/other~1one");
    }

    #[test]
    fn a_field_is_named_as_columns_are_and_only_words_are_chosen() {
        let pointers = |field: CustomField| -> Vec<String> {
            field.faults().into_iter().map(|fault| fault.pointer).collect()
        };
        assert_eq!(pointers(field(CustomType::Text, &[])), Vec::<String>::new());
        assert_eq!(pointers(field(CustomType::Word, &[])), ["/choices"]);
        assert_eq!(pointers(field(CustomType::Text, &["a"])), ["/choices"]);
        assert_eq!(pointers(field(CustomType::Word, &["a", "a"])), ["/choices"]);
        for name in ["Industry", "1st", "a-b", "行业", "a.b"] {
            let odd = CustomField { name: name.to_owned(), ..field(CustomType::Text, &[]) };
            assert_eq!(pointers(odd), ["/name"], "{name}");
        }
    }
}
