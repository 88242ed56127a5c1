"""The files of the page's bucket: the seat map with its languages, as `make web` has built them, and a page for a first look."""

import re
from pathlib import Path

from refusal import Refused

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".txt": "text/plain; charset=utf-8",
}
# A name with a hash in it never says anything else; everything else is asked for again, at the edge from memory.
FOR_EVER = "public, max-age=31536000, immutable"
FOR_A_MINUTE = "public, max-age=60"
OWN = Path(__file__).parent / "page"


def files(folder: Path) -> list[tuple[str, Path, str, str]]:
    """Key, file, content type and Cache-Control of each file to upload."""
    if not (folder / "seat-map.js").is_file():
        raise Refused(f"the seat map is not built: `make web` builds it into {folder}")
    # What others name comes after what it names. What lies deeper is the local stack's: its pages show demo events, its types are for who installs the package.
    found = []
    for path in sorted([*folder.iterdir(), *OWN.iterdir()], key=lambda path: (not _has_hash(path), path.name)):
        if path.is_file() and path.suffix in TYPES:
            found.append((path.name, path, TYPES[path.suffix], FOR_EVER if _has_hash(path) else FOR_A_MINUTE))
    return found


def _has_hash(path: Path) -> bool:
    """`de-E5XO7WEE.js`, as esbuild names what it splits off."""
    return re.search(r"-[A-Z0-9]{8}\.js(\.map)?$", path.name) is not None
