import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage } from "./page.js";

const RESTORE = 'data-scroll="restore"';
/** A navigation that has settled. */
const settled = [[26, true], [26, false]];

function scroll(page, x, y) {
  Object.assign(page.window, { scrollX: x, scrollY: y });
  page.document.dispatchEvent(new page.window.Event("scroll", { bubbles: true }));
}

function scrollIn(page, selector, y) {
  const element = page.$(selector);
  element.scrollTop = y;
  element.dispatchEvent(new page.window.Event("scroll"));
}

function open(body = "", options = {}) {
  const page = openPage(body, {
    meta: RESTORE,
    ...options,
    before(window) {
      const heard = window.scrollTo;
      window.scrollTo = (x, y) => {
        heard(x, y);
        Object.assign(window, { scrollX: x, scrollY: y });
      };
      window.Element.prototype.scrollTo = function (x, y) {
        Object.assign(this, { scrollLeft: x, scrollTop: y });
      };
      options.before?.(window);
    },
  });
  return page;
}

/** The history is at another entry. @param {any} page @param {string} url @param {number} depth */
function popTo(page, url, depth) {
  page.window.history.replaceState({ wayfare: depth, state: null }, "", url);
  page.window.dispatchEvent(new page.window.PopStateEvent("popstate", { state: page.window.history.state }));
}

test("the position comes back once, when the navigation has settled", () => {
  const page = open();
  assert.equal(page.window.history.scrollRestoration, "manual");
  scroll(page, 3, 500);
  page.frame([[22, "/a", null, false, true], ...settled]);
  scroll(page, 0, 100);
  page.loads.length = 0;
  popTo(page, "/start", 0);
  page.frame([[26, true]], 1);
  assert.deepEqual(page.loads, []);
  page.frame([[26, false]], 1);
  page.frame([[26, true], [26, false]], 1);
  assert.deepEqual(page.loads, [["scrollTo", 3, 500]]);
  popTo(page, "/a", 1);
  page.frame(settled, 2);
  assert.deepEqual(page.loads[1], ["scrollTo", 0, 100]);
});

test("a visitor who scrolls in the meantime is not moved", () => {
  const page = open();
  scroll(page, 0, 500);
  page.frame([[22, "/a", null, false, true], ...settled]);
  page.loads.length = 0;
  popTo(page, "/start", 0);
  scroll(page, 0, 40);
  page.frame(settled, 1);
  assert.deepEqual(page.loads, []);
});

test("the event of our own scrolling is not the visitor's, however late it comes", () => {
  const page = open('<!--w2--><div id="list"></div><!--/-->');
  scroll(page, 0, 500);
  scrollIn(page, "#list", 70);
  page.frame([[22, "/a", null, false, true], ...settled, [3, 2, [-1, '<div id="list"></div>']]]);
  scroll(page, 0, 30);
  scrollIn(page, "#list", 7);
  popTo(page, "/start", 0);
  page.frame([...settled, [3, 2, [-1, '<div id="list"></div>']]], 1);
  popTo(page, "/a", 1);
  scroll(page, 0, 500);
  scrollIn(page, "#list", 70);
  page.frame([...settled, [3, 2, [-1, '<div id="list"></div>']]], 2);
  assert.equal(page.window.scrollY, 30);
  assert.equal(page.$("#list").scrollTop, 7);
});

test("what has been scrolled belongs to the entry that it was scrolled in, though its event is still to come", () => {
  const page = open();
  scroll(page, 0, 500);
  page.frame([[22, "/a", null, false, true], ...settled]);
  page.window.scrollY = 40;
  popTo(page, "/start", 0);
  scroll(page, 0, 40);
  page.frame(settled, 1);
  assert.equal(page.window.scrollY, 500);
  page.window.scrollY = 510;
  popTo(page, "/a", 1);
  page.frame(settled, 2);
  assert.equal(page.window.scrollY, 40);
  popTo(page, "/start", 0);
  page.frame(settled, 3);
  assert.equal(page.window.scrollY, 510);
});

test("a move that is taken back moves nothing, and neither does what follows it", () => {
  const page = open();
  scroll(page, 0, 500);
  page.frame([[22, "/a", null, false, true], ...settled]);
  scroll(page, 0, 7);
  page.loads.length = 0;
  popTo(page, "/start", 0);
  popTo(page, "/a", 1);
  page.frame([[22, "/b", null, false, true], ...settled], 2);
  assert.deepEqual(page.loads, [["scrollTo", 0, 0]]);
});

test("a new entry begins at the top, whatever was at its depth before", () => {
  const page = open();
  page.frame([[22, "/a", null, false, true], ...settled]);
  scroll(page, 0, 900);
  popTo(page, "/start", 0);
  page.frame(settled, 1);
  page.frame([[22, "/b", null, false, true], ...settled], 1);
  popTo(page, "/start", 0);
  page.frame(settled, 2);
  page.loads.length = 0;
  popTo(page, "/b", 1);
  page.frame(settled, 3);
  assert.deepEqual(page.loads, [["scrollTo", 0, 0]]);
});

test("positions last over a reload of the same entry, and a fresh one begins at the top", () => {
  const one = open("", { before: (window) => window.history.replaceState({ wayfare: 4, state: null }, "") });
  scroll(one, 0, 600);
  one.window.dispatchEvent(new one.window.Event("pagehide"));
  const stored = one.window.sessionStorage["wayfare:scroll"];
  const before = (state) => (window) => {
    window.sessionStorage["wayfare:scroll"] = stored;
    window.history.replaceState(state, "");
  };
  assert.deepEqual(open("", { before: before({ wayfare: 4, state: null }) }).loads, [["scrollTo", 0, 600]]);
  assert.deepEqual(open("", { before: before(null) }).loads, []);
});

test("an entry that the browser makes has no position of one that is gone", () => {
  const page = open('<!--w2--><div id="list"></div><!--/-->');
  page.frame([[22, "/a", null, false, true], ...settled]);
  scroll(page, 0, 900);
  popTo(page, "/start", 0);
  page.frame(settled, 1);
  page.loads.length = 0;
  page.window.history.replaceState(null, "", "/start#x");
  page.window.history.pushState(null, "", "/start#x");
  page.window.dispatchEvent(new page.window.PopStateEvent("popstate", { state: null }));
  page.frame(settled, 2);
  assert.deepEqual(page.loads, []);
});

test("a fresh document has no position of an entry that is gone", () => {
  const page = open('<div id="list"></div>', {
    before(window) {
      window.sessionStorage["wayfare:scroll"] = JSON.stringify({ 0: { list: [0, 70] }, 1: { list: [0, 80] } });
    },
  });
  page.window.dispatchEvent(new page.window.Event("pagehide"));
  assert.deepEqual(JSON.parse(page.window.sessionStorage["wayfare:scroll"]), { 0: { "": [0, 0] } });
});

test("what is stored and can't be read is as nothing", () => {
  const page = open("", {
    before(window) {
      window.sessionStorage["wayfare:scroll"] = "{";
      window.history.replaceState({ wayfare: 0, state: null }, "");
    },
  });
  assert.deepEqual(page.loads, []);
  assert.deepEqual(page.problems, []);
});

test("an element with an id gets its position back if it was built anew, and keeps it if it stayed", () => {
  const page = open('<div id="side"></div><!--w2--><div id="list"></div><!--/-->');
  scrollIn(page, "#side", 10);
  scrollIn(page, "#list", 70);
  page.frame([[22, "/a", null, false, true], ...settled, [3, 2, [-1, "<p>a</p>"]]]);
  scrollIn(page, "#side", 20);
  popTo(page, "/start", 0);
  page.frame([...settled, [3, 2, [-1, '<div id="list"></div>']]], 1);
  assert.equal(page.$("#list").scrollTop, 70);
  assert.equal(page.$("#side").scrollTop, 20);
});

test("positions are kept for a hundred entries, and for so many elements in each", () => {
  const page = open();
  for (let n = 0; n < 150; n++) {
    scroll(page, 0, n + 1);
    page.frame([[22, `/${n}`, null, false, true]]);
  }
  for (let n = 0; n < 80; n++) {
    const element = page.document.createElement("div");
    element.id = `e${n}`;
    page.document.body.append(element);
    scrollIn(page, `#e${n}`, 1);
  }
  page.window.dispatchEvent(new page.window.Event("pagehide"));
  const stored = JSON.parse(page.window.sessionStorage["wayfare:scroll"]);
  assert.ok(Object.keys(stored).length <= 101);
  assert.ok(Object.keys(stored[150]).length <= 51);
});
