"""MiniStack, an emulator of AWS: started for one run on a free port of 127.0.0.1, and stopped with everything that it has started."""

import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

ACCOUNT, REGION = "000000000000", "us-east-1"


class MiniStack:
    """A running emulator, whose roles count (`AUTH=true`)."""

    def __init__(self, python: Path, log: Path):
        self.scratch = tempfile.TemporaryDirectory(prefix="holdfast-deployment-")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        # Functions inherit the emulator's environment, so nothing of this one is in it.
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": self.scratch.name,
            "TMPDIR": self.scratch.name,
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "AUTH": "true",
            # It would listen on every address for MQTT.
            "IOT_MTLS_ENABLED": "0",
            # Where the functions find DynamoDB and Secrets Manager.
            "AWS_ENDPOINT_URL": self.url,
            # Each call that finds no free process starts one, and it keeps them for five minutes.
            "LAMBDA_WARM_TTL_SECONDS": "20",
            "RUST_LOG": "info",
        }
        self.log = log.open("wb")
        # A group of its own, so that functions in the middle of their work end with it.
        self.process = subprocess.Popen([python, "-m", "ministack"], env=environment, cwd=self.scratch.name, stdout=self.log,
                                        stderr=subprocess.STDOUT, start_new_session=True)
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise

    def _wait(self):
        until = time.monotonic() + 60
        while time.monotonic() < until and self.process.poll() is None:
            try:
                urllib.request.urlopen(f"{self.url}/_ministack/health", timeout=2).close()
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit(f"MiniStack does not answer; see {self.log.name}")

    def environment(self) -> dict:
        """What AWS's SDKs need to speak to it, as its root user."""
        return {
            "AWS_ENDPOINT_URL": self.url, "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_EC2_METADATA_DISABLED": "true",
        }

    def stop(self):
        """Ends it, and whatever it has started."""
        for sign in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, sign)
            except ProcessLookupError:
                break
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                continue
            if sign == signal.SIGTERM:
                time.sleep(0.5)
        self.log.close()
        self.scratch.cleanup()
