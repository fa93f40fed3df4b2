/** A reader's own WGSL: what goes wrong in it is reported in the reader's file, line and column. */
import assert from "node:assert/strict";
import { sizeOf } from "../../lib/core/shape.ts";
import type { Gpu } from "../../lib/gpu/mod.ts";
import { activationLayer } from "../../lib/nn/op/activation.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { sequential } from "../../lib/nn/graph.ts";
import type { Layer } from "../../lib/nn/op/layer.ts";
import { meanSquaredError } from "../../lib/nn/losses/squared_error.ts";
import { sgd } from "../../lib/nn/optimizers/sgd.ts";
import { elementwise } from "../../lib/nn/op/ops.ts";
import { buildPlan } from "../../lib/nn/plan.ts";
import { givenGradient } from "../../lib/studies/support/given_gradient.ts";
import { testGpu } from "../support/device.ts";
import { assertMatchesOracle } from "../support/cases.ts";

const SQUARE = `// y = x².
struct Sizes { cells: u32 }

@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> result: array<vec4f>;
@group(0) @binding(2) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= sizes.cells) { return; }
  result[id.x] = x[id.x] * x[id.x];
}
`;

/** A layer of one kernel. */
function square({ code = SQUARE, entry = "forward", input = "x" } = {}): Layer {
  return {
    kind: "square",
    build: ([shape]) => ({
      output: shape!,
      parameters: {},
      forward: ({ label, inputs, output }) => [elementwise({
        label: `${label} forward`,
        file: { file: "mine/square.wgsl", code },
        entry,
        reads: { [input]: inputs[0]! },
        result: { value: output, accumulate: false },
        count: sizeOf(shape!),
        flops: 1,
      })],
      backward: () => [],
    }),
  };
}

async function run(gpu: Gpu, layer: Layer): Promise<Float32Array> {
  const program = await gpu.compile(buildPlan({
    name: "mine",
    model: sequential([5], [layer]),
    batch: 3,
    target: gpu.target,
  }));
  const x = Float32Array.from({ length: 15 }, (_, i) => i - 7);
  assert.deepEqual(await program.submit([{ x }]), [{}]);
  const [output] = program.plan.tensors.filter(({ role }) => role === "output");
  const values = await program.read(output!.label);
  program.destroy();
  return values;
}

testGpu("a reader's own kernel runs", async (gpu) => {
  assert.deepEqual(
    await run(gpu, square()),
    Float32Array.from({ length: 15 }, (_, i) => (i - 7) ** 2),
  );
});

testGpu(
  "a WGSL error names the reader's file, line and column",
  async (gpu) => {
    const wrong = SQUARE.replace("x[id.x] * x[id.x]", "x[id.x] * y[id.x]");
    await assert.rejects(run(gpu, square({ code: wrong })), {
      name: "NablaError",
      message:
        /^Cannot compile mine\/square\.wgsl:11:28 for "square1 forward": .*y/s,
    });
    const unfinished = SQUARE.replace("cells: u32 }", "cells: u32");
    await assert.rejects(
      run(gpu, square({ code: unfinished })),
      /mine\/square\.wgsl:[2-4]:\d+ for/,
    );
    // The device goes on.
    await run(gpu, square());
  },
);

testGpu(
  "a WGSL error in a function that a product ends in is counted from its own first line",
  async (gpu) => {
    const code = `// y = sin x
fn activate(x: Cell) -> Cell { return sin(x); }

fn activateDerivative(y: Cell) -> Cell { return sqrt(1.0 - y * z); }
`;
    const layer = activationLayer({
      name: "sine",
      file: { file: "sine.wgsl", code },
      flops: 1,
    });
    await assert.rejects(
      assertMatchesOracle(gpu, {
        model: sequential([4], [dense({ units: 4 }), layer]),
        loss: givenGradient(),
        batch: 2,
      }),
      /Cannot compile sine\.wgsl:4:64 for "dense1 forward \+ sine"/,
    );
  },
);

testGpu(
  "a missing entry point names the file and what it has not",
  async (gpu) => {
    await assert.rejects(
      run(gpu, square({ entry: "backward" })),
      /mine\/square\.wgsl.* backward/s,
    );
  },
);

testGpu("a binding that the WGSL does not declare is named", async (gpu) => {
  await assert.rejects(
    run(gpu, square({ input: "input" })),
    /Cannot bind input of mine\/square\.wgsl for read: the shader declares only x, result, sizes/,
  );
  const writable = SQUARE.replace("<storage, read>", "<storage, read_write>");
  await assert.rejects(
    run(gpu, square({ code: writable })),
    /Cannot bind x of mine\/square\.wgsl for read: the shader declares it for read_write/,
  );
  const more = SQUARE.replace(
    "@compute",
    "@group(0) @binding(3) var<storage, read> w: array<vec4f>;\n@compute",
  ).replace("* x[id.x];", "* w[id.x];");
  await assert.rejects(
    run(gpu, square({ code: more })),
    /mine\/square\.wgsl/,
  );
});

testGpu(
  "a function that does not fit where it is used is named by the reader's file and line",
  async (gpu) => {
    const right = `fn activate(x: Cell) -> Cell { return sin(x); }

fn activateDerivative(y: Cell) -> Cell { return sqrt(1.0 - y * y); }
`;
    const cases: [string, RegExp][] = [
      [right.replaceAll("Cell", "vec2f"), /sine\.wgsl:1:4 for/],
      [right.replace("x: Cell", "x: Cell, z: u32"), /sine\.wgsl:1:4 for/],
      [right.replace(/\nfn activateD[^]*/, ""), /sine\.wgsl:1 for/],
      [right.replace("activate(", "activated("), /sine\.wgsl:1 for/],
      [right.replace("x); }", "x);"), /sine\.wgsl:\d+(?::\d+)? for/],
      [right.slice(0, -4), /sine\.wgsl:\d+(?::\d+)? for/],
      [right + "\nconst CELLS = 1u;\nstruct Sizes { a: u32 }\n", /sine\.wgsl:/],
    ];
    for (const executor of ["layers", undefined] as const) {
      for (const [code, place] of cases) {
        const layer = activationLayer({
          name: "sine",
          file: { file: "sine.wgsl", code },
          flops: 1,
        });
        const plan = buildPlan({
          name: "mine",
          model: sequential([4], [
            dense({ units: 4 }),
            layer,
            dense({ units: 1 }),
          ]),
          loss: meanSquaredError(),
          optimizer: sgd(),
          batch: 2,
          target: gpu.target,
          executor,
        });
        await assert.rejects(gpu.compile(plan), (error: Error) => {
          assert.match(error.message, place);
          assert.doesNotMatch(error.message, /generated:|:-?\d+:-\d/);
          return true;
        });
      }
    }
  },
);
