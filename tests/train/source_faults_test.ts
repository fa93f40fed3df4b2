import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Plan } from "../../lib/core/plan.ts";
import { TorchRandom } from "../../lib/core/random.ts";
import type { HostArray, HostTensor } from "../../lib/core/safetensors.ts";
import { standardTarget } from "../../lib/core/standard_target.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { sequential } from "../../lib/nn/graph.ts";
import { crossEntropy } from "../../lib/nn/losses/cross_entropy.ts";
import { meanSquaredError } from "../../lib/nn/losses/squared_error.ts";
import { sgd } from "../../lib/nn/optimizers/sgd.ts";
import { buildPlan } from "../../lib/nn/plan.ts";
import {
  arrayBatches,
  type BatchSource,
  replicaBatches,
} from "../../lib/train/batches.ts";
import { fit } from "../../lib/train/fit.ts";
import { fakeContext } from "../support/fake_context.ts";
import { fakeProgram } from "../support/fake_program.ts";

const EXAMPLES = 12;
const FEATURES = 2;
const OUTPUTS = 3;
const REPLICAS = 3;

type Task = "classes" | "numbers";

interface Setting {
  readonly task: Task;
  readonly replicas: number;
  /** Whether the source has no arrays and writes its numbers itself. */
  readonly own: boolean;
  /** Which of the two sources is malformed. */
  readonly place: "train" | "evaluation";
  /** Which replica's source is. */
  readonly replica: number;
  readonly row: number;
}

const setting: fc.Arbitrary<Setting> = fc.record({
  task: fc.constantFrom<Task[]>("classes", "numbers"),
  replicas: fc.constantFrom(1, REPLICAS),
  own: fc.boolean(),
  place: fc.constantFrom("train", "evaluation"),
  replica: fc.nat(REPLICAS - 1),
  row: fc.nat(EXAMPLES - 1),
}).map((one) => ({ ...one, replica: one.replica % one.replicas }));

/** Well-formed arrays in float64, which holds every fault. */
function arraysOf(task: Task): Record<string, HostTensor> {
  const target = task === "classes"
    ? { shape: [EXAMPLES], data: numbered(EXAMPLES, (i) => i % OUTPUTS) }
    : {
      shape: [EXAMPLES, OUTPUTS],
      data: numbered(EXAMPLES * OUTPUTS, (i) => i / 10),
    };
  const data = numbered(EXAMPLES * FEATURES, (i) => Math.sin(i));
  return { x: { shape: [EXAMPLES, FEATURES], data }, target };
}

const numbered = (length: number, at: (i: number) => number) =>
  Float64Array.from({ length }, (_, i) => at(i));

/** The arrays as a reader's own source, which only writes. */
function ownBatches(
  arrays: Record<string, HostTensor>,
  task: Task,
): BatchSource {
  const { streams, ...source } = arrayBatches(arrays);
  return {
    ...source,
    streams: Object.fromEntries(
      Object.entries(streams).map(([label, { numbers: _, ...form }]) => {
        const whole = label === "target" && task === "classes";
        return [label, { ...form, type: whole ? "u32" : "f32" }];
      }),
    ),
  };
}

function planOf({ task, replicas }: Setting, training: boolean): Plan {
  return buildPlan({
    name: training ? "training" : "testing",
    model: sequential([FEATURES], [dense({ units: OUTPUTS })]),
    loss: task === "classes" ? crossEntropy() : meanSquaredError(),
    ...training ? { optimizer: sgd() } : { gradients: false },
    batch: EXAMPLES,
    replicas,
    ownData: replicas > 1,
    target: standardTarget,
  });
}

/** Fits with one source that `spoil` has changed; says how many steps were taken. */
async function train(
  setting: Setting,
  spoil: (arrays: Record<string, HostTensor>) => void,
  change = (source: BatchSource): BatchSource => source,
): Promise<{ steps: number; error: Error | null }> {
  const { task, replicas, own, place } = setting;
  const sourceOf = (spoiled: boolean) => {
    const sources = Array.from({ length: replicas }, (_, r) => {
      const arrays = arraysOf(task);
      const mine = spoiled && r === setting.replica;
      if (mine) spoil(arrays);
      const source = own ? ownBatches(arrays, task) : arrayBatches(arrays);
      return mine ? change(source) : source;
    });
    return replicas === 1 ? sources[0]! : replicaBatches(sources);
  };
  const training = fakeProgram(planOf(setting, true));
  const [testing, faultless] = [1, 2].map(() =>
    fakeProgram(planOf(setting, false))
  );
  let error: Error | null = null;
  try {
    const spoilt = sourceOf(place === "evaluation");
    const good = sourceOf(false);
    await fit(fakeContext(), {
      program: training.program,
      source: sourceOf(place === "train"),
      random: new TorchRandom(0),
      steps: 3,
      learningRate: 0.1,
      evaluations: place === "evaluation"
        ? [
          { name: "good", program: faultless!.program, source: good },
          { name: "test", program: testing!.program, source: spoilt },
        ]
        : [],
    });
  } catch (caught) {
    error = caught as Error;
  }
  // What a source of a reader's own writes is seen at its first batch.
  const programs = [training, testing!, ...own ? [] : [faultless!]];
  return { steps: programs.reduce((sum, { steps }) => sum + steps, 0), error };
}

function put(array: HostTensor, at: number, value: number): void {
  array.data[at] = value;
}

/** Tries a fault in 1,000 settings: each must be refused by what it is before any step. */
async function refused<F>(
  fault: fc.Arbitrary<F>,
  spoil: (
    arrays: Record<string, HostTensor>,
    fault: F,
    setting: Setting,
  ) => void,
  { expected, only = () => true, change }: {
    expected: (fault: F, setting: Setting) => RegExp;
    only?: (setting: Setting) => boolean;
    change?: (source: BatchSource, fault: F) => BatchSource;
  },
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(setting.filter(only), fault, async (setting, fault) => {
      const { steps, error } = await train(
        setting,
        (arrays) => spoil(arrays, fault, setting),
        change && ((source) => change(source, fault)),
      );
      assert.equal(error?.name, "NablaError", `${error?.stack ?? "no error"}`);
      assert.match(error!.message, expected(fault, setting));
      assert.equal(steps, 0);
    }),
    { numRuns: 1000, seed: 5 },
  );
}

/** As in `row 3 of "x" of replica 1`. */
function rowOf(label: string, { row, replica, replicas }: Setting): string {
  return `row ${row} of "${label}"` +
    (replicas > 1 ? ` of replica ${replica}` : "");
}

const classes = ({ task }: Setting) => task === "classes";

Deno.test("fit() refuses a class that the model does not have, by stream, row, value and range", () =>
  refused(
    fc.oneof(
      fc.constantFrom(-1, OUTPUTS, 700, 1.9, NaN, Infinity, -Infinity, 0.5),
      fc.constantFrom(-0.25, 255, 65536),
      fc.integer({ min: OUTPUTS, max: 2 ** 24 }),
    ),
    ({ target }, value, { row }) => put(target!, row, value),
    {
      only: classes,
      expected: (value, setting) =>
        new RegExp(
          `${
            rowOf("target", setting)
          } is class ${value}, the model has 3 outputs \\(classes 0 to 2\\)`,
        ),
    },
  ));

Deno.test("fit() refuses a number that is not finite, by stream, row and value", () =>
  refused(
    fc.record({
      label: fc.constantFrom("x", "target"),
      number: fc.nat(FEATURES - 1),
      value: fc.constantFrom(NaN, Infinity, -Infinity, 1e39, -1e300),
    }),
    (arrays, { label, number, value }, { row }) => {
      const width = label === "x" ? FEATURES : OUTPUTS;
      put(arrays[label]!, row * width + number, value);
    },
    {
      only: (setting) => !classes(setting),
      expected: ({ label, number, value }, setting) => {
        // A stream of float32 has no 1e39.
        const held = setting.own ? Math.fround(value) : value;
        return new RegExp(
          `${rowOf(label, setting)} \\(number ${number} of 0 to \\d\\) is ${
            String(held).replace("+", "\\+")
          }, `,
        );
      },
    },
  ));

Deno.test("fit() refuses examples of another shape, by stream and both shapes", () =>
  refused(
    fc.record({
      label: fc.constantFrom("x", "target"),
      shape: fc.constantFrom([1], [4], [], [2, 3], [3, 2], [5, 1], [7]),
    }),
    (arrays, { label, shape }) => {
      const data = new Float32Array(shape.reduce((a, b) => a * b, EXAMPLES));
      arrays[label] = { shape: [EXAMPLES, ...shape], data };
    },
    {
      // With several replicas the sources are compared with each other first.
      only: ({ replicas, task }) => replicas === 1 && task === "numbers",
      expected: ({ label, shape }) =>
        new RegExp(
          `an example of ${label} is ${
            shape.length === 0 ? "one number" : `of shape \\[${shape}\\]`
          }, the plan takes of shape \\[`,
        ),
    },
  ));

Deno.test("fit() refuses one-hot rows where it takes classes, and says what to give", () =>
  refused(
    fc.constant(null),
    (arrays) => {
      const data = numbered(
        EXAMPLES * OUTPUTS,
        (i) => Number(Math.floor(i / OUTPUTS) % OUTPUTS === i % OUTPUTS),
      );
      arrays.target = { shape: [EXAMPLES, OUTPUTS], data };
    },
    {
      only: (setting) => classes(setting) && setting.replicas === 1,
      expected: () => /example of target is of shape \[3\].*looks like one-hot/,
    },
  ));

Deno.test("fit() refuses more classes than the model has outputs, wherever they come", () =>
  refused(
    fc.integer({ min: OUTPUTS + 1, max: 1000 }),
    () => {},
    {
      only: classes,
      change: (source, classes) => ({
        ...source,
        streams: {
          ...source.streams,
          target: { ...source.streams.target!, classes },
        },
      }),
      expected: (count) =>
        new RegExp(`target has ${count} classes, the model has 3 outputs`),
    },
  ));

Deno.test("fit() refuses a source that leaves numbers out, by stream and row", () =>
  refused(
    fc.constantFrom("x", "target"),
    () => {},
    {
      only: ({ own, row }) => own && row === 0,
      change: (source, label) => ({
        ...source,
        fill(indices, inputs, place) {
          const { [label]: _, ...others } = inputs;
          const none = new Float32Array(EXAMPLES * OUTPUTS);
          source.fill(indices, { ...others, [label]: none }, place);
        },
      }),
      expected: (label) => new RegExp(`row \\d+ of "${label}".* NaN`),
    },
  ));

Deno.test("fit() refuses a source without a stream, or for another number of replicas", () =>
  refused(
    fc.constantFrom("missing", "replicas", "examples"),
    () => {},
    {
      only: ({ replicas }) => replicas === 1,
      change: (source, fault) => {
        const { x, target } = source.streams;
        if (fault === "missing") return { ...source, streams: { x: x! } };
        if (fault === "examples") return { ...source, examples: 0.5 };
        const copies = { ...target!, replicas: 2 };
        return { ...source, streams: { x: x!, target: copies } };
      },
      expected: (fault) => ({
        missing: /it takes target, the source gives x/,
        replicas: /gives target for each of 2 replicas, the plan takes it once/,
        examples: /the source has 0\.5 examples, need a whole number/,
      }[fault]!),
    },
  ));

Deno.test("arrayBatches() refuses an array that is not what its shape says, by name", () => {
  const lengths = fc.integer({ min: 0, max: 40 }).filter((n) => n !== 24);
  fc.assert(fc.property(lengths, fc.boolean(), (length, doubles) => {
    const data = doubles ? new Float64Array(length) : new Uint8Array(length);
    assert.throws(
      () => arrayBatches({ x: { shape: [12, 2], data } }),
      new RegExp(`x as data: its shape \\[12,2\\] needs 24.*has ${length}$`),
    );
  }));
  for (const axis of [0, -1, 1.5, NaN, Infinity, 2 ** 53, "3"]) {
    const shape = [12, axis as number];
    assert.throws(
      () => arrayBatches({ x: { shape, data: new Float32Array(24) } }),
      new RegExp(`axis 1 of its shape \\[12,${axis}\\] is "?${axis}"?, need a`),
    );
  }
  const odd = [[1, 2], "12", null, undefined, new DataView(new ArrayBuffer(8))];
  for (const data of odd) {
    assert.throws(
      () => arrayBatches({ x: { shape: [2], data: data as never } }),
      /x as data: its data must be a typed array/,
    );
  }
  for (const shape of [[], undefined, null, 12]) {
    assert.throws(
      () =>
        arrayBatches({
          x: { shape: shape as never, data: new Float32Array(1) },
        }),
      /x as data: it needs a shape/,
    );
  }
});

Deno.test("fit() takes well-formed sources of every type, [n] and [n, 1] alike", async () => {
  const types = [Float32Array, Float64Array, Int32Array, Uint32Array];
  const whole = Array.from({ length: EXAMPLES }, (_, i) => i % OUTPUTS);
  const targets: HostArray[] = [
    ...types.map((type) => type.from(whole)),
    Uint8Array.from(whole),
    BigInt64Array.from(whole.map(BigInt)),
  ];
  for (const own of [false, true]) {
    for (const data of targets) {
      for (const shape of [[EXAMPLES], [EXAMPLES, 1]]) {
        const { steps, error } = await train(
          {
            ...{ task: "classes", replicas: 1, replica: 0, row: 0, own },
            place: "evaluation",
          },
          (arrays) => void (arrays.target = { shape, data }),
        );
        assert.equal(error, null, `${error?.stack}`);
        assert.ok(steps > 3);
      }
    }
  }
});
