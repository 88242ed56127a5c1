//! One WebSocket connection: ask, wait for a frame, set the others aside.

use std::collections::VecDeque;
use std::time::Duration;

use futures::stream::SplitSink;
use futures::{SinkExt, StreamExt};
use reqwest::header::HeaderName;
use serde_json::{Value, json};
use support::people::fresh_id;
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message, handshake::client};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::documents::frame_differs;
use crate::record;
use crate::wire::{ORIGIN_HEADER, PATIENCE, Wire};

/// API Gateway takes no larger message.
const FRAME_MAX: usize = 128 * 1024;

type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;

pub(crate) struct Connection {
    sink: SplitSink<Stream, Message>,
    /// As they were sent, and as values.
    frames: UnboundedReceiver<(String, Value)>,
    /// Frames that arrived while another was waited for.
    aside: VecDeque<Value>,
    reader: JoinHandle<()>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

/// What a handshake came to: a stream, or the status of its refusal.
pub(crate) async fn handshake(request: client::Request) -> Result<(Stream, client::Response), u16> {
    let asked = request.uri().to_string();
    let recorded = record::asked("handshake", request.uri().path_and_query().map_or("", |path| path.as_str()));
    let (outcome, headers) = match connect_async(request).await {
        Ok((stream, response)) => {
            let headers = response.headers().clone();
            (Ok((stream, response)), headers)
        }
        Err(Error::Http(response)) => (Err(response.status().as_u16()), response.headers().clone()),
        Err(e) => panic!("{asked}: no handshake at all: {e}"),
    };
    if let Some(recorded) = recorded {
        recorded.answered(outcome.as_ref().map_or_else(|status| *status, |_| 101), &headers, "");
    }
    outcome
}

/// A handshake with the token in the address, or without any.
pub(crate) fn by_query(wire: &Wire, token: Option<&str>) -> client::Request {
    let address = match token {
        Some(token) => format!("{}?token={token}", wire.socket),
        None => wire.socket.clone(),
    };
    let mut request = address.into_client_request().expect("an address");
    request
        .headers_mut()
        .extend(wire.origin.iter().map(|shown| (HeaderName::from_static(ORIGIN_HEADER), shown.clone())));
    request
}

/// A handshake with the token as second subprotocol, which a browser can send.
pub(crate) fn by_subprotocol(wire: &Wire, token: &str) -> client::Request {
    let mut request = by_query(wire, None);
    let pair = format!("holdfast, {token}").parse().expect("a header value");
    request.headers_mut().insert("sec-websocket-protocol", pair);
    request
}

impl Connection {
    pub(crate) async fn open(wire: &Wire, token: Option<&str>) -> Connection {
        let request = by_query(wire, token);
        let (stream, _) = handshake(request).await.unwrap_or_else(|status| panic!("the handshake answered {status}"));
        Connection::over(stream)
    }

    pub(crate) fn over(stream: Stream) -> Connection {
        let (sink, mut source) = stream.split();
        let (push, frames) = unbounded_channel();
        let reader = tokio::spawn(async move {
            while let Some(Ok(message)) = source.next().await {
                let Message::Text(text) = message else {
                    continue;
                };
                assert!(text.len() <= FRAME_MAX, "a frame of {} bytes", text.len());
                let frame =
                    serde_json::from_str(&text).unwrap_or_else(|e| panic!("a frame that is not JSON ({e}): {text}"));
                if push.send((text.to_string(), frame)).is_err() {
                    return;
                }
            }
        });
        Connection { sink, frames, aside: VecDeque::new(), reader }
    }

    pub(crate) async fn say(&mut self, message: &Value) {
        self.say_raw(&message.to_string()).await;
    }

    pub(crate) async fn say_raw(&mut self, text: &str) {
        self.sink.send(Message::text(text)).await.expect("the connection to be open");
    }

    /// Sends the message with a fresh `requestId` and waits for the answer that brings it back.
    pub(crate) async fn ask(&mut self, mut message: Value) -> Value {
        let id = fresh_id();
        message["requestId"] = json!(id);
        self.say(&message).await;
        self.frame(&format!("the answer to {message}"), |frame| frame["requestId"] == json!(id)).await
    }

    /// Asks, and expects an answer of this type.
    pub(crate) async fn ask_for(&mut self, kind: &str, message: Value) -> Value {
        let answer = self.ask(message.clone()).await;
        assert_eq!(answer["type"], kind, "\n--- said\n{message}\n--- got\n{answer}");
        answer
    }

    /// The first frame, past or to come, that fits.
    pub(crate) async fn frame(&mut self, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.aside.iter().position(&fits) {
            return self.aside.remove(at).expect("the frame just found");
        }
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.next(deadline).await {
                Some(frame) if fits(&frame) => return frame,
                Some(frame) => self.aside.push_back(frame),
                None => panic!("waited for {what}; meanwhile came {:?}", self.aside),
            }
        }
    }

    /// The first frame, past or to come, of this type.
    pub(crate) async fn frame_of(&mut self, kind: &str) -> Value {
        self.frame(&format!("a frame {kind}"), |frame| frame["type"] == kind).await
    }

    /// The next frame of all; none when the deadline passes or the connection ends.
    pub(crate) async fn next(&mut self, deadline: Instant) -> Option<Value> {
        let (text, frame) = timeout_at(deadline, self.frames.recv()).await.ok().flatten()?;
        record::frame(&text, &frame);
        assert!(frame["type"].is_string(), "a frame without a type: {frame}");
        if let Some(difference) = frame_differs(&frame) {
            panic!("a frame that is not as the documents say: {difference}\n{frame}");
        }
        Some(frame)
    }

    /// The next frame, set aside or to come, if it comes within this time.
    pub(crate) async fn next_within(&mut self, time: Duration) -> Option<Value> {
        match self.aside.pop_front() {
            Some(frame) => Some(frame),
            None => self.next(Instant::now() + time).await,
        }
    }

    /// Everything that came and was not asked for, up to the answer to a ping sent now.
    pub(crate) async fn everything_until_now(&mut self) -> Vec<Value> {
        self.ask_for("pong", json!({"action": "ping"})).await;
        self.aside.drain(..).collect()
    }
}
