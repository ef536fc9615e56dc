/**
 * The cases that this client and the Python one of the test kit both have to satisfy.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { openPage } from "./page.js";

const CASES = new URL("../../tests/wire/golden/", import.meta.url);

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
