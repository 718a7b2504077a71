//! JSON Schemas of manifests: the part of the standard whose cost is known before it is used.
//!
//! A schema of a few lines can cost hours: references double at each level, patterns go back, annotations of all branches
//! are collected. So a schema has a size, a depth and a number of parts, each counted as often as references
//! bring it in; references stay within the schema and don't come back to themselves; patterns run in linear time.

use std::collections::{BTreeMap, BTreeSet};

use jsonschema::{PatternOptions, ValidationError, Validator};
use serde_json::{Map, Value};

/// Bytes of a schema as JSON.
const LARGEST: usize = 64 << 10;
/// Schemas within a schema, each as often as it is referred to.
const MOST_PARTS: usize = 1_000;
/// Schemas in one another.
const DEEPEST: usize = 16;
/// Patterns of a schema, bytes of each, and bytes of what each is compiled to.
const MOST_PATTERNS: usize = 64;
const LONGEST_PATTERN: usize = 1_000;
const LARGEST_PATTERN: usize = 512 << 10;
/// How many parts of a schema meet how many values, at most: each may have to be tried on each.
const MOST_WORK: usize = 200_000;
/// Bytes of values that are checked, as JSON.
const LARGEST_VALUES: usize = 64 << 10;
/// Faults of a value that are told, and bytes of each.
const MOST_FAULTS: usize = 20;
const LONGEST_FAULT: usize = 500;

/// The standards that a schema may name.
const STANDARDS: [&str; 3] = [
    "https://json-schema.org/draft/2020-12/schema",
    "https://json-schema.org/draft/2019-09/schema",
    "http://json-schema.org/draft-07/schema",
];

/// Keywords whose value is a schema, or a list of them.
const WITH_SCHEMA: [&str; 13] = [
    "additionalItems",
    "additionalProperties",
    "allOf",
    "anyOf",
    "contains",
    "else",
    "if",
    "items",
    "not",
    "oneOf",
    "prefixItems",
    "propertyNames",
    "then",
];
/// Keywords whose value has a schema under each name.
const WITH_SCHEMAS: [&str; 5] =
    ["$defs", "definitions", "dependentSchemas", "patternProperties", "properties"];
/// Keywords that hold schemas for others to refer to: they cost nothing by themselves.
const STORES: [&str; 2] = ["$defs", "definitions"];
/// Keywords without schemas in them.
const PLAIN: [&str; 36] = [
    "$comment",
    "$schema",
    "$ref",
    "const",
    "contentEncoding",
    "contentMediaType",
    "default",
    "dependentRequired",
    "deprecated",
    "description",
    "enum",
    "example",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "maxContains",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minContains",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "nullable",
    "pattern",
    "readOnly",
    "required",
    "title",
    "type",
    "uniqueItems",
    "writeOnly",
    "secret",
];

/// What is wrong with a schema, or with a value by its schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaFault {
    /// Where, as a JSON pointer.
    pub pointer: String,
    /// What stands there, if that helps.
    pub value: String,
    /// What is wrong and what would be right.
    pub detail: String,
}

fn fault(pointer: &str, value: &Value, detail: impl Into<String>) -> SchemaFault {
    SchemaFault { pointer: pointer.to_owned(), value: clip(&value.to_string()), detail: detail.into() }
}

fn clip(text: &str) -> String {
    match text.floor_char_boundary(LONGEST_FAULT) {
        end if end < text.len() => format!("{}…", &text[..end]),
        _ => text.to_owned(),
    }
}

/// A count of something that is bounded, as large as it may be with all that is referred to.
#[derive(Debug, Clone, Copy, Default)]
struct Cost {
    parts: usize,
    patterns: usize,
    depth: usize,
}

impl Cost {
    /// Adds something that stands below.
    fn add(&mut self, below: Self) {
        self.parts = self.parts.saturating_add(below.parts);
        self.patterns = self.patterns.saturating_add(below.patterns);
        self.depth = self.depth.max(below.depth.saturating_add(1));
    }
}

/// The walk through a schema.
struct Walk<'s> {
    root: &'s Value,
    /// What each reference costs, once it is known.
    known: BTreeMap<&'s str, Cost>,
    /// The references that are being followed.
    open: BTreeSet<&'s str>,
}

/// How many parts a schema has; an error when it goes beyond the bounds or uses what isn't supported. Linear in its size.
pub fn parts(schema: &Value) -> Result<usize, SchemaFault> {
    let size = schema.to_string().len();
    if size > LARGEST {
        let detail = format!("the schema has {size} bytes; {LARGEST} are allowed");
        return Err(SchemaFault { pointer: String::new(), value: "…".to_owned(), detail });
    }
    let mut walk = Walk { root: schema, known: BTreeMap::new(), open: BTreeSet::new() };
    let cost = walk.schema(schema, &mut String::new(), 0)?;
    let bounds = [
        (cost.parts, MOST_PARTS, "schemas in it, counted as often as they are referred to"),
        (cost.depth, DEEPEST, "schemas in one another"),
        (cost.patterns, MOST_PATTERNS, "patterns"),
    ];
    for (count, most, what) in bounds {
        if count > most {
            let count = if count == usize::MAX { "countless".to_owned() } else { count.to_string() };
            let detail = format!("the schema has {count} {what}; {most} are allowed: make it simpler");
            return Err(SchemaFault { pointer: String::new(), value: "…".to_owned(), detail });
        }
    }
    Ok(cost.parts)
}

impl<'s> Walk<'s> {
    fn schema(&mut self, schema: &'s Value, at: &mut String, depth: usize) -> Result<Cost, SchemaFault> {
        // Nothing deeper is looked at: not even this walk may run out of stack.
        if depth > DEEPEST {
            return Err(fault(
                at,
                schema,
                format!("more schemas stand in one another than the {DEEPEST} that are allowed"),
            ));
        }
        let fields = match schema {
            Value::Object(fields) => fields,
            Value::Bool(_) => return Ok(Cost { parts: 1, ..Cost::default() }),
            other => return Err(fault(at, other, "a schema is an object, true or false")),
        };
        let mut cost = Cost { parts: 1, ..Cost::default() };
        for (keyword, value) in fields {
            let length = at.len();
            push(at, keyword);
            self.keyword(keyword, value, at, depth, &mut cost)?;
            at.truncate(length);
        }
        Ok(cost)
    }

    fn keyword(
        &mut self,
        keyword: &'s str,
        value: &'s Value,
        at: &mut String,
        depth: usize,
        cost: &mut Cost,
    ) -> Result<(), SchemaFault> {
        match (keyword, value) {
            ("$ref", Value::String(target)) => cost.add(self.reference(target, at, depth)?),
            ("$ref", _) => return Err(fault(at, value, "a reference is a text")),
            ("$schema", _) => {
                let named = value.as_str().unwrap_or_default().trim_end_matches('#');
                if !STANDARDS.contains(&named) {
                    let detail = format!("use one of {}", STANDARDS.join(", "));
                    return Err(fault(at, value, detail));
                }
            }
            ("pattern", Value::String(pattern)) => count_pattern(pattern, at, cost)?,
            // Whoever checks a text by it would compile any pattern that somebody sets.
            ("format", Value::String(format)) if format == "regex" => {
                return Err(fault(at, value, "the format \"regex\" isn't supported"));
            }
            // Each value is compared with each of them, and each name looked for.
            ("enum" | "required", Value::Array(values)) => {
                cost.parts = cost.parts.saturating_add(values.len() / 8);
            }
            (keyword, Value::Array(list)) if WITH_SCHEMA.contains(&keyword) => {
                for (index, schema) in list.iter().enumerate() {
                    let length = at.len();
                    push(at, &index.to_string());
                    cost.add(self.schema(schema, at, depth + 1)?);
                    at.truncate(length);
                }
            }
            (keyword, schema) if WITH_SCHEMA.contains(&keyword) => {
                cost.add(self.schema(schema, at, depth + 1)?);
            }
            (keyword, Value::Object(schemas)) if WITH_SCHEMAS.contains(&keyword) => {
                for (name, schema) in schemas {
                    let length = at.len();
                    push(at, name);
                    if keyword == "patternProperties" {
                        count_pattern(name, at, cost)?;
                    }
                    let below = self.schema(schema, at, depth + 1)?;
                    if !STORES.contains(&keyword) {
                        cost.add(below);
                    }
                    at.truncate(length);
                }
            }
            (keyword, value) if WITH_SCHEMAS.contains(&keyword) => {
                return Err(fault(at, value, "this is an object with a schema under each name"));
            }
            (keyword, _) if PLAIN.contains(&keyword) || keyword.starts_with("x-") => {}
            (_, value) => {
                let detail = "this keyword of JSON Schema isn't supported here; for notes of your own \
                              use names that begin with x-";
                return Err(fault(at, value, detail));
            }
        }
        Ok(())
    }

    fn reference(&mut self, target: &'s str, at: &mut String, depth: usize) -> Result<Cost, SchemaFault> {
        let wrong = |detail: &str| fault(at, &Value::from(target), detail);
        if let Some(cost) = self.known.get(target) {
            return Ok(*cost);
        }
        let pointer = target.strip_prefix('#').filter(|rest| rest.is_empty() || rest.starts_with('/'));
        let pointer =
            pointer.ok_or_else(|| wrong("refer to a place in this schema, such as #/$defs/name"))?;
        let found = self.root.pointer(pointer).ok_or_else(|| wrong("there is nothing at this place"))?;
        if !self.open.insert(target) {
            return Err(wrong("the reference comes back to itself; describe a bounded depth instead"));
        }
        let cost = self.schema(found, at, depth + 1)?;
        self.open.remove(target);
        self.known.insert(target, cost);
        Ok(cost)
    }
}

fn count_pattern(pattern: &str, at: &str, cost: &mut Cost) -> Result<(), SchemaFault> {
    cost.patterns = cost.patterns.saturating_add(1);
    if pattern.len() > LONGEST_PATTERN {
        let detail = format!("a pattern has {LONGEST_PATTERN} bytes at most");
        return Err(fault(at, &Value::from(pattern), detail));
    }
    Ok(())
}

fn push(at: &mut String, name: &str) {
    at.push('/');
    at.push_str(&name.replace('~', "~0").replace('/', "~1"));
}

/// Makes a schema ready for use.
pub fn compile(schema: &Value) -> Result<Validator, SchemaFault> {
    parts(schema)?;
    let patterns = PatternOptions::regex().size_limit(LARGEST_PATTERN).dfa_size_limit(LARGEST_PATTERN);
    let made = jsonschema::options().with_pattern_options(patterns).build(schema);
    made.map_err(|error| schema_fault(&error, "this JSON Schema can't be used"))
}

/// Looks whether a schema is one, can be used, and whether its defaults obey it.
pub fn check(schema: &Value) -> Result<(), SchemaFault> {
    parts(schema)?;
    jsonschema::meta::validate(schema)
        .map_err(|error| schema_fault(&error, "this isn't valid JSON Schema"))?;
    compile(schema)?;
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return Ok(()) };
    let defaults: Map<String, Value> = properties
        .iter()
        .filter_map(|(name, property)| Some((name.clone(), property.get("default")?.clone())))
        .collect();
    // The properties alone: what has no default is set by the operator.
    let kept = ["$schema", "$defs", "definitions", "properties"];
    let rest: Map<String, Value> = schema
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(keyword, _)| kept.contains(&keyword.as_str()))
        .map(|(keyword, value)| (keyword.clone(), value.clone()))
        .collect();
    let rest = Value::Object(rest);
    let Some(broken) = violations(&rest, &Value::Object(defaults))?.into_iter().next() else { return Ok(()) };
    let name = broken.pointer.trim_start_matches('/').split('/').next().unwrap_or_default();
    let detail = format!("the default breaks the property's own schema: {}", broken.detail);
    Err(SchemaFault { pointer: format!("/properties/{name}/default"), detail, ..broken })
}

/// What of a value breaks a schema, the first faults of many. An error says that the schema can't be used at all, or not
/// for as much as that.
pub fn violations(schema: &Value, value: &Value) -> Result<Vec<SchemaFault>, SchemaFault> {
    let parts = parts(schema)?;
    let bytes = value.to_string().len();
    let work = parts.saturating_mul(count(value));
    if bytes > LARGEST_VALUES || work > MOST_WORK {
        let detail = format!(
            "this is too much for its schema: {bytes} bytes in {} values, where {LARGEST_VALUES} bytes and {} values \
             are allowed",
            count(value),
            MOST_WORK / parts.max(1),
        );
        return Ok(vec![SchemaFault { pointer: String::new(), value: "…".to_owned(), detail }]);
    }
    let validator = compile(schema)?;
    if validator.is_valid(value) {
        return Ok(Vec::new());
    }
    let faults = validator.iter_errors(value).take(MOST_FAULTS);
    let faults = faults.map(|error| SchemaFault {
        pointer: error.instance_path().to_string(),
        value: clip(&error.instance().to_string()),
        detail: text(&error),
    });
    Ok(faults.collect())
}

/// Values in a value, itself and names included.
fn count(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(count).sum::<usize>(),
        Value::Object(fields) => 1 + fields.values().map(|value| 1 + count(value)).sum::<usize>(),
        _ => 1,
    }
}

fn schema_fault(error: &ValidationError<'_>, what: &str) -> SchemaFault {
    SchemaFault {
        pointer: error.instance_path().to_string(),
        value: clip(&error.instance().to_string()),
        detail: format!("{what}: {}", text(error)),
    }
}

/// What is wrong, without the value where it is long.
fn text(error: &ValidationError<'_>) -> String {
    let whole = error.to_string();
    if whole.len() <= LONGEST_FAULT { whole } else { clip(&error.masked().to_string()) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn refused(schema: &Value, reason: &str) {
        let fault = check(schema).expect_err(reason);
        assert!(format!("{fault:?}").contains(reason), "{fault:?}");
    }

    /// Twenty definitions, each of which refers to the next twice.
    fn doubling(keyword: &str) -> Value {
        let mut definitions = Map::new();
        for level in 0..20 {
            let next = json!({"$ref": format!("#/$defs/d{}", level + 1)});
            definitions.insert(format!("d{level}"), json!({keyword: [next, next]}));
        }
        definitions.insert("d20".to_owned(), json!({"type": "string", "minLength": 5}));
        json!({"type": "object", "$defs": definitions, "properties": {"a": {"$ref": "#/$defs/d0"}}})
    }

    fn nested(levels: usize, keyword: &str) -> Value {
        (0..levels).fold(json!({"type": "string"}), |inner, _| json!({keyword: [inner]}))
    }

    #[test]
    fn what_would_cost_without_bound_is_refused_by_name() {
        for keyword in ["anyOf", "oneOf", "allOf"] {
            refused(&nested(20, keyword), "stand in one another than the 16 that are allowed");
            refused(&doubling(keyword), "stand in one another than the 16 that are allowed");
            let wide = json!({keyword: vec![json!({keyword: vec![json!({"type": "string"}); 40]}); 40]});
            refused(&wide, "1000 are allowed");
        }
        refused(&json!({"$ref": "#"}), "comes back to itself");
        let circle = json!({"$defs": {"a": {"items": {"$ref": "#/$defs/a"}}}, "$ref": "#/$defs/a"});
        refused(&circle, "comes back to itself");
        refused(&json!({"$ref": "https://example.com/schema"}), "a place in this schema");
        refused(&json!({"$ref": "other.json#/a"}), "a place in this schema");
        refused(&json!({"$ref": "#/$defs/missing"}), "nothing at this place");
        for keyword in ["$dynamicRef", "$recursiveRef", "$id", "$anchor", "unevaluatedProperties"] {
            refused(&json!({keyword: "#"}), "isn't supported");
        }
        refused(&json!({"enum": vec!["x".repeat(1_000); 1_000]}), "bytes; 65536 are allowed");
        refused(&json!({"pattern": "a".repeat(2_000)}), "1000 bytes at most");
        refused(&json!({"pattern": "(((\\w{100}){100}){100}"}), "can't be used");
        refused(&json!({"pattern": "((\\w{100}){100}){100}"}), "can't be used");
        refused(&json!({"pattern": "(?=a)b"}), "can't be used");
        refused(&json!({"format": "regex"}), "isn't supported");
        let patterns: Map<String, Value> =
            (0..100).map(|n| (format!("p{n}"), json!({"pattern": "a"}))).collect();
        refused(&json!({"properties": patterns}), "64 are allowed");
    }

    #[test]
    fn references_within_the_schema_work_and_defaults_are_held_to_them() {
        let schema = |default: &str| {
            json!({
                "type": "object", "required": ["key"], "additionalProperties": false,
                "$defs": {"language": {"enum": ["zh-CN", "en"]}},
                "properties": {
                    "key": {"type": "string"},
                    "language": {"$ref": "#/$defs/language", "default": default, "x-note": 1},
                },
            })
        };
        assert_eq!(check(&schema("en")), Ok(()));
        let fault = check(&schema("fr")).unwrap_err();
        assert_eq!(fault.pointer, "/properties/language/default");
        let faults = violations(&schema("en"), &json!({"key": 1, "other": 2})).unwrap();
        assert_eq!(faults.len(), 2, "{faults:?}");
    }

    #[test]
    fn a_pattern_that_would_go_back_runs_in_linear_time() {
        let schema = json!({"properties": {"a": {"type": "string", "pattern": "^(a+)+$"}}});
        let value = json!({"a": format!("{}!", "a".repeat(60_000))});
        assert_eq!(violations(&schema, &value).unwrap().len(), 1);
    }

    #[test]
    fn many_values_under_a_wide_schema_are_too_much() {
        let options: Vec<Value> = (0..500).map(|n| json!({"const": n})).collect();
        let schema = json!({"type": "object", "properties": {"a": {"items": {"anyOf": options}}}});
        assert_eq!(violations(&schema, &json!({"a": [1, 2, 3]})).unwrap(), []);
        let faults = violations(&schema, &json!({"a": vec!["x"; 1_000]})).unwrap();
        assert!(faults[0].detail.contains("too much for its schema"), "{faults:?}");
        let long = violations(&schema, &json!({"a": ["x".repeat(5_000)]})).unwrap();
        assert!(long[0].detail.len() < 600, "a fault is told in few words");
    }
}
