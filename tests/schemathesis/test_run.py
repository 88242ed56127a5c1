#!/usr/bin/env python3
"""That a run of schemathesis which has not reached something does not pass (`make unit`)."""

import importlib.machinery
import importlib.util
import json
import pathlib
import unittest

PATH = pathlib.Path(__file__).with_name("run")
SPEC = importlib.util.spec_from_loader("run", importlib.machinery.SourceFileLoader("run", str(PATH)))
run = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(run)


def report(tested=2, phase="success", complete=True):
    """A report of two operations."""
    return {"complete": complete, "operations": {"total": 2, "tested": tested}, "phases": {"stateful": {"status": phase}}}


class Run(unittest.TestCase):
    """What keeps a run from passing although nothing has failed."""

    def test_a_run_that_left_nothing_out_passes(self):
        self.assertEqual(run.left_out(report(), ["stateful"], 2), [])

    def test_a_run_that_left_an_operation_out_is_told(self):
        all_phases = ["examples", "stateful"]
        for told, operations in ((report(tested=1), 2), (report(complete=False), 2), (report(), 3)):
            told["phases"]["examples"] = {"status": "success"}
            self.assertEqual(len(run.left_out(told, all_phases, operations)), 1)
        self.assertEqual(run.left_out(report(tested=1), ["stateful"], 2), [], "links lead to some operations alone")

    def test_a_phase_that_was_left_out_is_named(self):
        self.assertEqual(run.left_out(report(phase="skipped"), ["stateful"], 2), ["the phase stateful has not succeeded"])
        self.assertEqual(run.left_out(report(), ["fuzzing"], 2), ["the phase fuzzing has not succeeded"])

    def test_an_operation_that_was_never_served_is_named(self):
        counts = {"GET /a": {200: 3, 404: 1}, "PUT /a": {400: 9, 409: 1}}
        self.assertEqual(run.never_served(counts, ["GET /a"]), [])
        told = run.never_served(counts, ["GET /a", "PUT /a", "POST /b"])
        self.assertEqual(told, ["PUT /a was never served", "POST /b was never served"])

    def test_answers_are_counted_and_links_told_apart(self):
        case = {"value": {"method": "GET", "path": "/a"}, "is_transition_applied": False}
        linked = {"value": {"method": "PUT", "path": "/a"}, "is_transition_applied": True}
        done = {"response": {"status_code": 200}}
        interactions = {"w": done, "x": done, "y": {"response": None}}
        recorder = {"cases": {"w": linked, "x": case, "y": case, "z": case}, "interactions": interactions}
        lines = ['{"Initialize": {}}', json.dumps({"ScenarioFinished": {"recorder": recorder}})]
        self.assertEqual(run.answers(lines), {"PUT /a": {200: 1}, "GET /a": {200: 1}})
        self.assertEqual(run.followed(lines), {"PUT /a"})


if __name__ == "__main__":
    unittest.main()
