/** FLOPs, bytes, loop iterations and grids against formulas written out here. */
import assert from "node:assert/strict";
import type { Dispatch, Plan } from "../../lib/core/plan.ts";
import { add } from "../../lib/nn/layers/add.ts";
import { crossEntropy } from "../../lib/nn/losses/cross_entropy.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { graph, sequential } from "../../lib/nn/graph.ts";
import { runs, tileNamed } from "../../lib/nn/planner/lower/tiles.ts";
import { buildPlan } from "../../lib/nn/plan.ts";
import { relu } from "../../lib/nn/layers/relu.ts";
import { sgd } from "../../lib/nn/optimizers/sgd.ts";
import { halfSquaredError } from "../../lib/nn/losses/squared_error.ts";
import { type WorkgroupTile, workgroupTile } from "../../shaders/gemm.ts";
import { gpuTarget, plainTarget, subgroupTarget } from "../support/targets.ts";

const BATCH = 64;
const FEATURES = 784;
const HIDDEN = 128;
const CLASSES = 10;

function mlp(replicas: number, target = subgroupTarget): Plan {
  return buildPlan({
    name: "test",
    model: sequential([FEATURES], [
      dense({ units: HIDDEN }),
      relu(),
      dense({ units: CLASSES }),
    ]),
    loss: crossEntropy(),
    optimizer: sgd(),
    batch: BATCH,
    replicas,
    target,
  });
}

function find({ dispatches }: Plan, label: string): Dispatch {
  const found = dispatches.find((dispatch) => dispatch.label === label);
  assert.ok(found, `no ${label} among ${dispatches.map(({ label }) => label)}`);
  return found;
}

for (const replicas of [1, 3]) {
  Deno.test(`buildPlan() counts every multiplication and addition, ${replicas} replica(s)`, () => {
    const product = (m: number, n: number, k: number, rest: number) =>
      m * n * (2 * k + rest);
    // α·dθ, λ·θ, their sum and the step: 4 for each parameter.
    const update = 4;
    const expected: Record<string, number> = {
      "dense1 forward + relu": product(BATCH, HIDDEN, FEATURES, 1 + 1),
      "dense2 forward": product(BATCH, CLASSES, HIDDEN, 1),
      "cross-entropy forward": BATCH * (3 * CLASSES + 4),
      "cross-entropy backward": BATCH * 6 * CLASSES,
      "dense2 backward input + relu′": product(BATCH, HIDDEN, CLASSES, 2),
      "dense2 backward weight + update": product(
        CLASSES,
        HIDDEN,
        BATCH,
        update,
      ),
      "dense2 backward bias + update": CLASSES * (BATCH + update),
      "dense1 backward weight + update": product(
        HIDDEN,
        FEATURES,
        BATCH,
        update,
      ),
      "dense1 backward bias + update": HIDDEN * (BATCH + update),
    };
    for (const target of [subgroupTarget, plainTarget, gpuTarget]) {
      assert.deepEqual(
        Object.fromEntries(
          mlp(replicas, target).dispatches.map((
            { label, flops },
          ) => [label, flops / replicas]),
        ),
        expected,
      );
    }
  });
}

Deno.test("buildPlan() counts every bound number's bytes once", () => {
  const bytes = (replicas: number, label: string) =>
    find(mlp(replicas), label).bytes / 4;
  const weights = HIDDEN * FEATURES;
  const activations = BATCH * HIDDEN;
  const x = BATCH * FEATURES;
  const forward = weights + HIDDEN + activations;
  assert.equal(bytes(1, "dense1 forward + relu"), x + forward);
  // Replicas share the data.
  assert.equal(bytes(3, "dense1 forward + relu"), x + 3 * forward);
  // dY, X and the weight, whose gradient never leaves the registers; a learning rate.
  assert.equal(
    bytes(1, "dense1 backward weight + update"),
    activations + x + weights + 1,
  );
});

Deno.test("buildPlan() counts a tensor that a dispatch binds twice once", () => {
  const plan = buildPlan({
    name: "doubled",
    model: graph((g) => {
      const y = g.apply(relu(), g.input("x", [7]));
      return g.apply(add(), y, y);
    }),
    batch: 3,
    target: subgroupTarget,
  });
  assert.equal(find(plan, "add1 forward").bytes, 4 * 2 * 3 * 7);
});

Deno.test("buildPlan() counts the loop turns of the busiest invocation", () => {
  const plan = mlp(1);
  const turns = (label: string) => find(plan, label).iterations;
  assert.equal(turns("dense1 forward + relu"), FEATURES / 4);
  assert.equal(turns("dense2 backward input + relu′"), Math.ceil(CLASSES / 4));
  assert.equal(turns("dense1 backward weight + update"), BATCH / 4);
  // Two cells side by side in each row, and when they are stored.
  assert.equal(turns("dense1 backward bias + update"), BATCH * (1 + 2) + 2);
  // Rows are kept in registers: one turn, three sums over one lane, two over all.
  assert.equal(turns("cross-entropy forward"), 1 + 3 + 2 * 64);
  // Through workgroup memory a turn more for every slice of k.
  const shared = find(mlp(1, gpuTarget), "dense1 forward + relu");
  const { terms } = tileNamed(shared.choice!.tile) as WorkgroupTile;
  assert.equal(
    shared.iterations,
    FEATURES / 4 + Math.ceil(FEATURES / terms),
  );
});

Deno.test("buildPlan() covers every result with its grid, replicas along z", () => {
  for (const target of [subgroupTarget, plainTarget, gpuTarget]) {
    for (const replicas of [1, 3]) {
      const plan = mlp(replicas, target);
      for (const { label, kernel, grid, sizes, choice } of plan.dispatches) {
        assert.equal(grid[2], replicas, label);
        if (kernel.file !== "gemm.wgsl") continue;
        const [m, n] = sizes!.words as [number, number];
        const tile = tileNamed(choice!.tile)!;
        assert.ok(runs(tile, target), label);
        const { rows, columns } = workgroupTile(tile);
        assert.deepEqual(
          grid,
          [Math.ceil(n / columns), Math.ceil(m / rows), replicas],
          label,
        );
      }
    }
  }
});

const wide = (
  batch: number,
  features: number,
  maxIterations: number,
  units = 2,
) =>
  buildPlan({
    name: "test",
    model: sequential([features], [dense({ units })]),
    loss: halfSquaredError(),
    gradients: true,
    batch,
    target: {
      ...subgroupTarget,
      maxIterations,
      maxWorkgroups: 2 ** 20,
      maxBindingBytes: Infinity,
    },
  });

const isSplit = ({ dispatches }: Plan) =>
  dispatches.some(({ label }) => /parts/.test(label));

Deno.test("buildPlan() splits a product that the driver would cut short", () => {
  const limit = 65_535;
  // Enough tiles of 32 columns that nothing is split for their sake.
  const units = 512;
  const exact = Math.floor(limit * 0.9) * 4;
  assert.ok(!isSplit(wide(1, exact, limit, units)));
  const k = exact + 4;
  const plan = wide(1, k, limit, units);
  const product = find(plan, "dense1 forward");
  assert.equal(product.grid[2], 2);
  assert.equal(product.iterations, Math.ceil(k / 2 / 4));
  const sum = find(plan, "dense1 forward, sum of parts");
  assert.equal(sum.kernel.file, "sum_parts.wgsl");
  assert.equal(sum.kernel.variant, "bias");
  assert.equal(product.flops + sum.flops, units * (2 * k + 2 + 1));
  assert.ok(!isSplit(wide(1, k, Infinity, units)));
});

Deno.test("buildPlan() splits a long product of few tiles", () => {
  const partsOf = (features: number) =>
    find(wide(1, features, Infinity), "dense1 forward").grid[2];
  assert.equal(partsOf(4095), 1);
  assert.equal(partsOf(4096), 2);
  assert.equal(partsOf(2 ** 20), 16);
});

Deno.test("buildPlan() splits a long column sum until every part is short", () => {
  const plan = wide(20_000, 1, 65_535);
  const first = find(plan, "dense1 backward bias");
  assert.equal(first.grid[2], 142);
  assert.equal(first.iterations, Math.ceil(20_000 / 142) * (1 + 2) + 2);
  const second = find(plan, "dense1 backward bias, sum of parts");
  assert.equal(second.iterations, 142 * (1 + 2) + 2);
  // 4096² rows and more need a third round; the counts alone tell.
  const rounds = wide(4096 * 4096 + 1, 1, Infinity).dispatches
    .filter(({ label }) => label.startsWith("dense1 backward bias"));
  assert.equal(rounds.length, 3);
});
