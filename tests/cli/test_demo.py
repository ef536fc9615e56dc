from __future__ import annotations

import signal
import socket
import sqlite3
from pathlib import Path

import pytest
import uvicorn
from click.testing import CliRunner

from wayfare.cli.demo import command


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "no file"),
        (b"GIF89a and so on", "not an SQLite database"),
        (b"SQLite format 3\0" + b"x" * 99, ""),
    ],
)
def test_a_file_that_cannot_be_shown_ends_the_command_in_words(
    tmp_path: Path, content: bytes | None, words: str
) -> None:
    path = tmp_path / "some.db"
    if content is not None:
        path.write_bytes(content)
    result = CliRunner().invoke(command, [str(path), "--port", "0"])
    assert result.exit_code == 1
    assert words in result.output
    assert result.output.startswith("Error: ")
    assert "Traceback" not in result.output


def test_a_folder_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, [str(tmp_path)])
    assert result.exit_code == 1
    assert "is a folder" in result.output


def test_a_taken_port_is_told_with_one_to_try() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        result = CliRunner().invoke(command, ["--port", str(port)])
    assert result.exit_code == 1
    assert f"Port {port}" in result.output
    assert "--port" in result.output


def test_an_address_of_another_machine_is_refused() -> None:
    result = CliRunner().invoke(command, ["--host", "192.0.2.1", "--port", "0"])
    assert result.exit_code == 1
    assert "Error: " in result.output


@pytest.mark.parametrize(
    ("arguments", "may"), [([], "edit"), (["some.db"], "read"), (["some.db", "--write"], "edit")]
)
def test_what_everybody_may_do_is_told(
    arguments: list[str], may: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    database = sqlite3.connect("some.db")
    database.execute("create table things (id integer primary key)")
    database.close()
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(uvicorn.Server, "run", lambda *_, **__: None)
    result = CliRunner().invoke(command, ["--host", "0.0.0.0", "--port", "0", *arguments])
    assert result.exit_code == 0, result.output
    assert f"Everybody who can reach this machine can {may} it." in result.output
