//! Why a message could not be delivered, where the reason isn't the customer's or the provider's: what the people who
//! answer customers read of it. What an operator has to do stands in the plugin's log.

/// A reason that only an administrator can mend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undeliverable {
    /// A grant, a secret, a setting or the mail server's name is missing.
    NotSetUp,
    /// The plugin broke down, used too much or took too long.
    PluginFailed,
    /// The mail server could not be reached, or would not take it now.
    MailServerDown,
    /// The channel's installation is gone.
    ChannelRemoved,
}

impl Undeliverable {
    /// Every reason.
    pub const ALL: [Self; 4] =
        [Self::NotSetUp, Self::PluginFailed, Self::MailServerDown, Self::ChannelRemoved];

    /// The reason as it is kept with the message.
    pub fn text(self) -> &'static str {
        match self {
            Self::NotSetUp => "the channel isn't set up to send this; ask an administrator",
            Self::PluginFailed => "the channel's plugin failed; ask an administrator",
            Self::MailServerDown => "the mail server didn't take it; ask an administrator",
            Self::ChannelRemoved => "the message's channel was removed; ask an administrator",
        }
    }

    /// The word by which pages find their own text for it.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotSetUp => "not-set-up",
            Self::PluginFailed => "plugin-failed",
            Self::MailServerDown => "mail-server-down",
            Self::ChannelRemoved => "channel-removed",
        }
    }

    /// The reason that a message's failure is; none where it is the provider's own.
    pub fn of(failure: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.text() == failure)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_found_by_its_text_and_names_no_command() {
        for reason in Undeliverable::ALL {
            assert_eq!(Undeliverable::of(reason.text()), Some(reason));
            assert!(reason.text().contains("administrator") && !reason.text().contains("hospes"));
        }
        assert_eq!(Undeliverable::of("invalid: the number is gone"), None);
    }
}
