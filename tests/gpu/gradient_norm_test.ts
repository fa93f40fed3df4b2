/** The norm of all gradients and what clipping makes of it, against float64. */
import assert from "node:assert/strict";
import type { Target } from "../../lib/core/plan.ts";
import type { Gpu, Program, StepValues } from "../../lib/gpu/mod.ts";
import { largest } from "../../lib/math/compare.ts";
import { clipFactor, gradientNorm } from "../../lib/math/optimizers.ts";
import { Random } from "../../lib/math/random.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { type Graph, sequential } from "../../lib/nn/graph.ts";
import type { Optimizer } from "../../lib/nn/op/optimizer.ts";
import { buildPlan, type PlanOptions } from "../../lib/nn/plan.ts";
import { sgd } from "../../lib/nn/optimizers/sgd.ts";
import { meanSquaredError } from "../../lib/nn/losses/squared_error.ts";
import { tanh } from "../../lib/nn/layers/tanh.ts";
import { assertClose } from "../support/compare.ts";
import { testGpu } from "../support/device.ts";

const BATCH = 6;

/** One number; odd sizes; more numbers than one workgroup, and than 64 of them, take. */
const MODELS: Readonly<Record<string, Graph>> = {
  "1 number": sequential([1], [dense({ units: 1, bias: false })]),
  "odd sizes": sequential([5], [
    dense({ units: 7 }),
    tanh(),
    dense({ units: 3 }),
  ]),
  "many numbers": sequential([605], [
    dense({ units: 503, bias: false }),
    tanh(),
    dense({ units: 9 }),
  ]),
};

interface Opened {
  readonly program: Program;
  readonly inputs: StepValues;
  /** First parameters of all replicas by label. */
  readonly parameters: Readonly<Record<string, Float32Array>>;
}

/** A program at random parameters, and a batch for it. */
async function open(
  gpu: Gpu,
  model: Graph,
  options: Partial<PlanOptions> & { replicas: number },
): Promise<Opened> {
  const plan = buildPlan({
    name: "norm",
    model,
    loss: meanSquaredError(),
    batch: BATCH,
    keepGradients: true,
    gradientNorm: true,
    target: gpu.target,
    ...options,
  });
  const program = await gpu.compile(plan);
  const random = new Random(5);
  const parameters = Object.fromEntries(
    model.parameters.map(({ label, shape }) => {
      const count = options.replicas * shape.reduce((a, b) => a * b, 1);
      const width = 1 / Math.sqrt(shape[1] ?? 1);
      const values = random.normals(count).map((z) => width * z);
      program.write(label, Float32Array.from(values));
      return [label, Float32Array.from(values)];
    }),
  );
  const draw = (label: string) => {
    const { shape } = plan.tensors.find((t) => t.label === label)!;
    return Float32Array.from(random.normals(shape[0]! * shape[1]!));
  };
  const inputs = {
    x: draw("x"),
    target: draw("target"),
    examples: Uint32Array.of(BATCH),
    learningRate: new Float32Array(options.replicas).fill(0.5),
  };
  return { program, inputs, parameters };
}

/** The program's gradients of one replica. */
async function gradientsOf(
  { program }: Opened,
  [replica, replicas]: [number, number],
): Promise<Float32Array[]> {
  const labels = program.plan.tensors.filter(({ role }) => role === "gradient")
    .map(({ label }) => label);
  const all = await Promise.all(labels.map((label) => program.read(label)));
  return all.map((data) => {
    const size = data.length / replicas;
    return data.subarray(replica * size, (replica + 1) * size);
  });
}

for (const [size, model] of Object.entries(MODELS)) {
  for (const replicas of [1, 3]) {
    testGpu(
      `buildPlan() measures the gradient's norm of ${replicas} replica(s), ${size}`,
      async (gpu) => {
        // 75 workgroups in two rows of 38, so that one is beyond the end.
        const folded: Target = { ...gpu.target, maxWorkgroups: 70 };
        for (const target of [gpu.target, folded]) {
          const opened = await open(gpu, model, { replicas, target });
          const [metrics, again] = await opened.program.submit([
            opened.inputs,
            opened.inputs,
          ]);
          for (let r = 0; r < replicas; r++) {
            const norm = gradientNorm(
              await gradientsOf(opened, [r, replicas]),
            );
            // Sums of squares of one sign: rounding of float32, no cancelling.
            assertClose([metrics!.gradientNorm![r]!], [norm], {
              tolerance: 1e-6,
            });
          }
          assert.deepEqual(again!.gradientNorm, metrics!.gradientNorm);
          opened.program.destroy();
        }
      },
    );
  }
}

const OPTIMIZERS: Readonly<Record<string, Optimizer>> = {
  "sgd()": sgd(),
  "sgd() with momentum": sgd({ momentum: 0.9 }),
};

for (const [name, optimizer] of Object.entries(OPTIMIZERS)) {
  for (const replicas of [1, 3]) {
    testGpu(
      `clipNorm shortens what ${name} gets, ${replicas} replica(s)`,
      async (gpu) => {
        const model = MODELS["odd sizes"]!;
        const free = await open(gpu, model, { replicas });
        const [first] = await free.program.submit([free.inputs]);
        const norms = [...first!.gradientNorm!];
        // Between the replicas' norms: some are clipped, some are not.
        const mean = norms.reduce((a, b) => a + b) / replicas;
        const clipNorm = replicas === 1 ? mean / 3 : mean;
        assert.ok(norms.some((norm) => norm > clipNorm));
        assert.ok(replicas === 1 || norms.some((norm) => norm < clipNorm));
        const clipped = await open(gpu, model, {
          replicas,
          optimizer,
          clipNorm,
          keepGradients: false,
        });
        const [metrics] = await clipped.program.submit([clipped.inputs]);
        assert.deepEqual([...metrics!.gradientNorm!], norms);
        for (const { label } of model.parameters) {
          const before = clipped.parameters[label]!;
          const gradient = await free.program.read(
            label.replace("weight", "dWeight").replace("bias", "dBias"),
          );
          const size = before.length / replicas;
          const expected = Array.from(before, (theta, i) => {
            const norm = norms[Math.floor(i / size)]!;
            return theta - 0.5 * clipFactor(norm, clipNorm) * gradient[i]!;
          });
          assertClose(await clipped.program.read(label), expected, {
            tolerance: 1e-6,
            floor: largest(expected),
            label,
          });
        }
        free.program.destroy();
        clipped.program.destroy();
      },
    );
  }
}

testGpu("clipNorm lets NaN through instead of hiding it", async (gpu) => {
  const { program, inputs } = await open(gpu, MODELS["odd sizes"]!, {
    replicas: 1,
    optimizer: sgd(),
    clipNorm: 1,
  });
  const target = (inputs.target as Float32Array).slice();
  target[0] = NaN;
  const [metrics] = await program.submit([{ ...inputs, target }]);
  assert.ok(Number.isNaN(metrics!.gradientNorm![0]));
  const weight = await program.read("dense2.weight");
  program.destroy();
  assert.ok(weight.every(Number.isNaN));
});
