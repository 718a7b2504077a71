//! `channel-media`: where the app keeps pictures.

use hospes_sdk::{ChannelMedia, Error, Media, Source, encoding};

use crate::Radwerk;
use crate::shop::app;

impl ChannelMedia for Radwerk {
    /// The host sends the request itself, so that a picture never has to fit into the sandbox.
    fn fetch(media: Media) -> Result<Source, Error> {
        if media.reference.is_empty() {
            return Err(Error::not_found("The app has given this picture no id."));
        }
        app("GET", &format!("/files/{}", encoding::url_encoded(&media.reference))).source()
    }
}
