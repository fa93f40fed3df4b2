import { NablaError } from "../core/errors.ts";
import type { Plan, Tensor } from "../core/plan.ts";
import { formatShape, sizeOf } from "../core/shape.ts";
import { checkNumbers } from "./check_numbers.ts";

/** Numbers of one step by the name of a stream or metric. */
export type StepValues = Record<string, Float32Array | Uint32Array>;

/** The streams or the metrics of one step, side by side in one record; a buffer holds many records. */
export class StepRecord {
  /** Index into `Plan.buffers`, −1 if the plan has no such tensors. */
  readonly buffer: number;
  /** Bytes of one step. */
  readonly bytes: number;
  readonly #plan: Plan;
  readonly #tensors: readonly Tensor[];

  constructor(plan: Plan, kind: "streams" | "metrics") {
    this.#plan = plan;
    this.buffer = plan.buffers.findIndex((spec) => spec.kind === kind);
    this.bytes = plan.buffers[this.buffer]?.bytes ?? 0;
    this.#tensors = plan.tensors.filter(({ buffer }) => buffer === this.buffer);
  }

  /**
   * Puts the values of one step into the record at `step`.
   *
   * @throws {NablaError} If a value is missing, has the wrong length, or is none that a kernel may use as an index
   */
  write(records: ArrayBuffer, step: number, values: StepValues): void {
    for (const tensor of this.#tensors) {
      const { label, shape, replicas } = tensor;
      const length = replicas * sizeOf(shape);
      const given = values[label];
      if (given?.length !== length) {
        throw new NablaError(
          `Cannot run ${this.#plan.name}: stream ${label} ${
            given ? `has ${given.length} numbers` : "is missing"
          }, ${replicas} × ${formatShape(shape)} need ${length}`,
        );
      }
      checkNumbers(this.#plan, tensor, given, values.examples?.[0]);
      this.#view(records, step, tensor).set(given);
    }
  }

  /** The values of the record at `step`. */
  read(records: ArrayBuffer, step: number): StepValues {
    return Object.fromEntries(
      this.#tensors.map((
        tensor,
      ) => [tensor.label, this.#view(records, step, tensor)]),
    );
  }

  #view(
    records: ArrayBuffer,
    step: number,
    { type, offset, replicas, shape }: Tensor,
  ): Float32Array | Uint32Array {
    const View = type === "f32" ? Float32Array : Uint32Array;
    return new View(
      records,
      step * this.bytes + offset,
      replicas * sizeOf(shape),
    );
  }
}
