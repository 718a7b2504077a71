//! What people call the channel that a message came by.

use super::frame::Frame;
use crate::domain::ids::InstallationId;
use crate::ops::App;

/// A channel's name: that of the texts for the usual ones, otherwise the title of the plugin that is the channel.
pub async fn name(app: &App, frame: &Frame, channel: &str, installation: Option<InstallationId>) -> String {
    if let Some(known) = frame.texts.known_word("channel", channel) {
        return known;
    }
    let Some(id) = installation else { return channel.to_owned() };
    let Ok(mut tx) = app.db.read().await else { return channel.to_owned() };
    match app.plugins.installation(&mut tx, &id.to_string()).await {
        Ok(Some(found)) => found.manifest.name.in_language(frame.texts.language()).to_owned(),
        _ => channel.to_owned(),
    }
}
