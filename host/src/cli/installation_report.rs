//! An installation, as commands print it.

use std::io::Write as _;

use serde_json::Value;

use super::remote::{items, text};
use super::terminal;

/// Prints what an installation is, what it asks for and has, and what keeps it from working.
pub fn print(installation: &Value) -> anyhow::Result<()> {
    let mut out = terminal::out();
    let enabled = if installation["enabled"] == true { "enabled" } else { "disabled" };
    let [name, plugin, version] =
        ["name", "plugin", "version_in_use"].map(|field| text(&installation[field]));
    writeln!(out, "{name}: {plugin} {version}, {enabled}")?;
    for request in items(&installation["requested"]) {
        let granted = if request["given"] == true { "granted" } else { "not granted" };
        let grant = match (&request["grant"], &request["waits_for"]) {
            (Value::String(grant), _) => grant.clone(),
            (_, Value::String(setting)) => format!("(waits for the setting {setting})"),
            _ => String::new(),
        };
        writeln!(out, "  {grant} — {} ({granted})", text(&request["words"]))?;
    }
    for secret in items(&installation["secrets"]) {
        let set = if secret["set"] == true { "set" } else { "not set" };
        writeln!(out, "  secret {} ({set})", text(&secret["name"]))?;
    }
    for line in super::plugin_show::waits(installation) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// What keeps an installation from working, each with the command that mends it.
pub fn warnings(installation: &Value) -> Vec<String> {
    let warning = |warning: &Value| {
        format!("warning: {}; {}", text(&warning["detail"]["en"]), text(&warning["command"]))
    };
    items(&installation["warnings"]).iter().map(warning).collect()
}

/// Prints an installation with what keeps it from working.
pub fn print_with_warnings(installation: &Value) -> anyhow::Result<()> {
    print(installation)?;
    let mut out = terminal::out();
    for warning in warnings(installation) {
        writeln!(out, "{warning}")?;
    }
    Ok(())
}

/// What an installation asks for and couldn't be granted, each with what to do first.
pub fn not_granted(installation: &Value) -> Vec<String> {
    let command = |request: &Value| -> Option<String> {
        let name = text(&installation["name"]);
        let setting = request["waits_for"].as_str()?;
        Some(format!(
            "{}: the setting {setting} holds no address yet; set it with: hospes plugin configure {name} --set \
             {setting}=..., then: hospes plugin grant {name} --requested",
            text(&request["words"])
        ))
    };
    let left = items(&installation["requested"]).iter().filter(|request| request["given"] != true);
    left.map(|request| command(request).unwrap_or_else(|| text(&request["words"]))).collect()
}
