//! SLA policies: how soon tickets are to be answered and resolved.

use serde::{Deserialize, Serialize};

use super::catalogue::Record;
use super::clock::Timestamp;
use super::hand_off;
use super::ids::{CalendarId, SlaPolicyId};
use super::triage::{Class, Priority};

/// How soon tickets are to be answered and resolved. Each condition that is there must hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[record(
    kind = "sla-policy", right = TicketsRead, table = "sla_policies", en = "SLA policy", zh = "服务水平策略", zh_help = "工单应在多久之内答复和解决；写出的条件须全部满足。", title = "name", usual = "name",
    new = NewSlaPolicy, change = SlaPolicyChange,
)]
pub struct SlaPolicy {
    /// Its id.
    #[field(en = "Id", zh = "编号", zh_help = "编号。", fixed)]
    pub id: SlaPolicyId,
    /// Its name.
    #[field(
        zh = "名称",
        zh_help = "名称。",
        new,
        change,
        required,
        length(1, 100),
        sort,
        example = "紧急投诉"
    )]
    pub name: String,
    /// For this class only.
    #[field(zh = "类别", zh_help = "仅适用于此类别。", new, change)]
    pub class: Option<Class>,
    /// For this priority only.
    #[field(zh = "优先级", zh_help = "仅适用于此优先级。", new, change)]
    pub priority: Option<Priority>,
    /// For customers of this value grade only.
    #[field(zh = "客户等级", zh_help = "仅适用于此等级的客户。", new, change, length(1, 64), example = "A")]
    pub grade: Option<String>,
    /// Until the first answer.
    #[field(
        en = "Minutes to the first response",
        zh = "首次响应时限（分钟）",
        zh_help = "首次响应的时限。",
        new,
        change,
        required,
        range(1, 5_270_400)
    )]
    pub first_response_minutes: i64,
    /// Until the resolution.
    #[field(
        en = "Minutes to the resolution",
        zh = "解决时限（分钟）",
        zh_help = "解决的时限。",
        new,
        change,
        required,
        range(1, 5_270_400)
    )]
    pub resolution_minutes: i64,
    /// When it was made.
    #[field(zh = "创建时间", zh_help = "创建的时间。", fixed)]
    pub created_at: Timestamp,
    /// Grows by one with every change.
    #[field(zh = "版本", zh_help = "每次修改加一。", fixed)]
    pub version: i64,
    /// Until a hand-off to another team is accepted.
    #[field(en = "Minutes to accept a hand-off", zh = "接手时限（分钟）", zh_help = "转交其他团队后接手的时限。", new, change, range(1, 5_270_400), default = hand_off::DEFAULT_MINUTES)]
    pub hand_off_minutes: i64,
    /// The calendar whose hours count for all of its times; day and night where none is said.
    #[field(
        en = "Calendar",
        zh = "工作日历",
        zh_help = "各时限按此日历的工作时间计算；未指定则昼夜计算。",
        new,
        change
    )]
    pub calendar_id: Option<CalendarId>,
    /// Until the next answer, whenever the customer has written again after the first.
    #[field(
        en = "Minutes to the next response",
        zh = "后续响应时限（分钟）",
        zh_help = "首次响应之后，客户再次来信时的响应时限。",
        new,
        change,
        range(1, 5_270_400)
    )]
    pub next_response_minutes: Option<i64>,
    /// How long a ticket may wait for something before somebody looks after it.
    #[field(
        en = "Minutes on hold",
        zh = "挂起时限（分钟）",
        zh_help = "工单最多可等待多久，之后须有人跟进。",
        new,
        change,
        range(1, 5_270_400)
    )]
    pub hold_minutes: Option<i64>,
    /// How long after a time is over the supervisors of the team are notified, and after as long again those of the
    /// team above it, up to the top.
    #[field(
        en = "Minutes between escalations",
        zh = "升级间隔（分钟）",
        zh_help = "超时多久后通知本团队主管，再过同样时间通知上级团队主管，逐级向上。",
        new,
        change,
        range(1, 5_270_400)
    )]
    pub escalation_minutes: Option<i64>,
}

impl SlaPolicy {
    fn applies(&self, class: Class, priority: Priority, grade: Option<&str>) -> bool {
        self.class.is_none_or(|wanted| wanted == class)
            && self.priority.is_none_or(|wanted| wanted == priority)
            && self.grade.as_deref().is_none_or(|wanted| Some(wanted) == grade)
    }

    fn precision(&self) -> usize {
        usize::from(self.class.is_some())
            + usize::from(self.priority.is_some())
            + usize::from(self.grade.is_some())
    }

    /// The policy for a ticket: of those that apply the most precise, of equally precise ones the swiftest.
    pub fn choose<'a>(
        policies: &'a [Self],
        class: Class,
        priority: Priority,
        grade: Option<&str>,
    ) -> Option<&'a Self> {
        let applying = policies.iter().filter(|policy| policy.applies(class, priority, grade));
        applying.max_by_key(|policy| (policy.precision(), -policy.first_response_minutes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(name: &str, class: Option<Class>, priority: Option<Priority>, minutes: i64) -> SlaPolicy {
        SlaPolicy {
            id: uuid::Uuid::nil().into(),
            name: name.to_owned(),
            class,
            priority,
            first_response_minutes: minutes,
            resolution_minutes: minutes * 10,
            hand_off_minutes: minutes,
            ..SlaPolicy::blank()
        }
    }

    #[test]
    fn the_most_precise_policy_wins_and_of_equals_the_swiftest() {
        let policies = [
            policy("all", None, None, 240),
            policy("complaints", Some(Class::Complaint), None, 60),
            policy("urgent", None, Some(Priority::Urgent), 15),
            policy("urgent complaints", Some(Class::Complaint), Some(Priority::Urgent), 30),
        ];
        let name =
            |class, priority| SlaPolicy::choose(&policies, class, priority, None).map(|p| p.name.as_str());
        assert_eq!(name(Class::Inquiry, Priority::Normal), Some("all"));
        assert_eq!(name(Class::Complaint, Priority::Normal), Some("complaints"));
        assert_eq!(name(Class::Complaint, Priority::Urgent), Some("urgent complaints"));
        assert_eq!(SlaPolicy::choose(&policies[1..2], Class::Inquiry, Priority::Low, None), None);
    }
}
