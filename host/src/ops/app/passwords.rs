//! Passwords: hashed by Argon2id, and checked in the same time whether or not there is one.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use rand::Rng as _;
use tokio::sync::Semaphore;

use crate::ops::refusal::{InvalidField, Refusal};
use crate::store::db::DbError;

/// How many are worked on at once: each takes 19 MiB and a core.
const AT_ONCE: usize = 2;
/// Fewer characters can be guessed.
const SHORTEST: usize = 10;
/// More are no safer, and cost time.
const LONGEST: usize = 200;
/// The fewest different characters.
const FEWEST_DIFFERENT: usize = 5;
/// A hash of no known password, with the parameters of all others.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5cyBzYWx0Li4$GDAgzHUfRQ3mHlVvUMVpoO/8q7Im6cVbTfIRgYlSd4I";

/// Hashes and checks passwords, few at a time. Cheap to clone.
#[derive(Clone)]
pub struct Passwords(Arc<Semaphore>);

impl Passwords {
    /// One a host is enough.
    pub fn new() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }

    /// A password's hash, in the PHC form.
    pub(in crate::ops) async fn hash(&self, password: String) -> Result<String, Refusal> {
        let mut salt = [0; 16];
        #[expect(clippy::disallowed_methods, reason = "nobody may guess a salt, in tests either")]
        rand::rng().fill_bytes(&mut salt);
        let hashed =
            self.work(move || Argon2::default().hash_password_with_salt(password.as_bytes(), &salt)).await?;
        hashed.map(|hash| hash.to_string()).map_err(|error| defect(&error.to_string()))
    }

    /// Whether this is the password of the hash. Without a hash it isn't, after the same time.
    pub(in crate::ops) async fn verify(
        &self,
        password: String,
        hash: Option<String>,
    ) -> Result<bool, Refusal> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODYS.to_owned());
        let fits = self
            .work(move || {
                let hash = PasswordHash::new(&hash)?;
                Ok::<_, argon2::password_hash::Error>(
                    Argon2::default().verify_password(password.as_bytes(), &hash).is_ok(),
                )
            })
            .await?;
        Ok(fits.map_err(|error| defect(&error.to_string()))? && known)
    }

    /// Does it outside the threads that serve requests.
    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refusal> {
        let _turn = self.0.acquire().await.map_err(|error| defect(&error.to_string()))?;
        tokio::task::spawn_blocking(work).await.map_err(|error| defect(&error.to_string()))
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

fn defect(error: &str) -> Refusal {
    Refusal::Store(DbError::Other(format!("a password can't be worked on: {error}")))
}

/// What is wrong with a new password.
pub fn faults(password: &str) -> Result<(), Refusal> {
    let length = password.chars().count();
    let different: std::collections::BTreeSet<char> = password.chars().collect();
    if (SHORTEST..=LONGEST).contains(&length) && different.len() >= FEWEST_DIFFERENT {
        return Ok(());
    }
    let detail = format!(
        "a password has {SHORTEST} to {LONGEST} characters, at least {FEWEST_DIFFERENT} different ones"
    );
    Err(Refusal::Invalid(vec![InvalidField { pointer: "/password".to_owned(), detail }]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_and_no_other() {
        let passwords = Passwords::new();
        let hash = passwords.hash("correct horse".to_owned()).await.unwrap();
        assert!(passwords.verify("correct horse".to_owned(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify("correct horsf".to_owned(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify("correct horse".to_owned(), None).await.unwrap());
        let parameters = |hash: &str| hash.split('$').take(4).collect::<Vec<_>>().join("$");
        assert_eq!(parameters(&hash), parameters(NOBODYS), "both take the same time");
        assert!(PasswordHash::new(NOBODYS).is_ok());
    }

    #[test]
    fn passwords_that_are_easily_guessed_are_refused() {
        for good in ["correct horse", "密码要长一点才安全啊啊"] {
            assert!(faults(good).is_ok(), "{good}");
        }
        for bad in ["", "short", "aaaaaaaaaaaa", &"long enough".repeat(20)] {
            assert!(faults(bad).is_err(), "{bad}");
        }
    }
}
