//! A panic in a handler is answered, and doesn't take the connection with it.

use std::any::Any;

use axum::response::{IntoResponse, Response};

use crate::http::problem::Problem;

/// The answer to a request whose handler panicked; the panic's text goes into the log.
pub fn problem(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic without a text");
    Problem::internal(format!("a handler panicked: {text}")).into_response()
}
