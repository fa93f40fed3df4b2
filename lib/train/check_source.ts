/** Looks at a data set before a plan is fed with it, and at what it writes. */
import { NablaError } from "../core/errors.ts";
import type { Plan, Tensor } from "../core/plan.ts";
import { sameShape, type Shape, sizeOf } from "../core/shape.ts";
import { findStrange, type StrangeNumber } from "../core/stream_values.ts";
import type { BatchSource, StepInputs, StreamForm } from "./batches.ts";
import type { Batch } from "./epochs.ts";

/** Streams that a training loop writes itself. */
const ofTheLoop = ["examples", "learningRate", "weightDecay", "step", "seed"];

/** Sources whose numbers were looked at for a plan. */
const looked = new WeakMap<BatchSource, WeakSet<Plan>>();

/**
 * Refuses a source that does not fit a plan: its streams must be those of the
 * plan, with examples of the same shape, and all numbers that it has in memory
 * such as the plan takes. Axes of length 1 may be left out or added, and a stream
 * of one axis takes examples of any shape with as many numbers.
 *
 * @throws {NablaError} That names the stream, and the row if a number is wrong
 */
export function checkSource(plan: Plan, source: BatchSource): void {
  const { examples, streams } = source;
  const fail = refusing(plan);
  if (!Number.isSafeInteger(examples) || examples < 1) {
    fail(
      `the source has ${examples} examples, need a whole number of at least 1`,
    );
  }
  const tensors = streamsOf(plan);
  const missing = tensors.find(({ label }) => !(label in streams));
  if (missing) {
    fail(
      `it takes ${missing.label}, the source gives ${
        Object.keys(streams).join(", ") || "nothing"
      }`,
    );
  }
  for (const [label, form] of Object.entries(streams)) {
    const tensor = tensors.find((one) => one.label === label);
    checkReplicas(plan, label, { form, tensor });
    checkForm(plan, tensor!, form);
  }
  if (looked.get(source)?.has(plan)) return;
  for (const tensor of tensors) {
    checkNumbers(plan, tensor, { examples, form: streams[tensor.label]! });
  }
  if (!looked.has(source)) looked.set(source, new WeakSet());
  looked.get(source)!.add(plan);
}

/**
 * Fills the streams of one step and notes how many rows count. What a source
 * that does not have its numbers in memory writes is looked at here.
 *
 * @throws {NablaError} If it left a number out, or wrote one that the plan cannot take
 */
export function fillStep(
  plan: Plan,
  source: BatchSource,
  batch: Batch,
  inputs: StepInputs,
): void {
  const unseen = streamsOf(plan).filter(({ label }) =>
    source.streams[label] && !source.streams[label].numbers
  );
  const rows = batch.indices.length;
  const given = { ...inputs };
  for (const tensor of unseen) {
    const { label, classes } = tensor;
    // An integer array would cut 1.9 to 1 before anybody sees it.
    if (classes !== undefined) {
      given[label] = new Float32Array(inputs[label]!.length);
    }
    // What is not written is found as a number that no stream takes.
    for (const [from, end] of rangesOf(plan, tensor, rows)) {
      given[label]!.fill(NaN, from, end);
    }
  }
  const written = { ...given };
  source.fill(batch.indices, given, batch);
  inputs.examples?.fill(rows);
  for (const tensor of unseen) {
    const numbers = written[tensor.label]!;
    rangesOf(plan, tensor, rows).forEach(([from, end], replica) => {
      const found = findStrange(numbers, tensor, { from, end });
      if (found) {
        const at = found.at - from;
        const row = batch.indices[Math.floor(at / widthOf(tensor))]!;
        const number = at % widthOf(tensor);
        refuseNumber(plan, tensor, { found, row, replica, number });
      }
      if (numbers === inputs[tensor.label]) return;
      inputs[tensor.label]!.set(numbers.subarray(from, end), from);
    });
  }
}

/** The streams of a plan that come from a data set. */
function streamsOf({ tensors }: Plan): Tensor[] {
  return tensors.filter(({ role, label }) =>
    role === "stream" && !ofTheLoop.includes(label)
  );
}

/** Numbers of one example. */
const widthOf = ({ shape }: Tensor) => sizeOf(shape.slice(1));

/** Where the first rows of each replica lie in a stream. */
function rangesOf(
  { batch }: Plan,
  tensor: Tensor,
  rows: number,
): (readonly [number, number])[] {
  const width = widthOf(tensor);
  return Array.from({ length: tensor.replicas }, (_, replica) => {
    const from = replica * batch * width;
    return [from, from + rows * width];
  });
}

function checkReplicas(
  plan: Plan,
  label: string,
  { form, tensor }: { form: StreamForm; tensor: Tensor | undefined },
): void {
  if (tensor && tensor.replicas === form.replicas) return;
  const need = tensor
    ? `takes it ${copies(tensor.replicas)}`
    : "does not take it";
  refusing(plan)(
    `the source gives ${label} ${
      copies(form.replicas)
    }, the plan ${need}; see ownData of the plan and replicaBatches()`,
  );
}

function copies(replicas: number): string {
  return replicas === 1 ? "once for all" : `for each of ${replicas} replicas`;
}

/** Compares shape, type and number of classes with what a plan takes. */
function checkForm(plan: Plan, tensor: Tensor, form: StreamForm): void {
  const { label, type, classes } = tensor;
  const fail = refusing(plan);
  const need = tensor.shape.slice(1);
  if (!fits(form.shape, need)) {
    fail(
      `an example of ${label} is ${shapeText(form.shape)}, the plan takes ${
        shapeText(need)
      }; ${remedyFor(tensor, form.shape)}`,
    );
  }
  if (form.type && form.type !== type) {
    fail(`the source writes ${label} as ${form.type}, the plan takes ${type}`);
  }
  if (classes !== undefined && (form.classes ?? 0) > classes) {
    fail(
      `${label} has ${form.classes} classes, the model has ${classes} outputs; give its last layer ${form.classes} units`,
    );
  }
}

const shapeText = (shape: Shape) =>
  shape.length === 0 ? "one number" : `of shape [${shape}]`;

/** Whether examples of shape `have` are, number by number, examples of shape `need`. */
function fits(have: Shape, need: Shape): boolean {
  const long = (shape: Shape) => shape.filter((size) => size !== 1);
  return sameShape(long(have), long(need)) ||
    need.length === 1 && sizeOf(have) === need[0];
}

function remedyFor({ classes, shape }: Tensor, have: Shape): string {
  const need = shape.slice(1);
  if (classes !== undefined) {
    return sizeOf(have) === classes
      ? "it looks like one-hot: give the number of the class instead, from 0"
      : "give one class number for each example, from 0";
  }
  if (
    have.length === need.length && have.length > 1 &&
    sameShape([...have].sort(), [...need].sort())
  ) {
    return "the axes are the same in another order: images have channels last, height×width×channels";
  }
  return "the shape of an array is [examples, ...shape of an example]";
}

/** Looks at all numbers of a stream that are in memory. */
function checkNumbers(
  plan: Plan,
  tensor: Tensor,
  { examples, form }: { examples: number; form: StreamForm },
): void {
  if (!form.numbers) return;
  const { label, replicas } = tensor;
  const width = sizeOf(form.shape);
  if (form.numbers.length !== replicas) {
    refusing(plan)(
      `the source has numbers of ${label} for ${form.numbers.length} replicas, need ${replicas}`,
    );
  }
  form.numbers.forEach((numbers, replica) => {
    if (numbers.length !== examples * width) {
      refusing(plan)(
        `${label}${
          ofReplica(tensor, replica)
        } has ${numbers.length} numbers, ${examples} examples ${
          shapeText(form.shape)
        } need ${examples * width}`,
      );
    }
    const found = findStrange(numbers, tensor);
    if (!found) return;
    const row = Math.floor(found.at / width);
    refuseNumber(plan, tensor, {
      found,
      ...{ row, replica, number: found.at % width },
    });
  });
}

function refuseNumber(
  plan: Plan,
  tensor: Tensor,
  { found, row, replica, number }: {
    found: StrangeNumber;
    row: number;
    replica: number;
    number: number;
  },
): never {
  const width = widthOf(tensor);
  const which = width === 1 ? "" : ` (number ${number} of 0 to ${width - 1})`;
  return refusing(plan)(
    `row ${row} of "${tensor.label}"${
      ofReplica(tensor, replica)
    }${which} is ${found.fault}`,
  );
}

const ofReplica = ({ replicas }: Tensor, replica: number) =>
  replicas === 1 ? "" : ` of replica ${replica}`;

function refusing({ name }: Plan) {
  return (fault: string): never => {
    throw new NablaError(`Cannot feed ${name}: ${fault}`);
  };
}
