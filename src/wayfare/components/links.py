"""Links that know where the page is: `A`, and `Navigate`, which goes somewhere as soon as it is mounted.

The link's attributes are what the client reads when it decides whether a click stays in the app
(`link`, `replace`, `noscroll`, `state`, `preload`); everything that depends on the location is reactive.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..errors import UsageError
from ..html import Node, a
from ..reactive import create_memo, required_arguments, untrack
from ..render import Event, Handler, as_link, component
from ..routing import (
    Location,
    NavigateFunction,
    NavigateOptions,
    RouterModel,
    link_state,
    parse_url,
    state_text,
    use_location,
    use_route,
    use_router,
)
from ..routing import use_navigate as _use_navigate


@component
def A(
    *,
    href: str | Callable[[], str],
    replace: bool = False,
    no_scroll: bool = False,
    state: Any = None,
    active_class: str = "active",
    inactive_class: str = "inactive",
    pending_class: str | None = None,
    end: bool = False,
    class_: Any = None,
    preload: bool | None = None,
    children: Node = None,
    **attrs: Any,
) -> Node:
    """A link inside the app.

    Args:
        href: the target, relative to the route it stands in; another site's URL is rendered as it is.
        replace: put the target in the place of the present history entry.
        no_scroll: leave the scroll position as it is.
        state: found again in `use_location().state`, as that of `navigate`.
        active_class: its class while the page is the target or below it.
        inactive_class: its class otherwise.
        pending_class: its class while a navigation to it is going on; `aria-busy` is set in any case.
        end: active only where the page is exactly the target.
        class_: classes that it has besides; may be reactive.
        preload: False keeps hovering from loading the target's data; its code is loaded nevertheless.
        attrs: any other attribute of `a`.

    Upstream: https://docs.solidjs.com/solid-router/reference/components/a
    """
    model = use_router("A")
    route = use_route()
    location = model.location

    def written() -> str:
        text = href() if callable(href) else href
        if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise UsageError(f"A(href=...) takes a path, or a function that gives one, and got {text!r:.80}.")
        return text

    def target() -> str | None:
        return route.resolve_path(written())

    to: Callable[[], str | None]
    if not callable(href) and (written().startswith("/") or target() is None):
        fixed = target()
        to = lambda: fixed  # noqa: E731 - a memo would never change
    else:
        to = create_memo(target)

    def address() -> str:
        resolved = to()
        if resolved is None:
            return written()
        return model.render_path(resolved)

    active = create_memo(lambda: link_state(to(), location.pathname, end=end))

    def pending() -> bool:
        resolved = to()
        return resolved is not None and model.is_pending(str(parse_url(resolved)))

    def classes() -> list[Any]:
        names: list[Any] = [class_() if callable(class_) else class_]
        names.append(active_class if active()[0] else inactive_class)
        if pending_class is not None and pending():
            names.append(pending_class)
        return names

    fixed_address = not callable(href) and (href.startswith("/") or to() is None)
    if model.history.browser is None and not _is_the_browsers(attrs):
        # The browser knows nothing of this router: its links would be followed by the page's own.
        options: NavigateOptions = {"replace": replace, "scroll": not no_scroll, "state": state}
        attrs["on_click"] = _follower(model, to, attrs.get("on_click"), options)
    elif state is not None:
        attrs["state"] = state_text(state)
    return a(
        {
            "link": True,
            "noscroll": no_scroll or None,
            "replace": replace or None,
            "preload": _preload(preload),
        },
        href=address() if fixed_address else address,
        class_=classes,
        aria_current=lambda: "page" if active()[1] else None,
        aria_busy=lambda: "true" if pending() else None,
        **attrs,
    )[children if isinstance(children, tuple) else (children,)]


def _follower(
    model: RouterModel, to: Callable[[], str | None], own: Any, options: NavigateOptions
) -> Handler | None:
    """What a click on a link of a memory router does; the link's own handler goes before it."""
    if untrack(to) is None:
        return None if own is None else Handler.of(own)

    def follow(event: Event) -> Any:
        result = Handler.of(own)(event) if own is not None else None
        path = untrack(to)
        if path is not None:
            model.navigate(model.base, path, {**options, "resolve": False})
        return result

    return as_link(follow)


def _is_the_browsers(attrs: dict[str, Any]) -> bool:
    """Whether a link says of itself that it is for the browser to follow."""
    rel = attrs.get("rel")
    external = isinstance(rel, str) and "external" in rel.split()
    return external or bool(attrs.get("target")) or attrs.get("download") not in (None, False)


def _preload(preload: bool | None) -> str | None:
    return None if preload is None else "true" if preload else "false"


@dataclass(frozen=True, slots=True)
class NavigateArgs:
    """What `Navigate(href=function)` gives its function."""

    navigate: NavigateFunction
    location: Location


@component
def Navigate(*, href: str | Callable[..., str], state: Any = None) -> Node:
    """Goes somewhere as soon as it is mounted, in the place of the present history entry; shows nothing.

    Args:
        href: the target, or a function of `.navigate` and `.location` that gives it. It is read once.
        state: found again in `use_location().state`.

    Upstream: https://docs.solidjs.com/solid-router/reference/components/navigate
    """
    navigate = _use_navigate()
    location = use_location()

    def target() -> str:
        if not callable(href):
            return href
        return href(NavigateArgs(navigate, location)) if required_arguments(href) else href()

    path = untrack(target)
    if state is None:
        navigate(path, replace=True)
    else:
        navigate(path, replace=True, state=state)
    return None
