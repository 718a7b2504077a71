//! The contract as TypeScript declares it, for editors: a module for each interface, and `hospes`, the SDK.

use std::fmt::Write as _;

use wit_parser::{Docs, Function, Interface, Resolve, Type, TypeDef, TypeDefKind};

use crate::plugins::grants::ability::Ability;
use crate::plugins::package;
use crate::plugins::package::shapes::{camel, pascal};

/// What the SDK itself has, beside the contract's interfaces.
const SDK: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../sdk/js/hospes.d.ts"));

/// The text of `hospes.d.ts`.
pub fn declarations() -> anyhow::Result<String> {
    let (resolve, _) = package::world_of(&Ability::ALL)?;
    let mut text = String::from(
        "// The contract between the host and its plugins. Made by `hospes plugin new`; don't change it.\n",
    );
    for (_, interface) in &resolve.interfaces {
        let Some(name) = &interface.name else { continue };
        module(&mut text, &resolve, name, interface);
    }
    text.push_str("\ndeclare module 'hospes' {\n");
    for ability in Ability::ALL {
        let (name, class) = (ability.interface(), pascal(ability.interface()));
        let _ = writeln!(text, "  export type {{ {class} }} from 'hospes:plugin/{name}@0.1.0';");
    }
    text.push_str("}\n\n");
    text.push_str(SDK);
    Ok(text)
}

fn module(text: &mut String, resolve: &Resolve, name: &str, interface: &Interface) {
    // Writing to a String can't fail.
    let _ = writeln!(text, "\ndeclare module 'hospes:plugin/{name}@0.1.0' {{");
    for (alias, id) in &interface.types {
        let of = &resolve.types[*id];
        docs(text, "  ", &of.docs);
        declare(text, resolve, alias, of, interface);
    }
    let exported = Ability::from_interface(name).is_some();
    if exported {
        let _ = writeln!(text, "  /** What a plugin exports as `{}`. */", camel(name));
        let _ = writeln!(text, "  export interface {} {{", pascal(name));
    }
    let freestanding = interface.functions.values().filter(|function| function.kind.resource().is_none());
    for function in freestanding {
        docs(text, if exported { "    " } else { "  " }, &function.docs);
        let signature = signature(resolve, function, 0, exported);
        let name = camel(&function.name);
        let _ = match exported {
            true => writeln!(text, "    {name}{signature};"),
            // A word of the language can be exported, but nothing is declared by it.
            false if name == "delete" => {
                writeln!(text, "  function delete_{signature};\n  export {{ delete_ as delete }};")
            }
            false => writeln!(text, "  export function {name}{signature};"),
        };
    }
    if exported {
        text.push_str("  }\n");
    }
    text.push_str("}\n");
}

fn docs(text: &mut String, indent: &str, docs: &Docs) {
    let Some(docs) = docs.contents.as_deref().map(str::trim).filter(|docs| !docs.is_empty()) else { return };
    if docs.contains('\n') {
        let _ = writeln!(text, "{indent}/**");
        for line in docs.lines() {
            let _ = writeln!(text, "{}", format!("{indent} * {line}").trim_end());
        }
        let _ = writeln!(text, "{indent} */");
    } else {
        let _ = writeln!(text, "{indent}/** {docs} */");
    }
}

fn declare(text: &mut String, resolve: &Resolve, name: &str, of: &TypeDef, interface: &Interface) {
    let name = pascal(name);
    match &of.kind {
        TypeDefKind::Record(record) => {
            let _ = writeln!(text, "  export interface {name} {{");
            for field in &record.fields {
                docs(text, "    ", &field.docs);
                let (sign, of) = optional(resolve, &field.ty);
                let _ = writeln!(text, "    {}{sign}: {of};", camel(&field.name));
            }
            text.push_str("  }\n");
        }
        TypeDefKind::Resource => {
            let _ = writeln!(text, "  export class {name} {{");
            let own = interface.functions.values().filter(|function| {
                function.kind.resource().is_some_and(|id| resolve.types[id].name == of.name)
            });
            for function in own {
                docs(text, "    ", &function.docs);
                let method = function.item_name();
                let _ = writeln!(text, "    {}{};", camel(method), signature(resolve, function, 1, false));
            }
            text.push_str("  }\n");
        }
        TypeDefKind::Enum(words) => {
            let words: Vec<String> = words.cases.iter().map(|case| format!("'{}'", case.name)).collect();
            let _ = writeln!(text, "  export type {name} = {};", words.join(" | "));
        }
        TypeDefKind::Variant(variant) => {
            let _ = writeln!(text, "  export type {name} =");
            for case in &variant.cases {
                let val = case.ty.map_or_else(String::new, |of| format!("; val: {}", written(resolve, &of)));
                let _ = writeln!(text, "    | {{ tag: '{}'{val} }}", case.name);
            }
            text.truncate(text.trim_end().len());
            text.push_str(";\n");
        }
        TypeDefKind::Type(Type::Id(id)) if resolve.types[*id].owner != of.owner => {
            let other = &resolve.types[*id];
            let from = match other.owner {
                wit_parser::TypeOwner::Interface(from) => resolve.interfaces[from].name.clone(),
                _ => None,
            };
            let (Some(from), Some(known)) = (from, &other.name) else { return };
            let _ = writeln!(
                text,
                "  export type {name} = import('hospes:plugin/{from}@0.1.0').{};",
                pascal(known)
            );
        }
        TypeDefKind::Type(same) => {
            let _ = writeln!(text, "  export type {name} = {};", written(resolve, same));
        }
        _ => {}
    }
}

/// `(a: string, b?: number): string`; the first `skipped` parameters, a method's own object, are left out. What a plugin
/// returns may leave out lists and options.
fn signature(resolve: &Resolve, function: &Function, skipped: usize, exported: bool) -> String {
    let parameters = function.params.iter().skip(skipped).map(|parameter| {
        let (sign, of) = optional(resolve, &parameter.ty);
        format!("{}{sign}: {of}", camel(&parameter.name))
    });
    let parameters: Vec<String> = parameters.collect();
    let result = match function.result {
        None => "void".to_owned(),
        Some(Type::Id(id)) => match &resolve.types[id].kind {
            TypeDefKind::Result(result) => {
                result.ok.map_or_else(|| "void".to_owned(), |ok| written(resolve, &ok))
            }
            _ => written(resolve, &Type::Id(id)),
        },
        Some(of) => written(resolve, &of),
    };
    let result =
        if exported && result != "void" { format!("import('hospes').Returned<{result}>") } else { result };
    format!("({}): {result}", parameters.join(", "))
}

/// A field's type, and the mark of one that may be left out.
fn optional(resolve: &Resolve, of: &Type) -> (&'static str, String) {
    if let Type::Id(id) = of
        && let TypeDefKind::Option(some) = &resolve.types[*id].kind
    {
        return ("?", format!("{} | null", written(resolve, some)));
    }
    ("", written(resolve, of))
}

fn written(resolve: &Resolve, of: &Type) -> String {
    let id = match of {
        Type::Id(id) => *id,
        Type::Bool => return "boolean".to_owned(),
        Type::String | Type::Char => return "string".to_owned(),
        _ => return "number".to_owned(),
    };
    let named = &resolve.types[id];
    if let Some(name) = &named.name {
        return pascal(name);
    }
    match &named.kind {
        TypeDefKind::List(Type::U8) => "Uint8Array".to_owned(),
        TypeDefKind::List(item) => format!("{}[]", grouped(written(resolve, item))),
        TypeDefKind::Option(some) => format!("{} | null | undefined", written(resolve, some)),
        TypeDefKind::Handle(wit_parser::Handle::Own(of) | wit_parser::Handle::Borrow(of)) => {
            written(resolve, &Type::Id(*of))
        }
        TypeDefKind::Result(result) => {
            let part =
                |of: Option<Type>| of.map_or_else(|| "undefined".to_owned(), |of| written(resolve, &of));
            format!("{{ tag: 'ok'; val: {} }} | {{ tag: 'err'; val: {} }}", part(result.ok), part(result.err))
        }
        TypeDefKind::Tuple(tuple) => {
            let parts: Vec<String> = tuple.types.iter().map(|of| written(resolve, of)).collect();
            format!("[{}]", parts.join(", "))
        }
        _ => "unknown".to_owned(),
    }
}

fn grouped(of: String) -> String {
    if of.contains(' ') { format!("({of})") } else { of }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contract_is_declared() {
        let text = declarations().unwrap();
        for wanted in [
            "declare module 'hospes:plugin/kv@0.1.0' {",
            "  export function get(key: string): Uint8Array | null | undefined;",
            "    receive(request: HttpRequest): import('hospes').Returned<Inbound>;",
            "    | { tag: 'money'; val: Money }",
            "  export type ReceiptStatus = 'sent' | 'delivered' | 'read' | 'failed';",
            "    retryAfterMs?: number | null;",
            "    hmac(hash: Hash, data: Uint8Array): Uint8Array;",
            "  export type Error = import('hospes:plugin/types@0.1.0').Error;",
            "  export { delete_ as delete };",
            "  export type { ChannelSend } from 'hospes:plugin/channel-send@0.1.0';",
        ] {
            assert!(text.contains(wanted), "{wanted}");
        }
    }
}
