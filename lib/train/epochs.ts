/** Which examples a step sees: epoch after epoch in an order drawn from a generator. */
import { NablaError } from "../core/errors.ts";
import type { TorchRandom } from "../core/random.ts";
import { checkCount } from "./check_count.ts";

/** Order of one epoch: a list of example indices, drawn from `random`. */
export type Order = (random: TorchRandom, examples: number) => Uint32Array;

/** `DataLoader(shuffle=True)`: every example once, in PyTorch's order. */
export const shuffled: Order = (random, examples) =>
  random.dataLoaderOrder(examples);

/** Every example once, as they come. Draws nothing. */
export const sequential: Order = (_, examples) =>
  Uint32Array.from({ length: examples }, (_, i) => i);

/** As many examples as there are, each drawn from all of them. */
export const drawn: Order = (random, examples) =>
  Uint32Array.from(random.randint(0, examples, examples));

/** A place in the walk through a data set. */
export interface Place {
  /** Counted from 0. */
  readonly epoch: number;
  /** Examples of the epoch that have been handed out. */
  readonly taken: number;
}

/** Examples of one step, and the place where they begin. */
export interface Batch extends Place {
  /** Valid until the epoch ends. */
  readonly indices: Uint32Array;
}

/** Where the walk through the data stands: enough to go on with the same order. */
export interface Position extends Place {
  /** State of the generator when the epoch began. */
  readonly generator: Uint32Array;
}

/** A walk through a data set, epoch after epoch. */
export interface Epochs {
  /** The next batch; the last one of an epoch may be smaller. */
  next(): Batch;
  position(): Position;
}

/**
 * A walk through `examples` examples in batches of `batch`.
 *
 * @throws {NablaError} If a batch is larger than the data set, a count is no whole number of at least 1, or an order does not name as many examples as there are
 */
export function createEpochs(
  random: TorchRandom,
  options: {
    examples: number;
    batch: number;
    order?: Order;
    from?: Position;
  },
): Epochs {
  const { examples, batch, order = shuffled, from } = options;
  checkCount("the number of examples", examples, 1, "walk through the data");
  checkCount("the batch", batch, 1, "walk through the data");
  if (batch > examples) {
    throw new NablaError(
      `Cannot take batches of ${batch} examples: the data set has ${examples}; choose a batch from 1 to ${examples}`,
    );
  }
  if (from) random.restore(from.generator);
  let epoch = from?.epoch ?? 0;
  let generator = random.save();
  let indices = checkOrder(order(random, examples), examples);
  let taken = from?.taken ?? 0;
  return {
    next() {
      if (taken >= examples) {
        epoch++;
        generator = random.save();
        indices = checkOrder(order(random, examples), examples);
        taken = 0;
      }
      const first = taken;
      taken = Math.min(examples, first + batch);
      return { indices: indices.subarray(first, taken), epoch, taken: first };
    },
    position: () => ({ epoch, taken, generator }),
  };
}

/** An order, if it names as many examples as there are and none beyond. */
function checkOrder(order: Uint32Array, examples: number): Uint32Array {
  const fail = (fault: string) => {
    throw new NablaError(`Cannot walk through the data: ${fault}`);
  };
  if (order?.length !== examples) {
    fail(
      `its order has ${
        order?.length ?? "no"
      } entries, the data set ${examples} examples`,
    );
  }
  for (let i = 0; i < examples; i++) {
    const index = order[i]!;
    if (index >= 0 && index < examples && index % 1 === 0) continue;
    fail(
      `entry ${i} of its order is ${index}, examples are 0 to ${examples - 1}`,
    );
  }
  return order instanceof Uint32Array ? order : Uint32Array.from(order);
}
