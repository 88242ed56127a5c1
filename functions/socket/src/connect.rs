//! `$connect` and `$disconnect`.

use super::{Served, Socket, status};
use aws_lambda_events::apigw::ApiGatewayWebsocketProxyRequest;
use domain::limits::SOCKET_SILENCE_MS;
use domain::name::ConnectionId;
use domain::refusal::{Code, Refusal};
use service::deadline::Deadline;
use service::office::Office;

/// The subprotocol that a browser names beside its token, since it cannot set headers for a WebSocket.
const SUBPROTOCOL: &str = "holdfast";

impl Socket {
    /// Lets a caller with a valid token in. Anyone else is refused at the handshake.
    pub(super) async fn connect(
        &self,
        office: &Office,
        connection: &ConnectionId,
        call: &ApiGatewayWebsocketProxyRequest,
    ) -> Served {
        let admitted = Deadline::default().keep(self.admit(office, connection, call)).await;
        let (response, refused) = match admitted.and_then(|answer| answer) {
            Ok(()) => (accepted(call), None),
            Err(refusal) => {
                let code = match refusal.code {
                    Code::Unauthorized => 401,
                    Code::Forbidden => 403,
                    Code::Throttled => 503,
                    Code::TooMany => 429,
                    _ => 500,
                };
                (status(code), Some(refusal.code))
            }
        };
        Served { response, route: "$connect".to_owned(), event_id: String::new(), refused }
    }

    async fn admit(
        &self,
        office: &Office,
        connection: &ConnectionId,
        call: &ApiGatewayWebsocketProxyRequest,
    ) -> Result<(), Refusal> {
        self.origin.admit(&call.headers).await?;
        let token = token(call).ok_or_else(|| Refusal::unauthorized("A token is needed"))?;
        let caller = self.verifier.verify(&token).await?;
        let now = office.clock.now();
        let most = office.settings.sockets_per_buyer.get() as usize;
        let opened = async {
            if !office.store.open_socket(now, &caller.buyer, connection, most).await? {
                return Err(Refusal::too_many(SOCKET_SILENCE_MS.unsigned_abs() / 1_000));
            }
            Ok(office.store.put_connection(now, connection, &caller).await?)
        };
        if let Err(refusal) = opened.await {
            // A socket that was refused must not count. If this fails too, it counts until it was silent for long
            // enough.
            let _ = office.store.close_socket(&caller.buyer, connection).await;
            return Err(refusal);
        }
        self.callers.remember(connection, &caller, now);
        Ok(())
    }

    /// Forgets a connection. Best effort, as the event itself: what is left behind has a ttl.
    pub(super) async fn disconnect(&self, office: &Office, connection: &ConnectionId) -> Served {
        self.callers.forget(connection);
        let refused = gone(office, connection).await.err().map(|refusal| refusal.code);
        let (route, event_id) = ("$disconnect".to_owned(), String::new());
        Served { response: status(200), route, event_id, refused }
    }
}

/// What belongs to the buyer's session is noted before the connection is forgotten: whoever finds no connection then finds
/// since when. Where that could not be noted the connection stays known until it has been silent for long enough.
async fn gone(office: &Office, connection: &ConnectionId) -> Result<(), Refusal> {
    let Some(known) = office.store.connection(connection).await? else { return Ok(()) };
    office.note_away(&known.caller.buyer).await?;
    Ok(office.store.forget_connection(connection, &known).await?)
}

/// The token: `?token=`, or the protocol that follows `holdfast`.
fn token(call: &ApiGatewayWebsocketProxyRequest) -> Option<String> {
    let from_query = call.query_string_parameters.first("token").filter(|token| !token.is_empty()).map(str::to_owned);
    from_query.or_else(|| {
        let mut offered = protocols(call).into_iter();
        offered.find(|protocol| protocol == SUBPROTOCOL)?;
        offered.next()
    })
}

fn protocols(call: &ApiGatewayWebsocketProxyRequest) -> Vec<String> {
    let offered = call.headers.get("sec-websocket-protocol").and_then(|v| v.to_str().ok()).unwrap_or_default();
    offered.split(',').map(|protocol| protocol.trim().to_owned()).collect()
}

/// A client that offers subprotocols closes the connection unless one of them is chosen.
fn accepted(call: &ApiGatewayWebsocketProxyRequest) -> aws_lambda_events::apigw::ApiGatewayProxyResponse {
    let mut response = status(200);
    if protocols(call).iter().any(|protocol| protocol == SUBPROTOCOL)
        && let Ok(value) = SUBPROTOCOL.parse()
    {
        response.headers.insert("sec-websocket-protocol", value);
    }
    response
}
