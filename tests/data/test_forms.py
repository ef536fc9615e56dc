"""Forms: fields in their order, and models made from them."""

from __future__ import annotations

import datetime
import io
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest

from wayfare.data import FormData, Upload
from wayfare.data.forms import build, is_model, model_for_form
from wayfare.errors import FormError, LimitError, UsageError

pytestmark = pytest.mark.anyio


@dataclass
class Wanted:
    news: bool = True


@dataclass
class Note:
    title: str
    size: int = 1
    tags: list[str] = field(default_factory=list)
    done: bool = False
    weight: float | None = None


class Line(msgspec.Struct, rename={"amount": "qty"}):
    product: str
    amount: int
    gift: bool


class Model:
    """Like a pydantic model, as far as a form goes."""

    model_fields: dict[str, Any] = {}  # noqa: RUF012

    @classmethod
    def model_validate(cls, values: dict[str, Any]) -> dict[str, Any]:
        if "name" not in values and cls.model_fields:

            class Invalid(ValueError):  # noqa: N818
                def errors(self) -> list[dict[str, Any]]:
                    return [{"loc": ("name",), "msg": "is missing"}]

            raise Invalid
        return values


def test_a_form_keeps_every_field_in_its_order() -> None:
    form = FormData([("a", "1"), ("b", "2"), ("a", "3")])
    assert list(form) == ["a", "b"]
    assert (form["a"], form.get_all("a"), len(form), form.pairs[2]) == ("1", ["1", "3"], 2, ("a", "3"))
    assert form == FormData([("a", "1"), ("b", "2"), ("a", "3")])
    assert form != FormData({"a": "1"})
    assert len({form, FormData(form.pairs)}) == 1
    assert "('b', '2')" in repr(form)


async def test_an_upload_reads_and_is_its_name_in_a_plain_form() -> None:
    upload = Upload(io.BytesIO(b"hello"), filename="a.txt", content_type="text/plain")
    form = FormData([("file", upload), ("text", "x")])
    assert (upload.size, await upload.read(2), await upload.read()) == (5, b"he", b"llo")
    await upload.seek(0)
    assert await upload.read() == b"hello"
    assert form.without_files().pairs == (("file", "a.txt"), ("text", "x"))
    assert (form.text("file"), form.text("text"), form.text("none", "-")) == ("a.txt", "x", "-")
    assert "a.txt" in repr(upload)
    upload.close()


async def test_a_big_upload_is_read_in_a_thread() -> None:
    upload = Upload(io.BytesIO(b"x" * (2 << 20)), filename="big")
    assert len(await upload.read()) == 2 << 20


def test_ten_thousand_fields_are_too_many() -> None:
    with pytest.raises(LimitError, match="10000 fields, and the limit is 1000"):
        FormData([(f"f{n}", "") for n in range(10_000)])


def test_a_dataclass_is_built_from_text() -> None:
    form = FormData(
        [("title", "Tea"), ("size", "3"), ("tags", "a"), ("tags", "b"), ("done", "on"), ("extra", "x")]
    )
    assert build(Note, form, name="save") == Note("Tea", 3, ["a", "b"], True, None)


def test_what_browsers_leave_out_or_empty() -> None:
    assert build(Note, FormData([("title", ""), ("weight", "")]), name="save") == Note("", 1, [], False, None)
    line = build(Line, FormData([("product", "tea"), ("qty", "2")]), name="save")
    assert line == Line("tea", 2, False)
    assert build(Wanted, FormData([]), name="save") == Wanted(False)  # unticked, whatever the default is
    off = FormData([("product", "tea"), ("qty", "2"), ("gift", "false")])
    assert build(Line, off, name="save") == Line("tea", 2, False)


@pytest.mark.parametrize(
    ("fields", "where", "what"),
    [
        ([], "title", "This field is missing"),
        ([("title", "x"), ("size", "big")], "size", "Expected a whole number"),
        ([("title", "x"), ("weight", "heavy")], "weight", "Expected a number"),
    ],
)
def test_a_form_that_does_not_fit_says_which_field_and_how(fields: Any, where: str, what: str) -> None:
    with pytest.raises(FormError) as caught:
        build(Note, FormData(fields), name="save")
    assert list(caught.value.fields) == [where]
    assert what in caught.value.fields[where]
    assert "doesn't fit the action 'save'" in str(caught.value)


def test_a_model_that_validates_itself() -> None:
    class Field:
        alias = None

        def is_required(self) -> bool:
            return True

    class Named(Model):
        name: str
        model_fields = {"name": Field()}  # noqa: RUF012

    assert build(Named, FormData([("name", "Ann")]), name="save") == {"name": "Ann"}
    with pytest.raises(FormError, match="name: is missing") as caught:
        build(Named, FormData(), name="save")
    assert caught.value.fields == {"name": "is missing"}


def test_an_upload_fills_a_field_of_its_type() -> None:
    @dataclass
    class Letter:
        text: str
        file: Upload

    upload = Upload(io.BytesIO(b""), filename="a")
    # a local class can't be named by a string: typing finds it through its own annotations only
    Letter.__annotations__ = {"text": str, "file": Upload}
    made = build(Letter, FormData([("text", "x"), ("file", upload)]), name="send")
    assert made.file is upload  # type: ignore[attr-defined]


def test_the_parameter_for_the_form_is_the_one_after_the_bound_arguments() -> None:
    async def save(id: int, note: Note, more: str = "") -> None: ...

    async def plain(form) -> None: ...  # type: ignore[no-untyped-def]

    assert model_for_form(save, 1) is Note
    assert model_for_form(save, 0) is None
    assert model_for_form(save, 9) is None
    assert model_for_form(plain, 0) is None
    assert [is_model(kind) for kind in (Note, Line, Model, FormData, str, 3)] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]


def test_annotations_that_nobody_can_read_are_an_error_that_says_so() -> None:
    async def save(note: Unknown) -> None: ...  # type: ignore[name-defined]  # noqa: F821

    with pytest.raises(UsageError, match=r"annotations of the action .*save can't be read: name 'Unknown'"):
        model_for_form(save, 0)


@dataclass
class Meeting:
    day: datetime.date
    at: datetime.datetime
    until: datetime.time | None = None
    rooms: list[int] | None = None


def test_times_are_read_as_a_browser_sends_them() -> None:
    # a browser leaves out seconds that are zero
    form = FormData({"day": "2026-01-02", "at": "2026-01-02T10:00", "until": "11:30"})
    assert build(Meeting, form, name="meet") == Meeting(
        datetime.date(2026, 1, 2), datetime.datetime(2026, 1, 2, 10), datetime.time(11, 30)
    )
    form = FormData({"day": "2026-01-02", "at": "2026-01-02T10:00:30", "until": ""})
    assert build(Meeting, form, name="meet") == Meeting(
        datetime.date(2026, 1, 2), datetime.datetime(2026, 1, 2, 10, 0, 30)
    )


def test_an_optional_list_gets_all_values_of_its_name() -> None:
    form = FormData([("day", "2026-01-02"), ("at", "2026-01-02T10:00:00Z"), ("rooms", "1"), ("rooms", "2")])
    made = build(Meeting, form, name="meet")
    assert isinstance(made, Meeting)
    assert made.rooms == [1, 2]


@dataclass
class Letter:
    text: Upload
    stamp: Upload | None = None
    more: list[Upload] = field(default_factory=list)


def test_a_file_field_in_which_nothing_was_chosen_is_missing() -> None:
    text, none = Upload(io.BytesIO(b"x"), filename="a.txt"), Upload(io.BytesIO(), filename="")
    form = FormData([("text", text), ("stamp", none), ("more", none)])
    assert build(Letter, form, name="send") == Letter(text)
    with pytest.raises(FormError) as caught:
        build(Letter, FormData({"text": none}), name="send")
    assert list(caught.value.fields) == ["text"]
    with pytest.raises(FormError, match="Expected Upload, got str") as caught:  # a form that isn't multipart
        build(Letter, FormData({"text": "a.txt"}), name="send")
    assert list(caught.value.fields) == ["text"]
