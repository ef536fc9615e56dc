// The lines of reactive_lines.py for the published solid-js: one line, as JSON. Graphs are built in a root, writes
// happen outside. A line whose work was not done is refused, as there.
import { existsSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const file = path.join(import.meta.dirname, "../conformance/reactive/oracle/node_modules/solid-js/dist/solid.js");
if (!existsSync(file)) throw new Error("solid-js is not installed: run python -m conformance.reactive.compare once");
const { createSignal, createMemo, createEffect, createRoot, batch, mapArray } = await import(pathToFileURL(file));

const COUNT = 100_000;

function expect(what, found, expected) {
  if (JSON.stringify(found) !== JSON.stringify(expected)) {
    throw new Error(`${what}: ${String(found).slice(0, 40)} instead of ${String(expected).slice(0, 40)}`);
  }
}

// Rounds before the first that counts let the compiler finish.
function timed({ go, count, check, times = 1, rounds = 15, warm = 10, before = () => {} }) {
  const taken = [];
  for (let n = -warm; n < rounds; n++) {
    before();
    globalThis.gc();
    const begin = process.hrtime.bigint();
    for (let at = 0; at < times; at++) go();
    if (n >= 0) taken.push(Number(process.hrtime.bigint() - begin) / count / times);
  }
  check((rounds + warm) * times);
  return Math.min(...taken);
}

function counter() {
  const [read, write] = createSignal(0);
  const made = { read, at: 0, add: () => write(++made.at) };
  return made;
}

function counting() {
  const made = {
    count: 0,
    effect: read => createEffect(() => {
      read();
      made.count++;
    }),
  };
  return made;
}

function reading() {
  const [read] = createSignal(7);
  let sum = 0;
  return {
    go: () => { for (let n = 0; n < 10_000; n++) sum += read(); },
    count: 10_000,
    check: calls => expect("the sum", sum, 7 * 10_000 * calls),
  };
}

function readingTracked() {
  const c = counter();
  const reads = Array.from({ length: 1000 }, (_, n) => createSignal(n)[0]);
  const runs = counting();
  let sum = 0;
  createRoot(() => runs.effect(() => {
    c.read();
    for (const read of reads) sum += read();
  }));
  runs.count = 0;
  return { go: c.add, count: 1000, check: calls => expect("runs", runs.count, calls) };
}

function writing() {
  const c = counter();
  return {
    go: () => { for (let n = 0; n < 10_000; n++) c.add(); },
    count: 10_000,
    check: () => expect("the value", c.read(), c.at),
  };
}

function making(one, check) {
  let made = [];
  return {
    go: () => createRoot(() => { made = Array.from({ length: COUNT }, one); }),
    count: COUNT, rounds: 3, warm: 2,
    before: () => { made = []; },
    check: () => check(made),
  };
}

const signals = () => making(() => createSignal(0), made => expect("values", made.every(s => s[0]() === 0), true));

function memos() {
  const [read, write] = createSignal(7);
  const one = () => {
    const memo = createMemo(() => read());
    memo();
    return memo;
  };
  return making(one, made => {
    expect("values", made.every(memo => memo() === 7), true);
    write(8);
    expect("values after a write", made.every(memo => memo() === 8), true);
  });
}

function effects() {
  const [read] = createSignal(7);
  let runs = 0;
  return making(() => createEffect(() => { read(); runs++; }), () => expect("runs", runs, 5 * COUNT));
}

function size(work) {
  const { go } = work();
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  go();
  globalThis.gc();
  return (process.memoryUsage().heapUsed - before) / COUNT;
}

function bareEffects() {
  const c = counter();
  let runs = 0;
  const functions = Array.from({ length: 1000 }, () => () => {
    c.read();
    runs++;
  });
  return {
    go: () => { for (const fn of functions) fn(); },
    count: 1000,
    check: calls => expect("runs", runs, 1000 * calls),
  };
}

const fanOut = width => () => {
  const c = counter();
  const runs = counting();
  createRoot(() => { for (let n = 0; n < width; n++) runs.effect(c.read); });
  runs.count = 0;
  return {
    go: c.add,
    count: width,
    times: Math.max(1, 1000 / width),
    check: calls => expect("runs", runs.count, calls * width),
  };
};

const chain = depth => () => {
  const c = counter();
  let last = c.read;
  createRoot(() => {
    for (let n = 0; n < depth; n++) {
      const source = last;
      last = createMemo(() => source() + 1);
    }
  });
  return {
    go: () => { c.add(); last(); },
    count: depth,
    times: Math.max(1, 1000 / depth),
    check: calls => expect("the last value", last(), calls + depth),
  };
};

function diamond() {
  const c = counter();
  const runs = counting();
  let total;
  createRoot(() => {
    const middles = Array.from({ length: 100 }, (_, n) => createMemo(() => c.read() + n));
    total = createMemo(() => {
      let sum = 0;
      for (const middle of middles) sum += middle();
      return sum;
    });
    runs.effect(total);
  });
  runs.count = 0;
  return {
    go: c.add, count: 1, times: 10,
    check: calls => {
      expect("runs", runs.count, calls);
      expect("the sum", total(), 100 * calls + 4950);
    },
  };
}

function switching() {
  const c = counter();
  const reads = Array.from({ length: 100 }, (_, n) => createSignal(n)[0]);
  const runs = counting();
  let memos;
  createRoot(() => {
    memos = reads.map((_, n) => createMemo(() => reads[(c.read() + n) % 100]()));
    for (const memo of memos) runs.effect(memo);
  });
  runs.count = 0;
  return {
    go: c.add, count: 100, times: 10,
    check: calls => {
      expect("runs", runs.count, 100 * calls);
      expect("values", memos.map(memo => memo()), memos.map((_, n) => (calls + n) % 100));
    },
  };
}

const cellx = layers => () => {
  const cells = [0, 1, 2, 3].map(n => createSignal(n));
  const runs = counting();
  let last = cells.map(cell => cell[0]);
  createRoot(() => {
    for (let n = 0; n < layers; n++) {
      const [a, b, c, d] = last;
      last = [createMemo(() => b()), createMemo(() => a() - c()), createMemo(() => b() + d()), createMemo(() => c())];
      for (const memo of last) runs.effect(memo);
    }
  });
  runs.count = 0;
  let at = 0;
  const model = from => {
    let [a, b, c, d] = [0, 1, 2, 3].map(n => from + n);
    for (let n = 0; n < layers; n++) [a, b, c, d] = [b, a - c, b + d, c];
    return [a, b, c, d];
  };
  return {
    go: () => {
      at++;
      batch(() => cells.forEach((cell, n) => cell[1](at + n)));
      for (const read of last) read();
    },
    count: 1,
    times: Math.max(1, 100 / layers),
    rounds: layers >= 1000 ? 5 : 15,
    check: calls => {
      expect("values", last.map(read => read()), model(calls));
      expect("effects have run", runs.count >= calls * layers, true);
    },
  };
};

function moving() {
  const rows = Array.from({ length: 10_000 }, () => ({}));
  const [read, write] = createSignal([...rows]);
  let made = 0;
  let mapped;
  createRoot(() => {
    mapped = createMemo(mapArray(read, row => {
      made++;
      return row;
    }));
  });
  return {
    go: () => {
      rows.unshift(rows.pop());
      write([...rows]);
      mapped();
    },
    count: 1,
    check: () => {
      expect("rows made", made, 10_000);
      expect("the rows in order", mapped().every((row, n) => row === rows[n]), true);
    },
  };
}

const LINES = {
  "read a signal": reading,
  "read a signal, one of 1,000 in an effect": readingTracked,
  "write a signal that nobody reads": writing,
  "create a signal": signals,
  "create a memo": memos,
  "create an effect": effects,
  "an effect's function, called bare": bareEffects,
  "an effect's run, 1 of one signal": fanOut(1),
  "an effect's run, 1 of 1,000 of one signal": fanOut(1000),
  "an effect's run, 1 of 10,000 of one signal": fanOut(10_000),
  "a memo's run in a chain of 10": chain(10),
  "a memo's run in a chain of 1,000": chain(1000),
  "a memo's run in a chain of 10,000": chain(10_000),
  "diamond, 100 memos wide (one write)": diamond,
  "switching sources (one memo and effect)": switching,
  "cellx, 10 layers (one write)": cellx(10),
  "cellx, 100 layers (one write)": cellx(100),
  "cellx, 1,000 layers (one write)": cellx(1000),
  "map_array, 10,000 rows, one moved": moving,
};
const SIZES = { "bytes of a signal": signals, "bytes of a memo": memos, "bytes of an effect": effects };

const line = process.argv[2];
try {
  console.log(JSON.stringify({ value: line in SIZES ? size(SIZES[line]) : timed(LINES[line]()) }));
} catch (error) {
  console.log(JSON.stringify({ refused: error.message.slice(0, 120) }));
}
