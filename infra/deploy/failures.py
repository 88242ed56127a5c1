"""What the stream's readers gave up, handed over once more: `make replay-failures`.

A mapping that gives a batch up puts a message into the queue `StreamFailures`. For each message this reads the batch from the stream
again, and calls the function that gave it up with the event that Lambda would have sent. The message is deleted when the function has
said that it took all of it, and no earlier: whoever is interrupted gives the command again. What was taken already does nothing new when
it comes once more, since the rows of `outbox` have keys that follow from the change, and the frames of `broadcast` carry versions.
"""

import contextlib
import json
from dataclasses import dataclass

from botocore.config import Config
from botocore.exceptions import ClientError

import account as accounts
import batch as batches
from batch import Batch, Lost, Malformed
from refusal import Refused

# For the functions that read the stream, by their names in the template: what remains where records of theirs are lost.
READERS = {
    "BroadcastFunction": "no frame tells of these changes. Screens heal by themselves: every seat map asks for availability about once a minute",
    "OutboxFunction": "no seat is lost: a hold ends by the clock, the next buyer may take its seats, and availability shows them free. But nothing "
    "frees their rows or pushes that they are free, a session's hold may stay until its end, and a waiting room counts buyers who have booked as "
    "inside until their passes run out",
}
# A message is hidden from others while it is handled: longer than its calls can take.
HIDDEN_SECONDS = 900
# A shard has two readers already, and a third one may be throttled (LimitExceededException).
PATIENT = Config(retries={"mode": "standard", "total_max_attempts": 10})


def replay(name, *, dry_run=False, forget_lost=False):
    """Hands every batch of the queue to the function that gave it up. Raises where something is left that a person should know of."""
    with accounts.session() as session:
        queue = _Queue(session, name)
        with queue.put_back():
            told = _Replay(session, queue, dry_run, forget_lost).all()
    print(f"replay-failures: {told}")
    if told.left and not dry_run:
        raise Refused(told.advice(name))


@dataclass
class Told:
    """What became of the messages."""

    handed: int = 0
    forgotten: int = 0
    lost: int = 0
    failed: int = 0
    unknown: int = 0
    waiting: int = 0

    @property
    def left(self) -> int:
        """Messages that stay although somebody wanted them gone."""
        return self.lost + self.failed + self.unknown

    def __str__(self) -> str:
        if not any(vars(self).values()):
            return "the queue is empty; nothing was given up"
        words = {
            "handed": "handed over", "waiting": "to be handed over", "forgotten": "lost and forgotten", "lost": "lost",
            "failed": "not taken", "unknown": "not understood",
        }
        counts = {each: getattr(self, each) for each in words}
        return ", ".join(f"{count} {words[each]}" for each, count in counts.items() if count)

    def advice(self, name) -> str:
        """What a person does about messages that stay."""
        sentences = []
        if self.failed:
            sentences.append("what was not taken stays in the queue: find the reason in the function's log, and give the command again")
        if self.lost:
            sentences.append(f"what is lost can be forgotten: make replay-failures STACK={name} FORGET_LOST=1")
        if self.unknown:
            sentences.append("what was not understood stays in the queue: somebody else put it there, or a function or a stream is gone; "
                             "`aws sqs receive-message` shows it")
        return "; ".join(sentences)


class _Queue:
    """The stack's queue of failures."""

    def __init__(self, session, name):
        self.stack, self.formation, self.sqs = name, session.client("cloudformation"), session.client("sqs")
        try:
            outputs = self.formation.describe_stacks(StackName=name)["Stacks"][0].get("Outputs", [])
        except ClientError as error:
            if "does not exist" in str(error):
                raise Refused(f"there is no stack {name}") from error
            raise
        self.url = next((each["OutputValue"] for each in outputs if each["OutputKey"] == "StreamFailuresUrl"), None)
        if self.url is None:
            raise Refused(f"the stack {name} has no output StreamFailuresUrl: it is not one of these stacks, or is not whole")
        self.kept = []

    def function(self, logical) -> str:
        """The name in Lambda of a function of the stack."""
        told = self.formation.describe_stack_resource(StackName=self.stack, LogicalResourceId=logical)
        return told["StackResourceDetail"]["PhysicalResourceId"]

    def arn(self) -> str:
        """Its ARN."""
        return self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def messages(self):
        """Every message, each once; those that are not deleted are hidden from others meanwhile."""
        seen = set()
        while found := self.sqs.receive_message(QueueUrl=self.url, WaitTimeSeconds=2, VisibilityTimeout=HIDDEN_SECONDS).get("Messages"):
            for message in found:
                self.kept.append(message["ReceiptHandle"])
                if message["MessageId"] not in seen:
                    seen.add(message["MessageId"])
                    yield message["Body"], message["ReceiptHandle"]

    def delete(self, receipt):
        """Forgets a message."""
        self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=receipt)
        self.kept.remove(receipt)

    @contextlib.contextmanager
    def put_back(self):
        """Shows the messages that stay at once, however this ends."""
        try:
            yield
        finally:
            for receipt in self.kept:
                # Whoever cannot be shown now is shown when its time is over.
                try:
                    self.sqs.change_message_visibility(QueueUrl=self.url, ReceiptHandle=receipt, VisibilityTimeout=0)
                except ClientError as error:
                    _say(f"a message stays hidden for up to {HIDDEN_SECONDS} s: {error}")


@dataclass
class _Reader:
    """A function that reads the stream, as its mapping calls it."""

    logical: str
    arn: str
    stream: str
    patterns: list
    most: int
    reports: bool


class _Replay:
    """One run of the command."""

    def __init__(self, session, queue, dry_run, forget_lost):
        self.queue, self.dry_run, self.forget_lost = queue, dry_run, forget_lost
        self.streams, self.functions = session.client("dynamodbstreams", config=PATIENT), session.client("lambda", config=PATIENT)
        self.told = Told()

    def all(self) -> Told:
        """Handles every message."""
        readers = self._readers()
        for text, receipt in self.queue.messages():
            self._one(readers, text, receipt)
        return self.told

    def _readers(self) -> dict:
        """The stack's readers by ARN: those whose mapping sends what it gives up to this queue."""
        queue, found = self.queue.arn(), {}
        for logical in READERS:
            mappings = self.functions.list_event_source_mappings(FunctionName=self.queue.function(logical))["EventSourceMappings"]
            for mapping in mappings:
                if mapping.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination") != queue:
                    continue
                filters = mapping.get("FilterCriteria", {}).get("Filters", [])
                found[mapping["FunctionArn"]] = _Reader(
                    logical, mapping["FunctionArn"], mapping["EventSourceArn"], [json.loads(each["Pattern"]) for each in filters],
                    mapping["BatchSize"], "ReportBatchItemFailures" in mapping.get("FunctionResponseTypes", []))
        return found

    def _one(self, readers, text, receipt):
        """Handles one message."""
        try:
            batch = Batch.read(text)
        except Malformed as why:
            self.told.unknown += 1
            _say(f"a message is none about a batch of a stream ({why})")
            return
        reader = readers.get(batch.function)
        if reader is None or reader.stream != batch.stream:
            self.told.unknown += 1
            _say(f"{batch}: no mapping of the stack hands {batch.stream} to {batch.function}; nothing was called")
            return
        try:
            found = batches.records(self.streams, batch)
        except Lost as why:
            self._lose(reader, batch, receipt, why)
            return
        wanted = [record for record in found if batches.takes(reader.patterns, record)]
        if self.dry_run:
            self.told.waiting += 1
            _say(f"{batch}: {len(wanted)} would be handed to {reader.logical}")
            return
        if why := self._hand_over(reader, wanted):
            self.told.failed += 1
            _say(f"{batch}: {reader.logical} {why}")
            return
        self.queue.delete(receipt)
        self.told.handed += 1
        _say(f"{batch}: {reader.logical} took {len(wanted)}")

    def _lose(self, reader, batch, receipt, why):
        """The stream has not got the batch any more."""
        _say(f"{batch}: the stream has lost it ({why}); it keeps a record for 24 hours. {reader.logical}: {READERS[reader.logical]}")
        if self.forget_lost and not self.dry_run:
            self.queue.delete(receipt)
            self.told.forgotten += 1
        else:
            self.told.lost += 1

    def _hand_over(self, reader, wanted) -> str | None:
        """Calls the function with the records; why it did not take all of them, if it did not."""
        for event in batches.events(wanted, reader.most):
            payload = json.dumps({"Records": event}).encode()
            try:
                answer = self.functions.invoke(FunctionName=reader.arn, InvocationType="RequestResponse", Payload=payload)
            except ClientError as error:
                return f"could not be called: {error}"
            said = answer["Payload"].read()
            if "FunctionError" in answer:
                return f"failed: {_message(said)}"
            if reader.reports and (refused := _refused(said)):
                return f"took only what lies before {refused}"
        return None


def _refused(said: bytes) -> str | None:
    """What a function reports as not taken: the first such record; none where it took everything, which an empty answer says too."""
    try:
        report = json.loads(said or b"null")
        refused = [each.get("itemIdentifier") for each in (report or {}).get("batchItemFailures") or []]
    except (ValueError, AttributeError):
        return f"an answer that is no report: {said[:200].decode(errors='replace')}"
    if not refused:
        return None
    # As Lambda reads it: the lowest number counts, and a report without one means the whole batch.
    numbers = [int(each) for each in refused if str(each).isdecimal()]
    return f"record {min(numbers)}" if len(numbers) == len(refused) else "the first record"


def _message(said: bytes) -> str:
    """What a function says of its failure."""
    try:
        return str(json.loads(said).get("errorMessage", ""))
    except (ValueError, AttributeError):
        return said[:200].decode(errors="replace")


def _say(what: str):
    print(f"  {what}", flush=True)
