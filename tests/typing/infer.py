"""What the type checkers must infer, read by mypy and pyright in strict mode; test_infer.py runs it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import assert_type

from wayfare import (
    create_async,
    create_context,
    create_memo,
    create_resource,
    create_root,
    create_signal,
    index_array,
    map_array,
    on,
    query,
    untrack,
    use_context,
)
from wayfare.reactive import create_error_boundary


@dataclass
class User:
    name: str


@query("typing-user")
async def get_user(id: int) -> User:
    return User(f"user {id}")


@query("typing-count")
def get_count() -> int:
    return 3


def signals() -> None:
    count, set_count = create_signal(0)
    assert_type(count(), int)
    set_count(3)
    set_count(lambda before: before + 1)
    set_count(lambda: 5)

    double = create_memo(lambda: count() * 2)
    assert_type(double(), int)
    assert_type(untrack(count), int)

    name, _ = create_signal("Ann")
    assert_type(create_memo(lambda: name().upper())(), str)


def followers() -> None:
    count, _ = create_signal(0)
    assert_type(create_memo(on(count, lambda value: str(value)))(), str)
    assert_type(on(count, compare)(None), bool)
    assert_type(on([count, count], lambda values, before: (values, before) and "two")(None), str)


def compare(value: int, before: int | None) -> bool:
    return value == before


def rows() -> None:
    names, _ = create_signal(["Ann"])
    assert_type(map_array(names, lambda name: len(name))(), list[int])
    assert_type(map_array(names, lambda name: name.upper())(), list[str])
    assert_type(map_array(names, lambda name, index: name.upper() * index(), lambda: "none")(), list[str])
    assert_type(map_array(names, lambda: 1)(), list[int])
    assert_type(map_array(names, str)(), list[str])
    assert_type(map_array(names, lambda name, index: f"{name.upper()} {index() + 1}")(), list[str])
    assert_type(index_array(names, lambda name: name().upper())(), list[str])
    assert_type(index_array(names, lambda name, index: name().upper() * index)(), list[str])
    assert_type(index_array(names, lambda: 1)(), list[int])
    assert_type(index_array(names, lambda name, index: f"{name().upper()} {index + 1}")(), list[str])


def boundaries() -> None:
    shown = create_error_boundary(lambda: "page", lambda error, reset: f"{error} {reset}")
    assert_type(shown(), str | None)
    assert_type(create_error_boundary(lambda: "page", lambda error: f"{error}")(), str | None)
    assert_type(create_error_boundary(lambda: "page", lambda: "sorry")(), str | None)
    assert_type(create_error_boundary(lambda: "page", str)(), str | None)


def resources(dispose: Callable[[], None]) -> None:
    count, _ = create_signal(1)
    user, _ = create_resource(count, get_user_by)
    assert_type(user.latest, User)
    squared, _ = create_resource(count, square)
    assert_type(squared(), int)
    one, _ = create_resource(lambda: square(1))
    assert_type(one(), int)
    dispose()


async def in_a_loop() -> None:
    create_root(resources)


async def get_user_by(id: int) -> User:
    return User(f"user {id}")


def square(id: int) -> int:
    return id * id


def roots() -> None:
    assert_type(create_root(lambda: 1), int)
    create_root(lambda dispose: dispose())


def contexts() -> None:
    theme = create_context("light")
    assert_type(use_context(theme), str)


def queries() -> None:
    user = create_async(lambda: get_user(1))
    # Under a Suspense a read gives what the fetcher returns: no guard, no None.
    assert_type(user().name, str)
    assert_type(get_user.key, str)
    assert_type(get_user.key_for(1), str)


def pending() -> Awaitable[User]:
    return get_user(2)


def run() -> None:
    create_root(signals)
    create_root(followers)
    create_root(rows)
    create_root(boundaries)
    asyncio.run(in_a_loop())
    roots()
    create_root(contexts)
