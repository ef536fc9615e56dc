/**
 * Templates and what is built from them.
 *
 * A template's HTML is parsed once, at its first use, and cloned after that. Content arrives as a flat list of
 * tokens and is built with a stack of tasks, so its depth does not matter (docs/internals/wire.md).
 */
import { setAttribute } from "./attributes.js";
import { Slot, marks, remember } from "./places.js";

/** @typedef {0 | [1, number] | [2, number, string] | [3, number, string]} Hole */
/** @typedef {{ at: number, what: "address" | "number" | "hole", value: number }} Mark */
/** @typedef {{ content: DocumentFragment, marks: Mark[] }} Parsed */
/** @typedef {{ html: string, holes: Hole[], anchored: boolean, parsed: Map<string, Parsed> }} Template */
/** @typedef {string | number | boolean | null} Token */

/**
 * What is still to be read: `count` contents (of list items, with `items`) in front of `before`, after which
 * `hole` goes; or one attribute.
 *
 * @typedef {{ parent: Node, before: Node | null, count: number, items?: boolean, hole?: Comment }} ContentTask
 * @typedef {{ element: Element, name: string }} AttributeTask
 */

const HTML = "http://www.w3.org/1999/xhtml";

/** @type {Map<number, Template>} */
const templates = new Map();

/**
 * @param {number} number
 * @param {string} html
 * @param {Hole[]} holes
 * @param {boolean} anchored
 */
export function define(number, html, holes, anchored) {
  templates.set(number, { html, holes, anchored, parsed: new Map() });
}

export function forgetTemplates() {
  templates.clear();
}

/** @param {number} number */
function templateOf(number) {
  const template = templates.get(number);
  if (!template) throw new Error(`no template ${number}`);
  return template;
}

/**
 * The namespace in which children of `parent` are: what stands in an `svg` is no HTML.
 *
 * @param {Node} parent
 * @returns {string}
 */
export function namespaceIn(parent) {
  if (!(parent instanceof Element) || parent.localName === "foreignObject") return HTML;
  return parent.namespaceURI || HTML;
}

/**
 * @param {string} html
 * @param {string} namespace
 * @returns {DocumentFragment}
 */
export function parse(html, namespace) {
  const holder = document.createElement("template");
  if (namespace === HTML) {
    holder.innerHTML = html;
    return holder.content;
  }
  const tag = namespace.endsWith("svg") ? "svg" : "math";
  holder.innerHTML = `<${tag}>${html}</${tag}>`;
  const root = /** @type {Element} */ (holder.content.firstChild);
  holder.content.append(...root.childNodes);
  root.remove();
  return holder.content;
}

/**
 * @param {Template} template
 * @param {string} namespace
 * @returns {Parsed}
 */
function parsedTemplate(template, namespace) {
  const known = template.parsed.get(namespace);
  if (known) return known;
  const content = parse(template.html, namespace);
  const children = template.holes.filter((hole) => hole === 0 || hole[0] === 1);
  /** @type {Mark[]} */
  const found = [];
  const walker = marks(content);
  for (let at = 0; walker.nextNode(); at++) {
    const node = walker.currentNode;
    if (node instanceof Element) {
      for (const [attribute, what] of /** @type {const} */ ([["data-w", "address"], ["data-v", "number"]])) {
        const value = node.getAttribute(attribute);
        if (value === null) continue;
        node.removeAttribute(attribute);
        found.push({ at, what, value: Number(value) });
      }
    } else if (node instanceof Comment && node.data === "?") {
      const hole = children.shift();
      if (hole) node.after(document.createComment("/"));
      found.push({ at, what: "hole", value: hole ? hole[1] : -1 });
    }
  }
  const parsed = { content, marks: found };
  template.parsed.set(namespace, parsed);
  return parsed;
}

/**
 * Clone a template in front of `task.before` and give the tasks that fill its holes, in order.
 *
 * @param {number} number
 * @param {number} base
 * @param {ContentTask} task
 * @param {string} namespace
 * @returns {(ContentTask | AttributeTask)[]}
 */
function instantiate(number, base, task, namespace) {
  const template = templateOf(number);
  const parsed = parsedTemplate(template, namespace);
  const clone = document.importNode(parsed.content, true);
  const walker = marks(clone);
  /** @type {Map<number, Element>} */
  const addressed = new Map();
  /** @type {Map<number, Element>} */
  const numbered = new Map();
  /** @type {Comment[]} */
  const holes = [];
  let reached = -1;
  for (const { at, what, value } of parsed.marks) {
    for (; reached < at; reached++) walker.nextNode();
    const node = walker.currentNode;
    if (node instanceof Element) {
      (what === "address" ? addressed : numbered).set(value, node);
      if (what === "address") remember(base + value, node);
    } else if (node instanceof Comment) {
      holes.push(node);
      if (value < 0) continue;
      node.data = `w${base + value}`;
      remember(base + value, new Slot(node, /** @type {Comment} */ (node.nextSibling)));
    }
  }
  let next = 0;
  const tasks = template.holes.map((hole) => {
    if (hole === 0 || hole[0] === 1) {
      const mark = holes[next++];
      const parent = mark.parentNode === clone ? task.parent : /** @type {Node} */ (mark.parentNode);
      return hole === 0
        ? { parent, before: mark, count: 1, hole: mark }
        : { parent, before: mark.nextSibling, count: 1 };
    }
    const element = (hole[0] === 2 ? addressed : numbered).get(hole[1]);
    if (!element) throw new Error(`template ${number} has no element ${hole[1]}`);
    return { element, name: hole[2] };
  });
  task.parent.insertBefore(clone, task.before);
  return tasks;
}

/**
 * @param {number} id
 * @param {Node} parent
 * @param {Node | null} before
 * @returns {Comment} the end marker
 */
function insertSlot(id, parent, before) {
  const start = document.createComment(`w${id}`);
  const end = document.createComment("/");
  parent.insertBefore(start, before);
  parent.insertBefore(end, before);
  remember(id, new Slot(start, end));
  return end;
}

/**
 * Build content from its tokens.
 *
 * @param {Token[]} tokens
 * @param {string} outer  the namespace it will stand in
 * @returns {DocumentFragment}
 */
export function build(tokens, outer) {
  const out = document.createDocumentFragment();
  let at = 0;
  const next = () => /** @type {any} */ (tokens[at++]);
  /** @type {(ContentTask | AttributeTask)[]} */
  const tasks = [{ parent: out, before: null, count: 1 }];
  for (let task; (task = tasks[tasks.length - 1]); ) {
    if ("element" in task) {
      tasks.pop();
      setAttribute(task.element, task.name, next());
      continue;
    }
    if (!task.count--) {
      tasks.pop();
      task.hole?.remove();
      continue;
    }
    const { parent, before } = task;
    const token = next();
    if (task.items) {
      const own = tokens[at];
      const anchored = typeof own === "number" && own > 0 && templateOf(own).anchored;
      tasks.push({ parent, before: anchored ? before : insertSlot(token, parent, before), count: 1 });
    } else if (typeof token === "string") {
      if (token) parent.insertBefore(document.createTextNode(token), before);
    } else if (token > 0) {
      const namespace = parent === out ? outer : namespaceIn(parent);
      tasks.push(...instantiate(token, next(), task, namespace).reverse());
    } else if (token === 0) tasks.push({ parent, before, count: next() });
    else if (token === -1) {
      const namespace = parent === out ? outer : namespaceIn(parent);
      parent.insertBefore(document.importNode(parse(next(), namespace), true), before);
    } else if (token === -2) tasks.push({ parent, before: insertSlot(next(), parent, before), count: 1 });
    else if (token === -3) tasks.push({ parent, before, count: next(), items: true });
    else if (token !== null) throw new Error(`no content begins with ${token}`);
  }
  return out;
}
