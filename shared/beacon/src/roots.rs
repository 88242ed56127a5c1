//! The HTTP client for hosts of beacons: trusts Mozilla's roots, which are compiled in, where the SDK's client trusts Amazon's alone.

use aws_smithy_http_client::{Connector, tls};
use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use webpki_root_certs::TLS_SERVER_ROOT_CERTS;

/// A client that trusts Mozilla's roots. It parses all of them, so it is made when the first round is asked for.
///
/// # Errors
/// The roots cannot be read.
pub fn connector() -> Result<SharedHttpConnector, String> {
    let roots = TLS_SERVER_ROOT_CERTS.iter().fold(tls::TrustStore::empty(), |roots, root| {
        let text = BASE64_STANDARD.encode(root);
        roots.with_pem_certificate(format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n"))
    });
    let context = tls::TlsContext::builder().with_trust_store(roots).build().map_err(|error| error.to_string())?;
    let connector = Connector::builder()
        .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring))
        .tls_context(context)
        .build();
    Ok(SharedHttpConnector::new(connector))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    #[test]
    fn the_roots_are_ones_that_the_tls_takes() {
        // The client panics over a root that it cannot parse.
        super::connector().unwrap();
    }
}
