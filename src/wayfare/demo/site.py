"""The demo's data: queries that all visitors share, two actions, and the addresses of pages.

The queries are app-scoped: fetched once however many windows show them, and fetched again for all of those
windows when an action says so. That is all there is to pages that follow each other's changes. What other
programs write is noticed by a query of its own, which looks at the file's time while a page is seen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

from ..data import FormData, Response, action, query, redirect
from ..errors import UsageError
from ..reactive import Context, create_context, use_context
from .cells import Value
from .database import Database
from .keys import RowKey, decode_key, encode_key, encode_name
from .problems import DatabaseProblem, Refused
from .records import Conflict, Field, PageAsked, Row, RowsPage

VERSION_FIELD: Final = "version"
LOOK_EVERY: Final = 2.0
"""Seconds between looks at the file while a page shows it: other programs' changes are shown that soon."""
FIELDS_SHOWN: Final = 150
"""Columns of an edit form. A form with thousands of fields would be refused by most servers, this one too."""


@dataclass(frozen=True, slots=True)
class NotSaved:
    """What an action answers when nothing was changed. The form shows it and keeps what was typed.

    `problem`: what happened, in words; `fields`: words for single columns, by place; `conflict`: whether the
    row is no longer what the visitor saw, and then `now` is the row as it is (`None` if it is gone).
    """

    problem: str
    fields: Mapping[int, str] = field(default_factory=dict[int, str])
    conflict: bool = False
    now: Row | None = None


class Site:
    """What the pages of one database share.

    `database`: what is shown; `name`: what it is called on the pages; `is_sample`: whether it is the
    embedded sample, a copy that may be changed freely.
    """

    def __init__(self, database: Database, *, name: str, is_sample: bool = False) -> None:
        self.database = database
        self.name = name
        self.is_sample = is_sample
        self.tables = query(database.tables, "tables", scope="app")
        self.table = query(database.table, "table", scope="app")
        self.rows = query(self._rows, "rows", scope="app")
        self.row = query(database.row, "row", scope="app")
        self.watch = query(self._watch, "watch", scope="app", refresh_every=LOOK_EVERY)
        self.on_change: Callable[[], object] = lambda: None
        self._stamp = database.stamp()
        # A form's address is the same after a restart and on every worker, and another database's differs.
        mark = hashlib.sha256(str(database.path.absolute()).encode()).hexdigest()[:8]
        self.save = action(self._save, f"save-{mark}")
        self.delete = action(self._delete, f"delete-{mark}")

    @property
    def writable(self) -> bool:
        """Whether rows can be changed."""
        return self.database.write

    def _rows(self, table: str, page: int, sort: str, filter: str, by: str, equals: str) -> RowsPage:
        # All plain texts and numbers, as they stand in the address: they are the cache's key.
        asked = PageAsked(
            number=page,
            sort=sort.removeprefix("-") or None,
            descending=sort.startswith("-"),
            filter=filter,
            by=by or None,
            equals=_value(equals),
        )
        return self.database.page(table, asked)

    def _watch(self) -> None:
        """Another program's change of the file makes every open window follow."""
        before, self._stamp = self._stamp, self.database.stamp()
        if self._stamp != before:
            self.on_change()

    def _save(self, table: str, id: str, form: FormData) -> Response | NotSaved:
        try:
            outcome = self.database.update(table, id, form.text(VERSION_FIELD), read_form(form))
        except Refused as refused:
            return NotSaved(str(refused), refused.fields)
        except DatabaseProblem as problem:
            return NotSaved(f"{problem} Nothing was saved.")
        if isinstance(outcome, Conflict):
            return _conflict(outcome, "saved")
        return redirect(row_href(table, outcome.id), revalidate=self.everything())

    def _delete(self, table: str, id: str, form: FormData) -> Response | NotSaved:
        try:
            outcome = self.database.delete(table, id, form.text(VERSION_FIELD))
        except DatabaseProblem as problem:
            return NotSaved(f"{problem} Nothing was deleted.")
        if isinstance(outcome, Conflict):
            return _conflict(outcome, "deleted")
        return redirect(table_href(table), revalidate=self.everything())

    def everything(self) -> list[str]:
        """The keys of all that a change of rows may change."""
        # Rows are shown by others that refer to them, and counts stand in the table list.
        return [self.tables.key, self.table.key, self.rows.key, self.row.key]


SiteContext: Context[Site | None] = create_context(None)


def use_site() -> Site:
    """The site that the calling component belongs to."""
    site = use_context(SiteContext)
    if site is None:
        raise UsageError("The demo's pages are shown by make_app, which tells them their site.")
    return site


def table_href(table: str, **search: str) -> str:
    """The address of a table's page.

    >>> table_href("order details", sort="-price", q="")
    '/tables/order~20details?sort=-price'
    """
    given = urlencode({name: value for name, value in search.items() if value})
    return f"/tables/{encode_name(table)}" + (f"?{given}" if given else "")


def row_href(table: str, id: str) -> str:
    """The address of a row's page."""
    return f"/tables/{encode_name(table)}/rows/{id}"


def value_text(value: Value) -> str:
    """A value as it stands in `?is=`: with its type, as in a row's id; a null is empty."""
    return encode_key(RowKey((value,))) or ""


def field_names(place: int) -> tuple[str, str, str]:
    """The names of a column's form fields: its text, its NULL box, and the digest of what it began with."""
    return f"value-{place}", f"null-{place}", f"base-{place}"


def read_form(form: FormData) -> dict[int, Field]:
    """The fields of an edit form by their columns' places.

    >>> read_form(FormData({"value-0": "7", "value-2": "", "null-2": "on"}))
    {0: Field(text='7', is_null=False, base=None), 2: Field(text='', is_null=True, base=None)}
    """
    fields: dict[int, Field] = {}
    for name in form:
        kind, _, number = name.partition("-")
        if kind == "value" and number.isdecimal() and len(number) < 5:
            place = int(number)
            text, null, base = field_names(place)
            fields[place] = Field(form.text(text), null in form, form.text(base) or None)
    return fields


def _value(text: str) -> Value:
    key = decode_key(text)
    return key.values[0] if key is not None and len(key.values) == 1 else None


def _conflict(conflict: Conflict, what: str) -> NotSaved:
    if conflict.now is None:
        return NotSaved(f"This row was deleted meanwhile, so nothing was {what}.", conflict=True)
    return NotSaved(
        f"Somebody changed this row after you opened it, so nothing was {what}.",
        conflict=True,
        now=conflict.now,
    )
