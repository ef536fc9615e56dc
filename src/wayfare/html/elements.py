"""The standard elements, each an empty element to call and to index.

A name that Python keeps for itself has a trailing underscore: ``input_``, ``del_``, ``map_``, ``object_``.
Left out on purpose: ``script``, ``style``, ``link``, ``meta``, ``title`` and ``base``, which belong to the
head (``wayfare.Title`` and its like); ``element("script")`` makes any of them where one is really meant.
"""

from __future__ import annotations

from .nodes import Element

html = Element("html")
head = Element("head")
body = Element("body")
address = Element("address")
article = Element("article")
aside = Element("aside")
footer = Element("footer")
header = Element("header")
h1 = Element("h1")
h2 = Element("h2")
h3 = Element("h3")
h4 = Element("h4")
h5 = Element("h5")
h6 = Element("h6")
hgroup = Element("hgroup")
main = Element("main")
nav = Element("nav")
section = Element("section")
search = Element("search")
blockquote = Element("blockquote")
dd = Element("dd")
div = Element("div")
dl = Element("dl")
dt = Element("dt")
figcaption = Element("figcaption")
figure = Element("figure")
hr = Element("hr")
li = Element("li")
menu = Element("menu")
ol = Element("ol")
p = Element("p")
pre = Element("pre")
ul = Element("ul")
a = Element("a")
abbr = Element("abbr")
b = Element("b")
bdi = Element("bdi")
bdo = Element("bdo")
br = Element("br")
cite = Element("cite")
code = Element("code")
data = Element("data")
dfn = Element("dfn")
em = Element("em")
i = Element("i")
kbd = Element("kbd")
mark = Element("mark")
q = Element("q")
rp = Element("rp")
rt = Element("rt")
ruby = Element("ruby")
s = Element("s")
samp = Element("samp")
small = Element("small")
span = Element("span")
strong = Element("strong")
sub = Element("sub")
sup = Element("sup")
time = Element("time")
u = Element("u")
var = Element("var")
wbr = Element("wbr")
area = Element("area")
audio = Element("audio")
img = Element("img")
track = Element("track")
video = Element("video")
embed = Element("embed")
iframe = Element("iframe")
picture = Element("picture")
source = Element("source")
canvas = Element("canvas")
noscript = Element("noscript")
ins = Element("ins")
caption = Element("caption")
col = Element("col")
colgroup = Element("colgroup")
table = Element("table")
tbody = Element("tbody")
td = Element("td")
tfoot = Element("tfoot")
th = Element("th")
thead = Element("thead")
tr = Element("tr")
button = Element("button")
datalist = Element("datalist")
fieldset = Element("fieldset")
form = Element("form")
label = Element("label")
legend = Element("legend")
meter = Element("meter")
optgroup = Element("optgroup")
option = Element("option")
output = Element("output")
progress = Element("progress")
select = Element("select")
textarea = Element("textarea")
details = Element("details")
dialog = Element("dialog")
summary = Element("summary")
slot = Element("slot")
template = Element("template")
svg = Element("svg")
circle = Element("circle")
clip_path = Element("clipPath")
defs = Element("defs")
ellipse = Element("ellipse")
g = Element("g")
line = Element("line")
linear_gradient = Element("linearGradient")
marker = Element("marker")
mask = Element("mask")
path = Element("path")
pattern = Element("pattern")
polygon = Element("polygon")
polyline = Element("polyline")
radial_gradient = Element("radialGradient")
rect = Element("rect")
stop = Element("stop")
symbol = Element("symbol")
text = Element("text")
tspan = Element("tspan")
use = Element("use")
input_ = Element("input")
del_ = Element("del")
map_ = Element("map")
object_ = Element("object")

__all__ = [
    "a",
    "abbr",
    "address",
    "area",
    "article",
    "aside",
    "audio",
    "b",
    "bdi",
    "bdo",
    "blockquote",
    "body",
    "br",
    "button",
    "canvas",
    "caption",
    "circle",
    "cite",
    "clip_path",
    "code",
    "col",
    "colgroup",
    "data",
    "datalist",
    "dd",
    "defs",
    "del_",
    "details",
    "dfn",
    "dialog",
    "div",
    "dl",
    "dt",
    "ellipse",
    "em",
    "embed",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "g",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hgroup",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "input_",
    "ins",
    "kbd",
    "label",
    "legend",
    "li",
    "line",
    "linear_gradient",
    "main",
    "map_",
    "mark",
    "marker",
    "mask",
    "menu",
    "meter",
    "nav",
    "noscript",
    "object_",
    "ol",
    "optgroup",
    "option",
    "output",
    "p",
    "path",
    "pattern",
    "picture",
    "polygon",
    "polyline",
    "pre",
    "progress",
    "q",
    "radial_gradient",
    "rect",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "search",
    "section",
    "select",
    "slot",
    "small",
    "source",
    "span",
    "stop",
    "strong",
    "sub",
    "summary",
    "sup",
    "svg",
    "symbol",
    "table",
    "tbody",
    "td",
    "template",
    "text",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "track",
    "tspan",
    "u",
    "ul",
    "use",
    "var",
    "video",
    "wbr",
]
