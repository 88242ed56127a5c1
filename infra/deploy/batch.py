"""A batch of the table's stream that a function gave up: what the queue's message says of it, its records as the stream still has
them, and the events with which Lambda would have handed them over.

The message is the on-failure record of AWS's documentation ("Retain discarded records for a DynamoDB event source in Lambda"). It says
where the batch stands in the stream, and holds none of its records.
"""

import base64
import json
from dataclasses import dataclass
from datetime import datetime

from botocore.exceptions import ClientError

from refusal import Refused

# Where the stream keeps its records no longer: the record, or its shard or stream as a whole, is gone.
GONE = ("TrimmedDataAccessException", "ResourceNotFoundException")
# Pages that a shard may answer without coming to the batch's end. It "might take multiple calls to get to a portion of the shard that
# contains stream records" (GetRecords); so many empty ones in a row say that something else is wrong.
EMPTY_PAGES_MAX = 50
# Lambda takes 6 MB in one call.
PAYLOAD_BYTES_MAX = 5 * 1024 * 1024


class Malformed(Exception):
    """The text is no message about a batch of a stream; says why."""


class Lost(Exception):
    """The stream has not got the records any more; says since which answer of AWS's that is known."""


@dataclass(frozen=True)
class Batch:
    """Where a batch stands in the stream, and which function gave it up."""

    function: str
    stream: str
    shard: str
    first: str
    last: str
    count: int
    arrived: str
    condition: str

    @classmethod
    def read(cls, text: str) -> "Batch":
        """Reads a message of the queue."""
        try:
            said = json.loads(text)
            place, context = said["DDBStreamBatchInfo"], said["requestContext"]
            batch = cls(
                # A version's or an alias' name would stand behind it; the mappings of the template name none.
                function=context["functionArn"].removesuffix(":$LATEST"), stream=place["streamArn"], shard=place["shardId"],
                first=place["startSequenceNumber"], last=place["endSequenceNumber"], count=int(place["batchSize"]),
                arrived=str(place.get("approximateArrivalOfFirstRecord", "at a time that it does not say")),
                condition=str(context.get("condition", "for a reason that it does not say")),
            )
            if int(batch.first) > int(batch.last):
                raise Malformed("its batch ends before it begins")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Malformed(f"{type(error).__name__}: {error}") from error
        return batch

    def __str__(self) -> str:
        records = "1 record" if self.count == 1 else f"{self.count} records"
        return f"{records} of {self.arrived}, {self.first} to {self.last} of {self.shard} ({self.condition})"


def records(streams, batch: Batch) -> list[dict]:
    """The records from a batch's first to its last, as Lambda would hand them over.

    Where a function reads a shard in several batches at once, records of the others lie between; they come along, which does nothing new.
    """
    found, empty = [], 0
    try:
        iterator = streams.get_shard_iterator(
            StreamArn=batch.stream, ShardId=batch.shard, ShardIteratorType="AT_SEQUENCE_NUMBER", SequenceNumber=batch.first)["ShardIterator"]
        while iterator:
            page = streams.get_records(ShardIterator=iterator)
            for record in page["Records"]:
                if int(record["dynamodb"]["SequenceNumber"]) > int(batch.last):
                    return found
                found.append(_as_lambda_does(record, batch.stream))
            if found and int(found[-1]["dynamodb"]["SequenceNumber"]) == int(batch.last):
                return found
            empty = 0 if page["Records"] else empty + 1
            if empty > EMPTY_PAGES_MAX:
                raise Refused(f"the shard {batch.shard} answered {empty} empty pages before the batch's end; try again")
            iterator = page.get("NextShardIterator")
    except ClientError as error:
        if error.response["Error"]["Code"] in GONE:
            raise Lost(error.response["Error"]["Code"]) from error
        raise
    raise Lost(f"the shard {batch.shard} ends before the batch does")


def events(found: list[dict], most: int) -> list[list[dict]]:
    """The records in batches of at most `most`, each as large as Lambda takes, in the order of the stream."""
    batches, size = [[]], 0
    for record in found:
        length = len(json.dumps(record)) + 1
        if batches[-1] and (len(batches[-1]) >= most or size + length > PAYLOAD_BYTES_MAX):
            batches.append([])
            size = 0
        batches[-1].append(record)
        size += length
    return [each for each in batches if each]


def takes(patterns: list, record: dict) -> bool:
    """Whether a mapping with these filter patterns hands a record over; without patterns it hands over everything."""
    return not patterns or any(_matches(pattern, record) for pattern in patterns)


def _matches(pattern, value) -> bool:
    """Nested fields, exact values and prefixes: what the template's patterns are made of (local/src/pump/filter.rs knows the same)."""
    if isinstance(pattern, dict):
        return all(_matches(each, value.get(name) if isinstance(value, dict) else None) for name, each in pattern.items())
    if isinstance(pattern, list):
        return any(_holds(condition, value) for condition in pattern)
    raise Refused(f"a filter of the mapping says {json.dumps(pattern)}, which this command does not know")


def _holds(condition, value) -> bool:
    if isinstance(condition, dict):
        if set(condition) != {"prefix"}:
            raise Refused(f"a filter of the mapping says {json.dumps(condition)}, which this command does not know")
        return isinstance(value, str) and value.startswith(condition["prefix"])
    return condition == value


def _as_lambda_does(record: dict, stream: str) -> dict:
    """A record of the stream's API in Lambda's spelling: with the stream's ARN, and another case in who deleted the row."""
    told = _plain(record) | {"eventSourceARN": stream}
    if identity := told.get("userIdentity"):
        told["userIdentity"] = {"type": identity.get("Type"), "principalId": identity.get("PrincipalId")}
    return told


def _plain(value):
    """JSON of what boto3 reads: seconds for times, base64 for bytes."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, datetime):
        return int(value.timestamp())
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value
