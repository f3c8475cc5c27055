//! Sealing: what the browser keeps for us and must neither read nor change.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::set::missing;
use super::{Error, HINT, Keyring, signing};

/// A key that encrypts and authenticates, AES-256-GCM.
pub(super) struct SealKey {
    kid: String,
    key: RandomizedNonceKey,
}

impl SealKey {
    /// `None` unless the secret has 256 bits.
    pub(super) fn new(kid: &str, secret: &[u8]) -> Option<SealKey> {
        let key = RandomizedNonceKey::new(&AES_256_GCM, secret).ok()?;
        Some(SealKey { kid: kid.to_owned(), key })
    }
}

impl Keyring {
    /// Encrypts `plain` with the first key of [`Purpose::Hint`](super::Purpose::Hint). It opens only with the same
    /// `bound_to`, which is not part of the text. The text is the key's id, a point, and base64url of a random nonce of
    /// 96 bits, the ciphertext and its tag: 38 characters for the nonce and the tag, and four for every three bytes.
    ///
    /// One key may seal 2^32 texts before nonces might repeat (NIST SP 800-38D, 8.3); rotate it before that.
    ///
    /// # Errors
    /// [`Error::File`] when the key is missing, [`Error::Signing`] when the system gives no randomness.
    pub fn seal(&self, plain: &[u8], bound_to: &str) -> Result<String, Error> {
        let SealKey { kid, key } = self.sealer()?;
        let mut sealed = plain.to_vec();
        let nonce = key.seal_in_place_append_tag(Aad::from(bound_to), &mut sealed).map_err(signing)?;
        Ok(format!("{kid}.{}", URL_SAFE_NO_PAD.encode([nonce.as_ref().as_slice(), &sealed].concat())))
    }

    /// Opens what one of the keys sealed under the same `bound_to`.
    ///
    /// # Errors
    /// [`Error::Refused`] for anything else.
    pub fn unseal(&self, sealed: &str, bound_to: &str) -> Result<Vec<u8>, Error> {
        let (kid, text) = sealed.split_once('.').ok_or(Error::Refused("it is no sealed text"))?;
        let key = self.hint.iter().find(|key| key.kid == kid);
        let key = key.ok_or(Error::Refused("it was sealed with a key that is not in the keyring"))?;
        open(key, text, bound_to).ok_or(Error::Refused("the sealed text was changed or belongs elsewhere"))
    }

    pub(super) fn sealer(&self) -> Result<&SealKey, Error> {
        self.hint.first().ok_or_else(|| missing(&self.dir.join(HINT)))
    }
}

fn open(key: &SealKey, text: &str, bound_to: &str) -> Option<Vec<u8>> {
    let mut bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (nonce, sealed) = bytes.split_at_mut_checked(NONCE_LEN)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    key.key.open_in_place(nonce, Aad::from(bound_to), sealed).ok().map(|plain| plain.to_vec())
}
