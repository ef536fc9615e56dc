from __future__ import annotations

import socket
from pathlib import Path

import pytest
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
