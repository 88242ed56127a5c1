"""A stack: created, updated and deleted through CloudFormation, with its package and its page."""

import sys
import time

from botocore.exceptions import ClientError

import account as accounts
import page as pages
from refusal import Refused

CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
POLL_SECONDS = 2


def deploy(name, template, package, parameters, *, page, bucket=None, dry_run=False):
    """Creates the stack, or updates it in place, and fills its page's bucket."""
    files = pages.files(page)
    filled = {"Package": package.prefix, "Architecture": package.architecture, **parameters.given}
    if dry_run:
        _say_what_would_be_done(name, template, package, filled, files, bucket)
        return None
    with accounts.session() as session:
        account = _Account(session)
        exists = account.exists(name)
        if exists and account.has_failed_to_begin(name):
            raise Refused(f"the stack {name} could not be created last time: `make destroy STACK={name}` first")
        parameters.beside(account.parameters(name) if exists else {})
        bucket = account.own_bucket() if bucket is None else account.checked(bucket)
        account.upload_package(bucket, template, package)
        if not exists and "SetLogsRole" not in filled and account.has_logs_role():
            print("deploy: API Gateway has its role for logs in this region already, so the stack sets none (SetLogsRole=no)")
            filled["SetLogsRole"] = "no"
        print(f"deploy: {'updating' if exists else 'creating'} the stack {name}", flush=True)
        changed = account.change(name, bucket, package, template, {"ArtifactBucket": bucket, **filled}, exists)
        outputs = account.outputs(name)
        account.upload_page(outputs, files)
        print("deploy: " + ("done" if changed else "nothing of the stack has changed; the page was uploaded"))
        for key, value in sorted(outputs.items()):
            print(f"  {key:<18} {value}")
        print(f"\n  curl -s {outputs['Url']}/seat-booking/health")
        return outputs


def destroy(name, *, yes=False, dry_run=False):
    """Deletes the stack and what it made, but for the table."""
    if dry_run:
        print(f"destroy: would empty the page's bucket of {name}, and delete the stack; the table would stay")
        return None
    with accounts.session() as session:
        account = _Account(session)
        if not account.exists(name):
            raise Refused(f"there is no stack {name}")
        outputs = account.outputs(name)
        if account.is_protected(name):
            raise Refused(f"the stack {name} has termination protection: `aws cloudformation update-termination-protection` takes it off")
        if not yes and input(f"Delete the stack {name}? Its table {outputs.get('TableName')} stays. Type the stack's name: ") != name:
            raise Refused("nothing was deleted")
        account.empty(outputs.get("PageBucket"))
        account.delete(name)
        kept = f"the table {outputs['TableName']} is kept, with everything in it" if "TableName" in outputs else "it had no table yet"
        print(f"destroy: the stack {name} is gone; {kept}")
        return outputs


def _say_what_would_be_done(name, template, package, filled, files, bucket):
    print(f"dry run: the stack {name}, from the package {package.prefix} ({package.architecture}, {package.profile})")
    print(f"\nupload to {bucket or 'holdfast-artifacts-ACCOUNT-REGION (made where it is not there)'}:")
    for function, path in package.zips.items():
        print(f"  {package.prefix}/{function}.zip  {path.stat().st_size / 1e6:.2f} MB")
    print(f"  {package.prefix}/template.yaml  {len(template.text) / 1e3:.0f} kB")
    print(f"\ncreate or update, with {' and '.join(CAPABILITIES)}; of a stack that is there, parameters that are not given stay as they are:")
    for parameter, described in template.parameters().items():
        value = "(the bucket)" if parameter == "ArtifactBucket" else filled.get(parameter, described.get("Default", ""))
        print(f"  {parameter:<24} {value}{'' if parameter in filled or parameter == 'ArtifactBucket' else '  (default)'}")
    print("\nupload to the page's bucket, and invalidate the distribution:")
    for key, _, kind, caching in files:
        print(f"  {key:<28} {kind.split(';')[0]:<18} {caching}")


class _Account:
    """What an account and region have of a stack."""

    def __init__(self, session):
        self.session = session
        self.formation = session.client("cloudformation")
        self.storage = session.client("s3")

    def own_bucket(self):
        """The bucket of this account and region for packages; made where it is not there."""
        account, region = self.session.client("sts").get_caller_identity()["Account"], self.storage.meta.region_name
        bucket = f"holdfast-artifacts-{account}-{region}"
        try:
            self.storage.head_bucket(Bucket=bucket, ExpectedBucketOwner=account)
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("404", "NoSuchBucket"):
                raise
            print(f"deploy: making the bucket {bucket}", flush=True)
            where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
            self.storage.create_bucket(Bucket=bucket, **where)
            closed = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
            self.storage.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=closed)
        return bucket

    def checked(self, bucket):
        """A bucket of the operator's. Lambda takes code from its own region only."""
        region = self.storage.get_bucket_location(Bucket=bucket)["LocationConstraint"] or "us-east-1"
        if region != self.storage.meta.region_name:
            raise Refused(f"the bucket {bucket} is in {region}, and the stack in {self.storage.meta.region_name}: Lambda takes code from its own region only")
        return bucket

    def parameters(self, name):
        """The parameters that a stack has."""
        return {each["ParameterKey"]: each["ParameterValue"] for each in self._stack(name).get("Parameters", [])}

    def has_logs_role(self):
        """Whether the account has named a role with which API Gateway writes logs in this region."""
        return bool(self.session.client("apigateway").get_account().get("cloudwatchRoleArn"))

    def has_failed_to_begin(self, name):
        """Whether a stack's creation failed: it can only be deleted."""
        return self._stack(name)["StackStatus"] == "ROLLBACK_COMPLETE"

    def is_protected(self, name):
        """Whether a stack must not be deleted."""
        return self._stack(name).get("EnableTerminationProtection", False)

    def upload_package(self, bucket, template, package):
        """Puts zips and template into the bucket. What is there already is the same, since the prefix follows from it."""
        there = self.storage.list_objects_v2(Bucket=bucket, Prefix=f"{package.prefix}/").get("Contents", [])
        sizes = {each["Key"]: each["Size"] for each in there}
        for function, path in package.zips.items():
            key = f"{package.prefix}/{function}.zip"
            if sizes.get(key) != path.stat().st_size:
                print(f"deploy: uploading {function}.zip", flush=True)
                self.storage.upload_file(str(path), bucket, key)
        self.storage.put_object(Bucket=bucket, Key=_template_key(package), Body=template.text.encode())

    def exists(self, name):
        """Whether there is such a stack, once it has come to rest."""
        try:
            status = self._stack(name)["StackStatus"]
        except ClientError as error:
            if "does not exist" in str(error):
                return False
            raise
        if status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS":
            print(f"deploy: the stack {name} is still {status}; waiting for its end", flush=True)
            status = self._follow(name, self._newest_event(name), is_moving=True)
        return status not in ("REVIEW_IN_PROGRESS", "DELETE_COMPLETE")

    def change(self, name, bucket, package, template, values, exists):
        """Makes the stack what the template says; whether there was anything to change."""
        already = self.parameters(name) if exists else {}
        kept = [n for n in template.parameters() if n not in values and n in already]
        given = [{"ParameterKey": n, "ParameterValue": v} for n, v in values.items()]
        given += [{"ParameterKey": n, "UsePreviousValue": True} for n in kept]
        change_set = f"deploy-{int(time.time())}"
        self.formation.create_change_set(
            StackName=name, ChangeSetName=change_set, ChangeSetType="UPDATE" if exists else "CREATE",
            TemplateURL=self._address(bucket, _template_key(package)), Parameters=given, Capabilities=CAPABILITIES,
        )
        while (told := self.formation.describe_change_set(StackName=name, ChangeSetName=change_set))["Status"].endswith(("PENDING", "PROGRESS")):
            time.sleep(POLL_SECONDS)
        if told["Status"] == "FAILED":
            why = told.get("StatusReason", "")
            self.formation.delete_change_set(StackName=name, ChangeSetName=change_set)
            if "didn't contain changes" in why or "No updates are to be performed" in why:
                return False
            raise Refused(f"CloudFormation does not take the change: {why}")
        since = self._newest_event(name)
        self.formation.execute_change_set(StackName=name, ChangeSetName=change_set)
        status = self._follow(name, since)
        if status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            raise Refused(f"the stack {name} ended as {status}; the reasons are above, the first is the cause")
        return True

    def delete(self, name):
        """Deletes the stack, and waits until it is gone."""
        stack = self._stack(name)["StackId"]
        since = self._newest_event(stack)
        self.formation.delete_stack(StackName=name)
        status = self._follow(stack, since)
        if status != "DELETE_COMPLETE":
            raise Refused(f"the stack {name} ended as {status}; the reasons are above")

    def outputs(self, name):
        """The outputs of a stack by their names."""
        return {each["OutputKey"]: each["OutputValue"] for each in self._stack(name).get("Outputs", [])}

    def upload_page(self, outputs, files):
        """Fills the page's bucket, and has the edge forget what it had."""
        for key, path, kind, caching in files:
            self.storage.upload_file(str(path), outputs["PageBucket"], key, ExtraArgs={"ContentType": kind, "CacheControl": caching})
        paths = {"Quantity": 1, "Items": ["/*"]}
        batch = {"Paths": paths, "CallerReference": str(time.time_ns())}
        self.session.client("cloudfront").create_invalidation(DistributionId=outputs["DistributionId"], InvalidationBatch=batch)
        print(f"deploy: uploaded {len(files)} files of the page", flush=True)

    def empty(self, bucket):
        """Deletes every file of a bucket, which CloudFormation does not do by itself."""
        for listed in self.storage.get_paginator("list_objects_v2").paginate(Bucket=bucket) if bucket else []:
            keys = [{"Key": each["Key"]} for each in listed.get("Contents", [])]
            if keys:
                self.storage.delete_objects(Bucket=bucket, Delete={"Objects": keys})

    def _stack(self, name):
        """What CloudFormation says of a stack."""
        return self.formation.describe_stacks(StackName=name)["Stacks"][0]

    def _address(self, bucket, key):
        """The template's address. Behind another endpoint than AWS's, buckets are paths."""
        endpoint = self.storage.meta.endpoint_url
        if ".amazonaws.com" not in endpoint:
            return f"{endpoint}/{bucket}/{key}"
        return f"{endpoint.replace('https://s3.', f'https://{bucket}.s3.')}/{key}"

    def _newest_event(self, name):
        return next(iter(self.formation.describe_stack_events(StackName=name)["StackEvents"]), {}).get("EventId")

    def _follow(self, name, since, is_moving=False):
        """Prints what fails and how many resources are done, until the stack has come to rest; its status then. A stack that has just
        been told to change is not at rest before its first event says so."""
        done, told = set(), time.monotonic()
        while True:
            for event in self._events(name, since):
                since, is_moving = event["EventId"], True
                status = event["ResourceStatus"]
                if "FAILED" in status:
                    print(f"  {event['LogicalResourceId']}: {status}: {event.get('ResourceStatusReason', '')}", file=sys.stderr, flush=True)
                elif status.endswith("_COMPLETE"):
                    done.add(event["LogicalResourceId"])
            status = self._stack(name)["StackStatus"]
            if is_moving and not status.endswith("_IN_PROGRESS"):
                return status
            if time.monotonic() - told > 15:
                told = time.monotonic()
                print(f"  {status}: {len(done)} resources done", flush=True)
            time.sleep(POLL_SECONDS)

    def _events(self, name, since):
        """The events after one, the oldest first."""
        found = []
        for listed in self.formation.get_paginator("describe_stack_events").paginate(StackName=name):
            for event in listed["StackEvents"]:
                if event["EventId"] == since:
                    return reversed(found)
                found.append(event)
        return reversed(found)


def _template_key(package):
    return f"{package.prefix}/template.yaml"
