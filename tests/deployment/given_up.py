"""Batches of the deployed table's stream that its readers did not get, handed over as an operator does.

The emulator gives a batch up after a minute of failures at the earliest, and under a condition of its own. So the readers' mappings are
switched off, and messages of the shape that AWS documents are put into the queue for what happened meanwhile.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

from api import Line, token

EVENT, SEAT, BUYER = "given-up", "S0", "patient"
OPERATOR = Path(__file__).resolve().parents[2] / "infra/deploy"
READERS = ("OutboxFunction", "BroadcastFunction")
DUE_SHARDS = 4  # shared/domain/src/limits.rs


class GivenUp:
    """What the operator's command does with them."""

    def __init__(self, run):
        self.run, self.clients = run, run.clients
        self.queue = run.outputs["StreamFailuresUrl"]

    def faults(self) -> list[str]:
        """What is not as it should be, a sentence each."""
        self.put_on_sale()
        line = Line(f"{self.run.socket}?token={token(self.run.secret, 'watcher')}", self.run.origin)
        line.ask({"action": "join", "eventId": EVENT})
        self.switch_readers(on=False)
        try:
            return list(self.check(line))
        finally:
            line.close()
            self.switch_readers(on=True)

    def check(self, line):
        self.hold()
        time.sleep(2)
        if self.noted() or self.frames(line):
            yield "a reader whose mapping is switched off was called all the same"
        for reader, kind in zip(READERS, ("HOLD#", "SEAT#")):
            self.give_up(reader, kind)
        status, said = self.command("--dry-run")
        if status != 0 or said.count("1 would be handed to") != 2 or self.noted():
            yield f"a dry run should list two batches and call nothing: {said}"
        status, said = self.command()
        if status != 0 or "2 handed over" not in said:
            yield f"two batches should have been handed over: {said}"
        noted = self.noted()
        if len(noted) != 1:
            yield f"the end of the hold should have been noted once: {noted}"
        told = [change for frame in self.frames(line) for change in frame["data"]["changes"]]
        if [(change["seatId"], change["status"], change["version"]) for change in told] != [(SEAT, "held", 1)]:
            yield f"the watcher should have been told of one change: {told}"
        # A message that comes twice, as from a queue it may.
        self.give_up(READERS[0], "HOLD#")
        status, said = self.command()
        if status != 0 or self.noted() != noted:
            yield f"a batch that was handed over twice should do nothing new: {said}{self.noted()}"
        self.clients["sqs"].send_message(QueueUrl=self.queue, MessageBody="not a message of Lambda's")
        status, said = self.command()
        if status == 0 or "1 not understood" not in said:
            yield f"a message that is none should be named: {said}"
        self.clients["sqs"].purge_queue(QueueUrl=self.queue)
        status, said = self.command()
        if status != 0 or "the queue is empty" not in said:
            yield f"the queue should be empty at the end: {said}"

    def put_on_sale(self):
        seat = {"id": SEAT, "position": {"x": 0, "y": 0}, "categoryId": "all"}
        category = {"id": "all", "name": "All", "color": "#336699", "price": 10}
        self.run.put(f"layouts/{EVENT}", {"name": "Hall", "canvasW": 100, "canvasH": 100, "categories": [category], "seats": [seat], "items": []})
        self.run.put(f"events/{EVENT}", {"name": "Given up", "layoutId": EVENT, "startsAt": "2031-05-01T19:30:00.000Z", "currency": "USD"})

    def hold(self):
        buyer = self.run.api.as_(token(self.run.secret, BUYER))
        status, _, body = buyer.ask("POST", "/seat-booking/hold-seats", {"eventId": EVENT, "seatIds": [SEAT]})
        if status != 200:
            raise SystemExit(f"the seat could not be held: {status} {body}")

    def switch_readers(self, *, on: bool):
        for reader in READERS:
            self.clients["lambda"].update_event_source_mapping(UUID=self.mapping(reader)["UUID"], Enabled=on)

    def mapping(self, reader: str) -> dict:
        return self.clients["lambda"].list_event_source_mappings(FunctionName=self.run.physical(reader))["EventSourceMappings"][0]

    def give_up(self, reader: str, kind: str):
        """Puts the message that Lambda would have sent for the last record of this kind."""
        mapping = self.mapping(reader)
        streams, stream = self.clients["dynamodbstreams"], mapping["EventSourceArn"]
        shard = streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"][-1]["ShardId"]
        page = {"NextShardIterator": streams.get_shard_iterator(StreamArn=stream, ShardId=shard, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]}
        found = []
        while page.get("NextShardIterator") and (page := streams.get_records(ShardIterator=page["NextShardIterator"]))["Records"]:
            found += [each for each in page["Records"] if each["dynamodb"]["Keys"]["sk"]["S"].startswith(kind)]
        number, when = found[-1]["dynamodb"]["SequenceNumber"], "2026-11-30T10:00:00Z"
        self.clients["sqs"].send_message(QueueUrl=self.queue, MessageBody=json.dumps({
            "requestContext": {"requestId": "r", "functionArn": mapping["FunctionArn"], "condition": "RetryAttemptsExhausted", "approximateInvokeCount": 6},
            "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
            "version": "1.0", "timestamp": when,
            "DDBStreamBatchInfo": {
                "shardId": shard, "startSequenceNumber": number, "endSequenceNumber": number, "approximateArrivalOfFirstRecord": when,
                "approximateArrivalOfLastRecord": when, "batchSize": 1, "streamArn": stream,
            },
        }))

    def command(self, *words: str) -> tuple[int, str]:
        """What `make replay-failures` runs: its exit code, and what it says."""
        command = [sys.executable, "-B", OPERATOR, "replay-failures", self.run.stack, *words]
        told = subprocess.run(command, capture_output=True, text=True, check=False)
        print("".join(f"  {line}\n" for line in (told.stdout + told.stderr).splitlines()), end="", flush=True)
        return told.returncode, told.stdout + told.stderr

    def noted(self) -> list[str]:
        """The ends of this event's holds that `outbox` has noted."""
        keys = [f"DUE#{shard}" for shard in range(DUE_SHARDS)]
        pages = [self.clients["dynamodb"].query(
            TableName=self.run.outputs["TableName"], KeyConditionExpression="pk = :shard", ExpressionAttributeValues={":shard": {"S": key}},
        )["Items"] for key in keys]
        return [row["sk"]["S"] for page in pages for row in page if f"#{EVENT}#" in row["sk"]["S"]]

    def frames(self, line: Line) -> list[dict]:
        """The changes that were pushed to a connection and not read yet."""
        found, frame = [], line.ask({"action": "ping"})
        while frame["type"] != "pong":
            found.append(frame)
            frame = line.read()
        return found
