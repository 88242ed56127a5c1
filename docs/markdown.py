"""Tables, JSON and anchors in Markdown, for docs/render.py."""

import json

# How wide an example may be on one line.
WIDTH = 110


def table(head, rows):
    """A table of Markdown."""
    rows = list(rows)
    if not rows:
        return ""
    cell = lambda text: str(text).replace("|", "\\|").replace("\n", " ")
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell(text) for text in row) + " |" for row in lines) + "\n"


def shown(value, indent=0):
    """JSON as people write it: short things on one line."""
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, (dict, list)) or not value or len(flat) + indent <= WIDTH:
        return flat
    pad = " " * (indent + 2)
    if isinstance(value, list):
        inner = [f"{pad}{shown(item, indent + 2)}" for item in value]
    else:
        inner = [f"{pad}{json.dumps(name)}: {shown(item, indent + 2)}" for name, item in value.items()]
    first, last = ("[", "]") if isinstance(value, list) else ("{", "}")
    return f"{first}\n" + ",\n".join(inner) + f"\n{' ' * indent}{last}"


def block(value):
    """A block of JSON."""
    return f"```json\n{shown(value)}\n```\n"


def anchor(title):
    """The anchor that a heading gets."""
    kept = "".join(c for c in title.lower() if c.isalnum() or c in " -_")
    return kept.replace(" ", "-")
