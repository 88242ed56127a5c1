"""Packages the functions, deploys the stack, hands over again what its stream's readers gave up, and takes it down: `make package`,
`make deploy`, `make replay-failures`, `make destroy`.

Everything that this does to an account is a call of the AWS API that the console knows too; `--dry-run` says what it would do, and
needs no account.
"""

import argparse
import os
import re
import shlex
import sys
from pathlib import Path

import failures
import package as packages
import stack
from refusal import Refused
from template import Parameters, Template

PROJECT = Path(__file__).resolve().parents[2]


def main(arguments):
    reader = argparse.ArgumentParser(prog="infra/deploy", description=__doc__.split("\n")[0])
    commands = reader.add_subparsers(dest="command", required=True)

    package = commands.add_parser("package", help="build every function and put each into a zip")
    package.add_argument("--arch", choices=packages.MACHINES, default=None, help="default: this machine's")
    package.add_argument("--profile", default="release", help="cargo's profile: release (default) or package-ci")

    deploy = commands.add_parser("deploy", help="create or update a stack from the package")
    deploy.add_argument("stack")
    deploy.add_argument("parameters", nargs="?", default="", metavar="'NAME=VALUE …'", help="parameters of infra/template.yaml, quoted as in a shell")
    deploy.add_argument("--profile", default="release", help="deploy what was packaged with this profile (default: release)")
    deploy.add_argument("--bucket", help="for the package; default: holdfast-artifacts-ACCOUNT-REGION, made where it is not there")
    deploy.add_argument("--dry-run", action="store_true", help="say what would be done; needs no account")

    destroy = commands.add_parser("destroy", help="delete a stack; the table stays")
    destroy.add_argument("stack")
    destroy.add_argument("--yes", action="store_true", help="do not ask")
    destroy.add_argument("--dry-run", action="store_true", help="say what would be done; needs no account")

    replay = commands.add_parser("replay-failures", help="hand batches of the stream to the functions that gave them up")
    replay.add_argument("stack")
    replay.add_argument("--forget-lost", action="store_true", help="delete the messages of batches that the stream has not got any more")
    replay.add_argument("--dry-run", action="store_true", help="list what is in the queue, and call nothing")

    chosen = reader.parse_args(arguments)
    target = Path(os.environ.get("CARGO_TARGET_DIR") or PROJECT / "target")
    template = Template.read(PROJECT / "infra/template.yaml")
    if chosen.command == "package":
        packages.build(PROJECT, target, template.binaries(), chosen.arch or packages.own_machine(), chosen.profile)
        return
    if not re.fullmatch(r"[A-Za-z][-A-Za-z0-9]{0,127}", chosen.stack):
        raise Refused(f"{chosen.stack} is no name for a stack: it has letters, digits and hyphens, and begins with a letter")
    if chosen.command == "destroy":
        stack.destroy(chosen.stack, yes=chosen.yes, dry_run=chosen.dry_run)
        return
    if chosen.command == "replay-failures":
        failures.replay(chosen.stack, dry_run=chosen.dry_run, forget_lost=chosen.forget_lost)
        return
    package = packages.read(packages.folder(target, chosen.profile), template.binaries())
    parameters = Parameters.read(template, shlex.split(chosen.parameters))
    stack.deploy(chosen.stack, template, package, parameters, page=PROJECT / "web/dist", bucket=chosen.bucket, dry_run=chosen.dry_run)


INTERRUPTED = {
    "replay-failures": "interrupted. What was not said to be taken is still in the queue; the same command goes on",
    "deploy": "interrupted. CloudFormation goes on with a change that has begun; the same command follows it to its end",
}

if __name__ == "__main__":
    speaker = "replay-failures" if sys.argv[1:2] == ["replay-failures"] else "deploy"
    try:
        main(sys.argv[1:])
    except Refused as why:
        sys.exit(f"{speaker}: {why}")
    except (KeyboardInterrupt, EOFError):
        sys.exit(f"\n{speaker}: {INTERRUPTED[speaker]}")
    except BrokenPipeError:
        sys.exit(1)
