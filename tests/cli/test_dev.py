from __future__ import annotations

from typing import Any

import pytest
import uvicorn
from click.testing import CliRunner

from wayfare.cli.main import main


def test_dev_serves_the_named_app_on_loopback_with_reload(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(uvicorn, "run", lambda app, **options: calls.append((app, options)))
    monkeypatch.setattr("sys.path", [])
    result = CliRunner().invoke(main, ["dev", "main:app", "--port", "8123"])
    assert result.exit_code == 0, result.output
    [(app, options)] = calls
    assert app == "main:app"
    assert (options["host"], options["port"], options["reload"]) == ("127.0.0.1", 8123, True)


def test_dev_says_how_an_app_is_named() -> None:
    result = CliRunner().invoke(main, ["dev", "main"])
    assert result.exit_code == 2
    assert "expected module:app, as in main:app, got 'main'" in result.output
