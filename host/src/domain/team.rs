//! Teams, the people in them, and who takes a ticket.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::catalogue::Record;
use super::clock::Timestamp;
use super::ids::{TeamId, UserId};
use super::reason::{Reason, ReasonCode};
use super::role;
use super::triage::{Class, Priority};

/// A department or group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[record(
    kind = "team", right = UsersRead, table = "teams", en = "Team", zh = "团队", zh_help = "部门或小组。", title = "name", new = NewTeam, change = TeamChange,
)]
pub struct Team {
    /// Its id.
    #[field(en = "Id", zh = "编号", zh_help = "编号。", fixed)]
    pub id: TeamId,
    /// Its name.
    #[field(zh = "名称", zh_help = "名称。", new, change, required, length(1, 100), example = "客服")]
    pub name: String,
    /// The classes of tickets that it takes.
    #[field(zh = "负责类别", zh_help = "负责处理的工单类别。", new, change)]
    pub classes: Vec<Class>,
    /// The classes whose urgent tickets it is told of besides.
    #[field(zh = "关注类别", zh_help = "另外会被告知紧急工单的类别。", new, change)]
    pub watches: Vec<Class>,
    /// The team that it is a part of.
    #[field(en = "Part of", zh = "上级团队", zh_help = "所属的上级团队。", new, change)]
    pub parent_id: Option<TeamId>,
    /// When it was made.
    #[field(zh = "创建时间", zh_help = "创建的时间。", fixed, sort_by_id)]
    pub created_at: Timestamp,
    /// Grows by one with every change.
    #[field(zh = "版本", zh_help = "每次修改加一。", fixed)]
    pub version: i64,
}

impl Team {
    /// The first of these that takes tickets of a class.
    pub fn taking(teams: &[Self], class: Class) -> Option<&Self> {
        teams.iter().find(|team| team.classes.contains(&class))
    }

    /// Whether it is told of a ticket that another team takes.
    pub fn watches(&self, class: Class, priority: Priority) -> bool {
        priority == Priority::Urgent && self.watches.contains(&class)
    }
}

/// Somebody who works here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[record(
    kind = "user", right = UsersRead, table = "users", en = "User", zh = "用户", zh_help = "在这里工作的人。", title = "name", new = NewUser, change = UserChange,
    also(
        /// The teams they are in.
        #[serde(default)]
        pub teams: Vec<TeamId>,
    ),
)]
pub struct User {
    /// Their id.
    #[field(en = "Id", zh = "编号", zh_help = "编号。", fixed)]
    pub id: UserId,
    /// Their name.
    #[field(
        zh = "名称",
        zh_help = "姓名。",
        new,
        change,
        required,
        length(1, 100),
        class = "personal",
        example = "李雷"
    )]
    pub name: String,
    /// Their e-mail address.
    #[field(
        en = "E-mail address",
        zh = "邮箱",
        zh_help = "邮箱地址。",
        new,
        required,
        email,
        fixed,
        class = "contact"
    )]
    pub email: String,
    /// BCP 47.
    #[field(zh = "语言", zh_help = "语言标签（BCP 47），例如 zh-CN。", new, change, length(1, 64), default = "en".to_owned(), example = "zh-CN")]
    pub language: String,
    /// Whether they still work here.
    #[field(zh = "在职", zh_help = "是否仍在职。", change, default = true)]
    pub active: bool,
    /// Whether they take tickets now.
    #[field(zh = "在线", zh_help = "当前是否接收工单。", change, default = true)]
    pub present: bool,
    /// How many open tickets they take at most.
    #[field(zh = "工单上限", zh_help = "最多同时处理的工单数。", new, change, range(0, 1_000), default = 10)]
    pub capacity: i64,
    /// What they can do.
    #[field(zh = "技能", zh_help = "技能。", new, change, length(1, 64), items = 50, example = "refund")]
    pub skills: Vec<String>,
    /// What they speak, BCP 47.
    #[field(
        zh = "服务语言",
        zh_help = "会说的语言（BCP 47）。",
        new,
        change,
        length(1, 64),
        items = 50,
        example = "zh-CN"
    )]
    pub languages: Vec<String>,
    /// Where they work.
    #[field(zh = "地区", zh_help = "工作的地区。", new, change, length(1, 64), example = "华东")]
    pub region: Option<String>,
    /// When they were entered.
    #[field(zh = "创建时间", zh_help = "录入的时间。", fixed, sort_by_id)]
    pub created_at: Timestamp,
    /// Grows by one with every change.
    #[field(zh = "版本", zh_help = "每次修改加一。", fixed)]
    pub version: i64,
    /// The names of their roles: what they may do and see when they sign in, all together.
    #[field(zh = "角色", zh_help = "角色的名称：合并决定登录后能做什么、能看到什么。", new, change, length(1, 40), items = 20, default = vec![role::AGENT.to_owned()], names = "role", example = "agent")]
    pub roles: Vec<String>,
}

impl User {
    /// Whether they run the host.
    pub fn is_administrator(&self) -> bool {
        self.active && self.roles.iter().any(|role| role == role::ADMINISTRATOR)
    }
}

/// Somebody who could take a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// Open tickets now.
    pub open_tickets: i64,
    /// How many they take at most.
    pub capacity: i64,
    /// What they speak, BCP 47.
    pub languages: Vec<String>,
    /// What they can do.
    pub skills: Vec<String>,
    /// Where they work.
    pub region: Option<String>,
}

/// Who takes a ticket, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// Who.
    pub user: UserId,
    /// Why, for the ticket's "why me?".
    pub reason: Reason,
}

/// The least busy of those who have room, by load against capacity; whoever speaks the ticket's language comes first,
/// and the one entered first when all else is equal.
pub fn least_loaded(candidates: &[Candidate], language: &str, team: &str) -> Option<Choice> {
    let speaks = |candidate: &&Candidate| candidate.languages.iter().any(|spoken| spoken == language);
    let with_room: Vec<&Candidate> = candidates.iter().filter(|c| c.open_tickets < c.capacity).collect();
    let speaking: Vec<&Candidate> = with_room.iter().copied().filter(speaks).collect();
    let spoken = (!speaking.is_empty()).then_some(language);
    let pool = if spoken.is_some() { speaking } else { with_room };
    // Loads are compared crosswise, a/b < c/d as a*d < c*b, so that no rounding decides.
    let chosen = pool.iter().min_by(|a, b| {
        let load = (a.open_tickets * b.capacity).cmp(&(b.open_tickets * a.capacity));
        load.then(a.open_tickets.cmp(&b.open_tickets)).then(a.user.cmp(&b.user))
    })?;
    let arguments = json!({
        "team": team, "open": chosen.open_tickets, "capacity": chosen.capacity, "available": pool.len(),
        "language": spoken,
    });
    Some(Choice { user: chosen.user, reason: Reason::of(ReasonCode::LeastBusy, &arguments) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(number: u128, open_tickets: i64, capacity: i64, languages: &[&str]) -> Candidate {
        Candidate {
            user: uuid::Uuid::from_u128(number).into(),
            name: number.to_string(),
            open_tickets,
            capacity,
            languages: languages.iter().map(|l| (*l).to_owned()).collect(),
            skills: Vec::new(),
            region: None,
        }
    }

    fn chosen(candidates: &[Candidate], language: &str) -> Option<u128> {
        least_loaded(candidates, language, "Service").map(|choice| choice.user.0.as_u128())
    }

    #[test]
    fn load_counts_against_capacity() {
        let people = [candidate(1, 2, 4, &["en"]), candidate(2, 4, 20, &["en"]), candidate(3, 3, 3, &["en"])];
        assert_eq!(chosen(&people, "en"), Some(2));
    }

    #[test]
    fn the_language_comes_before_the_load_but_not_before_the_room() {
        let people = [candidate(1, 0, 9, &["en"]), candidate(2, 5, 9, &["zh-CN", "en"])];
        assert_eq!(chosen(&people, "zh-CN"), Some(2));
        assert_eq!(chosen(&people, "fr"), Some(1), "nobody speaks it: the least loaded of all");
        let full = [candidate(1, 0, 9, &["en"]), candidate(2, 9, 9, &["zh-CN"])];
        assert_eq!(chosen(&full, "zh-CN"), Some(1));
    }

    #[test]
    fn nobody_with_room_is_nobody() {
        assert_eq!(chosen(&[candidate(1, 3, 3, &["en"])], "en"), None);
        assert_eq!(chosen(&[], "en"), None);
    }

    #[test]
    fn the_reason_has_what_decided() {
        let reason = |language| {
            least_loaded(&[candidate(1, 2, 8, &["zh-CN", "en"])], language, "客服").unwrap().reason.to_json()
        };
        let arguments = json!({"team": "客服", "open": 2, "capacity": 8, "available": 1, "language": "en"});
        assert_eq!(reason("en"), json!({"code": "assigned.least-busy", "arguments": arguments}));
        assert_eq!(reason("fr")["arguments"]["language"], json!(null), "nobody speaks it");
    }
}
