//! The way back in for whoever may write to the database itself: a new administrator's token, or a new password. The
//! event log says that it was done.

use serde_json::json;

use super::roles;
use super::tokens::{self, NewToken};
use crate::domain::event::{Cause, Subject};
use crate::domain::role::ADMINISTRATOR;
use crate::ops::app::passwords::{self, Passwords};
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::db::{Db, Tx};
use crate::store::{accounts, second_factors, teams};

/// A password that somebody gets who has lost the one before.
#[derive(Debug, Clone)]
pub struct NewPassword {
    /// Their e-mail address.
    pub email: String,
    /// The password.
    pub password: String,
    /// Whether they become an administrator besides.
    pub administrator: bool,
}

/// Whether a host has ever started on this database.
pub async fn is_ours(db: &Db) -> Result<bool, Refusal> {
    let mut tx = db.read().await?;
    Ok(teams::users(&mut tx).await.is_ok())
}

/// Makes an administrator's token and returns its text.
pub async fn new_token(db: &Db) -> Result<String, Refusal> {
    let text = tokens::generate();
    let new = NewToken {
        name: "administrator, reset".to_owned(),
        scopes: vec!["*".to_owned()],
        user_id: None,
        expires_at: None,
    };
    db.write((new, text.clone()), |tx, input| {
        Box::pin(async move {
            let ctx = RequestContext::system(Cause::default());
            let token = tokens::create(tx, &ctx, input).await?;
            let data = json!({"what": "token", "by": "hospes user reset"});
            ctx.record(tx, "access.reset", Subject::of("token", token.id), data).await
        })
    })
    .await?;
    Ok(text)
}

/// Gives a user another password, lets them work here again if they didn't, takes their second factor away, and ends
/// their sessions and tokens. Returns
/// their name.
pub async fn reset_password(db: &Db, new: NewPassword) -> Result<String, Refusal> {
    passwords::faults(&new.password)?;
    let hash = Passwords::new().hash(new.password.clone()).await?;
    db.write((new, hash), |tx, (new, hash)| Box::pin(put(tx, new, hash))).await
}

async fn put(tx: &mut Tx, new: &NewPassword, hash: &str) -> Result<String, Refusal> {
    let users = teams::users(tx).await?;
    let named = users.iter().find(|user| user.email.eq_ignore_ascii_case(&new.email));
    let Some(user) = named else {
        let administrators = users.iter().filter(|user| user.roles.iter().any(|role| role == ADMINISTRATOR));
        let known: Vec<&str> = administrators.map(|user| user.email.as_str()).collect();
        let known = if known.is_empty() { "nobody".to_owned() } else { known.join(", ") };
        return Err(Refusal::Conflict(format!(
            "there is no user {:?}; administrators are: {known}",
            new.email
        )));
    };
    let mut user = teams::lock_user(tx, user.id).await?.ok_or_else(|| Refusal::not_found("user", user.id))?;
    let before = (user.active, user.roles.clone());
    user.active = true;
    if new.administrator && !user.roles.iter().any(|role| role == ADMINISTRATOR) {
        user.roles.push(ADMINISTRATOR.to_owned());
    }
    teams::update_user(tx, &user).await?;
    roles::settle_user(tx, &user).await?;
    accounts::put_hash(tx, user.id, hash).await?;
    second_factors::remove(tx, user.id).await?;
    accounts::end_all(tx, user.id).await?;
    crate::store::tokens::revoke_of(tx, user.id).await?;
    let ctx = RequestContext::system(Cause::default());
    let data = json!({
        "what": "password", "by": "hospes user reset",
        "active": {"old": before.0, "new": user.active}, "roles": {"old": before.1, "new": user.roles},
    });
    ctx.record(tx, "access.reset", Subject::of("user", user.id), data).await?;
    Ok(user.name)
}
