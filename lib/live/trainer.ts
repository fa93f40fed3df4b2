/** A small network that is trained step by step where it is watched: in a reader's browser. */
import type { Plan } from "../core/plan.ts";
import { TorchRandom } from "../core/random.ts";
import { sizeOf } from "../core/shape.ts";
import { type CurveName, curves } from "../data/curves.ts";
import { type Gpu, openGpu, type Program } from "../gpu/mod.ts";
import { dense } from "../nn/layers/dense.ts";
import { type Graph, sequential } from "../nn/graph.ts";
import { buildPlan, initialParameters } from "../nn/plan.ts";
import { relu } from "../nn/layers/relu.ts";
import { sgd } from "../nn/optimizers/sgd.ts";
import { meanSquaredError } from "../nn/losses/squared_error.ts";

/** What is trained, and on what. */
export interface LiveSetting {
  /** Units of each hidden ReLU layer; input and output are one number. */
  readonly widths: readonly number[];
  readonly target: CurveName;
  readonly learningRate: number;
  readonly seed: number;
}

/** A network as it stands. */
export interface Snapshot {
  /** Updates so far. */
  readonly steps: number;
  /** Mean squared error on the grid. */
  readonly loss: number;
  /** Outputs on the grid, [points]. */
  readonly outputs: Float32Array;
}

/** Examples of an update, each drawn uniformly from [−1, 1]. */
const BATCH = 32;

/** Momentum of SGD. */
const MOMENTUM = 0.9;

/** Places of the even grid on [−1, 1] on which outputs are shown. */
export const POINTS = 201;

/** A network on the device, its first weights, and the draws that follow. */
export class LiveTrainer {
  readonly #gpu: Gpu;
  readonly #setting: LiveSetting;
  readonly #model: Graph;
  readonly #training: Program;
  readonly #showing: Program;
  #random = new TorchRandom();
  #steps = 0;

  private constructor(
    gpu: Gpu,
    setting: LiveSetting,
    { model, training, showing }: {
      model: Graph;
      training: Program;
      showing: Program;
    },
  ) {
    this.#gpu = gpu;
    this.#setting = setting;
    this.#model = model;
    this.#training = training;
    this.#showing = showing;
  }

  /**
   * Opens the device, compiles the plan's kernels and writes the first weights.
   *
   * @throws {SetupError} If there is no WebGPU adapter
   * @throws {NablaError} If the device refuses the plan
   */
  static async open(setting: LiveSetting): Promise<LiveTrainer> {
    const gpu = await openGpu();
    try {
      const model = modelOf(setting);
      const { target } = gpu;
      const training = await gpu.compile(buildPlan({
        name: "live training",
        model,
        loss: meanSquaredError(),
        optimizer: sgd({ momentum: MOMENTUM }),
        batch: BATCH,
        target,
      }));
      const plan = buildPlan({ name: "live", model, batch: POINTS, target });
      const showing = await gpu.compile(plan, { share: training });
      const programs = { model, training, showing };
      const trainer = new LiveTrainer(gpu, setting, programs);
      trainer.#begin();
      return trainer;
    } catch (error) {
      gpu.close();
      throw error;
    }
  }

  /** The adapter's name. */
  get adapter(): string {
    const { description, vendor, architecture } = this.#gpu.adapter;
    return description || `${vendor} ${architecture}`;
  }

  /** The network now. */
  async look(): Promise<Snapshot> {
    const grid = Float32Array.from({ length: POINTS }, (_, i) => place(i));
    await this.#showing.submit([
      { x: grid, examples: Uint32Array.of(POINTS) },
    ]);
    const outputs = await this.#showing.read(outputOf(this.#showing.plan));
    const { at } = curves[this.#setting.target];
    const loss = outputs.reduce(
      (sum, y, i) => sum + (y - at(grid[i]!)) ** 2 / POINTS,
      0,
    );
    return { steps: this.#steps, loss, outputs };
  }

  /** Takes so many updates. */
  async take(steps: number): Promise<Snapshot> {
    const { target, learningRate } = this.#setting;
    const { at } = curves[target];
    for (let left = steps; left > 0;) {
      const count = Math.min(left, this.#training.stepsPerSubmit);
      await this.#training.submit(Array.from({ length: count }, () => {
        const x = this.#random.uniform(BATCH, -1, 1);
        return {
          x,
          target: x.map(at),
          examples: Uint32Array.of(BATCH),
          learningRate: Float32Array.of(learningRate),
        };
      }));
      left -= count;
      this.#steps += count;
    }
    return this.look();
  }

  /** Goes back to the first weights; the updates that follow see the same examples again. */
  rewind(): Promise<Snapshot> {
    this.#begin();
    return this.look();
  }

  /** Gives the device back. */
  close(): void {
    this.#showing.destroy();
    this.#training.destroy();
    this.#gpu.close();
  }

  /** Writes the first weights, and zeros into what the optimizer keeps. */
  #begin(): void {
    this.#random = new TorchRandom(this.#setting.seed);
    this.#steps = 0;
    const values = initialParameters(this.#model, this.#random);
    for (const [label, data] of Object.entries(values)) {
      this.#training.write(label, data);
    }
    for (const { label, role, shape } of this.#training.plan.tensors) {
      if (role !== "state") continue;
      this.#training.write(label, new Float32Array(sizeOf(shape)));
    }
  }
}

/** Point `i` of the grid. */
export function place(i: number): number {
  return -1 + 2 * i / (POINTS - 1);
}

function modelOf({ widths }: LiveSetting): Graph {
  return sequential([1], [
    ...widths.flatMap((units) => [dense({ units }), relu()]),
    dense({ units: 1 }),
  ]);
}

const outputOf = ({ tensors }: Plan) =>
  tensors.find(({ role }) => role === "output")!.label;
