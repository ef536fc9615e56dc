import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage } from "./page.js";

const BUTTON = '<!--w1--><button data-w="2" data-on="click">Go</button><p><!--w3-->0<!--/--></p><!--/-->';
const status = (page) => page.document.documentElement.dataset.wayfare;
const clicks = (page) => page.sent(2).map((message) => message[0]);

test("the first message says which page, what has been applied, and where the browser is", () => {
  const page = openPage(BUTTON, { live: false, url: "http://site.test/a?b=1#c" });
  assert.equal(status(page), "connecting");
  assert.equal(page.socket.url, "ws://site.test/_wayfare/socket");
  page.socket.onopen();
  const [[n, op, version, id, ack, sent, url, state, fresh, client]] = page.socket.sent;
  assert.deepEqual([n, op, version, id, ack, sent, url, state, fresh], [0, 1, 1, "p1", 0, 0, "/a?b=1#c", null, false]);
  assert.match(client, /^\w{20,}$/);
  assert.equal(status(page), "connecting");
  page.raw([0, 0, [[20, "p1", {}]]]);
  assert.equal(status(page), "live");
});

test("the socket's address comes from the document, and is secure where the document is", () => {
  const page = openPage(BUTTON, { meta: 'data-socket="/sub/_wayfare/socket"', url: "https://site.test/sub/", live: false });
  assert.equal(page.socket.url, "wss://site.test/sub/_wayfare/socket");
});

test("a document without the meta tag is left alone", () => {
  const page = openPage(BUTTON, { live: false, before: (window) => window.document.querySelector("meta").remove() });
  assert.equal(page.sockets.length, 0);
});

test("messages are numbered, and sent again after a break until they are acknowledged", () => {
  const page = openPage(BUTTON);
  page.$("button").click();
  page.$("button").click();
  assert.deepEqual(clicks(page), [1, 2]);
  page.frame([[1, 3, "1"]], 1);
  page.drop();
  assert.equal(status(page), "reconnecting");
  page.$("button").click();
  page.clock.advance(300);
  assert.equal(page.sockets.length, 2);
  page.socket.onopen();
  assert.deepEqual(page.socket.sent[0].slice(4, 6), [1, 3]);
  assert.deepEqual(clicks(page), []);
  page.raw([0, 1, [[20, "p1", {}]]]);
  assert.deepEqual(clicks(page), [2, 3]);
});

test("a frame that was applied already is passed over, and its acknowledgement counts", () => {
  const page = openPage(BUTTON);
  page.$("button").click();
  page.frame([[1, 3, "1"]]);
  page.raw([1, 1, [[1, 3, "again"]]]);
  assert.equal(page.$("p").textContent, "1");
  page.drop();
  page.clock.advance(300);
  page.welcome("p1", 0);
  assert.deepEqual(clicks(page), []);
});

test("a missing frame makes it come back and ask for what it has not applied", () => {
  const page = openPage(BUTTON);
  page.frame([[1, 3, "1"]]);
  page.raw([3, 0, [[1, 3, "3"]]]);
  assert.equal(page.$("p").textContent, "1");
  assert.ok(page.sockets[0].closed);
  page.clock.advance(300);
  page.socket.onopen();
  assert.equal(page.socket.sent[0][4], 1);
  assert.equal(page.socket.sent[0][8], false);
});

test("frames are acknowledged, a second later or after sixteen", () => {
  const page = openPage(BUTTON);
  page.frame([[1, 3, "1"]]);
  page.frame([[1, 3, "2"]]);
  assert.deepEqual(page.sent(6), []);
  page.clock.advance(1000);
  assert.deepEqual(page.sent(6), [[0, 6, 2]]);
  for (let i = 0; i < 16; i++) page.frame([[1, 3, String(i)]]);
  assert.deepEqual(page.sent(6).at(-1), [0, 6, 18]);
  page.clock.advance(5000);
  assert.equal(page.sent(6).length, 2);
});

test("a patch that does not fit is reported, and a fresh render asked for", () => {
  const page = openPage(BUTTON);
  page.frame([[1, 99, "x"]]);
  assert.match(String(page.problems[0][0]), /\[wayfare patch\]/);
  page.clock.advance(300);
  page.socket.onopen();
  assert.equal(page.socket.sent[0][8], true);
  page.raw([0, 0, [[20, "p1", {}]]]);
  page.raw([7, 0, [[21, '<!--w1--><p><!--w9-->new<!--/--></p><!--/-->', "T", "p1"]]]);
  assert.equal(page.html, "<p>new</p>");
  page.raw([8, 0, [[1, 9, "newer"]]]);
  assert.equal(page.html, "<p>newer</p>");
});

test("what can never fit ends in a reload, and never in a circle", () => {
  const page = openPage(BUTTON);
  for (let i = 0; i < 4; i++) {
    if (i) page.welcome();
    page.raw([0, 0, [[1, 99, "x"]]]);
    page.clock.advance(2500);
  }
  assert.deepEqual(page.loads, [["reload"]]);
});

test("what is no frame is a patch that does not fit", () => {
  const page = openPage(BUTTON);
  page.socket.onmessage({ data: "{" });
  assert.ok(page.sockets[0].closed);
});

test("the pauses between attempts grow, and are not the same for everybody", () => {
  const page = openPage(BUTTON, { before: (window) => (window.Math.random = () => 1) });
  const waits = [];
  for (let i = 0; i < 9; i++) {
    page.drop();
    const before = page.clock.now;
    const count = page.sockets.length;
    while (page.sockets.length === count) page.clock.advance(50);
    waits.push(page.clock.now - before);
  }
  assert.deepEqual(waits, [250, 500, 1000, 2000, 4000, 8000, 16000, 20000, 20000]);
  page.welcome();
  page.clock.advance(6_000);
  page.drop();
  page.clock.advance(250);
  assert.equal(page.sockets.length, 11);
});

test("a silent connection is asked for a sign of life, and given up without one", () => {
  const page = openPage(BUTTON);
  page.clock.advance(25_000);
  assert.deepEqual(page.sent(8), [[0, 8]]);
  page.raw([0, 0, [[29]]]);
  page.clock.advance(24_000);
  assert.equal(page.sent(8).length, 1);
  page.clock.advance(1_000);
  assert.equal(page.sent(8).length, 2);
  page.clock.advance(10_000);
  assert.equal(status(page), "reconnecting");
});

test("a server that never answers HELLO is given up", () => {
  const page = openPage(BUTTON, { live: false });
  page.socket.onopen();
  page.clock.advance(10_000);
  assert.ok(page.sockets[0].closed);
  page.clock.advance(300);
  assert.equal(page.sockets.length, 2);
});

test("coming back online, or into view, connects at once", () => {
  const page = openPage(BUTTON);
  for (let i = 0; i < 6; i++) {
    page.drop();
    page.clock.advance(20_000);
  }
  page.drop();
  const count = page.sockets.length;
  page.window.dispatchEvent(new page.window.Event("online"));
  assert.equal(page.sockets.length, count + 1);
});

test("a tab in the background says so", () => {
  const page = openPage(BUTTON);
  Object.defineProperty(page.document, "hidden", { value: true, configurable: true });
  page.document.dispatchEvent(new page.window.Event("visibilitychange"));
  assert.deepEqual(page.sent(7), [[0, 7, false]]);
  page.drop();
  page.clock.advance(300);
  page.welcome();
  assert.deepEqual(page.sent(7), [[0, 7, false]]);
});

test("leaving the document closes the socket, and coming back to it opens one", () => {
  const page = openPage(BUTTON);
  page.window.dispatchEvent(new page.window.Event("pagehide"));
  assert.ok(page.sockets[0].closed);
  page.clock.advance(60_000);
  assert.equal(page.sockets.length, 1);
  const shown = new page.window.Event("pageshow");
  Object.defineProperty(shown, "persisted", { value: true });
  page.window.dispatchEvent(shown);
  assert.equal(page.sockets.length, 2);
});

test("a fresh page has numbers of its own; events for the old one are dropped, a followed link is not", () => {
  const page = openPage('<!--w1--><button data-w="2" data-on="click">Go</button><a href="/next">n</a><!--/-->');
  page.$("button").click();
  page.$("button").click();
  page.drop();
  page.$("button").click();
  page.$("a").click();
  page.clock.advance(300);
  page.socket.onopen();
  page.raw([0, 0, [[20, "p2", {}], [21, '<!--w1--><button data-w="7" data-on="click">Go</button><!--/-->', "", "p2"]]]);
  assert.deepEqual(page.socket.sent.slice(1), [[1, 3, "/next", false, true, null]]);
  page.$("button").click();
  assert.deepEqual(page.sent(2).map((message) => message.slice(0, 4)), [[2, 2, 7, "click"]]);
  page.raw([1, 1, [[2, 7, "id", "x"]]]);
  assert.equal(page.$("button").id, "x");
});

/** A server that was started again takes us in. */
function anew(page, html) {
  page.drop();
  page.clock.advance(1_000);
  page.socket.onopen();
  page.raw([0, 0, [[20, "p2", {}], [21, `<!--w1-->${html}<!--/-->`, "", "p2"], [26, false]]]);
}

test("a link whose page is still being made when the server begins anew is followed again", () => {
  const link = '<a href="/next">n</a>';
  const page = openPage(`<!--w1-->${link}<!--/-->`);
  page.$("a").click();
  page.frame([[26, true]], 1);
  anew(page, link);
  assert.ok(!page.document.documentElement.hasAttribute("data-wayfare-routing"));
  assert.deepEqual(page.sent(3), [[1, 3, "/next", false, true, null]]);
});

test("a link is not followed again that has arrived, was prevented, or was overtaken by going back", () => {
  const link = '<a href="/next">n</a>';
  for (const meanwhile of [
    (page) => page.frame([[22, "/next", null, false, true], [26, false]], 1),
    (page) => page.frame([[1, 3, "No."]], 1),
    (page) => {
      page.frame([[26, true]], 1);
      page.window.dispatchEvent(new page.window.PopStateEvent("popstate", { state: page.window.history.state }));
    },
    (page) => {
      page.frame([[22, "/next", null, false, true], [26, false]], 1);
      page.frame([[26, true]], 1);
    },
  ]) {
    const page = openPage(`<!--w1-->${link}<!--w3--><!--/--><!--/-->`);
    page.$("a").click();
    meanwhile(page);
    anew(page, link);
    assert.deepEqual(page.sent(3), []);
  }
});

test("a link that the page has not heard of is followed again, though the one before it has arrived", () => {
  const link = '<a href="/next">n</a>';
  const page = openPage(`<!--w1-->${link}<!--/-->`);
  page.$("a").click();
  page.$("a").click();
  page.frame([[26, true], [26, false]], 1);
  anew(page, link);
  assert.deepEqual(page.sent(3), [[1, 3, "/next", false, true, null]]);
});

test("a page that has no guard asks nobody, though the one before had one", () => {
  const page = openPage("<!--w1--><input><!--/-->");
  page.frame([[30, true]]);
  anew(page, "<input>");
  page.$("input").dispatchEvent(new page.window.Event("input", { bubbles: true }));
  const leave = new page.window.Event("beforeunload", { cancelable: true });
  page.window.dispatchEvent(leave);
  assert.ok(!leave.defaultPrevented);
});

test("what was typed before the client was there is told to a fresh page once, of the field that it shows", () => {
  const page = openPage('<!--w1--><input data-w="2" data-on="input"><!--/-->', { live: false });
  page.$("input").value = "typed";
  page.socket.onopen();
  page.raw([0, 0, [[20, "p2", {}], [21, '<!--w1--><input data-w="7" data-on="input"><!--/-->', "", "p2"]]]);
  assert.deepEqual(page.sent(2).map((message) => message.slice(0, 4)), [[1, 2, 7, "input"]]);
});

test("a queue that is full takes nothing more, and says so", () => {
  const page = openPage(BUTTON, { live: false });
  page.welcome("p1", 0, { queue: 2 });
  const notices = [];
  page.document.addEventListener("wayfare:notice", (event) => notices.push(event.detail.code));
  for (let i = 0; i < 3; i++) page.$("button").click();
  assert.deepEqual(clicks(page), [1, 2]);
  assert.deepEqual(notices, ["queue-full"]);
});

test("a message that the server would not take is not sent", () => {
  const page = openPage('<input data-w="2" data-on="input">', { live: false });
  page.welcome("p1", 0, { message: 100 });
  page.$("input").value = "é".repeat(40);
  page.$("input").dispatchEvent(new page.window.Event("input", { bubbles: true }));
  assert.deepEqual(page.sent(2), []);
  assert.match(page.problems[0][0], /message-size/);
});

test("a server that takes us in and closes at once is not asked more and more often", () => {
  const page = openPage(BUTTON, { before: (window) => (window.Math.random = () => 1) });
  for (let i = 0; i < 4; i++) {
    page.drop();
    page.clock.advance(250 * 2 ** i - 1);
    assert.equal(page.sockets.length, i + 1);
    page.clock.advance(1);
    page.welcome();
  }
});

test("a message that is refused again and again is given up with the page it was for", () => {
  const page = openPage(BUTTON);
  page.$("button").click();
  for (let i = 0; i < 2; i++) {
    page.drop(1008);
    page.clock.advance(1_000);
    page.socket.onopen();
    assert.equal(page.socket.sent[0][3], i ? "" : "p1");
    if (!i) page.raw([0, 0, [[20, "p1", {}]]]);
    assert.deepEqual(clicks(page), i ? [] : [1]);
  }
  page.raw([0, 0, [[20, "p2", {}]]]);
  page.raw([0, 0, [[21, BUTTON, "", "p2"]]]);
  page.$("button").click();
  assert.deepEqual(clicks(page), [1]);
  assert.match(page.problems[0][0], /\[wayfare refused\]/);
});

test("half a character is sent as a replacement, and what only looks like one as it is", () => {
  const page = openPage('<input data-w="2" data-on="input">');
  const value = "\ud83d x \\ud83d \ud83d\ude00 \\\udc00";
  page.$("input").value = value;
  page.$("input").dispatchEvent(new page.window.Event("input", { bubbles: true }));
  assert.equal(page.sent(2)[0][4].value, value.toWellFormed());
});

test("refused or replaced, the client stays away; of another version, it loads the document again", () => {
  for (const [code, expected] of [[4403, []], [4409, []], [4426, [["reload"]]]]) {
    const page = openPage(BUTTON);
    page.drop(code);
    page.clock.advance(60_000);
    assert.equal(page.sockets.length, 1);
    assert.deepEqual(page.loads, expected);
    if (!expected.length) assert.equal(status(page), "offline");
  }
});

test("where the page can't be made the client comes back with what was typed, and at last loads the document", () => {
  const page = openPage("<!--w1--><input><!--/-->", { before: (window) => (window.Math.random = () => 1) });
  page.$("input").value = "half a thought";
  const fails = (times) => {
    for (let i = 0; i < times; i++) {
      page.drop(4500);
      assert.equal(status(page), "reconnecting");
      page.clock.advance(250 * 2 ** i - 1);
      assert.equal(page.socket.closed, true);
      page.clock.advance(1);
      assert.equal(page.socket.closed, false);
    }
  };
  fails(7);
  page.raw([0, 0, [[20, "p2", {}], [21, "<!--w1--><input><!--/-->", "", "p2"]]]);
  assert.equal(status(page), "live");
  assert.equal(page.$("input").value, "half a thought");
  page.clock.advance(6_000);
  fails(7);
  assert.deepEqual(page.loads, []);
  page.drop(4500);
  page.clock.advance(60_000);
  assert.deepEqual(page.loads, [["reload"]]);
  assert.equal(page.sockets.length, 15);
});

test("where sockets are forbidden, the page says so and stays plain HTML", () => {
  const page = openPage('<a href="/next">n</a>', {
    live: false,
    before(window) {
      window.WebSocket = class {
        constructor() {
          throw new Error("refused by policy");
        }
      };
    },
  });
  assert.equal(status(page), "offline");
  const event = new page.window.MouseEvent("click", { bubbles: true, cancelable: true });
  page.$("a").dispatchEvent(event);
  assert.equal(event.defaultPrevented, false);
});

test("a notice goes to the console and to whoever listens", () => {
  const page = openPage(BUTTON);
  const heard = [];
  page.document.addEventListener("wayfare:notice", (event) => heard.push({ ...event.detail }));
  page.frame([[27, "handler", "It failed."]]);
  assert.deepEqual(heard, [{ source: "app", code: "handler", text: "It failed." }]);
  assert.equal(page.problems[0][0], "[wayfare handler] It failed.");
});

test("whether a navigation is under way shows on the root element", () => {
  const page = openPage(BUTTON);
  page.frame([[26, true]]);
  assert.ok(page.document.documentElement.hasAttribute("data-wayfare-routing"));
  page.frame([[26, false]]);
  assert.ok(!page.document.documentElement.hasAttribute("data-wayfare-routing"));
});

test("a click that a server which began anew has never heard of is not lost without a word", () => {
  const page = openPage('<button data-w="2" data-on="click">b</button><input data-w="3" data-on="input">');
  const notices = [];
  page.document.addEventListener("wayfare:notice", ({ detail }) => notices.push(detail));
  const { Event } = page.window;
  for (const [selector, type, expected] of [["input", "input", []], ["button", "click", ["lost"]]]) {
    page.drop();
    page.clock.advance(1_000);
    page.$(selector).dispatchEvent(new Event(type, { bubbles: true }));
    page.welcome(`anew after ${type}`);
    assert.deepEqual(notices.map(({ code }) => code), expected);
  }
  assert.equal(notices[0].source, "network");
});
