from __future__ import annotations

import gzip

import pytest

from wayfare.wire import generate
from wayfare.wire.generate import ClientSourceError, client_js, join_modules, main, protocol_js


def test_what_is_committed_is_current() -> None:
    assert generate.PROTOCOL.read_text("utf-8") == protocol_js()
    assert generate.BUILT.read_text("utf-8") == client_js()


def test_the_client_is_small() -> None:
    assert len(gzip.compress(client_js().encode(), 9)) < 12_000


def test_the_client_needs_no_permission_that_a_strict_policy_withholds() -> None:
    code = client_js()
    for forbidden in (
        "eval(",
        "new Function",
        'setAttribute("style"',
        "document.write",
        "import(",
        "javascript:",
    ):
        assert forbidden not in code


def test_check_says_which_file_is_not_current(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--check"]) == 0
    monkeypatch.setattr(generate, "client_js", lambda: "something else")
    assert main(["--check"]) == 1
    assert capsys.readouterr().out == (
        "src/wayfare/server/static/client.js is not current: run python -m wayfare.wire.generate\n"
    )


def test_modules_are_joined_after_those_they_import() -> None:
    joined = join_modules(
        {
            "boot": 'import { one } from "./a.js";\nimport * as B from "./b.js";\none(B.TWO, B.LONG);\n',
            "a": 'import { TWO } from "./b.js";\nexport function one(x) {\n  return x + TWO;\n}\n',
            "b": "/**\n * 2\n */\nexport const TWO = /** @type {any} */ (2);\nexport const LONG = 10_000;\n",
        }
    )
    assert joined.splitlines()[1:] == ["let TWO=(2);function one(x){return x+TWO}", "one(TWO,10000);"]


def test_what_is_in_quotes_stays_as_it_is() -> None:
    source = 'const a = "x , y { LONG }" + `= ${a} =` + b.replace(/ ?, "/g, c);\nconst LONG = 1;\n'
    joined = join_modules({"boot": source.replace("/ ?", "/\\s?")})
    assert joined.splitlines()[1] == 'let a="x , y { LONG }"+`= ${a} =`+b.replace(/\\s?, "/g,c);'


def test_modules_may_import_each_other() -> None:
    joined = join_modules(
        {
            "boot": 'import { one } from "./a.js";\none();\n',
            "a": 'import { two } from "./b.js";\nexport function one() {\n  two;\n}\n',
            "b": 'import { one } from "./a.js";\nexport function two() {\n  one;\n}\n',
        }
    )
    assert joined.count("function") == 2


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ('import {\n  a,\n} from "./b.js";\n', "line 1: write imports as"),
        ('import { a as c } from "./b.js";\n', "line 1: import the name as it is"),
        ("const a = 1;\nexport { a };\n", "line 2: write imports as"),
        ("export default 1;\n", "line 1: write imports as"),
        ('import { a } from "./nowhere.js";\n', "client/src/nowhere.js is imported, but there is no such"),
        ('import { a } from "./b.js";\nconst a = 1;\n', "boot.js and b.js both have a top-level `a`"),
        ("const a = `one\ntwo`;\n", "line 1: a string that does not end on this line"),
        ("const A = 1;\nconst a = `${A}`;\n", "line 2: a constant number in a template string"),
    ],
)
def test_a_module_that_breaks_a_rule_is_named(source: str, reason: str) -> None:
    with pytest.raises(ClientSourceError) as caught:
        join_modules({"boot": source, "b": "export const a = 1;\n"})
    assert reason in str(caught.value)
