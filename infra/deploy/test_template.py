"""What `make deploy` takes and refuses before it asks AWS anything: `.tools/deploy/bin/python infra/deploy/test_template.py`."""

import json
import re
import unittest
from pathlib import Path

import page as pages
from refusal import Refused
from template import Parameters, Template

TEMPLATE = Template.read(Path(__file__).resolve().parents[1] / "template.yaml")


def refused(*words) -> str:
    try:
        Parameters.read(TEMPLATE, list(words))
    except Refused as why:
        return str(why)
    raise AssertionError(f"{words} were taken")


class Given(unittest.TestCase):
    def test_parameters_that_the_template_knows_are_taken(self):
        words = ["AllowOrigin=https://shop.example", "HoldConcurrency=-1", "JwtIssuer=", "LogRetentionDays=365"]
        self.assertEqual(Parameters.read(TEMPLATE, words).given["AllowOrigin"], "https://shop.example")

    def test_what_is_not_known_or_not_taken_is_refused_by_name(self):
        self.assertIn("no parameter AllowOrigins", refused("AllowOrigins=x"))
        self.assertIn("NAME=VALUE", refused("AllowOrigin"))
        self.assertIn("twice", refused("AllowOrigin=a", "AllowOrigin=b"))
        self.assertIn("follows from the package", refused("Architecture=arm64"))
        self.assertIn("a whole number", refused("HoldConcurrency=many"))
        self.assertIn("a whole number", refused("ChangesPerSecond=1.5"))
        self.assertIn("from -1", refused("HoldConcurrency=-2"))
        self.assertIn("one of 1, 3", refused("LogRetentionDays=2"))
        self.assertIn("must match", refused("JwtSecretArn=my-secret"))

    def test_beacons_are_chains_with_whole_keys_and_hosts_have_tls(self):
        chain = TEMPLATE.parameters()["BeaconChains"]["Default"]
        for words in ("BeaconChains=", f"BeaconChains={chain}", f"BeaconChains={chain},{chain}", "BeaconHosts=https://beacon.example"):
            Parameters.read(TEMPLATE, [words])
        for wrong in ("quicknet", chain[1:], chain.rpartition(":")[0], f"{chain},", f"{chain}:3"):
            self.assertIn("must match", refused(f"BeaconChains={wrong}"))
        for wrong in ("", "http://api.drand.sh", "api.drand.sh", "https://api.drand.sh,"):
            self.assertIn("must match", refused(f"BeaconHosts={wrong}"))

    def test_what_belongs_together_comes_together(self):
        arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:passes-AbC123"
        for words, already, lacks in (
            (["DomainName=tickets.example"], {}, "CertificateArn"),
            ([f"PassSigningKeyArn={arn}"], {}, "PassPublicKeys"),
            (["PassPublicKeys=NEW,OLD"], {}, "PassSigningKeyArn"),
            (["PassPublicKeys=NEW,OLD"], {"PassSigningKeyArn": arn}, None),
            (["CertificateArn=arn"], {"DomainName": "tickets.example"}, None),
        ):
            given = Parameters.read(TEMPLATE, words)
            if lacks is None:
                given.beside(already)
                continue
            with self.assertRaisesRegex(Refused, lacks):
                given.beside(already)

    def test_every_parameter_says_what_it_is_for(self):
        for name, described in TEMPLATE.parameters().items():
            self.assertTrue(described.get("Description"), name)

    def test_every_function_is_packaged_under_its_own_name(self):
        functions = Path(__file__).resolve().parents[2] / "functions"
        self.assertEqual(sorted(TEMPLATE.binaries()), sorted(path.name for path in functions.iterdir() if path.is_dir()))

    def test_only_what_never_changes_under_its_name_is_kept_for_ever(self):
        for name, forever in (("de-E5XO7WEE.js", True), ("de-E5XO7WEE.js.map", True), ("seat-map.js", False), ("THIRD-PARTY-LICENSES.txt", False)):
            self.assertEqual(pages._has_hash(Path(name)), forever, name)


class Promised(unittest.TestCase):
    """What no emulator does, and an operator was promised: as it stands in the template."""

    def of_type(self, kind: str) -> dict:
        return {name: each for name, each in TEMPLATE.data["Resources"].items() if each["Type"] == kind}

    def test_every_function_can_be_bounded_and_has_its_own_log(self):
        for name, function in self.of_type("AWS::Serverless::Function").items():
            short = name.removesuffix("Function")
            properties = function["Properties"]
            self.assertEqual(properties["ReservedConcurrentExecutions"], [f"{short}IsCapped", f"{short}Concurrency", "AWS::NoValue"])
            self.assertEqual(str(TEMPLATE.parameters()[f"{short}Concurrency"]["Default"]), "-1")
            self.assertEqual((properties["Role"], properties["LoggingConfig"]["LogGroup"]), (f"{short}Role.Arn", f"{short}Logs"))

    def test_the_doorkeeper_alone_is_told_where_beacons_are_asked(self):
        functions = self.of_type("AWS::Serverless::Function").items()
        told = lambda variable: [name for name, each in functions if variable in each["Properties"].get("Environment", {}).get("Variables", {})]
        self.assertEqual(told("BEACON_HOSTS"), ["DoorkeeperFunction"])
        self.assertEqual(told("BEACON_CHAINS"), ["AdminFunction", "DoorkeeperFunction"])

    def test_every_log_ends(self):
        for name, group in self.of_type("AWS::Logs::LogGroup").items():
            self.assertEqual(group["Properties"]["RetentionInDays"], "LogRetentionDays", name)

    def test_the_table_is_kept_warm_restorable_and_protected(self):
        (table,) = self.of_type("AWS::DynamoDB::Table").values()
        self.assertEqual((table["DeletionPolicy"], table["UpdateReplacePolicy"]), ("Retain", "Retain"))
        properties = table["Properties"]
        self.assertEqual(properties["WarmThroughput"], {"ReadUnitsPerSecond": "WarmReadUnits", "WriteUnitsPerSecond": "WarmWriteUnits"})
        self.assertEqual(properties["PointInTimeRecoverySpecification"], {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 35})
        self.assertEqual(properties["TimeToLiveSpecification"], {"AttributeName": "ttl", "Enabled": True})
        self.assertEqual(properties["DeletionProtectionEnabled"], ["IsProtected", True, False])
        self.assertTrue(properties["SSESpecification"]["SSEEnabled"])

    def test_routes_are_throttled_and_those_of_admins_apart(self):
        routes = {name: each["Properties"] for name, each in self.of_type("AWS::ApiGatewayV2::Route").items()}
        stages = self.of_type("AWS::ApiGatewayV2::Stage")
        usual = {"ThrottlingRateLimit": "RequestsPerSecond", "ThrottlingBurstLimit": "RequestsAtOnce"}
        for name, stage in stages.items():
            properties = stage["Properties"]
            self.assertEqual(properties["DefaultRouteSettings"], usual, name)
            of_api = [route for route, each in routes.items() if each["ApiId"] == properties["ApiId"]]
            self.assertEqual(sorted(stage["DependsOn"]), sorted(of_api), f"{name} comes after its routes")
        apart = {key for key, each in stages["HttpStage"]["Properties"]["RouteSettings"].items() if each["ThrottlingRateLimit"] == "AdminRequestsPerSecond"}
        admins = {each["RouteKey"] for each in routes.values() if re.search("/admin/|/stats|queue-stats|^[$]default$", each["RouteKey"]) and each["ApiId"] == "HttpApi"}
        self.assertEqual(apart, admins)

    def test_access_logs_name_no_path_query_or_token(self):
        for name, stage in self.of_type("AWS::ApiGatewayV2::Stage").items():
            logged = stage["Properties"]["AccessLogSettings"]["Format"]
            self.assertNotRegex(logged, r"(?i)path|query|authorizer|header|protocol", name)
            self.assertIn("$context.routeKey", logged)

    def test_schedules_fail_quietly_and_have_names_of_their_stack(self):
        for name, function in self.of_type("AWS::Serverless::Function").items():
            for event in function["Properties"].get("Events", {}).values():
                if event["Type"] == "ScheduleV2":
                    self.assertTrue(event["Properties"]["OmitName"], name)
                    self.assertEqual(event["Properties"]["RetryPolicy"]["MaximumRetryAttempts"], 0, name)

    def test_a_web_acl_and_a_domain_are_the_operators(self):
        config = TEMPLATE.data["Resources"]["Distribution"]["Properties"]["DistributionConfig"]
        self.assertEqual(config["WebACLId"], ["HasWebAcl", "WebAclArn", "AWS::NoValue"])
        self.assertEqual(config["Aliases"], ["HasDomainName", ["DomainName"], "AWS::NoValue"])


class Alarms(unittest.TestCase):
    """Each alarm can be heard, is told of in docs/operations.md, and looks at all that it should."""

    RESOURCES = TEMPLATE.data["Resources"]
    ALARMS = {name.removesuffix("Alarm"): each for name, each in RESOURCES.items() if each["Type"] == "AWS::CloudWatch::Alarm"}
    # The runbook's part about alarms; it has others.
    TEXT = (Path(__file__).resolve().parents[2] / "docs/operations.md").read_text(encoding="utf-8").partition("\n## Alarms\n")[2].partition("\n## ")[0]
    FUNCTIONS = {name for name, each in RESOURCES.items() if each["Type"] == "AWS::Serverless::Function"}

    @staticmethod
    def metrics(alarm: dict) -> list[tuple]:
        """What an alarm looks at: namespace, name and dimensions of each metric."""
        properties = alarm["Properties"]
        named = [each["MetricStat"]["Metric"] for each in properties["Metrics"] if "MetricStat" in each] if "Metrics" in properties else [properties]
        return [(one["Namespace"], one["MetricName"], *((each["Name"], each["Value"]) for each in one.get("Dimensions", []))) for one in named]

    def of_functions(self, metric: str) -> list[str]:
        looked_at = [one for alarm in self.ALARMS.values() for one in self.metrics(alarm)]
        return sorted(function for _, name, *dimensions in looked_at if name == metric for _, function in dimensions)

    def test_there_are_alarms_only_where_a_topic_hears_them(self):
        for name, alarm in self.ALARMS.items():
            properties = alarm["Properties"]
            self.assertEqual(alarm["Condition"], "HasAlarms", name)
            self.assertEqual((properties["AlarmActions"], properties["OKActions"]), (["AlarmTopicArn"], ["AlarmTopicArn"]), name)
            self.assertEqual(properties["TreatMissingData"], "notBreaching", name)
        self.assertEqual(TEMPLATE.parameters()["AlarmTopicArn"]["Default"], "")
        self.assertIn("must match", refused("AlarmTopicArn=alarms"))
        Parameters.read(TEMPLATE, ["AlarmTopicArn=arn:aws:sns:eu-west-1:123456789012:alarms"])

    def test_every_function_is_in_the_errors_and_in_the_throttles_once(self):
        for metric in ("Errors", "Throttles"):
            self.assertEqual(self.of_functions(metric), sorted(self.FUNCTIONS), metric)

    def test_every_reader_of_the_stream_is_watched_for_its_age(self):
        readers = [name for name in self.FUNCTIONS for event in self.RESOURCES[name]["Properties"].get("Events", {}).values() if event["Type"] == "DynamoDB"]
        self.assertEqual(self.of_functions("IteratorAge"), sorted(readers))

    def test_no_alarm_has_more_metrics_than_cloudwatch_takes(self):
        for name, alarm in self.ALARMS.items():
            self.assertLessEqual(len(self.metrics(alarm)), 10, name)

    def test_every_alarm_has_its_section_and_every_section_its_alarm(self):
        sections = re.findall(r"^### (.+)$", self.TEXT, re.MULTILINE)
        slugs = {title.lower().replace(" ", "-") for title in sections} - {"trying-them-here"}
        described = {}
        for name, alarm in self.ALARMS.items():
            described[name] = re.match(r"docs/operations\.md#([a-z-]+): .", alarm["Properties"]["AlarmDescription"])[1]
            self.assertEqual(described[name], re.sub(r"(?<!^)([A-Z])", r"-\1", name).lower())
        self.assertEqual(set(described.values()), slugs)

    def test_the_table_of_the_runbook_says_when_each_alarm_rings(self):
        for name, alarm in self.ALARMS.items():
            properties = alarm["Properties"]
            period = properties.get("Period") or next(one["MetricStat"]["Period"] for one in properties["Metrics"] if "MetricStat" in one)
            sign = {"GreaterThanThreshold": ">", "GreaterThanOrEqualToThreshold": "≥"}[properties["ComparisonOperator"]]
            times = "" if properties["EvaluationPeriods"] == 1 else f", {properties['DatapointsToAlarm']} of {properties['EvaluationPeriods']} times"
            slug = re.sub(r"(?<!^)([A-Z])", r"-\1", name).lower()
            (row,) = [line for line in self.TEXT.splitlines() if line.startswith("| [") and f"(#{slug})" in line]
            self.assertTrue(row.endswith(f"| {sign} {properties['Threshold']:,} in {period // 60} min{times} |"), row)

    def test_the_commands_of_the_runbook_name_what_the_template_has(self):
        named = re.findall(r"[(]of\s([A-Z]\w+)[)]|\b([A-Z][a-z]\w*(?:Logs|Function))\b", self.TEXT)
        for resource in {one or other for one, other in named}:
            self.assertIn(resource, self.RESOURCES)
        for parameter in re.findall(r"\b([A-Z][a-z][A-Za-z]*)=[\w…-]+", self.TEXT):
            self.assertTrue(parameter in TEMPLATE.parameters() or parameter in ("Name", "Value"), parameter)

    def test_the_dashboard_shows_what_the_alarms_look_at_and_fifty_metrics_at_most(self):
        body = json.loads(self.RESOURCES["OperationsDashboard"]["Properties"]["DashboardBody"])
        shown = set()
        for widget in body["widgets"]:
            for namespace, metric, *rest in widget["properties"]["metrics"]:
                words = [re.sub(r"^\$\{(.+)\}$", r"\1", word) for word in rest if isinstance(word, str)]
                shown.add((namespace, metric, *zip(words[::2], words[1::2])))
        looked_at = {one for alarm in self.ALARMS.values() for one in self.metrics(alarm)}
        self.assertEqual(looked_at - shown, set())
        self.assertLessEqual(len(shown), 50)

    def test_the_price_of_the_alarms_is_told(self):
        paid = sum(len(self.metrics(alarm)) for alarm in self.ALARMS.values())
        deploy = (Path(__file__).resolve().parents[2] / "docs/deploy.md").read_text(encoding="utf-8")
        self.assertIn(f"the {len(self.ALARMS)} alarms look at {paid} metrics", deploy.replace("\n", " "))


if __name__ == "__main__":
    unittest.main()
