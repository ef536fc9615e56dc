"""Servers for the browser tests: real processes on loopback ports, which can be stopped and started again."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

APPS = Path(__file__).parent / "apps"
"""Where the apps are that the tests serve."""

PATIENCE = 30.0
"""Seconds that a test waits for what has to happen: longer than it takes on any machine, whatever else that
has to do. What happens ends the wait at once."""

START_TIMEOUT = 2 * PATIENCE
STOP_TIMEOUT = PATIENCE


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A server in a process of its own. `start` after `stop` takes the same port, as a restart does.

    `command` may name `{port}`, which is filled in.
    """

    def __init__(self, command: Sequence[str], *, cwd: Path | None, env: dict[str, str] | None) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._command = [part.format(port=self.port) for part in command]
        self._cwd = cwd
        self._env = {**os.environ, "PYTHONUNBUFFERED": "1", **(env or {})}
        self._process: subprocess.Popen[bytes] | None = None
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()

    def start(self) -> None:
        """Starts the process and returns once it answers."""
        assert self._process is None, "the server runs already"
        self._process = subprocess.Popen(
            self._command,
            cwd=self._cwd,
            env=self._env,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        deadline = time.monotonic() + START_TIMEOUT
        # A fresh process says in no other way, common to all commands, that its port is open.
        pause = threading.Event()
        while not self._answers():
            if self._process.poll() is not None:
                raise self._failed(f"ended with {self._process.returncode}")
            if time.monotonic() > deadline:
                raise self._failed(f"did not answer in {START_TIMEOUT} s")
            pause.wait(0.03)

    def _failed(self, how: str) -> AssertionError:
        """The error to raise where it does not start. Nothing is left running or open."""
        log = self.log
        self.close()
        return AssertionError(f"{self._command} {how}:\n{log}")

    def stop(self, *, kill: bool = False) -> None:
        """Ends the process: by SIGTERM, or, with `kill`, as a crash would."""
        process, self._process = self._process, None
        if process is None:
            return
        if kill:
            process.kill()
        else:
            process.terminate()
        try:
            process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(STOP_TIMEOUT)
            raise AssertionError(
                f"{self._command} did not end within {STOP_TIMEOUT} s:\n{self.log}"
            ) from None

    def close(self) -> None:
        """Stops the process and drops its log."""
        try:
            self.stop()
        finally:
            self._log.close()

    @property
    def log(self) -> str:
        """What the process has printed, over all its starts."""
        # The process shares the file's offset: pread leaves it where it is.
        size = os.fstat(self._log.fileno()).st_size
        return os.pread(self._log.fileno(), size, 0).decode(errors="replace")

    def get(self, path: str = "/") -> str:
        """The text of a plain GET, whatever its status."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as response:
                return str(response.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return str(error.read().decode())

    def _answers(self) -> bool:
        # A connection is enough: a GET would mount a page that no test asked for.
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


def uvicorn(app: str) -> list[str]:
    """The command that serves `module:app`, as a user would."""
    return [
        *(sys.executable, "-m", "uvicorn", app),
        *("--host", "127.0.0.1", "--port", "{port}", "--timeout-graceful-shutdown", "3"),
    ]


@contextmanager
def serving(app: str) -> Iterator[Server]:
    """A server that runs one of the `APPS`: `with serving("links:app") as server: ...`"""
    server = Server(uvicorn(app), cwd=APPS, env=None)
    try:
        server.start()
        yield server
    finally:
        server.close()
