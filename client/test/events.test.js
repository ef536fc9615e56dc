import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage } from "./page.js";

const events = (page) => page.sent(2).map(([, , id, name, payload]) => [id, name, payload]);

function fire(page, selector, type, init = {}, kind = "Event") {
  const event = new page.window[kind](type, { bubbles: true, cancelable: true, ...init });
  page.$(selector).dispatchEvent(event);
  return event;
}

function type(page, selector, value) {
  page.$(selector).value = value;
  fire(page, selector, "input");
}

test("an event goes to every element around it that listens, from the inside out", () => {
  const page = openPage('<div data-w="2" data-on="click"><p><b data-w="3" data-on="click keydown"><i>x</i></b></p></div>');
  fire(page, "i", "click");
  assert.deepEqual(events(page).map(([id]) => id), [3, 2]);
});

test("flags: p prevents what the browser would do, s keeps it from outer elements", () => {
  const page = openPage('<div data-w="2" data-on="click"><a id="a" data-w="3" data-on="click:p" href="/x">x</a><b data-w="4" data-on="click:s">y</b></div>');
  assert.ok(fire(page, "#a", "click").defaultPrevented);
  assert.deepEqual(page.sent(3), []);
  assert.ok(!fire(page, "b", "click").defaultPrevented);
  assert.deepEqual(events(page).map(([id]) => id), [3, 2, 4]);
});

test("events that do not bubble are heard by their target alone", () => {
  const page = openPage('<form data-w="2" data-on="focus mouseenter"><input data-w="3" data-on="focus"></form>');
  page.$("input").focus();
  fire(page, "input", "mouseenter", { bubbles: false });
  assert.deepEqual(events(page).map(([id, name]) => [id, name]), [[3, "focus"]]);
});

test("elements that come later are heard too, also for events that none was heard for before", () => {
  const page = openPage("<!--w2--><!--/-->");
  page.frame([[5, 1, '<button data-w="0" data-on="dblclick:p">x</button>', [], false], [3, 2, [1, 10]]]);
  assert.ok(fire(page, "button", "dblclick").defaultPrevented);
  assert.deepEqual(events(page).map(([id, name]) => [id, name]), [[10, "dblclick"]]);
});

test("what a handler is told: the field's value and name, keys, modifiers, pointer, data", () => {
  const page = openPage(`
    <input name="q" data-w="2" data-on="input keydown">
    <input type="checkbox" name="c" value="v" data-w="3" data-on="change">
    <select name="s" multiple data-w="4" data-on="change"><option selected>a</option><option>b</option><option selected>c</option></select>
    <button name="b" value="7" data-w="5" data-on="click" data-row-id="9" data-x="y"><i>x</i></button>
    <details data-w="6" data-on="toggle" open></details>
    <p data-w="7" data-on="custom">p</p>`);
  type(page, "input", "hi");
  fire(page, "input", "keydown", { key: "a", ctrlKey: true, shiftKey: true }, "KeyboardEvent");
  page.$("[type=checkbox]").checked = true;
  fire(page, "[type=checkbox]", "change");
  fire(page, "select", "change");
  fire(page, "i", "click", { clientX: 3, clientY: 4 }, "MouseEvent");
  fire(page, "details", "toggle", { bubbles: false });
  fire(page, "p", "custom", { detail: { a: [1] } }, "CustomEvent");
  assert.deepEqual(events(page), [
    [2, "input", { name: "q", value: "hi" }],
    [2, "keydown", { name: "q", value: "hi", key: "a", modifiers: ["ctrl", "shift"] }],
    [3, "change", { name: "c", value: "v", checked: true }],
    [4, "change", { name: "s", value: ["a", "c"] }],
    [5, "click", { name: "b", value: "7", button: 0, x: 3, y: 4, data: { rowId: "9", x: "y" } }],
    [6, "toggle", { checked: true }],
    [7, "custom", { detail: { a: [1] } }],
  ]);
});

test("a form's handler is told its fields, with the button that sent it", () => {
  const page = openPage(`<form data-w="2" data-on="submit:p input">
    <input name="a" value="1"><input name="a" value="2"><input name="off" disabled><button name="do" value="save">Save</button></form>`);
  fire(page, "form", "submit", { submitter: page.$("button") }, "SubmitEvent");
  type(page, "input", "x");
  const [submit, input] = events(page);
  assert.deepEqual(submit[2].form, [["a", "1"], ["a", "2"], ["do", "save"]]);
  assert.deepEqual(input[2], { name: "a", value: "x", form: [["a", "x"], ["a", "2"]] });
});

test("debounced, only the last of a row of events is sent, when it has been quiet", () => {
  const page = openPage('<input data-w="2" data-on="input:d300">');
  for (const value of ["a", "ab", "abc"]) {
    type(page, "input", value);
    page.clock.advance(200);
  }
  assert.deepEqual(events(page), []);
  page.clock.advance(100);
  assert.deepEqual(events(page).map(([, , payload]) => payload.value), ["abc"]);
});

test("throttled, the first is sent at once and then one in each pause, the last always", () => {
  const page = openPage('<input data-w="2" data-on="input:t100">');
  for (let i = 0; i < 25; i++) {
    type(page, "input", String(i));
    page.clock.advance(10);
  }
  page.clock.advance(1000);
  assert.deepEqual(events(page).map(([, , payload]) => payload.value), ["0", "9", "19", "24"]);
});

test("events that come in streams are throttled in any case", () => {
  const page = openPage('<p data-w="2" data-on="mousemove">x</p>');
  for (let x = 0; x < 100; x++) {
    fire(page, "p", "mousemove", { clientX: x }, "MouseEvent");
    page.clock.advance(10);
  }
  page.clock.advance(50);
  assert.equal(events(page).length, 21);
  assert.equal(events(page).at(-1)[2].x, 99);
});

test("what waits is sent before a click, a submit, a change, a blur, Enter, and before a link is followed", () => {
  for (const [selector, kind, init] of [
    ["button", "click", {}],
    ["form", "submit", {}],
    ["#other", "change", {}],
    ["#text", "blur", { bubbles: false }],
    ["#text", "keydown", { key: "Enter" }],
    ["a", "click", {}],
  ]) {
    const page = openPage(`<form data-w="5" data-on="submit:p"><input id="text" data-w="2" data-on="input:d300 blur keydown">
      <input id="other" data-w="3" data-on="change"><button type="button" data-w="4" data-on="click">b</button></form><a href="/x">x</a>`);
    type(page, "#text", "typed");
    const types = { keydown: "KeyboardEvent", click: "MouseEvent", submit: "SubmitEvent" };
    fire(page, selector, kind, init, types[kind]);
    const sent = page.socket.sent.filter(([n]) => n > 0).map(([, op, , name]) => (op === 3 ? "navigate" : name));
    assert.deepEqual(sent, ["input", selector === "a" ? "navigate" : kind]);
  }
});

test("other keys and its own repetition hurry nothing", () => {
  const page = openPage('<input data-w="2" data-on="input:d300 keydown"><button data-w="3" data-on="click:d300">b</button>');
  type(page, "input", "typed");
  fire(page, "input", "keydown", { key: "x" }, "KeyboardEvent");
  assert.deepEqual(events(page).map(([, name]) => name), ["keydown"]);
  page.clock.advance(300);
  fire(page, "button", "click");
  fire(page, "button", "click");
  assert.deepEqual(events(page).map(([, name]) => name), ["keydown", "input"]);
});

test("while what was typed is on its way, an older value from the server is not forced on the field", () => {
  const page = openPage('<input data-w="2" data-on="input" value="">');
  type(page, "input", "a");
  type(page, "input", "ab");
  page.frame([[2, 2, "value", "A"]], 1);
  assert.equal(page.$("input").value, "ab");
  page.frame([[2, 2, "value", "AB"]], 2);
  assert.equal(page.$("input").value, "AB");
});

test("a value held back is shown when the server says nothing newer about the last of what was typed", () => {
  const page = openPage('<input data-w="2" data-on="input" value="">');
  type(page, "input", "a");
  type(page, "input", "a!");
  page.frame([[2, 2, "value", "A"]], 1);
  page.frame([], 2);
  assert.equal(page.$("input").value, "A");
});

test("after a break, what the page has handled counts only with the frames that say so", () => {
  const page = openPage('<input data-w="2" data-on="input" value="">');
  type(page, "input", "a");
  type(page, "input", "ab");
  page.drop();
  page.clock.advance(300);
  page.welcome("p1", 2);
  page.raw([0, 2, [[29]]]);
  page.frame([[2, 2, "value", "A"]], 1);
  assert.equal(page.$("input").value, "ab");
  page.frame([[2, 2, "value", "AB"]], 2);
  assert.equal(page.$("input").value, "AB");
});

test("what a field shows counts as on its way while it is debounced", () => {
  const page = openPage('<input data-w="2" data-on="input:d300" value="">');
  type(page, "input", "abc");
  page.frame([[2, 2, "value", "x"]], 0);
  assert.equal(page.$("input").value, "abc");
  page.clock.advance(300);
  page.frame([[2, 2, "value", "abc."]], 1);
  assert.equal(page.$("input").value, "abc.");
});

test("a value from the server is shown where nothing is on its way, also in a field with the focus", () => {
  const page = openPage('<input data-w="2" data-on="input" value="">');
  page.$("input").focus();
  type(page, "input", "buy milk");
  page.frame([], 1);
  page.frame([[2, 2, "value", "cleared"]], 1);
  assert.equal(page.$("input").value, "cleared");
});

test("what was typed before the page was live is told to it", () => {
  const page = openPage(
    `<input data-w="2" data-on="input" value="a"><form data-w="3" data-on="change"><select name="s"><option>x</option><option>y</option></select></form>
     <input name="plain"><input type="radio" name="r" value="1" checked data-w="4" data-on="change"><input type="radio" name="r" value="2" data-w="5" data-on="change">`,
    { live: false },
  );
  page.$("input").value = "early";
  page.$("select").value = "y";
  page.$("[name=plain]").value = "early";
  page.$('[value="2"]').checked = true;
  page.welcome();
  assert.deepEqual(events(page).map(([id, name, { value }]) => [id, name, value]), [
    [2, "input", "early"],
    [3, "change", "y"],
    [5, "change", "2"],
  ]);
});

test("what is as a link takes plain clicks, and leaves the others to the browser", () => {
  const page = openPage('<a data-w="2" data-on="click:l" href="/x">x</a>');
  const click = (init) => {
    const event = new page.window.MouseEvent("click", { bubbles: true, cancelable: true, ...init });
    page.$("a").dispatchEvent(event);
    return [event.defaultPrevented, page.sent(2).length];
  };
  for (const held of ["ctrlKey", "shiftKey", "metaKey", "altKey"]) assert.deepEqual(click({ [held]: true }), [false, 0]);
  assert.deepEqual(click({}), [true, 1]);
});
