//! The names of conversations: who is answered, and by what.

use std::fmt;

/// A conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Thread {
    /// A member of the corporation and an application: `app:AGENT:USERID`.
    App {
        /// The application's AgentId.
        agent: String,
        /// The member's userid.
        user: String,
    },
    /// A customer and an account of WeChat customer service: `kf:OPEN_KFID:EXTERNAL_USERID`.
    Service {
        /// The service account's `open_kfid`.
        account: String,
        /// The customer's `external_userid`.
        customer: String,
    },
    /// What a member does about an external contact: `contact:EXTERNAL_USERID`. It can't be answered.
    Contact {
        /// The contact's `external_userid`.
        customer: String,
    },
}

impl Thread {
    /// Reads a conversation's name; none where it is none of these.
    pub fn parse(name: &str) -> Option<Self> {
        let (kind, rest) = name.split_once(':')?;
        let pair = || rest.split_once(':').filter(|(one, other)| !one.is_empty() && !other.is_empty());
        match kind {
            "app" => pair().map(|(agent, user)| Self::App { agent: agent.into(), user: user.into() }),
            "kf" => pair().map(|(account, customer)| Self::Service {
                account: account.into(),
                customer: customer.into(),
            }),
            "contact" if !rest.is_empty() => Some(Self::Contact { customer: rest.into() }),
            _ => None,
        }
    }
}

impl fmt::Display for Thread {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::App { agent, user } => write!(out, "app:{agent}:{user}"),
            Self::Service { account, customer } => write!(out, "kf:{account}:{customer}"),
            Self::Contact { customer } => write!(out, "contact:{customer}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_were_written() {
        for name in ["app:1000002:zhang.san@a:b", "kf:wkAJ2G:wmAJ2G", "contact:wmAJ2G"] {
            assert_eq!(Thread::parse(name).unwrap().to_string(), name);
        }
        for name in ["", "app", "app:1", "app::zhang", "kf:wk:", "contact:", "42"] {
            assert_eq!(Thread::parse(name), None, "{name}");
        }
    }
}
