//! `hospes:plugin/partner`: systems of partners.

use std::sync::Arc;

use crate::plugins::effects::Outcome;
use crate::plugins::engine::call::{Call, Function};
use crate::plugins::error::CallError;
use crate::plugins::grants::ability::Ability;
use crate::plugins::installation::Installation;
use crate::plugins::registry::{Plugins, absent};
use crate::plugins::types::{QueryRequest, Share, ShareReceipt, Table};

impl Plugins {
    /// Hands shares to the partner; the receipts stand in the order of the shares.
    pub async fn push(
        &self,
        installation: &Arc<Installation>,
        call: Call,
        shares: Vec<Share>,
    ) -> Result<Outcome<Vec<ShareReceipt>>, CallError> {
        let function = Function::of(Ability::Partner, "push");
        self.call(installation, function, call, (shares,), |store, instance, exports, input| {
            Box::pin(async move {
                let guest = exports.partner.as_ref().ok_or_else(absent)?.load(&mut *store, &instance)?;
                guest.call_push(store, &input.0).await
            })
        })
        .await
    }

    /// Asks the partner's system.
    pub async fn query(
        &self,
        installation: &Arc<Installation>,
        call: Call,
        request: QueryRequest,
    ) -> Result<Outcome<Table>, CallError> {
        let function = Function::of(Ability::Partner, "query");
        self.call(installation, function, call, (request,), |store, instance, exports, input| {
            Box::pin(async move {
                let guest = exports.partner.as_ref().ok_or_else(absent)?.load(&mut *store, &instance)?;
                guest.call_query(store, &input.0).await
            })
        })
        .await
    }
}
