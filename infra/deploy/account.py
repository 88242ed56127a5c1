"""The account and region that the environment names. Every failure of AWS's becomes a sentence."""

import contextlib
import os

import boto3
from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError

from refusal import Refused


@contextlib.contextmanager
def session():
    """A session of boto3's; what AWS refuses while it is used is said as a `Refused`."""
    try:
        # boto3 itself reads AWS_DEFAULT_REGION alone, and other SDKs of AWS's this one.
        yield boto3.Session(region_name=os.environ.get("AWS_REGION"))
    except (ClientError, BotoCoreError, Boto3Error) as error:
        raise Refused(sentence(error)) from error


def sentence(error):
    """What a person can do about a failure."""
    if isinstance(error, NoRegionError):
        return "no region: set AWS_REGION, or AWS_PROFILE to a profile that has one"
    if isinstance(error, NoCredentialsError):
        return "no credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    return str(error)
