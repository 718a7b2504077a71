//! `hospes:plugin/config`: the installation's settings, filled with the defaults of the manifest's schema.

use serde_json::{Map, Value};

use super::bindings::hospes::plugin::{config, types};
use super::state::CallState;
use super::values;

/// The settings with the schema's top-level defaults for what isn't set.
pub(super) fn with_defaults(mut settings: Map<String, Value>, schema: Option<&Value>) -> Map<String, Value> {
    let properties = schema.and_then(|schema| schema.get("properties")).and_then(Value::as_object);
    for (name, property) in properties.into_iter().flatten() {
        if let Some(default) = property.get("default") {
            settings.entry(name).or_insert_with(|| default.clone());
        }
    }
    settings
}

impl config::Host for CallState {
    fn get(&mut self, name: String) -> wasmtime::Result<Option<types::Value>> {
        let setting = self.installation.settings.get(&name).filter(|setting| !setting.is_null());
        let value = setting.map(|setting| values::to_guest(setting.clone().into()));
        Ok(self.leave(value))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn defaults_fill_what_is_not_set_and_nothing_else() {
        let schema = json!({"properties": {"a": {"default": 1}, "b": {"default": 2}, "c": {}}});
        let set = json!({"b": 9}).as_object().cloned().unwrap();
        let filled = with_defaults(set, Some(&schema));
        assert_eq!(Value::Object(filled), json!({"a": 1, "b": 9}));
    }
}
