//! An operation on its way to be committed, whatever its types: both engines know one kind of them, so that the code which
//! commits isn't there once for each.

use futures::future::BoxFuture;
use tokio::sync::oneshot;

use super::{DbError, Failure, Tx};

/// How an operation ended before its commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ran {
    /// Its changes are to be kept.
    Done,
    /// They are not; it may succeed when it runs again where it collided with another.
    Failed {
        /// Whether it did.
        collided: bool,
        /// Whether it was the database that refused: PostgreSQL takes nothing more in the same transaction.
        by_database: bool,
    },
}

/// What waits to be committed.
pub(super) trait Waiting: Send {
    /// Runs it.
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> BoxFuture<'t, Ran>;
    /// Notes that it ended by an accident.
    fn fail(&mut self, error: DbError);
    /// Answers the caller: the outcome once it is durable, or why it isn't.
    fn settle(self: Box<Self>, commit: Result<(), DbError>);
    /// Whether whoever commits ends after it.
    fn is_last(&self) -> bool {
        false
    }
}

struct Operation<I, T, E, F> {
    input: I,
    operation: F,
    reply: oneshot::Sender<Result<T, E>>,
    outcome: Option<Result<T, E>>,
}

/// An operation, and where its outcome comes.
pub(super) fn waiting<I, T, E, F>(
    input: I,
    operation: F,
) -> (Box<dyn Waiting>, oneshot::Receiver<Result<T, E>>)
where
    I: Send + Sync + 'static,
    T: Send + 'static,
    E: Failure,
    F: for<'t> Fn(&'t mut Tx, &'t I) -> BoxFuture<'t, Result<T, E>> + Send + Sync + 'static,
{
    let (reply, answer) = oneshot::channel();
    (Box::new(Operation { input, operation, reply, outcome: None }), answer)
}

impl<I, T, E, F> Waiting for Operation<I, T, E, F>
where
    I: Send + Sync,
    T: Send,
    E: Failure,
    F: for<'t> Fn(&'t mut Tx, &'t I) -> BoxFuture<'t, Result<T, E>> + Send + Sync,
{
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> BoxFuture<'t, Ran> {
        Box::pin(async move {
            let outcome = (self.operation)(tx, &self.input).await;
            let ran = match &outcome {
                Ok(_) => Ran::Done,
                Err(error) => {
                    let error = error.database();
                    Ran::Failed {
                        collided: matches!(error, Some(DbError::Collision(_))),
                        by_database: error.is_some(),
                    }
                }
            };
            self.outcome = Some(outcome);
            ran
        })
    }

    fn fail(&mut self, error: DbError) {
        self.outcome = Some(Err(error.into()));
    }

    fn settle(self: Box<Self>, commit: Result<(), DbError>) {
        let outcome = match (commit, self.outcome) {
            (Ok(()), Some(outcome)) | (Err(_), Some(outcome @ Err(_))) => outcome,
            (Ok(()), None) => Err(DbError::Other("the operation didn't run".to_owned()).into()),
            (Err(error), _) => Err(error.into()),
        };
        // A caller that went away doesn't want its answer.
        let _unwanted = self.reply.send(outcome);
    }
}
