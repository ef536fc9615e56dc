"""The part of CSS selectors that tests use: ``form.wide input[name=q]``, ``ul > li``, ``#x a[href^="/"]``."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from ..errors import UsageError
from .dom import Element, walk

_COMPOUND = re.compile(r"(?:(?P<tag>[a-zA-Z][\w-]*|\*)|)(?P<rest>(?:[#.][\w-]+|\[[^\]]*\])*)")
_PART = re.compile(r"(?P<kind>[#.])(?P<name>[\w-]+)|\[(?P<attribute>[^\]]*)\]")
_ATTRIBUTE = re.compile(
    r"\s*(?P<name>[\w:-]+)\s*(?:(?P<operator>[~^$*|]?=)\s*(?P<quote>[\"']?)(?P<value>.*?)(?P=quote)\s*)?"
)
_SPLIT = re.compile(r"\s*(>)\s*|\s+")
# A blank or ">" inside of brackets belongs to the attribute's value.
_BRACKETS = re.compile(r"\[[^\]]*\]")

_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "=": lambda given, wanted: given == wanted,
    "^=": lambda given, wanted: bool(wanted) and given.startswith(wanted),
    "$=": lambda given, wanted: bool(wanted) and given.endswith(wanted),
    "*=": lambda given, wanted: bool(wanted) and wanted in given,
    "~=": lambda given, wanted: wanted in given.split(),
    "|=": lambda given, wanted: given == wanted or given.startswith(wanted + "-"),
}


@dataclass(frozen=True, slots=True)
class _Is:
    attribute: str
    value: str

    def __call__(self, element: Element) -> bool:
        given = element.get(self.attribute) or ""
        return given == self.value if self.attribute == "id" else self.value in given.split()


@dataclass(frozen=True, slots=True)
class _Compound:
    tag: str | None
    tests: tuple[Callable[[Element], bool], ...]
    child: bool

    def matches(self, element: Element) -> bool:
        return (self.tag is None or element.tag == self.tag) and all(test(element) for test in self.tests)


def select(root: Element, selector: str) -> list[Element]:
    """The elements in `root` that a selector fits, in document order.

    Args:
        root: where to look; it does not count itself.
        selector: names, ``#id``, ``.class``, ``[attribute]`` with ``= ^= $= *= ~= |=``, joined by a blank
            (anywhere inside) or ``>`` (directly inside), and several with commas between them.

    Raises:
        UsageError: the selector uses something else.

    >>> from .dom import parse_html
    >>> page = parse_html('<form><label><input name="q"></label></form><input name="z">')
    >>> select(page, "form input[name=q]")
    [<input name="q">]
    """
    chains = [_parse(each.strip()) for each in _split_commas(selector)]
    return [
        node
        for node in walk(root)
        if isinstance(node, Element)
        and node is not root
        and any(_fits(node, chain, root) for chain in chains)
    ]


def _split_commas(selector: str) -> list[str]:
    hidden = _BRACKETS.sub(lambda found: found[0].replace(",", "\0"), selector)
    return [each.replace("\0", ",") for each in hidden.split(",")]


def _parse(selector: str) -> list[_Compound]:
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found[0])
        return f"[{len(kept) - 1}]"

    parts = _SPLIT.split(_BRACKETS.sub(keep, selector))
    chain: list[_Compound] = []
    child = False
    # The split gives a compound and what joined it to the next, in turn.
    for index, part in enumerate(parts):
        if index % 2:
            child = part == ">"
            continue
        text = re.sub(r"\[(\d+)\]", lambda found: kept[int(found[1])], part or "")
        chain.append(_compound(text, selector, child))
        child = False
    return chain


def _compound(text: str, selector: str, child: bool) -> _Compound:
    found = _COMPOUND.fullmatch(text)
    if found is None or not text:
        raise UsageError(
            f"The selector {selector!r} can't be read at {text!r}. Tests know names, #id, .class, "
            "[attribute=value], a blank, '>' and commas; choose among several by text=."
        )
    tests: list[Callable[[Element], bool]] = []
    for part in _PART.finditer(found["rest"]):
        name: str = part["name"]
        if part["kind"] == "#":
            tests.append(_Is("id", name))
        elif part["kind"] == ".":
            tests.append(_Is("class", name))
        else:
            tests.append(_attribute(part["attribute"], selector))
    tag = found["tag"]
    return _Compound(None if tag in (None, "*") else tag.lower(), tuple(tests), child)


def _attribute(text: str, selector: str) -> Callable[[Element], bool]:
    found = _ATTRIBUTE.fullmatch(text)
    if found is None:
        raise UsageError(
            f"The selector {selector!r} can't be read at [{text}]. Write [name] or [name=value]."
        )
    name, value = found["name"], found["value"]
    if found["operator"] is None:
        return lambda element: name in element.attributes
    compare = _OPERATORS[found["operator"]]
    return lambda element: name in element.attributes and compare(element.attributes[name], value)


def _fits(element: Element, chain: list[_Compound], root: Element) -> bool:
    """Whether the last compound fits the element and the others fit elements around it, from the inside out.

    Taking the nearest that fits is right for a blank, but not for a blank in front of a `>`; so every
    element that fits so far is kept.
    """
    if not chain[-1].matches(element):
        return False
    current = [element]
    for inner, outer in zip(reversed(chain), list(reversed(chain))[1:], strict=False):
        found: list[Element] = []
        for each in current:
            above = each.parent
            while above is not None and above is not root:
                if outer.matches(above) and above not in found:
                    found.append(above)
                if inner.child:
                    break
                above = above.parent
        if not found:
            return False
        current = found
    return True
