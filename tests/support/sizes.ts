/** One layer at several sizes, with one replica and with three. */
import assert from "node:assert/strict";
import { assertMatchesOracle, type Case, runCase } from "./cases.ts";
import { testGpu } from "./device.ts";

const REPLICAS = [
  { replicas: 1 },
  { replicas: 3 },
  { replicas: 3, ownData: true },
];

const named = ({ replicas, ownData }: Pick<Case, "replicas" | "ownData">) =>
  `${replicas} replica(s)${ownData ? " with data of their own" : ""}`;

/** One test for each size, with every kind of replicas in it. */
export function testSizes(
  name: string,
  sizes: readonly (readonly number[])[],
  make: (...size: number[]) => Omit<Case, "replicas" | "ownData" | "seed">,
): void {
  for (const size of sizes) {
    testGpu(`${name} matches float64 at ${size.join("×")}`, async (gpu, t) => {
      for (const [index, replicas] of REPLICAS.entries()) {
        await t.step(named(replicas), async () => {
          const seed = 11 + index;
          await assertMatchesOracle(gpu, {
            ...make(...size),
            ...replicas,
            seed,
          });
        });
      }
    });
  }
}

/** The same step from the same values gives the same bits. */
export function testRepeats(name: string, given: Case): void {
  testGpu(`${name} gives the same bits twice`, async (gpu) => {
    const first = await runCase(gpu, given);
    const second = await runCase(gpu, given);
    assert.deepEqual(second.metrics, first.metrics);
    assert.deepEqual(second.tensors, first.tensors);
  });
}
