"""What `local/build` says of the time that is left."""

import importlib.machinery
import importlib.util
import unittest
from pathlib import Path

loader = importlib.machinery.SourceFileLoader("build", str(Path(__file__).with_name("build")))
build = importlib.util.module_from_spec(importlib.util.spec_from_loader("build", loader))
loader.exec_module(build)


class Remaining(unittest.TestCase):
    def test_a_heavy_crate_counts_more_than_many_light_ones(self):
        heavy = build.remaining([], 1, ["dynoxide"], 0)
        light = build.remaining([], 20, [], 0)
        self.assertGreater(heavy, light)

    def test_less_is_left_the_more_is_done(self):
        before = build.remaining(["a"] * 50, 100, ["dynoxide", "local"], 60)
        after = build.remaining(["a"] * 100 + ["dynoxide"], 49, ["local"], 120)
        self.assertGreater(before, after)

    def test_a_slow_machine_is_told_more(self):
        self.assertGreater(build.remaining(["a"] * 50, 100, [], 200), build.remaining(["a"] * 50, 100, [], 20))

    def test_nothing_is_left_at_the_end(self):
        self.assertEqual(build.remaining(["a"], 0, [], 10), 0)


class Words(unittest.TestCase):
    def test_cargos_counts_are_read_and_its_other_lines_are_not_taken_for_progress(self):
        self.assertEqual(build.COUNTED.search("    Building [==>    ] 45/365: tokio").groups(), ("45", "365"))
        self.assertIsNone(build.PROGRESS.match("error: could not compile `local`"))
        self.assertIsNone(build.PROGRESS.match("    Blocking waiting for file lock on build directory"))

    def test_a_time_is_rough(self):
        self.assertEqual(build.minutes(170), "3 minutes")
        self.assertEqual(build.minutes(43), "40 seconds")
        self.assertEqual(build.minutes(1), "10 seconds")


if __name__ == "__main__":
    unittest.main()
