/**
 * The page's part of the document's head. Tags it manages carry `data-wh`; all others are left alone.
 */

/**
 * @param {[string, Record<string, string | boolean | null>, string | null][]} tags  the whole list
 */
export function setHead(tags) {
  const before = [...document.head.querySelectorAll("[data-wh]")];
  for (const [tag, attributes, text] of tags) {
    if (tag === "title") {
      document.title = text || "";
      continue;
    }
    const element = document.createElement(tag);
    element.setAttribute("data-wh", "");
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
    }
    if (tag === "style") {
      // The policy lets styles pass that carry the document's nonce, which a browser tells to scripts alone.
      element.setAttribute("nonce", "");
      element.nonce = document.scripts[0].nonce;
    }
    if (text) element.textContent = text;
    // What is there already stays as it is: a style sheet that is put in again is loaded again.
    const same = before.findIndex((old) => old.isEqualNode(element));
    if (same >= 0) before.splice(same, 1);
    else document.head.append(element);
  }
  for (const element of before) if (element.localName !== "title") element.remove();
}
