"""The rules of packages and parameters, with binaries made up of a header: `python3 infra/deploy/test_package.py`."""

import struct
import tempfile
import unittest
from pathlib import Path

import package as packages
from refusal import Refused


def binary(machine=62, versions=(b"GLIBC_2.34",), more=b"") -> bytes:
    """The beginning of an ELF file, with the names of the C library's versions that it asks for."""
    header = b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack("<HH", 3, machine)
    return header + b"\0" + b"\0".join(versions) + b"\0" + more


class Package(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)

    def write(self, machine="x86_64", **binaries):
        paths = {}
        for name, code in binaries.items():
            paths[name] = self.folder / f"{name}.bin"
            paths[name].write_bytes(code)
        return packages.write(self.folder / "package", paths, machine, "release")

    def refused(self, call) -> str:
        with self.assertRaises(Refused) as caught:
            call()
        return str(caught.exception)

    def test_a_package_is_read_back_as_it_was_written_and_named_by_its_bytes(self):
        written = self.write(hold=binary(), stats=binary(more=b"s"))
        self.assertEqual(written, packages.read(self.folder / "package", ["hold", "stats"]))
        self.assertEqual(written.prefix, self.write(hold=binary(), stats=binary(more=b"s")).prefix)
        self.assertNotEqual(written.prefix, self.write(hold=binary(), stats=binary(more=b"t")).prefix)

    def test_a_binary_for_another_machine_is_refused_when_packaged_and_when_read(self):
        self.assertIn("hold is for arm64", self.refused(lambda: self.write(hold=binary(machine=183))))
        self.assertIn("hold is for x86_64", self.refused(lambda: self.write("arm64", hold=binary())))
        self.write(hold=binary())
        listed = self.folder / "package" / packages.LIST
        listed.write_text(listed.read_text().replace("x86_64", "arm64"))
        self.assertIn("hold is for x86_64, and the package for arm64", self.refused(lambda: packages.read(self.folder / "package", ["hold"])))

    def test_a_binary_that_needs_a_newer_c_library_than_lambdas_is_refused(self):
        self.write(hold=binary(versions=(b"GLIBC_2.2.5", b"GLIBC_2.4", b"GLIBC_2.34")))
        for versions in ((b"GLIBC_2.35",), (b"GLIBC_2.2.5", b"GLIBC_2.38"), (b"GLIBC_3.0",)):
            self.assertIn("needs glibc", self.refused(lambda: self.write(hold=binary(versions=versions))))

    def test_what_is_no_binary_or_has_a_clock_to_move_is_refused(self):
        self.assertIn("no 64-bit Linux binary", self.refused(lambda: self.write(hold=b"#!/bin/sh")))
        self.assertIn("clock", self.refused(lambda: self.write(hold=binary(more=b"HOLDFAST_CLOCK"))))

    def test_a_package_that_is_not_whole_is_refused(self):
        self.assertIn("there is no package", self.refused(lambda: packages.read(self.folder, ["hold"])))
        self.write(hold=binary())
        self.assertIn("lacks queue", self.refused(lambda: packages.read(self.folder / "package", ["hold", "queue"])))
        (self.folder / "package/hold.zip").write_bytes(b"other")
        self.assertIn("is not what was packaged", self.refused(lambda: packages.read(self.folder / "package", ["hold"])))

    def test_the_zip_has_one_file_that_lambda_can_run(self):
        import zipfile
        with zipfile.ZipFile(self.write(hold=binary()).zips["hold"]) as file:
            (entry,) = file.infolist()
        self.assertEqual((entry.filename, entry.external_attr >> 16), ("bootstrap", 0o755))


if __name__ == "__main__":
    unittest.main()
