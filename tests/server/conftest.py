"""Fixtures: the test site as new, and apps that are closed at the end."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.server.apps import Site, fresh_site, root
from wayfare.server import App
from wayfare.testing import TestWorld, VirtualClock

SECRET = "a secret for tests only"
MakeApp = Callable[..., App]


@pytest.fixture
def site() -> Site:
    """What the test site has done."""
    return fresh_site()


@pytest.fixture
def make_app(site: Site) -> MakeApp:  # noqa: ARG001 - each app begins with the site as new
    """Makes apps of the test site; further arguments go to `App`."""

    def make(**options: object) -> App:
        return App(root, secret=SECRET, **options)  # type: ignore[arg-type]

    return make


@pytest.fixture
def app(make_app: MakeApp) -> App:
    """The test site in a test's world."""
    return make_app()


def in_test_world(app: App) -> VirtualClock:
    """Let an app that is spoken to directly live by virtual time."""
    clock = VirtualClock()
    app.use_world(TestWorld(clock))
    return clock
