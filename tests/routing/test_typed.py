"""Typed params and search parameters: dataclasses and TypedDicts over the URL."""

from __future__ import annotations

import enum
import uuid
from dataclasses import dataclass, field, make_dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal, NewType, NotRequired, Required, TypedDict

import pytest

from wayfare.errors import RouteError, UsageError
from wayfare.routing import build_url, compile_routes, use_params, use_search_params

from .conftest import Stage

pytestmark = pytest.mark.anyio


class Order(enum.Enum):
    NEW = "new"
    OLD = "old"


@dataclass
class Filters:
    page: int = 1
    q: str = ""
    order: Order = Order.NEW
    size: Literal["s", "m"] | None = None
    tags: list[int] = field(default_factory=list)
    open: bool = False


class UserParams(TypedDict):
    id: int
    key: uuid.UUID | None


def search(stage: Stage, url: str, shape: Any = Filters) -> Any:
    model = stage.model(url, [{"path": "/*"}])
    params, set_params = stage.inside(model, lambda: use_search_params(shape))
    return model, params, set_params


async def test_fields_have_the_types_that_the_shape_says(stage: Stage) -> None:
    _, params, _ = search(stage, "/?page=3&order=old&size=m&tags=1&tags=2&open=true&other=x")
    assert (params.page, params.q, params.order, params.size, params.tags, params.open) == (
        3, "", Order.OLD, "m", [1, 2], True,
    )  # fmt: skip
    assert params["page"] == 3
    assert dict(params)["tags"] == [1, 2]
    assert len(params) == 6
    with pytest.raises(AttributeError, match="there are page, q"):
        params.nosuch  # noqa: B018


async def test_what_does_not_fit_is_the_default_with_one_warning(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    _, params, _ = search(stage, "/?page=x&order=NEW&size=l&tags=1&tags=b")
    assert (params.page, params.page, params.order, params.size, params.tags) == (1, 1, Order.NEW, None, [])
    assert caplog.text.count("page='x' is not of type int") == 1


async def test_defaults_are_left_out_of_the_url(stage: Stage) -> None:
    model, params, set_params = search(stage, "/?page=3&q=a&other=x")
    set_params(page=1, order=Order.OLD)
    set_params({"tags": [1, 2], "open": True})
    await stage.settle()
    assert model.location.search == "?q=a&other=x&order=old&tags=1&tags=2&open=true"
    assert (params.page, params.order) == (1, Order.OLD)
    set_params(open=False, q=None, tags=[], order=Order.NEW)
    await stage.settle()
    assert model.location.search == "?other=x"
    with pytest.raises(RouteError, match="no search parameter 'pge'"):
        set_params(pge=1)


async def test_readers_run_again_only_for_their_field(stage: Stage) -> None:
    _, params, set_params = search(stage, "/")
    pages = stage.watch(lambda: params.page)
    set_params(q="x")
    await stage.settle()
    set_params(page=2)
    await stage.settle()
    assert pages == [1, 2]


async def test_params_by_a_typed_dict(stage: Stage) -> None:
    model = stage.model("/7", [{"path": "/:id/:key?", "match_filters": {"key": uuid.UUID}}])
    params = stage.inside(model, lambda: use_params(UserParams))
    assert (params["id"], params["key"]) == (7, None)
    key = uuid.UUID(int=5)
    stage.go(model, f"/8/{key}")
    await stage.settle()
    assert (params["id"], params["key"]) == (8, key)


async def test_a_param_that_no_filter_has_kept_out_is_an_error_with_the_cure(stage: Stage) -> None:
    model = stage.model("/seven", [{"path": "/:id"}])
    params = stage.inside(model, lambda: use_params(UserParams))
    with pytest.raises(RouteError, match=r"match_filters=\{'id': int\}"):
        params["id"]


async def test_shapes_that_no_url_can_fill_are_refused(stage: Stage) -> None:
    @dataclass
    class Bad:
        value: dict[str, int]

    model = stage.model("/", [{"path": "/*"}])
    with pytest.raises(RouteError, match="no text of a URL can become"):
        stage.inside(model, lambda: use_search_params(Bad))
    with pytest.raises(RouteError, match="no dataclass and no TypedDict"):
        stage.inside(model, lambda: use_search_params(int))


@dataclass
class Span:
    first: int
    last: int


class Nameless:
    def __init__(self, text: str) -> None:
        self.text = text


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        (tuple[int, str], r"any number of values. Write tuple\[int, \.\.\.\]"),
        (Span, r"'value' of Bad is of type Span, and it can't be called with one text"),
        (list[Span], r"'value' of Bad is of type Span, and it can't be called with one text"),
        (Nameless, r"'value' of Bad is of type Nameless, whose str\(\)"),
        (dict, r"'value' of Bad is of type dict, and a text alone never becomes one"),
        (timedelta, r"'value' of Bad is of type timedelta, and a text alone never becomes one"),
        (Literal[1, "1"], r"'value' of Bad is of type .*, and '1' would stand for two of its values"),
    ],
)
async def test_what_would_come_back_from_a_url_as_something_else_is_refused(
    stage: Stage, kind: Any, says: str
) -> None:
    bad = make_dataclass("Bad", [("value", kind, field(default=None))])
    model = stage.model("/", [{"path": "/*"}])
    with pytest.raises(RouteError, match=says):
        stage.inside(model, lambda: use_search_params(bad))


UserId = NewType("UserId", int)


@dataclass
class Wide:
    ids: list = field(default_factory=list)  # type: ignore[type-arg]
    user: UserId | None = None
    step: float = 1.0
    price: Decimal = Decimal(0)
    kinds: frozenset[str] = frozenset()


async def test_a_list_of_anything_has_texts_and_a_new_type_its_own(stage: Stage) -> None:
    _, params, _ = search(stage, "/?ids=ab&ids=c&user=7", Wide)
    assert (params.ids, params.user) == (["ab", "c"], 7)


async def test_what_is_written_is_what_is_read(stage: Stage) -> None:
    model, params, set_params = search(stage, "/", Wide)
    set_params(step=1e-7, price=Decimal("1E+3"), kinds={"c", "a", "b"})
    await stage.settle()
    assert model.location.search == "?step=0.0000001&price=1000&kinds=a&kinds=b&kinds=c"
    assert (params.step, params.price, params.kinds) == (1e-7, 1000, {"a", "b", "c"})


@dataclass
class Loose:
    anything: Any = None
    last: str = "z"


async def test_any_is_the_text_and_a_repeated_key_is_its_last(stage: Stage) -> None:
    _, params, _ = search(stage, "/?anything=a&last=1&last=2", Loose)
    assert (params.anything, params.last) == ("a", "2")


@dataclass
class Shapes:
    tags: tuple[str, ...] = ()
    ids: frozenset[int] = frozenset({1})
    when: datetime | None = None
    items: int = 0
    values: str = ""

    @property
    def offset(self) -> int:
        return self.items * 10


async def test_several_values_come_in_what_the_shape_says(stage: Stage) -> None:
    _, params, _ = search(stage, "/?tags=a&tags=b&ids=2&when=2026-01-02T03:04", Shapes)
    assert (params.tags, params.ids, params.when) == (("a", "b"), {2}, datetime(2026, 1, 2, 3, 4))


async def test_fields_may_be_named_like_methods_and_properties_are_there_too(stage: Stage) -> None:
    _, params, _ = search(stage, "/?items=2&values=x", Shapes)
    assert (params.items, params.values, params.offset) == (2, "x", 20)
    assert dict(params)["items"] == 2
    with pytest.raises(AttributeError, match="no field 'nosuch'"):
        params.nosuch  # noqa: B018


async def test_what_would_not_come_back_from_the_url_is_not_written_there(stage: Stage) -> None:
    model, _, set_params = search(stage, "/?page=3")
    with pytest.raises(RouteError, match="'page' can't be 'abc': it is of type int"):
        set_params(page="abc")
    with pytest.raises(RouteError, match="'size' can't be 'l': it is one of 's', 'm'"):
        set_params(size="l")
    set_params(page="1", tags=(1,))
    await stage.settle()
    assert model.location.search == "?tags=1"


async def test_a_search_parameter_needs_a_default(stage: Stage) -> None:
    @dataclass
    class Required:
        page: int

    model = stage.model("/", [{"path": "/*"}])
    with pytest.raises(RouteError, match=r"'page' of Required has no default.*int \| None"):
        stage.inside(model, lambda: use_search_params(Required))


class Given(TypedDict, total=False):
    q: str
    page: Required[int | None]
    tags: Required[list[str]]


class MoreGiven(Given):
    sort: Annotated[NotRequired[str | None], "a note"]
    ids: NotRequired[list[int]]


async def test_a_key_that_is_not_required_is_there_only_where_it_is_given(stage: Stage) -> None:
    model, params, set_params = search(stage, "/", MoreGiven)
    assert (dict(params), len(params), "q" in params, params.get("q")) == (
        {"page": None, "tags": []}, 2, False, None,
    )  # fmt: skip
    with pytest.raises(KeyError):
        params["q"]
    with pytest.raises(AttributeError, match="'q' is not given; MoreGiven lets it be"):
        params.q  # noqa: B018
    counts = stage.watch(lambda: "q" in params)
    set_params(q="tea", ids=[1, 2], sort="up", page=2)
    await stage.settle()
    assert params == {"q": "tea", "page": 2, "tags": [], "sort": "up", "ids": [1, 2]}
    assert params.copy() == dict(params)
    set_params(q=None, ids=None, sort=None, page=None)
    await stage.settle()
    assert (model.location.search, dict(params)) == ("", {"page": None, "tags": []})
    assert counts == [False, True, False]


async def test_a_key_that_does_not_fit_counts_as_not_given(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    _, params, _ = search(stage, "/?ids=1&ids=x", MoreGiven)
    assert ("ids" in params, params.get("ids")) == (False, None)
    assert "not of type int" in caplog.text


async def test_a_key_of_the_search_that_is_required_has_to_be_able_to_be_none(stage: Stage) -> None:
    class Wrong(TypedDict):
        q: str

    model = stage.model("/", [{"path": "/*"}])
    with pytest.raises(RouteError, match=r"'q' of Wrong.*NotRequired\[str\], or write str \| None"):
        stage.inside(model, lambda: use_search_params(Wrong))


async def test_a_param_that_is_not_there_is_an_error_where_the_shape_says_it_always_is(stage: Stage) -> None:
    @dataclass
    class Page:
        id: int
        lang: str | None
        tab: str = "all"

    class Keys(TypedDict):
        id: NotRequired[int]

    model = stage.model("/", [{"path": "/:id?"}])
    page, keys = stage.inside(model, lambda: (use_params(Page), use_params(Keys)))
    with pytest.raises(
        RouteError, match=r"no param 'id', which Page says is always there\. Write int \| None"
    ):
        page.id  # noqa: B018
    assert (page.lang, page.tab, "id" in keys, repr(page)) == (
        None, "all", False, "<Page from the URL: id, lang, tab>",
    )  # fmt: skip
    stage.go(model, "/7")
    await stage.settle()
    assert (page.id, keys["id"]) == (7, 7)


async def test_assigning_says_how_it_is_done(stage: Stage) -> None:
    _, params, _ = search(stage, "/")
    with pytest.raises(UsageError, match=r"changed by set_params\(page=\.\.\.\)"):
        params.page = 2
    _, given, _ = search(stage, "/", Given)
    with pytest.raises(UsageError, match=r"changed by set_params\(q=\.\.\.\)"):
        given["q"] = "tea"


@dataclass
class Filled:
    q: str = "all"
    ids: list[int] = field(default_factory=lambda: [1])


async def test_an_empty_value_is_not_taken_for_the_default(stage: Stage) -> None:
    model, params, set_params = search(stage, "/", Filled)
    set_params(q="")
    await stage.settle()
    assert (model.location.search, params.q) == ("?q=", "")
    set_params(q=None)
    await stage.settle()
    assert (model.location.search, params.q) == ("", "all")
    with pytest.raises(RouteError, match=r"'ids' can't be empty.*its default, \[1\]"):
        set_params(ids=[])


@pytest.mark.parametrize("kind", [str, Literal["7"], list[int], Order])
async def test_a_param_that_its_filter_has_made_something_else_is_an_error(stage: Stage, kind: Any) -> None:
    shape = make_dataclass("shape", [("id", kind)])
    model = stage.model("/7", [{"path": "/:id", "match_filters": {"id": int}}])
    params = stage.inside(model, lambda: use_params(shape))
    with pytest.raises(
        RouteError, match="filter of the param 'id' has made it 7, of type int, and shape says"
    ):
        params["id"]


@pytest.mark.parametrize("kind", [int, Any, Literal[7], int | None])
async def test_a_param_that_its_filter_has_made_what_the_shape_says(stage: Stage, kind: Any) -> None:
    shape = make_dataclass("shape", [("id", kind)])
    model = stage.model("/7", [{"path": "/:id", "match_filters": {"id": int}}])
    assert stage.inside(model, lambda: use_params(shape)).id == 7


class Size(enum.Enum):
    HALF = 0.5
    ONE = 1.0


class Answer(enum.Enum):
    YES = True
    NO = False


class Day(enum.Enum):
    FIRST = date(2024, 1, 1)


class Price(Decimal):
    pass


ROUND_TRIPS: list[Any] = [
    (Size, list(Size)),
    (Answer, list(Answer)),
    (Day, list(Day)),
    (Literal[True, False, 2, "x"], [True, False, 2, "x"]),
    (Literal[Size.ONE], [Size.ONE]),
    (bool, [True, False]),
    (int, [0, -7]),
    (float, [1.0, 1e22, 1e-9]),
    (Decimal, [Decimal("1E+3"), Decimal("1.50")]),
    (Price, [Price("1.50")]),
    (date, [date(2024, 1, 2)]),
    (datetime, [datetime(2024, 1, 2, 3, 4, 5, 6), datetime(2024, 1, 2, tzinfo=UTC)]),
    (time, [time(3, 4)]),
    (uuid.UUID, [uuid.UUID(int=7)]),
    (Fraction, [Fraction(1, 3)]),
    (str, ["", "ä b&c", "1"]),
]


@pytest.mark.parametrize(("kind", "values"), ROUND_TRIPS)
async def test_what_is_set_is_what_is_read(stage: Stage, kind: Any, values: list[Any]) -> None:
    shape = make_dataclass("shape", [("value", kind | None, field(default=None))])
    _, params, set_params = search(stage, "/", shape)
    for value in values:
        set_params(value=value)
        await stage.settle()
        assert (params.value, type(params.value)) == (value, type(value))


@pytest.mark.parametrize(("kind", "values"), ROUND_TRIPS)
def test_what_is_written_into_a_path_is_what_matches(kind: Any, values: list[Any]) -> None:
    tree = compile_routes([{"path": "/x/:value", "name": "x", "match_filters": {"value": kind}}])
    for value in filter(lambda value: value != "", values):
        found = tree.match(build_url(tree, "x", {"value": value})).params["value"]
        assert (found, type(found)) == (value, type(value))


def test_values_are_also_read_as_python_writes_them() -> None:
    tree = compile_routes([{"path": "/x/:value", "match_filters": {"value": Literal[True, 1.5]}}])
    assert [tree.match(f"/x/{text}").params for text in ("True", "true", "1.5")] == [
        {"value": True},
        {"value": True},
        {"value": 1.5},
    ]


@dataclass
class Optionals:
    q: str | None = None
    ids: list[int] | None = None


async def test_an_empty_value_is_not_taken_for_none(stage: Stage) -> None:
    model, params, set_params = search(stage, "/", Optionals)
    set_params(q="")
    await stage.settle()
    assert (model.location.search, params.q) == ("?q=", "")
    with pytest.raises(RouteError, match=r"'ids' can't be empty.*its default, None"):
        set_params(ids=[])


async def test_arithmetic_that_a_visitor_makes_fail_is_a_value_that_does_not_fit(stage: Stage) -> None:
    shape = make_dataclass(
        "shape", [("part", Fraction, field(default=Fraction(1))), ("price", Price, field(default=Price(2)))]
    )
    _, params, _ = search(stage, "/?part=1/0&price=x", shape)
    assert (params.part, params.price) == (1, 2)
