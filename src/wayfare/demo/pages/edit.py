"""The edit form. It posts to an action with or without JavaScript, keeps what was typed whatever happens, and
asks before it is left with changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from ...components import A
from ...components.head import Title
from ...data import FormData, create_async, use_submission
from ...html import (
    Node,
    article,
    button,
    dialog,
    div,
    form,
    h2,
    header,
    input_,
    label,
    p,
    small,
    strong,
    table,
    tbody,
    td,
    textarea,
    th,
    thead,
    tr,
)
from ...reactive import create_memo, create_signal, on_cleanup, on_mount, untrack
from ...render import Event, Ref, Show, component, debounce, prevent_default
from ...routing import BeforeLeaveEvent, use_before_leave, use_params
from ..cells import Cell, field_digest
from ..keys import decode_name
from ..records import Field, Row
from ..schema import Column
from ..site import FIELDS_SHOWN, VERSION_FIELD, NotSaved, field_names, read_form, row_href, use_site
from .parts import plural, problems

_LONG_TEXT = 80


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form holds as far as the server knows: the version it is based on, and its fields by place.

    `others`: the places of columns that somebody else has changed since the form was made.
    """

    version: str
    fields: dict[int, Field]
    others: frozenset[int] = frozenset()

    @classmethod
    def of_row(cls, row: Row) -> Draft:
        """The form as it begins."""
        return cls(row.version, {i: _field_of(cell) for i, cell in enumerate(row.cells[:FIELDS_SHOWN])})

    @classmethod
    def after(cls, attempt: NotSaved, form: FormData, row: Row) -> Draft:
        """The form after an attempt that was not saved, `row` being what it began with.

        After a conflict it is based on the row as it is now: fields that the visitor did not touch follow it,
        the others keep what was typed.
        """
        typed = {place: field for place, field in read_form(form).items() if place < len(row.cells)}
        if attempt.now is None:
            return cls(form.text(VERSION_FIELD), {**cls.of_row(row).fields, **typed})
        now = cls.of_row(attempt.now)
        kept = {
            place: Field(field.text, field.is_null, now.fields[place].base)
            for place, field in typed.items()
            if field.touched
        }
        others = {place for place, field in typed.items() if field.base not in (None, now.fields[place].base)}
        return cls(now.version, {**now.fields, **kept}, frozenset(others))


@component
def EditPage() -> Node:
    """The edit form of the row that the address names."""
    params = use_params()
    address = create_memo(
        lambda prev: (decode_name(params.table), params.id) if params.id is not None else prev
    )
    return Show(when=address, keyed=True)[lambda at: problems(Opened(table=at[0], id=at[1]))]


@component
def Opened(table: str, id: str) -> Node:
    """Waits for the row once: the form begins with the row as it is then, and stays so under the hands."""
    site = use_site()
    row = create_async(lambda: site.row(table, id))
    return Show(when=lambda: bool(row()))[lambda: EditForm(began=untrack(row), row=row)]


@component
def EditForm(began: Row, row: Callable[[], Row]) -> Node:
    """The form, its news, and the question before it is left."""
    site = use_site()
    name, id = began.table.name, began.id
    attempt = use_submission(site.save, lambda given: given[:2] == (name, id))
    on_cleanup(attempt.clear)
    dirty, set_dirty = create_signal(False)

    def outcome() -> NotSaved | None:
        result = attempt.result
        return result if isinstance(result, NotSaved) else None

    def draft(previous: Draft | None) -> Draft:
        result, given = outcome(), attempt.input
        if result is not None and given is not None and isinstance(given[-1], FormData):
            return Draft.after(result, given[-1], began)
        # While a save is on its way the form stays as it was.
        return previous or Draft.of_row(began)

    current = create_memo(draft)

    def check(event: Event) -> None:
        fields = read_form(FormData(event.fields))
        set_dirty(any(field.touched for field in fields.values()))

    columns = list(enumerate(began.table.columns[:FIELDS_SHOWN]))
    hidden = len(began.table.columns) - len(columns)
    return article[
        Title[f"Edit {began.title} · {name}"],
        header(class_="row-head")[h2[began.title]],
        Show(when=outcome)[lambda result: _news(result, began, current)],
        Show(when=lambda: outcome() is None and row().version != began.version)[
            div(class_="note", role="status")[
                p["This row has just been changed in another window. Saving will show both versions."]
            ]
        ],
        form(
            class_="edit panel",
            action=site.save.with_(name, id),
            method="post",
            on_input=debounce(check, 120),
            on_change=check,
        )[
            input_(type="hidden", name=VERSION_FIELD, value=lambda: current().version),
            [_field(place, column, began, current, outcome) for place, column in columns],
            p(class_="soft")[f"{plural(hidden, 'more column')} can't be edited here."] if hidden else None,
            p(class_="actions")[
                button(class_="main", disabled=lambda: bool(attempt.pending))[
                    lambda: (
                        "Save mine" if (said := outcome()) is not None and said.now is not None else "Save"
                    )
                ],
                A(href=row_href(name, id), class_="button")["Cancel"],
            ],
        ],
        LeaveQuestion(dirty=lambda: dirty() and not attempt.pending),
    ]


@component
def LeaveQuestion(dirty: Callable[[], bool]) -> Node:
    """Stops a navigation while the form has changes, and asks. A modal dialog keeps the keyboard inside."""
    asking, set_asking = create_signal(cast("BeforeLeaveEvent | None", None))

    def before(event: BeforeLeaveEvent) -> None:
        if not event.default_prevented and untrack(dirty):
            event.prevent_default()
            set_asking(event)

    use_before_leave(before)

    def keep() -> None:
        set_asking(None)

    def question(event: BeforeLeaveEvent) -> Node:
        shown: list[Ref] = []
        on_mount(lambda: shown[0].show_modal())

        def discard() -> None:
            set_asking(None)
            event.retry(force=True)

        return dialog(ref=shown.append, class_="ask panel", on_cancel=prevent_default(keep))[
            h2["Discard changes?"],
            p["What you typed in this form has not been saved."],
            p(class_="actions")[
                button(type="button", class_="main", autofocus=True, on_click=keep)["Keep editing"],
                button(type="button", class_="danger", on_click=discard)["Discard"],
            ],
        ]

    return Show(when=asking, keyed=True)[question]


def _field(
    place: int,
    column: Column,
    began: Row,
    current: Callable[[], Draft],
    outcome: Callable[[], NotSaved | None],
) -> Node:
    cell = began.cells[place]
    value_name, null_name, base_name = field_names(place)
    field_id = f"field-{place}"
    title = label(for_=field_id)[column.name, small[(column.declared or "any").lower()]]
    why_not = "Computed from other columns." if column.generated else cell.why_not_editable
    if why_not:
        shown = cell.remark if cell.kind == "blob" else cell.text[:_LONG_TEXT]
        return div(class_="field")[title, p(id=field_id)[shown, " ", small[why_not]]]

    def wrong() -> str:
        said = outcome()
        return said.fields.get(place, "") if said is not None else ""

    # Attributes and text areas take their value in two ways; browsers keep what was typed in both.
    common: dict[str, object] = {
        "id": field_id,
        "name": value_name,
        "aria-invalid": lambda: "true" if wrong() else None,
        "aria-describedby": f"{field_id}-wrong",
        "autocomplete": "off",
    }

    def text() -> str:
        return current().fields[place].text

    long = column.affinity in ("TEXT", "BLOB", "NUMERIC") and (
        len(cell.text) > _LONG_TEXT or "\n" in cell.text
    )
    control = (
        textarea(common, rows="5")[text]
        if long
        else input_(common, value=text, inputmode="numeric" if column.affinity == "INTEGER" else None)
    )
    return div(class_="field")[
        title,
        control,
        label(class_="nothing")[
            input_(type="checkbox", name=null_name, checked=lambda: current().fields[place].is_null), "NULL"
        ]
        if not _never_null(column)
        else None,
        input_(type="hidden", name=base_name, value=lambda: current().fields[place].base),
        p(class_="wrong", id=f"{field_id}-wrong")[wrong],
    ]


def _never_null(column: Column) -> bool:
    # An INTEGER PRIMARY KEY is never null, though nothing declares it so.
    return column.not_null or bool(column.key and column.affinity == "INTEGER")


def _news(result: Callable[[], NotSaved], began: Row, current: Callable[[], Draft]) -> Node:
    """Why nothing was saved; after a conflict, both versions of whatever the visitor or others changed."""

    def compared() -> list[tuple[str, str, str]]:
        now = result().now
        if now is None:
            return []
        rows: list[tuple[str, str, str]] = []
        for place, field in current().fields.items():
            if field.touched or place in current().others:
                yours = "NULL" if field.is_null else field.text
                name = began.table.columns[place].name
                rows.append((name, now.cells[place].text, yours if field.touched else "as it is now"))
        return rows

    return div(class_="note", role="alert")[
        p[strong[lambda: result().problem]],
        Show(when=lambda: bool(compared()))[
            p["Both versions are here. Save again to put yours in the place of theirs, or cancel."],
            table(class_="versions")[
                thead[
                    tr[
                        th(scope="col")["Column"],
                        th(scope="col")["Now in the database"],
                        th(scope="col")["Yours"],
                    ]
                ],
                tbody[
                    lambda: [
                        tr[th(scope="row")[column], td[theirs], td[yours]]
                        for column, theirs, yours in compared()
                    ]
                ],
            ],
        ],
    ]


def _field_of(cell: Cell) -> Field:
    text, is_null = cell.field_text, cell.value is None
    return Field(text, is_null, field_digest(text, is_null))
