/**
 * Links, the address bar, and where the visitor is after a navigation.
 *
 * The page decides where to go; the browser's part is to notice that a link was followed or is about to be, and
 * to show what the page has decided. A click never does nothing: without a connection the browser follows it.
 */
import { report } from "./diagnostics.js";
import { flush } from "./events.js";
import { ended, hasNext, passed, stay } from "./going.js";
import * as OP from "./protocol.js";
import { leaving, moved, pushed, settle, settleRest, startScrolling } from "./scrolling.js";
import { PATIENCE_MS, applied, downFor, fits, here, hint, isLive, send, unheardMoves, unsend } from "./socket.js";
import { isEdited, setEdited } from "./typing.js";

/**
 * @typedef {object} LinkOptions
 * @property {string} base  path under which the page lives; empty for all of the site
 * @property {"all" | "explicit" | "none"} links  which links are the page's
 * @property {boolean} preload  whether hovering a link preloads
 * @property {boolean} scroll  whether scroll positions are brought back
 */

const HOVER_MS = 20;
/** The key of a history entry's depth; beside it stands the entry's state exactly as the page gave it. */
const KEY = "wayfare";
/** Browsers keep no more entries than that. */
const MAX_LENGTH = 50;

/** @type {LinkOptions} */
let site;
let depth = 0;
/** The current entry as the browser counts, which tells of those that it makes by itself. @type {number} */
let index;
/** @type {string | undefined} */
let key;
let guarded = false;
/** Which page is shown. */
let shown = "";
/** What the address bar shows, without a hash that is only a place in the page. */
let place = "";
/** What the navigation that is being shown asks for. @type {{ scroll: boolean } | null} */
let arriving = null;
let arrived = false;
/** @type {number | undefined} */
let hoverTimer;
/** @type {Element | null} */
let hovered = null;
/** When a link was last preloaded. */
let preloaded = 0;
/** @type {HTMLElement | null} */
let announcer = null;

/** @param {LinkOptions} given */
export function startNavigation(given) {
  site = given;
  const known = isOurs(history.state);
  // As far as it is known: entries of other documents of this tab have depths of their own.
  depth = known ? history.state[KEY] : history.length - 1;
  if (!known) stamp();
  note();
  passed();
  shown = pageAt(location);
  place = placeIn(location);
  if (site.scroll) startScrolling(known);
  // On the window, so that handlers of the page and of other scripts have had their say.
  addEventListener("click", onClick);
  addEventListener("popstate", onPopState);
  // A document that is brought back by the browser is where the visitor wants to be.
  addEventListener("pagehide", stay);
  addEventListener("beforeunload", (event) => {
    if (guarded && isEdited()) event.preventDefault();
  });
  if (!site.preload) return;
  document.addEventListener("mouseover", (event) => hover(event, HOVER_MS));
  document.addEventListener("focusin", (event) => hover(event, 0));
  document.addEventListener("touchstart", (event) => hover(event, 0), { passive: true });
}

/**
 * @param {unknown} state
 * @returns {state is { wayfare: number, state: unknown }}
 */
function isOurs(state) {
  return typeof state === "object" && state !== null && typeof (/** @type {any} */ (state)[KEY]) === "number";
}

/** @returns {unknown} the current history entry's state, as the page gave it */
export function historyState() {
  return isOurs(history.state) ? history.state.state : history.state;
}

/** @returns {number} how far the current history entry is from the first one */
export function currentDepth() {
  return depth;
}

/**
 * The page that an address is of: its path. A hash router has it behind the "#".
 *
 * @param {{ pathname: string, hash: string }} url
 */
function pageAt({ pathname, hash }) {
  return pathname + (/^#\/([^?#]*)/.exec(hash)?.[1] ?? "");
}

/** @param {Location} url */
function placeIn({ pathname, search, hash }) {
  return pathname + search + (hash.startsWith("#/") ? hash : "");
}

/** @param {boolean} value  whether the page has before-leave listeners */
export function setGuard(value) {
  guarded = value;
}

/**
 * The link of the page that an event happened in.
 *
 * @param {Event} event
 * @returns {{ link: Element, url: URL } | null}
 */
function linkOf(event) {
  const link = event.composedPath().find((node) => node instanceof Element && node.localName === "a");
  if (!(link instanceof Element) || site.links === "none") return null;
  if (site.links === "explicit" && !link.hasAttribute("link")) return null;
  const href = link.getAttribute("href") ?? link.getAttribute("xlink:href");
  if (link.getAttribute("target") || link.hasAttribute("download")) return null;
  if (href === null && !link.hasAttribute("state")) return null;
  // A link that no address bar knows leads to another place than its address says.
  if (/(^| )click:(\S*,)?l(,|\s|$)/.test(link.getAttribute("data-on") || "")) return null;
  if ((link.getAttribute("rel") || "").split(/\s+/).includes("external")) return null;
  /** @type {URL} */
  let url;
  try {
    url = new URL(href ?? "", document.baseURI);
  } catch {
    return null;
  }
  return url.origin === location.origin && isBelow(url.pathname, site.base) ? { link, url } : null;
}

/**
 * Whether a path is the base or below it, by whole segments and whatever the case.
 *
 * @param {string} path
 * @param {string} base
 */
export function isBelow(path, base) {
  const wanted = base.toLowerCase().replace(/\/+$/, "");
  const given = path.toLowerCase();
  return given === wanted || given.startsWith(`${wanted}/`);
}

/**
 * Whether a click is one that follows a link here; others open tabs and windows, or download.
 *
 * @param {Event} event
 */
export function isPlain(event) {
  const { button, metaKey, altKey, ctrlKey, shiftKey } = /** @type {MouseEvent} */ (event);
  return !(button || metaKey || altKey || ctrlKey || shiftKey);
}

/** @param {MouseEvent} event */
function onClick(event) {
  if (event.defaultPrevented || !isPlain(event)) return;
  const found = linkOf(event);
  if (!found || downFor() > PATIENCE_MS) return;
  const { link, url } = found;
  const path = url.pathname + url.search + url.hash;
  if (!fits(path)) return;
  const given = link.getAttribute("state");
  let state = null;
  try {
    state = given ? JSON.parse(given) : null;
  } catch {
    report("app", "link-state", `The state of a link is no JSON: ${given}`, link);
  }
  clearTimeout(hoverTimer);
  flush();
  const n = send(OP.NAVIGATE, path, link.hasAttribute("replace"), !link.hasAttribute("noscroll"), state);
  if (!n) return;
  event.preventDefault();
  orElse(n, () => location.assign(url.href));
}

/**
 * Do it the browser's way if there is no connection in time.
 *
 * @param {number} n  the message that says it to the page
 * @param {() => void} plainly
 */
function orElse(n, plainly) {
  if (isLive()) return;
  setTimeout(
    () => {
      if (isLive()) return;
      unsend(n);
      plainly();
    },
    Math.max(0, PATIENCE_MS - downFor()),
  );
}

/** Note the depth of an entry that the browser, or another script, has made. */
function stamp() {
  history.replaceState({ [KEY]: depth, state: history.state }, "");
}

/** What the browser says of the current entry, where it has the Navigation API. */
function entry() {
  return /** @type {any} */ (window).navigation?.currentEntry;
}

/** Note which entry is current. */
function note() {
  index = entry()?.index ?? history.length;
  key = entry()?.key;
}

/** How far the browser is from the entry that was noted: 0 where the current one is in its place. */
function stepped() {
  const now = entry();
  if (now) return now.key === key ? 0 : now.index - index || 1;
  // Where the number of entries does not tell, a new one is likelier.
  return Number(history.length !== index || index >= MAX_LENGTH || hasNext());
}

/** @param {PopStateEvent} event */
function onPopState(event) {
  const step = isOurs(event.state) ? event.state[KEY] - depth : stepped();
  // An entry that the browser made, for a hash typed into the address bar: on top of ours, or in its place.
  const made = !isOurs(event.state) && step >= 0;
  if (!made) leaving();
  depth += made ? Math.min(step, 1) : step;
  if (!isOurs(event.state)) stamp();
  note();
  if (!made) moved();
  else if (step) {
    pushed();
    ended();
  } else stay();
  flush();
  const before = place;
  place = placeIn(location);
  // A place in the page is there without a connection, too.
  const isNear = place === before && !isLive();
  if (!isNear || downFor() < Infinity) {
    const n = tellPlace(made ? null : step);
    if (n && !isNear) orElse(n, () => location.reload());
    else if (!isNear) location.reload();
  }
  if (!made) passed();
}

/**
 * Tell the page where the browser is.
 *
 * @param {number | null} delta  from the entry that was told last; null for one that was not there
 */
export function tellPlace(delta) {
  return send(OP.MOVED, here(), historyState(), delta, applied());
}

/** @param {string} url */
export function load(url) {
  const target = new URL(url, document.baseURI);
  if (target.protocol === "http:" || target.protocol === "https:") location.assign(target.href);
  else report("app", "load", `${target.protocol} is neither http nor https.`);
}

/**
 * A navigation has been committed: show it in the address bar. What comes with it follows in `arrive`.
 *
 * @param {string} url
 * @param {unknown} state
 * @param {boolean} replace
 * @param {boolean} scroll
 */
export function push(url, state, replace, scroll) {
  // The visitor went back or forward in the meantime: the page is about to hear of it, and knows what we passed over.
  if (unheardMoves().length) return;
  arriving = { scroll };
  if (!replace) {
    depth++;
    pushed();
    ended();
  } else stay();
  try {
    history[replace ? "replaceState" : "pushState"]({ [KEY]: depth, state }, "", url);
  } catch (error) {
    // Too many entries in a short time, or a state too large: browsers have limits of their own.
    report("app", "history", `The browser refuses an entry for ${url}.`, error);
    if (new URL(url, document.baseURI).origin === location.origin) load(url);
  }
  note();
  place = placeIn(location);
}

/** @param {boolean} value  whether a navigation is under way */
export function setRouting(value) {
  document.documentElement.toggleAttribute("data-wayfare-routing", value);
  arrived = !value;
}

/**
 * Whether a frame brings another page than the one that is shown.
 *
 * @param {any[][]} ops
 */
export function turnsPage(ops) {
  const push = ops.find((op) => op[0] === OP.PUSH);
  const to = push ? new URL(push[1], document.baseURI) : location;
  return pageAt(to) !== shown && ops.some((op) => op[0] === OP.ROUTING && !op[1]);
}

/** A frame has been applied: go where the visitor expects to be after a navigation. */
export function arrive() {
  // What the address bar shows is another page's: it arrives when the page has heard of the move.
  if (unheardMoves().length) arrived = false;
  if (!arriving && !arrived) return settleRest();
  const { scroll } = arriving || { scroll: true };
  // Behind the path, where a hash router has its own.
  const target = arriving && named(location.hash.replace(/^#(\/[^#]*#?)?/, ""));
  if (target) target.scrollIntoView();
  else if (arriving && scroll) scrollTo(0, 0);
  arriving = null;
  arrived = false;
  settle();
  const before = shown;
  shown = pageAt(location);
  if (before !== shown) {
    setEdited(false);
    announce(document.title || location.pathname);
  }
  if (target || (before !== shown && scroll)) focusOn(target);
}

/**
 * Go where a navigation leads that leaves the address bar alone.
 *
 * @param {string} part  the id of an element; the top where there is none
 */
export function scrollPage(part) {
  const target = named(part);
  if (target) target.scrollIntoView();
  else scrollTo(0, 0);
}

/** @param {string} hash  without its # */
function named(hash) {
  if (!hash) return null;
  let id = hash;
  try {
    id = decodeURIComponent(hash);
  } catch {
    // A malformed escape is compared as it stands.
  }
  return document.getElementById(id) || document.getElementById(hash);
}

/**
 * Move the focus to what the new page is about, as a full page load would reset it; but never out of a field
 * that the visitor is writing in.
 *
 * @param {HTMLElement | null} target  the element that the hash names
 */
function focusOn(target) {
  const active = document.activeElement;
  if (active instanceof HTMLElement && (active.matches("input, textarea, select") || active.isContentEditable)) return;
  const wanted = document.querySelector("main [autofocus]");
  const element = target || wanted || document.querySelector("main h1") || document.querySelector("h1, main");
  if (!(element instanceof HTMLElement)) return;
  if (element !== wanted && !element.hasAttribute("tabindex")) {
    // Focusable for as long as it has the focus, so that a later click on it does not draw a ring.
    element.setAttribute("tabindex", "-1");
    element.addEventListener("blur", () => element.removeAttribute("tabindex"), { once: true });
  }
  element.focus({ preventScroll: true });
}

/** @param {string} text */
function announce(text) {
  if (!announcer || !announcer.isConnected) {
    announcer = document.createElement("div");
    announcer.setAttribute("aria-live", "polite");
    announcer.style.cssText = "position:absolute;top:0;clip-path:inset(50%)";
    document.body.append(announcer);
  }
  announcer.textContent = text;
}

/**
 * @param {Event} event
 * @param {number} pause  milliseconds
 */
function hover(event, pause) {
  const found = linkOf(event);
  const link = found ? found.link : null;
  if (link === hovered) return;
  clearTimeout(hoverTimer);
  hovered = link;
  if (!found) return;
  const { pathname, search, hash } = found.url;
  const path = pathname + search + hash;
  if (!fits(path)) return;
  const data = found.link.getAttribute("preload") !== "false";
  const preload = () => {
    preloaded = Date.now();
    hint(OP.PRELOAD, path, data);
  };
  // Scripts and held keys move the focus faster than anybody reads: where it rests is preloaded.
  const wait = Math.max(pause, preloaded + HOVER_MS - Date.now());
  if (wait > 0) hoverTimer = setTimeout(preload, wait);
  else preload();
}
