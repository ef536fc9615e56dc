"""The files a page loads: the client's modules, and the static files of the site.

The client is served under a name that holds its hash, so a browser keeps it for ever and a new version has a
new address; under its plain name it is served with an ETag.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from ..errors import InternalError, UsageError
from .security import common_headers, digest

BASE = "/_wayfare/"
"""Where everything of the framework's own is found: the client's modules and the socket."""
ENTRY = "client.js"
CLIENT = Path(__file__).parent / "static"
"""Where the built client is; `scripts/client build` writes it."""
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"


class ClientAssets:
    """The client's file, read once.

    Args:
        directory: the folder with `client.js`; by default the package's own.

    Raises:
        InternalError: the folder has no `client.js`.
    """

    def __init__(self, directory: Path = CLIENT) -> None:
        self._files = {path.name: path.read_bytes() for path in sorted(directory.glob("*.js"))}
        if ENTRY not in self._files:
            raise InternalError(
                f"The installation of wayfare has no {ENTRY} in {directory.name}/. Install it again."
            )
        parts = [part for name, data in self._files.items() for part in (name.encode(), data)]
        self.version = digest(b"\0".join(parts))

    @property
    def path(self) -> str:
        """The path of the entry module, to be put behind the prefix the app is mounted under."""
        return f"{BASE}{self.version}/{ENTRY}"

    def respond(self, path: str, headers: Headers) -> Response:
        """The answer for a path behind `BASE`: `client.js`, or `<hash>/client.js`."""
        version, _, name = path.rpartition("/")
        data = self._files.get(name)
        if data is None or "/" in version:
            return PlainTextResponse("There is no such file.", 404, common_headers())
        etag = f'"{digest(data)}"'
        answer = {
            **common_headers(),
            "etag": etag,
            # A page of an older version asks by the older hash: it gets what there is, and asks again.
            "cache-control": _FOR_EVER if version == self.version else _ASK_AGAIN,
        }
        known = {each.strip().removeprefix("W/") for each in headers.get("if-none-match", "").split(",")}
        if etag in known or "*" in known:
            return Response(status_code=304, headers=answer)
        return Response(data, headers=answer, media_type="text/javascript")


class StaticFolders:
    """Folders of files, each under a path of the site.

    Args:
        static: one folder, served under `/static`, or a mapping from path to folder.

    Raises:
        UsageError: a folder is none, or a path does not start with a slash.
    """

    def __init__(self, static: str | os.PathLike[str] | Mapping[str, str | os.PathLike[str]] | None) -> None:
        folders: Mapping[str, str | os.PathLike[str]]
        if static is None:
            folders = {}
        elif isinstance(static, Mapping):
            folders = static
        else:
            folders = {"/static": static}
        self._apps: list[tuple[str, StaticFiles]] = []
        for path, folder in folders.items():
            if not path.startswith("/") or path.rstrip("/") == "":
                raise UsageError(
                    f"App(static={{{path!r}: ...}}): the path of a folder starts with a slash and has a "
                    "name, as in {'/static': 'static'}."
                )
            if not Path(folder).is_dir():
                raise UsageError(
                    f"App(static=...): {os.fspath(folder)!r} is no folder. Give the path of one. A relative "
                    "path counts from the working directory; one beside the program is "
                    f"Path(__file__).parent / {Path(folder).name!r}."
                )
            self._apps.append((path.rstrip("/"), StaticFiles(directory=folder)))

    def has(self, path: str) -> bool:
        """Whether a path leads into one of the folders."""
        return any(path.startswith(prefix + "/") for prefix, _ in self._apps)

    async def respond(self, scope: Scope, path: str) -> Response:
        """The file at a path that leads into one of the folders, or that there is none."""
        prefix, files = next(each for each in self._apps if path.startswith(each[0] + "/"))
        inside: Scope = {**scope, "root_path": scope.get("root_path", "") + prefix}
        try:
            answer = await files.get_response(files.get_path(inside), inside)
        except HTTPException as refusal:
            return PlainTextResponse("There is no such file.", refusal.status_code, common_headers())
        for name, value in common_headers().items():
            answer.headers[name] = value
        return answer
