import assert from "node:assert/strict";
import { TorchRandom } from "../../lib/core/random.ts";
import {
  createEpochs,
  drawn,
  type Order,
  sequential,
  shuffled,
} from "../../lib/train/epochs.ts";

const walk = (order: Order | undefined, batch = 4) =>
  createEpochs(new TorchRandom(7), { examples: 10, batch, order });

Deno.test("createEpochs() hands out every example once, in PyTorch's order", () => {
  const epochs = walk(undefined);
  const random = new TorchRandom(7);
  for (let epoch = 0; epoch < 3; epoch++) {
    const order = random.dataLoaderOrder(10);
    const batches = [epochs.next(), epochs.next(), epochs.next()];
    const places = batches.map(({ indices, epoch, taken }) => [
      ...[epoch, taken],
      indices.length,
    ]);
    assert.deepEqual(places, [[epoch, 0, 4], [epoch, 4, 4], [epoch, 8, 2]]);
    assert.deepEqual(batches.flatMap(({ indices }) => [...indices]), [
      ...order,
    ]);
  }
});

Deno.test("createEpochs() goes on from any position with the same batches", () => {
  for (const order of [shuffled, sequential, drawn]) {
    for (let stop = 0; stop <= 7; stop++) {
      const whole = walk(order);
      for (let i = 0; i < stop; i++) whole.next();
      const from = whole.position();
      // What was drawn before a restart must not matter.
      const random = new TorchRandom(99);
      random.rand(3);
      const rest = createEpochs(random, {
        examples: 10,
        batch: 4,
        order,
        from,
      });
      for (let i = 0; i < 8; i++) {
        assert.deepEqual(rest.next(), whole.next(), `${stop} + ${i}`);
      }
    }
  }
});

Deno.test("createEpochs() refuses a batch larger than the data set", () => {
  assert.throws(
    () => walk(undefined, 11),
    /batches of 11 examples: the data set has 10; choose a batch from 1 to 10/,
  );
  for (const batch of [0, -1, 2.5, NaN, Infinity, 2 ** 53]) {
    const named = new RegExp(`the batch is ${batch}, need a whole number of`);
    assert.throws(() => walk(undefined, batch), named);
  }
});

Deno.test("createEpochs() refuses an order that does not name every place an example", () => {
  const orders: [number[], RegExp][] = [
    [[0, 1, 2, 3, 4, 5, 6, 7, 8, 10], /entry 9 of its order is 10, examples/],
    [[0, 1, 2, 3, 4, 5, 6, 7, 8, -1], /entry 9 of its order is -1/],
    [[0, 0.5, 2, 3, 4, 5, 6, 7, 8, 9], /entry 1 of its order is 0.5/],
    [[0, 1], /order has 2 entries, the data set 10 examples/],
  ];
  for (const [order, message] of orders) {
    const given = () => order as unknown as Uint32Array;
    assert.throws(() => walk(given, 5), message);
  }
});

Deno.test("drawn() draws with replacement from all examples", () => {
  const order = drawn(new TorchRandom(0), 50);
  assert.equal(order.length, 50);
  assert.ok(order.every((index) => index < 50));
  assert.ok(new Set(order).size < 50);
});
