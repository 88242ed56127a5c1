"""The mutants: mistakes that somebody could make in the product, each with the invariants one of which it breaks.

Invariants are those of ARCHITECTURE.md. An edit names a file, a text that stands there exactly once, and what stands
there instead. What breaks nothing that anybody could observe is no mutant: a second lock on a door that is locked
already may be taken off without a trace. Such locks are

- the `expiresAt >= :now` of a seat that is booked, and the id and the end of a hold whose seats the sweep frees: the
  decision before has looked at them, and a hold never changes its end;
- the condition that a booking is new: its id follows from the hold's revision, of which the hold row's condition lets
  only one transaction pass;
- ids of holds and bookings that follow from the request: within one decision an id stays, another decision is made on
  another revision of the hold, and a repeat is recognised by what it meets (the buyer's own hold row, the payment's
  guard, the kept answer), whose keys are not drawn either; `new-id-per-attempt` draws such a key;
- `booked_before` looking for the booking that was tried: without it the answer is to try again, for an attempt was
  not answered;
- reading the buyer's hold row where a transaction met a conflict on it: a condition failed as well then, and that one
  is what is answered.
"""

from typing import NamedTuple


class Mutant(NamedTuple):
    """One breakage."""

    name: str
    sentence: str
    invariants: tuple[int, ...]
    edits: tuple[tuple[str, str, str], ...]


WRITE = "shared/store/src/write.rs"
COMMIT = "shared/store/src/commit.rs"
READ = "shared/store/src/read.rs"
HOLD = "shared/domain/src/verb/hold.rs"
ASKED = "shared/domain/src/verb/asked.rs"
CONFIRM = "shared/domain/src/verb/confirm.rs"
CHECKOUT = "shared/domain/src/verb/checkout.rs"
BOOK = "shared/domain/src/verb/book.rs"
WRITE_BOOKING = "shared/store/src/write_booking.rs"
EXTEND = "shared/domain/src/verb/extend.rs"
LOOP = "shared/service/src/office/commit.rs"
CHANGE = "shared/service/src/office/change.rs"
TELL = "functions/broadcast/src/tell.rs"
AVAILABILITY = "shared/service/src/office/availability.rs"
LINE = "shared/domain/src/queue/line.rs"
ROUND = "shared/domain/src/queue/round.rs"
PLACE = "shared/domain/src/queue/outlook.rs"
QUEUE = "shared/service/src/office/queue.rs"
QUEUE_ROWS = "shared/store/src/queue.rs"
QUEUE_LIMITS = "shared/domain/src/limits/queue.rs"
DRAW_ROWS = "shared/store/src/draw.rs"
DRAW = "shared/service/src/office/draw.rs"
DRAW_ORDER = "shared/domain/src/queue/draw/order.rs"
DRAW_STEP = "functions/doorkeeper/src/draw.rs"
TEND = "functions/doorkeeper/src/tend.rs"
PASS = "shared/service/src/pass.rs"
MESSAGE = "functions/socket/src/message.rs"

MUTANTS = (
    Mutant(
        "held-seats-are-free",
        "A seat that is held is free to anybody: `OR` for `AND` in the seat's condition",
        (1, 2, 5),
        ((WRITE, "OR (#status = :held AND (expiresAt", "OR (#status = :held OR (expiresAt"),),
    ),
    Mutant(
        "own-seats-are-free",
        "Brackets are missing in the seat's condition, so a buyer holds again what they have booked",
        (1, 2, 5),
        ((WRITE, "(#status = :held AND (expiresAt < :freeBefore OR holdId = :hold))",
          "(#status = :held AND expiresAt < :freeBefore OR holder = :me)"),),
    ),
    Mutant(
        "late-holder-first",
        "The buyer whose hold has just ended may take its seats again before anybody else",
        (5,),
        ((WRITE, "OR holdId = :hold))", "OR holder = :me))"),),
    ),
    Mutant(
        "no-skew-allowance",
        "The next buyer may take a seat at the very end of its hold",
        (2, 5, 10),
        (("shared/domain/src/limits.rs", "CLOCK_SKEW_MS: i64 = 2_000", "CLOCK_SKEW_MS: i64 = 0"),),
    ),
    Mutant(
        "sweep-without-skew",
        "The sweep frees seats at the very end of their hold",
        (2, 5),
        (
            ("functions/sweep/src/free.rs", "free_before(office.clock.now())", "office.clock.now()"),
            ("functions/sweep/src/free.rs", "seat::{Status, free_before}", "seat::Status"),
            (WRITE, "let free_before = number(free_before(now).0);", "let free_before = number(now.0);"),
        ),
    ),
    Mutant(
        "confirm-of-any-hold",
        "A confirm asks whether a seat is held, and not whether it is held by this hold",
        (1, 2, 8),
        (
            (WRITE, '"#status = :held AND holdId = :hold AND expiresAt >= :now"',
             '"#status = :held AND expiresAt >= :now"'),
            (WRITE, """            (":hold", text(hold.as_str())),
            (":now", number(now.0)),
            (":booked", text("booked")),""", """            (":now", number(now.0)),
            (":booked", text("booked")),"""),
        ),
    ),
    Mutant(
        "hold-over-a-live-hold",
        "A first hold is written over the one that the buyer has: `>` for `<` in the hold row's condition",
        (2, 5, 7),
        ((WRITE, '"attribute_not_exists(pk) OR expiresAt < :now"', '"attribute_not_exists(pk) OR expiresAt > :now"'),),
    ),
    Mutant(
        "late-hold-begins-again",
        "A hold that was given up is replaced whatever its revision, so an attempt that comes late begins it again",
        (2, 5, 7, 11),
        (
            (WRITE, '"attribute_not_exists(pk) OR expiresAt < :now"',
             '"attribute_not_exists(pk) OR expiresAt < :now OR seats = :none"'),
            (WRITE, 'self.put(of_hold(hold), NO_LIVE_HOLD, [(":now", number(now.0))])',
             'self.put(of_hold(hold), NO_LIVE_HOLD, [(":now", number(now.0)), (":none", text(""))])'),
            (WRITE, 'self.check(at, NO_LIVE_HOLD, [(":now", number(now.0))])',
             'self.check(at, NO_LIVE_HOLD, [(":now", number(now.0)), (":none", text(""))])'),
            (HOLD, "let writes = self.writes(known, ", "let writes = self.writes(known.filter(|hold| hold.is_live(now)), "),
        ),
    ),
    Mutant(
        "hold-without-revision",
        "A hold is changed without a look at its revision, so one of two changes at once is lost",
        (2, 7, 15),
        (
            (WRITE, '"holdId = :hold AND revision = :revision"', '"holdId = :hold"'),
            (WRITE, "-> [(&'static str, AttributeValue); 2] {", "-> [(&'static str, AttributeValue); 1] {"),
            (WRITE, '[(":hold", text(hold.id.as_str())), (":revision", number(hold.revision))]',
             '[(":hold", text(hold.id.as_str()))]'),
        ),
    ),
    Mutant(
        "hold-is-extended",
        "A seat that joins a hold gives it new time",
        (5,),
        ((HOLD, "Some(hold) => Hold { revision: hold.revision + 1, ..hold.clone() },",
          "Some(hold) => Hold { revision: hold.revision + 1, expires_at: now.plus(length_ms), ..hold.clone() },"),),
    ),
    Mutant(
        "hold-outlives-its-end",
        "Whether a hold is live is read off its seats and not off the clock",
        (4,),
        (("shared/domain/src/hold.rs", "!self.seats.is_empty() && now <= self.expires_at", "!self.seats.is_empty()"),),
    ),
    Mutant(
        "no-payment-guard",
        "The payment's guard is not written",
        (7,),
        ((CHECKOUT, "        writes.extend(self.payment.as_ref().map(guard));\n", "        let _ = guard;\n"),),
    ),
    Mutant(
        "payment-guard-overwritten",
        "The payment's guard is written whether or not there is one",
        (7,),
        ((WRITE, "self.put_new(payment_guard(payment, booking))",
          'self.put(payment_guard(payment, booking), "attribute_not_exists(pk) OR attribute_exists(pk)", [])'),),
    ),
    Mutant(
        "transaction-in-parts",
        "A transaction of more than three rows is written in two",
        (1, 2, 7, 11),
        ((COMMIT, """        writes: Vec<TransactWriteItem>,
    ) -> Result<(), SdkError<TransactWriteItemsError>> {
""", """        mut writes: Vec<TransactWriteItem>,
    ) -> Result<(), SdkError<TransactWriteItemsError>> {
        if writes.len() > 3 {
            let rest = writes.split_off(3);
            Box::pin(self.transact(rest)).await?;
        }
"""),),
    ),
    Mutant(
        "release-keeps-the-hold-row",
        "A release frees the seats, and leaves them in the buyer's hold",
        (2,),
        (("shared/domain/src/verb/release.rs", "seats.iter().map(free).chain([row]).collect()",
          "seats.iter().map(free).chain([row].into_iter().skip(1)).collect()"),),
    ),
    Mutant(
        "cancel-keeps-a-seat",
        "A cancellation forgets the last seat of the booking",
        (2,),
        (("shared/domain/src/verb/cancel.rs", "chain(freed.into_iter().map(free))",
          "chain(freed.into_iter().rev().skip(1).map(free))"),),
    ),
    Mutant(
        "anybody-cancels",
        "Whoever knows a booking's id may cancel it",
        (1,),
        (("shared/domain/src/caller.rs", "self.sees_all || booking.buyer == self.buyer",
          "self.sees_all || !booking.buyer.as_str().is_empty()"),),
    ),
    Mutant(
        "condition-failure-retried",
        "A transaction whose condition failed is sent again as it stands",
        (11,),
        ((COMMIT, "NotCommitted::Locked(_) if attempt", "NotCommitted::Locked(_) | NotCommitted::Refused(_) if attempt"),),
    ),
    Mutant(
        "mixed-failure-retried",
        "A condition that failed beside a conflict is taken for a conflict, and sent again",
        (11,),
        ((COMMIT, "_ if has_condition => self.refused",
          '_ if has_condition && !reasons.iter().any(|r| code(r) == "TransactionConflict") => self.refused'),),
    ),
    Mutant(
        "new-id-per-attempt",
        "The row that keeps the answer to an `Idempotency-Key` gets an id of its own at each attempt",
        (7, 11),
        (("shared/service/src/http/call.rs", "key: String::from_utf8_lossy(key).into_owned(),",
          'key: format!("{}#{}", String::from_utf8_lossy(key), self.request_id),'),),
    ),
    Mutant(
        "ttl-on-a-seat",
        "A held seat carries a ttl, so that DynamoDB cleans up",
        (6,),
        (
            (WRITE, """        self.update(&key::seat(&event.id, event.lane(&seat.id), &seat.id), update, SEAT_IS_FREE, values)
""", """        let mut item = self.update(&key::seat(&event.id, event.lane(&seat.id), &seat.id), update, SEAT_IS_FREE, values);
        if let Some(update) = &mut item.update {
            update.update_expression = update.update_expression.replacen("SET ", "SET #ttl = :ttl, ", 1);
            let names = update.expression_attribute_names.get_or_insert_default();
            names.insert("#ttl".to_owned(), "ttl".to_owned());
            let values = update.expression_attribute_values.get_or_insert_default();
            values.insert(":ttl".to_owned(), number(expires_at.seconds()));
        }
        item
"""),
        ),
    ),
    Mutant(
        "shared-counter",
        "Each hold counts its seats in the event's row, which the function's role does not allow either",
        (3, 11),
        ((COMMIT, "kept.into_iter().chain(writes.iter().map(|write| self.sent(now, event, write)));\n",
          """kept.into_iter().chain(writes.iter().map(|write| self.sent(now, event, write)));
            let holds = writes.iter().any(|write| matches!(write, Write::HoldSeat { .. }));
            let sent = sent.chain(holds.then(|| self.count_held(event)));
"""),
         (COMMIT, "    pub(crate) async fn transact(", """    fn count_held(&self, event: &Event) -> TransactWriteItem {
        let at = crate::key::event(&event.id);
        let update = aws_sdk_dynamodb::types::Update::builder()
            .table_name(&self.name)
            .key("pk", crate::row::text(at.pk))
            .key("sk", crate::row::text(at.sk))
            .update_expression("ADD held :held")
            .expression_attribute_values(":held", crate::row::number(1))
            .build();
        TransactWriteItem::builder().set_update(update.ok()).build()
    }

    pub(crate) async fn transact("""),),
    ),
    Mutant(
        "price-at-confirm",
        "A confirm takes the price that the event asks by then",
        (8,),
        ((CONFIRM, "        let booked = Booking::of_hold(hold, seats,", """
        let price = |seat: PricedSeat| PricedSeat {
            price: checkout.event.price(&seat.category).unwrap_or(seat.price),
            ..seat
        };
        let seats = seats.into_iter().map(price).collect();
        let booked = Booking::of_hold(hold, seats,"""),),
    ),
    Mutant(
        "version-stands-still",
        "Booking a seat leaves its version as it was",
        (10,),
        (
            (WRITE, """            (":booking", text(booking.as_str())),
            (":one", number(1)),""", """            (":booking", text(booking.as_str())),
            (":one", number(0)),"""),
        ),
    ),
    Mutant(
        "version-starts-again",
        "A seat that is freed begins at version 1 again",
        (10,),
        ((WRITE, "SET #status = :available, version = version + :one", "SET #status = :available, version = :one"),),
    ),
    Mutant(
        "oldest-frame-kept",
        "The broadcaster keeps the oldest state of each seat in a batch",
        (10,),
        (("shared/domain/src/change.rs", "known.version >= change.version", "known.version <= change.version"),),
    ),
    Mutant(
        "read-before-watching",
        "A client that joins is registered only after its snapshot was read",
        (10,),
        (
            (MESSAGE, "            Follows::Socket => self.office.live_seats(&event.id).await?,\n",
             "            Follows::Socket => early,\n"),
            (MESSAGE, "        let follows = match self.office.serves_by_socket",
             "        let early = self.office.live_seats(&event.id).await?;\n"
             "        let follows = match self.office.serves_by_socket"),
        ),
    ),
    Mutant(
        "throttled-watcher-dropped",
        "The broadcaster takes a throttled post for one that was taken",
        (10,),
        ((TELL, "Posted::Throttled => Ok(Some(watcher)),", "Posted::Throttled => Ok(None),"),),
    ),
    Mutant(
        "late-watcher-forgotten",
        "The broadcaster does not note that a watcher which hangs has missed something",
        (10,),
        ((TELL, "                    self.leave_behind(office, event, &watcher.connection).await.map(|()| None)\n",
          "                    Ok(None)\n"),),
    ),
    Mutant(
        "poison-ends-a-batch",
        "A record that cannot be read ends its batch",
        (10,),
        (("shared/store/src/stream.rs", "filter_map(|record| change_of(record).ok().flatten())",
          "map_while(|record| change_of(record).ok()).flatten()"),),
    ),
    Mutant(
        "post-from-the-write-path",
        "A hold over the socket is told to watchers before it is written, which the function's role does not allow either",
        (10, 11),
        ((MESSAGE, "        // Beside the action, so that nobody waits for it.\n", """        if action == "seat:hold"
            && let Ok(wanted) = hold_seats(body, message.arrival())
        {
            let (mut changes, _) = office.live_seats(&wanted.event).await?;
            changes.retain(|change| body["seatIds"].to_string().contains(&format!("\\"{}\\"", change.seat)));
            for change in &mut changes {
                change.version += 1;
                change.status = domain::seat::Status::Held;
            }
            let frames = service::output::frame::changed(&wanted.event, &changes);
            for watcher in office.store.watchers(&wanted.event).await? {
                self.sockets.post_all(&watcher.connection, &frames).await;
            }
        }
"""),),
    ),
    Mutant(
        "first-page-only",
        "A query that comes back in pages is read no further than its first",
        (10,),
        ((READ, "            if start.is_none() {\n                return Ok(pages);",
          "            if start.is_none() || !pages.is_empty() {\n                return Ok(pages);"),),
    ),
    Mutant(
        "holder-told-to-everyone",
        "The layout answer names the holder of each seat to whoever is signed in",
        (9,),
        (("shared/service/src/output/layout.rs", "self.caller.is_some_and(|caller| caller.is_admin || is_mine(caller))",
          "self.caller.is_some()"),),
    ),
    Mutant(
        "refusal-not-kept",
        "A refusal is not kept for the request's `Idempotency-Key`",
        (7,),
        ((LOOP, "self.store.keep_answer(self.clock.now(), request, Err(refusal)).await?,",
          "Err(refusal),"),),
    ),
    Mutant(
        "answer-kept-afterwards",
        "The answer to an `Idempotency-Key` is written after the transaction, and not as part of it",
        (7, 11),
        (
            (LOOP, "            let keep = request.map(|request| (request, &outcome));\n", "            let keep = None;\n"),
            (LOOP, "                    return Ok(outcome);\n", """                    return Ok(match request {
                        Some(request) => self.store.keep_answer(self.clock.now(), request, outcome).await?,
                        None => outcome,
                    });
"""),
        ),
    ),
    Mutant(
        "refused-though-unanswered",
        "A refusal stands although an attempt that was never answered may yet be written",
        (11,),
        ((LOOP, "            _ if (is_settled || refusal.code == Code::SeatLocked) && is_unanswered => Err(Refusal::throttled()),\n",
          "            _ if (is_settled || refusal.code == Code::SeatLocked) && is_unanswered => Err(refusal),\n"),),
    ),
    Mutant(
        "internal-error-is-an-answer",
        "An internal error of DynamoDB's counts as an attempt that was answered",
        (11,),
        (("shared/store/src/unanswered.rs", "status().as_u16() < 500", "status().as_u16() < 600"),),
    ),
    Mutant(
        "cancels-forget-each-other",
        "A cancel of a seat is written whatever others have cancelled of the booking meanwhile",
        (2, 1),
        ((WRITE_BOOKING, '"#status = :confirmed AND cancelledSeats = :before"',
          '"#status = :confirmed AND (cancelledSeats = :before OR attribute_exists(cancelledSeats))"'),),
    ),
    Mutant(
        "settings-before-seats",
        "A layout without some seats takes effect before they are taken out of sale",
        (13,),
        ((CHANGE, "filter(|id| !is_quiet || held.contains(id)).collect();",
          "filter(|id| is_quiet && held.contains(id)).collect();"),),
    ),
    Mutant(
        "held-seats-go",
        "A change of layout takes seats out of sale that somebody holds",
        (13, 2),
        ((WRITE, "OR (#status = :held AND expiresAt < :freeBefore) OR attribute_exists(withdrawn)",
          "OR (#status = :held AND (expiresAt < :freeBefore OR version > :zero)) OR attribute_exists(withdrawn)"),),
    ),
    Mutant(
        "change-of-two-admins",
        "An admin's change of an event is written whatever another one has changed meanwhile",
        (13, 8, 1, 10),
        (("shared/store/src/change.rs", '_ => "revision = :revision",', '_ => "revision <> :revision OR revision = :revision",'),),
    ),
    Mutant(
        "lanes-follow-on-sale",
        "The lanes of an event follow its layout while it is on sale",
        (1, 11),
        ((CHANGE, "let moves = is_quiet && after.is_closed(now) && seats.is_empty();",
          "let moves = is_quiet || !seats.is_empty() || after.is_closed(now) || seats.is_empty();"),),
    ),
    Mutant(
        "laggard-off-the-list",
        "A watcher that hangs again leaves the list of those that lag",
        (10,),
        (("functions/broadcast/src/catch_up.rs",
          "                self.leave_behind(office, &lagging.event, &lagging.connection).await\n",
          "                office.store.forget_lagging(lagging).await.map_err(Refusal::from)\n"),),
    ),
    Mutant(
        "type-without-its-price",
        "A ticket type costs what its category costs, whatever price of its own it has",
        (8,),
        ((ASKED, "self.event.price_as(category, ticket_type)", "self.event.price_as(category, None)"),),
    ),
    Mutant(
        "type-stays",
        "A held seat stays what it is held as, whatever type the buyer asks for",
        (7,),
        ((ASKED, "self.types.of(&held.id).is_none_or(|wanted| held.ticket_type.as_ref() == Some(wanted))",
          "self.types.of(&held.id).is_none_or(|wanted| held.ticket_type.is_some() || held.ticket_type.as_ref() == Some(wanted))"),),
    ),
    Mutant(
        "type-priced-at-confirm",
        "A confirm takes the price that the seat's ticket type has by then",
        (8,),
        ((CONFIRM, "        let booked = Booking::of_hold(hold, seats,", """
        let price = |seat: PricedSeat| PricedSeat {
            price: seat
                .ticket_type
                .as_ref()
                .and_then(|id| checkout.event.price_as(&seat.category, checkout.event.ticket_type(Some(id))))
                .unwrap_or(seat.price),
            ..seat
        };
        let seats = seats.into_iter().map(price).collect();
        let booked = Booking::of_hold(hold, seats,"""),),
    ),
    Mutant(
        "extension-beyond-the-longest",
        "An extension gives the usual length again, however long the hold has lasted",
        (5,),
        ((EXTEND, ".min(latest).max(hold.expires_at)", ".max(hold.expires_at)"),),
    ),
    Mutant(
        "extension-of-the-row-alone",
        "An extension gives the hold's row a later end, and its first seat none",
        (5,),
        ((EXTEND, "before.seats.iter().filter(|_| is_longer)", "before.seats.iter().skip(1).filter(|_| is_longer)"),),
    ),
    Mutant(
        "extension-that-shortens",
        "An extension ends a hold earlier that was longer than usual",
        (5,),
        ((EXTEND, ".min(latest).max(hold.expires_at)", ".min(latest)"),
         (EXTEND, "let is_longer = after.expires_at > before.expires_at;", "let is_longer = after.expires_at != before.expires_at;")),
    ),
    Mutant(
        "limit-forgotten-on-cancel",
        "Seats of a booking that is cancelled in part still count among its buyer's limits",
        (15,),
        (("shared/domain/src/verb/cancel.rs", "(before.counted != Counted::No).then_some(",
          "(before.counted != Counted::No && after.cancelled_at.is_some()).then_some("),),
    ),
    Mutant(
        "limit-not-checked",
        "A hold looks at what it holds alone, and not at what its buyer has booked",
        (15,),
        ((HOLD, "booked_at_most: most.saturating_sub(hold.seats.len()) }", "booked_at_most: most }"),),
    ),
    Mutant(
        "second-booking",
        "A buyer with a booking may make another one where the event allows one",
        (15,),
        ((WRITE_BOOKING, 'const NO_OTHER_BOOKING: &str = "attribute_not_exists(bookingId)";',
          'const NO_OTHER_BOOKING: &str = "attribute_not_exists(bookingId) OR booked > :seats OR booked <= :seats";'),),
    ),
    Mutant(
        "session-without-a-look",
        "A hold of a session is given up after the grace, whether or not its buyer is back",
        (15,),
        (("shared/service/src/office/session.rs",
          "Ok(!is_here && self.store.is_still_away(away).await?)",
          "Ok(!(is_here && away.until < away.since) && self.store.is_still_away(away).await?)"),),
    ),
    Mutant(
        "absence-of-long-ago",
        "A connection is forgotten although its end could not be noted, so an absence that is over counts",
        (15,),
        (("functions/socket/src/connect.rs", "office.note_away(&known.caller.buyer).await?;",
          "let _ = office.note_away(&known.caller.buyer).await;"),),
    ),
    Mutant(
        "session-of-every-hold",
        "A hold that was begun over HTTP ends with its buyer's session too",
        (15,),
        ((HOLD, "of_session: self.terms.over_socket,", "of_session: true,"),),
    ),
    Mutant(
        "session-without-grace",
        "A hold of a session is given up as soon as its buyer has no connection",
        (15,),
        (("shared/domain/src/session.rs", "until: now.plus(i64::from(grace) * 1_000),", "until: now.plus(i64::from(grace)),"),
         ("shared/domain/src/session.rs", "self.since.plus(i64::from(grace) * 1_000 + CLOCK_SKEW_MS)",
          "self.since.plus(i64::from(grace) + CLOCK_SKEW_MS)")),
    ),
    Mutant(
        "failed-order-forgotten",
        "A payment that failed is refused, and leaves nothing on record",
        (11,),
        ((CHECKOUT, "Some(self.put_failure_on_record(now, hold, payment_failed(&why, hold, now)))",
          "Some(self.unless_paid(now, seen, payment_failed(&why, hold, now)).into())"),),
    ),
    Mutant(
        "paid-order-shown-as-failed",
        "An order whose payment failed first and succeeded then is listed twice",
        (7,),
        (("shared/store/src/orders.rs", "failed(item).filter(|order| !is_paid(order))",
          "failed(item).filter(|order| !is_paid(order) || order.payment.is_some())"),),
    ),
    Mutant(
        "sold-out-from-an-old-read",
        "Who asks for what was sold out is told so by the reading that said it then",
        (11,),
        (("shared/service/src/office/reading_cache.rs", "Some(began) if *began > arrived && *began <= now => Known::Since,",
          "Some(began) if *began <= now => Known::Since,"),),
    ),
    Mutant(
        "place-drawn-twice",
        "Places of an area are drawn without taking out what was drawn before",
        (11,),
        (("shared/domain/src/choice/places.rs", "free.iter().cycle().skip(start).take(quantity).copied().collect()",
          "(0..quantity).filter_map(|_| rng.choice(free.iter().copied())).collect()"),),
    ),
    Mutant(
        "pair-across-an-aisle",
        "The best seats are sought along the layout's list, whatever aisle or row's end is in between",
        (11,),
        (("shared/domain/src/choice/best.rs", "std::iter::successors(Some(first), |seat| neighbours.right_of(*seat))",
          "first..numbered as u32"),),
    ),
    Mutant(
        "single-booking-at-once",
        "A booking in one step is not counted as the one that its buyer may have",
        (15,),
        ((BOOK, "Booking { counted: self.checkout.counted(), ..booked }", "booked"),),
    ),
    Mutant(
        "held-seats-are-sold-at-once",
        "A seat that somebody holds is booked in one step by another: `OR` for `AND` in the condition",
        (1, 2, 5),
        ((WRITE, "OR (#status = :held AND expiresAt < :freeBefore)\";\n/// The seat belongs to this hold, whose",
          "OR (#status = :held OR expiresAt < :freeBefore)\";\n/// The seat belongs to this hold, whose"),),
    ),
    Mutant(
        "sold-at-once-without-skew",
        "A seat is booked in one step at the very end of its hold",
        (1, 5),
        ((WRITE, """(":freeBefore", number(free_before(now).0)),
            (":booked", text("booked")),""", """(":freeBefore", number(now.0)),
            (":booked", text("booked")),"""),),
    ),
    Mutant(
        "booking-for-each-choice",
        "The id of a booking in one step follows from the seats that were chosen, so an attempt that comes late makes another",
        (7,),
        (("shared/domain/src/booking.rs",
          'id: BookingId::derived(&["book", event.id.as_str(), buyer.as_str(), request_id]),',
          'id: BookingId::derived(&["book", event.id.as_str(), buyer.as_str(), request_id, seats[0].id.as_str()]),'),),
    ),
    Mutant(
        "choice-made-again",
        "A request whose attempt was never answered chooses other seats, and may get both",
        (7,),
        (("shared/domain/src/verb/hold_best.rs", """        if seen.is_unanswered {
            return is_written(tried, refused);
        }
""", """        if seen.is_unanswered && refused.seats.len() > 100 {
            return is_written(tried, refused);
        }
"""),
         ("shared/domain/src/verb/hold_best.rs",
          "if seen.is_unanswered { Next::Answer(Err(Refusal::throttled())) } else { Next::Again }",
          "let _ = seen;\n        Next::Again")),
    ),
    Mutant(
        "types-counted-in-vain",
        "Seats that are chosen are of the first ticket type, whatever was counted",
        (11,),
        (("shared/domain/src/choice/wish.rs", "TypesBySeat(seats.iter().cloned().zip(each).collect())",
          "TypesBySeat(seats.iter().cloned().zip(each).take(0).collect())"),),
    ),
    Mutant(
        "held-seats-count-for-nothing",
        "A booking in one step looks at what its buyer has booked, and not at what the buyer holds",
        (15,),
        ((BOOK, "held.len() - out_of_hold.len())?", "0)?"),),
    ),
    Mutant(
        "hold-grows-meanwhile",
        "A booking in one step does not check that what its buyer holds is still so",
        (15,),
        ((BOOK, "None => is_limited.then(|| self.unchanged_hold(seen.known_hold())),",
          "None => (is_limited && held.len() > 100).then(|| self.unchanged_hold(seen.known_hold())),"),),
    ),
    Mutant(
        "locked-instead-of-the-next-best",
        "Who has seats chosen is told that they are locked, where others would do",
        (11,),
        (("shared/domain/src/verb/hold_best.rs", "fn locked(&self, _: Moment, seen: &Seen, _: &Transaction, _: Refusal) -> Next {",
          "fn locked(&self, _: Moment, seen: &Seen, _: &Transaction, refusal: Refusal) -> Next {"),
         ("shared/domain/src/verb/hold_best.rs",
          "if seen.is_unanswered { Next::Answer(Err(Refusal::throttled())) } else { Next::Again }",
          "if seen.is_unanswered { Next::Answer(Err(Refusal::throttled())) } else { Next::Answer(Err(refusal)) }")),
    ),
    Mutant(
        "availability-kept-for-a-minute",
        "An instance answers for a minute from one reading of the availability",
        (10,),
        (("shared/domain/src/limits.rs", "pub const AVAILABILITY_KEPT_MS: i64 = 1_000;",
          "pub const AVAILABILITY_KEPT_MS: i64 = 60_000;"),),
    ),
    Mutant(
        "as-of-after-the-reading",
        "Availability says that it was read when the reading was over, and not when it began",
        (10,),
        ((AVAILABILITY, "        let as_of = self.clock.now();\n", ""),
         (AVAILABILITY, "        let inventory = venue.layout.inventory();\n",
          "        let as_of = self.clock.now();\n        let inventory = venue.layout.inventory();\n")),
    ),
    Mutant(
        "joined-by-its-own-clock",
        "A client that joins without a snapshot is told its moment as the function's clock has it, which may be behind",
        (10,),
        ((MESSAGE, "let at = self.office.clock.now().plus(CLOCK_SKEW_MS);", "let at = self.office.clock.now().plus(0 * CLOCK_SKEW_MS);"),),
    ),
    Mutant(
        "over-and-still-held",
        "Availability shows a seat as its row has it, also when its hold is over",
        (10,),
        ((AVAILABILITY, "states.into_iter().map(|seat| seat.at(as_of)).collect()", "states"),),
    ),
    Mutant(
        "follower-is-told-nothing",
        "A client that comes beyond the deployment's number is not told to follow the availability",
        (10,),
        (("shared/service/src/output/frame.rs", "        if self == Self::Availability {\n", "        if self == Self::Availability && data.is_null() {\n"),),
    ),
    Mutant(
        "etag-of-the-versions",
        "The availability's ETag follows from the event and its seats' versions, so what ends by the clock is never told",
        (10,),
        (("shared/service/src/output/availability.rs", "    let etag = etag(&content);\n",
          "    let etag = etag(&seats.iter().map(|seat| format!(\"{}:{},\", seat.seat, seat.version)).collect::<String>());\n"),),
    ),
    Mutant(
        "line-beyond-what-is-given",
        "The line goes on by its rate beyond the room that there is: its stop is where numbers end",
        (12,),
        ((ROUND, "one.stop = one.last.min(thousandths(whole(one.position) + count) + NEARLY).max(one.position);",
          "one.stop = one.last;"),),
    ),
    Mutant(
        "promised-is-not-inside",
        "Who is let in within the next seconds is not counted as inside",
        (12,),
        ((ROUND, "let last = self.promised(name);", "let last = self.passed(name, start.plus(-LINE_TOLD_MS));"),),
    ),
    Mutant(
        "pass-before-the-turn",
        "A pass comes with every place, whether or not the turn has come",
        (12,),
        ((PLACE, "            Turn::At(at, _) if now < at => told.wait_ms = Some(at.0 - now.0),\n", ""),),
    ),
    Mutant(
        "pass-of-any-event",
        "A pass is good for every event",
        (12,),
        ((PASS, "if claims.sub != buyer.as_str() || claims.event != event.as_str() {",
          "if claims.sub != buyer.as_str() {"),),
    ),
    Mutant(
        "pass-of-any-buyer",
        "A pass is good for every buyer",
        (12,),
        ((PASS, "if claims.sub != buyer.as_str() || claims.event != event.as_str() {",
          "if claims.event != event.as_str() {"),),
    ),
    Mutant(
        "pass-with-leeway",
        "A pass is good for a minute longer, as tokens are in many libraries",
        (12,),
        ((PASS, "if now < until { Ok(()) }", "if now < until.plus(60_000) { Ok(()) }"),),
    ),
    Mutant(
        "second-place-for-the-asking",
        "A place is put whether or not the buyer has one",
        (12,),
        ((QUEUE_ROWS, "None => put.condition_expression(\"attribute_not_exists(pk)\"),", "None => put,"),),
    ),
    Mutant(
        "line-over-a-newer-line",
        "A line is written over whatever line is there",
        (12,),
        ((QUEUE_ROWS, "            .condition_expression(\"attribute_not_exists(pk) OR revision = :before\")\n"
          "            .expression_attribute_values(\":before\", number(line.revision.saturating_sub(1)));\n",
          "            ;\n"),),
    ),
    Mutant(
        "gap-is-caught-up",
        "Where the doorkeeper was away, the line goes on from when it stood",
        (12,),
        ((ROUND, "self.told_until.max(now).max(opens_at.unwrap_or_default())",
          "(if self.told_until == Moment(0) { now } else { self.told_until }).max(opens_at.unwrap_or_default())"),),
    ),
    Mutant(
        "out-although-promised",
        "Whoever leaves makes room, also where the turn is promised and a pass may be out",
        (12,),
        ((QUEUE, "place.filter(|place| place.number > line.promised(&place.priority))", "place"),),
    ),
    Mutant(
        "weights-are-ignored",
        "Each priority that waits has the same share",
        (12,),
        ((ROUND, "        WORTH / u64::from(self.weight.max(1))", "        WORTH"),),
    ),
    Mutant(
        "claims-are-saved-up",
        "A priority to which few come has a claim later on all that others were given meanwhile",
        (12,),
        ((ROUND, "one.had = if count < one.count { one.had } else { one.had.max(least) };", "let _ = least;"),
         (ROUND, "        let had = wanted.iter().map(|one| one.had + one.count * one.worth()).max().unwrap_or_default();\n"
          "        wanted.iter_mut().for_each(|one| one.had = had);\n",
          "        wanted.iter_mut().for_each(|one| one.had += one.count * one.worth());\n")),
    ),
    Mutant(
        "told-until-is-ignored",
        "Readers go on computing where the line is not told any further",
        (12,),
        ((LINE, "        now.min(self.told_until)\n", "        now\n"),),
    ),
    Mutant(
        "turns-are-forgotten-early",
        "The line forgets pieces while passes of them are good",
        (12,),
        ((ROUND, "next.forget(now.plus(-self.longest_pass_ms(room) - 3 * CLOCK_SKEW_MS));", "next.forget(start.plus(-room.pass_ms / 2));"),),
    ),
    Mutant(
        "door-stays-open",
        "An automatic room lets everybody in on arrival, however many are inside",
        (12,),
        ((ROUND, "self.all_beyond(room) <= free.unwrap_or_default()", "self.all_beyond(room) <= u64::MAX - free.unwrap_or_default()"),),
    ),
    Mutant(
        "counters-are-not-raised",
        "A counter that lags gives the next number that it has, which the line has passed",
        (12,),
        ((QUEUE, "if room.shards == 1 || first > passed {", "if first > 0 || passed > 0 {"),),
    ),
    Mutant(
        "any-number-is-out",
        "Numbers that are out are counted whether or not their buyers could still be inside",
        (12,),
        ((QUEUE_ROWS, "            .expression_attribute_values(\":from\", text(key::in_order(over + 1)))",
          "            .expression_attribute_values(\":from\", text(key::in_order((over + 1).min(1))))"),),
    ),
    Mutant(
        "whoever-left-takes-part",
        "Buyers who left before the room opened take part in its draw",
        (12,),
        ((DRAW_ROWS, "entry.by == By::Lot && entry.left_at.is_none() && entry.joined_at <= until", "entry.by == By::Lot && entry.joined_at <= until"),),
    ),
    Mutant(
        "entrants-are-read-early",
        "Who takes part in a draw is read before the room opens",
        (12,),
        ((QUEUE_LIMITS, "pub const DRAW_AFTER_MS: i64 = 2_000;", "pub const DRAW_AFTER_MS: i64 = -10_000;"),),
    ),
    Mutant(
        "seed-comes-with-the-roots",
        "The seed is shown as soon as it is fixed who takes part",
        (12,),
        ((QUEUE_LIMITS, "pub const ROOTS_SHOWN_MS: i64 = 6_000;", "pub const ROOTS_SHOWN_MS: i64 = 0;"),),
    ),
    Mutant(
        "lots-are-not-sorted",
        "Numbers by lot are in the order of the leaves, whatever the seed",
        (12,),
        ((DRAW_ORDER, "        lots.sort_unstable();\n", "        lots.sort_by_key(|(_, at)| *at);\n"),),
    ),
    Mutant(
        "beacon-decides-nothing",
        "The randomness of a draw's round is left out of its key",
        (12,),
        ((DRAW_ORDER, "            None => of_seed,\n            Some(randomness) => Self(hmac(&of_seed.lot(randomness))),",
          "            None | Some(_) => of_seed,"),),
    ),
    Mutant(
        "late-write-takes-numbers-away",
        "The entrants of a draw are written over whatever is there, numbers included",
        (12,),
        ((DRAW_ROWS, "self.patiently(|| self.put_if_absent(item.clone())).await.map(drop)", "self.put_row(item).await"),),
    ),
    Mutant(
        "let-in-before-the-draw",
        "The line moves on while numbers have yet to be drawn",
        (12,),
        ((TEND, "        if !is_settled {\n", "        want_step(memory, wants, &event.id);\n        if is_settled && line.revision == u64::MAX {\n"),),
    ),
    Mutant(
        "latecomers-have-numbers-by-lot",
        "Whoever comes after the draw is numbered from 1, as those are whose numbers were drawn",
        (12,),
        ((DRAW, "let number = lot.drawn(&entry.priority) + entry.number;", "let number = entry.number;"),),
    ),
    Mutant(
        "late-word-of-a-draw-counts",
        "A doorkeeper's word on the line is taken whatever has been told since",
        (12,),
        (("shared/store/src/queue.rs", '"attribute_not_exists(pk) OR revision = :before"', '"attribute_not_exists(pk) OR revision <> :before OR revision = :before"'),),
    ),
    Mutant(
        "outbox-takes-what-it-did-not-note",
        "The outbox says that it took a batch of which it could not write the rows, so nobody gives it up and nobody hands it over again",
        (10,),
        (("functions/outbox/src/lib.rs", "noted.map(|_| stream::all_taken()).map_err(|refusal| refusal.message.into())",
          "drop(noted);\n        Ok(stream::all_taken())"),),
    ),
    Mutant(
        "sweep-rests-after-trouble",
        "A run of the sweep that could not read what is due does not look again",
        (10,),
        (("functions/sweep/src/minute.rs", "(looks_again || look.had_trouble).then_some", "looks_again.then_some"),),
    ),
    Mutant(
        "unreadable-event-is-not-there",
        "An event whose settings cannot be read is said not to be there",
        (11,),
        (("shared/service/src/office/lookup.rs", "self.store.event(id).await?.ok_or_else(Refusal::no_event)",
          "self.store.event(id).await.unwrap_or(None).ok_or_else(Refusal::no_event)"),),
    ),
)
