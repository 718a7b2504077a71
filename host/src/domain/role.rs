//! What people who sign in may do.

use super::actor::{Permission, Rights};
use super::words::words;

words! {
    /// What somebody's work is. Each role may do what the ones before it may.
    pub enum Role {
        /// Works with customers: sees and changes customers, conversations, tickets, tasks, comments and
        /// deals, and sees surveys, colleagues and partners.
        Agent = "agent",
        /// Leads others: besides, sees the event log, the plugins and the metrics, handles dead letters and deliveries, enters orders,
        /// sets SLA policies and shares records with partners.
        Supervisor = "supervisor",
        /// Runs the host: may do everything.
        Administrator = "administrator",
    }
}

impl Role {
    /// What somebody with this role may do.
    pub fn rights(self) -> Rights {
        Permission::ALL.iter().copied().filter(|permission| Self::least(*permission) <= self).collect()
    }

    /// The lowest role that has a permission. A new permission has to be given its place here.
    fn least(permission: Permission) -> Self {
        use Permission as P;
        match permission {
            P::CustomersRead
            | P::CustomersWrite
            | P::ConversationsRead
            | P::ConversationsWrite
            | P::TicketsRead
            | P::TicketsWrite
            | P::TasksRead
            | P::TasksWrite
            | P::CommentsRead
            | P::CommentsWrite
            | P::NotificationsRead
            | P::SurveysRead
            | P::SurveysWrite
            | P::UsersRead
            | P::DealsRead
            | P::DealsWrite
            | P::PartnersRead
            | P::SharesRead => Self::Agent,
            P::EventsRead
            | P::PluginsRead
            | P::CallsRead
            | P::DeliveriesRead
            | P::DeliveriesWrite
            | P::DeadLettersRead
            | P::DeadLettersWrite
            | P::MetricsRead
            | P::OrdersWrite
            | P::PoliciesWrite
            | P::PartnersWrite
            | P::SharesWrite => Self::Supervisor,
            P::UsersWrite
            | P::TokensWrite
            | P::PluginsWrite
            | P::NotificationsReadAll
            | P::EventsErase
            | P::FieldsWrite => Self::Administrator,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_do_what_the_one_before_may_and_more() {
        let [agent, supervisor, administrator] =
            [Role::Agent, Role::Supervisor, Role::Administrator].map(Role::rights);
        assert!(supervisor.cover(agent) && !agent.cover(supervisor));
        assert!(administrator.cover(supervisor) && !supervisor.cover(administrator));
        assert_eq!(administrator, Rights::all());
        assert!(!agent.contain(Permission::EventsRead) && !supervisor.contain(Permission::UsersWrite));
    }
}
