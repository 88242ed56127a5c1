//! Every limit and every interval of the product, each with its reason. Nothing else may hold a number that bounds.

/// Seats that one request may name: with the hold row and an idempotency row a transaction of 50 seats stays far
/// below DynamoDB's 100 actions.
pub const SEATS_PER_REQUEST_MAX: usize = 50;
/// How far apart, in milliseconds, the clocks of two function instances may be. The holder may confirm until
/// `expiresAt`; another buyer may take the seat only this much later.
pub const CLOCK_SKEW_MS: i64 = 2_000;
/// The hold that a buyer gets without asking for a length, in minutes, where the event does not say.
pub const HOLD_MINUTES_DEFAULT: u32 = 10;
/// The longest hold that a buyer may ask for, in minutes, where the event does not say.
pub const HOLD_MINUTES_MAX_DEFAULT: u32 = 30;
/// The longest hold that an event may allow, in minutes: a day.
pub const HOLD_MINUTES_MAX: u32 = 24 * 60;
/// The shortest hold, in seconds, unless the deployment says otherwise (`MIN_HOLD_SECONDS`).
pub const HOLD_SECONDS_MIN: u32 = 60;
/// How long a hold row outlives its expiry, in seconds, so that a late payment can still be told what happened.
pub const HOLD_ROW_KEPT_SECONDS: i64 = 24 * 60 * 60;

/// What a client's request may take, in milliseconds: under the functions' timeout of 10 s, so that its answer is ours,
/// and over a socket posted in time.
pub const REQUEST_MS: u64 = 8_000;
/// What is kept back of an invocation's time for its answer, in milliseconds.
pub const ANSWER_MARGIN_MS: u64 = 500;

/// Request body, in bytes.
pub const BODY_BYTES_MAX: usize = 64 * 1024;
/// How deep objects and lists of a body or message may be nested: stored inside a row, it must be read again within the
/// 128 levels that `serde_json` takes.
pub const JSON_DEPTH_MAX: usize = 32;
/// How deep what a shop sends as it likes (contact, passengers, payment) may be nested.
pub const OWN_JSON_DEPTH_MAX: usize = 16;
/// Body of a layout document, in bytes, after decompression.
pub const LAYOUT_BODY_BYTES_MAX: usize = 8 * 1024 * 1024;
/// What Lambda takes of an answer, in bytes of its payload: 6 MB, of which the last hundred are left alone.
pub const ANSWER_PAYLOAD_BYTES_MAX: usize = 6 * 1024 * 1024;
/// What is kept back of it for status and headers, in bytes.
pub const ANSWER_HEAD_BYTES: usize = 4 * 1024;
/// `Idempotency-Key`, in characters.
pub const IDEMPOTENCY_KEY_CHARS_MAX: usize = 128;
/// How long an idempotency row answers, in seconds.
pub const IDEMPOTENCY_KEPT_SECONDS: i64 = 24 * 60 * 60;
/// Text that a buyer may leave with a booking (`notes`, `specialRequests`), in characters.
pub const NOTE_CHARS_MAX: usize = 2_000;
/// Payment identifiers (`transactionId`, `gateway`, …), in bytes: two of them are part of a key, which may have 2,048.
pub const PAYMENT_FIELD_BYTES_MAX: usize = 512;
/// What a confirm leaves on record (contact, passengers, notes, payment), in bytes of JSON: a page of bookings must fit
/// one answer.
pub const DETAILS_BYTES_MAX: usize = 16 * 1024;
/// Rows on one page of a listing, unless the client asks for fewer.
pub const PAGE_ROWS_MAX: usize = 100;
/// Tries at the keys of one BatchGetItem that were left unprocessed, the first included.
pub const BATCH_GET_ATTEMPTS: u32 = 8;
/// Keys in one BatchGetItem (DynamoDB's limit).
pub const BATCH_GET_KEYS_MAX: usize = 100;
/// Writes and checks that DynamoDB takes in one transaction.
pub const TRANSACTION_ACTIONS_MAX: usize = 100;

/// What a message repeats of one thing that a client sent, in characters: the longest name, whole.
pub const SHOWN_CHARS_MAX: usize = 128;

/// Seats of one layout, tables' seats included.
pub const LAYOUT_SEATS_MAX: usize = 120_000;
/// Seats at one table: a table is held whole, so it must fit one hold.
pub const TABLE_SEATS_MAX: u32 = 50;
/// Price categories of one layout; seats refer to them by 16 bits, and a venue has a dozen.
pub const CATEGORIES_MAX: usize = 1_000;
/// A price in the currency's major unit.
pub const PRICE_MAX: f64 = 1e9;
/// Coordinates beyond this are mistakes, and their sums would lose precision.
pub const COORDINATE_MAX: f64 = 1e9;
/// A name or label in a layout or event, in characters.
pub const TEXT_CHARS_MAX: usize = 200;
/// What the labels of one layout's seats and rows may be in all, in bytes: a row's label is said once and stands on each
/// of its seats. About 140 bytes a seat in the largest layout.
pub const LAYOUT_LABEL_BYTES_MAX: usize = 16 << 20;
/// What a stored layout may inflate to, in bytes: eight times the largest document.
pub const LAYOUT_UNPACKED_BYTES_MAX: u64 = 64 << 20;
/// Faults that a refused layout names.
pub const FAULTS_SHOWN: usize = 10;
/// What each of them quotes of what was sent, in characters: ten of them are one message.
pub const FAULT_CHARS_SHOWN: usize = 60;
/// What the id of a category says of its name, in characters: only for people, who read ids in prices and reports.
pub const SLUG_CHARS_MAX: usize = 40;
/// Text in a row that is stored as it is, in bytes: longer text is deflated, for a row's keys and other attributes take the
/// rest of the kilobyte that costs one write unit.
pub const PLAIN_BYTES_MAX: usize = 300;
/// One stored piece of a layout, in bytes: well under DynamoDB's 400 KB for an item.
pub const LAYOUT_CHUNK_BYTES: usize = 350_000;

/// Seats that one lane (partition) of an event carries. A partition takes 1,000 write units a second, about 500
/// transactional seat writes.
pub const SEATS_PER_LANE: usize = 500;
/// Lanes of one event at most: a read of the event queries each of them.
pub const LANES_MAX: u32 = 64;

/// How long a function may use an event's settings without reading them again, in milliseconds.
pub const EVENT_CACHE_MS: i64 = 5_000;
/// Events whose settings one function keeps in memory.
pub const EVENTS_CACHED_MAX: usize = 1_000;
/// Seats of all the layouts that one function keeps in memory: about 400 bytes each.
pub const LAYOUT_SEATS_CACHED_MAX: usize = 3 * LAYOUT_SEATS_MAX;

/// Seats that one change may take out of an event on sale.
pub const CHANGE_SEATS_MAX: usize = 2_000;
/// How long sales must have been closed, and stay closed, for a change that no function can meet, in milliseconds:
/// settings are remembered for 5 s, a request takes 8 s, and its last attempt may arrive some seconds late.
pub const CHANGE_QUIET_MS: i64 = 30_000;
/// A change that began this long ago has died, in milliseconds: no request lives that long.
pub const CHANGE_DEAD_MS: i64 = 10_000;
/// Attempts at a change of an event that others change as well, the first included.
pub const CHANGE_ATTEMPTS: u32 = 12;
/// How long another admin's change is waited for before it is undone, in milliseconds: the largest takes about a second.
pub const CHANGE_PATIENCE_MS: i64 = 4_000;
/// Wait before each further attempt, in milliseconds, drawn at random between these.
pub const CHANGE_WAIT_MS: std::ops::RangeInclusive<u64> = 50..=250;
/// Seats that one transaction withdraws, beside its check of the event's row.
pub const WITHDRAWN_AT_ONCE: usize = TRANSACTION_ACTIONS_MAX - 1;
/// Seats that come back at a time.
pub const WITHDRAWN_IN_FLIGHT: usize = 32;

/// Attempts at a transaction that meets only conflicts, the first included.
pub const CONFLICT_ATTEMPTS: u32 = 5;
/// Wait between two of them, in milliseconds, drawn at random between these.
pub const CONFLICT_WAIT_MS: std::ops::RangeInclusive<u64> = 10..=80;
/// Attempts at a decision whose ground moved (the buyer's own hold row changed under it), the first included: enough
/// for a buyer who sends ten requests at once.
pub const DECISION_ATTEMPTS: u32 = 16;
/// Wait before each further attempt but the first, in milliseconds, drawn at random between these.
pub const DECISION_WAIT_MS: std::ops::RangeInclusive<u64> = 1..=40;

/// One try of one DynamoDB request, in milliseconds.
pub const DYNAMODB_ATTEMPT_MS: u64 = 1_000;
/// One DynamoDB request with all the SDK's retries, in milliseconds: two of them fit the functions' timeout.
pub const DYNAMODB_OPERATION_MS: u64 = 4_000;
/// The SDK's first back-off, in milliseconds; its default is a second.
pub const DYNAMODB_BACKOFF_MS: u64 = 25;
/// Tries of one DynamoDB request, the first included.
pub const DYNAMODB_ATTEMPTS: u32 = 4;
/// Idle connections are closed before the other side does, in seconds.
pub const CONNECTION_IDLE_SECONDS: u64 = 20;

/// Changes that one buyer may make at once, in one function instance, unless the deployment says otherwise.
pub const CHANGES_AT_ONCE_DEFAULT: u32 = 50;
/// Changes that one buyer may make in each second from then on.
pub const CHANGES_PER_SECOND_DEFAULT: u32 = 10;
/// Buyers whose pace one function instance remembers before it forgets those who have been quiet.
pub const PACED_BUYERS_MAX: usize = 10_000;
/// Sockets that one buyer may have open, unless the deployment says otherwise.
pub const SOCKETS_PER_BUYER_DEFAULT: u32 = 20;
/// Silence after which a socket does not count any more, in milliseconds: its end may never have been told.
pub const SOCKET_SILENCE_MS: i64 = 10 * 60 * 1_000;
/// How often a socket's sign of life is written down, in milliseconds.
pub const SOCKET_SEEN_MS: i64 = 4 * 60 * 1_000;

/// Message from a client over the socket, in bytes.
pub const SOCKET_MESSAGE_BYTES_MAX: usize = 32 * 1024;
/// Frame to a client, in bytes: API Gateway takes 128 KB, and the JSON envelope needs a little.
pub const SOCKET_FRAME_BYTES_MAX: usize = 120 * 1024;
/// What is kept back of it for the envelope of a list, in bytes.
pub const SOCKET_ENVELOPE_BYTES: usize = 1_024;
/// Life of a connection, in seconds: API Gateway closes it then.
pub const CONNECTION_SECONDS_MAX: i64 = 2 * 60 * 60;
/// Partitions over which the watchers of one event are spread.
pub const WATCH_SHARDS: u32 = 8;
/// Connections whose caller one function instance remembers.
pub const CALLERS_REMEMBERED_MAX: usize = 10_000;
/// `requestId` of a message, in characters.
pub const REQUEST_ID_CHARS_MAX: usize = 128;
/// Partitions over which the list of watchers that lag is spread: a rush may make thousands lag at once.
pub const LAGGING_SHARDS: u32 = 8;
/// Events that one connection may watch at a time.
pub const WATCHED_EVENTS_MAX: usize = 16;
/// Posts to watchers under way at once.
pub const POSTS_IN_FLIGHT: usize = 128;
/// One post to one watcher, in milliseconds: a watcher that hangs holds a batch up this long, once.
pub const POST_ATTEMPT_MS: u64 = 500;
/// Further tries at watchers whose post was throttled, after the others were served.
pub const POST_RETRIES: u32 = 2;
/// Wait before each of them, in milliseconds.
pub const POST_RETRY_WAIT_MS: u64 = 50;
/// Posts to watchers that one run of the broadcaster makes at once, in number: an audience up to this size is told with
/// no pause.
pub const POSTS_BURST: u32 = 1_000;
/// Posts to watchers that one run of the broadcaster makes a second on average, where the deployment does not say
/// (`POSTS_PER_SECOND`): half of the 10,000 calls a second that API Gateway grants an account, HTTP included.
pub const POSTS_PER_SECOND_DEFAULT: u32 = 5_000;
/// How long one event's watchers are told of a batch, in milliseconds: whoever is not reached by then is served as one
/// that lags, for a run that outlasts its function would begin with the same watchers again.
pub const TELL_MS: u64 = 20_000;
/// Watchers that lag which are served with a batch, so that they do not hold up the next; the others wait for the schedule.
pub const LAGGARDS_AT_ONCE: usize = 128;
/// How long a watcher that stayed late is left alone, in milliseconds.
pub const LAG_MS: i64 = 5_000;

/// Partitions over which the rows of holds that will end are spread.
pub const DUE_SHARDS: u32 = 4;
/// How often the schedule starts the sweep, in milliseconds.
pub const SWEEP_PERIOD_MS: i64 = 60_000;
/// Time that one run of the sweep covers, in milliseconds: past the start of the next, which may be late.
pub const SWEEP_RUN_MS: i64 = 75_000;
/// Holds whose ends are closer together than this are swept together, in milliseconds.
pub const SWEEP_GATHER_MS: i64 = 250;
/// Where holds shorter than a period are allowed, or after trouble, a run looks again after this time, in milliseconds.
pub const SWEEP_POLL_MS: i64 = 1_000;
/// Rows that one run of the outbox writes at a time.
pub const OUTBOX_WRITES_IN_FLIGHT: usize = 32;
/// Holds of a batch swept at a time, where each goes for itself.
pub const SWEEP_WRITES_IN_FLIGHT: usize = 32;
/// Batches swept at once, each of as many holds as one transaction frees.
pub const SWEEP_BATCHES_IN_FLIGHT: usize = 16;

/// How long a JWKS document is used without fetching it again, in milliseconds.
pub const JWKS_KEPT_MS: i64 = 10 * 60 * 1_000;
/// An unknown key id makes a function fetch the document at most this often, in milliseconds.
pub const JWKS_REFETCH_MS: i64 = 10_000;
/// While there is no JWKS document to trust at all, a function tries to fetch one at most this often, in milliseconds:
/// as often as `Retry-After` asks clients to come back.
pub const JWKS_RETRY_MS: i64 = 1_000;
/// A JWKS document that cannot be fetched again is still trusted this long, in milliseconds.
pub const JWKS_STALE_MS: i64 = 60 * 60 * 1_000;
/// Fetch of a JWKS document, in milliseconds.
pub const JWKS_FETCH_MS: u64 = 1_500;
/// Size of a JWKS document, in bytes: API Gateway's own limit.
pub const JWKS_BYTES_MAX: usize = 150_000;
/// `sub`, in characters.
pub const BUYER_CHARS_MAX: usize = 128;
