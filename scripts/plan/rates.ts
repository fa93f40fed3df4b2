/** What a step takes on an adapter, estimated from four rates that are measured in about two seconds. */
import type { Plan, Target } from "../../lib/core/plan.ts";
import type { Gpu } from "../../lib/gpu/mod.ts";
import { conv2d } from "../../lib/nn/layers/conv.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { type Graph, sequential } from "../../lib/nn/graph.ts";
import { halfSquaredNorm } from "../../lib/nn/losses/half_squared_norm.ts";
import { buildPlan } from "../../lib/nn/plan.ts";
import { relu } from "../../lib/nn/layers/relu.ts";
import { tanh } from "../../lib/nn/layers/tanh.ts";
import { isolate } from "../../lib/train/timing/isolate.ts";
import { timeSteps } from "../../lib/train/timing/run_steps.ts";

/** How fast an adapter is at each kind of work. */
export interface Rates {
  /** Multiplications and additions per ms of a large matrix product, forward and backward. */
  readonly product: number;
  /** The same of a convolution. */
  readonly convolution: number;
  /** Bytes per ms, read and written by a kernel that no cache serves. */
  readonly bytes: number;
  /** Milliseconds that a dispatch takes with nothing to do. */
  readonly dispatch: number;
}

/** Milliseconds of one sample: many times what waiting for the device is rounded to. */
const SAMPLE_MS = 150;
const SAMPLES = 3;

/** Milliseconds of work that fills an adapter; a faster one gets the next larger size. */
const LONG_MS = 2;
/** Inputs and units of the products, of so many rows. */
const PRODUCTS = [512, 2048, 4096];
const ROWS = 512;
/** Channels of the convolutions, 3 × 3 on 16 images of 16 × 16. */
const CONVOLUTIONS = [64, 256, 512];
const IMAGES = 16;

/** Numbers that the elementwise kernel reads and writes, 32 MiB each way. */
const STREAMED = 2 ** 23;
/** Dispatches of the step that does nothing. */
const CHAIN = 64;

/** Measures the rates of an adapter. */
export async function measureRates(gpu: Gpu): Promise<Rates> {
  const { target } = gpu;
  const stream = forward(sequential([STREAMED], [relu()]), target);
  // Two kernels in turn, as no step runs one and the same.
  const pairs = Array.from({ length: CHAIN / 2 }, () => [relu(), tanh()]);
  const nothing = sequential([4], pairs.flat());
  return {
    product: await rateOf(gpu, PRODUCTS, products),
    convolution: await rateOf(gpu, CONVOLUTIONS, convolutions),
    bytes: stream.dispatches[0]!.bytes / await timeOf(gpu, stream),
    dispatch: await timeOf(gpu, forward(nothing, target)) / CHAIN,
  };
}

/** Milliseconds of a step: every dispatch takes its start, then what is longer of computing and moving. */
export function estimate({ dispatches }: Plan, rates: Rates): number {
  return dispatches.reduce((sum, { kernel, flops, bytes, steps = 1 }) => {
    const rate = kernel.file === "conv.wgsl"
      ? rates.convolution
      : rates.product;
    const work = Math.max(flops / rate, bytes / rates.bytes);
    return sum + rates.dispatch / steps + work;
  }, 0);
}

/** FLOPs per ms at the first size that takes long enough, or the last. */
async function rateOf(
  gpu: Gpu,
  sizes: readonly number[],
  planOf: (size: number, target: Target) => Plan,
): Promise<number> {
  let rate = 0;
  for (const size of sizes) {
    const plan = planOf(size, gpu.target);
    const ms = await timeOf(gpu, plan);
    rate = plan.dispatches.reduce((sum, { flops }) => sum + flops, 0) / ms;
    if (ms >= LONG_MS) break;
  }
  return rate;
}

/** All products of a square dense layer in training: forward and both gradients. */
function products(size: number, target: Target): Plan {
  const layer = () => dense({ units: size, bias: false });
  return isolate(
    training(sequential([size], [layer(), layer()]), ROWS, target),
    "dense2",
  );
}

/** The same of a convolution. */
function convolutions(channels: number, target: Target): Plan {
  const layer = () => conv2d({ channels, kernel: 3, padding: 1, bias: false });
  const model = sequential([16, 16, channels], [layer(), layer()]);
  return isolate(training(model, IMAGES, target), "conv2d2");
}

function training(model: Graph, batch: number, target: Target): Plan {
  const loss = halfSquaredNorm();
  return buildPlan({
    ...{ name: "rates", model, batch, loss, target },
    gradients: true,
  });
}

/** The forward pass of elementwise layers. */
function forward(model: Graph, target: Target): Plan {
  return isolate(buildPlan({ name: "rates", model, batch: 1, target }), "");
}

/** Milliseconds of one step of a plan, the best of a few samples. */
async function timeOf(gpu: Gpu, plan: Plan): Promise<number> {
  const program = await gpu.compile(plan);
  try {
    await timeSteps(program, 1);
    const steps = Math.ceil(4 * SAMPLE_MS / await timeSteps(program, 4));
    let best = Infinity;
    for (let i = 0; i < SAMPLES; i++) {
      best = Math.min(best, await timeSteps(program, steps));
    }
    return best / steps;
  } finally {
    program.destroy();
  }
}
