// Runs programs (one JSON line each on stdin) in the published solid-js and writes their traces, one line each.
// A program is data: see ../programs.py for what the statements mean. interpreter.py runs the same ones here.
//
//     node --conditions=browser run.mjs < programs.jsonl > traces.jsonl

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { mergeProps, readStore, splitProps, writeStore } from "./store.mjs";

const entry = import.meta.resolve("solid-js");

const HELPERS = `
function goneInside(o) { for (; Transition?.running && o; o = o.owner) if (Transition.disposed.has(o)) return true; }
function told(state) { if (state === undefined) globalThis.onNote?.("lost"); return state; }`;

/** The published file, with notes added: what has been disposed of, and that it, or what is gone inside a
 * running transition, runs all the same, or has what it would read or its owners run for it; and that a SuspenseList
 * has lost a state, before it raises for it. It is made a function: calling one gives a fresh copy much sooner than loading a module does. */
const copyOfSolid = new Function("'use strict';" + [
  ["function cleanNode(node, recompute) {", "$& if (!recompute) node.gone = true;"],
  ["function updateComputation(node) {", "$& if (node.gone || goneInside(node)) globalThis.onNote?.('gone');"],
  ["function runComputation(node, value, time) {", "$& if (node.gone || goneInside(node)) globalThis.onNote?.('gone');"],
  ["function runTop(node) {", "$& if (node.gone && node.state) globalThis.onNote?.('gone');"],
  ["< ExecCount)) runTop(source);", "< ExecCount)) { if (node.gone || goneInside(node)) globalThis.onNote?.('gone'); runTop(source); }"],
  ["= show ? show() : {},", "= show ? told(show()) : {},"],
  ["= show ? show() : {};", "= show ? told(show()) : {};"],
  ["(a, b) => a.showContent === b.showContent", "(a, b) => told(a).showContent === told(b).showContent"],
  ["let inFallback = prev.inFallback;", "let inFallback = told(prev).inFallback;"],
  ["export {", `${HELPERS} return {`],
].reduce(amended, readFileSync(fileURLToPath(entry), "utf8")));

function amended(text, [at, by]) {
  if (text.split(at).length !== 2) throw new Error(`solid-js has changed: no single ${at}`);
  return text.replace(at, by);
}

/** solid-js: a fresh copy for each program, which may leave a transition pending. The store needs the shared one. */
async function load(data) {
  const solid = usesStore(data) ? await import(entry) : copyOfSolid();
  // Until the first effect is made, upstream runs reactions among the render effects.
  solid.createRoot(dispose => { solid.createEffect(() => {}); dispose(); });
  return solid;
}

const tick = () => new Promise(resolve => setImmediate(resolve));

const wrap = n => ((n % 997) + 997) % 997;

/** Whether what statements return follows from what they read alone. */
const isPlain = body => !/"(prev|item|index|u|sel|ctx|get|len|keys|has)"/.test(JSON.stringify(body));
const usesStore = data => /\["store"/.test(JSON.stringify(data.steps));
const computes = s => s[0] === "return" || s[0] === "when";

class Program {
  constructor(solid, data) {
    this.solid = solid;
    this.data = data;
    this.shared = usesStore(data);
    this.trace = [];
    this.nodes = new Map(); // id -> getter
    this.setters = new Map();
    this.disposers = new Map();
    this.owners = new Map();
    this.contexts = new Map();
    this.selectors = new Map();
    this.resources = new Map();
    this.resets = new Map();
    this.stores = new Map();
    this.props = new Map();
    this.plain = new Map();
    this.made = new Map(); // id -> how many computations of this name there have been
    this.transition = null;
  }

  log(...event) {
    this.trace.push(event.map(v => (v === undefined ? null : v)));
  }

  number(value) {
    return typeof value === "number" ? value : value === true ? 1 : 0;
  }

  read(id) {
    const get = this.nodes.get(id);
    return get ? get() : 0;
  }

  eval(e, env) {
    if (!Array.isArray(e)) return e;
    const n = x => this.number(this.eval(x, env));
    switch (e[0]) {
      case "r": return this.read(e[1]);
      case "u": return this.solid.untrack(() => this.read(e[1]));
      case "+": return wrap(n(e[1]) + n(e[2]));
      case "-": return wrap(n(e[1]) - n(e[2]));
      case "*": return wrap(n(e[1]) * n(e[2]));
      case "mod": return wrap(n(e[1])) % e[2];
      case "<": return n(e[1]) < n(e[2]);
      case "if": return this.eval(n(e[1]) ? e[2] : e[3], env);
      case "prev": return env.prev ?? undefined;
      case "input": return env.input ?? undefined;
      case "before": return env.before ?? undefined;
      case "item": return typeof env.item === "function" ? env.item() : env.item;
      case "index": return typeof env.index === "function" ? env.index() : env.index;
      case "list": return e[1];
      case "ctx": return this.solid.useContext(this.context(e[1]));
      case "sel": return this.selectors.has(e[1]) ? this.selectors.get(e[1])(n(e[2])) : false;
      case "state": return this.resources.get(e[1])?.[0].state ?? "none";
      case "loading": return this.resources.get(e[1])?.[0].loading ?? false;
      case "latest": return this.resources.get(e[1])?.[0].latest ?? undefined;
      case "failure": return this.resources.get(e[1])?.[0].error?.message ?? undefined;
      case "pending": return this.solid.useTransition()[0]();
      case "get": case "len": case "keys": case "has": return readStore(this, e);
      case "of": return this.eval(e[1], env)?.[e[2]];
      case "prop": return this.props.get(e[1])?.[e[2]];
      case "names": return Object.keys(this.props.get(e[1]) ?? {}).sort();
      case "message": return env.error?.message ?? undefined;
      default: throw new TypeError(`unknown expression ${e[0]}`);
    }
  }

  context(name) {
    if (!this.contexts.has(name)) this.contexts.set(name, this.solid.createContext(0));
    return this.contexts.get(name);
  }

  /** Run statements; gives the value of the first `return`. */
  run(body, env) {
    for (const s of body) {
      const result = this.step(s, env);
      if (result !== undefined) return result.value;
    }
    return undefined;
  }

  /** Tells of runs after the owner has gone, where the copy of solid-js is not amended to (differences.json,
   * "disposed-runs"). */
  watch(id) {
    let gone = false;
    if (this.solid.getOwner() && this.shared) this.solid.onCleanup(() => { gone = true; });
    return () => gone && this.log("gone", id);
  }

  /** What the trace calls the computation that is made now: its name, and which one of this name it is. */
  told(id) {
    const count = (this.made.get(id) ?? 0) + 1;
    this.made.set(id, count);
    return count === 1 ? id : `${id}#${count}`;
  }

  fn(id, body, env) {
    const told = this.told(id);
    const tell = this.watch(told);
    return prev => {
      tell();
      this.log("run", told);
      const value = this.run(body, { ...env, prev });
      this.log("ran", told, value);
      return value;
    };
  }

  equals(mode) {
    if (mode === undefined) return undefined;
    if (mode === false) return { equals: false };
    return { equals: (a, b) => wrap(this.number(a)) % 2 === wrap(this.number(b)) % 2 };
  }

  step(s, env) {
    const S = this.solid;
    switch (s[0]) {
      case "return": return { value: this.eval(s[1], env) };
      case "log": this.log("log", this.eval(s[1], env)); return;
      case "final":
        // What each memo would be if it were computed now: upstream leaves some behind (see differences.json).
        this.log("final");
        for (const [id, body] of this.plain) {
          const value = S.untrack(() => this.read(id));
          const now = S.untrack(() => this.run(body, {}));
          if (value !== now) this.log("stale", id, value, now);
        }
        return;
      case "note": this.log("note", s[1]); return;
      case "signal": {
        const [get, set] = S.createSignal(s[2], this.equals(s[3]));
        this.nodes.set(s[1], get);
        this.setters.set(s[1], set);
        return;
      }
      case "set": {
        const set = this.setters.get(s[1]);
        const value = this.eval(s[2], env);
        if (set) set(() => value);
        return;
      }
      case "setf": {
        const set = this.setters.get(s[1]);
        if (set) set(prev => this.eval(s[2], { ...env, prev }));
        return;
      }
      case "memo": {
        const get = S.createMemo(this.fn(s[1], s[2], env), undefined, this.equals(s[3]));
        if (s[3] === undefined && isPlain(s[2])) this.plain.set(s[1], s[2].filter(computes));
        else this.plain.delete(s[1]);
        this.nodes.set(s[1], get);
        return;
      }
      case "computed": S.createComputed(this.fn(s[1], s[2], env)); return;
      case "render": S.createRenderEffect(this.fn(s[1], s[2], env)); return;
      case "effect": S.createEffect(this.fn(s[1], s[2], env)); return;
      case "reaction": {
        const track = S.createReaction(() => { this.log("invalidated", s[1]); this.run(s[3], env); });
        track(() => this.run(s[2], env));
        return;
      }
      case "on": {
        const deps = s[3].map(id => () => this.read(id));
        const told = this.told(s[2]);
        const tell = this.watch(told);
        const body = (input, before, prev) => {
          tell();
          this.log("run", told);
          const value = this.run(s[5], { ...env, input, before, prev });
          this.log("ran", told, value);
          return value;
        };
        const wrapped = S.on(deps.length === 1 ? deps[0] : deps, body, { defer: s[4] });
        const make = { memo: "createMemo", effect: "createEffect", render: "createRenderEffect" }[s[1]];
        const got = S[make](wrapped);
        if (s[1] === "memo") this.nodes.set(s[2], got);
        return;
      }
      case "mount": S.onMount(() => { this.log("mounted", s[1]); }); return;
      case "cleanup": S.onCleanup(() => { this.log("cleanup", s[1]); if (s[2]) this.run(s[2], env); }); return;
      case "batch": S.batch(() => this.run(s[1], env)); return;
      case "untrack": S.untrack(() => this.run(s[1], env)); return;
      case "root":
        S.createRoot(dispose => {
          this.disposers.set(s[1], dispose);
          this.run(s[2], env);
        });
        return;
      case "dispose": this.disposers.get(s[1])?.(); return;
      case "owner": this.owners.set(s[1], S.getOwner()); return;
      case "within": if (this.owners.get(s[1])) S.runWithOwner(this.owners.get(s[1]), () => this.run(s[2], env)); return;
      case "catch":
        S.catchError(() => this.run(s[2], env), error => {
          this.log("caught", s[1], error.message);
          this.run(s[3], { ...env, error });
        });
        return;
      case "throw": throw new Error(s[1]);
      case "when": {
        const result = this.number(this.eval(s[1], env)) ? this.runInner(s[2], env) : this.runInner(s[3] ?? [], env);
        return result;
      }
      case "provide": {
        const value = this.number(this.eval(s[2], env));
        const program = this;
        this.context(s[1]).Provider({ value, get children() { S.untrack(() => program.run(s[3], env)); return 0; } });
        return;
      }
      case "selector": this.selectors.set(s[1], S.createSelector(() => this.number(this.read(s[2])))); return;
      case "map": {
        const list = () => { const v = this.read(s[2]); return Array.isArray(v) ? v : []; };
        const fallback = s[4] ? { fallback: () => { this.log("fallback", s[1]); return this.run(s[4], env); } } : {};
        const get = S.createMemo(S.mapArray(list, (item, index) => {
          const shown = S.untrack(() => item !== null && typeof item === "object" ? item.id : item);
          this.log("row", s[1], shown);
          S.onCleanup(() => this.log("row gone", s[1], shown));
          return this.run(s[3], { ...env, item, index });
        }, fallback));
        this.nodes.set(s[1], get);
        return;
      }
      case "index": {
        const list = () => { const v = this.read(s[2]); return Array.isArray(v) ? v : []; };
        const fallback = s[4] ? { fallback: () => { this.log("fallback", s[1]); return this.run(s[4], env); } } : {};
        const get = S.createMemo(S.indexArray(list, (item, index) => {
          this.log("row", s[1], index);
          S.onCleanup(() => this.log("row gone", s[1], index));
          return this.run(s[3], { ...env, item, index });
        }, fallback));
        this.nodes.set(s[1], get);
        return;
      }
      case "resource": {
        const calls = [];
        const fetcher = (source, info) => {
          this.log("fetch", s[1], source, info.value ?? null, info.refetching === true ? true : info.refetching);
          if (s[3]?.sync) return this.number(source);
          return new Promise((resolve, reject) => calls.push({ resolve, reject }));
        };
        const options = s[3] && "initial" in s[3] ? { initialValue: s[3].initial } : {};
        if (s[3]?.storage) {
          options.storage = first => {
            const [get, set] = S.createSignal(first);
            return [get, value => { const now = set(value); this.log("stored", s[1], now); return now; }];
          };
        }
        const pair = s[2] === null ? S.createResource(fetcher, options)
          : S.createResource(() => this.eval(s[2], env), fetcher, options);
        this.resources.set(s[1], pair);
        pair[0].calls = calls;
        this.nodes.set(s[1], () => pair[0]());
        return;
      }
      case "resolve": this.resources.get(s[1])?.[0].calls[s[2]]?.resolve(s[3]); return;
      case "reject": this.resources.get(s[1])?.[0].calls[s[2]]?.reject(new Error(s[3])); return;
      case "refetch": this.resources.get(s[1])?.[1].refetch(s[2]); return;
      case "mutate": { const v = this.eval(s[2], env); this.resources.get(s[1])?.[1].mutate(() => v); return; }
      case "suspense": {
        const program = this;
        const get = S.Suspense({
          get children() { program.log("content", s[1]); return program.run(s[2], env); },
          get fallback() {
            program.log("fallback", s[1]);
            S.onCleanup(() => program.log("fallback gone", s[1]));
            return program.run(s[3], env);
          },
        });
        this.nodes.set(s[1], this.reader(get));
        return;
      }
      case "list": {
        const program = this;
        S.SuspenseList({ revealOrder: s[1], tail: s[2] ?? undefined, get children() { program.run(s[3], env); return 0; } });
        return;
      }
      case "boundary": {
        const program = this;
        const get = S.ErrorBoundary({
          get children() { program.log("content", s[1]); return program.run(s[2], env); },
          fallback(error, reset) {
            program.log("fallback", s[1], error.message);
            program.resets.set(s[1], reset);
            return program.run(s[3], { ...env, error });
          },
        });
        this.nodes.set(s[1], this.reader(get));
        return;
      }
      case "reset": this.resets.get(s[1])?.(); return;
      case "store": case "view": case "put": case "putf": case "produce": case "reconcile": writeStore(this, s, env); return;
      case "props": mergeProps(this, s, env); return;
      case "split": splitProps(this, s); return;
      case "children": this.nodes.set(s[1], S.children(() => s[2].map(e => () => this.eval(e, env)))); return;
      case "transition": (s[2] ? S.useTransition()[1] : S.startTransition)(() => { this.run(s[1], env); }).then(() => this.log("committed")); return;
      default: throw new TypeError(`unknown statement ${s[0]}`);
    }
  }

  reader(get) {
    return () => {
      let value = get;
      while (typeof value === "function") value = value();
      return value;
    };
  }

  runInner(body, env) {
    for (const s of body) {
      const result = this.step(s, env);
      if (result !== undefined) return result;
    }
    return undefined;
  }

  async play() {
    const steps = this.data.steps;
    for (let i = 0; i < steps.length; i++) {
      this.log("step", i);
      const s = steps[i];
      try {
        if (s[0] === "tick") for (let n = 0; n < 3; n++) await tick();
        else this.step(s, {});
      } catch (error) {
        this.log("threw", error.message);
      }
    }
    return this.trace;
  }
}

let program;
process.on("unhandledRejection", () => {});
// What upstream raises in a microtask of its own: see differences.json, "lost-list".
process.on("uncaughtException", error => program.log("crashed", error.message));
for await (const line of createInterface({ input: process.stdin })) {
  if (!line) continue;
  const data = JSON.parse(line);
  program = new Program(await load(data), data);
  globalThis.onNote = note => program.log(note);
  let trace;
  try {
    trace = await program.play();
  } catch (error) {
    trace = [...program.trace, ["broken", String(error)]];
  }
  process.stdout.write(JSON.stringify(trace) + "\n");
}
