"""Ownership: what goes with what, in which order, and whose contexts and handlers are in force."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from wayfare.reactive import (
    Owner,
    OwnerWarning,
    catch_error,
    create_context,
    create_effect,
    create_memo,
    create_owner,
    create_resource,
    create_root,
    create_signal,
    create_unique_id,
    dispose,
    get_owner,
    map_array,
    on_cleanup,
    on_error,
    provide_context,
    run_with_owner,
    use_context,
)


def test_children_go_before_their_owner_newest_first() -> None:
    seen: list[str] = []

    def build(dispose: Callable[[], None]) -> Callable[[], None]:
        on_cleanup(lambda: seen.append("root 1"))
        for name in ("a", "b"):

            def memo(name: str = name) -> None:
                on_cleanup(lambda: seen.append(f"{name} 1"))
                create_memo(lambda: on_cleanup(lambda: seen.append(f"in {name}")))
                on_cleanup(lambda: seen.append(f"{name} 2"))

            create_memo(memo)
        on_cleanup(lambda: seen.append("root 2"))
        return dispose

    create_root(build)()
    assert seen == ["in b", "b 2", "b 1", "in a", "a 2", "a 1", "root 2", "root 1"]


def test_cleanups_run_before_the_next_run_untracked() -> None:
    count, set_count = create_signal(0)
    other, set_other = create_signal(0)
    seen: list[str] = []

    def effect() -> None:
        seen.append(f"run {count()}")
        on_cleanup(lambda: seen.append(f"clean {other()}"))

    create_root(lambda: create_effect(effect))
    set_count(1)
    set_other(1)
    set_count(2)
    assert seen == ["run 0", "clean 0", "run 1", "clean 1", "run 2"]


def test_a_root_outlives_the_owner_it_was_made_in() -> None:
    count, set_count = create_signal(0)
    seen: list[int] = []
    inner: list[Callable[[], None]] = []

    def build(dispose: Callable[[], None]) -> Callable[[], None]:
        def nested(dispose_inner: Callable[[], None]) -> None:
            inner.append(dispose_inner)
            create_effect(lambda: seen.append(count()))

        create_memo(lambda: create_root(nested))
        return dispose

    create_root(build)()
    set_count(1)
    inner[0]()
    set_count(2)
    assert seen == [0, 1]


def test_effects_of_a_root_wait_for_its_end_and_writes_inside_do_not() -> None:
    count, set_count = create_signal(0)
    seen: list[str] = []

    def build() -> None:
        double = create_memo(lambda: count() * 2)
        create_effect(lambda: seen.append(f"effect {double()}"))
        set_count(1)
        seen.append(f"body {double()}")

    create_root(build)
    assert seen == ["body 2", "effect 2"]


def test_a_plain_owner_goes_with_its_parent_or_by_itself() -> None:
    seen: list[str] = []

    def build(dispose_root: Callable[[], None]) -> tuple[Callable[[], None], Owner]:
        owners = [create_owner(name=name) for name in "ab"]
        for owner in owners:
            run_with_owner(owner, lambda owner=owner: on_cleanup(lambda: seen.append(owner.name)))
        return dispose_root, owners[0]

    dispose_root, first = create_root(build)
    dispose(first)
    assert first.disposed
    dispose_root()
    dispose(first)
    assert seen == ["a", "b"]


def test_contexts_are_those_above_the_owner() -> None:
    theme = create_context("light", name="theme")
    owners: list[Owner | None] = []

    def inside() -> str:
        owners.append(get_owner())
        return provide_context(theme, "darker", lambda: use_context(theme))

    assert use_context(theme) == "light"
    assert create_root(lambda: provide_context(theme, "dark", inside)) == "darker"
    assert run_with_owner(owners[0], lambda: use_context(theme)) == "dark"
    assert repr(theme) == "<Context theme>"


def test_a_context_is_seen_by_what_runs_later() -> None:
    theme = create_context("light")
    count, set_count = create_signal(0)
    seen: list[str] = []

    def build() -> None:
        create_effect(lambda: seen.append(f"{count()} {use_context(theme)}"))

    create_root(lambda: provide_context(theme, "dark", build))
    set_count(1)
    assert seen == ["0 dark", "1 dark"]


def test_errors_reach_the_nearest_handler_whenever_they_are_raised() -> None:
    count, set_count = create_signal(1)
    seen: list[str] = []

    def inner() -> None:
        create_effect(lambda: 1 // count())
        create_memo(lambda: (count(), on_cleanup(lambda: 1 // (count() - 6)))[0])

    def build() -> None:
        catch_error(
            lambda: catch_error(inner, lambda error: seen.append(f"inner {error}")),
            lambda error: seen.append(f"outer {error}"),
        )

    create_root(build)
    set_count(0)
    set_count(5)
    set_count(6)
    assert seen == ["inner integer division or modulo by zero"] * 2


def test_a_handlers_own_error_goes_to_the_one_above() -> None:
    seen: list[str] = []

    def fails(error: Exception) -> None:
        seen.append(f"inner {error}")
        raise ValueError("second")

    def inner() -> None:
        create_effect(lambda: 1 // 0)

    create_root(
        lambda: catch_error(lambda: catch_error(inner, fails), lambda error: seen.append(f"outer {error}"))
    )
    assert seen == ["inner integer division or modulo by zero", "outer second"]


def test_with_no_handler_an_error_is_raised_where_it_happens() -> None:
    with pytest.raises(ZeroDivisionError):
        create_root(lambda: create_memo(lambda: 1 // 0))
    with pytest.raises(ZeroDivisionError):
        create_root(lambda: catch_error(lambda: 1 // 0, lambda error: (_ for _ in ()).throw(error)))


def test_on_error_reaches_what_is_there_already() -> None:
    count, set_count = create_signal(1)
    seen: list[str] = []

    def build() -> None:
        create_effect(lambda: 1 // count())
        on_error(lambda error: seen.append(f"first {error}"))
        on_error(lambda error: seen.append(f"second {error}"))

    create_root(build)
    set_count(0)
    assert [text.split()[0] for text in seen] == ["first", "second"]


def test_run_with_owner_gives_errors_to_the_owners_handlers() -> None:
    seen: list[str] = []
    owners: list[Owner | None] = []
    create_root(
        lambda: catch_error(lambda: owners.append(get_owner()), lambda error: seen.append(str(error)))
    )
    assert run_with_owner(owners[0], lambda: [][0]) is None
    assert seen == ["list index out of range"]


def test_cleanup_without_an_owner_does_nothing_and_says_so() -> None:
    assert get_owner() is None
    with pytest.warns(OwnerWarning, match="never called"):
        on_cleanup(lambda: None)
    on_error(lambda _: None)


def test_unique_ids_are_unique() -> None:
    assert len({create_unique_id() for _ in range(100)}) == 100


def test_what_is_made_of_other_things_warns_of_nothing_that_its_user_did_not_write() -> None:
    assert get_owner() is None
    resource, _ = create_resource(lambda: 3)
    assert resource() == 3
    assert map_array(lambda: [1], lambda item: item + 1)() == [2]


def test_an_error_handler_may_take_nothing() -> None:
    heard: list[Any] = []

    def build() -> None:
        on_error(lambda: heard.append("older form"))
        catch_error(lambda: 1 / 0, lambda: heard.append("newer form"))
        catch_error(lambda: 1 / 0, heard.append)
        create_effect(lambda: 1 / 0)

    create_root(build)
    assert [item if isinstance(item, str) else type(item) for item in heard] == [
        "newer form",
        ZeroDivisionError,
        "older form",
    ]
