"""What the database layer answers with: plain values that compare, so that equal answers change no page."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .cells import Cell, Value, field_digest
from .schema import Column, Table, TableKind

PAGE_SIZE = 50
LAST_PAGE = 10**9
FILTER_LENGTH = 200
COLUMNS_SHOWN = 60
"""Columns of a table's page. A row's own page shows all of them."""


@dataclass(frozen=True, slots=True)
class Count:
    """A number of rows: exact, estimated, or unknown (`None`) where counting took too long.

    >>> Count(1).words(), Count(1234).words(), Count(10**6, exact=False).words(), Count(None).words()
    ('1 row', '1,234 rows', 'about 1,000,000 rows', 'too many rows to count')
    """

    number: int | None
    exact: bool = True

    def words(self) -> str:
        """For the page."""
        if self.number is None:
            return "too many rows to count"
        about = "" if self.exact else "about "
        return f"{about}{self.number:,} row{'' if self.number == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class TableEntry:
    """A line of the table list. `refers_to`: the other tables that its foreign keys lead to."""

    name: str
    kind: TableKind
    count: Count
    columns: tuple[str, ...] = ()
    refers_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageAsked:
    """Which rows a visitor wants: page `number` from 1, sorted by a column, those that contain `filter`.

    `by` and `equals` keep only the rows whose column `by` has exactly that value (what a "show all" link of
    a related table asks for).
    """

    number: int = 1
    sort: str | None = None
    descending: bool = False
    filter: str = ""
    by: str | None = None
    equals: Value = None
    size: int = PAGE_SIZE


@dataclass(frozen=True, slots=True)
class Link:
    """The row that a value refers to, and what it is called there (empty where that is the value itself)."""

    table: str
    id: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a page. `id` is `None` where a row can't be asked for (views).

    `links`: for each cell the row that it refers to by a foreign key.
    """

    id: str | None
    cells: tuple[Cell, ...]
    links: tuple[Link | None, ...]


@dataclass(frozen=True, slots=True)
class RowsPage:
    """One page of a table's rows. `columns` are those shown, `hidden` the number of further ones."""

    table: Table
    columns: tuple[Column, ...]
    hidden: int
    lines: tuple[Line, ...]
    asked: PageAsked
    more: bool
    count: Count = Count(None)

    def with_count(self, count: Count) -> RowsPage:
        """The same page, knowing how many rows there are in all."""
        return replace(self, count=count)

    @property
    def last(self) -> int | None:
        """The number of the last page, where it is known."""
        if self.count.number is None or not self.count.exact:
            return None
        return max(1, -(-self.count.number // self.asked.size))


@dataclass(frozen=True, slots=True)
class Relation:
    """Rows of another table that refer to a row: the first few as (id, title), and how many there are.

    `column` and `equals` ask for all of them (`PageAsked.by`); a key of several columns has no such page.
    """

    table: str
    column: str | None
    equals: Value
    lines: tuple[tuple[str | None, str], ...]
    count: Count


@dataclass(frozen=True, slots=True)
class Row:
    """One row with all its columns. `links` as in `Line`; `title`: what the row is called."""

    table: Table
    id: str
    version: str
    cells: tuple[Cell, ...]
    links: tuple[Link | None, ...]
    title: str
    relations: tuple[Relation, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """A form field as it was sent: the text, and whether its NULL box was ticked.

    `base`: the digest of what the field held when the form was made (`field_digest`), or `None` where the
    form does not say.
    """

    text: str
    is_null: bool = False
    base: str | None = None

    @property
    def touched(self) -> bool:
        """Whether the visitor has changed it, as far as the form says."""
        return self.base is None or self.base != field_digest(self.text, self.is_null)


@dataclass(frozen=True, slots=True)
class Saved:
    """The change was made. `id` is the row's id now: a changed primary key changes it."""

    id: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Nothing was changed: the row is not what the visitor saw. `now`: the row, or `None` if it is gone."""

    now: Row | None
