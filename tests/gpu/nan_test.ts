/** A NaN must reach what depends on it, and nothing else: not through edges of tiles, nor masked terms. */
import assert from "node:assert/strict";
import type { Gpu } from "../../lib/gpu/mod.ts";
import { crossEntropy } from "../../lib/nn/losses/cross_entropy.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { sequential } from "../../lib/nn/graph.ts";
import { halfSquaredNorm } from "../../lib/nn/losses/half_squared_norm.ts";
import { relu } from "../../lib/nn/layers/relu.ts";
import { sigmoid } from "../../lib/nn/layers/sigmoid.ts";
import {
  halfSquaredError,
  meanSquaredError,
} from "../../lib/nn/losses/squared_error.ts";
import { tanh } from "../../lib/nn/layers/tanh.ts";
import { givenGradient } from "../../lib/studies/support/given_gradient.ts";
import { type Case, drawValues, planOf } from "../support/cases.ts";
import { testGpu } from "../support/device.ts";
import { plainTarget } from "../support/targets.ts";

/** Runs a case with some values spoilt and reads everything. */
async function runSpoilt(
  gpu: Gpu,
  given: Case,
  spoil: (values: ReturnType<typeof drawValues>) => void,
): Promise<Record<string, Float32Array>> {
  const plan = planOf(given, gpu.target);
  const values = drawValues(plan, given);
  spoil(values);
  const program = await gpu.compile(plan);
  for (const [label, data] of Object.entries(values.parameters)) {
    program.write(label, data);
  }
  const [metrics] = await program.submit([values.streams]);
  const found: Record<string, Float32Array> = {
    loss: metrics!.loss as Float32Array,
  };
  for (const { label, role } of plan.tensors) {
    if (role === "gradient" || role === "output") {
      found[label] = await program.read(label);
    }
  }
  program.destroy();
  return found;
}

/** Fails unless exactly the numbers that `hit` names are NaN and all others are as in `clean`. */
function assertSpread(
  label: string,
  [spoilt, clean]: [Float32Array, Float32Array],
  hit: (index: number) => boolean,
): void {
  spoilt.forEach((value, index) => {
    const wanted = hit(index) ? NaN : clean[index];
    assert.ok(
      Object.is(value, wanted),
      `${label}[${index}] is ${value}, expected ${wanted}`,
    );
  });
}

// Sizes that are and are not multiples of four, so that every mask and every load is at work.
for (
  const [batch, features, units] of [[5, 7, 3], [5, 6, 4], [3, 4, 5], [
    9,
    33,
    34,
  ]] as const
) {
  const given: Case = {
    model: sequential([features], [dense({ units })]),
    loss: givenGradient(),
    batch,
    replicas: 3,
    ownData: true,
  };
  const size = `${batch}×${features}×${units}`;
  for (
    const [engine, target] of [["chosen", undefined], [
      "plain",
      plainTarget,
    ]] as const
  ) {
    testGpu(
      `a NaN in one row stays in it at ${size}, ${engine} engine`,
      async (gpu) => {
        const spoilt = { ...given, target };
        const clean = await runSpoilt(gpu, spoilt, () => {});
        // The last number of the middle replica's first row: its neighbours are the next row's.
        const row = batch;
        const found = await runSpoilt(gpu, spoilt, ({ streams }) => {
          streams.x![row * features + features - 1] = NaN;
        });
        const spread = (label: string, hit: (i: number) => boolean) =>
          assertSpread(label, [found[label]!, clean[label]!], hit);
        spread("dense1.output", (i) => Math.floor(i / units) === row);
        spread("dX", () => false);
        spread("dense1.dBias", () => false);
        spread(
          "dense1.dWeight",
          (i) =>
            Math.floor(i / units / features) === 1 &&
            i % features === features - 1,
        );
        spread("loss", (i) => i === 1);
      },
    );

    testGpu(
      `a NaN in the weights of one replica stays in it at ${size}, ${engine} engine`,
      async (gpu) => {
        const spoilt = { ...given, target };
        const clean = await runSpoilt(gpu, spoilt, () => {});
        const found = await runSpoilt(gpu, spoilt, ({ parameters }) => {
          parameters["dense1.weight"]!.fill(
            NaN,
            units * features,
            2 * units * features,
          );
          parameters["dense1.bias"]!.fill(NaN, units, 2 * units);
        });
        for (const label of ["dense1.output", "dX", "loss"]) {
          const length = clean[label]!.length / 3;
          assertSpread(
            label,
            [found[label]!, clean[label]!],
            (i) => Math.floor(i / length) === 1,
          );
        }
        for (const label of ["dense1.dWeight", "dense1.dBias"]) {
          assertSpread(label, [found[label]!, clean[label]!], () => false);
        }
      },
    );
  }
}

for (
  const loss of [
    crossEntropy(),
    meanSquaredError(),
    halfSquaredError(),
    halfSquaredNorm(),
  ]
) {
  testGpu(
    `${loss.kind} shows a NaN in the replica and the row that has it`,
    async (gpu) => {
      const given: Case = {
        model: sequential([3], [dense({ units: 3 })]),
        loss,
        batch: 70,
        replicas: 3,
        ownData: true,
      };
      const clean = await runSpoilt(gpu, given, () => {});
      const row = 70 + 67;
      const found = await runSpoilt(gpu, given, ({ streams }) => {
        streams.x![row * 3] = NaN;
      });
      const spread = (label: string, hit: (i: number) => boolean) =>
        assertSpread(label, [found[label]!, clean[label]!], hit);
      spread("loss", (i) => i === 1);
      spread("dX", (i) => Math.floor(i / 3) === row);
      spread("dense1.dBias", (i) => Math.floor(i / 3) === 1);
    },
  );
}

for (const [name, layer] of Object.entries({ relu, sigmoid, tanh })) {
  testGpu(
    `${name}() keeps a NaN and an infinity, alone and in a product`,
    async (gpu) => {
      const limits = {
        relu: [Infinity, 0],
        sigmoid: [1, 0],
        tanh: [1, -1],
      }[name]!;
      const models = [
        sequential([5], [layer()]),
        sequential([5], [dense({ units: 5, bias: false }), layer()]),
        sequential([4], [dense({ units: 4, bias: false }), layer()]),
      ];
      for (const model of models) {
        const width = model.inputs[0]!.shape[0]!;
        const found = await runSpoilt(gpu, {
          model,
          loss: meanSquaredError(),
          batch: 3,
        }, ({ streams, parameters }) => {
          streams.x!.fill(0).set([NaN], 0);
          streams.x!.set([1e30], width);
          streams.x!.set([-1e30], 2 * width);
          // The first unit hands on the first feature; 1e30 · 1e30 is infinite.
          parameters["dense1.weight"]?.fill(0).set([1e30], 0);
        });
        const output = found[`${name}1.output`]!;
        const [high, low] = limits as [number, number];
        assert.ok(Number.isNaN(output[0]), `NaN became ${output[0]}`);
        const reached = (value: number, limit: number) =>
          value === limit || (limit === Infinity && value >= 1e30) ||
          Math.abs(value - limit) < 1e-30;
        assert.ok(reached(output[width]!, high), `${output[width]}`);
        assert.ok(reached(output[2 * width]!, low), `${output[2 * width]}`);
        assert.ok(Number.isNaN(found.loss![0]), "the loss hides the NaN");
      }
    },
  );
}
