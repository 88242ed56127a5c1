//! `ring` behind `jsonwebtoken`'s traits: the HMAC family, RS256, ES256 and EdDSA.

use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind, Result};
use jsonwebtoken::signature::{self, Signer, Verifier};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, DecodingKeyKind, EncodingKey};
use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::KeyPair;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ED25519, EcdsaKeyPair, Ed25519KeyPair,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, RsaPublicKeyComponents, UnparsedPublicKey,
};

/// What `jsonwebtoken` is given. Nothing here computes thumbprints or makes JWKs of private keys, so asking for
/// that is an error.
pub static RING: CryptoProvider = CryptoProvider {
    signer_factory: signer,
    verifier_factory: verifier,
    key_utils: KeyUtils {
        rsa_pub_components_from_private_key: |_| Err(unsupported()),
        rsa_pub_components_from_public_key: |_| Err(unsupported()),
        ec_pub_components_from_private_key: |_, _| Err(unsupported()),
        ed_pub_components_from_private_key: |_, _| Err(unsupported()),
        compute_digest: |_, _| Err(unsupported()),
    },
};

fn unsupported() -> Error {
    ErrorKind::UnsupportedAlgorithm.into()
}

/// A key is only ever used for the family that it was made for: a public key taken for a secret would let anyone sign.
fn only_for(algorithm: Algorithm, family: AlgorithmFamily) -> Result<()> {
    if algorithm.family() == family { Ok(()) } else { Err(ErrorKind::InvalidKeyFormat.into()) }
}

fn hash(algorithm: Algorithm) -> Result<hmac::Algorithm> {
    match algorithm {
        Algorithm::HS256 => Ok(hmac::HMAC_SHA256),
        Algorithm::HS384 => Ok(hmac::HMAC_SHA384),
        Algorithm::HS512 => Ok(hmac::HMAC_SHA512),
        _ => Err(unsupported()),
    }
}

pub fn ed25519_public_key(pkcs8: &[u8]) -> Result<Vec<u8>> {
    let pair =
        Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8).map_err(|_| Error::from(ErrorKind::InvalidEddsaKey))?;
    Ok(pair.public_key().as_ref().to_vec())
}

pub fn new_ed25519_key() -> Result<Vec<u8>> {
    let pair = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new());
    Ok(pair.map_err(|_| Error::from(ErrorKind::InvalidEddsaKey))?.as_ref().to_vec())
}

enum Signing {
    Hmac(Algorithm, hmac::Key),
    Rs256(Box<RsaKeyPair>),
    Es256(EcdsaKeyPair),
    EdDsa(Ed25519KeyPair),
}

fn signer(algorithm: &Algorithm, key: &EncodingKey) -> Result<Box<dyn JwtSigner>> {
    only_for(*algorithm, key.family())?;
    let der = key.as_bytes();
    let signing = match algorithm {
        Algorithm::RS256 => {
            let pair = RsaKeyPair::from_pkcs8(der).or_else(|_| RsaKeyPair::from_der(der));
            Signing::Rs256(Box::new(pair.map_err(|error| ErrorKind::InvalidRsaKey(error.to_string()))?))
        }
        Algorithm::ES256 => {
            let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der, &SystemRandom::new());
            Signing::Es256(pair.map_err(|_| ErrorKind::InvalidEcdsaKey)?)
        }
        Algorithm::EdDSA => {
            // Files written by OpenSSL hold no public key to compare with.
            let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der);
            Signing::EdDsa(pair.map_err(|_| ErrorKind::InvalidEddsaKey)?)
        }
        other => Signing::Hmac(*other, hmac::Key::new(hash(*other)?, der)),
    };
    Ok(Box::new(signing))
}

impl Signer<Vec<u8>> for Signing {
    fn try_sign(&self, message: &[u8]) -> std::result::Result<Vec<u8>, signature::Error> {
        let random = SystemRandom::new();
        Ok(match self {
            Self::Hmac(_, key) => hmac::sign(key, message).as_ref().to_vec(),
            Self::Rs256(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).map_err(|_| signature::Error::new())?;
                signature
            }
            Self::Es256(pair) => pair.sign(&random, message).map_err(|_| signature::Error::new())?.as_ref().to_vec(),
            Self::EdDsa(pair) => pair.sign(message).as_ref().to_vec(),
        })
    }
}

impl JwtSigner for Signing {
    fn algorithm(&self) -> Algorithm {
        match self {
            Self::Hmac(algorithm, _) => *algorithm,
            Self::Rs256(_) => Algorithm::RS256,
            Self::Es256(_) => Algorithm::ES256,
            Self::EdDsa(_) => Algorithm::EdDSA,
        }
    }
}

enum Verifying {
    Hmac(Algorithm, hmac::Key),
    Rs256(RsaPublicKeyComponents<Vec<u8>>),
    Es256(UnparsedPublicKey<Vec<u8>>),
    EdDsa(UnparsedPublicKey<Vec<u8>>),
}

fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>> {
    only_for(*algorithm, key.family())?;
    let bytes = || key.try_get_as_bytes().map(<[u8]>::to_vec);
    let verifying = match algorithm {
        Algorithm::RS256 => match key.kind() {
            DecodingKeyKind::RsaModulusExponent { n, e } => {
                Verifying::Rs256(RsaPublicKeyComponents { n: unpadded(n), e: unpadded(e) })
            }
            DecodingKeyKind::SecretOrDer(_) => return Err(unsupported()),
        },
        Algorithm::ES256 => Verifying::Es256(UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, bytes()?)),
        Algorithm::EdDSA => Verifying::EdDsa(UnparsedPublicKey::new(&ED25519, bytes()?)),
        other => Verifying::Hmac(*other, hmac::Key::new(hash(*other)?, key.try_get_as_bytes()?)),
    };
    Ok(Box::new(verifying))
}

/// A number without leading zeros, which some providers' documents have and `ring` refuses.
fn unpadded(number: &[u8]) -> Vec<u8> {
    number.iter().copied().skip_while(|byte| *byte == 0).collect()
}

impl Verifier<Vec<u8>> for Verifying {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> std::result::Result<(), signature::Error> {
        let verified = match self {
            // In constant time: `ring` documents it of `hmac::verify`.
            Self::Hmac(_, key) => hmac::verify(key, message, signature),
            Self::Rs256(key) => key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature),
            Self::Es256(key) | Self::EdDsa(key) => key.verify(message, signature),
        };
        verified.map_err(|_| signature::Error::new())
    }
}

impl JwtVerifier for Verifying {
    fn algorithm(&self) -> Algorithm {
        match self {
            Self::Hmac(algorithm, _) => *algorithm,
            Self::Rs256(_) => Algorithm::RS256,
            Self::Es256(_) => Algorithm::ES256,
            Self::EdDsa(_) => Algorithm::EdDSA,
        }
    }
}
