"""Actions run for a page: what shows when, what follows from a result, and what is never run twice."""

from __future__ import annotations

import asyncio
import datetime
import gc
from collections.abc import Callable
from typing import Any

import pytest

from wayfare.data import (
    AppCache,
    Completed,
    FormData,
    action,
    create_async,
    find_action,
    json,
    redirect,
    reload,
    run_without_page,
    submissions_of,
    submit,
    use_action,
    use_submission,
    use_submissions,
)
from wayfare.data import submissions as submissions_module
from wayfare.errors import FormError, LimitError, UsageError
from wayfare.reactive import Scope, create_effect, untrack

from .conftest import Page, TestWorld
from .test_forms import Note
from .test_query import Source

pytestmark = pytest.mark.anyio


class Save:
    """An action whose runs end when the test says so."""

    def __init__(self, name: str = "save", on_complete: Callable[..., Any] | None = None) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.held: list[asyncio.Future[Any]] = []

        async def run(*args: Any) -> Any:
            self.calls.append(args)
            future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
            self.held.append(future)
            value = await future
            if isinstance(value, BaseException) and getattr(value, "raised", False):
                raise value
            return value

        self.action = action(run, name, on_complete=on_complete)


def listed(page: Page, save: Save) -> list[tuple[Any, ...]]:
    return page.run(
        lambda: untrack(
            lambda: [
                (s.input, s.pending, s.result, s.error)
                for s in submissions_of(page.scope).read()
                if s.url == save.action.base
            ]
        )
    )


async def test_a_submission_shows_at_once_and_keeps_its_result(page: Page) -> None:
    save = Save()
    run = page.run(lambda: use_action(save.action))
    result = run(1, "a")
    assert save.calls == [(1, "a")]
    assert listed(page, save) == [((1, "a"), True, None, None)]
    save.held[0].set_result("saved")
    await page.settle()
    assert listed(page, save) == [((1, "a"), False, "saved", None)]
    assert await result == "saved"


@pytest.mark.parametrize(("value", "kept"), [(None, 0), (0, 1), ("", 1), (False, 1)])
async def test_a_result_of_none_leaves_nothing_in_the_list(page: Page, value: Any, kept: int) -> None:
    save = Save()
    page.run(lambda: use_action(save.action))()
    save.held[0].set_result(value)
    await page.settle()
    assert len(listed(page, save)) == kept


async def test_an_error_is_kept_and_raised_to_who_awaits_it(page: Page) -> None:
    save, source = Save(), Source()
    page.mount(lambda: create_async(source.query))
    result = page.run(lambda: use_action(save.action))()
    save.held[0].set_exception(ValueError("no"))
    await page.settle()
    assert [str(error) for *_, error in listed(page, save)] == ["no"]
    with pytest.raises(ValueError, match="no"):
        await result
    assert source.count == 1


async def test_success_fetches_everything_again_before_the_result_shows(page: Page) -> None:
    save, source = Save(), Source(hold=True)
    shown, _ = page.mount(lambda: create_async(source.query))
    source.held[0].set_result("old")
    await page.settle()
    page.run(lambda: use_action(save.action))()
    save.held[0].set_result("saved")
    await page.settle()
    assert source.count == 2
    assert listed(page, save) == [((), True, None, None)]
    source.held[1].set_result("new")
    await page.settle()
    assert listed(page, save) == [((), False, "saved", None)]
    assert shown() == "new"


@pytest.mark.parametrize(
    ("answer", "fetched"),
    [
        (lambda q: json(1, revalidate=q("user").query), {"user"}),
        (lambda _: json(1, revalidate="users"), {"users"}),
        (lambda _: reload(revalidate=[]), set[str]()),
        (lambda _: reload(), {"user", "users"}),
        (lambda _: redirect("/x", revalidate=["user["]), {"user"}),
        (lambda _: 3, {"user", "users"}),
    ],
)
async def test_a_response_narrows_what_is_fetched_again(page: Page, answer: Any, fetched: set[str]) -> None:
    sources = {name: Source(name) for name in ("user", "users")}
    save = Save()
    page.mount(lambda: [create_async(source.query) for source in sources.values()])
    await page.settle()
    page.run(lambda: use_action(save.action))()
    save.held[0].set_result(answer(sources.__getitem__))
    await page.settle()
    assert {name for name, source in sources.items() if source.count == 2} == fetched


async def test_a_raised_response_is_a_result_and_no_error(page: Page) -> None:
    save = Save()
    result = page.run(lambda: use_action(save.action))()
    response = json({"ok": 1})
    response.raised = True  # type: ignore[attr-defined]
    save.held[0].set_result(response)
    assert await page.wait(result) == {"ok": 1}
    assert listed(page, save)[0][2] == {"ok": 1}


async def test_a_redirect_is_pushed_and_leaves_no_submission(page: Page) -> None:
    save = Save()
    page.run(lambda: use_action(save.action))()
    save.held[0].set_result(redirect("/done"))
    await page.settle()
    assert page.trail.went == [("/done", False)]
    assert listed(page, save) == []


async def test_on_complete_comes_before_the_result_and_may_retry(page: Page) -> None:
    seen: list[tuple[Any, ...]] = []

    def done(completed: Completed) -> None:
        seen.append((completed.input, completed.result, str(completed.error), completed.pending))
        assert listed(page, save)[0][1]
        if len(seen) == 1:
            completed.retry()

    save = Save(on_complete=done)
    result = page.run(lambda: use_action(save.action))(7)
    save.held[0].set_exception(ValueError("first"))
    await page.settle()
    assert save.calls == [(7,), (7,)]
    save.held[1].set_result("second")
    assert await page.wait(result) == "second"
    assert seen == [((7,), None, "first", False), ((7,), "second", "None", False)]
    assert len(listed(page, save)) == 1


async def test_an_exception_in_on_complete_loses_nothing(
    page: Page, caplog: pytest.LogCaptureFixture
) -> None:
    def bad() -> None:
        raise RuntimeError("bad listener")

    save = Save(on_complete=bad)
    result = page.run(lambda: use_action(save.action))()
    save.held[0].set_result(5)
    assert await page.wait(result) == 5
    assert "on_complete of the action save raised" in caplog.text


async def test_clear_takes_it_out_and_retry_runs_it_again_as_the_same_one(page: Page) -> None:
    save = Save()
    latest, _ = page.mount(lambda: use_submission(save.action))
    run = page.run(lambda: use_action(save.action))
    first = run(1)
    save.held[0].set_exception(ValueError("no"))
    await page.settle()
    assert str(latest.error) == "no"
    with pytest.raises(ValueError, match="no"):
        await first
    again = latest.retry()
    assert (latest.pending, latest.error, save.calls) == (True, None, [(1,), (1,)])
    save.held[1].set_result("yes")
    await page.settle()
    assert again is not None
    assert await again == "yes"
    assert latest.result == "yes"
    latest.clear()
    assert (latest.pending, latest.result, latest.input, latest.url) == (None, None, None, None)
    latest.clear()
    assert latest.retry() is None


async def test_a_form_that_is_retried_shows_its_error_and_raises_it_nowhere(page: Page) -> None:
    save = Save()
    latest, _ = page.mount(lambda: use_submission(save.action))
    first = page.run(lambda: submit(page.scope, save.action, (), id="s1"))
    save.held[0].set_exception(ValueError("no"))
    await page.wait(first)
    again = latest.retry()
    save.held[1].set_exception(ValueError("still no"))
    assert again is not None
    assert await page.wait(again) is None
    assert str(latest.error) == "still no"


async def test_submissions_are_found_by_action_through_every_binding_and_filtered(page: Page) -> None:
    save, other = Save(), Save("other")
    found, _ = page.mount(lambda: use_submissions(save.action.with_(1), lambda input: input[-1] != "skip"))
    seen: list[int] = []
    page.mount(lambda: create_effect(lambda: seen.append(len(found))))
    runs = page.run(lambda: [use_action(a) for a in (save.action, save.action.with_(1), other.action)])
    runs[0]("a")
    runs[1]("b")
    runs[1]("skip")
    runs[2]("c")
    assert [submission.input for submission in found] == [("a",), (1, "b")]
    assert found.pending
    assert (found[0].input, [s.input for s in found[1:]], seen[-1]) == (("a",), [(1, "b")], 2)
    save.held[0].set_exception(ValueError("x"))
    save.held[1].set_result("r")
    await page.settle()
    assert not found.pending


async def test_a_call_that_comes_to_nothing_uncovers_the_one_before_it(page: Page) -> None:
    save = Save()
    latest, _ = page.mount(lambda: use_submission(save.action))
    run = page.run(lambda: use_action(save.action))
    for title in ("", "tea"):
        run(title)
    save.held[0].set_exception(ValueError("needs a title"))
    await page.settle()
    assert (latest.input, latest.error, latest.pending) == (("tea",), None, True)
    save.held[1].set_result(None)
    await page.settle()
    assert (latest.input, str(latest.error)) == (("",), "needs a title")


async def test_pending_submissions_outlive_a_navigation_and_completed_ones_do_not(page: Page) -> None:
    save = Save()
    run = page.run(lambda: use_action(save.action))
    run(1)
    run(2)
    save.held[0].set_result("done")
    await page.settle()
    submissions_of(page.scope).forget_completed()
    assert [input for input, *_ in listed(page, save)] == [(2,)]


async def test_an_action_that_has_begun_ends_whoever_leaves(page: Page) -> None:
    save = Save()
    waiter = page.wait(page.run(lambda: use_action(save.action))())
    await page.settle()
    waiter.cancel()
    page.close()
    await asyncio.sleep(0)
    assert not save.held[0].cancelled()
    save.held[0].set_result(1)
    for _ in range(5):
        await asyncio.sleep(0)
    assert save.held[0].done()


async def test_a_failed_action_that_nobody_awaited_shows_in_its_submission(page: Page) -> None:
    save = Save()
    page.run(lambda: use_action(save.action))()
    save.held[0].set_exception(ValueError("unseen"))
    await page.settle()
    gc.collect()
    assert str(listed(page, save)[0][3]) == "unseen"


async def test_a_form_runs_once_for_each_id_and_is_told_its_outcome_again(page: Page) -> None:
    save = Save()
    form = FormData([("title", "Tea")])
    first = page.run(lambda: submit(page.scope, save.action, (form,), id="s1"))
    again = page.run(lambda: submit(page.scope, save.action, (form,), id="s1"))
    other = page.run(lambda: submit(page.scope, save.action, (form,), id="s2"))
    assert first is again
    assert save.calls == [(form,), (form,)]
    save.held[0].set_result(1)
    save.held[1].set_exception(ValueError("two"))
    assert (await page.wait(first)).result == 1
    assert str((await page.wait(other)).error) == "two"
    assert (await page.wait(page.run(lambda: submit(page.scope, save.action, (form,), id="s1")))).result == 1
    assert len(save.calls) == 2


async def test_an_id_belongs_to_one_action(page: Page) -> None:
    save, other = Save(), Save("other")
    page.run(lambda: submit(page.scope, save.action, (), id="s1"))
    with pytest.raises(UsageError, match="'s1' has been used for /_server/save already"):
        page.run(lambda: submit(page.scope, other.action, (), id="s1"))


async def test_only_so_many_actions_run_at_once(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submissions_module, "MAX_SUBMISSIONS", 2)
    save = Save()
    run = page.run(lambda: use_action(save.action))
    run(1)
    run(2)
    with pytest.raises(LimitError, match="2 actions of this page are running at once"):
        run(3)
    assert save.calls == [(1,), (2,)]
    save.held[0].set_result(1)
    await page.settle()
    run(3)
    assert [input for input, *_ in listed(page, save)] == [(2,), (3,)]


async def test_remembered_ids_are_bounded(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submissions_module, "MAX_REMEMBERED", 2)
    save = Save()
    for number in range(2):
        page.run(lambda number=number: submit(page.scope, save.action, (), id=f"s{number}"))
    with pytest.raises(LimitError, match="2 submissions of this page are running at once"):
        page.run(lambda: submit(page.scope, save.action, (), id="s9"))
    save.held[0].set_result(1)
    await page.settle()
    page.run(lambda: submit(page.scope, save.action, (), id="s9"))
    assert len(save.calls) == 3


async def test_without_a_page_the_outcome_is_the_answer(world: TestWorld) -> None:
    app = AppCache(world)
    live = Page(world, app)
    prices = Source("prices", scope="app")
    live.mount(lambda: create_async(prices.query))
    await live.settle()
    request = Scope(world, "request")
    request.provide(AppCache, app)
    ended: list[Any] = []

    @action(name="buy", on_complete=lambda completed: ended.append(completed.result))
    async def buy(form: FormData) -> Any:
        if form["what"] == "nothing":
            raise ValueError("nothing to buy")
        return redirect("/thanks", revalidate="prices")

    outcome = await run_without_page(buy, (FormData([("what", "tea")]),), request)
    assert outcome.response is not None
    assert outcome.response.location == "/thanks"
    await live.settle()
    assert prices.count == 2
    failed = await run_without_page(buy, (FormData([("what", "nothing")]),), request)
    assert str(failed.error) == "nothing to buy"
    assert ended == [None, None]
    request.close()
    live.close()
    app.close()


async def test_calling_an_action_says_what_to_write() -> None:
    save = Save()
    with pytest.raises(UsageError, match=r"The action 'save' is called directly. Write run = use_action"):
        save.action()
    with pytest.raises(UsageError, match="use_action takes an action, and got 3"):
        use_action(3)  # type: ignore[arg-type]


async def test_a_form_that_does_not_fit_is_an_error_of_the_submission(page: Page) -> None:
    ran: list[Note] = []

    @action(name="note")
    async def note(form: Note) -> str:
        ran.append(form)
        return form.title

    outcome = await page.wait(
        page.run(lambda: submit(page.scope, note, (FormData([("size", "big")]),), id="1"))
    )
    assert isinstance(outcome.error, FormError)
    assert ran == []
    form = FormData([("title", "Tea"), ("size", "3")])
    outcome = await page.wait(page.run(lambda: submit(page.scope, note, (form,), id="2")))
    assert outcome.result == "Tea"


async def by_one_field(id: int, name: str) -> None: ...
async def by_an_optional_field(id: int, day: datetime.date | None) -> None: ...
async def by_several_fields(id: int, name, tone) -> None: ...  # type: ignore[no-untyped-def]


@pytest.mark.parametrize(
    ("fn", "says"),
    [
        (by_one_field, r"written to take name\. Write def by_one_field\(id, form: FormData\).*'name'"),
        (by_an_optional_field, "written to take day"),
        (by_several_fields, "written to take name and tone.*dataclass that has the fields name, tone"),
    ],
)
async def test_an_action_written_for_the_fields_one_by_one_is_told_how_they_come(
    page: Page, fn: Any, says: str
) -> None:
    save = action(fn, f"save {fn.__name__}")
    run = page.run(lambda: use_action(save.with_(7)))
    with pytest.raises(UsageError, match=says):
        await run(FormData([("name", "Ann"), ("tone", "kind")]))


async def test_an_action_may_take_more_than_a_form(page: Page) -> None:
    @action(name="save more")
    async def save(id: int, form, tone, *, loud, by: str = "me") -> Any:  # type: ignore[no-untyped-def]
        return (id, form["name"], tone, loud, by)

    run = page.run(lambda: use_action(save.with_(7)))
    assert await run(FormData([("name", "Ann")]), tone="kind", loud=True) == (7, "Ann", "kind", True, "me")


async def test_an_action_may_be_a_plain_function_in_a_thread(page: Page) -> None:
    import threading

    @action(name="where")
    def where() -> int:
        return threading.get_ident()

    assert await page.wait(page.run(lambda: use_action(where))()) != threading.get_ident()


async def test_an_action_that_awaits_something_cancelled_has_failed(page: Page) -> None:
    @action(name="cancelled")
    async def run(_form: FormData) -> None:
        other = asyncio.get_running_loop().create_future()
        other.cancel()
        await other

    outcome = await page.wait(page.run(lambda: submit(page.scope, run, (FormData(),), id="1")))
    assert "'cancelled' was cancelled" in str(outcome.error)
    alone = await page.wait(run_without_page(run, (FormData(),), page.scope))
    assert "'cancelled' was cancelled" in str(alone.error)


async def test_what_is_no_action_is_told() -> None:
    function: Any = len
    uses: list[Callable[..., Any]] = [use_action, use_submission, use_submissions]
    for use in uses:
        with pytest.raises(UsageError, match=f"{use.__name__} takes an action"):
            use(function)


async def test_an_unknown_action_is_nobodys() -> None:
    assert find_action("/_server/no-such-action") is None
