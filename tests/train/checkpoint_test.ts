import assert from "node:assert/strict";
import fc from "fast-check";
import { NablaError } from "../../lib/core/errors.ts";
import { encodeSafetensors } from "../../lib/core/safetensors.ts";
import {
  decodeCheckpoint,
  encodeCheckpoint,
} from "../../lib/train/checkpoint.ts";
import type { Checkpoint } from "../../lib/train/experiment.ts";
import { loadFit } from "../../lib/train/fit_checkpoint.ts";
import type { Part } from "../../lib/train/parts.ts";

const CHECKPOINT: Checkpoint = {
  epoch: 2,
  step: 40,
  tensors: {
    "dense1.weight": { shape: [1, 2], data: Float32Array.of(-0, NaN) },
    "fit.generator": { shape: [3], data: Uint32Array.of(1, 2, 3) },
  },
  state: { name: "train", taken: 8, evaluations: {} },
};

Deno.test("decodeCheckpoint() gives back what encodeCheckpoint() was given", () => {
  assert.deepEqual(decodeCheckpoint(encodeCheckpoint(CHECKPOINT)), CHECKPOINT);
  const bare = { epoch: 0, step: 0, tensors: {}, state: undefined };
  assert.equal(decodeCheckpoint(encodeCheckpoint(bare)).state, null);
});

/** Metadata that is missing (`null`) or wrong, and what the error says. */
const FAULTS: [string, string | null, RegExp][] = [
  ["step", "1e3", /its step is "1e3", need a natural number; .*--resume/],
  ["step", "-1", /its step is "-1"/],
  ["step", "", /its step is ""/],
  ["step", "9007199254740992", /its step is "9007199254740992"/],
  ["epoch", null, /its epoch is missing/],
  ["epoch", "NaN", /its epoch is "NaN"/],
  ["state", "{", /its state is not JSON/],
  ["state", null, /its state is not JSON/],
];

for (const [name, text, message] of FAULTS) {
  Deno.test(`decodeCheckpoint() refuses ${name} ${JSON.stringify(text)}`, () => {
    const given: Record<string, string> = {
      epoch: "2",
      step: "40",
      state: "null",
    };
    if (text === null) delete given[name];
    else given[name] = text;
    assert.throws(
      () => decodeCheckpoint(encodeSafetensors({}, given)),
      (error) => {
        assert.ok(error instanceof NablaError);
        assert.match(error.message, message);
        return true;
      },
    );
  });
}

Deno.test("decodeCheckpoint() meets mutated bytes with typed errors only", () => {
  const valid = encodeCheckpoint(CHECKPOINT);
  const mutation = fc.tuple(fc.nat(valid.length - 1), fc.nat(255));
  fc.assert(
    fc.property(
      fc.array(mutation, { minLength: 1, maxLength: 3 }),
      fc.option(fc.nat(valid.length), { nil: valid.length }),
      (mutations, length) => {
        const bytes = valid.slice(0, length);
        for (const [at, value] of mutations) bytes[at % length] = value;
        try {
          const { epoch, step } = decodeCheckpoint(bytes);
          assert.ok(Number.isSafeInteger(epoch) && Number.isSafeInteger(step));
        } catch (error) {
          if (!(error instanceof NablaError)) throw error;
        }
      },
    ),
    { numRuns: 5000, seed: 4 },
  );
});

Deno.test("loadFit() refuses a checkpoint without the generator's state", () => {
  const { "fit.generator": generator, ...tensors } = CHECKPOINT.tensors;
  const partWith = (tensors: typeof CHECKPOINT.tensors): Part => ({
    saved: { done: false, state: { epoch: 0, taken: 0, step: 5 }, tensors },
    save: () => Promise.resolve(),
    leave() {},
  });
  const found = loadFit(partWith({ ...tensors, "fit.generator": generator! }))!;
  assert.deepEqual(found.position.generator, Uint32Array.of(1, 2, 3));
  const wrong = { shape: [3], data: new Float32Array(3) };
  for (const broken of [tensors, { ...tensors, "fit.generator": wrong }]) {
    assert.throws(() => loadFit(partWith(broken)), {
      name: "NablaError",
      message: /lacks fit\.generator/,
    });
  }
});
