import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage } from "./page.js";

/**
 * A page with the entries /start, /1, /2, ... whose browser drops what `drops` says.
 *
 * @param {number} entries
 * @param {{ navigation?: boolean }} [options]
 */
function open(entries, { navigation = false } = {}) {
  const gone = [];
  let drops = 0;
  let go;
  const page = openPage("", {
    before(window) {
      go = window.history.go.bind(window.history);
      window.history.go = (delta) => {
        gone.push(delta);
        if (drops-- <= 0) go(delta);
      };
      if (navigation) window.navigation = { currentEntry: { index: 0, key: "k0" } };
    },
  });
  for (let n = 1; n <= entries; n++) page.frame([[22, `/${n}`, null, false, true]]);
  return Object.assign(page, {
    gone,
    /** The visitor's own move. @param {number} delta */
    move(delta) {
      go(delta);
      page.clock.advance(0);
    },
    /** @param {number} times */
    drop: (times) => (drops = times),
    moves: () => page.sent(4).map((message) => [message[2], message[4]]),
    path: () => page.window.location.pathname,
    depth: () => page.window.history.state.wayfare,
  });
}

test("a move that the browser drops, because the visitor makes another, is made once that is over", () => {
  const page = open(6);
  page.move(-1);
  page.drop(1);
  page.frame([[23, 1]], 1);
  page.move(-1);
  assert.deepEqual([page.path(), page.gone], ["/4", [1]]);
  page.clock.advance(49);
  assert.deepEqual(page.gone, [1]);
  page.clock.advance(1);
  assert.deepEqual([page.path(), page.gone], ["/6", [1, 2]]);
  assert.deepEqual(page.moves(), [["/5", -1], ["/4", -1], ["/6", 2]]);
  page.clock.advance(20_000);
  assert.deepEqual(page.gone, [1, 2]);
});

test("what the page asks for is a place: moves that it had not heard of are taken back, too", () => {
  const page = open(6);
  page.move(-1);
  page.move(-1);
  page.frame([[23, 1]], 1);
  page.clock.advance(0);
  assert.deepEqual([page.path(), page.gone], ["/6", [2]]);
});

test("a key that is held down is waited for", () => {
  const page = open(9);
  page.move(-1);
  page.drop(9);
  page.frame([[23, 1]], 1);
  for (let n = 0; n < 5; n++) {
    page.move(-1);
    page.clock.advance(33);
  }
  assert.deepEqual(page.gone, [1]);
  page.drop(0);
  page.clock.advance(50);
  assert.deepEqual([page.path(), page.gone], ["/9", [1, 6]]);
});

test("a move that is dropped without a word is made again, and given up in the end", () => {
  const page = open(3);
  page.move(-1);
  page.drop(2);
  page.frame([[23, 1]], 1);
  page.clock.advance(2_000);
  assert.deepEqual([page.path(), page.gone], ["/3", [1, 1, 1]]);
  page.move(-1);
  page.drop(99);
  page.gone.length = 0;
  page.frame([[23, 1]], 3);
  page.clock.advance(9_000);
  assert.equal(page.gone.length, 8);
  assert.deepEqual(page.moves().at(-1), ["/2", 0]);
  // Nobody is on the way any more.
  page.drop(0);
  page.move(-1);
  page.clock.advance(9_000);
  assert.equal(page.path(), "/1");
});

test("a move to where this document has no entry is tried once: another may be loading, or there is none", () => {
  const page = open(1);
  page.frame([[23, -5]]);
  page.clock.advance(999);
  assert.deepEqual(page.moves(), []);
  page.clock.advance(1);
  assert.deepEqual([page.gone, page.moves()], [[-5], [["/1", 0]]]);
});

test("moves that follow one another are made in their order", () => {
  const page = open(6);
  page.frame([[23, -1], [23, -2]]);
  page.clock.advance(0);
  assert.deepEqual([page.path(), page.moves()], ["/3", [["/5", -1], ["/3", -2]]]);
});

test("a move that is taken back takes those with it that were to follow it", () => {
  const page = open(6);
  page.drop(2);
  page.frame([[23, -1], [23, -1]]);
  page.move(-1);
  page.frame([[23, 1]], 1);
  page.clock.advance(20);
  page.frame([], 3);
  page.clock.advance(5_000);
  assert.equal(page.path(), "/6");
  assert.equal(page.moves().reduce((sum, [, delta]) => sum + delta, 0), 0);
});

test("a new entry, the page's or the browser's, ends what was under way", () => {
  for (const make of [
    (page) => page.frame([[22, "/new", null, false, true]]),
    (page) => page.frame([[22, "/new", null, true, true]]),
    (page) => page.window.location.assign("#new"),
    (page) => page.window.dispatchEvent(new page.window.Event("pagehide")),
  ]) {
    const page = open(3);
    page.drop(99);
    page.frame([[23, -1]]);
    make(page);
    page.clock.advance(20_000);
    assert.deepEqual(page.gone, [-1]);
  }
});

test("a move from an entry that the page is yet to hear of is not made", () => {
  const page = open(3);
  page.move(-1);
  page.window.location.hash = "typed";
  page.clock.advance(0);
  page.frame([[23, 1]], 1);
  assert.deepEqual(page.gone, []);
});

/** The browser has made an entry of its own. */
function made(page, url, entry) {
  if (entry) page.window.navigation.currentEntry = entry;
  page.window.history.replaceState(null, "", url);
  page.window.dispatchEvent(new page.window.PopStateEvent("popstate", { state: null }));
}

test("an entry that the browser makes in the place of another has its depth", () => {
  const page = open(0, { navigation: true });
  for (const [n, url] of ["/a", "/b"].entries()) {
    page.window.navigation.currentEntry = { index: n + 1, key: `k${n + 1}` };
    page.frame([[22, url, null, false, true]]);
  }
  made(page, "/b#x", { index: 2, key: "k2" });
  assert.equal(page.depth(), 2);
  made(page, "/b#y", { index: 3, key: "k3" });
  assert.equal(page.depth(), 3);
  // No more entries are kept: the oldest has gone.
  made(page, "/b#z", { index: 3, key: "k4" });
  assert.equal(page.depth(), 4);
  assert.deepEqual(page.moves(), [["/b#x", null], ["/b#y", null], ["/b#z", null]]);
  // One that was there before, and that has no depth yet.
  made(page, "/0", { index: 1, key: "k0" });
  assert.equal(page.depth(), 2);
  assert.deepEqual(page.moves().at(-1), ["/0", -2]);
});

test("where the browser does not say, their number tells whether there is one more", () => {
  const page = open(2);
  made(page, "/2#x");
  assert.equal(page.depth(), 2);
  page.window.location.hash = "y";
  page.clock.advance(0);
  assert.equal(page.depth(), 3);
  page.move(-1);
  // One takes the place of the one ahead.
  page.window.location.hash = "z";
  page.clock.advance(0);
  assert.equal(page.depth(), 3);
});
