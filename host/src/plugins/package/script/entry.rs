//! The module that the engine begins with.

use super::modules;
use crate::plugins::grants::ability::Ability;
use crate::plugins::package::shapes;

/// What QuickJS lacks, then the plugin, whose functions are guarded: a result of the wrong shape is a message and no
/// breakdown.
pub(super) fn text(abilities: &[Ability], root: &str) -> anyhow::Result<String> {
    let path = serde_json::to_string(&modules::of_plugin(root))?;
    let mut text = format!(
        "import '{}';\nimport {{ guarded }} from '{}';\nimport * as plugin from {path};\n",
        modules::of_sdk("prelude.js"),
        modules::of_sdk("guard.js"),
    );
    for ability in abilities {
        let name = shapes::camel(ability.interface());
        let shapes = shapes::results(*ability)?;
        text += &format!("export const {name} = guarded('{name}', {shapes}, plugin['{name}']);\n");
    }
    Ok(text)
}
