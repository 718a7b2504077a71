//! Which module an import means, and its text.

use super::{Files, types};

/// The SDK, as modules import it.
const SDK: &str = "hospes";
/// Where the modules lie that the plugin doesn't bring.
const OF_SDK: &str = "/sdk/";
/// Where its own lie.
pub(super) const OF_PLUGIN: &str = "/plugin/";

macro_rules! sdk {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../sdk/js/src/", $name)))),*]
    };
}

const SDK_FILES: &[(&str, &str)] = sdk!("prelude.js" "guard.js" "index.js");

/// The path of a file of the SDK.
pub(super) fn of_sdk(name: &str) -> String {
    format!("{OF_SDK}{name}")
}

/// The path of a file of the plugin.
pub(super) fn of_plugin(name: &str) -> String {
    format!("{OF_PLUGIN}{name}")
}

/// The modules of one plugin.
pub(super) struct Modules(pub(super) Files);

impl Modules {
    /// The path of the module that an import in another means.
    pub(super) fn resolve(&self, from: &str, wanted: &str) -> Result<String, String> {
        if wanted == SDK {
            return Ok(of_sdk("index.js"));
        }
        let at = from.strip_prefix(OF_PLUGIN).unwrap_or(from);
        let path = if wanted.starts_with('/') {
            wanted.to_owned()
        } else if wanted.starts_with("./") || wanted.starts_with("../") {
            joined(from, wanted)
                .ok_or_else(|| format!("{at} imports {wanted}, which is outside of the plugin's folder"))?
        } else {
            return Err(format!(
                "{at} imports the package {wanted}: packages are bundled first, where package.json names them under dependencies"
            ));
        };
        let Some(own) = path.strip_prefix(OF_PLUGIN) else { return Ok(path) };
        // As bundlers and TypeScript look: what is named, then what it may have been called before it was compiled.
        let bare = own.strip_suffix(".js").unwrap_or(own);
        let candidates = [
            own.to_owned(),
            format!("{bare}.ts"),
            format!("{own}.js"),
            format!("{own}/index.js"),
            format!("{own}/index.ts"),
        ];
        let found = candidates.into_iter().find(|name| self.0.contains_key(name));
        found
            .map(|name| of_plugin(&name))
            .ok_or_else(|| format!("{at} imports {wanted}, and there is no such file"))
    }

    /// The text of a module, as the engine runs it.
    pub(super) fn load(&self, path: &str) -> Result<String, String> {
        if let Some(name) = path.strip_prefix(OF_SDK) {
            let known = SDK_FILES.iter().find(|(known, _)| *known == name);
            return known.map(|(_, text)| (*text).to_owned()).ok_or_else(|| format!("the SDK has no {name}"));
        }
        let name = path.strip_prefix(OF_PLUGIN).unwrap_or(path);
        let text = self.0.get(name).ok_or_else(|| format!("there is no file {name}"))?;
        match name.rsplit_once('.').map(|(_, extension)| extension) {
            Some("ts" | "mts") => types::taken_out(name, text.clone()),
            Some("json") => Ok(format!("export default {text};")),
            _ => Ok(text.clone()),
        }
    }
}

/// Joins a relative path to the folder of a module; none where it leads out of the folder that both lie in.
fn joined(from: &str, wanted: &str) -> Option<String> {
    let base = if from.starts_with(OF_SDK) { OF_SDK } else { OF_PLUGIN };
    let (folder, _) = from.strip_prefix(base).unwrap_or(from).rsplit_once('/').unwrap_or_default();
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in wanted.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(format!("{base}{}", parts.join("/")))
}
