"""scripts/browser.py on machines that are made up: what is on PATH is what the test puts there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "browser.py"
CHROMIUM = "#!/bin/sh\necho Chromium 1.0\n"
# What Ubuntu has in this place: a script that tells of another way to install it.
HINT = "#!/bin/sh\necho 'install the snap' >&2\nexit 1\n"


class Machine:
    """A machine with nothing on it but Python and what is added."""

    def __init__(self, root: Path) -> None:
        self.bin = root / "bin"
        self.bin.mkdir()
        self._log = root / "log"
        self._packages = root / "packages"
        # A playwright that has no browser and can't download one.
        playwright = self._packages / "playwright"
        playwright.mkdir(parents=True)
        (playwright / "__init__.py").touch()
        (playwright / "__main__.py").write_text("import sys\nsys.exit('there is no network')\n")

    def add(self, name: str, text: str) -> Path:
        path = self.bin / name
        path.write_text(text)
        path.chmod(0o755)
        return path

    def add_apt_get(self, *, works: bool = True) -> None:
        """An apt-get that notes how it is called, and whose package is a Chromium if it works."""
        spare = self.add("spare", CHROMIUM).rename(self._packages / "spare")
        install = f"case $1 in install) /bin/cp {spare} {self.bin}/chromium;; esac" if works else "exit 100"
        self.add("apt-get", f'#!/bin/sh\necho "$DEBIAN_FRONTEND: $*" >> {self._log}\necho noise\n{install}\n')

    @property
    def calls(self) -> list[str]:
        return self._log.read_text().splitlines()

    def run(
        self, *arguments: str, root: bool = True, named: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        as_user = f"import os, runpy; os.geteuid = lambda: {0 if root else 1000}; "
        code = f"{as_user}runpy.run_path({str(SCRIPT)!r}, run_name='__main__')"
        env = {"PATH": str(self.bin), "PYTHONPATH": str(self._packages), "HOME": os.environ.get("HOME", "/")}
        if named is not None:
            env["WAYFARE_CHROMIUM"] = named
        command = [sys.executable, "-c", code, *arguments]
        return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_one_that_is_there_is_found(machine: Machine) -> None:
    machine.add("chromium", HINT)
    path = machine.add("google-chrome", CHROMIUM)
    done = machine.run()
    assert (done.stdout, done.returncode) == (f"{path}\n", 0)


def test_one_that_is_named_comes_first(machine: Machine) -> None:
    machine.add("chromium", CHROMIUM)
    path = machine.add("mine", CHROMIUM)
    assert machine.run(named="mine").stdout == f"{path}\n"


def test_one_that_is_named_and_not_there_is_an_error(machine: Machine) -> None:
    done = machine.run(named="/nowhere/chromium")
    assert done.returncode == 1
    assert done.stderr == "WAYFARE_CHROMIUM is '/nowhere/chromium', which is no program that can be run.\n"


def test_looking_installs_nothing(machine: Machine) -> None:
    machine.add_apt_get()
    done = machine.run("--find")
    assert (done.stdout, done.returncode) == ("", 0)
    assert not (machine.bin / "chromium").exists()


def test_where_there_is_none_it_comes_from_the_distribution(machine: Machine) -> None:
    machine.add_apt_get()
    done = machine.run()
    # Nothing but the path is on stdout, whatever the installers print.
    assert (done.stdout, done.returncode) == (f"{machine.bin / 'chromium'}\n", 0)
    assert machine.calls == [
        "noninteractive: update",
        "noninteractive: install -y --no-install-recommends chromium",
    ]
    assert "+ apt-get update\nnoise\n" in done.stderr


@pytest.mark.parametrize(
    ("apt_get", "root", "reasons"),
    [
        (False, True, ["there is no apt-get", "playwright install chromium` failed"]),
        (True, True, ["playwright install chromium` failed", "`apt-get update` failed"]),
        (True, False, ["from the distribution needs root", "playwright install chromium` failed"]),
    ],
)
def test_where_none_can_be_installed_a_sentence_says_why(
    machine: Machine, apt_get: bool, root: bool, reasons: list[str]
) -> None:
    if apt_get:
        machine.add_apt_get(works=False)
    done = machine.run(root=root)
    assert (done.stdout, done.returncode) == ("", 1)
    last = done.stderr.splitlines()[-1]
    assert last.startswith("No Chromium was found, and none could be installed: ")
    assert last.endswith(". Install one, or name it by WAYFARE_CHROMIUM.")
    for reason in reasons:
        assert reason in last


def test_an_installer_that_installs_nothing_is_not_believed(machine: Machine) -> None:
    machine.add("apt-get", "#!/bin/sh\n")
    done = machine.run()
    assert done.returncode == 1
    assert "after `apt-get install -y --no-install-recommends chromium` there is none either" in done.stderr
