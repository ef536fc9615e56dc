"""Actions: async functions that change data, called from code or by a form.

An action has a url, which is what a form posts to with or without JavaScript. Its bound arguments travel in
that url, so any worker can run it. Running one, and what follows from its result, is in submissions.py.
"""

from __future__ import annotations

import functools
import inspect
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final, Generic, ParamSpec, TypeVar, cast, overload
from urllib.parse import parse_qs, quote, quote_plus, unquote, urlsplit
from weakref import WeakValueDictionary

import anyio.to_thread
import msgspec

from ..errors import FormError, NameTakenError, UsageError
from ..reactive import accepted_arguments, current_scope, current_scope_or_none, get_owner, on_cleanup
from .forms import FormData, annotations_of, build, check_takes_form, model_for_form
from .keys import check_name, hash_arguments
from .origins import check_function, is_async, name_of, origin_of, plain

if TYPE_CHECKING:
    from ..reactive import Scope
    from .submissions import Completed

P = ParamSpec("P")
R = TypeVar("R")
logger = logging.getLogger("wayfare.data")

ACTION_BASE: Final = "/_server"
"""Below this path forms post to actions, unless the router is given another `action_base`."""

_LONGEST_URL: Final = 8192


class ActionBase:
    """Below which path the forms of one page post to actions, where that is not `ACTION_BASE`.

    A service of the page's scope, for an app mounted under a path, and a router with an `action_base`.
    """

    __slots__ = ("path",)

    def __init__(self, path: str) -> None:
        self.path = path.rstrip("/")


class Action(Generic[P, R]):
    """A function that changes data. Made by `action`, called by `use_action(it)` or by a form.

    `url` is where a form posts to, with the bound arguments; `base` the same without them; `name` its name.
    """

    def __init__(
        self,
        fn: Callable[..., object],
        name: str | None = None,
        *,
        on_complete: Callable[..., object] | None = None,
        thread: bool | None = None,
    ) -> None:
        check_function(fn, "action")
        functools.update_wrapper(self, fn, updated=())
        self.fn: Final = fn
        self.name: Final = check_name(_default_name(fn) if name is None else name, "action")
        self.origin: Final = origin_of(fn)
        self.on_complete: Final = on_complete
        self.bound: tuple[object, ...] = ()
        self.base: Final = f"{ACTION_BASE}/{quote(self.name, safe='')}"
        self._tell_completed = on_complete is not None and accepted_arguments(on_complete, 1) > 0
        self._in_thread = not is_async(fn) if thread is None else thread
        self._model: object | None = None
        self._model_known = False
        self._takes_form = True
        _register(cast("Action[..., Any]", self))

    @property
    def url(self) -> str:
        """Where a form posts to, as the current page has it."""
        scope = current_scope_or_none()
        given = None if scope is None else scope.services.get(ActionBase)
        base = given.path + self.base[len(ACTION_BASE) :] if isinstance(given, ActionBase) else self.base
        if not self.bound:
            return base
        return f"{base}?args={_as_in_a_form(hash_arguments(self.bound, query=self.name))}"

    def with_(self, *args: Any) -> Action[..., R]:
        """The same action with its first arguments given. Its url carries them, so they have to fit a key.

        Where it is run from that url, they are what JSON makes of them, turned into what the parameters are
        annotated with. They are a visitor's words by then, like any other field of a form: check them.
        """
        bound = cast("Action[..., R]", object.__new__(type(self)))
        bound.__dict__.update(self.__dict__)
        bound.bound = (*self.bound, *args)
        bound._model_known = False
        if len(url := bound.url) > _LONGEST_URL:
            raise UsageError(
                f"The arguments bound to the action {self.name!r} make a url of {len(url)} characters, and "
                "the limit is "
                f"{_LONGEST_URL}. Bind an id, and look up the rest in the action."
            )
        return bound

    def __str__(self) -> str:
        return self.url

    def __repr__(self) -> str:
        return f"<Action {self.name} at {self.origin}>"

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Awaitable[R]:  # noqa: ARG002
        raise UsageError(
            f"The action {self.name!r} is called directly. Write run = use_action({name_of(self.fn)}) in the "
            "component and await run(...), or give it to a form: form(action=..., method='post')."
        )

    async def perform(self, args: tuple[object, ...], kwargs: dict[str, object]) -> object:
        """Call the function with the bound arguments and these, a form made into the model it asks for."""
        given = self._with_model((*self.bound, *args), kwargs)
        if self._in_thread:
            value: object = await anyio.to_thread.run_sync(functools.partial(self.fn, *given, **kwargs))
        else:
            value = self.fn(*given, **kwargs)
        while inspect.isawaitable(value):
            value = await value
        return value

    def call_on_complete(self, completed: Completed) -> None:
        """Call `on_complete`, with what it takes."""
        if self.on_complete is not None:
            self.on_complete(*((completed,) if self._tell_completed else ()))

    def _with_model(self, args: tuple[object, ...], kwargs: dict[str, object]) -> tuple[object, ...]:
        at = len(self.bound)
        if len(args) <= at or not isinstance(form := args[at], FormData):
            return args
        if not self._model_known:
            self._model = model_for_form(self.fn, at)
            self._takes_form = _takes_position(self.fn, at)
            self._model_known = True
        if not self._takes_form:
            return args[:at]
        if self._model is None:
            check_takes_form(self.fn, at, {*kwargs}, given=len(args), name=self.name)
            return args
        return (*args[:at], build(self._model, form, name=self.name), *args[at + 1 :])


def _takes_position(fn: Callable[..., object], at: int) -> bool:
    """Whether `fn` has a parameter for the argument number `at`: a form that nobody asked for is not
    given.
    """
    kinds = [parameter.kind for parameter in inspect.signature(fn).parameters.values()]
    positional = sum(kind in (kind.POSITIONAL_ONLY, kind.POSITIONAL_OR_KEYWORD) for kind in kinds)
    return at < positional or inspect.Parameter.VAR_POSITIONAL in kinds


class LocalActions:
    """The actions that were made inside one page's components: a service of its scope, by name."""

    def __init__(self) -> None:
        self.by_name: dict[str, Action[..., Any]] = {}


_everywhere: WeakValueDictionary[str, Action[..., Any]] = WeakValueDictionary()


def _register(action: Action[..., Any]) -> None:
    if get_owner() is not None:
        local = current_scope().service(LocalActions, LocalActions).by_name
        local[action.name] = action
        # a newer one of the same name may have taken its place meanwhile
        on_cleanup(lambda: local.pop(action.name) if local.get(action.name) is action else None)
        return
    other = _everywhere.get(action.name)
    if other is not None and other.origin != action.origin and "<locals>" not in name_of(other.fn):
        raise NameTakenError(
            f"Two actions are called {action.name!r}: the ones at {other.origin} and at {action.origin}. A "
            "form couldn't tell "
            "which one it is for. Give one of them another name: @action(name='another_name')."
        )
    _everywhere[action.name] = action


def find_action(url: str, scope: Scope | None = None) -> Action[..., Any] | None:
    """The action that a form with this url posts to, with its bound arguments; `None` where there is none.

    With a `scope`, the actions that were made inside that page are found too. Raises `FormError` where the
    bound arguments in the url are no such arguments.
    """
    if len(url) > _LONGEST_URL:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    name = unquote(parts.path.rpartition("/")[2])
    local = scope.services.get(LocalActions) if scope is not None else None
    found = cast("LocalActions", local).by_name.get(name) if local is not None else None
    found = found or _everywhere.get(name)
    if found is None or not parts.query:
        return found
    texts = parse_qs(parts.query, keep_blank_values=True, max_num_fields=100).get("args")
    return found if texts is None else found.with_(*_decoded(found, texts[0]))


def _decoded(action: Action[..., Any], text: str) -> list[object]:
    """Bound arguments from a url: what JSON says, as the parameters they are for are annotated."""
    refusal = FormError(
        f"The bound arguments in the url of the action {action.name!r} are not its own: {text!r:.200}"
    )
    try:
        values = msgspec.json.decode(text, type=list[Any])
        parameters = list(inspect.signature(action.fn).parameters.values())
        hints = annotations_of(action.fn) if any(p.annotation is not p.empty for p in parameters) else {}
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise refusal from None
    decoded: list[object] = []
    for position, value in enumerate(values):
        at = min(position, len(parameters) - 1)
        if not parameters or (
            position >= len(parameters) and parameters[at].kind is not parameters[at].VAR_POSITIONAL
        ):
            raise refusal
        hint = hints.get(parameters[at].name, Any)
        try:
            decoded.append(value if hint is Any else msgspec.convert(value, hint))
        except msgspec.ValidationError:
            raise refusal from None
        except TypeError:  # a type that msgspec doesn't know: the function gets what the url says
            decoded.append(value)
    return decoded


@overload
def action(
    fn: Callable[P, Awaitable[R]],
    name: str | None = None,
    *,
    on_complete: Callable[[Completed], object] | Callable[[], object] | None = None,
    thread: bool | None = None,
) -> Action[P, R]: ...
@overload
def action(
    fn: Callable[P, R],
    name: str | None = None,
    *,
    on_complete: Callable[[Completed], object] | Callable[[], object] | None = None,
    thread: bool | None = None,
) -> Action[P, R]: ...
@overload
def action(
    fn: str | None = None,
    name: str | None = None,
    *,
    on_complete: Callable[[Completed], object] | Callable[[], object] | None = None,
    thread: bool | None = None,
) -> ActionDecorator: ...
def action(
    fn: Callable[..., Any] | str | None = None,
    name: str | None = None,
    *,
    on_complete: Callable[..., object] | None = None,
    thread: bool | None = None,
) -> Any:
    """Make an action of a function; also a decorator, `@action`, `@action("name")`,
    `@action(on_complete=...)`.

    `fn` is `async def`, or a `def` that runs in a worker thread; `name` is part of its url.

    `name` is what its url ends in, by default the function's module and name; `on_complete` is called after
    each run with what came of it. An `async def` function runs on the loop, a `def` in a worker thread;
    `thread` says otherwise. Raises `NameTakenError` for a second action of one name.

    >>> @action(name="save-note")
    ... async def save(text: str) -> str:
    ...     return text.strip()
    >>> save.url
    '/_server/save-note'
    >>> str(save.with_("n1"))
    '/_server/save-note?args=%5B%22n1%22%5D'

    Source: https://docs.solidjs.com/solid-router/reference/data-apis/action
    """
    if fn is None or isinstance(fn, str):
        return ActionDecorator(fn or name, on_complete, thread)
    return Action[..., Any](fn, name, on_complete=on_complete, thread=thread)


class ActionDecorator:
    """What `@action("name")` gives: it makes an action of the function below it."""

    def __init__(
        self, name: str | None, on_complete: Callable[..., object] | None, thread: bool | None
    ) -> None:
        self._name, self._on_complete, self._thread = name, on_complete, thread

    @overload
    def __call__(self, fn: Callable[P, Awaitable[R]]) -> Action[P, R]: ...
    @overload
    def __call__(self, fn: Callable[P, R]) -> Action[P, R]: ...
    def __call__(self, fn: Callable[..., Any]) -> Any:
        return Action[..., Any](fn, self._name, on_complete=self._on_complete, thread=self._thread)


def _as_in_a_form(text: str) -> str:
    """Percent-encoded as a browser's `URLSearchParams` does it."""
    return quote_plus(text, safe="*").replace("~", "%7E")


def _default_name(fn: Callable[..., object]) -> str:
    qualname = name_of(fn)
    if qualname.endswith("<lambda>"):
        raise UsageError("An action made from a lambda needs a name: action(lambda form: ..., 'save').")
    return f"{getattr(plain(fn), '__module__', None) or '__main__'}.{qualname}"
