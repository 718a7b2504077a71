//! `hospes:plugin/channel-media`: files that a provider keeps.

use std::sync::Arc;

use serde::Serialize;

use crate::domain::attachment::LARGEST;
use crate::plugins::bindings::hospes::plugin::http::Request;
use crate::plugins::bindings::hospes::plugin::types;
use crate::plugins::effects::Outcome;
use crate::plugins::engine::call::{Call, Function};
use crate::plugins::error::CallError;
use crate::plugins::grants::ability::Ability;
use crate::plugins::imports::http::{self, Download};
use crate::plugins::installation::Installation;
use crate::plugins::registry::{Plugins, absent};
use crate::plugins::types::Media;

/// Where a plugin says that a file is, and what came from there.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct Fetched {
    source: Request,
    /// The file, or why there is none.
    #[serde(skip)]
    pub file: Result<Download, types::Error>,
}

impl Plugins {
    /// Asks where a file is and fetches it.
    pub async fn fetch(
        &self,
        installation: &Arc<Installation>,
        call: Call,
        media: Media,
    ) -> Result<Outcome<Fetched>, CallError> {
        let function = Function::of(Ability::ChannelMedia, "fetch");
        self.call(installation, function, call, (media,), |store, instance, exports, input| {
            Box::pin(async move {
                let guest =
                    exports.channel_media.as_ref().ok_or_else(absent)?.load(&mut *store, &instance)?;
                let source = match guest.call_fetch(&mut *store, &input.0).await? {
                    Ok(source) => source,
                    Err(error) => return Ok(Err(error)),
                };
                let file = http::view(store.data_mut()).download(source.clone(), LARGEST).await?;
                Ok(Ok(Fetched { source, file }))
            })
        })
        .await
    }
}
