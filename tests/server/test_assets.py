"""The client's file and the site's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.server.conftest import MakeApp
from wayfare.errors import InternalError, UsageError
from wayfare.server import App
from wayfare.server.assets import ClientAssets, StaticFolders
from wayfare.testing.inprocess import Answer, request

pytestmark = pytest.mark.anyio
BASE = "http://testserver"


async def get(app: App, path: str, method: str = "GET", **headers: str) -> Answer:
    given = {"host": "testserver", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return await request(app, method, BASE + path, given)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = tmp_path / "files"
    files.mkdir()
    (files / "site.css").write_text("p {}")
    (files / "a b.txt").write_text("blank")
    (tmp_path / "secret.txt").write_text("secret")
    (files / "link.txt").symlink_to(tmp_path / "secret.txt")
    return files


async def test_the_client_is_kept_for_ever_under_its_hash(app: App) -> None:
    path = ClientAssets().path
    answer = await get(app, path)
    assert answer.status == 200
    assert answer.header("content-type") == "text/javascript; charset=utf-8"
    assert "immutable" in (answer.header("cache-control") or "")
    assert (await get(app, "/_wayfare/client.js")).body == answer.body


async def test_under_another_name_the_client_is_asked_for_again(app: App) -> None:
    for path in ("/_wayfare/client.js", "/_wayfare/older/client.js"):
        answer = await get(app, path)
        assert answer.status == 200
        assert answer.header("cache-control") == "no-cache"
        unchanged = await get(app, path, if_none_match=f'"x", W/{answer.header("etag")}')
        assert unchanged.status == 304
        assert unchanged.body == b""


@pytest.mark.parametrize(
    "path", ["", "other.js", "a/b/client.js", "../app.py", "client.js/", "%2e%2e/app.py"]
)
async def test_what_is_no_file_of_the_client_is_404(app: App, path: str) -> None:
    assert (await get(app, "/_wayfare/" + path)).status == 404


async def test_an_installation_without_its_client_says_so(tmp_path: Path) -> None:
    with pytest.raises(InternalError, match="Install it again"):
        ClientAssets(tmp_path)


async def test_files_of_the_site_are_served(make_app: MakeApp, folder: Path) -> None:
    app = make_app(static={"/files": folder, "/more": str(folder)})
    for path in ("/files/site.css", "/more/site.css"):
        answer = await get(app, path)
        assert answer.status == 200
        assert answer.body == b"p {}"
        assert answer.header("content-type") == "text/css; charset=utf-8"
        assert answer.header("x-content-type-options") == "nosniff"
        assert (await get(app, path, if_none_match=answer.header("etag") or "")).status == 304
    assert (await get(app, "/files/a%20b.txt")).body == b"blank"
    assert (await get(app, "/files/site.css", "HEAD")).body == b""


async def test_one_folder_is_served_under_static(make_app: MakeApp, folder: Path) -> None:
    assert (await get(make_app(static=folder), "/static/site.css")).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "none.css",
        "../secret.txt",
        "%2e%2e/secret.txt",
        "..%2fsecret.txt",
        "",
        "link.txt",
        "x\0y",
        "//etc/passwd",
    ],
)
async def test_nothing_outside_of_the_folder_is_served(make_app: MakeApp, folder: Path, path: str) -> None:
    answer = await get(make_app(static=folder), "/static/" + path.replace("\0", "%00"))
    assert answer.status in (400, 404)
    assert b"secret" not in answer.body


@pytest.mark.parametrize("static", [{"files": "."}, {"/": "."}, {"": "."}])
def test_a_path_without_a_name_is_refused_at_construction(static: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="starts with a slash"):
        StaticFolders(static)


def test_a_folder_that_is_none_is_refused_at_construction(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no folder"):
        StaticFolders(tmp_path / "missing")
