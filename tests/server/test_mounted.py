"""An app that is mounted under a path: everything that it shows and answers stays below it."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from tests.server.conftest import SECRET, in_test_world
from wayfare.components import A, Navigate, Route, Router
from wayfare.data import FormData, Response, action, redirect
from wayfare.html import Element, form, p
from wayfare.render import component
from wayfare.server import App
from wayfare.testing.inprocess import request

pytestmark = pytest.mark.anyio
BASE = "http://testserver"


@pytest.mark.parametrize(("base", "full"), [("", "/shop"), ("/admin", "/shop/admin"), ("/shop", "/shop")])
async def test_mounted_in_starlette_routes_links_redirects_and_forms_stay_below(base: str, full: str) -> None:
    @action(name=f"server-tests.mounted{base}")
    async def save(_form: FormData) -> Response:
        return redirect("/saved")

    @component
    def Home() -> Element:
        return form(action=save, method="post")[A(href="/old")["old"]]

    routes = [
        Route(path="/", component=Home),
        Route(path="/old", component=lambda: Navigate(href="/new")),
        Route(path="/new", component=lambda: p["new"]),
    ]
    app = App(lambda: Router(base=base)[routes], secret=SECRET)
    in_test_world(app)
    site = Starlette(routes=[Mount("/shop", app)])
    headers = {"host": "testserver", "origin": BASE}

    home = await request(site, "GET", BASE + full + "/", headers)
    text = home.body.decode()
    assert home.status == 200
    assert f'href="{full}/old"' in text
    assert f'action="/shop{save.base}"' in text
    assert f'data-base="{full}"' in text
    moved = await request(site, "GET", BASE + full + "/old", headers)
    assert (moved.status, moved.header("location")) == (302, full + "/new")
    assert (await request(site, "GET", BASE + full + "/new", headers)).status == 200
    assert (await request(site, "GET", BASE + full + "/nowhere", headers)).status == 404
    kind = {"content-type": "application/x-www-form-urlencoded"}
    saved = await request(site, "POST", f"{BASE}/shop{save.base}", {**headers, **kind}, b"a=1")
    assert (saved.status, saved.header("location")) == (303, full + "/saved")
