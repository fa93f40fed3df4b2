import assert from "node:assert/strict";
import { NablaError } from "../../lib/core/errors.ts";
import { TorchRandom } from "../../lib/core/random.ts";
import {
  CIFAR10_AUGMENTATION,
  drawsPerExample,
  toAugmentedFloat,
} from "../../lib/data/augmentation.ts";
import { toFloat } from "../../lib/data/batches.ts";

const [height, width, channels] = [3, 4, 2];

/** Two images in which every byte differs from its neighbours and none is 0. */
const set = {
  images: Uint8Array.from({ length: 48 }, (_, i) => 1 + (i * 37) % 255),
  shape: [2, height, width, channels],
  count: 2,
};

/** A generator that hands out the given numbers. */
const script = (...draws: number[]) => ({ next: () => draws.shift()! });

/** The definition: pad, cut out, mirror. One number, counted in pixels. */
function expected(
  example: number,
  at: { top: number; left: number; mirrored: boolean },
  layout: "nhwc" | "nchw",
): number[] {
  const result: number[] = [];
  const visit = (y: number, x: number, c: number) => {
    const row = y + at.top;
    const column = (at.mirrored ? width - 1 - x : x) + at.left;
    const inside = row >= 0 && row < height && column >= 0 && column < width;
    const index = ((example * height + row) * width + column) * channels + c;
    result.push(inside ? Math.fround(set.images[index]! / 255) : 0);
  };
  const times = (count: number, body: (i: number) => void) => {
    for (let i = 0; i < count; i++) body(i);
  };
  if (layout === "nhwc") {
    times(
      height,
      (y) => times(width, (x) => times(channels, (c) => visit(y, x, c))),
    );
  } else {
    times(
      channels,
      (c) => times(height, (y) => times(width, (x) => visit(y, x, c))),
    );
  }
  return result;
}

// A padding of 5 moves the image wholly out of sight.
for (const padding of [1, 2, 5]) {
  Deno.test(`toAugmentedFloat() meets its definition at every offset of padding ${padding}`, () => {
    for (const layout of ["nhwc", "nchw"] as const) {
      for (let i = 0; i <= 2 * padding; i++) {
        for (let j = 0; j <= 2 * padding; j++) {
          for (const mirrored of [false, true]) {
            const at = { top: i - padding, left: j - padding, mirrored };
            const into = new Float32Array(24).fill(-1);
            toAugmentedFloat(set, [1], {
              into,
              padding,
              flip: true,
              layout,
              random: script(i, j, mirrored ? 0x7fffff : 0x800000),
            });
            assert.deepEqual([...into], expected(1, at, layout));
          }
        }
      }
    }
  });
}

Deno.test("toAugmentedFloat() without changes is toFloat()", () => {
  for (const layout of ["nhwc", "nchw"] as const) {
    const nothing = { padding: 0, flip: false, layout };
    assert.deepEqual(
      toAugmentedFloat(set, [1, 0, 1], { ...nothing, random: script() }),
      toFloat(set, [1, 0, 1], { layout }),
    );
  }
});

Deno.test("toAugmentedFloat() repeats itself from a saved state, also in mid-epoch", () => {
  const augmentation = { ...CIFAR10_AUGMENTATION, padding: 1 };
  const random = new TorchRandom(7);
  const saved = random.save();
  const whole = toAugmentedFloat(set, [0, 1, 1, 0, 1], {
    ...augmentation,
    random,
  });
  random.restore(saved);
  for (let draw = 0; draw < 3 * drawsPerExample(augmentation); draw++) {
    random.next();
  }
  const rest = toAugmentedFloat(set, [0, 1], { ...augmentation, random });
  assert.deepEqual(rest, whole.slice(3 * 24));
  assert.notDeepEqual(whole.slice(0, 24), whole.slice(3 * 24, 4 * 24));
});

Deno.test("toAugmentedFloat() takes as many draws as drawsPerExample() says", () => {
  for (const padding of [0, 4]) {
    for (const flip of [false, true]) {
      let draws = 0;
      const random = { next: () => draws++ };
      toAugmentedFloat(set, [0, 1, 0], { padding, flip, random });
      assert.equal(draws, 3 * drawsPerExample({ padding, flip }));
    }
  }
});

Deno.test("toAugmentedFloat() uses every offset and both sides about equally often", () => {
  const dot = {
    images: Uint8Array.of(0, 255, 0, 0, 0, 0),
    shape: [1, 2, 3, 1],
    count: 1,
  };
  const seen = new Map<string, number>();
  const rounds = 3600;
  const all = toAugmentedFloat(dot, new Uint32Array(rounds), {
    padding: 1,
    flip: true,
    random: new TorchRandom(3),
  });
  for (let row = 0; row < rounds; row++) {
    const key = all.subarray(row * 6, row * 6 + 6).join("");
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  // Rows 0 and 1 each with three columns; one of three offsets leaves the dot above.
  assert.equal(seen.size, 7);
  for (const [key, count] of seen) {
    const share = key === "000000" ? 1 / 3 : 1 / 9;
    const deviation = Math.sqrt(rounds * share * (1 - share));
    assert.ok(Math.abs(count - rounds * share) < 4 * deviation, key);
  }
});

Deno.test("toAugmentedFloat() refuses unknown examples, short destinations, odd paddings", () => {
  const options = { padding: 1, flip: true, random: new TorchRandom(0) };
  const refused = (pattern: RegExp, run: () => void) =>
    assert.throws(
      run,
      (error) => error instanceof NablaError && pattern.test(error.message),
    );
  refused(
    /example 2: the set has 2/,
    () => toAugmentedFloat(set, [2], options),
  );
  refused(
    /room for 23 values, 24 needed/,
    () =>
      toAugmentedFloat(set, [0], { ...options, into: new Float32Array(23) }),
  );
  for (const padding of [-1, 0.5, NaN]) {
    refused(
      /Cannot pad images by/,
      () => toAugmentedFloat(set, [0], { ...options, padding }),
    );
  }
});
