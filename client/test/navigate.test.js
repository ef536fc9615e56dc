import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage } from "./page.js";

function click(page, selector, init = {}) {
  const event = new page.window.MouseEvent("click", { bubbles: true, cancelable: true, ...init });
  page.$(selector).dispatchEvent(event);
  return event;
}

/** Without the prototypes of the other realm. */
const plain = (value) => JSON.parse(JSON.stringify(value));

function navigations(page) {
  return page.sent(3).map((message) => message.slice(2));
}

const BROWSERS = [
  ["another button", '<a href="/x">x</a>', {}, { button: 1 }],
  ["ctrl", '<a href="/x">x</a>', {}, { ctrlKey: true }],
  ["meta", '<a href="/x">x</a>', {}, { metaKey: true }],
  ["shift", '<a href="/x">x</a>', {}, { shiftKey: true }],
  ["alt", '<a href="/x">x</a>', {}, { altKey: true }],
  ["target", '<a href="/x" target="_self">x</a>'],
  ["download", '<a href="/x" download>x</a>'],
  ["rel external", '<a href="/x" rel="nofollow external">x</a>'],
  ["another origin", '<a href="http://other.test/x">x</a>'],
  ["another port", '<a href="http://site.test:81/x">x</a>'],
  ["a scheme", '<a href="mailto:a@b.test">x</a>'],
  ["no href", "<a>x</a>"],
  ["nonsense", '<a href="http://[">x</a>'],
  ["outside the base", '<a href="/application">x</a>', { meta: 'data-base="/app"' }],
  ["explicit links", '<a href="/x">x</a>', { meta: 'data-links="explicit"' }],
  ["no links", '<a href="/x">x</a>', { meta: 'data-links="none"' }],
];

for (const [what, html, options = {}, init = {}] of BROWSERS) {
  test(`a click is the browser's: ${what}`, () => {
    const page = openPage(html, options);
    assert.ok(!click(page, "a", init).defaultPrevented);
    assert.deepEqual(navigations(page), []);
  });
}

const OURS = [
  ["a plain link", '<a href="/x?y=1#z">x</a>', ["/x?y=1#z", false, true, null]],
  ["a relative link", '<a href="x">x</a>', ["/x", false, true, null]],
  ["a hash", '<a href="#z">x</a>', ["/start#z", false, true, null]],
  ["what is in the link", '<a href="/x"><b>x</b></a>', ["/x", false, true, null], {}, "b"],
  ["its attributes", `<a href="/x" replace noscroll state='{"a":1}'>x</a>`, ["/x", true, false, { a: 1 }]],
  ["an empty target", '<a href="/x" target="">x</a>', ["/x", false, true, null]],
  ["no href but a state", '<a state="1">x</a>', ["/start", false, true, 1]],
  ["the base, in any case", '<a href="/APP">x</a>', ["/APP", false, true, null], { meta: 'data-base="/app/"' }],
  ["below the base", '<a href="/app/x">x</a>', ["/app/x", false, true, null], { meta: 'data-base="/app"' }],
  ["explicit", '<a href="/x" link>x</a>', ["/x", false, true, null], { meta: 'data-links="explicit"' }],
  ["an SVG link", '<svg><a href="/x"><text>x</text></a></svg>', ["/x", false, true, null], {}, "text"],
  ["an old SVG link", '<svg><a xlink:href="/x"><text>x</text></a></svg>', ["/x", false, true, null], {}, "text"],
];

for (const [what, html, expected, options = {}, selector = "a"] of OURS) {
  test(`a click is the page's: ${what}`, () => {
    const page = openPage(html, options);
    assert.ok(click(page, selector).defaultPrevented);
    assert.deepEqual(navigations(page), [expected]);
  });
}

test("a click that another script has prevented is left alone", () => {
  const page = openPage('<a href="/x">x</a>');
  page.document.addEventListener("click", (event) => event.preventDefault());
  click(page, "a");
  assert.deepEqual(navigations(page), []);
});

test("a state that is no JSON is reported, and the link followed without", () => {
  const page = openPage('<a href="/x" state="{">x</a>');
  click(page, "a");
  assert.deepEqual(navigations(page), [["/x", false, true, null]]);
  assert.match(page.problems[0][0], /link-state/);
});

test("without a connection for long, the browser follows links by itself", () => {
  const page = openPage('<a href="/x">x</a>');
  page.drop();
  page.clock.advance(2_500);
  assert.ok(!click(page, "a").defaultPrevented);
});

test("a click in a short break waits, and is sent when the connection is back", () => {
  const page = openPage('<a href="/x">x</a>');
  page.drop();
  assert.ok(click(page, "a").defaultPrevented);
  page.clock.advance(300);
  page.welcome();
  assert.deepEqual(navigations(page), [["/x", false, true, null]]);
  page.clock.advance(10_000);
  assert.deepEqual(page.loads, []);
});

test("a click in a break that lasts is followed plainly after two seconds, and not told to the page later", () => {
  const page = openPage('<button data-w="2" data-on="click">b</button><a href="/x">x</a>');
  page.drop();
  page.clock.advance(200);
  click(page, "a");
  click(page, "button");
  page.clock.advance(1_700);
  assert.deepEqual(page.loads, []);
  page.clock.advance(200);
  assert.deepEqual(page.loads, [["assign", "http://site.test/x"]]);
  page.clock.advance(20_000);
  page.welcome();
  assert.deepEqual(navigations(page), []);
  assert.deepEqual(page.sent(2).map(([n]) => n), [1]);
});

test("a navigation is shown as an entry of its own, and the state is exactly what was given", () => {
  const page = openPage("");
  const { history, location } = page.window;
  page.frame([[22, "/a", { b: 1 }, false, true]]);
  assert.equal(location.pathname, "/a");
  assert.equal(history.length, 2);
  assert.deepEqual(plain(history.state), { wayfare: 1, state: { b: 1 } });
  page.frame([[22, "/b", null, true, true]]);
  assert.equal(history.length, 2);
  assert.deepEqual(plain(history.state), { wayfare: 1, state: null });
});

test("after a navigation the window is at the top, or at the hash's element, or where it was", () => {
  const page = openPage('<p id="ä b">x</p>');
  page.frame([[22, "/a", null, false, true]]);
  page.frame([[22, "/a?x", null, false, false]]);
  page.frame([[22, "/a#%C3%A4%20b", null, false, false]]);
  page.frame([[22, "/a#%zz", null, false, true]]);
  assert.deepEqual(page.loads, [["scrollTo", 0, 0], ["scrollIntoView", "ä b"], ["scrollTo", 0, 0]]);
});

test("the window is moved once the whole frame has been applied", () => {
  const page = openPage("<!--w2--><!--/-->");
  page.frame([[22, "/a#late", null, false, true], [3, 2, [-1, '<p id="late">x</p>']]]);
  assert.deepEqual(page.loads, [["scrollIntoView", "late"]]);
});

test("a new page is announced, and its heading has the focus", () => {
  const page = openPage('<a href="/x">x</a><h1>Site</h1><main><h1>Users</h1></main>');
  page.frame([[25, [["title", {}, "Users"]]], [22, "/users", null, false, true]]);
  assert.equal(page.$("[aria-live=polite]").textContent, "Users");
  assert.equal(page.document.activeElement, page.$("main h1"));
  page.$("a").focus();
  assert.ok(!page.$("main h1").hasAttribute("tabindex"));
});

test("an element that asks for the focus gets it", () => {
  const page = openPage('<input id="layout" autofocus><main><h1>x</h1><input id="new" autofocus></main>');
  page.frame([[22, "/users", null, false, true]]);
  assert.equal(page.document.activeElement, page.$("#new"));
});

test("a link to a place in the page, such as one that skips the menu, moves the focus there", () => {
  const page = openPage('<a href="#content">Skip</a><nav>n</nav><main id="content">x</main>');
  page.$("a").focus();
  page.frame([[22, "/start#content", null, false, true]]);
  assert.equal(page.document.activeElement, page.$("main"));
});

test("a navigation never takes the focus out of a field that is written in, nor within one page", () => {
  const page = openPage('<a href="/x">x</a><h1>x</h1><input>');
  page.$("input").focus();
  page.frame([[22, "/users", null, false, true]]);
  assert.equal(page.document.activeElement, page.$("input"));
  page.$("a").focus();
  page.frame([[22, "/users?page=2", null, false, true]]);
  page.frame([[22, "/people", null, false, false]]);
  assert.equal(page.document.activeElement, page.$("a"));
});

// jsdom moves in its history by a timer, and the page's timers are moved by hand.
const popped = (page) => page.clock.advance(0);

test("back and forward are told to the page with state and distance, and scroll nothing", () => {
  const page = openPage("");
  page.frame([[22, "/a", { n: 1 }, false, true]]);
  page.frame([[22, "/b", { n: 2 }, false, true]]);
  page.loads.length = 0;
  for (const delta of [-2, 1]) {
    page.window.history.go(delta);
    popped(page);
  }
  assert.deepEqual(page.sent(4).map((message) => message.slice(2)), [["/start", null, -2, 2], ["/a", { n: 1 }, 1, 2]]);
  assert.deepEqual(page.loads, []);
});

test("going back leaves scrolling to the browser, where nothing else is asked for", () => {
  const page = openPage("");
  page.frame([[22, "/a", null, false, true]]);
  page.loads.length = 0;
  page.window.history.back();
  popped(page);
  page.frame([[26, true], [26, false]]);
  assert.deepEqual(page.loads, []);
  assert.notEqual(page.window.history.scrollRestoration, "manual");
});

test("what is pushed while the page has not heard of a move is not shown: the move is the later one", () => {
  const page = openPage("");
  page.frame([[22, "/a", null, false, true]]);
  page.window.history.back();
  popped(page);
  page.frame([[22, "/b", null, false, true], [26, false]], 0);
  assert.equal(page.window.location.pathname, "/start");
  page.frame([[22, "/c", null, false, true], [26, false]], 1);
  assert.equal(page.window.location.pathname, "/c");
});

test("nor is it shown after a break, when the page has heard of the move since", () => {
  const page = openPage("<h1>x</h1>");
  page.frame([[22, "/a", null, false, true], [26, false]]);
  page.window.history.back();
  popped(page);
  page.loads.length = 0;
  page.$("[aria-live]").textContent = "";
  page.drop();
  page.clock.advance(300);
  page.welcome("p1", 1);
  page.frame([[22, "/b", null, false, true], [26, false]], 0);
  assert.equal(page.window.location.pathname, "/start");
  // What is shown for a moment is not where the visitor is: it is neither announced nor scrolled to.
  assert.equal(page.$("[aria-live]").textContent, "");
  assert.deepEqual(page.loads, []);
  page.frame([[26, true]], 1);
  page.frame([[26, false]], 1);
  assert.equal(page.$("[aria-live]").textContent, "/start");
});

test("a move says what had been shown when it was made", () => {
  const page = openPage("");
  page.frame([[22, "/a", null, false, true]]);
  page.frame([[22, "/b", null, false, true]]);
  page.drop();
  page.window.history.back();
  popped(page);
  page.clock.advance(300);
  page.welcome();
  page.frame([[26, false]]);
  assert.deepEqual(page.sent(4).map((message) => message.slice(2)), [["/a", null, -1, 2]]);
});

test("a page that is gone back to is announced, and its heading gets the focus, when it is there", () => {
  const page = openPage("<main><h1>x</h1></main>");
  page.frame([[22, "/a", null, false, true], [26, false]]);
  page.document.activeElement.blur();
  page.window.history.back();
  popped(page);
  page.frame([[26, true]], 1);
  assert.equal(page.$("[aria-live]").textContent, "/a");
  assert.equal(page.document.activeElement, page.document.body);
  page.frame([[26, false]], 1);
  assert.equal(page.$("[aria-live]").textContent, "/start");
  assert.equal(page.document.activeElement, page.$("h1"));
});

test("a page of a hash router is a page: announced, and with a hash of its own", () => {
  const page = openPage('<main><h1>x</h1><p id="part">p</p></main>', { url: "http://site.test/app#/" });
  page.frame([[22, "#/", null, true, false], [26, false]]);
  assert.equal(page.$("[aria-live]"), null);
  page.frame([[22, "#/one?a=1#part", null, false, true], [26, false]]);
  assert.equal(page.$("[aria-live]").textContent, "/app");
  assert.deepEqual(page.loads, [["scrollIntoView", "part"]]);
  page.$("[aria-live]").textContent = "";
  page.frame([[22, "#/one?a=2", null, false, true], [26, false]]);
  assert.equal(page.$("[aria-live]").textContent, "");
});

test("a move that the page asks for is told to it as any other", () => {
  const page = openPage("");
  page.frame([[22, "/a", null, false, true]]);
  page.frame([[23, -1]]);
  popped(page);
  page.frame([[23, 0]]);
  popped(page);
  assert.equal(page.window.location.pathname, "/start");
  assert.deepEqual(page.sent(4).map((message) => message.slice(2)), [["/start", null, -1, 2]]);
});

test("a state that was there before us stays, and the depth survives a reload", () => {
  const page = openPage("", { before: (window) => window.history.replaceState({ mine: 1 }, "") });
  assert.deepEqual(plain(page.window.history.state), { wayfare: 0, state: { mine: 1 } });
  assert.deepEqual(page.socket.sent[0][7], { mine: 1 });
  const again = openPage("", { before: (window) => window.history.replaceState({ wayfare: 4, state: "s" }, "") });
  again.frame([[22, "/a", null, false, true]]);
  assert.equal(again.window.history.state.wayfare, 5);
  assert.equal(again.socket.sent[0][7], "s");
});

test("an entry that the browser makes for a hash is a new one of unknown distance", () => {
  const page = openPage("");
  page.window.location.hash = "h";
  popped(page);
  assert.deepEqual(page.sent(4)[0].slice(2), ["/start#h", null, null, 0]);
  assert.equal(page.window.history.state.wayfare, 1);
});

test("moving without a connection loads what the address bar shows, in the end", () => {
  const page = openPage("");
  page.frame([[22, "/a", null, false, true]]);
  page.drop();
  page.window.history.back();
  popped(page);
  page.clock.advance(2_000);
  assert.deepEqual(page.loads.at(-1), ["reload"]);
});

test("what is a place in the page is gone to without a connection", () => {
  const page = openPage('<a href="#far">x</a>');
  page.frame([[22, "/a?b=1", null, false, true]]);
  page.drop();
  page.clock.advance(5_000);
  assert.ok(!click(page, "a").defaultPrevented);
  page.window.location.hash = "far";
  popped(page);
  page.window.history.back();
  popped(page);
  page.clock.advance(5_000);
  assert.deepEqual(page.loads.filter(([what]) => what === "reload"), []);
  page.welcome();
  assert.deepEqual(page.sent(4).map((message) => message[2]), ["/a?b=1#far", "/a?b=1"]);
});

test("a page of a hash router is no place in the page, and neither is another query", () => {
  for (const [one, other] of [["#/one", "#/two"], ["#/one?a=1", "#/one?a=2"], ["?a=1", "?a=2#x"]]) {
    const page = openPage("");
    page.frame([[22, one, null, false, true]]);
    page.frame([[22, other, null, false, true]]);
    page.drop();
    page.clock.advance(5_000);
    page.window.history.back();
    popped(page);
    page.clock.advance(0);
    assert.deepEqual(page.loads.at(-1), ["reload"]);
  }
});

test("where sockets are forbidden a place in the page is one, too", () => {
  const page = openPage("", {
    live: false,
    before(window) {
      window.WebSocket = class {
        constructor() {
          throw new Error("refused by policy");
        }
      };
    },
  });
  page.window.location.hash = "far";
  popped(page);
  assert.deepEqual(page.loads, []);
});

test("an entry that the browser refuses is loaded, unless it leads to another site", () => {
  const page = openPage("", {
    before(window) {
      const push = window.history.pushState;
      window.history.pushState = function (state, title, url) {
        if (url === "/much") throw new window.DOMException("too many entries", "SecurityError");
        push.call(this, state, title, url);
      };
    },
  });
  page.frame([[22, "/much", null, false, false]]);
  page.frame([[22, "//evil.test/x", null, false, false]]);
  assert.deepEqual(page.loads, [["assign", "http://site.test/much"]]);
  assert.equal(page.problems.length, 2);
});

test("only http and https are loaded", () => {
  const page = openPage("");
  page.frame([[24, "https://other.test/x"], [24, "/y"], [24, "javascript:alert(1)"], [24, "data:text/html,x"]]);
  assert.deepEqual(page.loads, [["assign", "https://other.test/x"], ["assign", "http://site.test/y"]]);
  assert.equal(page.problems.length, 2);
});

const preloads = (page) => page.sent(5).map((message) => message.slice(2));
const enter = (page, selector) =>
  page.$(selector).dispatchEvent(new page.window.MouseEvent("mouseover", { bubbles: true }));

test("a link that the pointer rests on is preloaded, once until the pointer has left it", () => {
  const page = openPage('<a href="/x"><b>x</b><i>y</i></a><a id="y" href="/y" preload="false">y</a><p>p</p>');
  enter(page, "b");
  page.clock.advance(19);
  assert.deepEqual(preloads(page), []);
  page.clock.advance(1);
  enter(page, "i");
  page.clock.advance(50);
  assert.deepEqual(preloads(page), [["/x", true]]);
  enter(page, "#y");
  enter(page, "p");
  page.clock.advance(50);
  assert.deepEqual(preloads(page), [["/x", true]]);
  enter(page, "#y");
  page.clock.advance(20);
  enter(page, "b");
  page.clock.advance(20);
  assert.deepEqual(preloads(page), [["/x", true], ["/y", false], ["/x", true]]);
});

test("a link that is followed at once need not be preloaded", () => {
  const page = openPage('<a href="/x">x</a>');
  enter(page, "a");
  click(page, "a");
  page.clock.advance(50);
  assert.deepEqual(preloads(page), []);
});

test("a link of a router that no address bar knows is not preloaded by the page's", () => {
  for (const [names, expected] of [["click:l", 0], ["input click:p,l,d30", 0], ["click:p", 1], ["click input:l", 1]]) {
    const page = openPage(`<a data-w="2" data-on="${names}" href="/x">x</a>`);
    page.$("a").focus();
    assert.equal(preloads(page).length, expected);
  }
});

test("a link that is touched or gets the focus is preloaded at once", () => {
  const page = openPage('<a href="/x">x</a><a id="y" href="/y">y</a>');
  page.$("a").focus();
  assert.deepEqual(preloads(page), [["/x", true]]);
  page.clock.advance(20);
  page.$("#y").dispatchEvent(new page.window.Event("touchstart", { bubbles: true }));
  assert.deepEqual(preloads(page), [["/x", true], ["/y", true]]);
});

test("of many links that get the focus at once the first is preloaded, and the one where it rests", () => {
  const page = openPage([...Array(500).keys()].map((n) => `<a href="/${n}">${n}</a>`).join(""));
  for (const link of page.document.querySelectorAll("a")) link.focus();
  page.clock.advance(100);
  assert.deepEqual(preloads(page), [["/0", true], ["/499", true]]);
});

test("a link that is too long for the page is the browser's, and preloads nothing", () => {
  const page = openPage(`<a href="/${"x".repeat(99)}">x</a><a id="y" href="/${"y".repeat(100)}">y</a>`, { live: false });
  page.welcome("p1", 0, { url: 100 });
  page.$("#y").focus();
  assert.ok(!click(page, "#y").defaultPrevented);
  assert.deepEqual([preloads(page), navigations(page)], [[], []]);
  page.clock.advance(20);
  assert.ok(click(page, "a").defaultPrevented);
});

test("a hash that is too long for the page is not told to it", () => {
  const page = openPage("", { url: `http://site.test/start?a=1#${"h".repeat(9_000)}` });
  assert.equal(page.socket.sent[0][6], "/start?a=1");
  page.frame([[22, "/a", null, false, true]]);
  page.window.history.back();
  popped(page);
  assert.deepEqual(page.sent(4).map((message) => message[2]), ["/start?a=1"]);
});

test("nothing is written to a socket that is closing", () => {
  const page = openPage('<a href="/x">x</a>');
  page.socket.readyState = 2;
  const before = page.socket.sent.length;
  click(page, "a");
  page.$("a").focus();
  assert.equal(page.socket.sent.length, before);
  page.drop();
  page.clock.advance(300);
  page.welcome();
  assert.deepEqual(navigations(page), [["/x", false, true, null]]);
});

test("preloading can be switched off, and waits for no connection", () => {
  const page = openPage('<a href="/x">x</a>', { meta: 'data-preload="none"' });
  page.$("a").focus();
  assert.deepEqual(preloads(page), []);
  const broken = openPage('<a href="/x">x</a>');
  broken.drop();
  broken.$("a").focus();
  broken.clock.advance(300);
  broken.welcome();
  assert.deepEqual(preloads(broken), []);
});

test("closing the window asks first while a guard is set and something was typed", () => {
  const page = openPage("<input>");
  const leave = () => {
    const event = new page.window.Event("beforeunload", { cancelable: true });
    page.window.dispatchEvent(event);
    return event.defaultPrevented;
  };
  page.frame([[30, true]]);
  assert.ok(!leave());
  page.$("input").dispatchEvent(new page.window.Event("input", { bubbles: true }));
  assert.ok(leave());
  page.frame([[22, "/start?q=1", null, true, false]]);
  assert.ok(leave());
  page.frame([[30, false]]);
  assert.ok(!leave());
  page.frame([[30, true], [22, "/elsewhere", null, false, true]]);
  assert.ok(!leave());
});
