#!/usr/bin/env python3
"""The lines of Python in docs/draw.md, run as they stand there against a server of draws that were made up: `python3 docs/test_draw.py`.

`python3 docs/test_draw.py 1000000` measures how long they take with so many entrants.
"""

import gzip
import hashlib
import hmac
import json
import re
import subprocess
import sys
import tempfile
import time
import unittest
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

PAGE = (Path(__file__).resolve().parent / "draw.md").read_text(encoding="utf-8")
(SNIPPET,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
LEAVES_OF_A_PAGE = 100_000


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def root(leaves: list) -> bytes:
    """As RFC 6962 defines it, from the top down, where the page goes from the leaves up."""
    if len(leaves) < 2:
        return sha(b"\0" + leaves[0]) if leaves else sha(b"")
    left = 1 << (len(leaves) - 1).bit_length() - 1
    return sha(b"\1" + root(leaves[:left]) + root(leaves[left:]))


def path(leaves: list, at: int) -> list:
    """The audit path of the leaf at this place, likewise."""
    if len(leaves) < 2:
        return []
    left = 1 << (len(leaves) - 1).bit_length() - 1
    if at < left:
        return [*path(leaves[:left], at), root(leaves[left:])]
    return [*path(leaves[left:], at - left), root(leaves[:left])]


class Draw:
    """A draw that was made up: what a deployment answers, and what has to come of it."""

    def __init__(self, by_priority: dict, has_beacon: bool = True):
        seed, signature = sha(b"seed"), bytes(range(48))
        self.key = hmac.new(seed, sha(signature), "sha256").digest() if has_beacon else seed
        self.leaves = {name: sorted(sha(sub.encode()) for sub in subs) for name, subs in sorted(by_priority.items())}
        every = [(name, leaf) for name, row in self.leaves.items() for leaf in row]
        self.pages = [{}]
        for at, (name, leaf) in enumerate(every):
            if at and at % LEAVES_OF_A_PAGE == 0:
                self.pages.append({})
            self.pages[-1].setdefault(name, []).append(leaf.hex())
        self.draw = {
            "commitment": sha(seed).hex(),
            "entrants": len(every),
            "entrantsRoot": {name: root(row).hex() for name, row in self.leaves.items()},
            "seed": seed.hex(),
        }
        if has_beacon:
            self.draw["beacon"] = {"chain": "00" * 32, "round": 7, "randomness": sha(signature).hex(), "signature": signature.hex()}

    def answer(self, what: str) -> dict | None:
        if what == "line":
            return {"mode": "on", "draw": self.draw}
        at = int(what.removeprefix("draw/"))
        if not self.draw["entrants"] or at >= len(self.pages):
            return None
        return {"eventId": "gala", "page": at, "pages": len(self.pages), "entrants": self.draw["entrants"], "byPriority": self.pages[at]}

    def told(self, sub: str, priority: str) -> str:
        """What the page has to say of a buyer, by another way than its own."""
        row = self.leaves[priority]
        at = row.index(sha(sub.encode()))
        lots = [hmac.new(self.key, leaf, "sha256").hexdigest() for leaf in row]
        number = 1 + sum(lot < lots[at] for lot in lots)
        return f"{sub}: number {number} of {priority!r}, leafIndex {at} of {len(row)}, path {' '.join(node.hex() for node in path(row, at))}"

    @contextmanager
    def served(self):
        outer = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self):
                data = outer.answer(self.path.removeprefix("/seat-booking/queue/gala/"))
                body = gzip.compress(json.dumps({"success": data is not None, "data": data}).encode(), 1)
                self.send_response(200 if data else 404)
                self.send_header("Content-Encoding", "gzip")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        thread = Thread(target=server.serve_forever, args=(0.01,))  # looks that often whether it is to stop
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def checked(self, *words: str) -> subprocess.CompletedProcess:
        """The page's lines, run as a program of their own."""
        with self.served() as url, tempfile.TemporaryDirectory() as folder:
            program = Path(folder) / "check.py"
            program.write_text(SNIPPET, encoding="utf-8")
            return subprocess.run([sys.executable, "-I", program, url, "gala", *words], capture_output=True, text=True, timeout=300)


def some(count: int, name: str = "buyer") -> list:
    return [f"{name}-{at}" for at in range(count)]


class Snippet(unittest.TestCase):
    """What the page promises of its lines."""

    def test_they_are_thirty_lines(self):
        self.assertLessEqual(len(SNIPPET.splitlines()), 30)
        self.assertIn("these thirty lines of Python", PAGE)

    def test_a_good_draw_gives_everyones_number_and_path(self):
        for count in (1, 2, 3, 5, 8, 13):
            for has_beacon in (True, False):
                draw = Draw({"default": some(count), "fans": some(6, "fan"), "staff": []}, has_beacon)
                for sub, priority in ((f"buyer-{count - 1}", "default"), ("fan-4", "fans")):
                    ended = draw.checked(sub)
                    self.assertEqual(ended.returncode, 0, ended.stderr)
                    self.assertIn(draw.told(sub, priority).strip(), ended.stdout.splitlines())
                    self.assertEqual("No beacon: the house could have known the seed." in ended.stdout, not has_beacon)
                    self.assertEqual(f"Round 7 of chain '{'00' * 32}'" in ended.stdout, has_beacon)
                    self.assertIn(f"'default': numbers 1 to {count}, root {draw.draw['entrantsRoot']['default']}", ended.stdout)

    def test_no_buyer_need_be_named_and_none_need_take_part(self):
        for draw in (Draw({"default": some(9)}), Draw({"default": []})):
            ended = draw.checked()
            self.assertEqual((ended.returncode, ended.stderr), (0, ""))
            self.assertIn(f"'default': numbers 1 to {draw.draw['entrants']}", ended.stdout)

    def test_entrants_of_several_pages_are_all_read(self):
        draw = Draw({"default": some(LEAVES_OF_A_PAGE + 1), "fans": some(3, "fan")})
        self.assertEqual(len(draw.pages), 2)
        ended = draw.checked("fan-1")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertIn(draw.told("fan-1", "fans"), ended.stdout)

    def test_whatever_is_tampered_with_is_refused_by_name(self):
        other = sha(b"other").hex()
        not_committed, not_counted = "The seed is not the one that was committed to.", "The leaves are not as many as the entrants."
        not_its_root = "The root of 'default' is not that of its leaves."
        for why, tamper in (
            (not_committed, lambda it: it.draw.update(seed=other)),
            (not_committed, lambda it: it.draw.update(commitment=other)),
            (not_counted, lambda it: it.draw.update(entrants=21)),
            (not_counted, lambda it: it.pages[0]["default"].pop()),
            (not_counted, lambda it: it.pages[0]["default"].insert(3, it.pages[0]["default"][3])),
            (not_counted, lambda it: it.pages[0]["default"].__setitem__(3, it.pages[0]["default"][4])),
            (not_its_root, lambda it: it.pages[0]["default"].__setitem__(3, other)),
            (not_its_root, lambda it: it.pages[0]["default"].reverse()),
            (not_its_root, lambda it: it.draw["entrantsRoot"].update(default=other)),
            ("There are leaves of a priority without a root.", lambda it: it.draw["entrantsRoot"].pop("fans")),
            ("The randomness is not the signature's.", lambda it: it.draw["beacon"].update(randomness=other)),
            ("The lot is not drawn yet.", lambda it: it.draw.pop("seed")),
            ("The lot is not drawn yet.", lambda it: (it.draw.pop("seed"), it.draw.pop("entrantsRoot"), it.pages.clear())),
            ("The seed is shown before it was fixed who takes part.", lambda it: it.draw.pop("entrantsRoot")),
        ):
            draw = Draw({"default": some(15), "fans": some(5, "fan")})
            tamper(draw)
            ended = draw.checked("fan-1")
            self.assertEqual((ended.returncode, ended.stderr.strip()), (1, why))
            self.assertNotIn("fan-1: number", ended.stdout, why)

    def test_another_round_gives_another_order(self):
        draw = Draw({"default": some(50)})
        before = draw.checked("buyer-7").stdout
        signature = bytes(48)
        draw.draw["beacon"].update(signature=signature.hex(), randomness=sha(signature).hex())
        self.assertNotEqual(draw.checked("buyer-7").stdout, before)

    def test_what_was_noted_before_the_opening_is_compared(self):
        draw = Draw({"default": some(15)})
        noted = (draw.draw["commitment"], draw.draw["beacon"]["chain"], str(draw.draw["beacon"]["round"]))
        for sub in ("buyer-7", ""):
            self.assertEqual(draw.checked(sub, *noted).returncode, 0)
        changes = (lambda it: it.draw["beacon"].update(round=8), lambda it: it.draw["beacon"].update(chain="11" * 32), lambda it: it.draw.update(commitment="22" * 32))
        for change in changes:
            other = Draw({"default": some(15)})
            change(other)
            self.assertEqual(other.checked("", *noted).stderr.strip(), "Something is not as it was noted.")
        without = Draw({"default": some(15)}, has_beacon=False)
        self.assertEqual(without.checked("").returncode, 0)
        self.assertEqual(without.checked("", *noted).stderr.strip(), "Something is not as it was noted.")

    def test_a_name_of_a_priority_does_nothing_to_the_terminal(self):
        evil = "fans\x1b[2J\x1b[H\n'default': all is well"
        draw = Draw({"default": some(15), evil: some(5, "fan")})
        broken = Draw({evil: some(5, "fan")})
        broken.draw["entrantsRoot"][evil] = "00" * 32
        for ended in (draw.checked("fan-1"), broken.checked()):
            self.assertIn("\\x1b[2J", ended.stdout + ended.stderr)
            self.assertNotIn("\x1b", ended.stdout + ended.stderr)

    def test_no_more_pages_are_asked_for_than_the_entrants_fill(self):
        draw = Draw({"default": some(15)})
        draw.answer = lambda what, answer=draw.answer: {**answer("draw/0"), "pages": 10**9} if what != "line" else answer(what)
        self.assertEqual(draw.checked("buyer-7").returncode, 0)

    def test_who_does_not_take_part_is_told_so(self):
        ended = Draw({"default": some(15)}).checked("mallory")
        self.assertEqual((ended.returncode, ended.stderr.strip()), (1, "mallory does not take part."))


def measure(count: int) -> None:
    draw = Draw({"default": some(count)})
    begun = time.monotonic()
    ended = draw.checked("buyer-7")
    print(ended.stdout, ended.stderr, f"{count} entrants in {time.monotonic() - begun:.1f} s", sep="\n")


if __name__ == "__main__":
    if len(sys.argv) == 2 and sys.argv[1].isdigit():
        measure(int(sys.argv[1]))
    else:
        unittest.main()
