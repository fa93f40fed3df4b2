import assert from "node:assert/strict";
import type { Work } from "../../scripts/bench/contender.ts";
import { openConv } from "../../scripts/bench/conv/nabla.ts";
import { conv } from "../../scripts/bench/conv/section.ts";
import type { Conv, Pass } from "../../scripts/bench/conv/workload.ts";
import { openElementwise } from "../../scripts/bench/elementwise/nabla.ts";
import { elementwise } from "../../scripts/bench/elementwise/section.ts";
import { openGemm } from "../../scripts/bench/gemm/nabla.ts";
import { gemm } from "../../scripts/bench/gemm/section.ts";
import { gemmOf } from "../../scripts/bench/gemm/workload.ts";
import type { Section } from "../../scripts/bench/section.ts";
import { openTraining } from "../../scripts/bench/training/nabla.ts";
import { mlp } from "../../scripts/bench/training/sections.ts";
import type { Workload } from "../../scripts/bench/workload.ts";
import { testGpu } from "../support/device.ts";
import { smallElementwise, tiny, tinyConv } from "./tiny.ts";

/** Runs what is timed once and compares it as the benchmark does. */
async function check<W extends Workload>(
  section: Section<W>,
  workload: W,
  opened: Promise<Work>,
): Promise<void> {
  const work = await opened;
  const values = await work.values();
  const { error, holds } = section.compare(values, section.expected(workload));
  assert.ok(holds, `${workload.name} differs by ${error}`);
  await work.run(3);
  work.close();
}

testGpu("Nabla computes the products that the benchmark times", async (gpu) => {
  for (const layout of ["NT", "NN", "TN"] as const) {
    const workload = gemmOf(layout, 96);
    await check(gemm, workload, openGemm(gpu, workload));
  }
});

testGpu(
  "Nabla computes the convolutions that the benchmark times",
  async (gpu) => {
    const size = { batch: 2, size: 7, inputs: 32, outputs: 32 };
    for (const pass of ["forward", "input", "weight"] satisfies Pass[]) {
      for (const [kernel, padding] of [[3, 0], [5, 2]] as const) {
        const name = `${pass} ${kernel}`;
        const workload: Conv = {
          kind: "conv",
          name,
          pass,
          ...size,
          kernel,
          padding,
        };
        await check(conv, workload, openConv(gpu, workload));
      }
    }
  },
);

testGpu("Nabla computes the passes that the benchmark times", async (gpu) => {
  for (const workload of smallElementwise) {
    await check(elementwise, workload, openElementwise(gpu, workload));
  }
});

testGpu("Nabla trains as the benchmark expects", async (gpu) => {
  const numbers = { ...tiny, loss: "meanSquare", replicas: 3 } as const;
  for (const workload of [tiny, tinyConv, numbers]) {
    await check(mlp, workload, openTraining(gpu, workload));
  }
});
