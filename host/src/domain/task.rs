//! Tasks that people and teams give each other, and the boards that show them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::catalogue::Record;
use super::clock::Timestamp;
use super::ids::{BoardId, CustomerId, InstallationId, TaskId, TeamId, UserId};
use super::triage::Priority;
use super::words::words;

words! {
    /// Where a task stands.
    pub enum TaskStatus {
        /// Nobody has begun.
        Open = "open",
        /// Somebody works on it.
        InProgress = "in-progress",
        /// It waits for something else.
        Waiting = "waiting",
        /// It is done.
        Done = "done",
        /// Nobody needs it any more.
        Cancelled = "cancelled",
    }
}

impl TaskStatus {
    /// Whether nothing is left to do.
    pub fn is_closed(self) -> bool {
        matches!(self, Self::Done | Self::Cancelled)
    }
}

/// The most tasks that stand above a task.
pub const MAX_DEPTH: i64 = 5;

/// Who is reminded of a task is reminded when a fifth of its time is left, but at most a day before it is due.
const REMIND_MILLIS: i64 = 24 * 3_600_000;

/// When to remind of something due, where nobody says when.
pub fn usual_reminder(now: Timestamp, due: Timestamp) -> Option<Timestamp> {
    let left = due.millis_since(now);
    (left > 0).then(|| due.plus_millis(-(left / 5).min(REMIND_MILLIS)))
}

/// Something to be done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[record(
    kind = "task", right = TasksRead, table = "tasks", en = "Task", zh = "任务", zh_help = "要做的一件事。", title = "title", source = "source_id",
    holders("assignee_id", "team_id"), new = NewTask, change = TaskChange,
)]
pub struct Task {
    /// Its id.
    #[field(en = "Id", zh = "编号", zh_help = "编号。", fixed)]
    pub id: TaskId,
    /// The task that it is a part of.
    #[field(en = "Part of", zh = "上级任务", zh_help = "所属的上级任务。", new, fixed)]
    pub parent_id: Option<TaskId>,
    /// How many tasks stand above it.
    #[serde(default)]
    #[field(zh = "层级", zh_help = "上面有几层任务。", internal, fixed)]
    pub depth: i64,
    /// The kind of record that it is about.
    #[field(
        en = "Kind of subject",
        zh = "关联类型",
        zh_help = "所涉记录的类型。",
        new,
        fixed,
        choices("customer", "conversation", "interaction", "ticket", "task", "order", "deal", "share")
    )]
    pub subject_kind: Option<String>,
    /// The record that it is about.
    #[field(zh = "关联记录", zh_help = "所涉的记录。", new, fixed)]
    pub subject_id: Option<Uuid>,
    /// The customer on whose timeline it stands.
    #[field(zh = "客户", zh_help = "出现在哪位客户的时间线上。", fixed)]
    pub customer_id: Option<CustomerId>,
    /// What is to be done.
    #[field(
        zh = "标题",
        zh_help = "要做的事。",
        new,
        change,
        required,
        length(1, 200),
        example = "上门检修空调"
    )]
    pub title: String,
    /// More about it.
    #[field(
        zh = "说明",
        zh_help = "更多说明。",
        new,
        change,
        long,
        length(0, 20_000),
        example = "带上 R32 冷媒"
    )]
    pub description: String,
    /// Where it stands.
    #[field(zh = "状态", zh_help = "当前状态。", change)]
    pub status: TaskStatus,
    /// How pressing it is.
    #[field(zh = "优先级", zh_help = "紧急程度。", new, change, default = Priority::Normal)]
    pub priority: Priority,
    /// Tags.
    #[field(zh = "标签", zh_help = "标签。", new, change, length(1, 64), items = 50, example = "上门")]
    pub tags: Vec<String>,
    /// The team that is to do it.
    #[field(zh = "团队", zh_help = "负责完成的团队。", new, change)]
    pub team_id: Option<TeamId>,
    /// The person who is to do it.
    #[field(zh = "处理人", zh_help = "负责完成的人。", new, change)]
    pub assignee_id: Option<UserId>,
    /// Until when.
    #[field(
        zh = "截止时间",
        zh_help = "期限。",
        new,
        change,
        sort = "coalesce(due_at, 9223372036854775807)"
    )]
    pub due_at: Option<Timestamp>,
    /// When whoever is to do it is reminded.
    #[field(zh = "提醒时间", zh_help = "提醒负责人的时间。", new, change)]
    pub remind_at: Option<Timestamp>,
    /// Its place among all tasks.
    #[serde(default)]
    #[field(zh = "位置", zh_help = "在看板中的位置。", internal)]
    pub position: Vec<u8>,
    /// Who made it: `user:ID`, `token:ID`, `installation:ID` or `system`.
    #[field(
        zh = "创建者",
        zh_help = "由谁创建：`user:编号`、`token:编号`、`installation:编号` 或 `system`。",
        fixed
    )]
    pub created_by: String,
    /// When it was done or cancelled.
    #[field(zh = "结束时间", zh_help = "完成或取消的时间。")]
    pub closed_at: Option<Timestamp>,
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

/// A saved view of tasks: those of a team or of a person, in columns by state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[record(
    kind = "board", right = TasksRead, table = "boards", en = "Board", zh = "看板", zh_help = "按状态分列的任务视图：一个团队或一个人的。", title = "name", new = NewBoard, change = BoardChange,
)]
pub struct Board {
    /// Its id.
    #[field(en = "Id", zh = "编号", zh_help = "编号。", fixed)]
    pub id: BoardId,
    /// Its name.
    #[field(zh = "名称", zh_help = "名称。", new, change, required, length(1, 100), example = "售后")]
    pub name: String,
    /// The team whose tasks it shows.
    #[field(zh = "团队", zh_help = "显示哪个团队的任务。", new, fixed)]
    pub team_id: Option<TeamId>,
    /// The person whose tasks it shows.
    #[field(zh = "负责人", zh_help = "显示谁的任务。", new, fixed)]
    pub owner_id: Option<UserId>,
    /// The states that have a column, from left to right.
    #[field(zh = "列", zh_help = "显示为列的状态，从左到右。", new, change, filled)]
    pub columns: Vec<TaskStatus>,
    /// When it was made.
    #[field(zh = "创建时间", zh_help = "创建的时间。", fixed, sort_by_id)]
    pub created_at: Timestamp,
    /// Grows by one with every change.
    #[field(zh = "版本", zh_help = "每次修改加一。", fixed)]
    pub version: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reminder_comes_when_a_fifth_is_left_and_at_most_a_day_before() {
        let now = Timestamp::from_micros(1_767_600_000_000_000);
        let minutes =
            |due: i64| usual_reminder(now, now.plus_minutes(due)).map(|at| at.millis_since(now) / 60_000);
        assert_eq!(minutes(100), Some(80));
        assert_eq!(minutes(30 * 24 * 60), Some(29 * 24 * 60));
        assert_eq!((minutes(0), minutes(-5)), (None, None));
    }
}
