import { NablaError } from "../core/errors.ts";
import type { Plan, Tensor } from "../core/plan.ts";
import { formatShape, sizeOf } from "../core/shape.ts";
import { bindCommands, type Command, encode } from "./commands.ts";
import { checkNumbers } from "./check_numbers.ts";
import type { Gpu } from "./gpu.ts";
import type { Pipeline } from "./pipelines.ts";
import {
  isPersistent,
  type Place,
  type Placed,
  sharedPlace,
} from "./places.ts";
import { type KernelTiming, profile } from "./profile.ts";
import { Readback } from "./readback.ts";
import { StepRecord, type StepValues } from "./step_record.ts";
import { writeUniforms } from "./uniforms.ts";

/** Bytes that the records of one submit may take, streams and metrics each. */
const RECORD_BYTES = 64 * 2 ** 20;

/** Steps of one submit at most: enough to hide the cost of a submit, few enough to stop soon. */
const MAX_STEPS = 64;

/** The same where one dispatch takes many steps. */
const MAX_STEPS_TOGETHER = 512;

/** Submits that may wait for their metrics at the same time. */
const SUBMITS_IN_FLIGHT = 4;

const STORAGE = () =>
  GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;

/** A plan with its kernels compiled and its memory taken. */
export class Program implements Placed {
  readonly plan: Plan;
  /** Steps that one call of {@linkcode submit} takes at most. */
  readonly stepsPerSubmit: number;
  readonly #gpu: Gpu;
  readonly #tensors: ReadonlyMap<string, Tensor>;
  /** Of the plan's buffers. */
  readonly #places: readonly Place[];
  readonly #owned = new Set<GPUBuffer>();
  readonly #streams: StepRecord;
  readonly #metrics: StepRecord;
  readonly #commands: readonly Command[];
  readonly #readback: Readback | null;
  /** Records of one submit on their way to the device. */
  readonly #records: ArrayBuffer;

  /** Compiles all kernels of a plan and takes its memory; see {@linkcode Gpu.compile}. */
  static async create(
    gpu: Gpu,
    plan: Plan,
    { share }: { share?: Program },
  ): Promise<Program> {
    const pipelines: Pipeline[] = [];
    for (const dispatch of plan.dispatches) {
      pipelines.push(await gpu.pipelines.get(dispatch));
    }
    gpu.check();
    return new Program(gpu, plan, { share, pipelines });
  }

  private constructor(
    gpu: Gpu,
    plan: Plan,
    { share, pipelines }: { share?: Program; pipelines: readonly Pipeline[] },
  ) {
    this.#gpu = gpu;
    this.plan = plan;
    this.#tensors = new Map(
      plan.tensors.map((tensor) => [tensor.label, tensor]),
    );
    this.#streams = new StepRecord(plan, "streams");
    this.#metrics = new StepRecord(plan, "metrics");
    const largest = Math.max(this.#streams.bytes, this.#metrics.bytes, 1);
    const together = plan.dispatches.some(({ steps = 1 }) => steps > 1);
    this.stepsPerSubmit = Math.max(
      1,
      Math.min(
        together ? MAX_STEPS_TOGETHER : MAX_STEPS,
        Math.floor(RECORD_BYTES / largest),
      ),
    );
    this.#records = new ArrayBuffer(this.#streams.bytes * this.stepsPerSubmit);
    try {
      this.#places = plan.buffers.map((_, index) =>
        this.#takeBuffer(index, share)
      );
      const uniforms = writeUniforms(gpu, plan.name, plan.dispatches);
      if (uniforms.buffer) this.#owned.add(uniforms.buffer);
      this.#readback = this.#metrics.bytes > 0
        ? new Readback(gpu, {
          label: plan.name,
          bytes: this.#metrics.bytes * this.stepsPerSubmit,
          count: SUBMITS_IN_FLIGHT,
        })
        : null;
      this.#commands = bindCommands(gpu, plan, {
        pipelines,
        memory: {
          places: this.#places,
          streams: this.#streams,
          metrics: this.#metrics,
          uniforms,
          stepsPerSubmit: this.stepsPerSubmit,
        },
      });
    } catch (error) {
      this.destroy();
      throw error;
    }
  }

  #takeBuffer(index: number, share: Program | undefined): Place {
    const { kind, bytes } = this.plan.buffers[index]!;
    const shared = share && sharedPlace(this.plan, index, share);
    if (shared) return shared;
    const first = this.plan.tensors.find(({ buffer }) => buffer === index)!;
    const steps = kind === "streams" || kind === "metrics"
      ? this.stepsPerSubmit
      : 1;
    const buffer = this.#gpu.createBuffer(
      `${this.plan.name}: ${kind === "kept" ? first.label : kind}`,
      bytes * steps,
      STORAGE(),
    );
    this.#owned.add(buffer);
    return { buffer, offset: 0 };
  }

  /** Where a tensor of the plan begins; of streams and metrics that of the first step. */
  placeOf({ buffer, offset }: Tensor): Place {
    const place = this.#places[buffer]!;
    return { ...place, offset: place.offset + offset };
  }

  /** Labels of the tensors that outlive a step and belong in a checkpoint. */
  get persistent(): string[] {
    return this.plan.tensors.filter(isPersistent).map(({ label }) => label);
  }

  /**
   * Writes a parameter or state, [replicas, ...shape].
   *
   * @throws {NablaError} If there is no such tensor, or length or type differ
   */
  write(label: string, data: Float32Array | Uint32Array): void {
    const tensor = this.#tensor(label);
    const { replicas, shape } = tensor;
    const length = replicas * sizeOf(shape);
    if (data.length !== length) {
      throw new NablaError(
        `Cannot write ${label}: got ${data.length} numbers, ${replicas} × ${
          formatShape(shape)
        } need ${length}`,
      );
    }
    const View = tensor.type === "f32" ? Float32Array : Uint32Array;
    if (!(data instanceof View)) {
      throw new NablaError(
        `Cannot write ${label}: its numbers are ${tensor.type}, give a ${View.name}`,
      );
    }
    checkNumbers(this.plan, tensor, data);
    const { queue } = this.#gpu.device;
    const { buffer, offset } = this.placeOf(tensor);
    queue.writeBuffer(buffer, offset, data as BufferSource);
  }

  /**
   * Reads a parameter, state, gradient or output, [replicas, ...shape].
   *
   * @throws {NablaError} If there is no such tensor or the device has failed
   */
  async read(label: string): Promise<Float32Array> {
    const tensor = this.#tensor(label);
    const bytes = 4 * tensor.replicas * sizeOf(tensor.shape);
    const readback = new Readback(this.#gpu, { label, bytes, count: 1 });
    try {
      const { buffer: source, offset } = this.placeOf(tensor);
      const staging = readback.take()!;
      return new Float32Array(
        await readback.copy(staging, { source, offset, bytes }),
      );
    } finally {
      readback.destroy();
    }
  }

  #tensor(label: string): Tensor {
    const tensor = this.#tensors.get(label);
    if (tensor && tensor.role !== "scratch") return tensor;
    const known = this.plan.tensors.filter(({ role }) => role !== "scratch");
    throw new NablaError(
      `Cannot find tensor ${label} of ${this.plan.name}: it has ${
        known.map(({ label }) => label).join(", ")
      }`,
    );
  }

  /**
   * Runs up to {@linkcode stepsPerSubmit} steps in one submit and resolves with
   * the metrics of every step, in order. Up to four submits may be in flight,
   * their inputs are copied at once; a fifth waits for the first.
   *
   * @throws {NablaError} If a stream is missing, of the wrong length or holds a
   *   class that the model does not have, there are too many steps, or the device
   *   has failed
   */
  async submit(steps: readonly StepValues[]): Promise<StepValues[]> {
    if (steps.length === 0) return [];
    if (steps.length > this.stepsPerSubmit) {
      throw new NablaError(
        `Cannot submit ${steps.length} steps of ${this.plan.name}: at most ${this.stepsPerSubmit} fit in one submit; submit fewer at a time`,
      );
    }
    this.#gpu.check();
    // Nothing is awaited before the inputs are copied: callers reuse their arrays.
    const waits = this.#readback?.busy ?? false;
    const records = waits ? this.#records.slice(0) : this.#records;
    this.#packStreams(records, steps);
    const staging = waits
      ? await this.#readback!.next()
      : this.#readback?.take();
    this.#sendStreams(records, steps.length);
    const { device } = this.#gpu;
    const encoder = device.createCommandEncoder({ label: this.plan.name });
    const pass = encoder.beginComputePass({ label: this.plan.name });
    for (let step = 0; step < steps.length; step++) {
      const ends = step === steps.length - 1;
      for (const command of this.#commands) {
        encode(pass, command, { last: step, ends });
      }
    }
    pass.end();
    if (!this.#readback || !staging) {
      device.queue.submit([encoder.finish()]);
      await device.queue.onSubmittedWorkDone();
      this.#gpu.check();
      return steps.map(() => ({}));
    }
    const metrics = await this.#readback.copy(staging, {
      encoder,
      source: this.#places[this.#metrics.buffer]!.buffer,
      bytes: this.#metrics.bytes * steps.length,
    });
    return steps.map((_, step) => this.#metrics.read(metrics, step));
  }

  #packStreams(records: ArrayBuffer, steps: readonly StepValues[]): void {
    steps.forEach((values, step) => this.#streams.write(records, step, values));
  }

  #sendStreams(records: ArrayBuffer, steps: number): void {
    const { bytes, buffer } = this.#streams;
    if (bytes === 0) return;
    const { queue } = this.#gpu.device;
    const { buffer: into } = this.#places[buffer]!;
    queue.writeBuffer(into, 0, records, 0, bytes * steps);
  }

  /**
   * Runs one step with every dispatch timed on the device.
   *
   * @throws {NablaError} If the device has no timestamps
   */
  profile(values: StepValues): Promise<KernelTiming[]> {
    this.#packStreams(this.#records, [values]);
    this.#sendStreams(this.#records, 1);
    return profile(
      this.#gpu,
      this.plan,
      (pass, index) =>
        encode(pass, this.#commands[index]!, { last: 0, ends: true }),
    );
  }

  /** Gives the memory back, except what another program shared with this one. May be called twice. */
  destroy(): void {
    for (const buffer of this.#owned) this.#gpu.destroyBuffer(buffer);
    this.#owned.clear();
    this.#readback?.destroy();
  }
}
