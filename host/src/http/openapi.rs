//! The API's description of itself, as OpenAPI 3.1.

use std::collections::BTreeMap;

use axum::body::Bytes;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, RefOr, Ref, Response, ResponseBuilder};
use utoipa::{IntoResponses, Modify, OpenApi, ToSchema};

use super::problem::{FaultBody, Kind, MEDIA_TYPE, ProblemBody};

/// What stands above the operations.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Hospes",
        description = "A compact CRM core, extended by WebAssembly plugins.\n\n\
            Ids are UUIDs, times RFC 3339 in UTC, money is a decimal text with its currency. Unknown fields are refused. \
            Lists answer `{\"items\": [...], \"next\": \"...\"}`; ask for the next page with `?cursor=`. Errors are \
            problems as RFC 9457 has them; `code` is stable.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    components(schemas(ProblemBody, FaultBody)),
    modifiers(&Bearer),
    security(("bearer" = [])),
    tags(
        (name = "customers", description = "People and organisations, and all that is known of them"),
        (name = "conversations", description = "Threads on channels, and the messages in them"),
        (name = "tickets", description = "What customers want, who takes care of it and by when"),
        (name = "surveys", description = "Questions about how it went, and the answers"),
        (name = "notifications", description = "What teams and people were told"),
        (name = "teams", description = "Departments, and which tickets they take"),
        (name = "users", description = "The people who work here"),
        (name = "tokens", description = "API tokens"),
        (name = "plugins", description = "Plugins and their versions"),
        (name = "installations", description = "Plugins in use: settings, secrets, grants"),
        (name = "events", description = "The log of everything that happened, in order"),
        (name = "host", description = "The host itself"),
    )
)]
pub struct Description;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let http = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("An API token, `hsp_...`; POST /v1/tokens makes one."));
        let components = api.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(http.build()));
    }
}

/// The description as it is served.
pub fn document(api: &utoipa::openapi::OpenApi) -> Bytes {
    // Strings and numbers in maps with text keys, which is all that it holds, can always be written as JSON.
    serde_json::to_vec(api).map(Bytes::from).unwrap_or_default()
}

/// Declares groups of problems that operations answer with.
macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident: $($kind:ident),+;)+) => {$(
        $(#[$doc])*
        pub struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                [$(Kind::$kind),+].into_iter().map(response).collect()
            }
        }
    )+};
}

problems! {
    /// What may be answered in place of a list.
    ListProblems: Malformed, Unauthenticated, Denied, Internal, Unavailable;
    /// What may be answered in place of something that belongs to one record.
    ReadProblems: Malformed, Unauthenticated, Denied, NotFound, Internal, Unavailable;
    /// What may be answered when something is made.
    CreateProblems: Malformed, Unauthenticated, Denied, Conflict, TooLarge, UnsupportedMediaType, Invalid, Internal, Unavailable;
    /// What may be answered when something is made below a record, or a record is given a part.
    PutProblems: Malformed, Unauthenticated, Denied, NotFound, Conflict, TooLarge, UnsupportedMediaType, Invalid, Internal, Unavailable;
    /// What may be answered when a record is changed.
    ChangeProblems: Malformed, Unauthenticated, Denied, NotFound, Conflict, Stale, TooLarge, UnsupportedMediaType, Invalid, Internal, Unavailable;
    /// What may be answered to a verb that takes no body.
    ActionProblems: Malformed, Unauthenticated, Denied, NotFound, Conflict, Invalid, Internal, Unavailable;
    /// What the host may say of itself when it isn't well.
    HostProblems: Internal, Unavailable;
}

fn response(kind: Kind) -> (String, RefOr<Response>) {
    let schema = Ref::from_schema_name(ProblemBody::name());
    let content = ContentBuilder::new().schema(Some(schema)).build();
    let response = ResponseBuilder::new().description(kind.title()).content(MEDIA_TYPE, content).build();
    (kind.status().as_str().to_owned(), response.into())
}
