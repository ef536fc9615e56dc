"""Random pages and frames, applied by the browser's client and by the test kit's: both show the same."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from wayfare.testing.client import Screen

CLIENT = Path(__file__).resolve().parents[2] / "client"
NODE = shutil.which("node")
CASES = 60
FRAMES = 12

pytestmark = [
    pytest.mark.skipif(NODE is None, reason="node is not on PATH"),
    pytest.mark.skipif(
        not (CLIENT / "node_modules").is_dir(), reason="the client's tools are missing: run scripts/client"
    ),
]

TEMPLATES: list[tuple[str, list[object], bool]] = [
    ("<p>static</p>", [], False),
    ('<li data-w="0"><!--?--></li>', [[1, 1]], True),
    (
        '<li data-w="0" class="x"><b data-v="0"><!--?--></b>-<i><!--?--></i></li>',
        [[2, 0, "id"], [3, 0, "title"], 0, [1, 1]],
        True,
    ),
    ("<!--?--><hr><!--?-->", [[1, 0], 0], False),
    ('<div data-w="0"><ul><!--?--></ul><p data-w="2"><!--?--></p></div>', [[1, 1], [2, 2, "lang"], 0], True),
]
SPANS = [0, 2, 2, 1, 3]
"""How many addresses an instance of each template takes."""


@dataclass
class Page:
    """What a server would know: which slots and elements there are, and what is in them."""

    random: random.Random
    next_id: int = 2
    slots: dict[int, list[int]] = field(default_factory=dict)
    elements: set[int] = field(default_factory=set)
    lists: dict[int, list[int]] = field(default_factory=dict)
    inside: dict[int, list[int]] = field(default_factory=dict)

    def take(self, count: int) -> int:
        base = self.next_id
        self.next_id += count
        return base

    def forget(self, id: int) -> None:
        stack = [id]
        while stack:
            gone = stack.pop()
            stack.extend(self.inside.pop(gone, []))
            self.elements.discard(gone)
            self.slots.pop(gone, None)
            self.lists.pop(gone, None)

    def content(self, owner: int, depth: int) -> list[object]:
        """Tokens of something random that stands in `owner`."""
        kind = self.random.randrange(8 if depth < 4 else 2)
        if kind == 0:
            return [None]
        if kind == 1:
            return [self.random.choice(["", "text", "<&>", "é😀"])]
        if kind == 2:
            return [-1, self.random.choice(["<u>m</u>", "", "a<br>b", "<!-- c -->"])]
        if kind == 3:
            count = self.random.randrange(4)
            return [0, count, *(token for _ in range(count) for token in self.content(owner, depth + 1))]
        if kind == 4:
            id = self.take(1)
            self.inside.setdefault(owner, []).append(id)
            self.slots[id] = []
            return [-2, id, *self.content(id, depth + 1)]
        return self.instance(owner, self.random.randrange(len(TEMPLATES)), depth)

    def instance(self, owner: int, number: int, depth: int, base: int | None = None) -> list[object]:
        base = self.take(SPANS[number]) if base is None else base
        tokens: list[object] = [number + 1, base]
        own = range(base, base + SPANS[number])
        self.inside.setdefault(owner, []).extend(own)
        slots = {base + hole[1] for hole in TEMPLATES[number][1] if isinstance(hole, list) and hole[0] == 1}
        self.elements.update(set(own) - slots)
        for hole in TEMPLATES[number][1]:
            if isinstance(hole, int):
                tokens += self.content(owner, depth + 1)
            elif hole[0] == 1:
                self.slots[base + hole[1]] = []
                tokens += self.content(base + hole[1], depth + 1)
            else:
                tokens.append(self.random.choice([None, True, "v", 'q"&']))
        return tokens

    def item(self, owner: int) -> tuple[int, list[object]]:
        number = self.random.choice([0, 1, 2, 3, 4])
        if TEMPLATES[number][2]:
            id = self.take(SPANS[number])
            tokens = self.instance(id, number, 2, id)
            self.inside[id] = [inner for inner in self.inside[id] if inner != id]
        else:
            id = self.take(1)
            tokens = self.instance(id, number, 2)
        self.inside.setdefault(owner, []).append(id)
        return id, tokens

    def op(self) -> list[object]:
        """A random patch that fits."""
        plain = [id for id in self.slots if id not in self.lists]
        kind = self.random.randrange(10)
        if kind < 2 and self.elements:
            target = self.random.choice(sorted(self.elements))
            name, value = self.random.choice(["id", "title", "hidden"]), self.random.choice([None, True, "v"])
            return [2, target, name, value]
        if kind < 6 and self.lists:
            return self.change_list(self.random.choice(sorted(self.lists)))
        slot = self.random.choice(sorted(plain or self.slots))
        for inner in self.inside.pop(slot, []):
            self.forget(inner)
        self.lists.pop(slot, None)
        if kind == 6:
            return [1, slot, self.random.choice(["", "t", "&"])]
        if kind < 9:
            items = [self.item(slot) for _ in range(self.random.randrange(5))]
            self.lists[slot] = [id for id, _ in items]
            return [3, slot, [-3, len(items), *(token for id, tokens in items for token in (id, *tokens))]]
        return [3, slot, self.content(slot, 0)]

    def change_list(self, slot: int) -> list[object]:
        items = self.lists[slot]
        removed = [id for id in items if self.random.random() < 0.2]
        for id in removed:
            items.remove(id)
            self.forget(id)
            self.inside[slot].remove(id)
        steps: list[object] = []
        for _ in range(self.random.randrange(5)):
            if items and self.random.random() < 0.5:
                moved = self.random.choice(items)
                items.remove(moved)
                at = self.random.randrange(len(items) + 1)
                steps.append([moved, items[at] if at < len(items) else 0])
            else:
                moved, tokens = self.item(slot)
                at = self.random.randrange(len(items) + 1)
                steps.append([moved, items[at] if at < len(items) else 0, tokens])
            items.insert(at, moved)
        return [4, slot, removed, steps]


def make_case(seed: int) -> dict[str, object]:
    page = Page(random.Random(seed))
    page.slots[1] = []
    html = "<main><!--w1--><!--/--></main>"
    screen = Screen(html)
    frames: list[dict[str, object]] = []
    definitions = [[5, at + 1, *template] for at, template in enumerate(TEMPLATES)]
    for number in range(FRAMES):
        ops: list[list[object]] = [*([] if number else definitions), *(page.op() for _ in range(3))]
        screen.apply(ops)
        frames.append({"ops": ops, "html": screen.html})
        # Nothing is known that is not shown, and the other way round.
        assert screen.places == len(page.slots) + len(page.elements) + sum(
            1 for items in page.lists.values() for id in items if id not in page.elements
        )
    return {"what": f"seed {seed}", "html": html, "frames": frames}


def test_both_show_the_same(tmp_path: Path) -> None:
    assert NODE is not None
    for seed in range(CASES):
        (tmp_path / f"{seed}.json").write_text(json.dumps(make_case(seed)), "utf-8")
    done = subprocess.run(
        [NODE, "--test", "test/golden.test.js"],
        cwd=CLIENT,
        env={"PATH": "", "WAYFARE_CASES": tmp_path.as_uri() + "/"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[:6000] + done.stderr[-2000:]
    assert f"# pass {CASES}" in done.stdout
