"""What was deployed, read back and held against what the operator was promised. Each check is a claim; it fails with what it found."""

import json

CACHED_FOR_A_SECOND = {"/seat-booking/availability/*", "/seat-booking/queue/*/line", "/events"}
KEPT_FOR_EVER = {"/seat-booking/plans/*", "/seat-booking/queue/*/draw/*"}
PASSED_ON = {"/seat-booking/*", "/api/*", "/book", "/bookings/*"}
# AWS's own policies: no caching; everything of the viewer's but Host.
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ALL_BUT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
# And what a browser's preflight says, with Origin.
PREFLIGHT = "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf"
NAMES_OF_EVENTS = {"eventId", "eventID", "tripId", "screeningId", "screening_id"}
ERRORS = {400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504}


def faults(clients, stack: str, template, outputs: dict, secrets: list[str], origin: str) -> list[str]:
    """Every claim that does not hold of a stack that was deployed from a template, as a sentence."""
    resources = clients["cloudformation"].get_paginator("list_stack_resources").paginate(StackName=stack)
    physical = {each["LogicalResourceId"]: each["PhysicalResourceId"] for page in resources for each in page["StackResourceSummaries"]}
    claims = [
        *distribution(clients["cloudfront"], outputs["DistributionId"], origin),
        *table(clients["dynamodb"], outputs["TableName"]),
        *functions(clients["lambda"], clients["iam"], clients["logs"], physical, len(template.binaries()), secrets),
        *streams(clients["lambda"], physical),
        *apis(clients["apigatewayv2"], physical, template.data["Resources"]),
    ]
    return [said for holds, said in claims if not holds]


def distribution(cloudfront, name: str, origin: str):
    """One address for everything; what is kept, for how long, under which key; who may come to what is behind."""
    config = cloudfront.get_distribution_config(Id=name)["DistributionConfig"]
    origins = {each["Id"]: each for each in config["Origins"]["Items"]}
    behaviours = {each["PathPattern"]: each for each in config["CacheBehaviors"]["Items"]}
    yield set(origins) == {"page", "http", "socket"}, f"the distribution has other origins: {set(origins)}"
    for name in ("http", "socket"):
        headers = {each["HeaderName"]: each["HeaderValue"] for each in origins[name].get("CustomHeaders", {}).get("Items", [])}
        edge = {"holdfast-edge": "cloudfront"} if name == "http" else {}
        yield headers == {"holdfast-origin": origin, **edge}, f"the origin {name} is shown {set(headers)}, or another secret"
        yield origins[name]["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only", f"{name} is asked without TLS"
    yield set(behaviours) == CACHED_FOR_A_SECOND | KEPT_FOR_EVER | {"/ws"} | PASSED_ON, f"other paths: {set(behaviours)}"
    order = list(behaviours)
    for path in [*CACHED_FOR_A_SECOND - {"/events"}, *KEPT_FOR_EVER]:
        yield order.index(path) < order.index("/seat-booking/*"), f"{path} comes after the pattern that takes everything"
    for path, behaviour in behaviours.items():
        yield behaviour["TargetOriginId"] == ("socket" if path == "/ws" else "http"), f"{path} goes to {behaviour['TargetOriginId']}"
        yield behaviour["ViewerProtocolPolicy"] == "https-only", f"{path} is served without TLS"
        policy, passes = behaviour["CachePolicyId"], behaviour.get("OriginRequestPolicyId")
        if path in PASSED_ON | {"/ws"}:
            yield policy == CACHING_DISABLED, f"{path} is cached"
            yield passes == ALL_BUT_HOST, f"{path} does not pass on everything but Host"
            continue
        told = cloudfront.get_cache_policy(Id=policy)["CachePolicy"]["CachePolicyConfig"]
        key = told["ParametersInCacheKeyAndForwardedToOrigin"]
        headers = set(key["HeadersConfig"].get("Headers", {}).get("Items", []))
        seconds = (told["MinTTL"], told["DefaultTTL"], told["MaxTTL"])
        longest = 31_536_000 if path in KEPT_FOR_EVER else 1
        yield seconds == (0, 0, longest), f"{path} is kept for {seconds} s"
        yield passes == PREFLIGHT, f"{path} does not pass on what a browser's preflight says, and that alone beside its key"
        yield key["EnableAcceptEncodingGzip"] is True, f"gzip is not in the key of {path}"
        expected = {"Origin"} if path in KEPT_FOR_EVER else {"Origin", "Authorization"}
        yield headers == expected, f"{path} has {headers} in its key"
        yield key["CookiesConfig"]["CookieBehavior"] == "none", f"{path} looks at cookies"
        queries = set(key["QueryStringsConfig"].get("QueryStrings", {}).get("Items", []))
        yield queries == (set() if path in KEPT_FOR_EVER else NAMES_OF_EVENTS), f"{path} is kept apart by {queries}"
    errors = {each["ErrorCode"]: each.get("ErrorCachingMinTTL") for each in config["CustomErrorResponses"]["Items"]}
    yield errors == dict.fromkeys(ERRORS, 0), f"errors are kept: {errors}"
    yield config["DefaultCacheBehavior"]["TargetOriginId"] == "page", "the page is not at the root"


def table(dynamodb, name: str):
    """Nobody deletes the table by mistake, and its changes come out of a stream."""
    told = dynamodb.describe_table(TableName=name)["Table"]
    yield told.get("DeletionProtectionEnabled") is True, "the table can be deleted"
    yield told["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST", "the table is not on demand"
    yield told["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES", "the stream has not both images"
    yield {each["IndexName"] for each in told["GlobalSecondaryIndexes"]} == {"byBuyer", "byEvent"}, "other indexes"


def functions(functions_api, iam, logs, physical: dict, count: int, secrets: list[str]):
    """One role and one log for each function, and no secret in its environment."""
    names = [name for name in physical if name.endswith("Function")]
    yield len(names) == count, f"there are {len(names)} functions"
    roles, groups = set(), set()
    for name in names:
        told = functions_api.get_function_configuration(FunctionName=physical[name])
        roles.add(told["Role"])
        groups.add(told["LoggingConfig"]["LogGroup"])
        yield told["Runtime"] == "provided.al2023", f"{name} runs on {told['Runtime']}"
        variables = told["Environment"]["Variables"]
        shown = [each for each, value in variables.items() if any(secret in value for secret in secrets)]
        yield not shown, f"{name} has secrets in its environment: {shown}"
        role = told["Role"].rsplit("/", 1)[1]
        yield not iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"], f"{name} has rights beside its own"
        for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]:
            document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
            document = json.loads(document) if isinstance(document, str) else document
            actions = [action for statement in document["Statement"] for action in statement["Action"]]
            yield not [action for action in actions if "*" in action or "Scan" in action], f"{name} may do {actions}"
    yield len(roles) == len(names), "functions share a role"
    yield len(groups) == len(names), "functions share a log"
    kept = {each["logGroupName"]: each.get("retentionInDays") for page in logs.get_paginator("describe_log_groups").paginate() for each in page["logGroups"]}
    for group in groups:
        yield kept.get(group) == 7, f"{group} is kept for {kept.get(group)} days"


def streams(functions_api, physical: dict):
    """Stream readers that no bad record holds up for ever, and that lose nothing without a trace."""
    mappings = functions_api.list_event_source_mappings()["EventSourceMappings"]
    yield len(mappings) == 2, f"there are {len(mappings)} stream readers"
    for mapping in mappings:
        reader = mapping["FunctionArn"].rsplit(":", 1)[1]
        yield mapping["BisectBatchOnFunctionError"] is True, f"{reader} does not split batches that fail"
        yield mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"], f"{reader} does not say where it failed"
        yield mapping["MaximumRetryAttempts"] == 5 and mapping["MaximumRecordAgeInSeconds"] == 300, f"{reader} tries for ever"
        destination = mapping["DestinationConfig"]["OnFailure"]["Destination"]
        yield destination.endswith(physical["StreamFailures"].rsplit("/", 1)[1]), f"what {reader} gives up goes to {destination}"


def apis(gateway, physical: dict, resources: dict):
    """Explicit routes, and the two APIs' stages."""
    for api, stage in (("HttpApi", "$default"), ("WebSocketApi", "ws")):
        stages = [each["StageName"] for each in gateway.get_stages(ApiId=physical[api])["Items"]]
        yield stages == [stage], f"{api} has the stages {stages}"
    pages = gateway.get_paginator("get_routes").paginate(ApiId=physical["HttpApi"])
    routes = {each["RouteKey"] for page in pages for each in page["Items"]}
    of_api = [each["Properties"] for each in resources.values() if each["Type"] == "AWS::ApiGatewayV2::Route"]
    described = {each["RouteKey"] for each in of_api if each["ApiId"] == "HttpApi"}
    yield routes == described, f"the HTTP API lacks {described - routes}, and has {routes - described}"
