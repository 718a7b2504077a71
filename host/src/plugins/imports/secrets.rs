//! `hospes:plugin/secrets`: the guest works with secrets that it never holds.
//!
//! Each function needs a use that was granted, and tells nothing beyond it: whatever is hashed around a secret has one
//! order and no parts of the guest's choice, and no time, size or limit depends on what the secret is or how long.

use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use subtle::ConstantTimeEq;
use wasmtime::component::{Resource, ResourceTable};

use self::aes_cbc::aes_cbc;
use super::view::view;
use crate::plugins::bindings::hospes::plugin::secrets::{self, Hash};
use crate::plugins::effects::LogLevel;
use crate::plugins::engine::fault::Fault;
use crate::plugins::engine::state::CallContext;
use crate::plugins::grants::secret_use::SecretUse;
use crate::plugins::keyring::Secret;
use crate::plugins::recordings::recording::{Exact, Gave};

mod aes_cbc;
mod schemes;

/// Checks of secrets themselves that a call may make: each is a guess, and nobody needs many.
const CHECKS: u32 = 4;

/// A secret that a guest holds by its handle: the name, never the text.
pub struct Handle {
    name: String,
}

impl CallContext {
    /// The secret of this name, if the plugin may use it for this and the operator has set it.
    pub(super) fn secret_for(&mut self, name: &str, usage: SecretUse) -> Result<Secret, Fault> {
        let installation = Arc::clone(&self.installation);
        if let Err(denied) = installation.grants.secret_use(name, usage) {
            return Err(self.refuse(&denied));
        }
        installation.secrets.get(name).cloned().ok_or_else(|| self.not_set(name))
    }

    fn not_set(&self, name: &str) -> Fault {
        let of = &self.installation.name;
        Fault::not_found(format!(
            "the secret {name} of {of} is not set; set it with: hospes plugin configure {of} --secret {name}"
        ))
    }
}

view! {
    /// The secrets that a call holds by its handles.
    SecretsView { table: ResourceTable = table }
}

impl SecretsView<'_> {
    fn hand_out(&mut self, name: String) -> Result<Resource<Handle>, Fault> {
        let installation = Arc::clone(&self.call.installation);
        if let Err(denied) = installation.grants.secret(&name) {
            return Err(self.call.refuse(&denied));
        }
        if !installation.secrets.contains_key(&name) {
            return Err(self.call.not_set(&name));
        }
        self.table.push(Handle { name }).map_err(|_| {
            let most = self.table.max_capacity();
            Fault::limit(format!(
                "a call can hold {most} secrets at once; drop the handles that you don't need"
            ))
        })
    }

    fn name_of(&self, handle: &Resource<Handle>) -> Result<String, Fault> {
        Ok(self.table.get(handle).map_err(wasmtime::Error::from)?.name.clone())
    }

    /// What a secret makes of data that so many bytes of came from the guest. A secret counts as the longest that there
    /// may be, whatever it is: no limit tells how long it is.
    fn by_secret(
        &mut self,
        handle: &Resource<Handle>,
        (function, usage): (&str, SecretUse),
        brought: usize,
        compute: impl FnOnce(&Secret) -> Result<Gave, Fault>,
    ) -> Result<Gave, Fault> {
        self.call.meter.transfer(brought)?;
        self.call.meter.handle(Secret::LONGEST)?;
        let name = self.name_of(handle)?;
        let secret = self.call.secret_for(&name, usage)?;
        self.call.made_by_secret(function, |_| compute(&secret))
    }

    /// Whether something fits a secret. Each such check is a guess: there are a few in a call, and the operator sees
    /// those that fail.
    fn check(
        &mut self,
        handle: &Resource<Handle>,
        (function, usage): (&str, SecretUse),
        brought: usize,
        fits: impl FnOnce(&Secret) -> Result<bool, Fault>,
    ) -> Result<bool, Fault> {
        let name = self.name_of(handle)?;
        self.call.meter.secret_checks += 1;
        if self.call.meter.secret_checks > CHECKS {
            self.call.note(LogLevel::Warn, &format!("the secret {name} was not checked any more: {usage}"));
            return Err(Fault::limit(format!(
                "a call can check {CHECKS} times whether something fits a secret"
            )));
        }
        let gave =
            self.by_secret(handle, (function, usage), brought, |secret| fits(secret).map(Gave::Same))?;
        let fits = gave == Gave::Same(true);
        if !fits {
            self.call.note(
                LogLevel::Warn,
                &format!("what was checked against the secret {name} doesn't fit: {usage}"),
            );
        }
        Ok(fits)
    }
}

impl secrets::Host for SecretsView<'_> {
    fn get(&mut self, name: String) -> Result<Resource<Handle>, Fault> {
        let answer = self.hand_out(name);
        self.call.leave(answer)
    }
}

impl secrets::HostSecret for SecretsView<'_> {
    fn hmac(&mut self, handle: Resource<Handle>, hash: Hash, data: Vec<u8>) -> Result<Vec<u8>, Fault> {
        let tag = self.by_secret(&handle, ("hmac", usage(hash)), data.len(), |secret| {
            Ok(Gave::Bytes(Exact(hmac(hash, secret, &[&data])?)))
        });
        self.call.leave(tag).map(Gave::bytes)
    }

    fn verify_hmac(
        &mut self,
        handle: Resource<Handle>,
        hash: Hash,
        data: Vec<u8>,
        tag: Vec<u8>,
    ) -> Result<bool, Fault> {
        let brought = data.len() + tag.len();
        let same = self.by_secret(&handle, ("verify-hmac", usage(hash)), brought, |secret| {
            Ok(Gave::Same(hmac(hash, secret, &[&data])?.ct_eq(&tag).into()))
        });
        self.call.leave(same).map(|same| same == Gave::Same(true))
    }

    fn sign_dingtalk(&mut self, handle: Resource<Handle>, timestamp: String) -> Result<Vec<u8>, Fault> {
        let what = ("sign-dingtalk", SecretUse::DingtalkSha256);
        let tag = self.by_secret(&handle, what, timestamp.len(), |secret| {
            schemes::dingtalk(secret, &timestamp).map(|tag| Gave::Bytes(Exact(tag)))
        });
        self.call.leave(tag).map(Gave::bytes)
    }

    fn verify_wechat(
        &mut self,
        handle: Resource<Handle>,
        timestamp: String,
        nonce: String,
        encrypted: String,
        signature: String,
    ) -> Result<bool, Fault> {
        let now = self.call.clock.now();
        let brought = timestamp.len() + nonce.len() + encrypted.len() + signature.len();
        let signed = schemes::Wechat::new(&timestamp, &nonce, &encrypted, now);
        let what = ("verify-wechat", SecretUse::WechatSha1);
        let fits = signed.and_then(|signed| {
            self.check(&handle, what, brought, |secret| Ok(signed.fits(secret, &signature)))
        });
        self.call.leave(fits)
    }

    fn verify_feishu(
        &mut self,
        handle: Resource<Handle>,
        timestamp: String,
        nonce: String,
        body: Vec<u8>,
        signature: String,
    ) -> Result<bool, Fault> {
        let brought = timestamp.len() + nonce.len() + body.len() + signature.len();
        let what = ("verify-feishu", SecretUse::FeishuSha256);
        let fits = self.check(&handle, what, brought, |secret| {
            schemes::feishu(secret, (&timestamp, &nonce, &body), &signature)
        });
        self.call.leave(fits)
    }

    fn equals(&mut self, handle: Resource<Handle>, candidate: Vec<u8>) -> Result<bool, Fault> {
        let what = ("equals", SecretUse::Equals);
        let same = self.check(&handle, what, candidate.len(), |secret| {
            // The digest is made when the secret is opened: not even the secret's length shows in the time it takes.
            Ok(secret.digest().ct_eq(&Sha256::digest(&candidate)).into())
        });
        self.call.leave(same)
    }

    fn aes_cbc_encrypt(
        &mut self,
        handle: Resource<Handle>,
        iv: Vec<u8>,
        plaintext: Vec<u8>,
    ) -> Result<Vec<u8>, Fault> {
        let answer = self.crypt(&handle, &iv, plaintext, true);
        self.call.leave(answer)
    }

    fn aes_cbc_decrypt(
        &mut self,
        handle: Resource<Handle>,
        iv: Vec<u8>,
        ciphertext: Vec<u8>,
    ) -> Result<Vec<u8>, Fault> {
        let answer = self.crypt(&handle, &iv, ciphertext, false);
        self.call.leave(answer)
    }

    fn reveal(&mut self, handle: Resource<Handle>) -> Result<String, Fault> {
        let answer = self.name_of(&handle).and_then(|name| self.call.secret_for(&name, SecretUse::Reveal));
        self.call.leave(answer).map(|secret| secret.expose().to_owned())
    }

    fn drop(&mut self, handle: Resource<Handle>) -> wasmtime::Result<()> {
        self.table.delete(handle)?;
        Ok(())
    }
}

impl SecretsView<'_> {
    fn crypt(
        &mut self,
        handle: &Resource<Handle>,
        iv: &[u8],
        data: Vec<u8>,
        encrypt: bool,
    ) -> Result<Vec<u8>, Fault> {
        let name = self.name_of(handle)?;
        let function = if encrypt { "aes-cbc-encrypt" } else { "aes-cbc-decrypt" };
        let gave = self.by_secret(handle, (function, SecretUse::AesCbc), iv.len() + data.len(), |secret| {
            aes_cbc(&name, secret, iv, data, encrypt).map(|bytes| Gave::Bytes(Exact(bytes)))
        });
        gave.map(Gave::bytes)
    }
}

fn usage(hash: Hash) -> SecretUse {
    match hash {
        Hash::Sha1 => SecretUse::HmacSha1,
        Hash::Sha256 => SecretUse::HmacSha256,
        Hash::Sha512 => SecretUse::HmacSha512,
    }
}

fn hmac(hash: Hash, secret: &Secret, data: &[&[u8]]) -> wasmtime::Result<Vec<u8>> {
    fn with<M: Mac + KeyInit>(key: &[u8], data: &[&[u8]]) -> wasmtime::Result<Vec<u8>> {
        let mac =
            <M as KeyInit>::new_from_slice(key).map_err(|_| wasmtime::format_err!("HMAC refused its key"))?;
        let mac = data.iter().fold(mac, Mac::chain_update);
        Ok(mac.finalize().into_bytes().to_vec())
    }
    let key = secret.expose().as_bytes();
    // A key that is longer than a block is hashed first.
    let (tag, block) = match hash {
        Hash::Sha1 => (with::<Hmac<Sha1>>(key, data)?, 64),
        Hash::Sha256 => (with::<Hmac<Sha256>>(key, data)?, 64),
        Hash::Sha512 => (with::<Hmac<Sha512>>(key, data)?, 128),
    };
    let hashed = if key.len() > block { key.len() } else { 0 };
    match hash {
        Hash::Sha1 => even_out::<Sha1>(hashed),
        Hash::Sha256 => even_out::<Sha256>(hashed),
        Hash::Sha512 => even_out::<Sha512>(hashed),
    }
    Ok(tag)
}

/// Hashes as much beside so many bytes of a secret that it takes as long as with the longest: the time tells nothing of
/// its length.
fn even_out<D: Digest>(hashed: usize) {
    static FILLER: [u8; Secret::LONGEST] = [0; Secret::LONGEST];
    std::hint::black_box(D::digest(&FILLER[..Secret::LONGEST.saturating_sub(hashed)]));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn macs_are_those_of_rfc_2202_and_4231() {
        let (key, data) = (Secret::new("Jefe"), [b"what do ya want for nothing?".as_slice()]);
        let hex = |hash| hex(&hmac(hash, &key, &data).unwrap());
        assert_eq!(hex(Hash::Sha1), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
        assert_eq!(hex(Hash::Sha256), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
