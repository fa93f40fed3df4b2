import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { readGraph } from "../scripts/imports/graph.ts";
import {
  type Edge,
  type EdgeKind,
  violations,
} from "../scripts/imports/rules.ts";
import { testWith } from "./support/permissions.ts";

const edge = (from: string, to: string, kind: EdgeKind = "static"): Edge => ({
  from,
  to,
  kind,
});

/** A small house in order, with one file in each of its rooms. */
const sound: Edge[] = [
  edge("scripts/experiment.ts", "lib/train/fit.ts"),
  edge("scripts/serve.ts", "main.ts"),
  edge("main.ts", "routes/index.tsx"),
  edge("main.ts", "lib/fresh/mod.ts"),
  edge("routes/index.tsx", "islands/chart.tsx"),
  edge("routes/index.tsx", "lib/ui/page.tsx"),
  edge("routes/index.tsx", "lib/results/store.ts"),
  edge("islands/chart.tsx", "lib/gpu/gpu.ts", "dynamic"),
  edge("islands/chart.tsx", "lib/core/shape.ts"),
  edge("lib/ui/page.tsx", "lib/plots/line.ts"),
  edge("lib/ui/page.tsx", "lib/fresh/mod.ts"),
  edge("lib/train/fit.ts", "lib/nn/dense.ts"),
  edge("lib/train/fit.ts", "lib/train/worker.ts", "name"),
  edge("lib/nn/dense.ts", "lib/core/shape.ts", "type"),
  edge("lib/nn/dense.ts", "shaders/dense.wgsl"),
  edge("lib/gpu/gpu.ts", "lib/core/shape.ts"),
  edge("tests/nn/dense_test.ts", "lib/nn/dense.ts"),
];

/** The breaches of the sound house with `added` edges, less `removed` ones. */
function breaches(added: Edge[], removed: Edge[] = []): string[] {
  const files = new Set(
    [...sound, ...added].flatMap(({ from, to }) => [from, to]),
  );
  return violations({
    files: [...files],
    edges: [...sound.filter((edge) => !removed.includes(edge)), ...added],
  });
}

Deno.test("violations() finds nothing in a house in order", () => {
  assert.deepEqual(breaches([]), []);
});

Deno.test("violations() finds an import that goes up or sideways", () => {
  const cases: [string, string, RegExp][] = [
    ["lib/core/shape.ts", "lib/nn/dense.ts", /floor 0, nn on 1/],
    ["lib/nn/dense.ts", "lib/gpu/gpu.ts", /one floor.*\(nn, gpu\)/],
    ["lib/study/page.ts", "lib/plots/line.ts", /one floor/],
    ["lib/results/store.ts", "routes/index.tsx", /nothing from above/],
    ["lib/fresh/mod.ts", "lib/core/shape.ts", /lib\/fresh imports nothing/],
    ["lib/plots/line.ts", "lib/fresh/mod.ts", /nothing from above/],
    ["islands/chart.tsx", "routes/index.tsx", /islands does not import routes/],
    ["lib/nn/dense.ts", "tests/nn/dense_test.ts", /only tests/],
  ];
  for (const [from, to, reason] of cases) {
    for (const kind of ["static", "dynamic", "type"] as const) {
      const found = breaches([edge(from, to, kind)]);
      assert.ok(
        found.some((line) =>
          line.startsWith(`${from} imports ${to}: `) && reason.test(line)
        ),
        `${from} -> ${to} (${kind}): ${found}`,
      );
    }
  }
});

Deno.test("violations() keeps training away from requests", () => {
  assert.match(
    breaches([edge("routes/index.tsx", "lib/nn/dense.ts", "type")]).join(),
    /routes does not train/,
  );
  assert.match(
    breaches([edge("islands/chart.tsx", "lib/nn/dense.ts")]).join(),
    /on demand, with import\(\)/,
  );
  assert.match(
    breaches([edge("islands/chart.tsx", "lib/train/fit.ts", "dynamic")]).join(),
    /islands\/chart.tsx imports lib\/train\/fit.ts/,
  );
  for (const kind of ["static", "dynamic"] as const) {
    const onDemand = edge("islands/chart.tsx", "lib/live/trainer.ts", kind);
    const refused = breaches([onDemand]).join();
    assert.equal(/on demand, with import\(\)/.test(refused), kind === "static");
  }
});

Deno.test("violations() follows the server's path through allowed imports", () => {
  assert.deepEqual(breaches([edge("lib/ui/page.tsx", "lib/train/fit.ts")]), [
    "the server reaches lib/train/fit.ts: " +
    "routes/index.tsx -> lib/ui/page.tsx -> lib/train/fit.ts",
  ]);
  assert.deepEqual(
    breaches([edge("lib/ui/page.tsx", "lib/train/fit.ts", "type")]),
    [],
  );
});

Deno.test("violations() finds a file that no entry reaches, and one in no room", () => {
  const worker = sound.filter(({ to }) => to === "lib/train/worker.ts");
  assert.deepEqual(breaches([], worker), [
    "lib/train/worker.ts is reached from no entry",
  ]);
  const found = breaches([edge("scripts/experiment.ts", "lib/misc/x.ts")]);
  assert.deepEqual(found, ["lib/misc/x.ts is in no room"]);
});

const needs = { read: true, write: true, run: true };

testWith(needs, "the repository's imports follow the rules", async () => {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const graph = await readGraph(root.replace(/[\\/]$/, ""));
  const kinds = Map.groupBy(graph.edges, ({ kind }) => kind);
  assert.ok(kinds.get("static")!.length > 100 && kinds.get("type")!.length > 5);
  assert.deepEqual(violations(graph), []);
});
