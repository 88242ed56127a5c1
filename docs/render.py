#!/usr/bin/env python3
"""Writes docs/API.md out of docs/openapi.yaml and docs/asyncapi.yaml: `make api-docs`.

With `--check` it writes nothing, and fails where the file is not what the documents say.
"""

import json
import pathlib
import sys

import yaml

from markdown import anchor, block, table

DOCS = pathlib.Path(__file__).resolve().parent
TARGET = DOCS / "API.md"
METHODS = ("get", "put", "post", "delete")
MADE = "<!-- Made of docs/openapi.yaml and docs/asyncapi.yaml by `make api-docs`. Change those, not this. -->"
# Names and values that the chapters explain once: a row says no more of them than their type.
PLAIN = {
    "EventId": "id", "LayoutId": "id", "Id": "id", "Label": "id", "BuyerId": "id", "Currency": "currency", "Money": "amount",
    "Moment": "time", "Text": "text", "Name": "text", "Point": None, "Size": None, "Place": None, "Span": None, "Extent": None,
    "MaybeMoment": None,
}


def load(name):
    """A document of this folder, in which every reference says its file."""
    return placed(yaml.safe_load((DOCS / name).read_text(encoding="utf-8")), name)


def placed(value, name):
    """A value whose references say their file."""
    if isinstance(value, list):
        return [placed(item, name) for item in value]
    if not isinstance(value, dict):
        return value
    told = {key: placed(item, name) for key, item in value.items()}
    if isinstance(told.get("$ref"), str):
        file, _, pointer = told["$ref"].removeprefix("./").partition("#")
        told["$ref"] = f"{file or name}#{pointer}"
    return told


class Reader:
    """Both documents, and what references in them mean."""

    def __init__(self, http, socket):
        self.files = {"openapi.yaml": http, "asyncapi.yaml": socket}
        # Objects that are told once, in a section of their own, in the order in which they are first met.
        self.objects = []

    def target(self, value):
        """What lies where a reference leads, which may be another one."""
        file, _, pointer = value["$ref"].partition("#")
        found = self.files[file]
        for part in pointer.split("/")[1:]:
            found = found[part.replace("~1", "/").replace("~0", "~")]
        return found

    def follow(self, value):
        """What a reference names, with what stands beside it."""
        beside = {}
        while isinstance(value, dict) and "$ref" in value:
            beside = {**{key: item for key, item in value.items() if key != "$ref"}, **beside}
            value = self.target(value)
        return {**value, **beside} if isinstance(value, dict) else value

    def name(self, value):
        """The name of the component that a reference is to."""
        return value["$ref"].rsplit("/", 1)[1] if "$ref" in value else None

    def plain(self, schema):
        """The name of what the chapters explain, where a reference leads there; a field's own words stand on the way."""
        while self.name(schema) is not None:
            if self.name(schema) in PLAIN:
                return self.name(schema)
            schema = self.target(schema)
        return None

    def kind(self, schema):
        """A schema's type in a few words."""
        if PLAIN.get(self.plain(schema)):
            return PLAIN[self.plain(schema)]
        told = self.follow(schema)
        if "anyOf" in told or "oneOf" in told:
            choices = [self.kind(choice) for choice in told.get("anyOf") or told.get("oneOf")]
            return " or ".join(dict.fromkeys(choices))
        if "const" in told:
            return f"`{json.dumps(told['const'])}`" if not isinstance(told["const"], str) else f'`"{told["const"]}"`'
        if "enum" in told:
            words = told["enum"]
            shown = words if len(words) <= 8 else words[:6] + ["…"]
            return ", ".join("null" if word is None else f"`{word}`" if word != "…" else word for word in shown)
        types = told.get("type", "anything")
        types = types if isinstance(types, list) else [types]
        return " or ".join(self.typed(kind, told, schema) for kind in types)

    def typed(self, kind, told, schema):
        """One of a schema's types."""
        if kind == "array":
            return f"list of {self.kind(told['items'])}" if "items" in told else "list"
        if kind == "object" and self.has_section(schema):
            return self.link(self.name(schema))
        if kind == "object" and isinstance(told.get("additionalProperties"), dict) and "properties" not in told:
            return f"object of id: {self.kind(told['additionalProperties'])}"
        if kind == "string" and told.get("format") == "date-time":
            return "time"
        bounds = self.bounds(told)
        return f"{kind} {bounds}" if bounds and kind in ("integer", "number", "string") else kind

    @staticmethod
    def bounds(told):
        """Limits of a number or text that a client runs into."""
        least, most = told.get("minimum", told.get("minLength")), told.get("maximum", told.get("maxLength"))
        if most is not None and most < 1_000_000_000 and (least is None or least >= 0):
            unit = " characters" if "maxLength" in told and "maximum" not in told else ""
            return f"({least} to {most:,}{unit})" if least is not None else f"(up to {most:,}{unit})"
        return "(above 0)" if told.get("exclusiveMinimum") == 0 else ""

    def has_section(self, schema):
        """Whether an object is told in a section of its own."""
        name = self.name(schema)
        if name is None or "properties" not in self.follow(schema):
            return False
        if name not in self.objects:
            self.objects.append(name)
        return True

    @staticmethod
    def link(name):
        """A link to an object's section."""
        return f"[{name}](#{name.lower()})"

    def variants(self, schema):
        """The forms that an object may have: a choice of several, or the one that it is."""
        choices = self.follow(schema).get("anyOf", [])
        is_choice = choices and all(self.name(choice) for choice in choices)
        return [form for choice in choices for form in self.variants(choice)] if is_choice else [schema]

    def rows(self, schema, prefix=""):
        """The rows of a table of fields: path, type, whether it must be there, what it is."""
        told = self.follow(schema)
        aliases = self.aliases(told)
        for name, field in told.get("properties", {}).items():
            inner = self.follow(field)
            if inner.get("x-alias-of"):
                continue
            others = f" (or {', '.join(f'`{alias}`' for alias in aliases[name])})" if aliases.get(name) else ""
            needed = "yes" if name in told.get("required", []) or self.is_named(told, name) else ""
            kind = self.kind(field).removesuffix(" or null") if others and needed else self.kind(field)
            about = " ".join(self.about(field).split())
            if "default" in inner:
                about = f"{about} Usually `{json.dumps(inner['default'])}`.".strip()
            yield f"`{prefix}{name}`{others}", kind, needed, about
            yield from self.below(field, inner, f"{prefix}{name}")

    def about(self, field):
        """What a field is, in words of its own."""
        return field.get("description", "") if self.plain(field) else self.follow(field).get("description", "")

    def below(self, field, inner, path):
        """The rows of what lies in a field, unless that has a section of its own."""
        if inner.get("properties") and not self.has_section(field):
            yield from self.rows(inner, f"{path}.")
        items = inner.get("items", {})
        if self.follow(items).get("properties") and not self.has_section(items):
            yield from self.rows(items, f"{path}[].")
        each = inner.get("additionalProperties")
        if isinstance(each, dict) and self.follow(each).get("properties") and not self.has_section(each):
            yield from self.rows(each, f"{path}.{{id}}.")

    def aliases(self, told):
        """Other words for fields of an object."""
        found = {}
        for name, field in told.get("properties", {}).items():
            of = self.follow(field).get("x-alias-of")
            if of:
                found.setdefault(of, []).append(name)
        return found

    def is_named(self, told, name):
        """Whether a field must be there under one of its names."""
        named = [self.name(part) for part in told.get("allOf", [])]
        return {"eventId": "NamesEvent", "seatIds": "NamesSeats"}.get(name) in named

    def codes(self, schema):
        """The error codes that an answer may have."""
        told = self.follow(schema)
        for choice in told.get("oneOf", []) + told.get("anyOf", []):
            yield from self.codes(choice)
        code = self.follow(told.get("properties", {}).get("code", {}))
        yield from [code["const"]] if "const" in code else code.get("enum", [])


def who(operation):
    """Who may call."""
    needs = operation.get("security")
    if needs is None:
        return "buyers"
    return "anyone" if not needs or {} in needs else "admins"


def operations(http):
    """Every operation but HEAD, with its method and path."""
    for path, item in http["paths"].items():
        for method in METHODS:
            if method in item:
                yield method.upper(), path, item, item[method]


def of_operation(reader, method, path, item, operation):
    """The section of one operation."""
    parts = [f"### {operation['summary']}\n", f"`{method} {path}` for {who(operation)}\n"]
    if operation.get("description"):
        parts.append(operation["description"])
    parts.append(parameters(reader, item.get("parameters", []) + operation.get("parameters", [])))
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if body:
        parts += request(reader, body, operation["requestBody"].get("required"))
    parts += answer(reader, operation, body)
    return "\n".join(part for part in parts if part)


def parameters(reader, listed):
    """The table of an operation's parameters."""
    rows = []
    for parameter in map(reader.follow, listed):
        schema = parameter.get("schema") or parameter["content"]["application/json"]["schema"]
        kind = reader.kind(schema) + ("" if "schema" in parameter else ", as JSON")
        needed = "yes" if parameter.get("required") else ""
        about = " ".join(parameter.get("description", "").split())
        rows.append((f"`{parameter['name']}` ({parameter['in']})", kind, needed, about))
    return table(("parameter", "type", "needed", "what it is"), rows)


def request(reader, body, required):
    """What goes in, with examples."""
    yield "What it takes" + (":" if required else ", or no body:") + "\n"
    for form in reader.variants(body["schema"]):
        several = len(reader.variants(body["schema"])) > 1
        if several:
            told = reader.follow(form)
            yield f"As {reader.name(form)}" + (f": {told['description']}" if told.get("description") else "") + "\n"
        yield table(("field", "type", "needed", "what it is"), reader.rows(form))
    for example in body.get("examples", {}).values():
        yield f"{example['summary']}:\n"
        yield block(example["value"])


def answer(reader, operation, body):
    """What comes back: the fields of `data`, an example of each status, and the codes of refusals."""
    refusals = []
    for status, response in sorted(operation["responses"].items()):
        told = reader.follow(response)
        content = told.get("content", {})
        if status < "300":
            yield from success(reader, status, told)
            continue
        schema = content.get("application/json", {}).get("schema", {})
        codes = ", ".join(f"`{code}`" for code in dict.fromkeys(reader.codes(schema)))
        refusals.append((status, codes, told["description"]))
        for name, example in content.get("application/json", {}).get("examples", {}).items():
            asked = (body or {}).get("examples", {}).get(name)
            yield f"{status}" + (f", to “{asked['summary']}”" if asked else "") + ":\n"
            yield block(example["value"])
    yield table(("status", "code", "when"), refusals)


def answered(head, rows):
    """The table of an answer's fields: one that may be missing has a question mark."""
    return table((head, "type", "what it is"), ((row[0] + ("" if row[2] else "?"), row[1], row[3]) for row in rows))


def success(reader, status, told):
    """The answer of something done."""
    content = told.get("content", {})
    headers = [name for name in told.get("headers", {}) if name not in ("x-request-id", "Cache-Control")]
    also = f" Headers: {', '.join(f'`{name}`' for name in headers)}." if headers else ""
    yield f"{status}: {told['description']}{also}\n"
    for media, body in content.items():
        whole = reader.follow(body.get("schema", {}))
        data = whole.get("properties", {}).get("data")
        # A list that has nothing around it is told by what it lists.
        rows = reader.rows(data or whole.get("items", whole))
        yield answered("field of `data`" if data else "field", rows)
        for example in body.get("examples", {}).values():
            yield block(example["value"]) if media == "application/json" else f"```text\n{example['value']}```\n"


def of_socket(reader, socket):
    """The chapter of the WebSocket."""
    messages = socket["components"]["messages"]
    actions = [name for name, message in messages.items() if "action" in message["payload"]["properties"]]
    frames = [name for name in messages if name not in actions]
    yield "## WebSocket\n"
    yield socket["info"]["description"]
    rows = (action_row(reader, socket, messages, name) for name in actions)
    yield table(("action", "what it does", "answers"), rows)
    yield "Pushed without being asked: " + ", ".join(pushed(reader, socket)) + ".\n"
    for name in actions:
        yield f"### `{messages[name]['name']}`\n"
        yield f"{messages[name]['title']}. " + messages[name].get("description", "") + "\n"
        yield table(("field", "type", "needed", "what it is"), reader.rows(messages[name]["payload"]))
        for example in messages[name].get("examples", []):
            yield f"{example['summary']}:\n"
            yield block(example["payload"])
    yield "### Frames\n"
    yield "`data` of each frame:\n"
    for name in frames:
        message = messages[name]
        yield f"#### `{message['name']}`\n"
        yield f"{message['title']}. " + message.get("description", "") + "\n"
        forms = reader.variants(message["payload"]["properties"]["data"])
        for form in forms:
            if len(forms) > 1:
                yield f"As {reader.name(form)}: {reader.follow(form)['description']}\n"
            yield answered("field of `data`", reader.rows(form))
        for example in message.get("examples", []):
            yield block(example["payload"])


def action_row(reader, socket, messages, name):
    """An action with its words and answers."""
    words = messages[name]["payload"]["properties"]["action"]["enum"]
    replies = [reader.follow(reader.follow(reply))["name"] for reply in socket["operations"][name]["reply"]["messages"]]
    return (", ".join(f"`{word}`" for word in words), messages[name]["title"], ", ".join(f"`{reply}`" for reply in replies))


def pushed(reader, socket):
    """The frames that nobody asks for."""
    for operation in socket["operations"].values():
        if operation["action"] == "send":
            yield from (f"`{reader.follow(message)['name']}`" for message in operation["messages"])


def error_table(reader, http):
    """Every code, with the statuses that come with it."""
    statuses = {}
    for _, _, _, operation in operations(http):
        for status, response in operation["responses"].items():
            for body in reader.follow(response).get("content", {}).values():
                for code in reader.codes(body.get("schema", {})):
                    statuses.setdefault(code, set()).add(status)
    statuses["invalid_data"].add("405")
    codes = http["components"]["schemas"]["ErrorCode"]["oneOf"]
    rows = ((", ".join(sorted(statuses[code["const"]])), f"`{code['const']}`", code["description"]) for code in codes)
    return table(("status", "code", "when"), rows)


def render(http, socket):
    """The whole reference."""
    reader = Reader(http, socket)
    parts = [http["info"]["description"], "## Routes\n"]
    link = lambda method, path, operation: f"[{method} `{path}`](#{anchor(operation['summary'])})"
    rows = ((link(method, path, one), who(one), one["summary"]) for method, path, _, one in operations(http))
    parts.append(table(("method and path", "who", "what"), rows))
    for tag in http["tags"]:
        parts += [f"## {tag['name']}\n", tag["description"]]
        parts += [of_operation(reader, *one) for one in operations(http) if one[3]["tags"] == [tag["name"]]]
    parts += ["## Error codes\n", error_table(reader, http), *of_socket(reader, socket)]
    parts += ["## Objects\n"]
    for name in reader.objects:  # Grows while objects that hold others are told.
        told = http["components"]["schemas"].get(name) or socket["components"]["schemas"][name]
        parts += [f"### {name}\n", told.get("description", "")]
        parts.append(table(("field", "type", "needed", "what it is"), reader.rows(told)))
    text = "\n".join(part.rstrip() + "\n" for part in parts if part)
    heads = [line[3:] for line in text.splitlines() if line.startswith("## ")]
    contents = "\n".join(f"- [{head}](#{anchor(head)})" for head in heads)
    return f"# API reference\n\n{MADE}\n\n{contents}\n\n{text}"


def main(arguments):
    """Writes the file, or says that it is not current."""
    text = render(load("openapi.yaml"), load("asyncapi.yaml"))
    if arguments != ["--check"]:
        TARGET.write_text(text, encoding="utf-8")
        return 0
    if TARGET.read_text(encoding="utf-8") == text:
        return 0
    print("docs/API.md is not what docs/openapi.yaml and docs/asyncapi.yaml say: run `make api-docs`", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
