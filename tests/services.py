"""Servers that a test may need: named by a variable, or found on this machine at their usual port.

    WAYFARE_TEST_POSTGRES   a connection string, as postgresql://postgres@127.0.0.1:5432/test
    WAYFARE_TEST_REDIS      a URL, as redis://127.0.0.1:6379
    WAYFARE_TEST_NATS       a URL, as nats://127.0.0.1:4222

What is found is written into the variable, so that a test reads it there. A server that is named and does not
answer is no reason to skip: its tests run, and say so.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import os
import socket
from typing import Any

PATIENCE = 5.0


@functools.cache
def postgres() -> str | None:
    """Why the tests that need PostgreSQL can't run; None where they can."""
    if importlib.util.find_spec("psycopg") is None:
        return "psycopg is not installed: pip install 'psycopg[binary]', which is in the extra `test`"
    if os.environ.get("WAYFARE_TEST_POSTGRES"):
        return None
    url = "postgresql://postgres@127.0.0.1:5432/test"
    if not _listens(5432):
        return "no PostgreSQL answers at 127.0.0.1:5432, and WAYFARE_TEST_POSTGRES names none"
    psycopg: Any = importlib.import_module("psycopg")
    try:
        psycopg.connect(url, connect_timeout=10).close()
    except psycopg.Error as error:
        return f"WAYFARE_TEST_POSTGRES names no server, and {url} refuses: {str(error).strip()[:200]}"
    os.environ["WAYFARE_TEST_POSTGRES"] = url
    return None


@functools.cache
def redis() -> str | None:
    """Why the tests that need Redis can't run; None where they can."""
    return _missing("WAYFARE_TEST_REDIS", "redis", 6379, b"PING\r\n", b"+PONG", "redis")


@functools.cache
def nats() -> str | None:
    """Why the tests that need NATS can't run; None where they can."""
    return _missing("WAYFARE_TEST_NATS", "nats", 4222, b"", b"INFO ", "nats")


def _missing(variable: str, scheme: str, port: int, say: bytes, hears: bytes, module: str) -> str | None:
    if importlib.util.find_spec(module) is None:
        return f"the Python package {module} is not installed"
    if os.environ.get(variable):
        return None
    if not _listens(port, say, hears):
        return f"no {scheme} server answers at 127.0.0.1:{port}, and {variable} names none"
    os.environ[variable] = f"{scheme}://127.0.0.1:{port}"
    return None


def _listens(port: int, say: bytes = b"", hears: bytes = b"") -> bool:
    """Whether somebody takes connections there, and answers as expected."""
    try:
        with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
            connection.settimeout(PATIENCE)
            if say:
                connection.sendall(say)
            return connection.recv(len(hears)).startswith(hears) if hears else True
    except OSError:
        return False
