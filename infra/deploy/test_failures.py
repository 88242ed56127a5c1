"""What `make replay-failures` does with each message of the queue, without AWS: `.tools/deploy/bin/python infra/deploy/test_failures.py`."""

import contextlib
import io
import json
import unittest
from datetime import datetime, timezone
from unittest import mock

from botocore.exceptions import ClientError

import account
import batch
import failures
from refusal import Refused

QUEUE = "arn:aws:sqs:eu-west-1:123456789012:failures"
STREAM = "arn:aws:dynamodb:eu-west-1:123456789012:table/t/stream/2026-11-30T00:00:00.000"
OUTBOX, BROADCAST = (f"arn:aws:lambda:eu-west-1:123456789012:function:holdfast-{name}" for name in ("OutboxFunction", "BroadcastFunction"))
SHARD = "shardId-00000001700000000000-1a2b3c4d"


def message(first: int, last: int, function: str = OUTBOX, stream: str = STREAM, shard: str = SHARD) -> str:
    """A message as AWS documents it."""
    return json.dumps({
        "requestContext": {"requestId": "r", "functionArn": function, "condition": "RetryAttemptsExhausted", "approximateInvokeCount": 6},
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "version": "1.0", "timestamp": "2026-11-30T10:00:05.000Z",
        "DDBStreamBatchInfo": {
            "shardId": shard, "startSequenceNumber": str(first), "endSequenceNumber": str(last),
            "approximateArrivalOfFirstRecord": "2026-11-30T10:00:00Z", "approximateArrivalOfLastRecord": "2026-11-30T10:00:01Z",
            "batchSize": last - first + 1, "streamArn": stream,
        },
    })


def record(number: int, sk: str) -> dict:
    """A record as boto3 reads it."""
    keys = {"pk": {"S": "BUYER#ann"}, "sk": {"S": sk}}
    change = {
        "ApproximateCreationDateTime": datetime(2026, 11, 30, 10, tzinfo=timezone.utc), "Keys": keys,
        "NewImage": keys | {"seats": {"B": b"\x01\x02"}}, "SequenceNumber": str(number), "SizeBytes": 10, "StreamViewType": "NEW_AND_OLD_IMAGES",
    }
    return {"eventID": str(number), "eventName": "INSERT", "eventVersion": "1.1", "eventSource": "aws:dynamodb", "awsRegion": "eu-west-1", "dynamodb": change}


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, "Asked")


class Queue:
    """SQS with one queue. A message that was received is hidden until it is shown again."""

    def __init__(self, texts: list[str]):
        self.texts, self.hidden, self.deleted = dict(enumerate(texts)), set(), []

    def receive_message(self, **_):
        for number, text in self.texts.items():
            if number not in self.hidden:
                self.hidden.add(number)
                return {"Messages": [{"MessageId": str(number), "ReceiptHandle": number, "Body": text}]}
        return {}

    def change_message_visibility(self, ReceiptHandle, VisibilityTimeout, **_):
        assert VisibilityTimeout == 0
        self.hidden.discard(ReceiptHandle)

    def delete_message(self, ReceiptHandle, **_):
        self.deleted.append(ReceiptHandle)
        del self.texts[ReceiptHandle]
        self.hidden.discard(ReceiptHandle)

    def get_queue_attributes(self, **_):
        return {"Attributes": {"QueueArn": QUEUE}}


class Streams:
    """A shard, two records to a page, with an empty page before each."""

    def __init__(self, records: list[dict], trimmed: bool = False):
        self.records, self.trimmed = records, trimmed

    def get_shard_iterator(self, SequenceNumber, ShardIteratorType, **_):
        assert ShardIteratorType == "AT_SEQUENCE_NUMBER"
        if self.trimmed:
            raise refused("TrimmedDataAccessException")
        at = [each["dynamodb"]["SequenceNumber"] for each in self.records].index(SequenceNumber)
        return {"ShardIterator": f"empty {at}"}

    def get_records(self, ShardIterator):
        kind, at = ShardIterator.split()
        if kind == "empty":
            return {"Records": [], "NextShardIterator": f"full {at}"}
        following = int(at) + 2
        more = {"NextShardIterator": f"empty {following}"} if following < len(self.records) else {}
        return {"Records": self.records[int(at) : following], **more}


class Functions:
    """The stack's two readers, and what they answer, one after the other."""

    def __init__(self, *answers):
        self.answers, self.calls = list(answers), []

    def list_event_source_mappings(self, FunctionName):
        patterns = {
            "holdfast-OutboxFunction": [{"dynamodb": {"Keys": {"sk": {"S": [{"prefix": "HOLD#"}]}}}}, {"dynamodb": {"Keys": {"sk": {"S": ["BOOKING"]}}}}],
            "holdfast-BroadcastFunction": [{"dynamodb": {"Keys": {"sk": {"S": [{"prefix": "SEAT#"}]}}}}],
        }
        mapping = {
            "FunctionArn": f"arn:aws:lambda:eu-west-1:123456789012:function:{FunctionName}", "EventSourceArn": STREAM, "BatchSize": 3,
            "FunctionResponseTypes": ["ReportBatchItemFailures"], "DestinationConfig": {"OnFailure": {"Destination": QUEUE}},
            "FilterCriteria": {"Filters": [{"Pattern": json.dumps(pattern)} for pattern in patterns[FunctionName]]},
        }
        return {"EventSourceMappings": [mapping, mapping | {"DestinationConfig": {}, "FunctionArn": "another"}]}

    def invoke(self, FunctionName, InvocationType, Payload):
        assert InvocationType == "RequestResponse"
        answer = self.answers.pop(0) if self.answers else {"batchItemFailures": []}
        if isinstance(answer, BaseException):
            raise answer
        self.calls.append((FunctionName, json.loads(Payload)["Records"]))
        error = {"FunctionError": "Unhandled"} if isinstance(answer, dict) and "errorMessage" in answer else {}
        return {"StatusCode": 200, "Payload": io.BytesIO(b"" if answer is None else json.dumps(answer).encode()), **error}


class Formation:
    """CloudFormation with one stack."""

    def describe_stacks(self, StackName):
        if StackName != "holdfast":
            raise ClientError({"Error": {"Code": "ValidationError", "Message": f"Stack with id {StackName} does not exist"}}, "DescribeStacks")
        return {"Stacks": [{"Outputs": [{"OutputKey": "StreamFailuresUrl", "OutputValue": "https://queue"}]}]}

    def describe_stack_resource(self, StackName, LogicalResourceId):
        return {"StackResourceDetail": {"PhysicalResourceId": f"{StackName}-{LogicalResourceId}"}}


HOLDS = [record(number, "HOLD#e") for number in range(10, 20)]


class Messages(unittest.TestCase):
    def replay(self, texts, records=HOLDS, answers=(), trimmed=False, name="holdfast", **how) -> str:
        """What one run says; its refusal, if there is one, last."""
        self.queue, self.functions = Queue(texts) if isinstance(texts, list) else texts, Functions(*answers)
        clients = {"sqs": self.queue, "lambda": self.functions, "dynamodbstreams": Streams(records, trimmed), "cloudformation": Formation()}
        session = mock.Mock(client=lambda service, **_: clients[service])
        said, self.is_fine = io.StringIO(), True
        with mock.patch.object(account.boto3, "Session", return_value=session), contextlib.redirect_stdout(said):
            try:
                failures.replay(name, **how)
            except Refused as why:
                self.is_fine = False
                print(why)
        return said.getvalue()

    def numbers(self) -> list[list[int]]:
        """The records that each call came with."""
        return [[int(each["dynamodb"]["SequenceNumber"]) for each in event] for _, event in self.functions.calls]

    def test_an_empty_queue_is_said_to_be_empty_and_nothing_is_called(self):
        self.assertIn("the queue is empty", self.replay([]))
        self.assertTrue(self.is_fine and not self.functions.calls)

    def test_a_batch_is_handed_to_the_function_that_gave_it_up_and_then_forgotten(self):
        self.assertIn("1 handed over", self.replay([message(11, 12)]))
        self.assertEqual((self.numbers(), self.functions.calls[0][0], self.queue.texts, self.is_fine), ([[11, 12]], OUTBOX, {}, True))

    def test_records_are_spelt_as_lambda_spells_them(self):
        deleted = record(11, "HOLD#e") | {"userIdentity": {"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"}}
        self.replay([message(11, 11)], [deleted])
        handed = self.functions.calls[0][1][0]
        self.assertEqual(handed["eventSourceARN"], STREAM)
        self.assertEqual(handed["userIdentity"], {"type": "Service", "principalId": "dynamodb.amazonaws.com"})
        self.assertEqual(handed["dynamodb"]["NewImage"]["seats"], {"B": "AQI="})
        self.assertEqual(handed["dynamodb"]["ApproximateCreationDateTime"], 1796032800)

    def test_the_mappings_filter_decides_what_a_function_gets(self):
        mixed = [record(10, "HOLD#e"), record(11, "SEAT#a"), record(12, "BOOKING"), record(13, "BOOKINGS"), record(14, "SEAT#b")]
        self.replay([message(10, 14), message(10, 14, BROADCAST)], mixed)
        self.assertEqual(self.numbers(), [[10, 12], [11, 14]])

    def test_no_call_has_more_records_than_the_mapping_allows_or_more_bytes_than_lambda_takes(self):
        self.replay([message(10, 17)])
        self.assertEqual(self.numbers(), [[10, 11, 12], [13, 14, 15], [16, 17]])
        with mock.patch.object(batch, "PAYLOAD_BYTES_MAX", 1_300):
            self.replay([message(10, 12)])
        self.assertEqual(self.numbers(), [[10, 11], [12]])

    def test_a_batch_that_was_taken_in_part_stays_and_is_handed_over_whole_the_next_time(self):
        said = self.replay([message(10, 15)], answers=[{"batchItemFailures": []}, {"batchItemFailures": [{"itemIdentifier": "15"}, {"itemIdentifier": "14"}]}])
        self.assertIn("took only what lies before record 14", said)
        self.assertIn("give the command again", said)
        self.assertEqual((self.is_fine, list(self.queue.texts), self.queue.hidden), (False, [0], set()))
        self.assertIn("1 handed over", self.replay(self.queue))
        self.assertEqual((self.numbers(), self.queue.texts), ([[10, 11, 12], [13, 14, 15]], {}))

    def test_a_report_without_a_number_means_the_whole_batch_and_an_empty_answer_none_of_it(self):
        for answer in ({"batchItemFailures": [{"itemIdentifier": None}]}, {"batchItemFailures": [{"itemIdentifier": ""}, {"itemIdentifier": "12"}]}):
            self.assertIn("before the first record", self.replay([message(10, 11)], answers=[answer]))
            self.assertEqual(list(self.queue.texts), [0])
        for answer in (None, {}, {"batchItemFailures": []}):
            self.replay([message(10, 11)], answers=[answer])
            self.assertEqual(self.queue.texts, {}, answer)
        self.replay([message(10, 11)], answers=["what is this"])
        self.assertEqual(list(self.queue.texts), [0])

    def test_a_function_that_fails_or_cannot_be_called_leaves_the_message_and_the_others_are_handled(self):
        said = self.replay([message(10, 10), message(11, 11), message(12, 12)], answers=[{"errorMessage": "Try again later"}, refused("TooManyRequestsException")])
        self.assertIn("failed: Try again later", said)
        self.assertIn("could not be called", said)
        self.assertIn("1 handed over, 2 not taken", said)
        self.assertEqual((self.queue.deleted, self.is_fine), ([2], False))

    def test_what_the_stream_has_lost_is_named_with_what_heals_it_and_forgotten_only_when_told_to(self):
        said = self.replay([message(10, 11), message(10, 11, BROADCAST)], trimmed=True)
        self.assertIn("TrimmedDataAccessException", said)
        self.assertIn("a hold ends by the clock", said)
        self.assertIn("Screens heal by themselves", said)
        self.assertIn("FORGET_LOST=1", said)
        self.assertEqual((self.is_fine, len(self.queue.texts), self.functions.calls), (False, 2, []))
        self.assertIn("2 lost and forgotten", self.replay(self.queue, trimmed=True, forget_lost=True))
        self.assertEqual((self.is_fine, self.queue.texts), (True, {}))

    def test_a_batch_whose_end_the_shard_does_not_have_is_not_called_whole(self):
        said = self.replay([message(18, 25)])
        self.assertIn("ends before the batch does", said)
        self.assertEqual((len(self.queue.texts), self.functions.calls), (1, []))

    def test_nobody_elses_function_is_called_and_no_other_stream_is_read_for_ours(self):
        strange = [message(10, 11, OUTBOX.replace("holdfast", "other")), message(10, 11, stream=STREAM + "x"), message(10, 11, "another")]
        said = self.replay(strange)
        self.assertIn("3 not understood", said)
        self.assertEqual((self.is_fine, self.functions.calls, len(self.queue.texts)), (False, [], 3))

    def test_a_message_that_is_none_stays_and_is_named(self):
        broken = json.loads(message(10, 11))
        del broken["DDBStreamBatchInfo"]["shardId"]
        for text in ("not JSON", "[]", "{}", json.dumps(broken), message(12, 11), message(10, 11).replace('"10"', '"ten"'), "null"):
            said = self.replay([text, message(10, 11)])
            self.assertIn("1 handed over, 1 not understood", said, text)
            self.assertEqual(list(self.queue.texts), [0], text)

    def test_a_dry_run_lists_and_changes_nothing(self):
        texts = [message(10, 11), "not JSON"]
        said = self.replay(texts, dry_run=True)
        self.assertIn("2 would be handed to OutboxFunction", said)
        self.assertEqual((self.is_fine, self.functions.calls, len(self.queue.texts), self.queue.hidden), (True, [], 2, set()))
        self.replay([message(10, 11)], trimmed=True, dry_run=True, forget_lost=True)
        self.assertEqual(len(self.queue.texts), 1)

    def test_whoever_dies_in_between_gives_the_command_again_and_nothing_is_lost(self):
        with self.assertRaises(KeyboardInterrupt):
            self.replay([message(10, 11), message(12, 13)], answers=[{}, KeyboardInterrupt()])
        self.assertEqual((self.queue.deleted, list(self.queue.texts), self.queue.hidden), ([0], [1], set()))
        # Taken by the function, and not yet deleted: it comes once more.
        with mock.patch.object(Queue, "delete_message", side_effect=refused("ServiceUnavailable")):
            self.assertIn("ServiceUnavailable", self.replay(self.queue))
        self.assertEqual(self.numbers(), [[12, 13]])
        self.assertIn("1 handed over", self.replay(self.queue))
        self.assertEqual((self.numbers(), self.queue.texts), ([[12, 13]], {}))

    def test_a_filter_that_the_command_does_not_know_stops_it(self):
        with mock.patch.object(Functions, "list_event_source_mappings", return_value={"EventSourceMappings": [{
            "FunctionArn": OUTBOX, "EventSourceArn": STREAM, "BatchSize": 3, "DestinationConfig": {"OnFailure": {"Destination": QUEUE}},
            "FilterCriteria": {"Filters": [{"Pattern": '{"eventName":[{"anything-but":"REMOVE"}]}'}]}}]}):
            self.assertIn("anything-but", self.replay([message(10, 11)]))
        self.assertEqual((self.is_fine, self.functions.calls, len(self.queue.texts)), (False, [], 1))

    def test_a_stack_that_there_is_not_is_named(self):
        self.assertIn("there is no stack other", self.replay([], name="other"))


if __name__ == "__main__":
    unittest.main()
