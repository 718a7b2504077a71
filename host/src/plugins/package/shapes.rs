//! What the functions of the contract return, in a form that an SDK checks results by.

use anyhow::Context;
use serde_json::{Map, Value, json};
use wit_parser::{Function, InterfaceId, Resolve, Type, TypeDefKind};

use super::world_of;
use crate::plugins::grants::ability::Ability;

/// A name of the contract as JavaScript writes it: `channel-send` is `channelSend`.
pub fn camel(name: &str) -> String {
    let mut words = name.split('-');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |made, word| made + &capital(word))
}

/// A name of the contract as types and Python's classes are written: `channel-send` is `ChannelSend`.
pub fn pascal(name: &str) -> String {
    name.split('-').map(capital).collect()
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// The interface of this name, with the contract that it stands in.
pub fn interface(name: &str) -> anyhow::Result<(Resolve, InterfaceId)> {
    let (resolve, _) = world_of(&Ability::ALL)?;
    let found = resolve.interfaces.iter().find(|(_, interface)| interface.name.as_deref() == Some(name));
    let id = found.map(|(id, _)| id).with_context(|| format!("the contract has no interface {name}"))?;
    Ok((resolve, id))
}

/// The names of an ability's functions.
pub fn functions(ability: Ability) -> anyhow::Result<Vec<String>> {
    let (resolve, id) = interface(ability.interface())?;
    Ok(resolve.interfaces[id].functions.keys().cloned().collect())
}

/// What each function of an ability returns when all goes well, by its name in JavaScript.
pub fn results(ability: Ability) -> anyhow::Result<Value> {
    let (resolve, id) = interface(ability.interface())?;
    let functions = resolve.interfaces[id].functions.values();
    let shapes: Map<String, Value> =
        functions.map(|function| (camel(&function.name), result(&resolve, function))).collect();
    Ok(Value::Object(shapes))
}

fn result(resolve: &Resolve, function: &Function) -> Value {
    let Some(of) = function.result else { return json!("none") };
    if let Type::Id(id) = of
        && let TypeDefKind::Result(result) = &resolve.types[id].kind
    {
        return result.ok.map_or_else(|| json!("none"), |ok| shape(resolve, &ok));
    }
    shape(resolve, &of)
}

/// A type: its word, or a list of its word and what it is made of.
fn shape(resolve: &Resolve, of: &Type) -> Value {
    let id = match of {
        Type::Id(id) => *id,
        Type::Bool => return json!("bool"),
        Type::String | Type::Char => return json!("string"),
        Type::U8 => return json!("u8"),
        Type::U16 => return json!("u16"),
        Type::U32 => return json!("u32"),
        Type::U64 => return json!("u64"),
        Type::S8 => return json!("s8"),
        Type::S16 => return json!("s16"),
        Type::S32 => return json!("s32"),
        Type::S64 => return json!("s64"),
        Type::F32 => return json!("f32"),
        Type::F64 => return json!("f64"),
        Type::ErrorContext => return json!("any"),
    };
    match &resolve.types[id].kind {
        TypeDefKind::Type(same) => shape(resolve, same),
        TypeDefKind::List(Type::U8) => json!("bytes"),
        TypeDefKind::List(item) => json!(["list", shape(resolve, item)]),
        TypeDefKind::Option(some) => json!(["option", shape(resolve, some)]),
        TypeDefKind::Enum(words) => {
            let words: Vec<&str> = words.cases.iter().map(|case| case.name.as_str()).collect();
            json!(["enum", words])
        }
        TypeDefKind::Record(record) => {
            let fields = record.fields.iter().map(|field| (camel(&field.name), shape(resolve, &field.ty)));
            json!(["record", fields.collect::<Map<_, _>>()])
        }
        TypeDefKind::Variant(variant) => {
            let cases = variant
                .cases
                .iter()
                .map(|case| (case.name.clone(), case.ty.map_or(Value::Null, |of| shape(resolve, &of))));
            json!(["variant", cases.collect::<Map<_, _>>()])
        }
        _ => json!("any"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_as_each_language_does() {
        assert_eq!(
            (camel("channel-send"), pascal("channel-send")),
            ("channelSend".into(), "ChannelSend".into())
        );
        assert_eq!((camel("kv"), pascal("kv")), ("kv".into(), "Kv".into()));
    }

    #[test]
    fn results_have_the_contracts_shapes() {
        let shapes = results(Ability::Channel).unwrap();
        let [kind, fields] = &shapes["receive"].as_array().unwrap()[..] else { panic!("{shapes}") };
        assert_eq!(kind, "record");
        assert_eq!(fields["answer"][1]["body"], "bytes");
        assert_eq!(
            fields["receipts"][1][1]["status"],
            json!(["enum", ["sent", "delivered", "read", "failed"]])
        );
        assert_eq!(fields["messages"][1][1]["attributes"][1][1]["value"][1]["none"], Value::Null);
        assert_eq!(results(Ability::Hooks).unwrap(), json!({"onEvent": "none"}));
    }
}
