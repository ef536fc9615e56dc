/**
 * View transitions, where the router asks for them (`Router(view_transitions=True)`): the browser takes a picture
 * of the page as it was, and fades to the page as it is.
 *
 * Taking the picture takes a moment, in which nothing may change. What the server sends then waits, and is done
 * in its order.
 */

let fades = false;
/** What waits for the picture, in order. @type {Parameters<typeof inTurn>[] | null} */
let queue = null;

export function startTurning() {
  fades = true;
}

/**
 * Change what is shown, after the changes that wait.
 *
 * @param {() => boolean} turns  whether another page will be shown; asked when its turn has come
 * @param {() => void} change
 */
export function inTurn(turns, change) {
  if (queue) queue.push([turns, change]);
  else if (fades && turns() && !matchMedia("(prefers-reduced-motion: reduce)").matches) {
    queue = [];
    const turn = document.startViewTransition(() => {
      const rest = queue || [];
      queue = null;
      change();
      for (const next of rest) inTurn(...next);
    });
    // It is refused where the next one has already begun, or nobody can see it: nothing is wrong then.
    turn.ready.catch(() => {});
  } else change();
}
