//! `hospes:plugin/config`: the installation's settings, filled with the defaults of the manifest's schema.

use std::ops::Deref;

use serde_json::{Map, Value};

use super::view::view;
use crate::plugins::bindings::hospes::plugin::{config, types};
use crate::plugins::package::manifest::Manifest;
use crate::plugins::values;

/// An installation's settings as they take effect: what is set, and the defaults of the manifest's schema for the rest.
/// Everything that depends on a setting's value takes these, so that a default counts like a value that was set.
#[derive(Debug, Clone, Default)]
pub struct EffectiveSettings(Map<String, Value>);

impl EffectiveSettings {
    /// The settings that were set, filled with the top-level defaults of the manifest's schema.
    pub fn of(manifest: &Manifest, set: &Map<String, Value>) -> Self {
        let mut settings = set.clone();
        let schema = manifest.settings.as_ref();
        let properties = schema.and_then(|schema| schema.get("properties")).and_then(Value::as_object);
        for (name, property) in properties.into_iter().flatten() {
            if let Some(default) = property.get("default") {
                settings.entry(name).or_insert_with(|| default.clone());
            }
        }
        Self(settings)
    }
}

impl Deref for EffectiveSettings {
    type Target = Map<String, Value>;

    fn deref(&self) -> &Map<String, Value> {
        &self.0
    }
}

view! {
    /// The installation's settings.
    ConfigView {}
}

impl config::Host for ConfigView<'_> {
    fn get(&mut self, name: String) -> wasmtime::Result<Option<types::Value>> {
        let setting = self.call.installation.settings.get(&name).filter(|setting| !setting.is_null());
        let value = setting.map(|setting| values::to_guest(setting.clone().into()));
        Ok(self.call.leave(value))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn defaults_fill_what_is_not_set_and_nothing_else() {
        let manifest = json!({
            "id": "a-b", "version": "0.1.0", "contract": "0.1", "license": "MIT",
            "name": {"zh-CN": "x", "en": "x"}, "summary": {"zh-CN": "x", "en": "x"},
            "settings": {"type": "object", "additionalProperties": false, "properties": {
                "a": {"type": "integer", "default": 1}, "b": {"type": "integer", "default": 2}, "c": {"type": "integer"},
            }},
        });
        let manifest = Manifest::from_json(manifest.to_string().as_bytes()).unwrap();
        let set = json!({"b": 9}).as_object().cloned().unwrap();
        let filled = EffectiveSettings::of(&manifest, &set);
        assert_eq!(Value::Object((*filled).clone()), json!({"a": 1, "b": 9}));
    }
}
