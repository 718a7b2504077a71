//! What goes on by itself, while nobody waits for an answer: the writes of requests go before its own.

tokio::task_local! {
    static BACKGROUND: ();
}

/// Does work for which nobody waits.
pub async fn in_background<F: Future>(work: F) -> F::Output {
    BACKGROUND.scope((), work).await
}

/// Whether nobody waits for what this task does.
pub(super) fn is_background() -> bool {
    BACKGROUND.try_with(|()| ()).is_ok()
}
