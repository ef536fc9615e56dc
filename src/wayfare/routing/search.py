"""Search parameters as a mapping: read from the location, changed by merging.

A key that comes once is a text, one that comes more often a list of texts in order. Merging changes only
the keys it names, and takes away those set to nothing; values are written the way a Solid page would
write them (`true`, `1.5`, `1e+21`), so that links made by either side mean the same.

Source of the behaviour: https://docs.solidjs.com/solid-router/reference/primitives/use-search-params
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeAlias, cast

from .urls import format_search, parse_search

SearchValue: TypeAlias = "str | list[str]"


def search_params(search: str) -> dict[str, SearchValue]:
    """The parameters of a search string.

    >>> search_params("?tag=a&tag=b&page=2")
    {'tag': ['a', 'b'], 'page': '2'}
    """
    params: dict[str, SearchValue] = {}
    for name, value in parse_search(search):
        before = params.get(name)
        if before is None:
            params[name] = value
        elif isinstance(before, list):
            before.append(value)
        else:
            params[name] = [before, value]
    return params


def merge_search(search: str, changes: Mapping[str, object]) -> str:
    """The search string after changes. None, `""` and an empty list take a key away.

    >>> merge_search("?page=2&q=x", {"page": None, "tag": ["a", "b"]})
    '?q=x&tag=a&tag=b'
    """
    pairs = parse_search(search)
    for name, value in changes.items():
        if isinstance(value, set | frozenset):
            value = sorted(map(search_text, cast("set[object]", value)))
        if value is None or value == "" or (isinstance(value, list | tuple) and not value):
            pairs = [pair for pair in pairs if pair[0] != name]
        elif isinstance(value, list | tuple):
            pairs = [pair for pair in pairs if pair[0] != name]
            pairs.extend((name, search_text(each)) for each in cast("list[object]", value))
        else:
            _set(pairs, name, search_text(value))
    return format_search(pairs)


def _set(pairs: list[tuple[str, str]], name: str, value: str) -> None:
    # The key keeps its place: the first of its pairs is changed, the others go.
    places = [at for at, pair in enumerate(pairs) if pair[0] == name]
    if not places:
        pairs.append((name, value))
        return
    pairs[places[0]] = (name, value)
    for at in reversed(places[1:]):
        del pairs[at]


def search_text(value: object) -> str:
    """A value as it is written into a search string.

    >>> search_text(True), search_text(2.0), search_text(None)
    ('true', '2', 'null')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, float):
        return _number_text(value)
    if isinstance(value, list | tuple):
        items = cast("list[object]", value)
        return ",".join("" if each is None else search_text(each) for each in items)
    return str(value)


def typed_text(value: Any) -> str:
    """A value as types and filters read it: an enum by its value, numbers without an exponent.

    >>> typed_text(1e-7), typed_text(Decimal("1E+3"))
    ('0.0000001', '1000')
    """
    if isinstance(value, enum.Enum):
        value = value.value
    text = search_text(value)
    return f"{Decimal(text):f}" if isinstance(value, float | Decimal) else text


def _number_text(number: float) -> str:
    if number != number:
        return "NaN"
    if number in (float("inf"), float("-inf")):
        return "Infinity" if number > 0 else "-Infinity"
    digits, _, power_text = f"{number!r}".lower().partition("e")
    if number == int(number) and abs(number) < 1e21:
        return str(int(number))
    if abs(number) >= 1e21 or (number and abs(number) < 1e-6):
        if not power_text:
            digits, _, power_text = f"{number:e}".partition("e")
        power = int(power_text)
        return f"{digits.removesuffix('.0')}e{'+' if power > 0 else ''}{power}"
    if power_text:  # Python changes to exponents at 1e-5, JavaScript at 1e-7
        return f"{number:.{len(digits.replace('-', '').replace('.', '')) - 1 - int(power_text)}f}"
    return digits
