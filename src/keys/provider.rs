//! The key of a provider of our own making: what it signs, the edge checks like anyone's.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;

use super::client::point;
use super::{Error, random_id, signing};

/// A key for the ID tokens of a provider of our own making, ES256. It lives as long as the process.
pub struct ProviderKey {
    kid: String,
    point: Vec<u8>,
    sign: EncodingKey,
}

impl ProviderKey {
    /// A new key.
    ///
    /// # Errors
    /// [`Error::Signing`] when the system gives no randomness.
    pub fn generate() -> Result<ProviderKey, Error> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(signing)?;
        let document = pair.to_pkcs8v1().map_err(signing)?;
        let sign = EncodingKey::from_ec_der(document.as_ref());
        Ok(ProviderKey { kid: random_id()?, point: pair.public_key().as_ref().to_vec(), sign })
    }

    /// The public half as a JSON Web Key.
    pub fn jwk(&self) -> serde_json::Value {
        let [x, y] = point(&self.point);
        serde_json::json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.kid, "x": x, "y": y,
        })
    }

    /// A compact JWS of some claims.
    ///
    /// # Errors
    /// [`Error::Signing`] when the claims are no JSON object.
    pub fn sign(&self, claims: &impl Serialize) -> Result<String, Error> {
        let header = Header { kid: Some(self.kid.clone()), ..Header::new(Algorithm::ES256) };
        jsonwebtoken::encode(&header, claims, &self.sign).map_err(signing)
    }
}
