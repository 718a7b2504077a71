//! AES-CBC with a secret as key.

use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use base64::engine::general_purpose::GeneralPurposeConfig;
use base64::engine::{DecodePaddingMode, GeneralPurpose};
use base64::{Engine as _, alphabet};
use zeroize::Zeroizing;

use crate::plugins::engine::fault::Fault;
use crate::plugins::keyring::Secret;

/// Bytes of a block.
pub(super) const BLOCK: usize = 16;

/// WeChat's keys are 43 characters drawn at random, whose last two bits mean nothing.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// Encrypts or decrypts whole blocks.
pub(super) fn aes_cbc(
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
