"""What Schemathesis has to be told of this API: how texts of its own formats look, and which refusals of a well-formed
request are right, because they rest on what the host knows and a schema can't say. Nothing else is let through."""

import json
import os
import re
import urllib.error
import urllib.request
import uuid

import schemathesis
from hypothesis import strategies as st

# Conditions on fields that every list has.
CONDITIONS = [
    'created_at > now - duration("72h")',
    'created_at <= timestamp("2026-01-31T08:00:00Z")',
    "version >= 1",
    "!(version == 2) && version < 100",
    'id != "019b8a3e-0000-7000-8000-000000000001"',
]
schemathesis.openapi.format("cel", st.sampled_from(CONDITIONS))

# Bytes that are no plugin, for all that anybody knows before they are compiled.
schemathesis.openapi.media_type("application/wasm", st.binary(min_size=1, max_size=1_000))

# Where the records are that a request names by a UUID: the field or parameter, and their list.
NAMED = {
    "assignee_id": "users",
    "calendar_id": "calendars",
    "conversation_id": "conversations",
    "customer_id": "customers",
    "installation_id": "installations",
    "organisation_id": "customers",
    "owner_id": "users",
    "parent_id": "tasks",
    "partner_id": "partners",
    "pipeline_id": "pipelines",
    "team_id": "teams",
    "ticket_id": "tickets",
    "user_id": "users",
}
# Where records of the declared kind are.
DECLARED = "records/visit"
UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
# How many records of a list are remembered.
MOST = 50
KNOWN = {}


@schemathesis.hook
def before_call(context, case, kwargs):
    """Names records that are there in place of most UUIDs that were made up, so that requests get behind the door."""
    if "HOSPES_TOKEN" not in os.environ:
        return
    if case.operation.path.startswith(f"/v1/{DECLARED.split('/')[0]}/"):
        case.path_parameters = case.path_parameters | {"name": declared()}
    for part, names in [("path_parameters", {"id": collection(case)} | NAMED), ("query", NAMED), ("body", NAMED)]:
        value = getattr(case, part)
        named = there(case, names, value)
        # What is assigned is judged anew, and bytes in a form are judged wrong then.
        if named != value:
            setattr(case, part, named)


@schemathesis.hook
def after_call(context, case, response):
    """Remembers what was made."""
    if response.status_code == 201:
        made = json.loads(response.content)
        if "id" in made and "HOSPES_TOKEN" in os.environ:
            known = records(collection(case))
            known.append(made["id"])
            del known[:-MOST]


def declared():
    """The name of a declared kind, which is declared when it is needed first."""
    path = "/v1/kinds"
    if not KNOWN.get(path):
        title = {"name": "purpose", "type": "text", "en": "Purpose", "zh": "事由", "required": True}
        kind = {"name": "visit", "en": "Visit", "zh": "上门", "title": "purpose", "fields": [title]}
        bearer = {"authorization": f"Bearer {os.environ['HOSPES_TOKEN']}", "content-type": "application/json"}
        url, body = os.environ["HOSPES_URL"] + path, json.dumps(kind).encode()
        with urllib.request.urlopen(urllib.request.Request(url, body, bearer), timeout=10) as response:
            KNOWN[path] = [json.load(response)["name"]]
    return KNOWN[path][0]


def collection(case):
    """The list that an operation belongs to; none when it belongs to the host itself."""
    parts = case.operation.path.split("/")
    if parts[1] != "v1":
        return None
    return DECLARED if parts[2] == "records" else parts[2].split(":")[0]


def there(case, names, value):
    """The value with ids of records that are there."""
    if isinstance(value, list):
        return [there(case, names, one) for one in value]
    if not isinstance(value, dict):
        return value
    kind = value.get("subject_kind")
    names = names | {"subject_id": f"{kind}s" if isinstance(kind, str) and kind.isalpha() else None}
    return {
        name: chosen(case, names[name], one) if names.get(name) else there(case, names, one)
        for name, one in value.items()
    }


def chosen(case, of, value):
    """A record of the list. Some stay made up; what is there is seldom removed."""
    if not isinstance(value, str) or not re.fullmatch(UUID, value):
        return value
    number = uuid.UUID(value).int
    known = records(of)
    kept = number % 8 != 0 if case.method.upper() == "DELETE" else number % 4 == 0
    return value if kept or not known else known[number % len(known)]


def records(of):
    """The ids that are known of a list: those that were there at first, and those that were made."""
    if not KNOWN.get(of):
        KNOWN[of] = [one["id"] for one in asked(f"/v1/{of}?limit={MOST}") if "id" in one]
    return KNOWN[of]


def asked(path):
    """What a list has; nothing, if it can't be read as a whole."""
    bearer = {"authorization": f"Bearer {os.environ['HOSPES_TOKEN']}"}
    request = urllib.request.Request(os.environ["HOSPES_URL"] + path, headers=bearer)
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return json.load(response)["items"]
    except urllib.error.HTTPError:
        return []


ANYWHERE = r".* "
# Places in requests, as operation and pointer, that the host refuses with 422 for what it knows besides the schema.
RULES = [
    # A phone number is judged by its country's numbering plan, an address by its domain.
    (ANYWHERE, r"(/customer)?(/identities/\d+)?/value"),
    # A record is named by its kind and its id, or not at all; a touch by its customer or by identities.
    (ANYWHERE, r"/subject_kind"),
    # Plugins, their versions, grants, settings, secrets and questions are what their manifests say.
    (r"(POST|PUT) /v1/installations", r"/(plugin|version|name)|/grants(/\d+)?|/settings.*"),
    (r"POST /v1/partners/\{id\}/query", r"/name|/parameters"),
    # Tickets have other fields than deals.
    (r"POST /v1/(tickets|deals)/\{id\}/share", r"/fields/\d+"),
    # A reply goes to an address that the customer has.
    (r"POST /v1/tickets/\{id\}/reply-by", r"/address"),
    # Times are compared with the clock and with each other.
    (r"POST /v1/tokens", r"/expires_at"),
    (r"(POST|PATCH) /v1/tasks", r"/remind_at"),
    # The log ends where it ends.
    (r"GET /v1/events/stream", r"/after"),
    # A survey has its own scale.
    (r"POST /v1/surveys/\{id\}/answers", r"/rating"),
    # Whom a comment mentions has to be there.
    (r"(POST|PATCH) /v1/comments", r"/text"),
    # Which fields were added to a kind, and what they hold, is known to the catalogue alone.
    (ANYWHERE, r"/custom(/.*)?"),
    (r"(POST|PATCH) /v1/kinds", r"/name|/choices|/indexed|/title|/fields(/.*)?"),
    (r"(POST|PATCH) /v1/records", r"/.*"),
    # A view is of a kind that there is, and names its fields.
    (r"(POST|PATCH) /v1/saved-views", r"/kind|/columns/\d+|/filter|/sort"),
    # Hours, dates and time zones are texts with rules of their own.
    (r"(POST|PATCH) /v1/calendars", r"/time_zone|/hours|/holidays/\d+|/exceptions"),
    (r"GET /v1/calendars/\{id\}/days", r"/from"),
    # Who works with a program's token has no views that others don't see.
    (r"POST /v1/saved-views", r"/shared"),
    # Which fields a kind has that can be masked, and which roles and permissions there are, is data.
    (r"POST /v1/[a-z-]+/\{id\}/unmask", r"/fields(/\d+)?"),
    (r"(POST|PATCH) /v1/roles", r"/name|/permissions/\d+|/reach/(?s:.*)"),
    (r"(POST|PATCH) /v1/users", r"/roles(/\d+)?"),
    (r"PUT /v1/sign-in-policy", r"/second_factor_roles"),
    # Five different characters.
    (r"POST /v1/users/\{id\}/password", r"/password"),
]


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Whether a failure is one."""
    kind = type(failure).__name__
    if kind == "AcceptedNegativeData":
        return not is_refused(case, response)
    return kind != "RejectedPositiveData" or not is_right(case, response)


def is_refused(case, response):
    """Whether a request that isn't well-formed is refused in another way than by 400 or 422."""
    if response.status_code == 200 and case.operation.path.endswith((":batch", "/batch")):
        # Each item of a batch has a status of its own.
        return any(400 <= item["status"] < 500 for item in json.loads(response.content)["items"])
    # What has a precondition is refused by it before its body is read.
    return response.status_code == 412


def is_right(case, response):
    """Whether a well-formed request is refused for a reason that no schema can say."""
    if response.status_code == 412:
        # The record is at another version, as it may be in a conflict (409).
        return "If-Match" in (case.headers or {})
    problem = json.loads(response.content)
    if response.status_code == 400:
        # Headers are filled in by their length, without a look at their pattern.
        tag = (case.headers or {}).get("If-Match", "*")
        if not re.fullmatch(case.operation.schema.raw_schema["components"]["schemas"]["VersionTag"]["pattern"], str(tag)):
            return True
        # Which fields records of any kind have is known to the catalogue alone.
        if re.match(r"GET /v1/(exports|records)/", case.operation.label):
            if problem["detail"].startswith(("sort: ", "columns: ", "filter, ")):
                return True
        # A cursor is worth something in the list that gave it out, and in no other.
        return "cursor" in (case.query or {}) and problem["detail"].startswith("cursor: ")
    if response.status_code != 422:
        return False
    if case.operation.label == "POST /v1/plugins":
        # Whether bytes are a plugin shows when they are compiled.
        return True
    pointers = [place["pointer"] for place in problem["errors"]]
    return bool(pointers) and all(is_known(case, pointer) for pointer in pointers)


def is_known(case, pointer):
    """Whether the place names a record, which may not be there, or is one of those above."""
    label = case.operation.label
    if any(re.match(operation, label + " ") and re.fullmatch(place, pointer) for operation, place in RULES):
        return True
    return names_record(case, pointer)


def names_record(case, pointer):
    """Whether the place in the body, or the parameter, is described as a UUID."""
    raw = case.operation.schema.raw_schema
    if any(f"/{parameter['name']}" == pointer and is_uuid(raw, parameter["schema"]) for parameter in parameters(case)):
        return True
    content = case.operation.definition.raw.get("requestBody", {}).get("content", {})
    schemas = [one["schema"] for one in content.values()]
    for step in pointer.strip("/").split("/"):
        schemas = [below for schema in schemas for below in steps(raw, schema, step)]
    return any(is_uuid(raw, schema) for schema in schemas)


def parameters(case):
    """The operation's own parameters."""
    return case.operation.definition.raw.get("parameters", [])


def resolve(raw, schema):
    """What a reference stands for."""
    while "$ref" in schema:
        target = raw
        for step in schema["$ref"].lstrip("#/").split("/"):
            target = target[step]
        schema = target
    return schema


def steps(raw, schema, step):
    """The schemas one step below."""
    schema = resolve(raw, schema)
    for choice in schema.get("oneOf", []):
        yield from steps(raw, choice, step)
    if step in schema.get("properties", {}):
        yield schema["properties"][step]
    if step.isdigit() and "items" in schema:
        yield schema["items"]


def is_uuid(raw, schema):
    """Whether an id is described."""
    schema = resolve(raw, schema)
    return schema.get("format") == "uuid" or any(is_uuid(raw, choice) for choice in schema.get("oneOf", []))
