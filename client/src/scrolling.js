/**
 * Scroll positions for back and forward, where the router asks for it (`Router(scroll_restoration=True)`).
 *
 * The browser restores them at once, when what was there is not back yet. So it is told not to, and they are set
 * when the navigation has settled: those of the window, and of elements with an id that were built anew.
 */
import { currentDepth } from "./navigate.js";

/** @typedef {[x: number, y: number]} Position */

const STORED = "wayfare:scroll";
const MAX_ENTRIES = 100;
const MAX_SCROLLERS = 50;
const WINDOW = "";
/** How long positions wait for what is still to come. */
const PATIENCE_MS = 10_000;

let restores = false;
/** By the depth of the history entry, and the id of the element. @type {Record<string, Record<string, Position>>} */
let positions = {};
/** Whether the entry's positions are to be set, as soon as what was there is back. */
let due = false;
/** Until when those that are out of reach are tried again, because a part of the page is still to come; else 0. */
let late = 0;
/**
 * Where the window was last known to be, and each element that has been scrolled since it was built: such an element
 * keeps its position by itself.
 *
 * @type {WeakMap<Element | Window, Position>}
 */
const scrolled = new WeakMap();

/** @param {boolean} known  whether the history entry was here before this document was */
export function startScrolling(known) {
  restores = true;
  history.scrollRestoration = "manual";
  try {
    positions = JSON.parse(sessionStorage[STORED] || "{}");
  } catch {
    // Without storage, positions last as long as the document.
  }
  addEventListener("scroll", note, true);
  for (const type of ["pointerdown", "keydown", "wheel"]) addEventListener(type, () => (late = 0), { passive: true });
  addEventListener("pagehide", () => {
    try {
      sessionStorage[STORED] = JSON.stringify(positions);
    } catch {
      // As above.
    }
  });
  // What was known of an entry at this depth is of one that is gone.
  if (!known) pushed();
  due = known;
  settle();
}

/** What is known of the current history entry. */
function entryNow() {
  return (positions[currentDepth()] ??= {});
}

/** @param {Event} event */
function note({ target }) {
  const element = target instanceof Element ? target : null;
  const [x, y] = element ? [element.scrollLeft, element.scrollTop] : [scrollX, scrollY];
  const before = scrolled.get(element ?? window);
  // Scroll events come a frame late. This one is of a scroll that is known, of which the history may have moved since.
  if (before && before[0] === x && before[1] === y) return;
  if (!element) takeOver();
  keep(element, [x, y]);
}

/** The visitor goes on by themselves. */
function takeOver() {
  due = false;
  late = 0;
}

/**
 * @param {Element | null} element  null for the window
 * @param {Position} position
 */
function keep(element, position) {
  const entry = entryNow();
  scrolled.set(element ?? window, position);
  const id = element ? element.id : WINDOW;
  if (element && (!id || (!(id in entry) && Object.keys(entry).length > MAX_SCROLLERS))) return;
  entry[id] = position;
}

/** The history has moved away from this entry, and no event may have told yet where the window is. */
export function leaving() {
  if (restores && !due && !late) keep(null, [scrollX, scrollY]);
}

/** The history is at a new entry: what was known of it and of those behind it is of entries that are gone. */
export function pushed() {
  const depth = currentDepth();
  takeOver();
  for (const key of Object.keys(positions)) {
    if (Number(key) >= depth || Number(key) < depth - MAX_ENTRIES) delete positions[key];
  }
}

/** The history has moved to an entry that was there. */
export function moved() {
  due = restores;
  late = 0;
}

/** What belongs to the entry is shown. */
export function settle() {
  if (!restores) return;
  late = due && !restore() ? Date.now() + PATIENCE_MS : 0;
  due = false;
  // Where it begins, for an entry that is never scrolled in.
  if (!late) keep(null, [scrollX, scrollY]);
}

/** More of the page is shown. */
export function settleRest() {
  if (late && (Date.now() > late || restore())) late = 0;
}

/** @returns {boolean} whether all positions of the entry are reached */
function restore() {
  let all = true;
  for (const [id, [x, y]] of Object.entries(entryNow())) {
    const element = document.getElementById(id);
    if (id === WINDOW) {
      scrollTo(x, y);
      scrolled.set(window, [scrollX, scrollY]);
      all &&= scrollY > y - 2;
    } else if (!element) all = false;
    else if (!scrolled.has(element)) {
      element.scrollTo(x, y);
      keep(element, [element.scrollLeft, element.scrollTop]);
    }
  }
  return all;
}
