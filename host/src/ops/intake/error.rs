//! Why a channel's request isn't taken, as the channel's provider hears it.

/// Why a channel's request was not stored.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// There is no such installation, or it is no channel.
    #[error("there is no channel {0:?} here; the address is /in/INSTALLATION/..., see GET /v1/installations")]
    Unknown(String),
    /// The plugin says who sent this isn't who they claim to be.
    #[error("the channel didn't accept who sent this; its operator finds the reason in its log")]
    Forged,
    /// The plugin can't make sense of it.
    #[error("{0}")]
    Malformed(String),
    /// The plugin knows nothing at this path.
    #[error("{0}")]
    NoSuchPath(String),
    /// It can't be taken now; the provider should send it again.
    #[error("{reason}")]
    Later {
        /// What is out of service.
        reason: String,
        /// When to send it again, in milliseconds.
        retry_after_ms: u64,
    },
}
