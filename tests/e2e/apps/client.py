"""What only a browser has: focus, selection, scrolling, typing faster than the server answers, SVG, depth."""

from __future__ import annotations

from wayfare import (
    A,
    App,
    For,
    Index,
    Route,
    Router,
    Show,
    Style,
    Title,
    action,
    component,
    create_signal,
    use_before_leave,
    use_navigate,
    use_submission,
)
from wayfare.data import FormData
from wayfare.html import (
    Element,
    Node,
    button,
    circle,
    details,
    div,
    form,
    h1,
    input_,
    li,
    main,
    nav,
    option,
    output,
    p,
    select,
    summary,
    svg,
    table,
    tbody,
    td,
    textarea,
    tr,
    ul,
)
from wayfare.render import Event, debounce
from wayfare.routing import BeforeLeaveEvent


@component
def Layout(children: Node = None) -> Element:
    return div[
        nav[
            A(href="/")["Home"],
            A(href="/long#middle")["Middle"],
            A(href="/long")["Long"],
            A(href="/typing")["Typing"],
            A(href="/guarded")["To the guard"],
        ],
        main[children],
    ]


@component
def Home() -> Element:
    return div[Title["Home"], h1["Home"], A(href="/long")["Far down"]]


@component
def Long() -> Element:
    return div[
        Title["A long page"],
        h1["Long"],
        [p[f"Paragraph {n}"] for n in range(200)],
        p(id="middle")["The middle"],
        [p[f"Paragraph {n}"] for n in range(200, 400)],
        A(href="/")["Back to the start"],
        A(href="/long?again", no_scroll=True)["Stay here"],
    ]


@component
def Typing() -> Element:
    text, set_text = create_signal("")
    log, set_log = create_signal("")
    chosen, set_chosen = create_signal("b")

    def heard(event: Event) -> None:
        set_text(event.value)
        set_log(log() + "i")

    return form(id="typing")[
        h1["Typing"],
        input_(id="echo", value=text, on_input=heard),
        input_(id="upper", value=lambda: text().upper(), on_input=heard),
        output(id="shown")[text],
        input_(id="slow", on_input=debounce(heard, 2000), on_keydown=lambda: set_log(log() + "k")),
        button(type="button", id="click", on_click=lambda: set_log(log() + "c"))["Click"],
        output(id="log")[log],
        select(id="choice", value=chosen, on_change=lambda event: set_chosen(event.value))[
            For(each=["a", "b", "c"])[lambda name: option(value=name)[name]]
        ],
        button(type="button", id="choose", on_click=lambda: set_chosen("c"))["Choose c"],
        output(id="chosen")[chosen],
        textarea(id="area", value=text),
        button(type="button", id="clear", on_click=lambda: set_text(""))["Clear"],
    ]


@component
def Rows() -> Element:
    rows, set_rows = create_signal([1, 2, 3, 4, 5])

    def turn() -> None:
        set_rows(rows()[::-1])

    return div[
        h1["Rows"],
        Style[".box { height: 20px; overflow: auto }"],
        button(id="turn", on_click=turn)["Turn"],
        button(id="grow", on_click=lambda: set_rows([*range(10, 1010)]))["Grow"],
        button(id="none", on_click=lambda: set_rows([]))["None"],
        table[
            tbody[
                For(each=rows, fallback=tr[td["nothing"]])[
                    lambda row, index: tr[
                        td[row],
                        td[index],
                        td[input_(id=f"row-{row}", on_keydown=turn)],
                        td[div(class_="box", id=f"box-{row}")[p["one"], p["two"]]],
                    ]
                ]
            ]
        ],
        svg(viewBox="0 0 100 10", id="chart")[Index(each=rows)[lambda row: circle(cx=row, cy="5", r="2")]],
        ul[For(each=rows)[lambda row: [li["a", row], li["b", row]]]],
    ]


@component
def Keep() -> Element:
    count, set_count = create_signal(0)
    return div[
        h1["Keep"],
        details[summary["More"], p["Inside"]],
        input_(name="typed", value="given"),
        textarea(name="area")["given"],
        input_(type="checkbox", name="tick"),
        select(name="choice")[option["x"], option["y"]],
        button(on_click=lambda: set_count(count() + 1))["Count ", count],
        Show(when=lambda: count() > 0)[p(id="counted")["counted"]],
        Style["#scrolls { height: 50px; overflow: auto }"],
        div(id="scrolls")[[p[n] for n in range(50)]],
    ]


@component
def Guarded() -> Element:
    @use_before_leave
    def stay(event: BeforeLeaveEvent) -> None:
        event.prevent_default()

    return div[h1["Guarded"], input_(id="edited")]


@component
def Moves() -> Element:
    navigate = use_navigate()
    return div[
        h1["Moves"],
        button(id="state", on_click=lambda: navigate("/moves?with=state", state={"a": [1]}))["State"],
        button(id="back", on_click=lambda: navigate(-1))["Back"],
        button(id="replace", on_click=lambda: navigate("/keep", replace=True))["Replace"],
    ]


counted = 0


@action(name="count-once")
async def count_once() -> None:
    global counted
    counted += 1


@action(name="send-file")
async def send_file(data: FormData) -> str:
    file = data["file"]
    assert not isinstance(file, str)
    return f"{file.filename}: {len(await file.read())} bytes, {data.text('do')}"


@component
def Forms() -> Element:
    sent = use_submission(send_file)
    return div[
        h1["Forms"],
        form(action=send_file, method="post", enctype="multipart/form-data", id="upload")[
            input_(type="file", name="file"),
            button(name="do", value="keep")["Keep"],
            button(name="do", value="check")["Check"],
        ],
        p(id="sent")[lambda: str(sent.result)],
        form(action=count_once, method="post")[input_(name="a", value="1"), button["Send"]],
        output[str(counted)],
    ]


@component
def Deep() -> Element:
    node: Node = p["The bottom"]
    for _ in range(300):
        node = div[node]
    return div[h1["Deep"], node]


app = App(
    lambda: Router(root=Layout, scroll_restoration=True)[
        Route(path="/", component=Home),
        Route(path="/long", component=Long),
        Route(path="/typing", component=Typing),
        Route(path="/rows", component=Rows),
        Route(path="/keep", component=Keep),
        Route(path="/guarded", component=Guarded),
        Route(path="/moves", component=Moves),
        Route(path="/forms", component=Forms),
        Route(path="/deep", component=Deep),
    ]
)
