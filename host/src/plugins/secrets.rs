//! `hospes:plugin/secrets`: the guest works with secrets that it never holds.

use std::sync::Arc;

use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use base64::engine::general_purpose::GeneralPurposeConfig;
use base64::engine::{DecodePaddingMode, GeneralPurpose};
use base64::{Engine as _, alphabet};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use subtle::ConstantTimeEq;
use wasmtime::component::Resource;
use zeroize::Zeroizing;

use super::bindings::hospes::plugin::secrets::{self, Hash, Part};
use super::fault::Fault;
use super::keyring::Secret;
use super::state::CallState;
use super::tape::{Exact, Gave};

const BLOCK: usize = 16;

/// A secret that a guest holds by its handle: the name, never the text.
pub struct Handle {
    name: String,
}

/// WeChat's keys are 43 characters drawn at random, whose last two bits mean nothing.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

impl CallState {
    /// The secret of this name, if the plugin may use it and the operator has set it.
    pub(super) fn granted_secret(&mut self, name: &str) -> Result<Secret, Fault> {
        let installation = Arc::clone(&self.installation);
        if let Err(denied) = installation.grants.secret(name) {
            return Err(self.refuse(&denied));
        }
        installation.secrets.get(name).cloned().ok_or_else(|| {
            let of = &installation.name;
            Fault::not_found(format!(
                "the secret {name} of {of} is not set; set it with: hospes plugin configure {of} --secret {name}"
            ))
        })
    }

    /// The secret behind a handle. Grants can't change within a call, so having the handle is enough.
    fn held(&mut self, handle: &Resource<Handle>) -> wasmtime::Result<Secret> {
        let name = &self.table.get(handle)?.name;
        let secret = self.installation.secrets.get(name).cloned();
        secret.ok_or_else(|| wasmtime::format_err!("a handle to a secret that isn't there"))
    }

    fn hand_out(&mut self, name: String) -> Result<Resource<Handle>, Fault> {
        self.granted_secret(&name)?;
        self.table.push(Handle { name }).map_err(|_| {
            let most = self.table.max_capacity();
            Fault::limit(format!(
                "a call can hold {most} secrets at once; drop the handles that you don't need"
            ))
        })
    }

    fn crypt(
        &mut self,
        handle: &Resource<Handle>,
        iv: &[u8],
        data: Vec<u8>,
        encrypt: bool,
    ) -> Result<Vec<u8>, Fault> {
        self.meter.transfer(iv.len() + data.len())?;
        let name = self.table.get(handle).map_err(wasmtime::Error::from)?.name.clone();
        let function = if encrypt { "aes-cbc-encrypt" } else { "aes-cbc-decrypt" };
        let gave = self.told_by_secret(function, |state| {
            let secret = state.held(handle)?;
            aes_cbc(&name, &secret, iv, data, encrypt).map(|bytes| Gave::Bytes(Exact(bytes)))
        });
        gave.map(Gave::bytes)
    }
}

impl secrets::Host for CallState {
    fn get(&mut self, name: String) -> Result<Resource<Handle>, Fault> {
        let answer = self.hand_out(name);
        self.leave(answer)
    }
}

impl secrets::HostSecret for CallState {
    fn hmac(&mut self, handle: Resource<Handle>, hash: Hash, data: Vec<u8>) -> wasmtime::Result<Vec<u8>> {
        self.meter.transfer(data.len())?;
        let mac = self.told_by_secret("hmac", |state| {
            let secret = state.held(&handle)?;
            Ok(Gave::Bytes(Exact(mac(hash, secret.expose().as_bytes(), &data)?)))
        });
        plainly(self.leave(mac)).map(Gave::bytes)
    }

    fn digest_with(
        &mut self,
        handle: Resource<Handle>,
        hash: Hash,
        parts: Vec<Part>,
        sorted: bool,
    ) -> wasmtime::Result<Vec<u8>> {
        let size = parts.iter().map(|part| if let Part::Bytes(bytes) = part { bytes.len() } else { 0 }).sum();
        self.meter.transfer(size)?;
        let digest = self.told_by_secret("digest-with", |state| {
            let secret = state.held(&handle)?;
            Ok(Gave::Bytes(Exact(digest(hash, secret.expose().as_bytes(), &parts, sorted))))
        });
        plainly(self.leave(digest)).map(Gave::bytes)
    }

    fn matches(&mut self, handle: Resource<Handle>, candidate: Vec<u8>) -> wasmtime::Result<bool> {
        self.meter.transfer(candidate.len())?;
        let same = self.told_by_secret("matches", |state| {
            let secret = state.held(&handle)?;
            // Comparing digests keeps even the secret's length from showing in the time it takes.
            Ok(Gave::Same(Sha256::digest(secret.expose()).ct_eq(&Sha256::digest(&candidate)).into()))
        });
        Ok(plainly(self.leave(same))? == Gave::Same(true))
    }

    fn aes_cbc_encrypt(
        &mut self,
        handle: Resource<Handle>,
        iv: Vec<u8>,
        plaintext: Vec<u8>,
    ) -> Result<Vec<u8>, Fault> {
        let answer = self.crypt(&handle, &iv, plaintext, true);
        self.leave(answer)
    }

    fn aes_cbc_decrypt(
        &mut self,
        handle: Resource<Handle>,
        iv: Vec<u8>,
        ciphertext: Vec<u8>,
    ) -> Result<Vec<u8>, Fault> {
        let answer = self.crypt(&handle, &iv, ciphertext, false);
        self.leave(answer)
    }

    fn reveal(&mut self, handle: Resource<Handle>) -> Result<String, Fault> {
        let name = self.table.get(&handle).map_err(wasmtime::Error::from)?.name.clone();
        let installation = Arc::clone(&self.installation);
        let answer = match installation.grants.reveal(&name) {
            Ok(()) => self.held(&handle).map(|secret| secret.expose().to_owned()).map_err(Fault::from),
            Err(denied) => Err(self.refuse(&denied)),
        };
        self.leave(answer)
    }

    fn drop(&mut self, handle: Resource<Handle>) -> wasmtime::Result<()> {
        self.table.delete(handle)?;
        Ok(())
    }
}

/// For functions that can't fail by the contract: whatever goes wrong in them ends the guest.
fn plainly(gave: Result<Gave, Fault>) -> wasmtime::Result<Gave> {
    gave.map_err(|fault| match fault {
        Fault::End(end) => end,
        Fault::Guest(error) => wasmtime::format_err!("{}: {}", error.code, error.message),
    })
}

fn mac(hash: Hash, key: &[u8], data: &[u8]) -> wasmtime::Result<Vec<u8>> {
    fn with<M: Mac + KeyInit>(key: &[u8], data: &[u8]) -> wasmtime::Result<Vec<u8>> {
        let mac =
            <M as KeyInit>::new_from_slice(key).map_err(|_| wasmtime::format_err!("HMAC refused its key"))?;
        Ok(mac.chain_update(data).finalize().into_bytes().to_vec())
    }
    match hash {
        Hash::Sha1 => with::<Hmac<Sha1>>(key, data),
        Hash::Sha256 => with::<Hmac<Sha256>>(key, data),
        Hash::Sha512 => with::<Hmac<Sha512>>(key, data),
    }
}

fn digest(hash: Hash, secret: &[u8], parts: &[Part], sorted: bool) -> Vec<u8> {
    let mut parts: Vec<&[u8]> = parts
        .iter()
        .map(|part| match part {
            Part::Bytes(bytes) => bytes.as_slice(),
            Part::Secret => secret,
        })
        .collect();
    if sorted {
        parts.sort_unstable();
    }
    let joined = Zeroizing::new(parts.concat());
    match hash {
        Hash::Sha1 => Sha1::digest(&joined).to_vec(),
        Hash::Sha256 => Sha256::digest(&joined).to_vec(),
        Hash::Sha512 => Sha512::digest(&joined).to_vec(),
    }
}

fn aes_cbc(
    name: &str,
    secret: &Secret,
    iv: &[u8],
    mut data: Vec<u8>,
    encrypt: bool,
) -> Result<Vec<u8>, Fault> {
    fn encrypt_with<M: KeyIvInit + BlockModeEncrypt>(key: &[u8], iv: &[u8], data: &mut [u8]) -> Option<()> {
        let mut mode = M::new_from_slices(key, iv).ok()?;
        for block in data.chunks_exact_mut(BLOCK) {
            mode.encrypt_block(block.try_into().ok()?);
        }
        Some(())
    }
    fn decrypt_with<M: KeyIvInit + BlockModeDecrypt>(key: &[u8], iv: &[u8], data: &mut [u8]) -> Option<()> {
        let mut mode = M::new_from_slices(key, iv).ok()?;
        for block in data.chunks_exact_mut(BLOCK) {
            mode.decrypt_block(block.try_into().ok()?);
        }
        Some(())
    }
    if iv.len() != BLOCK {
        return Err(Fault::invalid(format!(
            "the initialisation vector has {} bytes; AES-CBC needs 16",
            iv.len()
        )));
    }
    if !data.len().is_multiple_of(BLOCK) {
        return Err(Fault::invalid(format!("{} bytes are no multiple of 16; pad them first", data.len())));
    }
    let text = secret.expose();
    let key = Zeroizing::new(match text.len() {
        43 => LENIENT.decode(text).unwrap_or_default(),
        _ => text.as_bytes().to_vec(),
    });
    let done = match (key.len(), encrypt) {
        (16, true) => encrypt_with::<cbc::Encryptor<aes::Aes128>>(&key, iv, &mut data),
        (24, true) => encrypt_with::<cbc::Encryptor<aes::Aes192>>(&key, iv, &mut data),
        (32, true) => encrypt_with::<cbc::Encryptor<aes::Aes256>>(&key, iv, &mut data),
        (16, false) => decrypt_with::<cbc::Decryptor<aes::Aes128>>(&key, iv, &mut data),
        (24, false) => decrypt_with::<cbc::Decryptor<aes::Aes192>>(&key, iv, &mut data),
        (32, false) => decrypt_with::<cbc::Decryptor<aes::Aes256>>(&key, iv, &mut data),
        _ => None,
    };
    done.map(|()| data).ok_or_else(|| {
        Fault::invalid(format!(
            "the secret {name} is no AES key: it needs 16, 24 or 32 bytes, or 43 characters of base64"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn macs_are_those_of_rfc_2202_and_4231() {
        let (key, data) = (b"Jefe".as_slice(), b"what do ya want for nothing?".as_slice());
        assert_eq!(hex(&mac(Hash::Sha1, key, data).unwrap()), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
        assert_eq!(
            hex(&mac(Hash::Sha256, key, data).unwrap()),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn wechats_signature_is_the_sha1_of_its_sorted_parts() {
        let parts = || vec![Part::Bytes(b"c".to_vec()), Part::Secret, Part::Bytes(b"a".to_vec())];
        assert_eq!(digest(Hash::Sha1, b"b", &parts(), true), Sha1::digest("abc").to_vec());
        assert_eq!(digest(Hash::Sha1, b"b", &parts(), false), Sha1::digest("cba").to_vec());
    }

    #[test]
    fn aes_cbc_agrees_with_openssl_and_undoes_itself() {
        let (key, iv) = (Secret::new("0123456789abcdef"), [7; 16]);
        let plain = b"sixteen byte msgand a second one".to_vec();
        let sealed = aes_cbc("k", &key, &iv, plain.clone(), true).unwrap();
        assert_eq!(hex(&sealed), "2481f26e82ed7a90652cdeb07bf405943facb6dae6bd7ef2532690e6b0a54ac0");
        assert_eq!(aes_cbc("k", &key, &iv, sealed, false).unwrap(), plain);
    }

    #[test]
    fn a_key_of_wechats_form_works_whatever_its_last_bits() {
        for last in ["A", "B", "9"] {
            let key = Secret::new(format!("{}{last}", "x".repeat(42)));
            assert_eq!(aes_cbc("k", &key, &[0; 16], vec![0; 32], true).unwrap().len(), 32, "{last}");
        }
    }

    #[test]
    fn what_can_not_be_encrypted_is_refused_by_name() {
        let refused = |key: &str, iv: &[u8], data: usize| match aes_cbc(
            "k",
            &Secret::new(key),
            iv,
            vec![0; data],
            true,
        ) {
            Err(Fault::Guest(error)) => error.message,
            other => panic!("{other:?}"),
        };
        assert!(refused("short", &[0; 16], 16).contains("the secret k is no AES key"));
        assert!(refused("0123456789abcdef", &[0; 15], 16).contains("15 bytes"));
        assert!(refused("0123456789abcdef", &[0; 16], 17).contains("17 bytes"));
    }
}
