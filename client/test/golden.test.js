/**
 * The cases that this client and the Python one of the test kit both have to satisfy.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { openPage } from "./page.js";

// Another folder is given where random cases are tried (tests/wire/test_both_clients.py).
const CASES = new URL(process.env.WAYFARE_CASES ?? "../../tests/wire/golden/", import.meta.url);

for (const file of readdirSync(CASES).sort()) {
  const { what, html, frames } = JSON.parse(readFileSync(new URL(file, CASES), "utf-8"));
  test(`${file}: ${what}`, () => {
    const page = openPage(html);
    frames.forEach((frame, at) => {
      page.frame(frame.ops);
      assert.deepEqual(page.problems, []);
      assert.equal(page.html, frame.html, `after frame ${at + 1}`);
    });
  });
}
