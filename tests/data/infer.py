"""What type checkers make of queries and actions: mypy and pyright read this file, and a test runs it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, assert_type

from wayfare.data import (
    Action,
    Answer,
    AsyncAccessor,
    FormData,
    LatestSubmission,
    Query,
    Submissions,
    action,
    create_async,
    create_async_store,
    query,
    revalidate,
    use_action,
    use_submission,
    use_submissions,
)
from wayfare.reactive import create_root


@dataclass
class User:
    name: str


@query("infer-user")
async def get_user(id: int, *, full: bool = False) -> User:
    return User(f"{id} {full}")


@query
async def get_names() -> list[str]:
    return ["Ann"]


@query(scope="app", reuse_for=1.0)
def get_count(of: str) -> int:
    return len(of)


@query("infer-many", batch=True)
async def get_many(calls: list[tuple[int]]) -> list[str]:
    return [str(id) for (id,) in calls]


@action
async def rename(user: int, name: str) -> User:
    return User(f"{user} {name}")


@action(name="infer-save")
async def save(form: FormData) -> str:
    return form.text("title")


CALL: Callable[[], object] = lambda: assert_type(get_user(1), Answer[User])  # noqa: E731
assert_type(get_user.key_for(1, full=True), str)
assert_type(get_names, Query[[], list[str]])
assert_type(get_many, Query[..., str])


def build() -> Callable[..., Awaitable[User]]:
    user = create_async(lambda: get_user(1))
    assert_type(user, AsyncAccessor[User])
    assert_type(user.latest, User)
    assert_type(create_async(get_names), AsyncAccessor[list[str]])
    assert_type(create_async(lambda: get_user(1) if user() else None), AsyncAccessor[User])
    assert_type(create_async_store(get_names, initial_value=[]), AsyncAccessor[list[str]])
    assert_type(save.with_(1), Action[..., str])
    assert_type(use_submission(save), LatestSubmission)
    assert_type(use_submissions(save), Submissions)
    run = use_action(rename)
    check: Callable[[], object] = lambda: assert_type(run(1, "Ann"), Awaitable[User])  # noqa: E731
    _ = check
    return run


async def run() -> None:
    """Everything above, as a program."""
    user: Any = None

    def inside(dispose: Callable[[], None]) -> tuple[Callable[..., Awaitable[User]], Callable[[], None]]:
        return build(), dispose

    renamed, dispose = create_root(inside)
    user = await renamed(1, "Bob")
    assert user == User("1 Bob")
    assert_type(await get_user(1), User)
    assert_type(await get_count("abc"), int)
    assert_type(await get_many(1), str)
    await revalidate([get_user, get_names.key])
    await asyncio.sleep(0)
    dispose()
