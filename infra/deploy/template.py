"""`infra/template.yaml` as far as a deployment needs it: parameters, and which binaries its functions are."""

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from refusal import Refused

# What `make deploy` fills in by itself.
OF_PACKAGE = ("ArtifactBucket", "Package", "Architecture")


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's tags."""


def _tagged(loader, _, node):
    kinds = {yaml.ScalarNode: loader.construct_scalar, yaml.SequenceNode: loader.construct_sequence}
    return kinds.get(type(node), loader.construct_mapping)(node)


_Loader.add_multi_constructor("!", _tagged)


@dataclass
class Template:
    """The template: its text, and the same as data, without tags."""

    text: str
    data: dict

    @classmethod
    def read(cls, path: Path) -> "Template":
        text = path.read_text()
        return cls(text, yaml.load(text, _Loader))

    def binaries(self) -> list[str]:
        """The binaries of the functions, in the order of the template."""
        functions = [r["Properties"] for r in self.data["Resources"].values() if r["Type"] == "AWS::Serverless::Function"]
        return [function["CodeUri"]["Key"].rsplit("/", 1)[1].removesuffix(".zip") for function in functions]

    def parameters(self) -> dict:
        """What the template says of each parameter."""
        return self.data["Parameters"]


@dataclass
class Parameters:
    """The parameters that somebody has given, each of which the template knows and takes."""

    given: dict

    @classmethod
    def read(cls, template: Template, words: list[str]) -> "Parameters":
        """Reads `NAME=VALUE` words. Refuses what the template does not know, by name, and values that it would not take."""
        known, given = template.parameters(), {}
        for word in words:
            name, equals, value = word.partition("=")
            if not equals:
                raise Refused(f"{word} is no parameter: it should be NAME=VALUE")
            if name in OF_PACKAGE:
                raise Refused(f"{name} follows from the package: leave it out")
            if name not in known:
                raise Refused(f"the template has no parameter {name}; it has {', '.join(n for n in known if n not in OF_PACKAGE)}")
            if name in given:
                raise Refused(f"{name} is given twice")
            if why := _fault(known[name], value):
                raise Refused(f"{name}={value}: {why}")
            given[name] = value
        return cls(given)

    def beside(self, already: dict) -> None:
        """Refuses what would not work with the parameters that a stack has already."""
        together = {**already, **self.given}
        for one, other in (("DomainName", "CertificateArn"), ("PassSigningKeyArn", "PassPublicKeys"), ("PassPublicKeys", "PassSigningKeyArn")):
            if together.get(one) and not together.get(other):
                raise Refused(f"{one} needs {other} beside it")


def _fault(parameter: dict, value: str) -> str | None:
    """Why a parameter does not take a value; None where it does. As CloudFormation, which would say so only after the upload."""
    if "AllowedValues" in parameter and value not in [str(allowed) for allowed in parameter["AllowedValues"]]:
        return "it is one of " + ", ".join(str(allowed) for allowed in parameter["AllowedValues"])
    if "AllowedPattern" in parameter and not re.fullmatch(parameter["AllowedPattern"], value):
        return f"it must match {parameter['AllowedPattern']}"
    if parameter["Type"] == "Number":
        if not re.fullmatch(r"-?\d+", value):
            return "it must be a whole number"
        number = int(value)
        if number < parameter.get("MinValue", number) or number > parameter.get("MaxValue", number):
            return f"it must be from {parameter.get('MinValue', 'any')} to {parameter.get('MaxValue', 'any')}"
    return None
