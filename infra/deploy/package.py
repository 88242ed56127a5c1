"""The package: each function's binary in a zip that Lambda takes, and a list of them that says for which machine they are.

The zips are the same, byte for byte, where the binaries are, so that a package that was uploaded is not uploaded again.
"""

import hashlib
import json
import platform
import re
import struct
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path

from refusal import Refused

# By the template's word for a machine: Rust's target, and the number that an ELF file has for it (elf.h).
MACHINES = {"x86_64": ("x86_64-unknown-linux-gnu", 62), "arm64": ("aarch64-unknown-linux-gnu", 183)}
# The C library of `provided.al2023` (Amazon Linux 2023: glibc 2.34). A binary that asks for a newer one does not start.
GLIBC_MAX = (2, 34)
LIST = "package.json"


@dataclass
class Package:
    """What was packaged."""

    architecture: str
    profile: str
    # The prefix of the objects in the bucket: it follows from all of their bytes.
    prefix: str
    zips: dict[str, Path]


def own_machine() -> str:
    """The template's word for this machine."""
    return "arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64"


def folder(target: Path, profile: str) -> Path:
    """Where the package of a profile lies: a quick one for tests never takes the place of the one that is deployed."""
    return target / "package" / profile


def build(project: Path, target: Path, functions: list[str], machine: str, profile: str) -> Package:
    """Builds every function for a machine, and packages it."""
    triple = MACHINES[machine][0]
    own = machine == own_machine()
    if not own:
        library = subprocess.run(["rustc", "--print", "target-libdir", "--target", triple], capture_output=True, text=True, check=True)
        if not Path(library.stdout.strip()).is_dir():
            raise Refused(f"Rust's standard library for {triple} is not installed: `rustup target add {triple}`, and a linker for it")
    command = ["--profile", profile, "--locked", *(word for name in functions for word in ("--package", name))]
    if not own:
        command += ["--target", triple]
    print(f"package: building {len(functions)} functions for {machine} ({profile})", flush=True)
    if subprocess.run([str(project / "local/build"), *command], cwd=project, check=False).returncode != 0:
        raise Refused("the build failed")
    built = target / ("" if own else triple) / ("debug" if profile == "dev" else profile)
    where = folder(target, profile)
    package = write(where, {name: built / name for name in functions}, machine, profile)
    for name, path in package.zips.items():
        print(f"  {name:<11} {path.stat().st_size / 1e6:5.2f} MB")
    print(f"package: {where}, for {machine}")
    return package


def write(where: Path, binaries: dict[str, Path], machine: str, profile: str) -> Package:
    """Puts binaries into zips, and lists them. Refuses a binary that this machine's Lambda could not start."""
    where.mkdir(parents=True, exist_ok=True)
    listed = {}
    for name, path in binaries.items():
        code = path.read_bytes()
        check(name, code, machine)
        archive = where / f"{name}.zip"
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
            entry = zipfile.ZipInfo("bootstrap", (1980, 1, 1, 0, 0, 0))
            entry.external_attr, entry.compress_type, entry.create_system = 0o755 << 16, zipfile.ZIP_DEFLATED, 3
            file.writestr(entry, code)
        listed[name] = hashlib.sha256(archive.read_bytes()).hexdigest()
    (where / LIST).write_text(json.dumps({"architecture": machine, "profile": profile, "sha256": listed}, indent=2) + "\n")
    return read(where, list(binaries))


def read(where: Path, functions: list[str]) -> Package:
    """The package in a folder. Refuses one that is not whole, or whose binaries are for another machine than its list says."""
    if not (where / LIST).is_file():
        raise Refused(f"there is no package in {where}: `make package` makes one")
    listed = json.loads((where / LIST).read_text())
    if missing := [name for name in functions if name not in listed["sha256"]]:
        raise Refused(f"the package lacks {', '.join(missing)}: `make package` makes a new one")
    zips = {name: where / f"{name}.zip" for name in functions}
    for name, path in zips.items():
        content = path.read_bytes() if path.is_file() else b""
        if hashlib.sha256(content).hexdigest() != listed["sha256"][name]:
            raise Refused(f"{path} is not what was packaged: `make package` makes a new one")
        with zipfile.ZipFile(path) as file:
            check(name, file.read("bootstrap"), listed["architecture"])
    every = hashlib.sha256(json.dumps(listed["sha256"], sort_keys=True).encode()).hexdigest()
    return Package(listed["architecture"], listed["profile"], f"package-{every[:16]}", zips)


def check(name: str, code: bytes, machine: str) -> None:
    """Refuses a binary that is for another machine, asks for a newer C library than Lambda's, or has a clock to move."""
    if code[:5] != b"\x7fELF\x02" or len(code) < 20:
        raise Refused(f"{name} is no 64-bit Linux binary")
    (found,) = struct.unpack_from("<H", code, 18)
    if found != MACHINES[machine][1]:
        words = [word for word, (_, number) in MACHINES.items() if number == found]
        raise Refused(f"{name} is for {words[0] if words else f'machine {found}'}, and the package for {machine}")
    versions = {tuple(int(n) for n in match.groups()) for match in re.finditer(rb"(?<=\0)GLIBC_(\d+)\.(\d+)(?=[\0.])", code)}
    if versions and max(versions) > GLIBC_MAX:
        asked, most = ".".join(map(str, max(versions))), ".".join(map(str, GLIBC_MAX))
        raise Refused(f"{name} needs glibc {asked}, and Lambda's provided.al2023 has {most}: build it where glibc is not newer")
    if b"HOLDFAST_CLOCK" in code:
        raise Refused(f"{name} has the local stack's clock, which can be moved: it was built with the features of the local stack")
