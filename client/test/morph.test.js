import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage } from "./page.js";

const wrap = (html) => `<!--w1-->${html}<!--/-->`;

/** A page that shows `before`, and a fresh render of it. */
function merge(before, after, act = () => {}) {
  const page = openPage(wrap(before));
  act(page);
  page.raw([1, 0, [[21, wrap(after), "", "p1"]]]);
  assert.deepEqual(page.problems, []);
  assert.equal(page.html, after.replace(/<!--(?:w\d+|\/)-->| data-(?:w|on)="[^"]*"/g, ""));
  return page;
}

test("what is alike stays the same node", () => {
  const nodes = (page) => [...page.document.querySelectorAll("main, p, b, li")];
  let before;
  const html = (text) => `<main><p>a <b>${text}</b></p><ul><!--w2--><li data-w="3">1</li><li data-w="4">2</li><!--/--></ul></main>`;
  const page = merge(html("x"), html("y"), (page) => (before = nodes(page)));
  assert.deepEqual(nodes(page), before);
});

test("the root's markers stay, and what stands outside of them", () => {
  const page = openPage(`<header>h</header>${wrap("<p>x</p>")}<script type="x"></script>`);
  page.raw([1, 0, [[21, wrap("<p>y</p>"), "", "p1"]]]);
  assert.equal(page.html, '<header>h</header><p>y</p><script type="x"></script>');
  page.raw([2, 0, [[3, 1, ["z"]]]]);
  assert.equal(page.html, '<header>h</header>z<script type="x"></script>');
});

test("what the visitor has typed, ticked, chosen and opened stays; all else is as the server says", () => {
  const fields = (v) => `<form><input name="a" value="${v}"><input name="b" value="${v}"><input type="checkbox" name="c"${v === "2" ? " checked=\"\"" : ""}>` +
    `<input type="checkbox" name="d" value="${v}"><textarea name="t">${v}</textarea><textarea name="u">${v}</textarea>` +
    `<select name="s"><option>x</option><option>y</option></select></form><details><summary>s</summary>${v}</details>`;
  const page = openPage(wrap(fields("1")));
  const $ = page.$;
  $("[name=a]").value = "typed";
  $("[name=t]").value = "typed";
  $("[name=s]").value = "y";
  $("details").open = true;
  page.raw([1, 0, [[21, wrap(fields("2")), "", "p1"]]]);
  assert.equal($("[name=a]").value, "typed");
  assert.equal($("[name=a]").getAttribute("value"), "2");
  assert.equal($("[name=b]").value, "2");
  assert.equal($("[name=c]").checked, true);
  assert.equal($("[name=t]").value, "typed");
  assert.equal($("[name=u]").value, "2");
  assert.equal($("[name=s]").value, "y");
  assert.ok($("details").open);
});

test("the focus and the selection stay, also in a field that has moved", () => {
  const page = merge(
    '<p>intro</p><input name="a" value="hello"><input name="b">',
    '<h1>new</h1><input name="b"><p>intro</p><input name="a" value="hello">',
    (page) => {
      page.$("[name=a]").focus();
      page.$("[name=a]").setSelectionRange(1, 3);
    },
  );
  const field = page.$("[name=a]");
  assert.equal(page.document.activeElement, field);
  assert.deepEqual([field.selectionStart, field.selectionEnd], [1, 3]);
});

test("what the page does not know of what was typed is told to it", () => {
  const page = openPage(wrap('<input name="a" value="1" data-w="2" data-on="input">'));
  page.$("input").value = "typed";
  page.raw([1, 0, [[21, wrap('<input name="a" value="1" data-w="9" data-on="input">'), "", "p1"]]]);
  assert.deepEqual(page.sent(2).map(([, , id, name, { value }]) => [id, name, value]), [[9, "input", "typed"]]);
});

test("a text that is being written by the visitor is left alone", () => {
  const page = openPage(wrap('<div contenteditable tabindex="0">typed</div>'));
  Object.defineProperty(page.$("div"), "isContentEditable", { value: true });
  page.$("div").focus();
  page.raw([1, 0, [[21, wrap('<div contenteditable tabindex="0">old</div>'), "", "p1"]]]);
  assert.equal(page.$("div").textContent, "typed");
});

test("an open dialog stays open", () => {
  const page = openPage(wrap("<dialog>d</dialog>"));
  page.$("dialog").setAttribute("open", "");
  page.raw([1, 0, [[21, wrap("<dialog>e</dialog>"), "", "p1"]]]);
  assert.equal(page.html, '<dialog open="">e</dialog>');
});

const SHAPES = [
  "<p>a</p>",
  "text",
  "",
  "<!--w2-->a<!--/-->",
  "<!--w2--><!--/-->",
  "<!--w2--><p>a</p><p>b</p><!--/--><p>c</p>",
  "<p>c</p><!--w2-->x<!--w3-->y<!--/-->z<!--/-->",
  '<i id="k">1</i><b id="l">2</b><u>3</u>',
  '<b id="l">2</b><u>3</u>more<i id="k">1</i>',
  '<u>3</u><i id="l">1</i>',
  "<table><tbody><tr><td>1</td></tr></tbody></table><ul><li>a</li></ul>",
  '<svg viewBox="0 0 1 1"><circle r="1"></circle></svg>',
  "<!--w2--><!--w3--><i>1</i><!--/--><!--w4--><i>2</i><!--/--><!--/--><input><br>",
  '<input name="x"><input name="x"><input name="y">',
  '<input name="y"><p>q</p><input name="x">',
];

for (const before of SHAPES) {
  test(`from ${before || "nothing"} to anything`, () => {
    for (const after of SHAPES) merge(before, after);
  });
}
