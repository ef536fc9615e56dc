/**
 * Where every addressable place of the page is: id -> element, or the pair of comments around a slot.
 *
 * The first HTML is read once. After that, what is built registers itself and what is removed is forgotten, so
 * the map holds what is shown and nothing else.
 */

/** The place between `<!--wID-->` and `<!--/-->`. */
export class Slot {
  /**
   * @param {Comment} start
   * @param {Comment} end
   */
  constructor(start, end) {
    this.start = start;
    this.end = end;
  }
}

/** @typedef {Element | Slot} Place */

/** @type {Map<number, Place>} */
const places = new Map();
/** @type {WeakMap<Node, number>} */
const ids = new WeakMap();

/** Elements and comments, in document order. */
const MARKS = 1 + 128;

/**
 * @param {Node} root
 * @returns {TreeWalker}
 */
export function marks(root) {
  return document.createTreeWalker(root, MARKS);
}

/**
 * @param {number} id
 * @param {Place} place
 */
export function remember(id, place) {
  places.set(id, place);
  ids.set(firstNode(place), id);
}

/**
 * @template T
 * @param {number} id
 * @param {new (...given: any[]) => T} kind  what has to be there: `Slot` or `Element`
 * @returns {T}
 */
export function placeOf(id, kind) {
  const place = places.get(id);
  if (!(place instanceof kind)) throw new Error(`no place ${id} in this page`);
  return place;
}

/**
 * @param {Node} node
 * @returns {number | undefined}
 */
export function idOf(node) {
  return ids.get(node);
}

/** @param {Place} place */
export function firstNode(place) {
  return place instanceof Slot ? place.start : place;
}

/** @param {Place} place */
export function lastNode(place) {
  return place instanceof Slot ? place.end : place;
}

/**
 * Read the page's HTML: every `data-w` and every pair of markers. What was known before is forgotten.
 *
 * @param {Element} root
 * @returns {string[]} what the browser's parser has moved, so that it can't be addressed
 */
export function scan(root) {
  places.clear();
  /** @type {string[]} */
  const problems = [];
  /** @type {Comment[]} */
  const open = [];
  const walker = marks(root);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node instanceof Element) {
      const id = node.getAttribute("data-w");
      if (id) remember(Number(id), node);
    } else if (node instanceof Comment) {
      if (/^w\d+$/.test(node.data)) open.push(node);
      else if (node.data === "/") {
        const start = open.pop();
        if (start && start.parentNode === node.parentNode) remember(slotNumber(start), new Slot(start, node));
        else problems.push(start ? `slot ${slotNumber(start)}` : "an end marker");
      }
    }
  }
  for (const start of open) problems.push(`slot ${slotNumber(start)}`);
  return problems;
}

/** @param {Comment} start */
function slotNumber(start) {
  return Number(start.data.slice(1));
}

/**
 * Forget the places in a run of siblings that is about to be removed.
 *
 * @param {Node} first
 * @param {Node | null} end  the sibling after the last one
 */
export function forget(first, end) {
  /** @type {Node | null} */
  let sibling = first;
  for (; sibling && sibling !== end; sibling = sibling.nextSibling) {
    const walker = marks(sibling);
    /** @type {Node | null} */
    let node = sibling;
    for (; node; node = walker.nextNode()) {
      const id = ids.get(node);
      if (id !== undefined) places.delete(id);
    }
  }
}
