//! The first DynamoDB call of a process, TLS handshake included: CPU time of the client's side.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::figures::{median, rounded};
use crate::packaged;
use crate::process::{TableAt, command};
use crate::report::{Row, Verdict};

const CALLS: usize = 15;
const BUDGET_MS: f64 = 5.0;
const ANSWER: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: 2\r\nx-amz-crc32: 2745614147\r\n\r\n{}";

pub async fn row(project: &Path) -> Result<Row> {
    let probe = packaged::binary(project, "first-call")?;
    let chain = Chain::new()?;
    let roots = std::env::temp_dir().join(format!("holdfast-bench-{}.pem", std::process::id()));
    std::fs::write(&roots, &chain.root_pem)?;
    let table = serve(chain).await?;
    let mut calls = Vec::new();
    for _ in 0..=CALLS {
        calls.push(call(&probe, &table, &roots).await?);
    }
    std::fs::remove_file(&roots)?;
    Ok(verdict(&calls[1..]))
}

fn verdict(calls: &[Value]) -> Row {
    let ms = |part: &str| median(&calls.iter().filter_map(|call| call[part].as_f64()).collect::<Vec<_>>()) / 1_000.0;
    let (config, call) = (ms("config"), ms("call"));
    let measured = format!("{:.1} ms (call {call:.1} ms, configuration {config:.1} ms)", config + call);
    let figures = json!({ "callMs": rounded(call, 3), "configMs": rounded(config, 3), "all": calls });
    let met = Verdict::of(config + call <= BUDGET_MS);
    Row::new("first DynamoDB call of a process, TLS included: CPU", "≤ 5 ms", measured, met, figures)
}

/// CPU microseconds of each part.
async fn call(probe: &Path, table: &TableAt, roots: &PathBuf) -> Result<Value> {
    let mut command = tokio::process::Command::from(command(probe, table));
    let output = command.env("AWS_CA_BUNDLE", roots).kill_on_drop(true).output().await?;
    ensure!(output.status.success(), "first-call: {}", output.status);
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Root, intermediate and server certificate, as long a chain as AWS's.
struct Chain {
    root_pem: String,
    certificates: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

impl Chain {
    fn new() -> Result<Self> {
        let authority = || {
            let mut authority = CertificateParams::new(Vec::new())?;
            authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            anyhow::Ok(authority)
        };
        let root = CertifiedIssuer::self_signed(authority()?, KeyPair::generate()?)?;
        let middle = CertifiedIssuer::signed_by(authority()?, KeyPair::generate()?, &root)?;
        let key = KeyPair::generate()?;
        let server = CertificateParams::new(vec!["localhost".to_owned()])?.signed_by(&key, &middle)?;
        Ok(Self {
            root_pem: root.pem(),
            certificates: vec![server.der().clone(), middle.der().clone()],
            key: PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
        })
    }
}

/// A table behind TLS that answers everything with `{}`.
async fn serve(chain: Chain) -> Result<TableAt> {
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain.certificates, chain.key)?;
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let port = listener.local_addr()?.port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(acceptor.clone(), stream));
        }
    });
    Ok(TableAt { endpoint: format!("https://localhost:{port}"), name: "any".to_owned() })
}

async fn answer(acceptor: TlsAcceptor, stream: TcpStream) -> Result<()> {
    let mut stream = acceptor.accept(stream).await?;
    let mut request = Vec::new();
    let mut part = [0; 4_096];
    // A GetItem ends with the brace of its JSON.
    while !request.ends_with(b"}") {
        let read = stream.read(&mut part).await?;
        request.extend_from_slice(part.get(..read).filter(|part| !part.is_empty()).context("closed")?);
    }
    stream.write_all(ANSWER).await?;
    stream.shutdown().await?;
    Ok(())
}
