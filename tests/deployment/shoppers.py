"""A load while the stack changes: buyers who hold, book, release and ask again where no answer came; and what must be true afterwards."""

import http.client
import threading
import uuid

BUYERS, SEATS_EACH = 6, 600
# Of which neighbours share half.
SEATS = SEATS_EACH // 2 * (BUYERS + 1)


class Shoppers:
    """Buyers at work, each in a thread, until they are told to stop."""

    def __init__(self, api, token, event: str, seats: list[str]):
        self.api, self.event, self.over = api, event, threading.Event()
        self.booked: dict[str, list[str]] = {}
        self.requests, self.unanswered, self.surprises = 0, 0, []
        self._lock = threading.Lock()
        # Neighbours share half of their seats, so that some meet.
        stretches = [seats[n * SEATS_EACH // 2 : n * SEATS_EACH // 2 + SEATS_EACH] for n in range(BUYERS)]
        self.threads = [
            threading.Thread(target=self._safely, args=(api.as_(token(f"shopper-{n}")), stretch), daemon=True)
            for n, stretch in enumerate(stretches)
        ]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join(120)
            if thread.is_alive():
                self.surprises.append("a shopper did not come to an end")

    def _safely(self, buyer, seats: list[str]):
        try:
            self._shop(buyer, seats)
        except Exception as error:  # noqa: BLE001 - whatever it is, the run fails for it
            self.surprises.append(f"a shopper met {error!r}")

    def _shop(self, buyer, seats: list[str]):
        for turn in range(10_000):
            if self.over.is_set():
                return
            pair = [seats[(2 * turn) % len(seats)], seats[(2 * turn + 1) % len(seats)]]
            status, _ = self._insist(buyer, "hold-seats", {"eventId": self.event, "seatIds": pair, "holdDurationMinutes": 5})
            if status != 200:
                continue
            if turn % 3 == 2:
                self._insist(buyer, "release", {"eventId": self.event, "seatIds": pair})
                continue
            payment = {"gateway": "test", "transactionId": uuid.uuid4().hex}
            status, body = self._insist(buyer, "confirm", {"eventId": self.event, "seatIds": pair, "paymentInfo": payment})
            if status == 200:
                with self._lock:
                    self.booked[body["data"]["bookingId"]] = [seat["seatId"] for seat in body["data"]["seats"]]

    def _insist(self, buyer, verb: str, body: dict):
        """Asks until there is an answer of Holdfast's, under one key, so that asking again does nothing twice."""
        key = uuid.uuid4().hex
        while True:
            with self._lock:
                self.requests += 1
            try:
                status, headers, answer = buyer.ask("POST", f"/seat-booking/{verb}", body, {"idempotency-key": key})
            except (OSError, http.client.HTTPException):
                status, headers, answer = 0, {}, {}
            # Without `x-request-id` it was the gateway that answered.
            if status in (200, 409) and "x-request-id" in headers:
                return status, answer
            with self._lock:
                self.unanswered += 1
                if status not in (0, 429, 500, 502, 503):
                    self.surprises.append(f"{verb} was answered with {status}: {answer}")
                    return status, answer
            if self.over.wait(0.2):
                return 0, {}

    def faults(self, bookings: list[dict]) -> list[str]:
        """What is wrong with the bookings that the event has, held against what buyers were told."""
        found = list(self.surprises)
        sold = {}
        for booking in bookings:
            for seat in booking["seats"]:
                if (other := sold.setdefault(seat["seatId"], booking["bookingId"])) != booking["bookingId"]:
                    found.append(f"{seat['seatId']} is in two bookings: {other}, {booking['bookingId']}")
        there = {booking["bookingId"]: sorted(seat["seatId"] for seat in booking["seats"]) for booking in bookings}
        for booking, seats in self.booked.items():
            if there.get(booking) != sorted(seats):
                found.append(f"{seats} were acknowledged as the booking {booking}, which has {there.get(booking)}")
        if not self.booked:
            found.append("nothing was booked, so nothing was tried")
        return found
