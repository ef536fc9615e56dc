from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from wayfare.server.assets import CLIENT
from wayfare.wire import generate
from wayfare.wire.generate import main, protocol_js

BUILT = CLIENT / "client.js"


def test_what_is_committed_is_current() -> None:
    assert generate.PROTOCOL.read_text("utf-8") == protocol_js()


def test_the_client_is_small() -> None:
    assert len(gzip.compress(BUILT.read_bytes(), 9)) < 12_000


def test_the_client_needs_no_permission_that_a_strict_policy_withholds() -> None:
    code = BUILT.read_text("utf-8")
    for forbidden in (
        "eval(",
        "new Function",
        'setAttribute("style"',
        "document.write",
        "import(",
        "javascript:",
    ):
        assert forbidden not in code


def test_check_says_what_is_not_current_and_writes_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["--check"]) == 0
    written = tmp_path / "client" / "src" / "protocol.js"
    written.parent.mkdir(parents=True)
    written.write_text("something else")
    monkeypatch.setattr(generate, "ROOT", tmp_path)
    monkeypatch.setattr(generate, "PROTOCOL", written)
    assert main(["--check"]) == 1
    assert capsys.readouterr().out == "client/src/protocol.js is not current: run scripts/client build\n"
    assert written.read_text() == "something else"
    assert main([]) == 0
    assert written.read_text() == protocol_js()
    assert main(["--check"]) == 0


def test_an_installed_package_has_no_client_to_write(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(generate, "ROOT", tmp_path)
    monkeypatch.setattr(generate, "PROTOCOL", tmp_path / "client" / "src" / "protocol.js")
    assert main([]) == 2
    assert "needs a checkout" in capsys.readouterr().err
