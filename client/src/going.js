/**
 * Going through the history because the page says so, until the browser is there.
 *
 * A browser gives a move up when the visitor begins another one. So what the page asks for is a place, not a step:
 * wherever a move ends, the browser goes on from there. It gives up after some tries, and then the page hears where
 * the browser is, so that it does not wait for ever for a move that never comes.
 */
import { currentDepth, tellPlace } from "./navigate.js";
import { unheardMoves } from "./socket.js";

/** How long a move takes at most. */
const GO_MS = 1_000;
/** How long the visitor's own moves have to be over: a browser that is still busy with one drops ours. */
const QUIET_MS = 50;
const MAX_TRIES = 8;

/** The depths to be at, in their order. @type {number[]} */
let goals = [];
/** Where the page knew the browser to be when it asked for them. */
let base = 0;
let tries = 0;
/** @type {number | undefined} */
let timer;
/** The entries that this document is known to have, by their depths. */
let lowest = Infinity;
let highest = -Infinity;

/** @param {number} delta  from the entry that the page knew the browser to be at */
export function go(delta) {
  const unheard = unheardMoves();
  // The page is about to hear of an entry that it knows nothing of, and goes there.
  if (unheard.includes(null)) return;
  const known = Number(unheard.reduce((at, move) => Number(at) - Number(move), currentDepth()));
  // What it asked for before it heard of a move does not matter any more: it may want that move taken back.
  if (known !== base) stay();
  base = known;
  // Going nowhere would load the document again.
  if (delta) goals.push((goals.at(-1) ?? base) + delta);
  if (goals.length === 1) approach();
}

function approach() {
  clearTimeout(timer);
  const depth = currentDepth();
  while (goals[0] === depth) {
    goals.shift();
    tries = 0;
  }
  const [goal] = goals;
  if (goal === undefined) return;
  // Where another document is, a second try could come while that one is loading, and would go too far.
  if (++tries > MAX_TRIES || (tries > 1 && (goal < lowest || goal > highest))) {
    stay();
    tellPlace(0);
    return;
  }
  timer = setTimeout(approach, GO_MS);
  history.go(goal - depth);
}

/** Where the page wanted to be does not matter any more. */
export function stay() {
  goals = [];
  tries = 0;
  clearTimeout(timer);
}

/** Whether entries are known that follow the current one. */
export function hasNext() {
  return highest > currentDepth();
}

/** The browser is at another entry, which was there. */
export function passed() {
  lowest = Math.min(lowest, currentDepth());
  highest = Math.max(highest, currentDepth());
  if (goals[0] === currentDepth()) approach();
  else if (goals.length) {
    clearTimeout(timer);
    timer = setTimeout(approach, QUIET_MS);
  }
}

/** The browser is at a new entry: there are none behind it, and nobody is on the way to another. */
export function ended() {
  stay();
  highest = -Infinity;
  passed();
}
