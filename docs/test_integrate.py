#!/usr/bin/env python3
"""The guides, run as they stand there against a local stack: `make guides`.

A guide is one session in a terminal, in a shop's folder beside the clone (`../holdfast`), as docs/integrate.md and docs/llms.txt
say of themselves; of the README it is the first sale, in the clone itself. Its blocks:

| block | what becomes of it |
|---|---|
| `sh` | run in one shell, one after the other; a command that fails ends the session |
| `jsonc` | what the block before has printed: each `// status` with its answer is held against the real one |
| `text` | the same for a line of text |
| `js`, `html` | a file of the shop, by the name in its first line |
| without a language | a drawing |

Ids and times are other ones in each run. An id must be the same id wherever the guide shows it again, and an end of a hold must be as
far from the answer's `serverTime` as it is in the guide.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import unittest
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import markdown

DOCS = Path(__file__).resolve().parent
PROJECT = DOCS.parent
GUIDES = ["integrate.md", "llms.txt"]
FIRST_SALE = "## The first seat sold\n"

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE_NAME = re.compile(r"^(?://|<!doctype html><!--) ([\w.]+)")
ANSWER = re.compile(r"^(\{.*\})\n(\d{3})$", re.MULTILINE)
SHOWN = re.compile(r"^// (\d{3})\n(.*?)(?=^// \d{3}$|\Z)", re.MULTILINE | re.DOTALL)
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
ID = re.compile(r"[0-9a-f]{24}")

# What is another time in each run. An event's own times are the guide's.
TIMES = {"serverTime", "expiresAt", "holdExpiresAt", "createdAt", "updatedAt", "cancelledAt", "asOf"}
# A slow machine takes its time from one command to the next.
SECONDS_OFF = 60
SESSION_SECONDS = 300


@dataclass
class Block:
    language: str
    code: str
    line: int

    @property
    def file_name(self):
        found = self.language in ("js", "html") and FILE_NAME.match(self.code)
        return found[1] if found else None


def blocks(text: str) -> list:
    return [Block(found[1], found[2], text.count("\n", 0, found.start()) + 1) for found in BLOCK.finditer(text)]


def moment(text) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


@dataclass
class Compared:
    """The answers of one guide beside the real ones."""

    real_by_shown: dict = field(default_factory=dict)
    faults: list = field(default_factory=list)

    def answer(self, shown: dict, real: dict) -> list:
        """In what they differ, a sentence for each place."""
        self.faults = []
        times = [(answer.get("data") or {}).get("serverTime") for answer in (shown, real)]
        self.value(shown, real, "answer", "", times)
        return self.faults

    def value(self, shown, real, at: str, name: str, times: list) -> None:
        if isinstance(shown, dict) and isinstance(real, dict):
            for key in sorted({*shown, *real}):
                if key in shown and key in real:
                    self.value(shown[key], real[key], f"{at}.{key}", key, times)
                else:
                    self.faults.append(f"{at}.{key} is only in {'the guide' if key in shown else 'the answer'}")
        elif isinstance(shown, list) and isinstance(real, list) and len(shown) == len(real):
            for n, pair in enumerate(zip(shown, real)):
                self.value(*pair, f"{at}[{n}]", name, times)
        elif not self.is_same(shown, real, name, times):
            self.faults.append(f"{at} is {json.dumps(real)}, and not {json.dumps(shown)}")

    def is_same(self, shown, real, name: str, times: list) -> bool:
        if not (isinstance(shown, str) and isinstance(real, str)):
            return type(shown) is type(real) and shown == real
        if ID.fullmatch(shown) and ID.fullmatch(real):
            known = self.real_by_shown.setdefault(shown, real)
            return known == real and list(self.real_by_shown.values()).count(real) == 1
        if name in TIMES and TIME.fullmatch(shown) and TIME.fullmatch(real):
            return name == "createdAt" or not all(times) or self.is_as_far(shown, real, times)
        return TIME.sub("TIME", shown) == TIME.sub("TIME", real)

    def is_as_far(self, shown: str, real: str, times: list) -> bool:
        lasts = [(moment(text) - moment(since)).total_seconds() for text, since in zip((shown, real), times)]
        return abs(lasts[0] - lasts[1]) <= SECONDS_OFF


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def session(text: str, folder: Path) -> tuple:
    """Runs a guide's commands: what each block has printed, by the block's line, and what ended the session before its end."""
    shell = [block for block in blocks(text) if block.language == "sh"]
    script = "set -eu -o pipefail\n" + "".join(f"printf '\\n@@%s\\n' {block.line}\n{block.code}" for block in shell)
    with tempfile.TemporaryFile("w+") as printed:
        process = subprocess.Popen(
            ["bash", "-c", script],
            cwd=folder,
            env={**os.environ, "PORT": str(free_port())},
            stdin=subprocess.DEVNULL,
            stdout=printed,
            start_new_session=True,
        )
        try:
            code = process.wait(SESSION_SECONDS)
        finally:
            # What the guide leaves running behind `&`.
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        printed.seek(0)
        parts = printed.read().split("\n@@")[1:]
    by_line = {int(part.split("\n", 1)[0]): part.split("\n", 1)[1] for part in parts}
    ended = f"the block in line {[*by_line][-1]} failed with {code}, after it had printed:\n{[*by_line.values()][-1]}" if code else None
    return by_line, ended


def stale(name: str, text: str, printed: dict, ended: str | None = None) -> list:
    """Every shown answer that is not the real one, and what ended the session."""
    compared, found, line = Compared(), [f"{name}: {ended}"] if ended else [], None
    for block in blocks(text):
        if block.language == "sh" and block.line not in printed:
            break
        if block.language == "sh":
            line, answers = block.line, ANSWER.findall(printed[block.line])
        elif block.language == "text" and TIME.sub("TIME", block.code) not in TIME.sub("TIME", printed[line]):
            found.append(f"{name}:{block.line}: printed was\n{printed[line]}")
        elif block.language == "jsonc":
            shown = SHOWN.findall(block.code)
            if not shown or len(shown) != len(answers):
                found.append(f"{name}:{block.line}: {len(shown)} answers are shown, and {len(answers)} came: {answers}")
            for (status, code), (body, real_status) in zip(shown, answers):
                real = json.loads(body)
                faults = compared.answer(json.loads(code), real)
                if status != real_status:
                    faults.insert(0, f"the status is {real_status}, and not {status}")
                if faults:
                    found.append("\n  ".join([f"{name}:{block.line}: stale:", *faults, f"the answer is {markdown.shown(real)}"]))
    return found


class Guides(unittest.TestCase):
    """The pages themselves."""

    def test_every_snippet_runs_and_every_answer_is_the_real_one(self):
        for name in GUIDES:
            text = (DOCS / name).read_text(encoding="utf-8")
            with self.subTest(name), tempfile.TemporaryDirectory() as parent:
                shop = Path(parent) / "shop"
                shop.mkdir()
                (Path(parent) / "holdfast").symlink_to(PROJECT)
                for block in blocks(text):
                    if block.file_name:
                        (shop / block.file_name).write_text(block.code, encoding="utf-8")
                found = stale(name, text, *session(text, shop))
                self.assertTrue(not found, "\n\n" + "\n\n".join(found))

    def test_the_first_sale_of_the_readme_goes_as_it_says(self):
        text = (PROJECT / "README.md").read_text(encoding="utf-8").split(FIRST_SALE)[1].split("\n## ")[0]
        printed, ended = session(text.replace("http://127.0.0.1:8080", os.environ["HOLDFAST_URL"]), PROJECT)
        found = stale("README.md", text, printed, ended)
        self.assertTrue(not found, "\n\n".join(found))
        statuses = [status for of_block in printed.values() for _, status in ANSWER.findall(of_block)]
        self.assertEqual(statuses, ["200", "409", "200", "200", "200"])
        self.assertIn('"revenue":150', "".join(printed.values()), "what the house has sold")

    def test_no_block_is_left_out(self):
        for name in GUIDES:
            found = blocks((DOCS / name).read_text(encoding="utf-8"))
            for before, block in zip([None, *found], found):
                where = f"{name}:{block.line}"
                self.assertIn(block.language, ("", "sh", "jsonc", "text", "js", "html"), where)
                if block.language in ("js", "html"):
                    self.assertTrue(block.file_name, f"{where} says no file's name in its first line")
                if block.language in ("jsonc", "text"):
                    self.assertIn(before and before.language, ("sh", "jsonc", "text"), f"{where} follows no command")

    def test_a_file_that_both_pages_have_is_the_same(self):
        first, second = ({b.file_name: b.code for b in blocks((DOCS / name).read_text()) if b.file_name} for name in GUIDES)
        shared = {*first} & {*second}
        self.assertGreaterEqual(len(shared), 2)
        for name in shared:
            self.assertEqual(first[name], second[name], name)

    def test_every_error_code_has_a_row_that_says_what_to_do(self):
        rows = lambda page, title: (DOCS / page).read_text(encoding="utf-8").split(f"\n## {title}\n")[1].split("\n## ")[0]
        codes = set(re.findall(r"^\| [\d, ]+ \| `(\w+)` \|", rows("API.md", "Error codes"), re.MULTILINE))
        self.assertGreater(len(codes), 15)
        for name in GUIDES:
            told = [code for row in re.findall(r"^\| (`.*?) \|", rows(name, "Errors"), re.MULTILINE) for code in re.findall(r"`(\w+)`", row)]
            self.assertEqual(sorted(told), sorted({*codes, "no_answer"}), name)

    def test_links_lead_to_files_that_are_there(self):
        for name in GUIDES:
            outside = BLOCK.sub("", (DOCS / name).read_text(encoding="utf-8"))
            links = [link.split("#")[0] for link in re.findall(r"\]\((?!https?:)([^)\s]+)\)", outside)]
            self.assertGreater(len(links), 5)
            self.assertEqual([link for link in links if link and not (DOCS / link).exists()], [], name)


HELD = {"success": True, "data": {"holdId": "a" * 24, "total": 150, "serverTime": "2026-05-01T18:00:00.000Z", "expiresAt": "2026-05-01T18:10:00.000Z"}}


class Comparison(unittest.TestCase):
    """What must not pass for the same answer."""

    def other(self, **changes) -> dict:
        data = {**HELD["data"], "holdId": "b" * 24, "serverTime": "2027-01-01T00:00:00.000Z", "expiresAt": "2027-01-01T00:10:00.000Z"}
        return {"success": True, "data": {name: value for name, value in {**data, **changes}.items() if value is not None}}

    def test_other_ids_and_times_are_the_same_answer(self):
        self.assertEqual(Compared().answer(HELD, self.other()), [])

    def test_whatever_else_changes_is_named(self):
        for changes in ({"total": 151}, {"total": "150"}, {"total": None}, {"more": 1}, {"expiresAt": "2027-01-01T00:05:00.000Z"}, {"holdId": "none"}):
            faults = Compared().answer(HELD, self.other(**changes))
            self.assertEqual(len(faults), 1, changes)
            self.assertIn(f"answer.data.{[*changes][0]} ", faults[0])

    def test_an_id_is_the_same_wherever_it_is_shown_again(self):
        compared = Compared()
        self.assertEqual(compared.answer(HELD, self.other()), [])
        self.assertEqual(len(compared.answer(HELD, self.other(holdId="c" * 24))), 1)
        another = {"success": True, "data": {**HELD["data"], "holdId": "d" * 24}}
        self.assertEqual(len(compared.answer(another, self.other())), 1)

    def test_another_status_or_another_number_of_answers_is_stale(self):
        guide = "```sh\nask\n```\n\n```jsonc\n// 200\n{\"success\": true}\n```\n"
        self.assertEqual(stale("x.md", guide, {1: '{"success":true}\n200\n'}), [])
        for printed in ('{"success":true}\n201\n', '{"success":false}\n200\n', "", '{"success":true}\n200\n{"success":true}\n200\n'):
            self.assertEqual(len(stale("x.md", guide, {1: printed})), 1, printed)

    def test_a_command_that_fails_ends_the_session_and_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(session("```sh\necho fine\n```\n", Path(folder)), ({1: "fine\n"}, None))
            guide = "```sh\necho fine\n```\n```sh\n(exit 3)\n```\n```sh\necho not reached\n```\n"
            printed, ended = session(guide, Path(folder))
            self.assertEqual(printed, {1: "fine\n", 4: ""})
            self.assertEqual(stale("x.md", guide, printed, ended), ["x.md: the block in line 4 failed with 3, after it had printed:\n"])


if __name__ == "__main__":
    if "HOLDFAST_URL" not in os.environ:
        sys.exit("docs/test_integrate.py wants a stack of its own: `make guides` starts one")
    unittest.main()
