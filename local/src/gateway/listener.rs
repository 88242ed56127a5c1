//! The public listener's connections. They take what people type: `?viewport={"x":0}` is no valid address, but API
//! Gateway takes it, so characters that are not allowed are escaped before the request is parsed.

use std::io;
use std::mem::MaybeUninit;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// Longer than the longest request line that API Gateway takes.
const READ_BYTES: usize = 16 * 1024;

/// Accepts clients.
pub struct Front(pub TcpListener);

/// Who sent a request.
#[derive(Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// A client's connection.
pub struct Connection {
    stream: TcpStream,
    /// Read already, and longer than what there was room for.
    pending: Bytes,
}

impl Listener for Front {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        let (stream, peer) = Listener::accept(&mut self.0).await;
        // Small answers should not wait for the client's acknowledgement of the one before.
        let _ = stream.set_nodelay(true);
        (Connection { stream, pending: Bytes::new() }, peer)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

impl Connected<IncomingStream<'_, Front>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Front>) -> Self {
        Self(*stream.remote_addr())
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.pending.is_empty() {
            // Room of its own: what the caller offers at first is too small for a request line.
            let mut room = [const { MaybeUninit::uninit() }; READ_BYTES];
            let mut read = ReadBuf::uninit(&mut room);
            ready!(Pin::new(&mut self.stream).poll_read(context, &mut read))?;
            match escaped(read.filled()) {
                None if read.filled().len() <= buffer.remaining() => {
                    buffer.put_slice(read.filled());
                    return Poll::Ready(Ok(()));
                }
                None => self.pending = Bytes::copy_from_slice(read.filled()),
                Some(longer) => self.pending = longer.into(),
            }
        }
        let length = buffer.remaining().min(self.pending.len());
        buffer.put_slice(&self.pending[..length]);
        self.pending.advance(length);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// What was read with its request line escaped, if it begins with one that needs it. A client sends the next request
/// when it has the answer to the last, so a request line is the beginning of what is read.
fn escaped(read: &[u8]) -> Option<Vec<u8>> {
    if !read.starts_with(b"GET /") {
        return None;
    }
    let end = read.iter().position(|byte| *byte == b'\r')?;
    let (line, rest) = read.split_at(end);
    if !line.ends_with(b" HTTP/1.1") || !line.iter().any(|byte| escape(*byte).is_some()) {
        return None;
    }
    let mut result = Vec::with_capacity(read.len() + 64);
    for byte in line {
        match escape(*byte) {
            Some(escape) => result.extend_from_slice(escape),
            None => result.push(*byte),
        }
    }
    result.extend_from_slice(rest);
    Some(result)
}

/// The bytes that the parser refuses in a query.
fn escape(byte: u8) -> Option<&'static [u8]> {
    match byte {
        b'"' => Some(b"%22"),
        b'<' => Some(b"%3C"),
        b'>' => Some(b"%3E"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn quotes_in_a_request_line_are_escaped_and_nothing_else_is() {
        let request = b"GET /a?v={\"x\":0} HTTP/1.1\r\nx: \"y\"\r\n\r\n";
        let expected = b"GET /a?v={%22x%22:0} HTTP/1.1\r\nx: \"y\"\r\n\r\n";
        assert_eq!(escaped(request).unwrap(), expected);
        assert!(escaped(b"GET /a?v=%22 HTTP/1.1\r\n\r\n").is_none());
        assert!(escaped(b"POST /a HTTP/1.1\r\n\r\n{\"n\":1}").is_none());
        assert!(escaped(b"GET /\"not a request line\"\r\n").is_none());
    }
}
