//! How this site proves to the token endpoint that it is the client.

use std::path::{Path, PathBuf};

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, KeyPair, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::edge::tests::provider::{ADMIN, Hostile, Sent, pairs};
use crate::edge::tests::site::Browser;
use crate::edge::{Credential, now};

/// A private key as people keep one.
fn pem(dir: &Path, algorithm: &str) -> PathBuf {
    let file = dir.join(format!("{algorithm}.pem"));
    let document = match algorithm {
        "ES256" => pairs().ec.to_pkcs8v1().unwrap().as_ref().to_vec(),
        _ => AsDer::<Pkcs8V1Der<'_>>::as_der(&pairs().rsa).unwrap().as_ref().to_vec(),
    };
    let text = STANDARD.encode(document);
    let lines: String = text.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line) + "\n").collect();
    std::fs::write(&file, format!("-----BEGIN PRIVATE KEY-----\n{lines}-----END PRIVATE KEY-----\n")).unwrap();
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    file
}

/// What the token endpoint is sent by a site with this credential, and the nonce that went to the provider.
async fn sent(client_id: &str, credential: Credential, methods: Option<Value>) -> (Hostile, Sent) {
    let hostile = Hostile::with(|settings| {
        settings.providers[0].client_id = client_id.into();
        settings.providers[0].credential = credential;
    })
    .await;
    if let Some(methods) = methods {
        hostile.plan(|plan| plan.description["token_endpoint_auth_methods_supported"] = methods);
    }
    let mut ada = Browser::new(&hostile.site);
    let aud = json!({ "aud": client_id });
    assert_eq!(hostile.sign_in(&mut ada, |nonce| hostile.but(nonce, &aud)).await.location(), ADMIN);
    let sent = std::mem::take(&mut hostile.plan.lock().unwrap().sent);
    let [one] = <[Sent; 1]>::try_from(sent).unwrap();
    assert_eq!((one.form["grant_type"].as_str(), one.form["code"].as_str()), ("authorization_code", "c"));
    assert_eq!(one.form["redirect_uri"], format!("{}/-/callback", hostile.site.public));
    assert!(one.form["code_verifier"].len() >= 43, "RFC 7636, 4.1");
    (hostile, one)
}

#[tokio::test]
async fn private_key_jwt_is_an_assertion_signed_with_the_registered_key() {
    let dir = tempfile::tempdir().unwrap();
    let mut ids = std::collections::BTreeSet::new();
    for (algorithm, kid) in [("ES256", Some("k1")), ("RS256", Some("k2")), ("ES256", None), ("RS256", None)] {
        let credential = Credential::Key { file: pem(dir.path(), algorithm), kid: kid.map(str::to_owned) };
        let (hostile, sent) = sent("toll gate", credential, Some(json!(["private_key_jwt"]))).await;
        let row = format!("{algorithm} {kid:?}");
        assert_eq!(sent.authorization, None, "{row}");
        assert!(!sent.form.contains_key("client_secret"), "{row}");
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        assert_eq!(sent.form["client_assertion_type"], kind, "{row}");
        let assertion = &sent.form["client_assertion"];
        let (signed, signature) = assertion.rsplit_once('.').unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        match algorithm {
            "ES256" => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, pairs().ec.public_key().as_ref())
                .verify(signed.as_bytes(), &signature),
            _ => UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pairs().rsa.public_key().as_ref())
                .verify(signed.as_bytes(), &signature),
        }
        .unwrap_or_else(|_| panic!("{row}: the signature is not the key's"));
        let part = |part: &str| -> Value { serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap() };
        let (header, claims) = signed.split_once('.').map(|(header, claims)| (part(header), part(claims))).unwrap();
        assert_eq!((&header["alg"], header["kid"].as_str()), (&json!(algorithm), kid), "{row}");
        assert_eq!((&claims["iss"], &claims["sub"]), (&json!("toll gate"), &json!("toll gate")), "{row}");
        let audience = &claims["aud"];
        assert!(*audience == format!("{}/token", hostile.site.issuer), "{row}: {audience}");
        let (issued, expires) = (claims["iat"].as_i64().unwrap(), claims["exp"].as_i64().unwrap());
        assert!((now() - issued).abs() <= 5 && expires > now() && expires <= now() + 300, "{row}: {claims}");
        assert!(ids.insert(claims["jti"].as_str().unwrap().to_owned()), "{row}: an id of its own");
    }
}

#[tokio::test]
async fn client_secret_basic_encodes_each_half_and_is_what_a_silent_provider_means() {
    for methods in [None, Some(json!(["client_secret_post", "client_secret_basic"]))] {
        let (_hostile, sent) = sent("töll:gate", Credential::Secret("p:a%s s+/=é".into()), methods).await;
        let expected = STANDARD.encode("t%C3%B6ll%3Agate:p%3Aa%25s+s%2B%2F%3D%C3%A9");
        assert_eq!(sent.authorization, Some(format!("Basic {expected}")));
        for name in ["client_secret", "client_assertion"] {
            assert!(!sent.form.contains_key(name), "one method of two (RFC 6749, 2.3)");
        }
    }
}

#[tokio::test]
async fn client_secret_post_sends_the_secret_in_the_form_and_nowhere_else() {
    let methods = Some(json!(["client_secret_post"]));
    let (_hostile, sent) = sent("töll:gate", Credential::Secret("p:a%s s+/=é&x=y".into()), methods).await;
    assert_eq!(sent.authorization, None);
    assert_eq!(
        (sent.form["client_id"].as_str(), sent.form["client_secret"].as_str()),
        ("töll:gate", "p:a%s s+/=é&x=y")
    );
    assert!(!sent.form.contains_key("x"));
}

#[tokio::test]
async fn a_public_client_sends_its_id_alone() {
    let (_hostile, sent) = sent("tollgate", Credential::Public, None).await;
    assert_eq!((sent.authorization.as_deref(), sent.form["client_id"].as_str()), (None, "tollgate"));
    assert!(!sent.form.contains_key("client_secret") && !sent.form.contains_key("client_assertion"));
}
