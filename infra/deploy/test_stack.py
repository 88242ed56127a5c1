"""What `make deploy` and `make destroy` do with a stack in each of its states, without AWS: `.tools/deploy/bin/python infra/deploy/test_stack.py`."""

import contextlib
import io
import unittest
from unittest import mock

import stack
from refusal import Refused


class Formation:
    """CloudFormation with one stack."""

    def __init__(self, status: str):
        self.status, self.events = status, [{"EventId": "1", "LogicalResourceId": "holdfast", "ResourceStatus": status}]

    def describe_stacks(self, **_):
        return {"Stacks": [{"StackName": "holdfast", "StackId": "arn", "StackStatus": self.status}]}

    def describe_stack_events(self, **_):
        return {"StackEvents": self.events}

    def get_paginator(self, _):
        return mock.Mock(paginate=lambda **_: [self.describe_stack_events()])

    def delete_stack(self, **_):
        self.status = "DELETE_COMPLETE"
        self.events = [{"EventId": "2", "LogicalResourceId": "holdfast", "ResourceStatus": self.status}, *self.events]


class States(unittest.TestCase):
    def setUp(self):
        # Neither asks for credentials until it is used, and here neither is.
        session = mock.patch.object(stack.accounts.boto3, "Session", return_value=mock.Mock(client=lambda name: self.clients[name]))
        session.start()
        self.addCleanup(session.stop)
        self.clients = {"s3": mock.Mock()}

    def destroy(self, status: str) -> str:
        self.clients["cloudformation"] = Formation(status)
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            stack.destroy("holdfast", yes=True)
        return said.getvalue()

    def test_a_stack_whose_creation_failed_can_be_destroyed_as_its_sentence_says(self):
        self.assertIn("is gone", self.destroy("ROLLBACK_COMPLETE"))

    def test_a_stack_that_stands_can_be_destroyed(self):
        self.assertIn("is gone", self.destroy("UPDATE_COMPLETE"))

    def test_a_stack_whose_creation_failed_is_not_deployed_over(self):
        self.clients["cloudformation"] = Formation("ROLLBACK_COMPLETE")
        package = mock.Mock(prefix="package-1", architecture="x86_64")
        with mock.patch.object(stack.pages, "files", return_value=[]), self.assertRaisesRegex(Refused, "make destroy STACK=holdfast"):
            stack.deploy("holdfast", mock.Mock(), package, mock.Mock(given={}), page=None, bucket="b")


if __name__ == "__main__":
    unittest.main()
