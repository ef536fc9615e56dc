/**
 * Where the client begins: takes over the page that the server rendered.
 *
 * The first HTML is finished and works by itself. From here on it is live: what changes arrives in frames, each
 * applied whole and in order.
 */
import { choose } from "./attributes.js";
import { report } from "./diagnostics.js";
import { forgetWaiting, flush, reportTyped, startEvents, watch, watchTemplate } from "./events.js";
import { startForms } from "./forms.js";
import { go } from "./going.js";
import { setHead } from "./head.js";
import { morph } from "./morph.js";
import {
  arrive,
  historyState,
  load,
  push,
  scrollPage,
  setGuard,
  setRouting,
  startNavigation,
  turnsPage,
} from "./navigate.js";
import { applyPatch } from "./patch.js";
import { Slot, placeOf, scan } from "./places.js";
import * as OP from "./protocol.js";
import { isLive, reload, start, welcome } from "./socket.js";
import { forgetTemplates, namespaceIn, parse } from "./templates.js";
import { startTurning } from "./turning.js";
import { beginFrame, endFrame, forgetTyping } from "./typing.js";

/** The slot that holds the whole page. */
const ROOT = 1;

/** Whether the page has been told what was typed before it was there. */
let attached = false;

/** @type {Record<number, (...fields: any[]) => void>} */
const PAGE_OPS = {
  [OP.WELCOME]: welcome,
  [OP.FRESH]: (html, title) => merge(html, title),
  [OP.PUSH]: push,
  [OP.GO]: go,
  [OP.SCROLL]: scrollPage,
  [OP.LOAD]: load,
  [OP.HEAD]: setHead,
  [OP.ROUTING]: setRouting,
  [OP.NOTICE]: (code, text) => report("app", code, text),
  [OP.RELOAD]: reload,
  [OP.PONG]: () => {},
  [OP.GUARD]: setGuard,
};

/**
 * Apply a frame.
 *
 * @param {any[][]} ops
 * @param {number} ack  what the page had handled when it made the frame
 */
function apply(ops, ack) {
  beginFrame(ack);
  let built = false;
  for (const op of ops) {
    const pageOp = PAGE_OPS[op[0]];
    if (pageOp) pageOp(...op.slice(1));
    else applyPatch(op);
    if (op[0] === OP.TEMPLATE) watchTemplate(op[2]);
    built ||= op[0] === OP.CONTENT || op[0] === OP.LIST;
  }
  if (built) choose();
  endFrame();
  arrive();
  if (!attached && isLive()) tellTyped();
}

/** What the page that is shown has to know of. */
function tellTyped() {
  attached = true;
  reportTyped();
}

/** Another page than before is about to be shown: what was so of that one is not. */
function restart() {
  setRouting(false);
  setGuard(false);
}

/**
 * Merge a fresh render into what is shown.
 *
 * @param {string} html
 * @param {string} title
 */
function merge(html, title) {
  forgetTemplates();
  forgetTyping();
  forgetWaiting();
  const root = placeOf(ROOT, Slot);
  const parent = /** @type {Node} */ (root.start.parentNode);
  const after = /** @type {ChildNode | null} */ (root.end.nextSibling);
  morph(parent, root.start, after, parse(html, namespaceIn(parent)));
  if (title) document.title = title;
  read();
  tellTyped();
}

/** Learn the places of the page that is shown. */
function read() {
  const problems = scan(document.body);
  if (problems.length) {
    const which = problems.slice(0, 5).join(", ");
    report("app", "html", `The browser has moved ${which}. Has a table its tbody?`);
  }
  watch();
  choose();
}

function boot() {
  const meta = /** @type {HTMLMetaElement | null} */ (document.querySelector('meta[name="wayfare"]'));
  if (!meta) return;
  const { socket = "/_wayfare/socket", base = "", actionBase = "/_server", preload, scroll, transitions } = meta.dataset;
  const links = /** @type {"all" | "explicit" | "none"} */ (meta.dataset.links || "all");
  const url = new URL(socket, document.baseURI);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  read();
  startEvents();
  startNavigation({ base, links, preload: preload !== "none", scroll: scroll === "restore" });
  startForms(actionBase);
  if (transitions && "startViewTransition" in document) startTurning();
  start({ url: url.href, page: meta.content, historyState, turnsPage, apply, flush, restart });
}

boot();
