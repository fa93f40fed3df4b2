import type { Plan } from "../../lib/core/plan.ts";
import { sizeOf } from "../../lib/core/shape.ts";
import type { Program, StepValues } from "../../lib/gpu/mod.ts";
import { StepRecord } from "../../lib/gpu/step_record.ts";

/** A program without a device, which counts its steps. */
export interface FakeProgram {
  readonly program: Program;
  /** Steps that reached it. */
  readonly steps: number;
}

/**
 * A program that packs its streams as one on a device does and computes nothing.
 *
 * @param options.losses Loss of step k in all replicas. Default: 1
 */
export function fakeProgram(
  plan: Plan,
  { losses = () => 1 }: { losses?: (step: number) => number } = {},
): FakeProgram {
  const record = new StepRecord(plan, "streams");
  let steps = 0;
  const program = {
    plan,
    stepsPerSubmit: 2,
    read(label: string) {
      const { replicas, shape } = plan.tensors.find((one) =>
        one.label === label
      )!;
      return Promise.resolve(new Float32Array(replicas * sizeOf(shape)));
    },
    submit(given: readonly StepValues[]) {
      const packed = new ArrayBuffer(record.bytes);
      return Promise.resolve(given.map((values) => {
        record.write(packed, 0, values);
        const loss = Array(plan.replicas).fill(losses(steps++));
        return { loss, correct: Array(plan.replicas).fill(1) };
      }));
    },
  };
  return {
    program: program as unknown as Program,
    get steps() {
      return steps;
    },
  };
}
