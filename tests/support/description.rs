//! What the host's own description of its API says of a request, so that tests can send one that is right.

use serde_json::{Value, json};

/// What a reference stands for, or the schema itself.
pub fn resolve<'a>(api: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(reference) => api.pointer(reference.trim_start_matches('#')).expect(reference),
        None => schema,
    }
}

/// The example of a schema, which every body has, unless it is an object of any form.
pub fn example(api: &Value, schema: &Value) -> Value {
    let schema = resolve(api, schema);
    if let Some(found) = schema.get("example").or_else(|| schema["examples"].get(0)) {
        return found.clone();
    }
    // A batch has examples of what it has.
    if let Some(item) = schema["properties"]["items"].get("items") {
        return json!({"items": [example(api, item)]});
    }
    assert!(schema["type"] == "object" && schema["properties"].is_null(), "there is no example: {schema:#}");
    json!({})
}

/// The query that an operation can't do without, with its question mark; empty when it can. Its ids are nobody's.
pub fn query(api: &Value, operation: &Value) -> String {
    let parameters = operation["parameters"].as_array().map_or(&[][..], Vec::as_slice);
    let needed = parameters.iter().filter(|one| one["in"] == "query" && one["required"] == true);
    let pair = |one: &Value| {
        let schema = resolve(api, &one["schema"]);
        let value = match schema["enum"][0].as_str() {
            Some(word) => word,
            None if schema["format"] == "uuid" => "019b8a3e-0000-7000-8000-0000000000ff",
            None => "x",
        };
        format!("{}={value}", one["name"].as_str().unwrap())
    };
    let pairs: Vec<String> = needed.map(pair).collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}
