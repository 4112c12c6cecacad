import "./browser.mjs";
import assert from "node:assert/strict";
import test from "node:test";

globalThis.HTMLElement ??= class {};
const { wayTo } = await import("../../static/library/trail.js");

const PART = { kind: "", folder: "", series: "" };

const WAYS = [
  [{}, null],
  [{ kind: "nonsense" }, null],
  [{ kind: "films" }, { above: [["All films", "./"]], name: "Films" }],
  [{ folder: "A/B" }, { above: [["All films", "./"], ["A", "?folder=A"]], name: "B" }],
  [{ series: "Show" }, { above: [["All films", "./"], ["Series", "?kind=series"]], name: "Show" }],
];

for (const [part, way] of WAYS) {
  test(`the way to ${JSON.stringify(part)}`, () => assert.deepEqual(wayTo({ ...PART, ...part }), way));
}
