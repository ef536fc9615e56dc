/**
 * Setting attributes, with the properties that a browser keeps apart from them once a visitor has acted.
 */

/** @typedef {string | true | null} AttributeValue */

const FLAGS = new Set(["checked", "selected", "muted", "indeterminate"]);

/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Field */

/**
 * @param {unknown} node
 * @returns {node is Field}
 */
export function isField(node) {
  return (
    node instanceof HTMLInputElement || node instanceof HTMLTextAreaElement || node instanceof HTMLSelectElement
  );
}

/**
 * @param {Element} element
 * @param {string} name  `:...` stands for the element's text
 * @param {AttributeValue} value
 */
export function setAttribute(element, name, value) {
  if (name[0] === ":") {
    const text = value === null ? "" : String(value);
    element.textContent = text;
    if (element instanceof HTMLTextAreaElement) setValue(element, text);
    return;
  }
  if (value === null) element.removeAttribute(name);
  else if (name === "style" && "style" in element) {
    // Through the object model, because a strict Content-Security-Policy forbids style attributes.
    /** @type {HTMLElement} */ (element).style.cssText = String(value);
  } else element.setAttribute(name, value === true ? "" : value);
  if (name === "value" && isField(element)) {
    chosen.delete(element);
    setValue(element, value === null ? "" : String(value));
  } else if (FLAGS.has(name) && name in element) {
    /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (element))[name] = value !== null;
  }
}

/** Selects in which the visitor has chosen since the server last said what is chosen. @type {WeakSet<Element>} */
const chosen = new WeakSet();

/** @param {unknown} target  what the visitor has just changed */
export function noteChoice(target) {
  if (target instanceof HTMLSelectElement) chosen.add(target);
}

/** HTML has no attribute for the value of a select: it is set here, once its options are there. */
export function choose() {
  for (const select of document.querySelectorAll("select[value]")) {
    if (isField(select) && !chosen.has(select)) setValue(select, select.getAttribute("value") || "");
  }
}

/**
 * Give a field its value without moving the visitor's caret more than necessary.
 *
 * @param {Field} field
 * @param {string} value
 */
export function setValue(field, value) {
  if (field.value === value || (field instanceof HTMLInputElement && field.type === "file")) return;
  const restore = selectionOf(field);
  field.value = value;
  if (field === document.activeElement) restore();
}

/**
 * @param {Element} element
 * @returns {() => void} what gives a text field its selection back
 */
export function selectionOf(element) {
  const field = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement ? element : null;
  const start = field && field.selectionStart;
  const end = field && field.selectionEnd;
  const direction = (field && field.selectionDirection) || undefined;
  return () => {
    // Fields for dates, numbers and the like have none.
    if (field && start !== null && end !== null) field.setSelectionRange(start, end, direction);
  };
}

/**
 * Whether a field shows something else than the server gave it.
 *
 * @param {Field} field
 */
export function isChanged(field) {
  if (field instanceof HTMLSelectElement) {
    const wanted = field.getAttribute("value");
    if (wanted !== null) return field.value !== wanted;
    const options = [...field.options];
    const given = options.some((option) => option.defaultSelected);
    // With no option marked, the first one is what the server's HTML shows.
    return options.some((option, at) => option.selected !== (given ? option.defaultSelected : at === firstShown(field)));
  }
  if (field instanceof HTMLInputElement) {
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.type === "file") return field.value !== "";
    if (field.type === "hidden") return false;
  }
  return field.value !== field.defaultValue;
}

/** @param {HTMLSelectElement} select */
function firstShown(select) {
  if (select.multiple || select.size > 1) return -1;
  return [...select.options].findIndex((option) => !option.disabled);
}
