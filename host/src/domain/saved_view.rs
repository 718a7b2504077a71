//! Lists as people have set them up: which records, in which order, with which fields.

use serde::{Deserialize, Serialize};

use super::catalogue::Record;
use super::clock::Timestamp;
use super::ids::{SavedViewId, UserId};

/// A list of records of a kind as somebody has set it up, for themselves or for everybody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[record(
    kind = "saved-view", right = CustomersRead, table = "saved_views", en = "Saved view", zh = "保存的视图", zh_help = "某人为自己或所有人设置的记录列表。", title = "name", usual = "name",
    new = NewSavedView, change = SavedViewChange,
)]
pub struct SavedView {
    /// Its id.
    #[field(en = "Id", zh = "编号", zh_help = "编号。", fixed)]
    pub id: SavedViewId,
    /// The kind of records that it lists.
    #[field(zh = "记录类型", zh_help = "列出的记录类型。", new, required, fixed, example = "customer")]
    pub kind: String,
    /// What people call it.
    #[field(
        zh = "名称",
        zh_help = "名称。",
        new,
        change,
        required,
        length(1, 100),
        sort,
        example = "华东的老客户"
    )]
    pub name: String,
    /// Whose it is; nobody's where a program made it.
    #[field(zh = "所有者", zh_help = "所有者；由程序创建的没有。", fixed)]
    pub owner_id: Option<UserId>,
    /// Whether everybody sees it who may see the kind.
    #[field(zh = "共享", zh_help = "是否所有可查看该类型的人都能看到。", new, change)]
    pub shared: bool,
    /// The fields that have a column, from left to right; the usual ones where it is empty.
    #[field(
        zh = "列",
        zh_help = "显示为列的字段，从左到右；为空时用默认的列。",
        new,
        change,
        length(1, 64),
        items = 30,
        example = "name"
    )]
    pub columns: Vec<String>,
    /// Which records: a condition in CEL. All where it is empty.
    #[field(
        zh = "条件",
        zh_help = "哪些记录：CEL 条件；为空时为全部。",
        new,
        change,
        length(0, 2048),
        example = "stage == \"repeat\" && region == \"华东\""
    )]
    pub filter: String,
    /// In which order: names of fields, `-` before one for the greatest first. As usual where it is empty.
    #[field(
        zh = "排序",
        zh_help = "排序：字段名，前加 `-` 为从大到小；为空时用默认的顺序。",
        new,
        change,
        length(0, 200),
        example = "-updated_at"
    )]
    pub sort: String,
    /// The words that records are found by. All where it is empty.
    #[field(
        en = "Words",
        zh = "关键词",
        zh_help = "查找记录的关键词；为空时为全部。",
        new,
        change,
        length(0, 200)
    )]
    pub q: String,
    /// When it was made.
    #[field(zh = "创建时间", zh_help = "创建的时间。", fixed, sort_by_id)]
    pub created_at: Timestamp,
    /// When it was last changed.
    #[field(zh = "更新时间", zh_help = "最后修改的时间。", fixed, sort)]
    pub updated_at: Timestamp,
    /// Grows by one with every change.
    #[field(zh = "版本", zh_help = "每次修改加一。", fixed)]
    pub version: i64,
}

impl SavedView {
    /// Whether somebody sees it.
    pub fn is_seen_by(&self, user: Option<UserId>) -> bool {
        self.shared || self.owner_id.is_some() && self.owner_id == user
    }

    /// Whether it names a field, as a column, in its condition or in its order.
    pub fn names(&self, field: &str) -> bool {
        let part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        let in_text = |text: &str| text.split(|c: char| !part(c)).any(|word| word == field);
        self.columns.iter().any(|column| column == field) || in_text(&self.filter) || in_text(&self.sort)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_names_the_fields_of_its_columns_condition_and_order() {
        let view = SavedView {
            columns: vec!["name".to_owned()],
            filter: "custom.industry == \"a\" && !(custom.staff > 3)".to_owned(),
            sort: "-custom.founded,name".to_owned(),
            ..SavedView::blank()
        };
        for named in ["name", "custom.industry", "custom.staff", "custom.founded"] {
            assert!(view.names(named), "{named}");
        }
        for other in ["custom.indus", "custom", "industry", "custom.found"] {
            assert!(!view.names(other), "{other}");
        }
    }
}
