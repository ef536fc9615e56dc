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

let restores = false;
/** By the depth of the history entry, and the id of the element. @type {Record<string, Record<string, Position>>} */
let positions = {};
/** Whether the entry's positions are to be set, as soon as what was there is back. */
let due = false;
/** What has been scrolled since it was built, and keeps its position by itself. @type {WeakSet<Element>} */
const scrolled = new WeakSet();

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
  addEventListener("pagehide", () => {
    try {
      sessionStorage[STORED] = JSON.stringify(positions);
    } catch {
      // As above.
    }
  });
  due = known;
  settle();
}

/** What is known of the current history entry. */
function entryNow() {
  return (positions[currentDepth()] ??= {});
}

/** @param {Event} event */
function note({ target }) {
  const entry = entryNow();
  if (!(target instanceof Element)) {
    // The visitor has taken over.
    due = false;
    entry[WINDOW] = [scrollX, scrollY];
    return;
  }
  scrolled.add(target);
  const { id } = target;
  if (id && (id in entry || Object.keys(entry).length <= MAX_SCROLLERS)) entry[id] = [target.scrollLeft, target.scrollTop];
}

/** The history is at a new entry: what was known of it and of those behind it is of entries that are gone. */
export function pushed() {
  const depth = currentDepth();
  due = false;
  for (const key of Object.keys(positions)) {
    if (Number(key) >= depth || Number(key) < depth - MAX_ENTRIES) delete positions[key];
  }
}

/** The history has moved to an entry that was there. */
export function moved() {
  due = restores;
}

/** What belongs to the entry is shown. */
export function settle() {
  if (!restores) return;
  const entry = entryNow();
  for (const [id, [x, y]] of Object.entries(due ? entry : {})) {
    const element = document.getElementById(id);
    if (id === WINDOW) scrollTo(x, y);
    else if (element && !scrolled.has(element)) element.scrollTo(x, y);
  }
  due = false;
  // Where it begins, for an entry that is never scrolled in.
  entry[WINDOW] = [scrollX, scrollY];
}
