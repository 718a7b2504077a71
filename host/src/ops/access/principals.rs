//! What people call whoever did something.

use crate::domain::actor::Principal;
use crate::ops::refusal::Refusal;
use crate::store::db::Tx;
use crate::store::{installations, teams, tokens};

/// What people call a principal.
pub async fn name(tx: &mut Tx, principal: Principal) -> Result<String, Refusal> {
    let name = match principal {
        Principal::User(id) => teams::user(tx, id).await?.map(|user| user.name),
        Principal::Token(id) => tokens::get(tx, id).await?.map(|token| token.name),
        Principal::Installation(id) => {
            installations::get(tx, id).await?.map(|installation| installation.name)
        }
        _ => None,
    };
    Ok(name.unwrap_or_else(|| principal.parts().0.to_owned()))
}
