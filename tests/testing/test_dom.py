from __future__ import annotations

import pytest

from wayfare.testing.dom import CommentNode, Element, TextNode, find_all, parse_html, to_html, to_text, walk


@pytest.mark.parametrize(
    "html",
    [
        "",
        "text",
        '<p class="a" hidden="">x<br>y</p>',
        "<ul><li>1</li><li>2</li></ul>",
        "<p>a&lt;b&gt;&amp;&nbsp;c</p>",
        '<a title="&quot;&amp;">x</a>',
        "<script>if (a < b && c) {}</script>",
        "<style>a > b {}</style>",
        '<svg viewBox="0 0 1 1"><linearGradient gradientUnits="x"></linearGradient></svg>',
        "<!--other-->",
        "<input><img><hr>",
        "<textarea>a\nb</textarea>",
    ],
)
def test_html_is_read_and_written_again(html: str) -> None:
    assert to_html(parse_html(html)) == html


@pytest.mark.parametrize(
    ("html", "written"),
    [
        ("<P ID=a>x</P>", '<p id="a">x</p>'),
        ("<p a=1 a=2>", '<p a="1"></p>'),
        ("</b>x</p>", "x"),
        ("<div><p>x</div>y", "<div><p>x</p></div>y"),
        ("<i/>x", "<i></i>x"),
        ("a<!--w1-->b<!--/--><b data-w=1 data-on=click data-x=1>c</b>", 'ab<b data-x="1">c</b>'),
    ],
)
def test_what_is_written_is_plain(html: str, written: str) -> None:
    assert to_html(parse_html(html)) == written


def test_marks_are_written_where_they_are_asked_for() -> None:
    html = '<!--w1--><b data-w="2">c</b><!--/-->'
    assert to_html(parse_html(html), marks=True) == html


def test_text_is_what_a_visitor_reads() -> None:
    html = """
        <title>no</title><h1>A  <i>b</i>c</h1><p>one<br>two</p><p hidden>no</p>
        <script>no</script><template>no</template><ul><li>x<li>y</ul>tail
    """
    assert to_text(parse_html(html)) == "A bc\none\ntwo\nx\ny\ntail"


def test_the_text_of_a_hidden_element_itself_can_be_read() -> None:
    assert find_all(parse_html("<p hidden>x</p>"), "p")[0].text == "x"


def test_children_are_linked_both_ways() -> None:
    root = Element("p")
    a, b, c = TextNode("a"), TextNode("b"), CommentNode("c")
    for node in (a, c):
        root.insert(node)
    root.insert(b, c)
    assert root.children == [a, b, c]
    assert (a.previous, a.next, b.previous, b.next, c.previous, c.next) == (None, b, a, c, b, None)
    root.insert(c, a)
    assert root.children == [c, a, b]
    assert (root.first, root.last) == (c, b)
    root.insert(c, c)
    a.remove()
    a.remove()
    assert root.children == [c, b]
    b.remove()
    c.remove()
    assert (root.first, root.last) == (None, None)


def test_a_fragment_is_emptied_where_it_goes_in() -> None:
    fragment = parse_html("<i></i><b></b>")
    root = parse_html("<p></p>")
    root.insert(fragment, root.first)
    assert (to_html(root), fragment.children) == ("<i></i><b></b><p></p>", [])


def test_a_tree_may_be_as_deep_as_it_likes() -> None:
    depth = 20_000
    root = parse_html("<b>" * depth + "x" + "</b>" * depth)
    assert len(list(walk(root))) == depth + 2
    assert to_text(root) == "x"
    assert to_html(root).count("</b>") == depth
    assert len(find_all(root, "b")) == depth


def test_attributes_are_read_like_a_mapping() -> None:
    [link] = find_all(parse_html("<a href=/x>x</a>"))
    assert (link["href"], link.get("title"), link.get("title", "none")) == ("/x", None, "none")
    with pytest.raises(KeyError, match="<a> has no attribute 'title'; it has: href"):
        link["title"]


PAGE = parse_html(
    """<nav class="top main"><a href="/" aria-current="page">Home</a><a href="/users">All  users</a></nav>
    <form><label for="q">q</label><input name="q" disabled><button>Save
    all</button><button>Save</button></form>"""
)


@pytest.mark.parametrize(
    ("tag", "criteria", "found"),
    [
        ("a", {}, ["Home", "All users"]),
        ("a", {"text": "All users"}, ["All users"]),
        ("button", {"text": "Save"}, ["Save"]),
        ("button", {"text": "Sav"}, ["Save all", "Save"]),
        ("a", {"aria_current": "page"}, ["Home"]),
        ("a", {"aria_current": False}, ["All users"]),
        ("input", {"disabled": True, "name": "q"}, [""]),
        ("nav", {"class_": "main"}, ["HomeAll users"]),
        ("label", {"for_": "q"}, ["q"]),
        (None, {"text": "Home"}, ["Home"]),
        ("a", {"text": "nothing"}, []),
    ],
)
def test_elements_are_found_by_tag_text_and_attributes(
    tag: str | None, criteria: dict[str, str | bool], found: list[str]
) -> None:
    text = criteria.get("text")
    others = {name: value for name, value in criteria.items() if name != "text"}
    assert [
        element.text
        for element in find_all(PAGE, tag, text=text if isinstance(text, str) else None, **others)
    ] == found


def test_elements_show_themselves() -> None:
    [element] = find_all(parse_html("<p>x</p>"))
    assert repr(element) == "<p>x</p>"
    assert len(repr(find_all(parse_html(f"<p>{'x' * 500}</p>"))[0])) == 120
    assert repr(parse_html("a<!--b-->").children) == "[TextNode('a'), CommentNode('b')]"
