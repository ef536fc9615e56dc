import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage } from "./page.js";

const settled = () => new Promise((done) => setImmediate(done));

async function changes(page, act) {
  const seen = [];
  const observer = new page.window.MutationObserver((records) => seen.push(...records));
  observer.observe(page.document, { subtree: true, childList: true, characterData: true, attributes: true });
  act();
  await settled();
  observer.disconnect();
  return seen.map(({ type, target, attributeName }) => [type, target.nodeName, attributeName].filter(Boolean).join(" "));
}

test("a change of a text changes the data of that text node and nothing else", async () => {
  const page = openPage('<div><button data-w="2">Refresh</button><p><!--w3-->John<!--/--></p></div>');
  const node = page.$("p").childNodes[1];
  assert.deepEqual(await changes(page, () => page.frame([[1, 3, "Jane"]])), ["characterData #text"]);
  assert.equal(page.$("p").childNodes[1], node);
});

test("a change of an attribute changes that attribute and nothing else", async () => {
  const page = openPage('<a data-w="2" class="x" href="/">A</a>');
  assert.deepEqual(await changes(page, () => page.frame([[2, 2, "class", "y"]])), ["attributes A class"]);
});

test("a move takes only the moved row out and in again", async () => {
  const rows = [10, 11, 12, 13].map((id) => `<li data-w="${id}">${id}</li>`).join("");
  const page = openPage(`<ul><!--w2-->${rows}<!--/--></ul>`);
  const before = [...page.document.querySelectorAll("li")];
  const seen = await changes(page, () => page.frame([[4, 2, [], [[13, 10], [11, 12]]]]));
  assert.deepEqual(seen, ["childList UL", "childList UL"]);
  const after = [...page.document.querySelectorAll("li")];
  assert.deepEqual(after, [before[3], before[0], before[1], before[2]]);
});

test("a row that moves keeps the focus, the selection and the scroll positions in it, and no handler hears", () => {
  const row = (id) =>
    `<li data-w="${id}"><input data-w="${id + 1}" data-on="focus blur" value="hello"><div class="s">x</div></li>`;
  const page = openPage(`<ul><!--w2-->${row(10)}${row(20)}<!--/--></ul>`);
  const input = page.document.querySelectorAll("input")[1];
  input.focus();
  input.setSelectionRange(1, 3, "backward");
  page.document.querySelectorAll(".s")[1].scrollTop = 40;
  const heard = page.sent(2).length;
  page.frame([[4, 2, [], [[20, 10]]]]);
  assert.equal(page.document.activeElement, input);
  assert.deepEqual([input.selectionStart, input.selectionEnd, input.selectionDirection], [1, 3, "backward"]);
  assert.equal(page.$(".s").scrollTop, 40);
  assert.equal(page.sent(2).length, heard);
});

test("where the browser can move without taking out, that is what is used", () => {
  const page = openPage('<ul><!--w2--><li data-w="10">a</li><li data-w="11">b</li><!--/--></ul>');
  const moved = [];
  page.$("ul").moveBefore = function (node, target) {
    moved.push(node.textContent);
    this.insertBefore(node, target);
  };
  page.frame([[4, 2, [], [[11, 10]]]]);
  assert.deepEqual(moved, ["b"]);
});

test("what is removed is forgotten, so that its addresses mean nothing any more", () => {
  const page = openPage('<ul><!--w2--><li data-w="10"><b><!--w11-->x<!--/--></b></li><!--/--></ul>');
  page.frame([[4, 2, [10], []]]);
  page.frame([[1, 11, "y"]]);
  assert.match(String(page.problems[0]), /no place 11 in this page/);
});

test("a style goes through the object model, where a strict policy allows it", () => {
  const page = openPage('<p data-w="2">x</p>', {
    before(window) {
      const set = window.Element.prototype.setAttribute;
      window.Element.prototype.setAttribute = function (name, value) {
        assert.notEqual(name, "style");
        set.call(this, name, value);
      };
    },
  });
  page.frame([[2, 2, "style", "color: red"]]);
  assert.equal(page.$("p").style.color, "red");
});

test("values and ticks are set as properties as well", () => {
  const page = openPage('<input data-w="2" value="a"><input data-w="3" type="checkbox"><textarea data-w="4">t</textarea>');
  const [text, box] = page.document.querySelectorAll("input");
  text.value = "typed";
  box.checked = true;
  page.$("textarea").value = "typed";
  page.frame([[2, 2, "value", "b"], [2, 3, "checked", null], [2, 4, ":text", "T"]]);
  assert.deepEqual([text.value, box.checked, page.$("textarea").value], ["b", false, "T"]);
  page.frame([[2, 2, "value", null], [2, 3, "checked", true]]);
  assert.deepEqual([text.value, box.checked], ["", true]);
});

test("a value that is set while the field has the focus keeps the caret", () => {
  const page = openPage('<input data-w="2" value="hello">');
  page.$("input").focus();
  page.$("input").setSelectionRange(2, 2);
  page.frame([[2, 2, "value", "HELLO"]]);
  assert.deepEqual([page.$("input").value, page.$("input").selectionStart], ["HELLO", 2]);
});

test("a select shows its value once its options are there, also if they come later", () => {
  const page = openPage('<select data-w="2" value="b"><!--w3--><option value="a"></option><option value="b"></option><!--/--></select>');
  assert.equal(page.$("select").value, "b");
  page.frame([[2, 2, "value", "c"], [3, 3, [-1, '<option value="c"></option><option value="d"></option>']]]);
  assert.equal(page.$("select").value, "c");
  page.$("select").value = "d";
  page.$("select").dispatchEvent(new page.window.Event("input", { bubbles: true }));
  page.frame([[3, 3, [-1, '<option value="c"></option><option value="d" selected></option>']]]);
  assert.equal(page.$("select").value, "d");
});

test("methods of elements are called by their Python names", () => {
  const page = openPage('<input data-w="2"><p data-w="3" id="p"></p>');
  page.frame([[6, 2, "focus"], [6, 3, "scroll_into_view"]]);
  assert.equal(page.document.activeElement, page.$("input"));
  assert.deepEqual(page.loads, [["scrollIntoView", "p"]]);
});

test("HTML that the browser's parser has torn apart is reported", () => {
  const page = openPage("<p><!--w2--><div>x</div><!--/--></p>");
  assert.match(page.problems[0][0], /\[wayfare html\] The browser has moved slot 2/);
});

test("content five hundred deep is built", () => {
  const page = openPage("<main><!--w2--><!--/--></main>");
  const tokens = [];
  for (let i = 0; i < 500; i++) tokens.push(1, 100 + i);
  page.frame([[5, 1, '<i data-w="0"><!--?--></i>', [0], true], [3, 2, [...tokens, "deep"]]]);
  assert.equal(page.$("main").textContent, "deep");
  assert.equal(page.document.querySelectorAll("i").length, 500);
});

test("the head is brought to the list: what is there stays, what is not goes", () => {
  const page = openPage("", { head: '<title>Old</title><meta name="a" content="1" data-wh><link rel="x" href="/x" data-wh><meta name="own">' });
  const kept = page.$('meta[name="a"]');
  page.frame([[25, [["title", {}, "New"], ["meta", { name: "a", content: "1" }, ""], ["meta", { name: "b", hidden: true, lang: null }, null]]]]);
  assert.equal(page.document.title, "New");
  assert.equal(page.$('meta[name="a"]'), kept);
  assert.equal(page.$('link[rel="x"]'), null);
  assert.equal(page.$('meta[name="b"]').outerHTML, '<meta data-wh="" name="b" hidden="">');
  assert.ok(page.$('meta[name="own"]'));
});
