/**
 * What goes wrong is told, with who can do something about it: the application, the network, or Wayfare itself.
 */

/** @typedef {"app" | "network" | "wayfare"} Source */

/**
 * Tell the console, and the page by a `wayfare:notice` event on the document.
 *
 * @param {Source} source
 * @param {string} code  stable, for programs
 * @param {string} text  for people
 * @param {unknown} [detail]  shown in the console only
 */
export function report(source, code, text, detail) {
  const line = `[wayfare ${code}] ${text}`;
  const rest = detail === undefined ? [] : [detail];
  if (source === "wayfare") console.error(`${line} Please report this.`, ...rest);
  else console.warn(line, ...rest);
  document.dispatchEvent(new CustomEvent("wayfare:notice", { detail: { source, code, text } }));
}
