//! How much a manifest may say: it is read whole at every start, shown on pages and kept with every version.

use super::check::Problems;
use super::{Manifest, Texts};

/// Bytes of a manifest, as TOML or as JSON.
pub(in crate::plugins) const LARGEST: usize = 256 << 10;
/// Entries of a list.
const MOST: usize = 100;
/// Fields that a record is asked for, and events.
const MOST_NAMES: usize = 200;
/// Bytes of a name, of a text that people read, and of a path.
const LONGEST_NAME: usize = 200;
const LONGEST_TEXT: usize = 2_000;
const LONGEST_PATH: usize = 500;

/// Notes every list with too many entries and every text that is too long.
pub(super) fn check(manifest: &Manifest, problems: &mut Problems) {
    let mut bounds = Bounds(problems);
    let Manifest { id: _, version, contract: _, license, name, summary, events, channel: _, .. } = manifest;
    bounds.text("version", version, LONGEST_NAME);
    bounds.text("license", license, LONGEST_NAME);
    bounds.texts("name", name, LONGEST_NAME);
    bounds.texts("summary", summary, LONGEST_TEXT);
    bounds.count("events", events.len(), MOST_NAMES);
    if let Some(panel) = &manifest.panel {
        bounds.count("panel.places", panel.places.len(), MOST);
    }
    wants(manifest, &mut bounds);
    bounds.count("schedule", manifest.schedule.len(), MOST);
    for (index, appointment) in manifest.schedule.iter().enumerate().take(MOST) {
        bounds.text(&format!("schedule[{index}].cron"), &appointment.cron, LONGEST_NAME);
        bounds.texts(&format!("schedule[{index}].reason"), &appointment.reason, LONGEST_TEXT);
    }
    bounds.count("tools", manifest.tools.len(), MOST);
    for (index, tool) in manifest.tools.iter().enumerate().take(MOST) {
        bounds.texts(&format!("tools[{index}].summary"), &tool.summary, LONGEST_TEXT);
    }
    if let Some(limits) = &manifest.limits {
        bounds.texts("limits.reason", &limits.reason, LONGEST_TEXT);
    }
}

fn wants(manifest: &Manifest, bounds: &mut Bounds<'_>) {
    let wants = &manifest.wants;
    bounds.count("wants.http", wants.http.len(), MOST);
    for (index, want) in wants.http.iter().enumerate().take(MOST) {
        let key = format!("wants.http[{index}]");
        bounds.count(&format!("{key}.methods"), want.methods.len(), MOST);
        bounds.count(&format!("{key}.paths"), want.paths.len(), MOST);
        let setting = want.setting.iter().map(|setting| ("setting", setting, LONGEST_NAME));
        let methods = want.methods.iter().map(|method| ("methods", method, LONGEST_NAME));
        let paths = want.paths.iter().map(|path| ("paths", path, LONGEST_PATH));
        for (name, text, most) in setting.chain(methods).chain(paths) {
            bounds.text(&format!("{key}.{name}"), text, most);
        }
        bounds.texts(&format!("{key}.reason"), &want.reason, LONGEST_TEXT);
    }
    bounds.count("wants.secrets", wants.secrets.len(), MOST);
    for (index, want) in wants.secrets.iter().enumerate().take(MOST) {
        bounds.texts(&format!("wants.secrets[{index}].reason"), &want.reason, LONGEST_TEXT);
    }
    bounds.count("wants.records", wants.records.len(), MOST);
    for (index, want) in wants.records.iter().enumerate().take(MOST) {
        let key = format!("wants.records[{index}]");
        bounds.count(&format!("{key}.read"), want.read.len(), MOST_NAMES);
        bounds.count(&format!("{key}.write"), want.write.len(), MOST_NAMES);
        bounds.texts(&format!("{key}.reason"), &want.reason, LONGEST_TEXT);
    }
    bounds.count("wants.identities", wants.identities.len(), MOST);
    for (index, want) in wants.identities.iter().enumerate().take(MOST) {
        bounds.texts(&format!("wants.identities[{index}].reason"), &want.reason, LONGEST_TEXT);
    }
    if let Some(want) = &wants.kv {
        bounds.texts("wants.kv.reason", &want.reason, LONGEST_TEXT);
    }
    if let Some(want) = &wants.mail {
        bounds.count("wants.mail.senders", want.senders.len(), MOST);
        let texts = want.senders.iter().chain(&want.setting);
        texts.for_each(|text| bounds.text("wants.mail", text, LONGEST_PATH));
        bounds.texts("wants.mail.reason", &want.reason, LONGEST_TEXT);
    }
}

struct Bounds<'p>(&'p mut Problems);

impl Bounds<'_> {
    fn count(&mut self, key: &str, count: usize, most: usize) {
        if count > most {
            self.0.add(key, format!("{count} entries"), format!("{most} are allowed"));
        }
    }

    fn text(&mut self, key: &str, text: &str, most: usize) {
        if text.len() > most {
            self.0.add(key, text, format!("it has {} bytes; {most} are allowed", text.len()));
        }
    }

    fn texts(&mut self, key: &str, texts: &Texts, most: usize) {
        self.text(&format!("{key}.zh-CN"), &texts.zh_cn, most);
        self.text(&format!("{key}.en"), &texts.en, most);
    }
}
