/** The text of the kernels against the plans that bind them, and its documentation. */
import * as fc from "fast-check";
import assert from "node:assert/strict";
import type { Dispatch } from "../../lib/core/plan.ts";
import { adam } from "../../lib/nn/optimizers/adam.ts";
import { crossEntropy } from "../../lib/nn/losses/cross_entropy.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { sequential } from "../../lib/nn/graph.ts";
import { bind } from "../../lib/nn/planner/lower/draft.ts";
import { variables } from "../../lib/nn/op/kernel_text.ts";
import { buildPlan } from "../../lib/nn/plan.ts";
import { rmsprop } from "../../lib/nn/optimizers/rmsprop.ts";
import { sgd, sgdHeavyBall } from "../../lib/nn/optimizers/sgd.ts";
import { meanSquaredError } from "../../lib/nn/losses/squared_error.ts";
import { value } from "../../lib/nn/op/value.ts";
import { shader, shaderFiles } from "../../shaders/mod.ts";
import { build, recipes } from "../support/random_graph.ts";
import { gpuTarget, plainTarget, subgroupTarget } from "../support/targets.ts";

const options = fc.record({
  recipe: recipes({ widths: [1, 3, 4, 8], maxLength: 8, norms: true }),
  batch: fc.constantFrom(2, 4, 5000),
  update: fc.constantFrom(
    {},
    { optimizer: sgd() },
    { optimizer: sgd({ momentum: 0.9 }) },
    { optimizer: sgdHeavyBall({ momentum: 0.9, weightDecay: "stream" }) },
    { optimizer: rmsprop({ momentum: 0.9 }) },
    { optimizer: adam({ weightDecay: "stream" }) },
    { optimizer: adam(), clipNorm: 1 },
    { accumulateGradients: true },
  ),
  loss: fc.constantFrom(crossEntropy(), meanSquaredError()),
  replicas: fc.constantFrom(1, 2),
  target: fc.constantFrom(subgroupTarget, plainTarget, gpuTarget),
  keepGradients: fc.boolean(),
});

function holds(property: (dispatch: Dispatch) => void): void {
  fc.assert(
    fc.property(options, ({ recipe, update, ...rest }) =>
      buildPlan({
        name: "random",
        model: build(recipe),
        inputGradients: true,
        ...update,
        ...rest,
      }).dispatches.forEach(property)),
    { seed: 1, numRuns: 200 },
  );
}

Deno.test("every dispatch binds what its shader declares, by name, place and access", () => {
  holds(({ label, kernel, bindings, sizes }) => {
    const declared = variables(kernel.code);
    for (const { name, index, access } of bindings) {
      assert.deepEqual(declared.get(name), { index, kind: access }, label);
    }
    const places = bindings.map(({ index }) => index);
    assert.equal(new Set(places).size, places.length, label);
    assert.equal(declared.get("sizes")?.index, sizes?.index, label);
    const entry = new RegExp(`@compute[^{]*fn ${kernel.entry}\\(`);
    assert.match(kernel.code, entry, label);
    for (const constant of Object.keys(kernel.constants)) {
      assert.match(kernel.code, new RegExp(`override ${constant}: `));
    }
  });
});

Deno.test("every dispatch fills its uniform block to the last word", () => {
  holds(({ label, kernel, sizes }) => {
    const block = kernel.code.match(/struct Sizes \{([^}]*)\}/)?.[1] ?? "";
    const fields = block.match(/\w+: u32/g) ?? [];
    assert.equal(sizes?.words.length ?? 0, fields.length, label);
    for (const word of sizes?.words ?? []) {
      assert.ok(Number.isInteger(word) && word >= 0 && word < 2 ** 32, label);
    }
  });
});

Deno.test("every kernel remembers the files it was put together from", () => {
  const { dispatches } = buildPlan({
    name: "pieces",
    model: sequential([5], [dense({ units: 3 })]),
    loss: crossEntropy(),
    optimizer: sgd(),
    batch: 5000,
    target: subgroupTarget,
  });
  for (const { kernel: { code, pieces } } of dispatches) {
    const lines = code.split("\n");
    for (const { file, line } of pieces) {
      if (file === "generated") continue;
      const text = shader(file as "sgd.wgsl").split("\n");
      assert.deepEqual(lines.slice(line, line + 3), text.slice(0, 3), file);
    }
  }
});

Deno.test("bind() names the variable that a shader lacks or declares otherwise", () => {
  const code = "@group(0) @binding(3) var<storage, read> x: array<f32>;";
  const x = value("x", "stream", [1]);
  const bindTo = (name: string, access: "read" | "read_write") => () =>
    bind({
      code,
      buffers: [{ name, value: x, access }],
      words: [],
      file: "mine.wgsl",
    });
  assert.equal(bindTo("x", "read")().bindings[0]!.index, 3);
  assert.throws(bindTo("y", "read"), /bind y of mine\.wgsl .* only x/);
  assert.throws(bindTo("x", "read_write"), /bind x of mine\.wgsl .* for read$/);
});

for (const file of shaderFiles) {
  Deno.test(`${file} opens with its formula and says what every binding is`, () => {
    const lines = shader(file).split("\n");
    const header = lines.slice(0, lines.findIndex((l) => !l.startsWith("//")));
    assert.ok(header.length >= 2, `${file} opens with ${header.length} lines`);
    const runs = shader(file).includes("@compute");
    assert.match(header.join(" "), runs ? /invocation|lanes/i : /Cell|lanes/);
    lines.forEach((line, index) => {
      if (!line.includes("@binding") || line.includes("<uniform>")) return;
      const documented = /;\s*\/\/ \S/.test(line) ||
        lines[index - 1]!.startsWith("//") || isNamed(line, header);
      assert.ok(documented, `${file}:${index + 1} has no comment: ${line}`);
    });
  });
}

/** Whether the file's opening gives the shape of a binding, as in `y [replicas, rows]`. */
function isNamed(line: string, header: string[]): boolean {
  const name = line.match(/>\s*(\w+)\s*:/)?.[1];
  return new RegExp(`\\b${name} (\\[|alike)`).test(header.join(" "));
}
