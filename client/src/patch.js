/**
 * The patches of a frame, each applied to exactly the nodes it names.
 */
import * as OP from "./protocol.js";
import { selectionOf } from "./attributes.js";
import { Slot, firstNode, forget, lastNode, placeOf } from "./places.js";
import { build, define, namespaceIn } from "./templates.js";
import { setUnlessTyping } from "./typing.js";

/** Set while nodes move, so that the focus they lose and get back is nobody's event. */
let moving = false;

export function isMoving() {
  return moving;
}

/** @param {any[]} op */
export function applyPatch(op) {
  const [code, id] = op;
  if (code === OP.TEXT) setText(placeOf(id, Slot), op[2]);
  else if (code === OP.ATTR) setUnlessTyping(placeOf(id, Element), op[2], op[3]);
  else if (code === OP.CONTENT) setContent(placeOf(id, Slot), op[2]);
  else if (code === OP.LIST) patchList(placeOf(id, Slot), op[2], op[3]);
  else if (code === OP.TEMPLATE) define(id, op[2], op[3], Boolean(op[4]));
  else if (code === OP.CALL) call(placeOf(id, Element), op[2]);
  else throw new Error(`no operation ${code}`);
}

/**
 * @param {Slot} slot
 * @param {string} text
 */
function setText(slot, text) {
  const node = slot.start.nextSibling;
  if (node instanceof Text && node.nextSibling === slot.end) node.data = text;
  else {
    clear(slot);
    if (text) slot.end.before(document.createTextNode(text));
  }
}

/** @param {Slot} slot */
function clear(slot) {
  remove(slot.start.nextSibling, slot.end);
}

/**
 * Remove siblings, from `node` up to but not including `end`.
 *
 * @param {Node | null} node
 * @param {Node | null} end
 */
function remove(node, end) {
  if (!node || node === end) return;
  forget(node, end);
  while (node && node !== end) {
    /** @type {Node | null} */
    const next = node.nextSibling;
    /** @type {ChildNode} */ (node).remove();
    node = next;
  }
}

/** @param {number} id */
function anyPlace(id) {
  return /** @type {import("./places.js").Place} */ (placeOf(id, Object));
}

/** @param {Slot} slot */
function parentOf(slot) {
  return /** @type {Node & ParentNode} */ (slot.end.parentNode);
}

/**
 * @param {Slot} slot
 * @param {import("./templates.js").Token[]} tokens
 */
function setContent(slot, tokens) {
  clear(slot);
  const parent = parentOf(slot);
  parent.insertBefore(build(tokens, namespaceIn(parent)), slot.end);
}

/**
 * @param {Slot} slot
 * @param {number[]} removed
 * @param {[number, number, import("./templates.js").Token[]?][]} placed
 */
function patchList(slot, removed, placed) {
  for (const id of removed) {
    const place = anyPlace(id);
    remove(firstNode(place), lastNode(place).nextSibling);
  }
  const parent = parentOf(slot);
  for (const [id, before, tokens] of placed) {
    const target = before ? firstNode(anyPlace(before)) : slot.end;
    if (tokens) parent.insertBefore(build([-3, 1, id, ...tokens], namespaceIn(parent)), target);
    else move(parent, firstNode(anyPlace(id)), lastNode(anyPlace(id)), target);
  }
}

/**
 * Move a run of siblings, keeping what only the browser knows: focus, selection, scroll positions.
 *
 * @param {Node} parent
 * @param {Node} first
 * @param {Node} last
 * @param {Node} target  what they will stand in front of
 */
export function move(parent, first, last, target) {
  if (last.nextSibling === target) return;
  const run = [first];
  for (let node = first; node !== last; run.push(node)) node = /** @type {Node} */ (node.nextSibling);
  moving = true;
  try {
    if ("moveBefore" in parent) {
      for (const node of run) /** @type {any} */ (parent).moveBefore(node, target);
      return;
    }
    const restore = run.flatMap(remembering);
    for (const node of run) parent.insertBefore(node, target);
    for (const again of restore) again();
  } finally {
    moving = false;
  }
}

/**
 * What has to be put back after `node` has left the document for a moment.
 *
 * @param {Node} node
 * @returns {(() => void)[]}
 */
function remembering(node) {
  if (!(node instanceof Element)) return [];
  /** @type {(() => void)[]} */
  const restore = [];
  for (const element of [node, ...node.querySelectorAll("*")]) {
    const { scrollTop, scrollLeft } = element;
    if (scrollTop || scrollLeft) {
      restore.push(() => {
        element.scrollTop = scrollTop;
        element.scrollLeft = scrollLeft;
      });
    }
  }
  const active = document.activeElement;
  if (active instanceof HTMLElement && node.contains(active)) {
    restore.push(() => active.focus({ preventScroll: true }), selectionOf(active));
  }
  return restore;
}

/**
 * Call a method of an element, `scroll_into_view` as `scrollIntoView`.
 *
 * @param {Element} element
 * @param {string} name
 */
function call(element, name) {
  const method = name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
  /** @type {any} */ (element)[method]();
}
