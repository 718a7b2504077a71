//! Every operation's examples in the API's description: of its request and of its successful answer, put together from
//! those of the schemas that they are made of.

use serde_json::{Map, Value, json};
use utoipa::openapi::{Content, OpenApi, RefOr};

/// Adds an example wherever a body or a successful answer has none of its own.
pub fn fill(api: &mut OpenApi) {
    let components = serde_json::to_value(&api.components).unwrap_or_default();
    let schemas = &components["schemas"];
    for path in api.paths.paths.values_mut() {
        let methods = [&mut path.get, &mut path.put, &mut path.post, &mut path.delete, &mut path.patch];
        for operation in methods.into_iter().flatten() {
            if let Some(RefOr::T(body)) = &mut operation.request_body {
                body.content.values_mut().for_each(|content| add(schemas, content));
            }
            for (status, answer) in &mut operation.responses.responses {
                if let (true, RefOr::T(answer)) = (status.starts_with('2'), answer) {
                    answer.content.values_mut().for_each(|content| add(schemas, content));
                }
            }
        }
    }
}

fn add(schemas: &Value, content: &mut RefOr<Content>) {
    if let RefOr::T(content) = content
        && content.example.is_none()
        && let Ok(schema) = serde_json::to_value(&content.schema)
    {
        content.example = example(schemas, &schema);
    }
}

/// What a value of the schema looks like; none when nothing says.
fn example(schemas: &Value, schema: &Value) -> Option<Value> {
    if let Some(name) = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) {
        return example(schemas, &schemas[name]);
    }
    let own = schema.get("example").or_else(|| schema["examples"].get(0)).or_else(|| schema["enum"].get(0));
    if let Some(own) = own {
        return Some(own.clone());
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        return choices.iter().find_map(|choice| example(schemas, choice));
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let mut whole = Map::new();
        for part in parts {
            whole.extend(example(schemas, part)?.as_object()?.clone());
        }
        return Some(Value::Object(whole));
    }
    let kind = schema["type"].as_str().or_else(|| schema["type"][0].as_str());
    match kind? {
        "object" => object(schemas, schema),
        "array" => Some(json!([example(schemas, &schema["items"])?])),
        "boolean" => Some(json!(true)),
        "integer" => Some(schema.get("minimum").cloned().unwrap_or(json!(1))),
        "string" if schema["format"] == "uuid" => Some(json!("019b8a3e-0000-7000-8000-000000000005")),
        _ => None,
    }
}

fn object(schemas: &Value, schema: &Value) -> Option<Value> {
    let required = schema["required"].as_array().map_or(&[][..], Vec::as_slice);
    let mut whole = Map::new();
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        match example(schemas, property) {
            Some(found) => {
                whole.insert(name.clone(), found);
            }
            None if required.iter().any(|one| one == name) => return None,
            None => {}
        }
    }
    Some(Value::Object(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_is_put_together_from_its_parts() {
        let schemas = json!({"Name": {"type": "string", "examples": ["Ada"]}});
        let schema = json!({
            "type": "object", "required": ["names"],
            "properties": {
                "names": {"type": "array", "items": {"$ref": "#/components/schemas/Name"}},
                "count": {"type": "integer", "minimum": 3}, "unknown": {"type": "string"},
            },
        });
        assert_eq!(example(&schemas, &schema), Some(json!({"names": ["Ada"], "count": 3})));
        assert_eq!(example(&schemas, &json!({"type": "string"})), None);
    }
}
