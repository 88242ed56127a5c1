//! Every limit and every interval of the product, each with its reason. No other file may define one. Those of waiting rooms are in
//! [`queue`].

mod queue;

pub use queue::*;

/// Seats that one request may name: with the hold row and an idempotency row a transaction of 50 seats stays far
/// below DynamoDB's 100 actions.
pub const SEATS_PER_REQUEST_MAX: usize = 50;
/// How far apart, in milliseconds, the clocks of two function instances may be. The holder may confirm until
/// `expiresAt`; another buyer may take the seat only this much later.
pub const CLOCK_SKEW_MS: i64 = 2_000;
/// How far the local stack's clock can be moved ahead, in milliseconds: ten years, which is beyond any event.
#[cfg(feature = "movable-clock")]
pub const CLOCK_SHIFT_MAX_MS: i64 = 10 * 365 * 24 * 60 * 60 * 1_000;
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

/// Time for a client's request, in milliseconds: below the functions' timeout of 10 s, so that the client gets an
/// answer of ours, and over a socket before the function is ended.
pub const REQUEST_MS: u64 = 8_000;
/// Time of an invocation that is kept for its answer, in milliseconds.
pub const ANSWER_MARGIN_MS: u64 = 500;

/// How long a request may have waited before a function got it, in milliseconds: API Gateway answers by then.
pub const REQUEST_WAITS_MS: i64 = 30_000;

/// Request body, in bytes.
pub const BODY_BYTES_MAX: usize = 64 * 1024;
/// How deep objects and lists of a body or message may be nested: stored inside a row, it must be read again within the
/// 128 levels that `serde_json` takes.
pub const JSON_DEPTH_MAX: usize = 32;
/// How deep what a shop sends as it likes (contact, passengers, payment) may be nested.
pub const OWN_JSON_DEPTH_MAX: usize = 16;
/// Body of a layout document, in bytes, after decompression.
pub const LAYOUT_BODY_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Payload of an answer, in bytes: Lambda takes 6 MB and a hundred bytes, which are not used.
pub const ANSWER_PAYLOAD_BYTES_MAX: usize = 6 * 1024 * 1024;
/// What of that payload is kept for status and headers, in bytes.
pub const ANSWER_HEAD_BYTES: usize = 4 * 1024;
/// `Idempotency-Key`, in characters.
pub const IDEMPOTENCY_KEY_CHARS_MAX: usize = 128;
/// How long an answer is kept for its `Idempotency-Key`, in seconds.
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
/// Pages of a buyer's bookings that one request looks through for those in one event: it must be answered in time, whatever the buyer
/// has booked elsewhere.
pub const PAGES_LOOKED_THROUGH: usize = 10;
/// Attempts at the keys of one BatchGetItem that were left unprocessed, the first included.
pub const BATCH_GET_ATTEMPTS: u32 = 8;
/// Keys in one BatchGetItem (DynamoDB's limit).
pub const BATCH_GET_KEYS_MAX: usize = 100;
/// Writes and checks that DynamoDB takes in one transaction.
pub const TRANSACTION_ACTIONS_MAX: usize = 100;

/// How much of one value that a client sent a message repeats, in characters: the longest name fits.
pub const SHOWN_CHARS_MAX: usize = 128;

/// Seats of one layout, tables' seats included.
pub const LAYOUT_SEATS_MAX: usize = 120_000;
/// Seats at one table: a table is held whole, so it must fit one hold.
pub const TABLE_SEATS_MAX: u32 = 50;
/// Areas of one layout: a field has some, and each of them stands in the layout answer.
pub const AREAS_MAX: usize = 1_000;
/// Price categories of one layout; seats refer to them by 16 bits, and a venue has a dozen.
pub const CATEGORIES_MAX: usize = 1_000;
/// Ticket types of one event: a house has a dozen.
pub const TICKET_TYPES_MAX: usize = 50;
/// A price in the currency's major unit.
pub const PRICE_MAX: f64 = 1e9;
/// Coordinates beyond this are mistakes, and their sums would lose precision.
pub const COORDINATE_MAX: f64 = 1e9;
/// A name or label in a layout or event, in characters.
pub const TEXT_CHARS_MAX: usize = 200;
/// A time, or the name of a time zone, in an event document, in characters: none is as long.
pub const TIME_CHARS_MAX: usize = 64;
/// All labels of one layout's seats and rows together, in bytes: a row's label is sent once and stored with each of its
/// seats. In the largest layout these are about 140 bytes for each seat.
pub const LAYOUT_LABEL_BYTES_MAX: usize = 16 << 20;
/// What a stored layout may inflate to, in bytes: eight times the largest document.
pub const LAYOUT_UNPACKED_BYTES_MAX: u64 = 64 << 20;
/// Lines that one row label may have side by side, as where stalls and balcony have a row `A` each and no sections. Bounds
/// the work on a document whose seats all have the same label.
pub const ROW_LINES_MAX: usize = 16;
/// Faults that a refused layout names.
pub const FAULTS_SHOWN: usize = 10;
/// How much each fault quotes of what was sent, in characters: ten faults share one message.
pub const FAULT_CHARS_SHOWN: usize = 60;
/// How much of a category's name its id repeats, in characters: only for people, who read ids in prices and reports.
pub const SLUG_CHARS_MAX: usize = 40;
/// Text in a row that is stored as it is, in bytes. Longer text is deflated, since the row's keys and other attributes
/// take the rest of the kilobyte that costs one write unit.
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
/// Seats of all the layouts that one function keeps in memory: three layouts of the largest size.
pub const LAYOUT_SEATS_CACHED_MAX: usize = 3 * LAYOUT_SEATS_MAX;

/// Seats that one change may take out of an event on sale.
pub const CHANGE_SEATS_MAX: usize = 2_000;
/// How long sales must have been closed, or must stay closed, before no function can be selling, in milliseconds:
/// settings are remembered for 5 s, a request takes 8 s, and its last attempt may arrive some seconds late.
pub const CHANGE_QUIET_MS: i64 = 30_000;
/// Age at which a change counts as dead, in milliseconds: no request lives that long.
pub const CHANGE_DEAD_MS: i64 = 10_000;
/// Attempts of one request to change an event, the first included: an attempt fails where another request has changed
/// the event in between.
pub const CHANGE_ATTEMPTS: u32 = 12;
/// How long a request waits for another admin's change before it undoes that change, in milliseconds. The largest
/// change on sale is 21 transactions.
pub const CHANGE_PATIENCE_MS: i64 = 4_000;
/// Wait before each further attempt at a change, in milliseconds, drawn at random between these.
pub const CHANGE_WAIT_MS: std::ops::RangeInclusive<u64> = 50..=250;
/// Seats that one transaction withdraws, beside its check of the event's row.
pub const WITHDRAWN_AT_ONCE: usize = TRANSACTION_ACTIONS_MAX - 1;
/// Withdrawn seats that are returned at a time.
pub const WITHDRAWN_IN_FLIGHT: usize = 32;

/// How young a hold is that tells of others who choose at the same time, in milliseconds.
pub const YOUNG_HOLD_MS: i64 = 2_000;
/// How many times as many choices there are to draw from after each conflict: three hundred who choose at the very same moment
/// need four transactions each (`tests/simulation/tests/crowd.rs`), and two who do so are apart after one.
pub const CHOICE_GROWTH: usize = 8;
/// Seats that others have taken a moment ago from which on there is a rush: a reading of the seats then serves requests that come up to
/// [`READING_KEPT_MS`] later to choose from, since one for each would be more than a partition can read.
pub const RUSH_SEATS: usize = 128;
/// How long before a request a reading of the seats may have begun that it chooses from, in milliseconds, during a rush.
pub const READING_KEPT_MS: i64 = 1_000;
/// Events whose seats one function keeps as they were read.
pub const READINGS_KEPT_MAX: usize = 16;
/// Seats of an event of which one function remembers that it has taken them itself, before it forgets those whose holds are
/// over.
pub const OWN_SEATS_KEPT_MAX: usize = 10_000;
/// Lanes that are read first, and next, for places of an area: one has enough until nearly all of them are sold.
pub const AREA_LANES_READ: [usize; 2] = [1, 4];
/// How many times as many free places as are wanted must be known before some are drawn, so that two buyers who know the
/// same ones rarely draw the same.
pub const AREA_PLACES_KNOWN: usize = 4;

/// How long one reading of an event's seats answers everyone who asks for its availability, in milliseconds.
pub const AVAILABILITY_KEPT_MS: i64 = 1_000;
/// Events whose availability one function keeps although it serves nobody any more: of the largest venue each takes some 20 MB.
pub const AVAILABILITIES_KEPT: usize = 16;
/// How often a client reads the availability that it follows, in milliseconds: with the second that a reading may be old, whoever
/// asks an instance sees a change within two.
pub const AVAILABILITY_POLL_MS: u64 = 1_000;
/// After how long a reader of the event stream asks again, in milliseconds: what the system had that Holdfast replaces.
pub const EVENT_STREAM_RETRY_MS: u64 = 2_000;
/// Sockets by which an event's watchers get frames, unless the deployment says otherwise: five changes a second told to
/// each is what API Gateway grants an account.
pub const WATCHERS_PER_EVENT_DEFAULT: u32 = 2_000;
/// How long a count of an event's watchers serves, in milliseconds.
pub const AUDIENCE_KEPT_MS: i64 = 5_000;
/// Of those for whom there is room one instance lets in one of so many before it counts again: as many instances that let watchers in
/// at the same moment still stay within the number.
pub const AUDIENCE_SHARES: usize = 64;
/// Events whose watchers one function has counted.
pub const AUDIENCES_KEPT_MAX: usize = 1_000;

/// Attempts at a transaction that meets only conflicts, the first included.
pub const CONFLICT_ATTEMPTS: u32 = 5;
/// Wait before each further attempt at a transaction, in milliseconds, drawn at random between these.
pub const CONFLICT_WAIT_MS: std::ops::RangeInclusive<u64> = 10..=80;
/// Rounds of one request, the first included. A round fails where the buyer's own hold row has changed since it was
/// read: 16 are enough for a buyer who sends ten requests at once (acceptance `race`).
pub const ROUNDS_MAX: u32 = 16;
/// Wait before the third round and each further one, in milliseconds, drawn at random between these.
pub const ROUND_WAIT_MS: std::ops::RangeInclusive<u64> = 1..=40;

/// One attempt at a request to AWS (DynamoDB, Secrets Manager), in milliseconds.
pub const DYNAMODB_ATTEMPT_MS: u64 = 1_000;
/// One such request with all the SDK's retries, in milliseconds: two of them fit the functions' timeout.
pub const DYNAMODB_OPERATION_MS: u64 = 4_000;
/// The SDK's first back-off, in milliseconds; its default is a second.
pub const DYNAMODB_BACKOFF_MS: u64 = 25;
/// Attempts at one DynamoDB request, the first included.
pub const DYNAMODB_ATTEMPTS: u32 = 4;
/// Age at which an idle connection is closed, in seconds: before the other side closes it.
pub const CONNECTION_IDLE_SECONDS: u64 = 20;

/// Changes that one buyer may make at once, in one function instance, unless the deployment says otherwise.
pub const CHANGES_AT_ONCE_DEFAULT: u32 = 50;
/// Changes that one buyer may make in each second from then on.
pub const CHANGES_PER_SECOND_DEFAULT: u32 = 10;
/// Buyers whose pace one function instance remembers before it forgets those who have been quiet.
pub const PACED_BUYERS_MAX: usize = 10_000;
/// Sockets that one buyer may have open, unless the deployment says otherwise.
pub const SOCKETS_PER_BUYER_DEFAULT: u32 = 20;
/// Silence after which a socket does not count any more, in milliseconds: `$disconnect` may never have come for it.
pub const SOCKET_SILENCE_MS: i64 = 10 * 60 * 1_000;
/// How often a socket's sign of life is written down, in milliseconds.
pub const SOCKET_SEEN_MS: i64 = 4 * 60 * 1_000;

/// Message from a client over the socket, in bytes.
pub const SOCKET_MESSAGE_BYTES_MAX: usize = 32 * 1024;
/// Frame to a client, in bytes: API Gateway takes 128 KB, and the JSON envelope needs a little.
pub const SOCKET_FRAME_BYTES_MAX: usize = 120 * 1024;
/// What of a frame is kept for the envelope of a list, in bytes.
pub const SOCKET_ENVELOPE_BYTES: usize = 1_024;
/// Life of a connection, in seconds: API Gateway closes it then.
pub const CONNECTION_SECONDS_MAX: i64 = 2 * 60 * 60;
/// Partitions over which the watchers of one event are spread. Each batch of the stream reads them all, so more of them cost
/// every event, also one that nobody watches; four take 4,000 joins and 12,000 units of reading a second.
pub const WATCH_SHARDS: u32 = 4;
/// Connections whose caller one function instance remembers.
pub const CALLERS_REMEMBERED_MAX: usize = 10_000;
/// `requestId` of a message, in characters.
pub const REQUEST_ID_CHARS_MAX: usize = 128;
/// Partitions over which the list of lagging watchers is spread: a rush may make thousands lag at once.
pub const LAGGING_SHARDS: u32 = 8;
/// Events that one connection may watch at a time.
pub const WATCHED_EVENTS_MAX: usize = 16;
/// Posts to watchers under way at once.
pub const POSTS_IN_FLIGHT: usize = 128;
/// One post to one watcher, in milliseconds: a watcher that hangs holds up a batch for this long, once.
pub const POST_ATTEMPT_MS: u64 = 500;
/// Further tries at watchers whose post was throttled, after the others were served.
pub const POST_RETRIES: u32 = 2;
/// Wait before each further try, in milliseconds.
pub const POST_RETRY_WAIT_MS: u64 = 50;
/// Posts to watchers that one run of the broadcaster may make before its pace applies: an audience up to this size is
/// told without a pause.
pub const POSTS_BURST: u32 = 1_000;
/// Posts to watchers that one run of the broadcaster makes a second on average, where the deployment does not say
/// (`POSTS_PER_SECOND`): half of the 10,000 calls a second that API Gateway grants an account, HTTP included.
pub const POSTS_PER_SECOND_DEFAULT: u32 = 5_000;
/// Time for telling one event's watchers of a batch, in milliseconds. Watchers that are not reached by then are marked
/// as lagging: a run that Lambda ends would come again and begin with the same watchers.
pub const TELL_MS: u64 = 20_000;
/// Lagging watchers that are served with a batch, so that they do not hold up the next; the others wait for the
/// schedule.
pub const LAGGARDS_AT_ONCE: usize = 128;
/// How long a watcher that missed frames is sent nothing, in milliseconds.
pub const LAG_MS: i64 = 5_000;

/// The shortest and the longest time without a connection, in seconds, after which an event may give up a hold of a
/// session.
pub const SESSION_GRACE_SECONDS: std::ops::RangeInclusive<u64> = 1..=24 * 60 * 60;
/// Partitions over which the rows of holds are spread whose buyer has no open connection.
pub const AWAY_SHARDS: u32 = 4;
/// How long such a row is kept at most, in seconds: longer than any hold and any such time.
pub const AWAY_ROW_KEPT_SECONDS: i64 = 3 * 24 * 60 * 60;
/// Seats that an event may allow one buyer at most: more than that is no limit.
pub const SEATS_PER_BUYER_MAX: u64 = 10_000;

/// Partitions over which the rows of holds that will end are spread.
pub const DUE_SHARDS: u32 = 4;
/// How often the schedule starts the sweep, in milliseconds.
pub const SWEEP_PERIOD_MS: i64 = 60_000;
/// Time that one run of the sweep covers, in milliseconds: beyond the start of the next run, which may be late.
pub const SWEEP_RUN_MS: i64 = 75_000;
/// Holds whose ends are closer together than this are swept together, in milliseconds.
pub const SWEEP_GATHER_MS: i64 = 250;
/// Pause before a run looks again, in milliseconds, where holds may be shorter than a period or something failed.
pub const SWEEP_POLL_MS: i64 = 1_000;
/// Rows that one run of the outbox writes at a time.
pub const OUTBOX_WRITES_IN_FLIGHT: usize = 32;
/// Holds of a batch that are swept at a time, where each is swept by itself.
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
/// The shortest text by which functions know their distribution, in bytes: nobody guesses one of this length.
pub const ORIGIN_TEXT_BYTES_MIN: usize = 32;
/// A secret that could not be read is read again at most this often, in milliseconds: as often as `Retry-After` asks clients
/// to come back.
pub const SECRET_RETRY_MS: u64 = 1_000;
/// A JWKS document that cannot be fetched again is still trusted this long, in milliseconds.
pub const JWKS_STALE_MS: i64 = 60 * 60 * 1_000;
/// Fetch of a JWKS document, in milliseconds.
pub const JWKS_FETCH_MS: u64 = 1_500;
/// Size of a JWKS document, in bytes: API Gateway's own limit.
pub const JWKS_BYTES_MAX: usize = 150_000;
/// `sub`, in characters.
pub const BUYER_CHARS_MAX: usize = 128;
