/**
 * Merge a fresh render into what is shown, after a break that could not be bridged.
 *
 * Children are paired from the front: one with an id, or a field with a name, with its like wherever that is
 * among its siblings; any other with the next that has the same tag. Pairs are kept and their attributes made the
 * same, what has no pair is put in or taken out. So focus, selection and scroll positions stay where they are.
 * What the visitor has changed (typed text, ticked boxes, chosen options, opened details) stays changed.
 */
import { isChanged, isField } from "./attributes.js";
import { move } from "./patch.js";

/**
 * Make the siblings from `first` up to `end` like the nodes in `fresh`.
 *
 * @param {Node} parent
 * @param {ChildNode | null} first
 * @param {ChildNode | null} end
 * @param {DocumentFragment} fresh
 */
export function morph(parent, first, end, fresh) {
  /** @type {[Node, ChildNode | null, ChildNode | null, Node][]} */
  const work = [[parent, first, end, fresh]];
  /** @type {[HTMLSelectElement, Set<string>][]} */
  const choices = [];
  for (let task; (task = work.pop()); ) {
    for (const [old, replacement] of pairChildren(...task)) {
      if (old instanceof Element && replacement instanceof Element) {
        const changed = isField(old) && isChanged(old);
        if (changed && old instanceof HTMLSelectElement) {
          choices.push([old, new Set([...old.selectedOptions].map((option) => option.value))]);
        }
        morphAttributes(old, replacement, changed);
        if (old instanceof HTMLTextAreaElement) morphTextArea(old, replacement, changed);
        else if (!isBeingWritten(old)) work.push([old, old.firstChild, null, replacement]);
      } else if (old.nodeValue !== replacement.nodeValue) old.nodeValue = replacement.nodeValue;
    }
  }
  for (const [select, values] of choices) {
    for (const option of select.options) option.selected = values.has(option.value);
  }
}

/** @param {Element} element */
function isBeingWritten(element) {
  return element === document.activeElement && /** @type {HTMLElement} */ (element).isContentEditable;
}

/**
 * @param {Node} node
 * @returns {string | null} what it is recognised by, if by anything
 */
function keyOf(node) {
  if (!(node instanceof Element)) return null;
  if (node.id) return `#${node.id}`;
  return isField(node) && node.name ? `${node.localName} ${node.type} ${node.name} ${optionOf(node)}` : null;
}

/** @param {import("./attributes.js").Field} field */
function optionOf(field) {
  return field.type === "radio" || field.type === "checkbox" ? field.getAttribute("value") : "";
}

/**
 * @param {Node} parent
 * @param {ChildNode | null} first
 * @param {ChildNode | null} end
 * @param {Node} fresh
 * @returns {[ChildNode, ChildNode][]}
 */
function pairChildren(parent, first, end, fresh) {
  /** @type {Map<string, ChildNode>} */
  const keyed = new Map();
  for (let node = first; node && node !== end; node = node.nextSibling) {
    const key = keyOf(node);
    if (key !== null && !keyed.has(key)) keyed.set(key, node);
  }
  /** @type {Set<string>} */
  const wanted = new Set();
  for (const node of fresh.childNodes) {
    const key = keyOf(node);
    if (key !== null) wanted.add(key);
  }
  /** @type {[ChildNode, ChildNode][]} */
  const pairs = [];
  let cursor = first;
  for (const node of [...fresh.childNodes]) {
    const key = keyOf(node);
    let match = (key !== null && keyed.get(key)) || null;
    if (match && match.nodeName !== node.nodeName) match = null;
    if (match && key !== null) keyed.delete(key);
    else if (key === null) match = nextLike(node, cursor, end);
    if (!match) {
      parent.insertBefore(document.importNode(node, true), cursor || end);
      continue;
    }
    if (isEndMarker(match)) {
      // What is left of the slot that ends here goes, rather than being taken for something behind it.
      while (cursor && cursor !== match && !isWanted(cursor, wanted)) cursor = removed(cursor);
    }
    if (match === cursor) cursor = cursor.nextSibling;
    else if (cursor || end) move(parent, match, match, /** @type {Node} */ (cursor || end));
    else parent.appendChild(match);
    pairs.push([match, node]);
  }
  while (cursor && cursor !== end) cursor = removed(cursor);
  return pairs;
}

/** @param {ChildNode} node */
function removed(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}

/**
 * @param {Node} node
 * @param {Set<string>} wanted
 */
function isWanted(node, wanted) {
  const key = keyOf(node);
  return key !== null && wanted.has(key);
}

/** @param {Node} node */
function isEndMarker(node) {
  return node instanceof Comment && node.data === "/";
}

/** @param {Node} node */
function isStartMarker(node) {
  return node instanceof Comment && /^w\d/.test(node.data);
}

/**
 * The next old sibling that may become `node`: of the same kind, not one that is recognised by a key, and in the
 * same slot.
 *
 * @param {Node} node
 * @param {ChildNode | null} cursor
 * @param {ChildNode | null} end
 */
function nextLike(node, cursor, end) {
  let depth = 0;
  for (let old = cursor; old && old !== end; old = old.nextSibling) {
    if (isEndMarker(old)) {
      if (depth === 0) return isEndMarker(node) ? old : null;
      depth--;
    } else {
      const starts = isStartMarker(old);
      if (depth === 0 && old.nodeName === node.nodeName && starts === isStartMarker(node) && keyOf(old) === null) {
        if (!isEndMarker(node)) return old;
      }
      if (starts) depth++;
    }
  }
  return null;
}

/**
 * @param {Element} old
 * @param {Element} fresh
 * @param {boolean} changed  the visitor has changed what this field holds
 */
function morphAttributes(old, fresh, changed) {
  const keepsOpen = old instanceof HTMLDetailsElement || old instanceof HTMLDialogElement;
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !(keepsOpen && name === "open")) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) === value || (keepsOpen && name === "open")) continue;
    if (name === "style" && "style" in old) /** @type {HTMLElement} */ (old).style.cssText = value;
    else old.setAttribute(name, value);
  }
  if (changed) return;
  if (old instanceof HTMLInputElement) {
    if (old.checked !== old.defaultChecked) old.checked = old.defaultChecked;
    if (old.type !== "file" && old.value !== old.defaultValue) old.value = old.defaultValue;
  } else if (old instanceof HTMLOptionElement && old.selected !== old.defaultSelected) {
    const select = old.closest("select");
    if (!select || !isChanged(select)) old.selected = old.defaultSelected;
  }
}

/**
 * @param {HTMLTextAreaElement} old
 * @param {Element} fresh
 * @param {boolean} changed
 */
function morphTextArea(old, fresh, changed) {
  const text = fresh.textContent || "";
  if (old.defaultValue === text) return;
  const typed = old.value;
  old.defaultValue = text;
  old.value = changed ? typed : text;
}
