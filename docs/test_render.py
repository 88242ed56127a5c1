#!/usr/bin/env python3
"""The documents are valid, and docs/API.md is what they say: `make documents`."""

import unittest

import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

import markdown
import render

HTTP, SOCKET = render.load("openapi.yaml"), render.load("asyncapi.yaml")
TEXT = render.render(HTTP, SOCKET)


class Documents(unittest.TestCase):
    """The two documents, and what is made of them."""

    def test_the_reference_is_what_the_documents_say(self):
        written = render.TARGET.read_text(encoding="utf-8")
        is_current = written == TEXT
        self.assertTrue(is_current, "docs/API.md is not what docs/openapi.yaml and docs/asyncapi.yaml say: run `make api-docs`")

    def test_the_http_document_is_valid_openapi(self):
        raw = yaml.safe_load((render.DOCS / "openapi.yaml").read_text(encoding="utf-8"))
        faults = [f"{list(fault.absolute_path)}: {fault.message}" for fault in OpenAPIV31SpecValidator(raw).iter_errors()]
        self.assertEqual(faults, [])

    def test_every_component_is_used(self):
        text = "".join((render.DOCS / name).read_text(encoding="utf-8") for name in ("openapi.yaml", "asyncapi.yaml"))
        for kind, components in HTTP["components"].items():
            for name in components:
                unused = kind != "securitySchemes" and f"#/components/{kind}/{name}" not in text
                told_otherwise = name in ("ErrorCode", "MethodNotAllowed")  # for every path, and for every refusal
                self.assertFalse(unused and not told_otherwise, f"{kind}/{name}")

    def test_every_operation_action_and_frame_is_told(self):
        for method, path, _, _ in render.operations(HTTP):
            self.assertIn(f"\n`{method} {path}` for ", TEXT)
        for message in SOCKET["components"]["messages"].values():
            self.assertIn(f"## `{message['name']}`\n", TEXT)

    def test_every_link_leads_to_a_heading_or_a_file(self):
        heads = {markdown.anchor(line.lstrip("#").strip()) for line in TEXT.splitlines() if line.startswith("#")}
        links = [part.split(")")[0] for part in TEXT.split("](")[1:]]
        self.assertGreater(len(links), 50)
        for link in links:
            is_there = link[1:] in heads if link.startswith("#") else (render.DOCS / link).is_file()
            self.assertTrue(is_there, link)

    def test_other_words_for_a_field_stand_in_its_row(self):
        row = next(line for line in TEXT.splitlines() if line.startswith("| `eventId` (or `tripId`"))
        self.assertIn("| yes |", row)
        self.assertNotIn("\n| `seat_ids`", TEXT)

    def test_each_form_of_a_frame_is_told(self):
        forms = TEXT.split("\n#### `queue:place`\n")[1].split("\n#### ")[0]
        for name in ("PlaceInLine", "LeftLine"):
            self.assertIn(f"\nAs {name}: ", forms)
        self.assertIn("\n| `left` | boolean |", forms)

    def test_every_fact_of_a_code_is_in_the_table_of_codes(self):
        for code in HTTP["components"]["schemas"]["ErrorCode"]["oneOf"]:
            self.assertIn(f"| `{code['const']}` | {code['description']} |", TEXT)
        self.assertIn("| 400, 405, 406, 413, 415 | `invalid_data` |", TEXT)
        self.assertIn("| 429, 503 | `throttled` |", TEXT)


if __name__ == "__main__":
    unittest.main()
