//! How who asks sees what tells of people. It is known once the caller is, and holds for all that is written for them.

use std::cell::Cell;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;

use crate::domain::role::Sights;

tokio::task_local! {
    static SIGHTS: Cell<Sights>;
}

/// Has answers show what the caller may see of people.
pub async fn as_callers_see(request: Request, next: Next) -> Response {
    SIGHTS.scope(Cell::new(Sights::FULL), next.run(request)).await
}

/// Notes how the caller sees.
pub fn set(sights: Sights) {
    // Outside of a request nothing is written for anybody.
    let _ = SIGHTS.try_with(|cell| cell.set(sights));
}

/// How the caller sees, as far as that is known here: in full where something is written for the host itself.
pub fn of_caller() -> Sights {
    SIGHTS.try_with(Cell::get).unwrap_or(Sights::FULL)
}

/// Writes something for who sees so: what of an answer is written after its handler has ended.
pub fn with<T>(sights: Sights, write: impl FnOnce() -> T) -> T {
    SIGHTS.sync_scope(Cell::new(sights), write)
}
