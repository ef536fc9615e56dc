import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage } from "./page.js";

const BODY = "<main><!--w2-->old<!--/--></main><p><!--w3-->0<!--/--></p>";
const turn = (url, text) => [[1, 2, text], [22, url, null, false, true], [26, false]];

/** A page whose browser takes its pictures when the test says so. */
function open({ meta = 'data-transitions="view"', reduced = false, able = true } = {}) {
  const pictures = [];
  const page = openPage(BODY, {
    meta,
    before(window) {
      window.matchMedia = (query) => ({ matches: query === "(prefers-reduced-motion: reduce)" && reduced });
      if (!able) return;
      window.document.startViewTransition = (update) => {
        pictures.push(update);
        return { ready: Promise.reject(new Error("skipped")) };
      };
    },
  });
  return { page, pictures, text: () => page.$("main").textContent + page.$("p").textContent };
}

test("another page waits for the picture of the old one, and what follows waits with it", () => {
  const { page, pictures, text } = open();
  page.frame([[1, 3, "1"]]);
  page.frame(turn("/a", "new"));
  page.frame([[1, 3, "2"]]);
  page.frame(turn("/b", "newer"));
  page.frame([[1, 3, "3"]]);
  assert.equal(text(), "old1");
  assert.equal(page.window.location.pathname, "/start");
  assert.equal(pictures.length, 1);
  pictures[0]();
  // The next page needs a picture of this one.
  assert.equal(text(), "new2");
  assert.equal(page.window.location.pathname, "/a");
  assert.equal(pictures.length, 2);
  pictures[1]();
  assert.equal(text(), "newer3");
  assert.equal(page.window.location.pathname, "/b");
});

test("a change within a page is no turn, and neither are the same page's other search and hash", () => {
  const { page, pictures, text } = open();
  page.frame([[26, true]]);
  page.frame(turn("/start?a=1#b", "new"));
  assert.equal(text(), "new0");
  assert.equal(pictures.length, 0);
});

test("going back turns the page, too", () => {
  const { page, pictures, text } = open();
  page.frame(turn("/a", "new"));
  pictures.pop()();
  page.window.history.replaceState({ wayfare: 0, state: null }, "", "/start");
  page.window.dispatchEvent(new page.window.PopStateEvent("popstate", { state: page.window.history.state }));
  page.frame([[26, true]], 0);
  page.frame([[1, 2, "old"], [26, false]], 1);
  assert.equal(text(), "new0");
  pictures.pop()();
  assert.equal(text(), "old0");
});

for (const [what, options] of [
  ["nobody asks for it", { meta: "" }],
  ["the visitor wants less motion", { reduced: true }],
  ["the browser has no such thing", { able: false }],
]) {
  test(`the page is changed at once where ${what}`, () => {
    const { page, pictures, text } = open(options);
    page.frame(turn("/a", "new"));
    assert.equal(text(), "new0");
    assert.equal(pictures.length, 0);
  });
}

test("a connection that breaks while the picture is taken loses nothing and does nothing twice", () => {
  const { page, pictures, text } = open();
  page.frame(turn("/a", "new"));
  page.frame([[1, 3, "1"]]);
  page.drop();
  page.clock.advance(300);
  page.welcome("p1", 0);
  assert.equal(page.socket.sent[0][4], 0);
  page.raw([1, 0, turn("/a", "new")]);
  page.raw([2, 0, [[1, 3, "1"]]]);
  assert.equal(text(), "old0");
  pictures.shift()();
  pictures.shift()();
  assert.equal(text(), "new1");
  assert.equal(page.window.history.length, 2);
  assert.deepEqual(page.problems, []);
});

test("a patch that does not fit asks for a fresh page, also out of turn", () => {
  const { page, pictures } = open();
  page.frame([[1, 99, "x"], ...turn("/a", "new")]);
  pictures[0]();
  assert.match(page.problems[0][0], /patch/);
  assert.ok(page.socket.closed);
});
