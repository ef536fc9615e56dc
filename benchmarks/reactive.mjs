// The lines of reactive.py for the published solid-js, as one JSON line. Graphs are built in a root, writes happen outside.
import { pathToFileURL } from "node:url";
import path from "node:path";
import { existsSync } from "node:fs";

const folder = path.join(import.meta.dirname, "../conformance/reactive/oracle/node_modules/solid-js/dist/solid.js");
if (!existsSync(folder)) throw new Error("solid-js is not installed: run python -m conformance.reactive.compare once");
const { createSignal, createMemo, createEffect, createRoot, batch, mapArray } = await import(pathToFileURL(folder));

let sink = 0;
function timed(fn, count, rounds = 21, warm = 10) {
  const taken = [];
  for (let n = -warm; n < rounds; n++) {
    if (n >= 0) globalThis.gc();
    const begin = process.hrtime.bigint();
    fn();
    if (n >= 0) taken.push(Number(process.hrtime.bigint() - begin) / count);
  }
  return Math.min(...taken);
}
const counter = () => {
  const [read, write] = createSignal(0);
  let at = 0;
  return [read, () => write(++at)];
};
const out = {};
const [read, add] = counter();
out["read a signal"] = timed(() => { for (let n = 0; n < 10000; n++) sink += read(); }, 10000);
out["write a signal nobody reads"] = timed(() => { for (let n = 0; n < 10000; n++) add(); }, 10000);
let keep = [];
const creating = (one, count) => timed(() => { createRoot(() => { keep = Array.from({ length: count }, one); }); }, count, 5, 3);
out["create a signal"] = creating(() => createSignal(0), 100000);
out["create a memo"] = creating(() => createMemo(() => read()), 10000);
out["create an effect"] = creating(() => createEffect(() => read()), 10000);
const size = (one, count) => {
  keep = [];
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  createRoot(() => { keep = Array.from({ length: count }, one); });
  globalThis.gc();
  return (process.memoryUsage().heapUsed - before) / count;
};
out["bytes of a signal"] = size(() => createSignal(0), 100000);
out["bytes of a memo"] = size(() => createMemo(() => read()), 20000);
out["bytes of an effect"] = size(() => createEffect(() => read()), 20000);
{
  const [r, go] = counter();
  createRoot(() => { for (let n = 0; n < 1000; n++) createEffect(() => { sink += r(); }); });
  out["an effect's run, 1 of 1,000 of one signal"] = timed(go, 1000);
}
{
  const [r, go] = counter();
  let last = r;
  createRoot(() => { for (let n = 0; n < 1000; n++) { const source = last; last = createMemo(() => source() + 1); } });
  out["a memo's run in a chain of 1,000"] = timed(() => { go(); sink += last(); }, 1000);
}
{
  const [r, go] = counter();
  createRoot(() => {
    const middles = Array.from({ length: 100 }, (_, n) => createMemo(() => r() + n));
    const total = createMemo(() => { let s = 0; for (const m of middles) s += m(); return s; });
    createEffect(() => { sink += total(); });
  });
  out["diamond, 100 memos wide (one write)"] = timed(go, 1);
}
{
  const [which, turn] = counter();
  const reads = Array.from({ length: 100 }, () => counter()[0]);
  createRoot(() => {
    for (let n = 0; n < 100; n++) {
      const m = createMemo(() => reads[(which() + n) % 100]());
      createEffect(() => { sink += m(); });
    }
  });
  out["switching sources (one memo and effect)"] = timed(turn, 100);
}
for (const layers of [10, 100, 1000]) {
  const cells = [1, 2, 3, 4].map(n => createSignal(n));
  let last = cells.map(c => c[0]);
  createRoot(() => {
    for (let n = 0; n < layers; n++) {
      const [a, b, c, d] = last;
      last = [createMemo(() => b()), createMemo(() => a() - c()), createMemo(() => b() + d()), createMemo(() => c())];
      for (const m of last) createEffect(() => { sink += m(); });
    }
  });
  let at = 0;
  out[`cellx, ${layers.toLocaleString("en")} layers (one write)`] = timed(() => {
    at++;
    batch(() => cells.forEach((c, n) => c[1](at + n)));
    for (const m of last) sink += m();
  }, 1, layers > 100 ? 5 : 15);
}
{
  const rows = Array.from({ length: 10000 }, () => ({}));
  const [r, write] = createSignal([...rows]);
  createRoot(() => createMemo(mapArray(r, row => row)));
  out["map_array, 10,000 rows, one moved"] = timed(() => { rows.unshift(rows.pop()); write([...rows]); }, 1);
}
console.log(JSON.stringify(out), sink > 1e300 ? sink : "");
