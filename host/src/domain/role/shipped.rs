//! The roles that the host ships.

use super::{ADMINISTRATOR, AGENT, KindReach, Reach, ReachedKind, Role, SUPERVISOR, Sight};
use crate::domain::actor::Permission;
use crate::domain::catalogue::{FieldClass, Record as _};

/// A role that the host ships.
struct Shipped {
    name: &'static str,
    en: &'static str,
    zh: &'static str,
    permissions: &'static [Permission],
    reach: &'static [(ReachedKind, Reach, Reach)],
    classes: &'static [(FieldClass, Sight)],
}

/// What everybody has who works with customers.
macro_rules! customer_work {
    ($($more:ident),* $(,)?) => {
        &[
            Permission::CustomersRead,
            Permission::CustomersWrite,
            Permission::ConversationsRead,
            Permission::ConversationsWrite,
            Permission::TicketsRead,
            Permission::TicketsWrite,
            Permission::TasksRead,
            Permission::TasksWrite,
            Permission::CommentsRead,
            Permission::CommentsWrite,
            Permission::NotificationsRead,
            Permission::SurveysRead,
            Permission::SurveysWrite,
            Permission::UsersRead,
            Permission::DealsRead,
            Permission::DealsWrite,
            Permission::PartnersRead,
            Permission::SharesRead,
            Permission::RecordsRead,
            Permission::RecordsWrite,
            $(Permission::$more),*
        ]
    };
}

const SHIPPED: &[Shipped] = &[
    Shipped {
        name: AGENT, en: "Agent", zh: "坐席", permissions: customer_work!(), reach: &[], classes: &[]
    },
    Shipped {
        name: "sales",
        en: "Sales",
        zh: "销售",
        permissions: customer_work!(SharesWrite),
        reach: &[
            (ReachedKind::Customer, Reach::All, Reach::Team),
            (ReachedKind::Deal, Reach::Team, Reach::Team),
            (ReachedKind::Ticket, Reach::All, Reach::Team),
        ],
        classes: &[],
    },
    Shipped {
        name: "marketing",
        en: "Marketing",
        zh: "市场",
        permissions: &[
            Permission::CustomersRead,
            Permission::DealsRead,
            Permission::RecordsExport,
            Permission::RecordsRead,
            Permission::SurveysRead,
            Permission::TasksRead,
            Permission::TasksWrite,
            Permission::NotificationsRead,
            Permission::UsersRead,
        ],
        reach: &[(ReachedKind::Task, Reach::Department, Reach::Department)],
        classes: &[(FieldClass::Contact, Sight::Masked), (FieldClass::Financial, Sight::Hidden)],
    },
    Shipped {
        name: "after-sales",
        en: "After-sales",
        zh: "售后",
        permissions: customer_work!(RecordsUnmask),
        reach: &[
            (ReachedKind::Ticket, Reach::Department, Reach::Department),
            (ReachedKind::Deal, Reach::All, Reach::Own),
        ],
        classes: &[(FieldClass::Financial, Sight::Masked)],
    },
    Shipped {
        name: "finance",
        en: "Finance",
        zh: "财务",
        permissions: &[
            Permission::CustomersRead,
            Permission::DealsRead,
            Permission::OrdersWrite,
            Permission::RecordsExport,
            Permission::RecordsRead,
            Permission::RecordsUnmask,
            Permission::TasksRead,
            Permission::TasksWrite,
            Permission::CommentsRead,
            Permission::CommentsWrite,
            Permission::NotificationsRead,
            Permission::UsersRead,
            Permission::PartnersRead,
        ],
        reach: &[(ReachedKind::Task, Reach::Department, Reach::Department)],
        classes: &[(FieldClass::Contact, Sight::Masked)],
    },
    Shipped {
        name: SUPERVISOR,
        en: "Supervisor",
        zh: "主管",
        permissions: customer_work!(
            EventsRead,
            PluginsRead,
            ToolsCall,
            CallsRead,
            DeliveriesRead,
            DeliveriesWrite,
            DeadLettersRead,
            DeadLettersWrite,
            MetricsRead,
            OrdersWrite,
            RecordsExport,
            PoliciesWrite,
            PartnersWrite,
            SharesWrite,
        ),
        reach: &[],
        classes: &[],
    },
    Shipped {
        name: "auditor",
        en: "Auditor",
        zh: "审计",
        permissions: &[
            Permission::CustomersRead,
            Permission::ConversationsRead,
            Permission::TicketsRead,
            Permission::TasksRead,
            Permission::CommentsRead,
            Permission::SurveysRead,
            Permission::DealsRead,
            Permission::PartnersRead,
            Permission::SharesRead,
            Permission::RecordsRead,
            Permission::UsersRead,
            Permission::EventsRead,
            Permission::PluginsRead,
            Permission::CallsRead,
            Permission::DeliveriesRead,
            Permission::DeadLettersRead,
            Permission::MetricsRead,
        ],
        reach: &[],
        classes: &[(FieldClass::Contact, Sight::Masked)],
    },
    Shipped {
        name: ADMINISTRATOR,
        en: "Administrator",
        zh: "管理员",
        permissions: Permission::ALL,
        reach: &[],
        classes: &[],
    },
];

/// The roles that the host ships, of no id and at no time.
pub fn shipped() -> impl Iterator<Item = Role> {
    SHIPPED.iter().map(|shipped| Role {
        name: shipped.name.to_owned(),
        title_en: shipped.en.to_owned(),
        title_zh: shipped.zh.to_owned(),
        permissions: match shipped.name {
            ADMINISTRATOR => vec!["*".to_owned()],
            _ => shipped.permissions.iter().map(|permission| permission.word().to_owned()).collect(),
        },
        reach: shipped
            .reach
            .iter()
            .map(|(kind, read, change)| (kind.to_string(), KindReach { read: *read, change: *change }))
            .collect(),
        classes: shipped.classes.iter().copied().collect(),
        version: 1,
        ..Role::blank()
    })
}
