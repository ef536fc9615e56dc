/**
 * A page in jsdom, with the client that ships and a server that the test plays.
 */
import { readFileSync } from "node:fs";
import { JSDOM, VirtualConsole } from "jsdom";

const CLIENT = readFileSync(new URL("../../src/wayfare/server/static/client.js", import.meta.url), "utf-8");

/** Time that a test moves by hand. */
class Clock {
  now = 1_000_000;
  /** @type {Map<number, { at: number, run: () => void }>} */
  timers = new Map();
  next = 1;

  /** @param {() => void} fn @param {number} delay @param {any[]} args */
  set = (fn, delay = 0, ...args) => {
    this.timers.set(this.next, { at: this.now + delay, run: () => fn(...args) });
    return this.next++;
  };

  /** @param {number} id */
  clear = (id) => void this.timers.delete(id);

  /** Run what is due in the next `ms` milliseconds, in order. @param {number} ms */
  advance(ms) {
    const end = this.now + ms;
    for (;;) {
      const due = [...this.timers].filter(([, timer]) => timer.at <= end).sort((a, b) => a[1].at - b[1].at)[0];
      if (!due) break;
      this.timers.delete(due[0]);
      this.now = Math.max(this.now, due[1].at);
      due[1].run();
    }
    this.now = end;
  }
}

/**
 * @param {string} body
 * @param {{ meta?: string, url?: string, head?: string, live?: boolean, before?: (window: any) => void }} [options]
 */
export function openPage(body, { meta = "", url = "http://site.test/start", head = "", live = true, before } = {}) {
  const problems = [];
  const console = new VirtualConsole();
  console.on("error", (...args) => problems.push(args));
  console.on("warn", (...args) => problems.push(args));
  console.on("jsdomError", (error) => {
    if (!/Not implemented/.test(error.message)) problems.push([error]);
  });
  const html = `<!doctype html><html><head><meta name="wayfare" content="p1" ${meta}>${head}</head><body>${body}</body></html>`;
  const dom = new JSDOM(html, { url, runScripts: "outside-only", pretendToBeVisual: false, virtualConsole: console });
  const { window } = dom;
  const clock = new Clock();
  const sockets = [];
  const fetches = [];
  const loads = [];
  class Socket {
    constructor(url) {
      this.url = url;
      this.sent = [];
      this.closed = false;
      this.readyState = 1;
      sockets.push(this);
    }
    send(text) {
      this.sent.push(JSON.parse(text));
    }
    close() {
      this.closed = true;
    }
  }
  Object.assign(window, {
    WebSocket: Socket,
    setTimeout: clock.set,
    clearTimeout: clock.clear,
    TextEncoder,
    scrollTo: (x, y) => loads.push(["scrollTo", x, y]),
    fetch: (url, init) => new Promise((resolve, reject) => fetches.push({ url: String(url), init, resolve, reject })),
  });
  window.Date.now = () => clock.now;
  Object.defineProperty(window.document, "hidden", { value: false, configurable: true });
  window.Element.prototype.scrollIntoView = function () {
    loads.push(["scrollIntoView", this.id]);
  };
  before?.(window);
  // The client's own loads go through these names; jsdom can't navigate and doesn't let location be replaced.
  const code = CLIENT.replaceAll("location.assign(", "__assign(").replaceAll("location.reload(", "__reload(");
  window.__assign = (target) => loads.push(["assign", String(target)]);
  window.__reload = () => loads.push(["reload"]);
  window.eval(`(() => { ${code} })()`);
  const page = {
    window,
    document: window.document,
    clock,
    sockets,
    fetches,
    loads,
    problems,
    seq: 0,
    get socket() {
      return sockets[sockets.length - 1];
    },
    /** The messages of one opcode on the newest socket. */
    sent: (op) => page.socket.sent.filter((message) => message[1] === op),
    /** Open the newest socket and take the client in. */
    welcome(id = "p1", ack = 0, limits = {}) {
      page.socket.onopen();
      page.raw([0, ack, [[20, id, { queue: 200, message: 65536, heartbeat: 25000, ...limits }]]]);
    },
    raw: (frame) => page.socket.onmessage({ data: JSON.stringify(frame) }),
    /** Send the next numbered frame. */
    frame: (ops, ack = 0) => page.raw([++page.seq, ack, ops]),
    /** The connection breaks. */
    drop: (code = 1006) => page.socket.onclose({ code }),
    $: (selector) => window.document.querySelector(selector),
    get html() {
      const copy = window.document.body.cloneNode(true);
      for (const element of copy.querySelectorAll("*")) {
        for (const name of ["data-w", "data-on"]) element.removeAttribute(name);
      }
      return copy.innerHTML.replace(/<!--(?:w\d+|\/|\?)-->/g, "");
    },
  };
  if (live) page.welcome();
  return page;
}
