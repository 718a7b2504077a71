//! The API's description of itself, as OpenAPI 3.1.

use std::collections::BTreeMap;

use axum::body::Bytes;
use utoipa::openapi::schema::Type;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, HeaderBuilder, ObjectBuilder, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, Modify, OpenApi, ToSchema};

use super::cookies;
use super::examples;
use super::extract::{Condition, Cursor, Limit, Next};
use super::problem::{FaultBody, MEDIA_TYPE, Problem, ProblemBody, ProblemKind};
use super::schema::choices::CallOutcome;
use super::schema::texts::{AnyText, EventPlace, EventTypes, RequestKey, VersionTag, Words};
use super::schema::{
    ConversationSort, CustomerSort, DealSort, InteractionSort, OrderSort, TaskSort, TicketSort,
};

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
    components(schemas(
        ProblemBody, FaultBody, Limit, Cursor, Next, Condition, ConversationSort, CustomerSort, DealSort, InteractionSort, OrderSort, TaskSort, TicketSort,
        AnyText, EventPlace, EventTypes, VersionTag, RequestKey, Words, CallOutcome,
    )),
    modifiers(&Credentials, &Problems),
    security(("bearer" = []), ("session" = [], "csrf" = [])),
    tags(
        (name = "kinds", description = "The catalogue: which kinds of records there are, and which fields they have"),
        (name = "records", description = "Records of the kinds that are declared while the host runs"),
        (name = "customers", description = "People and organisations, and all that is known of them"),
        (name = "conversations", description = "Threads on channels, and the messages in them"),
        (name = "interactions", description = "What happens between customers and the company, on every channel"),
        (name = "attachments", description = "Files on records"),
        (name = "tickets", description = "Customer requests: who is assigned, and when they are due"),
        (name = "deals", description = "Leads and deals, and how far they have come"),
        (name = "pipelines", description = "The stages that leads and deals go through"),
        (name = "orders", description = "What customers have bought"),
        (name = "partners", description = "Partners, their people and their systems"),
        (name = "shares", description = "What is shared with partners, and what they say"),
        (name = "tasks", description = "What is to be done, by whom and until when, and the boards that show it"),
        (name = "comments", description = "What people say to each other about a record"),
        (name = "search", description = "Everything, by what is known of it"),
        (name = "surveys", description = "Questions about how it went, and the answers"),
        (name = "notifications", description = "What teams and people were told"),
        (name = "teams", description = "Departments, and which tickets they take"),
        (name = "users", description = "The people who work here"),
        (name = "tokens", description = "API tokens"),
        (name = "plugins", description = "Plugins and their versions"),
        (name = "installations", description = "Plugins in use: settings, secrets, grants"),
        (name = "events", description = "The log of everything that happened, in order"),
        (name = "exports", description = "Lists of records as files"),
        (name = "dead-letters", description = "Jobs and messages that failed for good"),
        (name = "host", description = "The host itself"),
    )
)]
pub struct Description;

struct Credentials;

impl Modify for Credentials {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let http = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("An API token, `hsp_...`; POST /v1/tokens makes one."));
        let components = api.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(http.build()));
        let session = "The console's session. What changes something needs `X-CSRF-Token` besides.";
        let session = ApiKeyValue::with_description(cookies::SESSION, session);
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(session)));
        let proof = "The session's token, which the console's pages have in `<meta name=\"csrf-token\">`.";
        let proof = ApiKeyValue::with_description("X-CSRF-Token", proof);
        components.add_security_scheme("csrf", SecurityScheme::ApiKey(ApiKey::Header(proof)));
    }
}

/// The description as it is served.
pub fn document(api: &utoipa::openapi::OpenApi) -> Bytes {
    // Strings and numbers in maps with text keys, which is all that it holds, can always be written as JSON.
    let mut api = api.clone();
    examples::fill(&mut api);
    serde_json::to_vec(&api).map(Bytes::from).unwrap_or_default()
}

/// Declares groups of problems that operations answer with.
macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident: $($kind:ident),+;)+) => {$(
        $(#[$doc])*
        pub struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                [$(ProblemKind::$kind,)+ ProblemKind::TooMany].into_iter().map(reference).collect()
            }
        }
    )+};
}

problems! {
    /// What may be answered in place of a list.
    ListProblems: Malformed, Unauthenticated, Denied, Internal, Unavailable;
    /// What may be answered in place of a stream.
    StreamProblems: Malformed, Unauthenticated, Denied, Invalid, Internal, Unavailable;
    /// What may be answered in place of a list that is narrowed by a record.
    FilterProblems: Malformed, Unauthenticated, Denied, NotFound, Invalid, Internal, Unavailable;
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

/// Where an operation refers to what is described once.
fn reference(kind: ProblemKind) -> (String, RefOr<Response>) {
    let reference = Ref::from_response_name(kind.code());
    (kind.status().as_str().to_owned(), RefOr::Ref(reference))
}

/// The answers to requests that aren't served, each described once.
struct Problems;

impl Modify for Problems {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let components = api.components.get_or_insert_default();
        for kind in ProblemKind::ALL {
            let schema = Ref::from_schema_name(ProblemBody::name());
            let example = Problem::new(*kind, kind.title()).example();
            let content = ContentBuilder::new().schema(Some(schema)).example(Some(example)).build();
            let mut response = ResponseBuilder::new().description(kind.title()).content(MEDIA_TYPE, content);
            if let ProblemKind::TooMany | ProblemKind::Unavailable = kind {
                let seconds = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).build();
                let header = HeaderBuilder::new()
                    .schema(Some(seconds))
                    .description(Some("After how many seconds to ask again"));
                response = response.header("Retry-After", header.build());
            }
            components.responses.insert(kind.code().to_owned(), response.build().into());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;
    use crate::http::{api, host};

    fn described() -> Value {
        let api = api::router()
            .merge(api::plugins::router())
            .merge(api::attachments::upload())
            .merge(host::probes());
        serde_json::from_slice(&document(&api.into_openapi())).unwrap()
    }

    /// Every operation as its method, path and description.
    fn operations(api: &Value) -> Vec<(String, String, Value)> {
        let mut found = Vec::new();
        for (path, methods) in api["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                found.push((method.clone(), path.clone(), operation.clone()));
            }
        }
        found
    }

    #[test]
    fn every_operation_says_what_it_is_and_how_it_fails() {
        let api = described();
        assert_eq!(api["openapi"], "3.1.0");
        let tags: Vec<&Value> = api["tags"].as_array().unwrap().iter().map(|tag| &tag["name"]).collect();
        let mut names = BTreeSet::new();
        for (method, path, operation) in operations(&api) {
            let name = operation["operationId"].as_str().unwrap().to_owned();
            assert!(names.insert(name), "{method} {path}: the name is taken");
            assert!(operation["summary"].is_string(), "{method} {path} has no summary");
            assert!(tags.contains(&&operation["tags"][0]), "{method} {path}: {}", operation["tags"]);
            if path.starts_with("/v1/") {
                let problem = &operation["responses"]["401"]["$ref"];
                assert_eq!(problem, "#/components/responses/unauthenticated", "{method} {path}");
                assert!(operation["security"].is_null(), "{method} {path} must need what all need, a token");
            }
            for parameter in path.split('/').filter_map(|step| step.strip_prefix('{')?.strip_suffix('}')) {
                let named = operation["parameters"].as_array().unwrap();
                assert!(named.iter().any(|p| p["name"] == parameter && p["in"] == "path"), "{method} {path}");
            }
        }
        assert!(names.len() >= 40, "{names:?}");
    }

    #[test]
    fn every_request_can_have_a_key_and_every_change_a_precondition() {
        // Two ask, and the same again changes nothing for the others: a file, a password, an answer, a delivery.
        let repeatable = [
            "/v1/customers/{id}/unmask",
            "/v1/customers:resolve",
            "/v1/deals/{id}/unmask",
            "/v1/installations/{id}/deliveries/{delivery}/accept",
            "/v1/orders/{id}/unmask",
            "/v1/partner-users/{id}/unmask",
            "/v1/partners/{id}/query",
            "/v1/plugins",
            "/v1/records/{name}/{id}/unmask",
            "/v1/surveys/{id}/answers",
            "/v1/users/{id}/password",
            "/v1/users/{id}/unmask",
        ];
        for (method, path, operation) in operations(&described()) {
            let header = match method.as_str() {
                "post" if !repeatable.contains(&path.as_str()) => "Idempotency-Key",
                "patch" => "If-Match",
                _ => continue,
            };
            let named = operation["parameters"].as_array().map_or(&[][..], Vec::as_slice).iter();
            let found = named
                .filter(|p| p["name"] == header && p["in"] == "header" && p["required"] == false)
                .count();
            assert_eq!(found, 1, "{method} {path}: {header}");
        }
    }

    #[test]
    fn a_parameter_is_described_once_and_every_page_has_a_limit() {
        for (method, path, operation) in operations(&described()) {
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let names: Vec<&str> = parameters.iter().map(|p| p["name"].as_str().unwrap()).collect();
            let different: BTreeSet<&str> = names.iter().copied().collect();
            assert_eq!(names.len(), different.len(), "{method} {path}: {names:?}");
            let is_page = !path.ends_with("/stream");
            if is_page && (different.contains("cursor") || different.contains("after")) {
                assert!(different.contains("limit"), "{method} {path}: {names:?}");
            }
            if method == "get" && ["/v1/customers", "/v1/tickets", "/v1/events"].contains(&path.as_str()) {
                assert!(different.contains("limit"), "{method} {path}: {names:?}");
            }
        }
    }

    #[test]
    fn nothing_is_referred_to_that_is_not_there() {
        fn references(value: &Value, found: &mut BTreeSet<String>) {
            match value {
                Value::Object(members) => {
                    found.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
                    members.values().for_each(|member| references(member, found));
                }
                Value::Array(items) => items.iter().for_each(|item| references(item, found)),
                _ => {}
            }
        }
        let api = described();
        let mut found = BTreeSet::new();
        references(&api, &mut found);
        for reference in &found {
            assert!(api.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
        }
        assert!(found.contains("#/components/schemas/Ticket"), "{found:?}");
    }
}
