/**
 * Convolutions in every tile of all engines: forward NT, the gradient of the
 * input NN, that of the weight TN, through windows of any size, stride and
 * padding. What the window does in the chosen tile is conv_test.ts's business.
 */
import * as fc from "fast-check";
import assert from "node:assert/strict";
import { conv2d } from "../../lib/nn/layers/conv.ts";
import { sequential } from "../../lib/nn/graph.ts";
import { runs, tileName, TILES } from "../../lib/nn/planner/lower/tiles.ts";
import { givenGradient } from "../../lib/studies/support/given_gradient.ts";
import { assertMatchesOracle } from "../support/cases.ts";
import { gpu, testGpu } from "../support/device.ts";
import { forced, tilesIn } from "../support/tiles.ts";

/** Wide loads where channels are multiples of four, in turn with none: half of the kernels to compile. */
const channels = [[4, 8], [5, 33]] as const;

const windows = fc.record({
  image: fc.tuple(
    fc.integer({ min: 1, max: 9 }),
    fc.integer({ min: 1, max: 9 }),
  ),
  kernel: fc.integer({ min: 1, max: 4 }),
  stride: fc.integer({ min: 1, max: 3 }),
  padding: fc.integer({ min: 0, max: 3 }),
  batch: fc.constantFrom(1, 3, 6),
}).filter(({ image, kernel, padding }) =>
  Math.min(...image) + 2 * padding >= kernel
);

for (const [i, { tile }] of TILES.entries()) {
  if (gpu && !runs(tile, gpu.target)) continue;
  const [inputs, outputs] = channels[i % channels.length]!;
  const name = tileName(tile);
  testGpu(
    `conv2d() from ${inputs} to ${outputs} channels in tile ${name} matches float64 through any window`,
    ({ target }) =>
      fc.assert(
        fc.asyncProperty(windows, async ({ image, batch, ...window }) => {
          const { plan } = await assertMatchesOracle(gpu!, {
            model: sequential([...image, inputs], [
              conv2d({ ...window, channels: outputs, bias: false }),
            ]),
            loss: givenGradient(),
            batch,
            replicas: 2,
            target: forced(target, tile),
          });
          assert.deepEqual(tilesIn(plan), [name, name, name]);
        }),
        { seed: 7 + i, numRuns: 6 },
      ),
  );
}
