"""Where MiniStack 1.5.33 differs from AWS, and what the run does about it. The template stays right for AWS.

`IGNORED` is what it takes in the template and does nothing with: nothing is claimed of these, beyond what `cfn-lint` and `checkov` say.
`SKIPPED` are tests of the acceptance suite that ask for what it has not. Whatever is in neither list is asked of it.
"""

IGNORED = {
    "dynamodb:LeadingKeys": "is no part of its IAM: a role's actions and resources count, its keys do not; the simulation and "
    "`make rights` hold requests against the keys",
    "CorsConfiguration": "of an API is kept under names that it does not read: the run hands the deployed settings to its API once more",
    "SocketCallbackUrl": "follows from the API's id on AWS; here it is the emulator's address, so it is a parameter of a second deployment",
    "table": "it sets no time to live, point-in-time recovery, encryption or warm throughput from a template; rows have outlived "
    "their ttl on AWS too (up to two days), so nothing of the product depends on that",
    "ReservedConcurrentExecutions": "is dropped, so no function is bounded",
    "throttling and access logs": "of stages are kept, and nothing is throttled or written",
    "CloudFront": "neither caches nor reaches these origins: its configuration is read back and compared instead; the local stack's "
    "edge keeps what it would keep",
    "stream mappings": "one thread calls for all of them; bisecting, partial answers and bounded retries are kept and not done",
    "AWS::Lambda::Permission": "is not asked for, nor are the rights that Lambda uses itself (stream, log, queue)",
    "updates": "kill calls that are under way, where Lambda lets them end: the load of the update may see 502",
}

SKIPPED = {
    "admin_layouts::a_gzip_body_is_read_to_its_end": "a gzip body with a JSON content type is decoded as UTF-8, and destroyed",
    "tokens::a_bad_token_opens_no_socket": "a refused $connect is always answered with 403, whatever the function says",
    "seeds_two_socket::a_connection_without_a_token_is_refused": "the same",
    "socket::a_token_in_the_address_or_as_subprotocol_opens_the_socket": "no subprotocol is ever answered",
    "limits::whoever_changes_too_much_is_told_to_come_back_and_others_are_served": "a buyer is limited by each instance, and it starts "
    "one for each call that finds none free: with hundreds at once none is asked often enough",
    "limits::over_the_socket_the_verbs_own_frame_says_when_to_come_back": "the same",
    "limits::refusals_of_form_do_not_count": "it starts a process for each of hundreds that ask at once, all of which read their secret "
    "from the one process that also answers everything else",
    "draw::with_a_beacon_the_draw_waits_for_its_round_and_goes_by_it": "a beacon of its own is what the local stack has; a deployment asks the "
    "network, which is out of reach where this runs",
    "race::of_200_buyers_who_want_one_seat_at_once_one_gets_it": "it starts 200 processes for them, on as many cores as there are, and its "
    "table is one process: answers take longer than the SDK waits for them",
    "choice_storm::of_a_thousand_buyers_who_book_five_times_each_a_hundred_have_one_seat_each": "the same",
    "choice_storm::standing_room_is_sold_to_the_last_place_and_no_place_twice": "the same",
    "storm::five_hundred_buyers_shop_in_an_arena_of_10000_seats": "the same",
    "storm::a_thousand_buyers_storm_a_hundred_seats": "the same",
    "seeds_five::the_printed_client_books_a_seat_once_and_reads_it_back": "it runs in Node as it was printed, and shows no header as CloudFront does",
    "seeds_five::the_printed_client_is_told_that_the_hall_is_sold_out": "the same",
    "seeds_five::the_default_event_is_meant_where_none_is_named": "the same",
}
