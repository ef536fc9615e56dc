/**
 * The conversation with the page: one socket, numbered messages, and what happens when it breaks.
 *
 *   closed ──connect──► waiting for WELCOME ──► live ──break──► closed, and again after a growing pause
 *
 * What carries a number is kept until the page has acknowledged it and is sent again after a break; what the page
 * sends is applied once and in order.
 */
import * as OP from "./protocol.js";
import { report } from "./diagnostics.js";
import { inTurn } from "./turning.js";

/**
 * @typedef {object} Options
 * @property {string} url  of the socket
 * @property {string} page  the page id
 * @property {() => unknown} historyState  the state of the current history entry, as the page gave it
 * @property {(ops: any[][]) => boolean} turnsPage  whether these show another page
 * @property {(ops: any[][], ack: number) => void} apply
 * @property {() => void} flush  send what is being held back
 * @property {() => void} restart  forget how the page before was
 */

/** @typedef {{ n: number, op: number, fields: unknown[], sent: boolean }} Kept */

/** How long something the visitor did waits for a connection before the browser does it by itself. */
export const PATIENCE_MS = 2_000;
const CONNECT_MS = 10_000;
const PONG_MS = 10_000;
/** After the computer slept or the tab came back, a dead connection should be noticed soon. */
const QUICK_PONG_MS = 3_000;
/** A connection that has lived so long was a good one: the pauses begin anew. */
const STEADY_MS = 5_000;
const ACK_MS = 1_000;
const ACK_FRAMES = 16;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 20_000;
/** Fresh renders asked for because a patch did not fit, before the document is loaded again. */
const MAX_FRESH = 3;
/** Times in a row that we come back to a server that can't make the page, before the document is loaded again. */
const MAX_FAILURES = 7;
const OPEN = 1;
const POLICY = 1008;
const TOO_BIG = 1009;
/** The document is not loaded again, by the page's will, sooner than that. */
const RELOAD_MS = 10_000;
const PLAIN = "Links and forms work as plain HTML.";

/** How JSON writes half of a surrogate pair, behind an even number of backslashes. */
const LONE = /(?<!\\)((?:\\\\)*)\\ud[89a-f]../g;

/** @type {Options} */
let options;
/** @type {WebSocket | null} */
let socket = null;
let live = false;
let stopped = false;
let downSince = 0;
let liveSince = 0;
/** Times in a row that the server has closed because of what we said. */
let refusals = 0;
/** Times in a row that the server could not make the page. */
let failures = 0;
let attempts = 0;
let page = "";
let seq = 0;
let acknowledged = 0;
let lastNumber = 0;
let wantsFresh = false;
let freshAsked = 0;
/** @type {Kept[]} */
let kept = [];
/** Moves that the page had not handled when it made what is shown. @type {Kept[]} */
let moves = [];
/** The link that was followed last, until the page that it leads to is shown. @type {Kept | null} */
let following = null;
/** The highest message that the page had handled when it made a frame that has come. */
let heard = 0;
let limits = { queue: 200, message: 65_536, url: 8_192, heartbeat: 25_000 };
/** @type {number | undefined} */
let retryTimer;
/** @type {number | undefined} */
let beatTimer;
/** @type {number | undefined} */
let ackTimer;

/** So that a copied tab, which has the same page id, is told apart. */
const client = randomId();

/** @returns {string} what nobody can guess */
export function randomId() {
  return [...crypto.getRandomValues(new Uint32Array(5))].map((part) => part.toString(36)).join("");
}

export function isLive() {
  return live;
}

export function pageId() {
  return page;
}

/** @returns {(number | null)[]} the moves that the page had not handled when it made what is shown: how far each went */
export function unheardMoves() {
  return moves.map(({ fields }) => /** @type {number | null} */ (fields[2]));
}

/**
 * Whether the page takes a URL.
 *
 * @param {string} url
 */
export function fits(url) {
  return url.length <= limits.url;
}

/** @returns {string} what the address bar shows; without a hash that is longer than a page takes */
export function here() {
  const { pathname, search, hash } = location;
  const url = pathname + search + hash;
  return fits(url) ? url : pathname + search;
}

/** @returns {number} the number of the last frame that has been applied */
export function applied() {
  return seq;
}

/** @returns {number} milliseconds without a connection; 0 while there is one, Infinity where there will be none */
export function downFor() {
  if (stopped) return Infinity;
  return live ? 0 : Date.now() - downSince;
}

/** @param {Options} given */
export function start(given) {
  options = given;
  page = given.page;
  downSince = Date.now();
  show("connecting");
  document.addEventListener("visibilitychange", () => {
    hint(OP.VISIBLE, !document.hidden);
    if (!document.hidden) wake();
  });
  addEventListener("online", wake);
  addEventListener("offline", wake);
  addEventListener("pagehide", () => {
    // An open socket would keep the page out of the browser's back/forward cache.
    options.flush();
    drop();
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) wake();
  });
  connect();
}

/** @param {"connecting" | "live" | "offline" | "reconnecting"} status */
function show(status) {
  document.documentElement.dataset.wayfare = status;
}

/** Something suggests that now is a good time to be connected. */
function wake() {
  if (stopped || !options) return;
  if (live) beat(QUICK_PONG_MS);
  else if (!socket) {
    attempts = 0;
    connect();
  }
}

function connect() {
  clearTimeout(retryTimer);
  if (stopped || socket) return;
  /** @type {WebSocket} */
  let opened;
  try {
    opened = new WebSocket(options.url);
  } catch (error) {
    return stop(`No socket can be opened. ${PLAIN}`, error);
  }
  socket = opened;
  opened.onopen = () => {
    write(0, OP.HELLO, [OP.VERSION, page, seq, lastNumber, here(), options.historyState(), wantsFresh, client]);
  };
  opened.onmessage = (event) => receive(opened, event.data);
  opened.onclose = (event) => {
    if (socket === opened) lost(event.code);
  };
  beatTimer = setTimeout(() => lost(0), CONNECT_MS);
}

/** Close the socket from our side. */
function drop() {
  const closing = socket;
  clearTimeout(beatTimer);
  clearTimeout(ackTimer);
  clearTimeout(retryTimer);
  ackTimer = undefined;
  socket = null;
  if (live) {
    live = false;
    downSince = Date.now();
    if (downSince - liveSince > STEADY_MS) attempts = 0;
  }
  closing?.close();
}

/** @param {number} code  0: we gave up on it */
function lost(code) {
  drop();
  if (code === POLICY || code === TOO_BIG) {
    if (++refusals > 1) {
      // One of our messages can't be taken, and would be refused for ever: go on with a fresh page, without them.
      report("wayfare", "refused", "What was done last is refused.");
      page = "";
      kept = [];
      following = null;
    }
  }
  if (code === OP.CLOSE_REFUSED) stop(`The server refuses the socket. ${PLAIN}`);
  else if (code === OP.CLOSE_REPLACED) stop(`The page is live elsewhere. ${PLAIN}`);
  else if (code === OP.CLOSE_VERSION) reload();
  else if (code === OP.CLOSE_FAILED && ++failures > MAX_FAILURES) reload();
  else retry();
}

function retry() {
  show(navigator.onLine === false ? "offline" : "reconnecting");
  const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempts++);
  retryTimer = setTimeout(connect, pause * (0.5 + Math.random() / 2));
}

/**
 * @param {string} why
 * @param {unknown} [detail]
 */
function stop(why, detail) {
  stopped = true;
  show("offline");
  report("network", "stopped", why, detail);
}

/** Load the document again, but never in a circle. */
export function reload() {
  const now = Date.now();
  let last = now;
  try {
    last = Number(sessionStorage.wayfare || 0);
    sessionStorage.wayfare = now;
  } catch {
    // Without storage there is no telling a circle: the page stays as it is, and says so.
  }
  if (now - last < RELOAD_MS) stop(`Loaded again too often. ${PLAIN}`);
  else location.reload();
}

/**
 * @param {number} n
 * @param {number} op
 * @param {unknown[]} fields
 */
function write(n, op, fields) {
  // Half a character, as a script can make it, is no Unicode, and the server would refuse it.
  if (socket?.readyState === OPEN) socket.send(JSON.stringify([n, op, ...fields]).replace(LONE, "$1\ufffd"));
}

/**
 * Send a message that must arrive: now, or after the next WELCOME.
 *
 * @param {number} op
 * @param {...unknown} fields
 * @returns {number} its number; 0 where it can't be taken
 */
export function send(op, ...fields) {
  const text = JSON.stringify(fields);
  const size = text.length * 3 > limits.message ? new TextEncoder().encode(text).length : 0;
  if (size > limits.message) {
    report("app", "message-size", `${size} bytes are not sent: the limit is ${limits.message}.`);
    return 0;
  }
  if (stopped || kept.length >= limits.queue) {
    report("network", "queue-full", "No connection: what was done last is not sent.");
    return 0;
  }
  const message = { n: ++lastNumber, op, fields, sent: false };
  kept.push(message);
  if (op === OP.MOVED) moves.push(message);
  if (op === OP.MOVED || op === OP.NAVIGATE) following = op === OP.NAVIGATE ? message : null;
  if (live) transmit(message);
  return lastNumber;
}

/** @param {Kept} message */
function transmit(message) {
  message.sent = true;
  write(message.n, message.op, message.fields);
}

/**
 * Take back a message, if it has never been sent; those after it have not either, and move up.
 *
 * @param {number} n
 */
export function unsend(n) {
  const at = kept.findIndex((message) => message.n === n && !message.sent);
  if (at < 0) return;
  const [taken] = kept.splice(at, 1);
  moves = moves.filter((message) => message !== taken);
  if (following === taken) following = null;
  for (const message of kept.slice(at)) message.n--;
  lastNumber--;
}

/**
 * Send a message that is worth nothing later.
 *
 * @param {number} op
 * @param {...unknown} fields
 */
export function hint(op, ...fields) {
  if (live) write(0, op, fields);
}

/**
 * @param {WebSocket} from
 * @param {string} data
 */
function receive(from, data) {
  if (socket !== from) return;
  beatSoon();
  /** @type {Parameters<typeof takeFrame>} */
  let frame;
  try {
    frame = JSON.parse(data);
  } catch (error) {
    return askFresh(error);
  }
  inTurn(
    () => options.turnsPage(frame[2]),
    () => {
      if (socket === from) takeFrame(...frame);
    },
  );
}

/**
 * @param {number} number
 * @param {number} ack
 * @param {any[][]} ops
 */
function takeFrame(number, ack, ops) {
  kept = kept.filter((message) => message.n > ack);
  const fresh = ops.find((op) => op[0] === OP.FRESH);
  if (fresh) restart(fresh[3]);
  else if (number && number <= seq) return;
  else if (number > seq + 1) return lost(0);
  // The acknowledgement in a WELCOME or PONG runs ahead of the frames that are still to come.
  const known = number || !ops.length ? ack : 0;
  heard = Math.max(heard, known);
  moves = moves.filter(({ n }) => n > heard);
  if (following && following.n <= heard && ops.some((op) => op[0] === OP.ROUTING && !op[1])) following = null;
  try {
    options.apply(ops, known);
  } catch (error) {
    return askFresh(error);
  }
  if (!number && !fresh) return;
  refusals = 0;
  seq = number;
  wantsFresh = false;
  if (fresh) acknowledged = seq;
  if (seq - acknowledged >= ACK_FRAMES) acknowledge();
  else ackTimer ??= setTimeout(acknowledge, ACK_MS);
}

function acknowledge() {
  clearTimeout(ackTimer);
  ackTimer = undefined;
  if (!live) return;
  acknowledged = seq;
  hint(OP.ACK, seq);
}

/**
 * The page has taken us in.
 *
 * @param {string} id
 * @param {typeof limits} given
 */
export function welcome(id, given) {
  limits = { ...limits, ...given };
  restart(id);
  failures = 0;
  live = true;
  liveSince = Date.now();
  show("live");
  kept.forEach(transmit);
  if (document.hidden) hint(OP.VISIBLE, false);
}

/**
 * Go on with the page `id`. Another page than before knows nothing of our numbers, and its places are not those
 * our events were for; a link that was followed is still to be followed.
 *
 * @param {string} id
 */
function restart(id) {
  if (id === page) return;
  page = id;
  seq = acknowledged = lastNumber = heard = 0;
  moves = [];
  // Handled, but not carried out, where a navigation is still under way.
  const routing = document.documentElement.hasAttribute("data-wayfare-routing");
  const followed = following && (routing || kept.includes(following)) ? following : null;
  // What is in the fields is still there, and will be told to the new page.
  if (kept.some(({ op, fields }) => op === OP.EVENT && fields[1] !== "input" && fields[1] !== "change")) {
    report("network", "lost", "The server has begun anew. What was done last may be lost.");
  }
  kept = [];
  following = null;
  options.restart();
  if (followed) send(OP.NAVIGATE, ...followed.fields);
}

/**
 * A patch did not fit what is shown: ask for everything.
 *
 * @param {unknown} error
 */
function askFresh(error) {
  report("wayfare", "patch", "A change does not fit what is shown.", error);
  if (++freshAsked > MAX_FRESH) {
    drop();
    reload();
    return;
  }
  wantsFresh = true;
  lost(0);
}

/** A silence begins. */
function beatSoon() {
  clearTimeout(beatTimer);
  beatTimer = setTimeout(() => beat(PONG_MS), limits.heartbeat);
}

/** @param {number} patience  milliseconds to wait for an answer */
function beat(patience) {
  clearTimeout(beatTimer);
  hint(OP.PING);
  beatTimer = setTimeout(() => lost(0), patience);
}
