"""What no schema can say, said to what schemathesis draws at random: that names for one thing agree, what the demo sells, and
that somebody who books has held before.

Only requests that are to be right are touched, and of them only what could not be: without this nearly all of them would be
refused before they reach a seat, and links would have nothing to follow.
"""

import itertools
import os
import re

import requests
import schemathesis

EVENT_NAMES = ("eventId", "tripId", "screeningId", "screening_id", "eventID")
SEAT_NAMES = ("seatIds", "seatLabels", "seat_ids", "seatIDs", "seatId", "seatLabel")
TABLE_NAMES = ("tableIds", "tableId")
CINEMA, COACH, THEATRE, FIELD, HALL = "screening-42", "trip123", "64f123456789abcd12345678", "festival", "hundred"
# Has a waiting room.
ONSALE = "onsale"
DEMO = (CINEMA, COACH, THEATRE, FIELD, HALL)
# What these operations are tried on; the others on the cinema, where they name no event of the demo.
EVENTS = {"holdTable": THEATRE, "holdArea": FIELD, "holdBest": FIELD}
# Where these find something that is held.
BOOKS_WHAT_IS_HELD = {"confirm": CINEMA, "confirmLocked": CINEMA, "confirmTrip": COACH}
NEEDS_A_BOOKING = ("cancelBooking", "getBooking", "headGetBooking")
NEEDS_A_PLACE = ("getPlace", "headGetPlace", "leaveLine")
BY_PATH = ("holdTripSeat", "releaseTripSeat", "takePlace", "leaveLine")
# Seats of the demo, as answers name them.
SEAT = re.compile(r"place_front_\d+|(left|right)-[A-Z]-\d+|seat_\w+|[A-K]\d{1,2}|\d{1,2}[A-E]")
FREE = {
    CINEMA: itertools.cycle(f"{row}{number}" for row in "BCDEFGH" for number in range(1, 17)),
    COACH: itertools.cycle(f"{row}{letter}" for row in range(8, 12) for letter in "ABCD"),
}


def ask(path, body):
    """The data of an answer of the stack; nothing where it refuses."""
    headers = {"Authorization": f"Bearer {os.environ['HOLDFAST_TOKEN']}"}
    answer = requests.post(f"{os.environ['HOLDFAST_URL']}/seat-booking/{path}", json=body, headers=headers, timeout=30)
    return answer.json()["data"]


def one_name(body, names):
    """Leaves the first of several names for one thing, and says which it is."""
    named = [name for name in names if body.get(name) is not None]
    for name in named[1:]:
        del body[name]
    return named[0] if named else None


def known(seats):
    """Whether all of these are seats that the demo has."""
    return all(SEAT.fullmatch(seat) for seat in (seats if isinstance(seats, list) else [seats]))


def right_seat(seat):
    """A seat that the demo has: this one, or the next of the cinema."""
    return seat if SEAT.fullmatch(seat) else next(FREE[CINEMA])


def made_right(operation, drawn):
    """A body that has the right form, changed into one that also means something."""
    if operation in BY_PATH:
        # Event and seat are as the path has them, or left out; so is the buyer, whom the query may name.
        return {name: value for name, value in drawn.items() if name in ("holdDurationMinutes", "reason")}
    body = dict(drawn)
    event, seats = one_name(body, EVENT_NAMES), one_name(body, SEAT_NAMES)
    if operation in BOOKS_WHAT_IS_HELD:
        one_name(body, TABLE_NAMES)
        if not (event and body[event] in DEMO and seats and known(body[seats])):
            home = BOOKS_WHAT_IS_HELD[operation]
            ask("hold-seats", {"eventId": home, "seatIds": [next(FREE[home])]})
            body = {name: value for name, value in body.items() if name not in (*SEAT_NAMES, *TABLE_NAMES)}
            body[event or "eventId"] = home
    else:
        if event and (operation in EVENTS or body[event] not in DEMO):
            body[event] = EVENTS.get(operation, CINEMA)
        if seats:
            listed = body[seats]
            body[seats] = list(dict.fromkeys(map(right_seat, listed))) if isinstance(listed, list) else right_seat(listed)
    return without_the_impossible(operation, body, seats)


def without_the_impossible(operation, body, seats):
    """The same body without what the demo does not have, or has in another event; the examples have each of them."""
    gone = {"userId"} if operation != "endSession" else set()
    gone |= {"ticketTypes", "holdDurationMinutes"} if seats or body.get("quantity") else {"holdDurationMinutes"}
    if operation in ("release", "cancelLock"):
        gone |= set(TABLE_NAMES)
    if operation == "cancelBooking":
        gone |= set(SEAT_NAMES)
    if "areaId" in body:
        body["areaId"] = "front"
        gone |= {"categoryId", "accessible"}
    elif not seats:
        gone |= {"categoryId"}
    if operation == "holdTable":
        body["tableId"] = "table_VIP_001"
    return {name: value for name, value in body.items() if name not in gone}


@schemathesis.hook
def before_call(context, case, kwargs):
    """Makes a drawn request right, where it is meant to be."""
    phase = case.meta.phase.name.value if case.meta else None
    if phase not in ("fuzzing", "stateful") or not case.meta.generation.mode.is_positive:
        return
    operation = case.operation.definition.raw.get("operationId")
    if isinstance(case.body, dict) and case.method in ("POST", "DELETE"):
        case.body = made_right(operation, case.body)
    if operation in NEEDS_A_BOOKING and phase == "fuzzing":
        booking = ask("book", {"eventId": CINEMA}).get("bookingId")
        case.path_parameters["bookingId"] = booking or case.path_parameters["bookingId"]
    if operation in NEEDS_A_PLACE and phase == "fuzzing" and case.path_parameters["eventId"] == ONSALE:
        ask(f"queue/{ONSALE}", {})
