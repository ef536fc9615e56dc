/**
 * Forms whose action is one of the page's: sent by fetch instead of leaving the page.
 *
 * It is the same request that the browser would make, with two headers more: which page it is for, and an id by
 * which the server runs the submission once, however often it arrives. So a request that may or may not have got
 * through is simply sent again.
 */
import { report } from "./diagnostics.js";
import { flush, formData, pairsOf } from "./events.js";
import { isBelow, load } from "./navigate.js";
import { PATIENCE_MS, downFor, pageId, randomId, reload } from "./socket.js";
import { setEdited } from "./typing.js";

/** Further tries, and the pause before the first of them; each one after that is twice as long. */
const TRIES = 5;
const FIRST_TRY_MS = 400;
/** Answers of something between us and the application, which may be better in a moment. */
const PASSING = new Set([502, 503, 504]);

/** What is being sent, so that a second click on the same button sends nothing new. @type {Set<string>} */
const sending = new Set();
/** @type {WeakMap<HTMLFormElement, number>} */
const numbers = new WeakMap();
let formNumber = 0;

/** @param {string} actionBase */
export function startForms(actionBase) {
  // On the window, so that handlers of the page and of other scripts have had their say.
  addEventListener("submit", (event) => {
    if (event.defaultPrevented || !(event.target instanceof HTMLFormElement)) return;
    onSubmit(event, event.target, event.submitter, actionBase);
  });
}

/**
 * @param {SubmitEvent} event
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} submitter
 * @param {string} actionBase
 */
function onSubmit(event, form, submitter, actionBase) {
  /** @param {string} name */
  const given = (name) => submitter?.getAttribute(`form${name}`) ?? form.getAttribute(name) ?? "";
  const url = new URL(given("action") || location.href, document.baseURI);
  if (url.origin !== location.origin || !isBelow(url.pathname, actionBase)) return;
  if (given("method").toLowerCase() !== "post") {
    report("app", "form-method", `A form for ${url.pathname} needs method="post".`, form);
    return;
  }
  const target = given("target");
  if ((target && target !== "_self") || given("enctype") === "text/plain" || downFor() > PATIENCE_MS) return;
  event.preventDefault();
  flush();
  const data = formData(form, submitter);
  const multipart = given("enctype") === "multipart/form-data";
  const body = multipart ? data : new URLSearchParams(pairsOf(data));
  const key = form.hasAttribute("data-repeat") ? "" : contentKey(form, url, data);
  if (key && sending.has(key)) return;
  if (key) sending.add(key);
  form.dataset.wayfarePending = "";
  submit(url, body).finally(() => {
    sending.delete(key);
    delete form.dataset.wayfarePending;
  });
}

/**
 * The same form with the same content, sent to the same action.
 *
 * @param {HTMLFormElement} form
 * @param {URL} url
 * @param {FormData} data
 */
function contentKey(form, url, data) {
  const number = numbers.get(form) ?? ++formNumber;
  numbers.set(form, number);
  return JSON.stringify([number, url.href, pairsOf(data)]);
}

/**
 * @param {URL} url
 * @param {FormData | URLSearchParams} body
 */
async function submit(url, body) {
  const id = randomId();
  for (let attempt = 0; ; attempt++) {
    /** @type {Response | null} */
    let response = null;
    let why = "";
    try {
      const headers = { Accept: "application/json", "X-Wayfare-Page": pageId(), "X-Wayfare-Submission": id };
      response = await fetch(url, { method: "POST", body, headers, credentials: "same-origin" });
      why = `the server answered ${response.status}`;
    } catch (error) {
      why = String(error);
    }
    if (response && !PASSING.has(response.status)) {
      await answered(response, url);
      return;
    }
    if (attempt >= TRIES) {
      report("network", "form", `${url.pathname} can't be reached (${why}).`);
      return;
    }
    const pause = FIRST_TRY_MS * 2 ** attempt * (0.75 + Math.random() / 2);
    await new Promise((done) => setTimeout(done, pause));
  }
}

/**
 * @param {Response} response
 * @param {URL} url
 */
async function answered(response, url) {
  const type = response.headers.get("Content-Type") || "";
  if (!type.includes("json")) {
    // Not from the application's action: a login page, for example.
    if (response.redirected) load(response.url);
    else report("app", "form", `${url.pathname} answered ${response.status}, not as an action.`);
    return;
  }
  const outcome = await response.json().catch(() => ({}));
  if (!response.ok) {
    report("app", "form", `${url.pathname} refused: ${outcome.error || response.status}.`);
    return;
  }
  setEdited(false);
  if (outcome.location) load(outcome.location);
  else if (outcome.reload || outcome.live === false) reload();
}
