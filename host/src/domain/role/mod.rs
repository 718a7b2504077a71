//! Roles: what people who sign in may do, which records they reach and how they see what tells of people. A role is
//! data; the host ships some.

mod shipped;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::actor::{Permission, Rights};
use super::catalogue::{FieldClass, Record, Type, kept_as_json};
use super::clock::Timestamp;
use super::ids::RoleId;
use super::words::words;

pub use self::shipped::shipped;

/// The role of who runs the host. It may do everything, and stays so.
pub const ADMINISTRATOR: &str = "administrator";
/// The role of whoever looks after a team: what is overdue there comes to them.
pub const SUPERVISOR: &str = "supervisor";
/// The role of somebody of whom nothing else is said.
pub const AGENT: &str = "agent";

words! {
    /// How far a role reaches among the records of a kind. Each reaches what the ones before it do.
    pub enum Reach {
        /// No record.
        None = "none",
        /// Those that belong to the person.
        Own = "own",
        /// Those of the person's teams, too.
        Team = "team",
        /// Those of the teams below, too.
        Department = "department",
        /// Every record.
        All = "all",
    }

    /// The kinds of records that belong to a person or a team. Others are reached with the record that they are about.
    pub enum ReachedKind {
        /// Customers, with their orders and with conversations that no ticket is about.
        Customer = "customer",
        /// Tickets, with their conversations, surveys and hand-offs.
        Ticket = "ticket",
        /// Deals.
        Deal = "deal",
        /// Tasks.
        Task = "task",
    }

    /// How fields of a class are shown.
    pub enum Sight {
        /// Not at all.
        Hidden = "hidden",
        /// A few letters of them.
        Masked = "masked",
        /// In full.
        Shown = "shown",
    }
}

impl ReachedKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Customer, Self::Ticket, Self::Deal, Self::Task];
}

/// What takes one to the records of a kind, of the host's own or declared, or to what is reached with them: to see them, to
/// change them.
fn permissions(kind: &str) -> (&'static [Permission], &'static [Permission]) {
    use Permission as P;
    match kind.parse() {
        Ok(ReachedKind::Customer) => {
            (&[P::CustomersRead, P::ConversationsRead], &[P::CustomersWrite, P::ConversationsWrite])
        }
        Ok(ReachedKind::Ticket) => (
            &[P::TicketsRead, P::ConversationsRead, P::SurveysRead],
            &[P::TicketsWrite, P::ConversationsWrite],
        ),
        Ok(ReachedKind::Deal) => (&[P::DealsRead], &[P::DealsWrite]),
        Ok(ReachedKind::Task) => (&[P::TasksRead], &[P::TasksWrite]),
        Err(_) => (&[P::RecordsRead], &[P::RecordsWrite]),
    }
}

/// How far somebody reaches among the records of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindReach {
    /// Which they see.
    pub read: Reach,
    /// Which of those they change.
    pub change: Reach,
}

impl KindReach {
    /// To all records, as far as one may see and change any.
    pub const ALL: Self = Self { read: Reach::All, change: Reach::All };
}

/// How far a role reaches, by kind: those of [`ReachedKind`], and declared ones.
pub type Reaches = BTreeMap<String, KindReach>;
/// How fields are shown, by class.
pub type ClassSights = BTreeMap<FieldClass, Sight>;

kept_as_json! {
    Reaches: Type::Json, Reaches::new();
    ClassSights: Type::Json, ClassSights::new();
}

/// What somebody's work is: what they may do, which records they reach, and how they see what tells of people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[record(
    kind = "role", right = UsersRead, table = "roles", en = "Role", zh = "角色", zh_help = "一个人的工作：能做什么、能看到哪些记录，以及如何看到个人信息。", title = "name", usual = "name", new = NewRole, change = RoleChange,
)]
pub struct Role {
    /// Its id.
    #[field(en = "Id", zh = "编号", zh_help = "编号。", fixed)]
    pub id: RoleId,
    /// The word by which users name it: lowercase letters, digits and hyphens.
    #[field(
        zh = "名称",
        zh_help = "用户引用角色的名称：小写字母、数字与连字符。",
        new,
        required,
        fixed,
        length(1, 40),
        sort,
        example = "key-accounts"
    )]
    pub name: String,
    /// What people who read English call it; its name where it is empty.
    #[field(
        en = "English title",
        zh = "英文名称",
        zh_help = "英文界面中的名称；为空时用角色名。",
        new,
        change,
        length(0, 100),
        example = "Key accounts"
    )]
    pub title_en: String,
    /// What people who read Chinese call it; the English title where it is empty.
    #[field(
        en = "Chinese title",
        zh = "中文名称",
        zh_help = "中文界面中的名称；为空时用英文名称。",
        new,
        change,
        length(0, 100),
        example = "大客户经理"
    )]
    pub title_zh: String,
    /// What it may do, as scopes of tokens are written; `*` is everything.
    #[field(
        zh = "权限",
        zh_help = "权限，写法与令牌的范围相同；`*` 表示全部。",
        new,
        change,
        length(1, 64),
        items = 100,
        example = "deals:write"
    )]
    pub permissions: Vec<String>,
    /// Which records it reaches, to see and to change: all of a kind that isn't named.
    #[field(
        zh = "可见范围",
        zh_help = "可查看和可修改的记录范围；未写出的类型为全部。",
        new,
        change,
        schema = "Reaches"
    )]
    pub reach: Reaches,
    /// How it sees fields of a class: in full where it isn't named.
    #[field(
        en = "Sight of fields",
        zh = "字段可见性",
        zh_help = "各类字段如何显示；未写出的完整显示。",
        new,
        change,
        schema = "FieldSights"
    )]
    pub classes: ClassSights,
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

impl Role {
    /// What it may do. A permission that this version of the host doesn't know gives nothing.
    pub fn rights(&self) -> Rights {
        Rights::known(self.permissions.iter().map(String::as_str))
    }

    /// How far it reaches among the records of a kind; none where it takes no one there.
    fn reach_of(&self, kind: &str) -> KindReach {
        let rights = self.rights();
        let any = |wanted: &[Permission]| wanted.iter().any(|permission| rights.contain(*permission));
        let (read, change) = permissions(kind);
        let said = self.reach.get(kind).copied().unwrap_or(KindReach::ALL);
        KindReach {
            read: if any(read) { said.read } else { Reach::None },
            change: if any(change) { said.change } else { Reach::None },
        }
    }

    /// Whether it shows anybody's records at all.
    fn shows_records(&self) -> bool {
        use Permission as P;
        let of_people = [
            P::CustomersRead,
            P::ConversationsRead,
            P::TicketsRead,
            P::DealsRead,
            P::PartnersRead,
            P::RecordsRead,
        ];
        let rights = self.rights();
        of_people.into_iter().any(|permission| rights.contain(permission))
    }

    /// What people call it who read this language.
    pub fn title(&self, language: &str) -> &str {
        let titles = match language.starts_with("zh") {
            true => [&self.title_zh, &self.title_en, &self.name],
            false => [&self.title_en, &self.name, &self.name],
        };
        titles.into_iter().find(|title| !title.is_empty()).unwrap_or(&self.name)
    }
}

/// How somebody sees fields of each class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sights {
    contact: Sight,
    personal: Sight,
    financial: Sight,
}

impl Sights {
    /// Everything in full.
    pub const FULL: Self = Self { contact: Sight::Shown, personal: Sight::Shown, financial: Sight::Shown };

    /// By class; in full where a class isn't named.
    pub fn of(classes: &ClassSights) -> Self {
        let of = |class| classes.get(&class).copied().unwrap_or(Sight::Shown);
        Self {
            contact: of(FieldClass::Contact),
            personal: of(FieldClass::Personal),
            financial: of(FieldClass::Financial),
        }
    }

    /// How fields of a class are shown.
    pub fn of_class(self, class: FieldClass) -> Sight {
        match class {
            FieldClass::Plain => Sight::Shown,
            FieldClass::Contact => self.contact,
            FieldClass::Personal => self.personal,
            FieldClass::Financial => self.financial,
        }
    }

    /// What either shows.
    fn or(self, other: Self) -> Self {
        Self {
            contact: self.contact.max(other.contact),
            personal: self.personal.max(other.personal),
            financial: self.financial.max(other.financial),
        }
    }

    /// By class, without those that are shown in full.
    pub fn by_class(self) -> ClassSights {
        let classes = [FieldClass::Contact, FieldClass::Personal, FieldClass::Financial];
        let all = classes.into_iter().map(|class| (class, self.of_class(class)));
        all.filter(|(_, sight)| *sight != Sight::Shown).collect()
    }
}

/// What somebody may do, by all of their roles together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// What they may do.
    pub rights: Rights,
    /// How far they reach among each kind; all of a kind that none of their roles takes them to, or that isn't named.
    pub reach: Reaches,
    /// How they see what tells of people.
    pub sights: Sights,
}

impl Access {
    /// That of several roles together.
    pub fn of(roles: &[&Role]) -> Self {
        let rights = roles.iter().fold(Rights::default(), |rights, role| rights.or(role.rights()));
        let held = |wanted: &[Permission]| wanted.iter().any(|permission| rights.contain(*permission));
        let reach = |kind: &str| {
            let none = KindReach { read: Reach::None, change: Reach::None };
            let all = roles.iter().map(|role| role.reach_of(kind));
            let widest = all.fold(none, |widest, next| KindReach {
                read: widest.read.max(next.read),
                change: widest.change.max(next.change),
            });
            let (read, change) = permissions(kind);
            // Nothing is limited where nothing is allowed; so people with few rights cost no more than others.
            let read = if held(read) { widest.read } else { Reach::All };
            KindReach { read, change: if held(change) { widest.change.min(read) } else { read } }
        };
        let named = roles.iter().flat_map(|role| role.reach.keys().map(String::as_str));
        let shown = roles.iter().filter(|role| role.shows_records());
        let sights = shown.map(|role| Sights::of(&role.classes)).reduce(Sights::or);
        Self {
            rights,
            reach: ReachedKind::WORDS
                .iter()
                .copied()
                .chain(named)
                .map(|kind| (kind.to_owned(), reach(kind)))
                .collect(),
            sights: sights.unwrap_or(Sights::FULL),
        }
    }

    /// Whether some records are out of reach.
    pub fn is_limited(&self) -> bool {
        self.reach.values().any(|reach| reach.read != Reach::All || reach.change != Reach::All)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(name: &str) -> Role {
        shipped().find(|role| role.name == name).unwrap()
    }

    fn access(names: &[&str]) -> Access {
        let roles: Vec<Role> = names.iter().map(|name| role(name)).collect();
        Access::of(&roles.iter().collect::<Vec<_>>())
    }

    #[test]
    fn each_of_three_roles_may_do_what_the_one_before_may_and_more() {
        let [agent, supervisor, administrator] =
            [AGENT, "supervisor", ADMINISTRATOR].map(|name| role(name).rights());
        assert!(supervisor.cover(agent) && !agent.cover(supervisor));
        assert!(administrator.cover(supervisor) && !supervisor.cover(administrator));
        assert_eq!(administrator, Rights::all());
        assert!(!agent.contain(Permission::EventsRead) && !supervisor.contain(Permission::UsersWrite));
    }

    #[test]
    fn an_auditor_changes_nothing() {
        let rights = role("auditor").rights();
        let writes = Permission::ALL.iter().filter(|p| rights.contain(**p) && !p.word().ends_with(":read"));
        assert_eq!(writes.count(), 0);
    }

    #[test]
    fn the_widest_reach_of_several_roles_counts_of_those_that_lead_to_the_kind() {
        let reach = |names: &[&str], kind: ReachedKind| access(names).reach[kind.as_str()];
        let both = |read, change| KindReach { read, change };
        assert_eq!(reach(&["sales"], ReachedKind::Deal), both(Reach::Team, Reach::Team));
        assert_eq!(reach(&["sales", "agent"], ReachedKind::Deal), both(Reach::All, Reach::All));
        // Marketing sees all deals and changes none, so it widens what sales changes in no way.
        assert_eq!(reach(&["sales", "marketing"], ReachedKind::Deal), both(Reach::All, Reach::Team));
        // Finance has nothing to do with tickets.
        assert_eq!(
            reach(&["after-sales", "finance"], ReachedKind::Ticket),
            both(Reach::Department, Reach::Department)
        );
        assert!(!access(&["agent"]).is_limited() && !access(&[ADMINISTRATOR]).is_limited());
        assert!(access(&["after-sales", "finance"]).is_limited() && !access(&["auditor"]).is_limited());
        assert_eq!(access(&[]).rights, Rights::default());
    }

    #[test]
    fn a_declared_kind_is_reached_as_roles_say_that_take_one_to_records() {
        let none = KindReach { read: Reach::None, change: Reach::None };
        let mut narrow = role(AGENT);
        narrow.reach.insert("visit".to_owned(), none);
        let mut blind = Role { permissions: vec!["customers:read".to_owned()], ..role(AGENT) };
        assert_eq!(Access::of(&[&narrow]).reach["visit"], none);
        assert!(Access::of(&[&narrow]).is_limited());
        assert_eq!(Access::of(&[&narrow, &blind]).reach["visit"], none);
        assert_eq!(Access::of(&[&narrow, &role(AGENT)]).reach["visit"], KindReach::ALL);
        blind.reach = narrow.reach.clone();
        assert!(!Access::of(&[&blind]).is_limited(), "nothing is limited where nothing is allowed");
    }

    #[test]
    fn what_one_of_several_roles_shows_is_shown() {
        let sight = |names: &[&str], class| access(names).sights.of_class(class);
        assert_eq!(sight(&["marketing"], FieldClass::Contact), Sight::Masked);
        assert_eq!(sight(&["marketing"], FieldClass::Financial), Sight::Hidden);
        assert_eq!(sight(&["marketing", "finance"], FieldClass::Contact), Sight::Masked);
        assert_eq!(sight(&["marketing", "finance"], FieldClass::Financial), Sight::Shown);
        assert_eq!(sight(&["marketing", "agent"], FieldClass::Contact), Sight::Shown);
        assert_eq!(sight(&["marketing"], FieldClass::Plain), Sight::Shown);
        let kept = access(&["marketing"]).sights.by_class();
        assert_eq!(Sights::of(&kept), access(&["marketing"]).sights);
    }

    #[test]
    fn a_title_is_in_the_readers_language_as_far_as_there_is_one() {
        let mut role = role(AGENT);
        assert_eq!((role.title("zh-CN"), role.title("en")), ("坐席", "Agent"));
        role.title_zh.clear();
        assert_eq!(role.title("zh-CN"), "Agent");
        role.title_en.clear();
        assert_eq!((role.title("zh-CN"), role.title("fr")), ("agent", "agent"));
    }
}
