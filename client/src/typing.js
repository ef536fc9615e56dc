/**
 * What the visitor is typing belongs to the visitor.
 *
 * While an event of a field is on its way, a value from the server answers an older text. It is held back, and
 * shown only if the server has nothing newer to say once it has handled the field's last event.
 */
import { setAttribute } from "./attributes.js";

/** @typedef {{ last: number, held: Map<string, import("./attributes.js").AttributeValue> }} Typing */

/** @type {Map<Element, Typing>} */
let typing = new Map();
/** Fields whose last event has been handled, while the frame that says so is applied. @type {Map<Element, Typing>} */
let settled = new Map();
let edited = false;

/**
 * @param {Element} field
 * @param {number} last  the number of its last event; Infinity while that waits to be sent
 */
export function typed(field, last) {
  const known = typing.get(field);
  if (known) known.last = last;
  else typing.set(field, { last, held: new Map() });
}

/**
 * Set an attribute as the server says, unless that answers what is no longer typed there.
 *
 * @param {Element} element
 * @param {string} name
 * @param {import("./attributes.js").AttributeValue} value
 */
export function setUnlessTyping(element, name, value) {
  const known = name === "value" || name === "checked" || name[0] === ":" ? typing.get(element) : undefined;
  if (known) known.held.set(name, value);
  else {
    settled.get(element)?.held.delete(name);
    setAttribute(element, name, value);
  }
}

/**
 * A frame begins, and the page has handled everything up to `ack`. What the frame says about those fields counts.
 *
 * @param {number} ack
 */
export function beginFrame(ack) {
  settled = new Map([...typing].filter(([, { last }]) => last <= ack));
  typing = new Map([...typing].filter(([, { last }]) => last > ack));
}

/** The frame has been applied. Where it said nothing, what was held back before is what the page means. */
export function endFrame() {
  for (const [field, { held }] of settled) for (const [name, value] of held) setAttribute(field, name, value);
  settled = new Map();
}

export function forgetTyping() {
  typing = new Map();
  settled = new Map();
}

/** @param {boolean} value  whether something was typed that has not been sent */
export function setEdited(value) {
  edited = value;
}

export function isEdited() {
  return edited;
}
