"""What the type checkers must infer, read by mypy and pyright in strict mode; test_infer.py runs it."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import assert_type

from wayfare import (
    create_async,
    create_context,
    create_memo,
    create_root,
    create_signal,
    query,
    untrack,
    use_context,
)


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

    double = create_memo(lambda: count() * 2)
    assert_type(double(), int)
    assert_type(untrack(count), int)

    name, _ = create_signal("Ann")
    assert_type(create_memo(lambda: name().upper())(), str)


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
    create_root(contexts)
