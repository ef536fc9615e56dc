/**
 * Events: one listener per event name on the document, for all elements that name it in `data-on`.
 *
 * `data-on="click input:d300 submit:p"`: names with flags. `p` prevents the default, `l` does so for a plain click
 * and leaves any other alone, `s` keeps the event from the handlers of outer elements, `dN` waits until the event has
 * not come for N ms, `tN` lets one through in N ms.
 * What waits is sent before anything that could depend on it, so that the page hears things in their order.
 */
import { isChanged, isField, noteChoice } from "./attributes.js";
import { isPlain } from "./navigate.js";
import { isMoving } from "./patch.js";
import { idOf } from "./places.js";
import { EVENT } from "./protocol.js";
import { send } from "./socket.js";
import { setEdited, typed } from "./typing.js";

/** Events that come faster than anybody reads them are throttled without being told to. */
const STREAMS = /^((mouse|pointer|touch)move|scroll|wheel|drag(over)?)$/;
const STREAM_MS = 50;

/** @type {Set<string>} */
const listening = new Set();

/** @typedef {{ element: Element, type: string, timer: number, go: (() => void) | null }} Waiting */

/** @type {Map<string, Waiting>} */
const waiting = new Map();

/** Begin to listen. */
export function startEvents() {
  for (const type of ["submit", "click", "change", "blur", "keydown"]) addEventListener(type, flushBefore, true);
  addEventListener("input", (event) => {
    setEdited(true);
    noteChoice(event.target);
  });
}

/** Listen for the events that elements of the document name. */
export function watch() {
  for (const element of document.querySelectorAll("[data-on]")) listen(element.getAttribute("data-on"));
}

/**
 * Listen for the events that elements of a template name.
 *
 * @param {string} html
 */
export function watchTemplate(html) {
  for (const [, names] of html.matchAll(/\sdata-on="([^"]*)"/g)) listen(names);
}

/** @param {string | null} names  as in `data-on` */
function listen(names) {
  for (const [type] of parseNames(names)) {
    if (listening.has(type)) continue;
    listening.add(type);
    document.addEventListener(type, handle, { passive: false });
    document.addEventListener(type, handle, { capture: true, passive: false });
  }
}

/**
 * @param {string | null} names  as in `data-on`
 * @returns {[type: string, flags: string[]][]}
 */
function parseNames(names) {
  if (!names) return [];
  return names.split(" ").map((entry) => {
    const [type, flags = ""] = entry.split(":");
    return [type, flags.split(",")];
  });
}

/** @param {Event} event */
function handle(event) {
  // What does not bubble is caught on the way down, and is for its target alone.
  if (isMoving() || event.bubbles === (event.eventPhase === Event.CAPTURING_PHASE)) return;
  let element = event.target instanceof Element ? event.target : null;
  while (element) {
    let stops = false;
    for (const [type, flags] of parseNames(element.getAttribute("data-on"))) {
      if (type !== event.type) continue;
      const follows = flags.includes("l");
      if (follows && !isPlain(event)) continue;
      if (follows || flags.includes("p")) event.preventDefault();
      stops ||= flags.includes("s");
      fire(event, element, flags);
    }
    element = stops || !event.bubbles ? null : element.parentElement;
  }
}

/**
 * @param {Event} event
 * @param {Element} element
 * @param {string[]} flags
 */
function fire(event, element, flags) {
  const id = idOf(element);
  if (id === undefined) return;
  const payload = payloadOf(event, element);
  const field = isField(event.target) ? event.target : null;
  const emit = () => {
    const n = send(EVENT, id, event.type, payload);
    if (field) typed(field, n);
  };
  const debounce = wait(flags, "d");
  const throttle = wait(flags, "t") || (STREAMS.test(event.type) ? STREAM_MS : 0);
  if (!debounce && !throttle) return emit();
  const key = `${id} ${event.type}`;
  const before = waiting.get(key);
  if (field) typed(field, Infinity);
  if (debounce) {
    if (before) clearTimeout(before.timer);
    waiting.set(key, { element, type: event.type, timer: setTimeout(run, debounce, key), go: emit });
  } else if (before) before.go = emit;
  else {
    emit();
    waiting.set(key, { element, type: event.type, timer: setTimeout(run, throttle, key, throttle), go: null });
  }
}

/**
 * @param {string[]} flags
 * @param {string} letter
 */
function wait(flags, letter) {
  const flag = flags.find((one) => one[0] === letter);
  return flag ? Number(flag.slice(1)) : 0;
}

/**
 * Send what waits under `key`.
 *
 * @param {string} key
 * @param {number} [again]  throttled: how long the next one has to wait
 */
function run(key, again) {
  const entry = waiting.get(key);
  if (!entry) return;
  clearTimeout(entry.timer);
  waiting.delete(key);
  if (!entry.go) return;
  entry.go();
  if (again) waiting.set(key, { ...entry, timer: setTimeout(run, again, key, again), go: null });
}

/** Send everything that waits. */
export function flush() {
  for (const key of [...waiting.keys()]) run(key);
}

/** @param {Event} event */
function flushBefore(event) {
  if (event instanceof KeyboardEvent && event.key !== "Enter") return;
  for (const [key, entry] of [...waiting]) {
    // An event does not hurry its own earlier self.
    const own = entry.type === event.type && event.target instanceof Node && entry.element.contains(event.target);
    if (!own) run(key);
  }
}

/** Nothing that waits is for the page that is shown now. */
export function forgetWaiting() {
  for (const entry of waiting.values()) clearTimeout(entry.timer);
  waiting.clear();
}

/**
 * Tell the page of fields whose content it does not know: typed before the page was live, or put in by the browser.
 */
export function reportTyped() {
  for (const field of document.querySelectorAll("input, textarea, select")) {
    if (!isField(field) || !isChanged(field)) continue;
    // Of a group of radio buttons, the one that is checked says it all.
    if (field.type === "radio" && !(/** @type {HTMLInputElement} */ (field).checked)) continue;
    const type = ["input", "change"].find((name) => field.closest(`[data-on*=${name}]`));
    if (type) field.dispatchEvent(new Event(type, { bubbles: true }));
  }
}

/**
 * What the handler is told; see EventPayload in wire/messages.py.
 *
 * @param {Event} event
 * @param {Element} element  the one with the handler
 * @returns {Record<string, unknown>}
 */
function payloadOf(event, element) {
  /** @type {Record<string, unknown>} */
  const payload = {};
  const target = event.target;
  const control = target instanceof Element ? target.closest("input, textarea, select, button, [contenteditable]") : null;
  if (control && (element.contains(control) || control.contains(element))) addValue(payload, control);
  if (event.type === "toggle" && target instanceof HTMLDetailsElement) payload.checked = target.open;
  if (event instanceof KeyboardEvent) payload.key = event.key;
  const held = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (event));
  const modifiers = ["alt", "ctrl", "meta", "shift"].filter((name) => held[`${name}Key`]);
  if (modifiers.length) payload.modifiers = modifiers;
  if (event instanceof MouseEvent) {
    payload.button = event.button;
    payload.x = event.clientX;
    payload.y = event.clientY;
  }
  if (event instanceof CustomEvent && event.detail !== null) payload.detail = event.detail;
  if (element instanceof HTMLFormElement) {
    payload.form = pairsOf(formData(element, event instanceof SubmitEvent ? event.submitter : null));
  }
  const data = Object.entries(/** @type {HTMLElement} */ (element).dataset).filter(([key]) => key !== "w" && key !== "on");
  if (data.length) payload.data = Object.fromEntries(data);
  return payload;
}

/**
 * @param {Record<string, unknown>} payload
 * @param {Element} control
 */
function addValue(payload, control) {
  if (isField(control)) {
    if (control.name) payload.name = control.name;
    if (control instanceof HTMLSelectElement && control.multiple) {
      payload.value = [...control.selectedOptions].map((option) => option.value);
    } else if (control instanceof HTMLInputElement && control.files) {
      payload.value = [...control.files].map((file) => file.name);
    } else payload.value = control.value;
    if (control instanceof HTMLInputElement && (control.type === "checkbox" || control.type === "radio")) {
      payload.checked = control.checked;
    }
  } else if (control instanceof HTMLButtonElement) {
    if (control.name) payload.name = control.name;
    if (control.hasAttribute("value")) payload.value = control.value;
  } else payload.value = control.textContent;
}

/**
 * @param {FormData} data
 * @returns {[string, string][]} a file is given by its name
 */
export function pairsOf(data) {
  return [...data].map(([name, value]) => [name, typeof value === "string" ? value : value.name]);
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} submitter
 */
export function formData(form, submitter) {
  return submitter ? new FormData(form, submitter) : new FormData(form);
}
