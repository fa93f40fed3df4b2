/** Loss and accuracy over a whole data set. */
import { NablaError } from "../core/errors.ts";
import type { Plan, StepPart } from "../core/plan.ts";
import type { Program } from "../gpu/mod.ts";
import { allocateInputs, type BatchSource } from "./batches.ts";
import { checkSource, fillStep } from "./check_source.ts";
import type { ExperimentContext } from "./experiment.ts";
import { createPipeline } from "./pipeline.ts";

/** What a plan makes of a data set. */
export interface Evaluation {
  /** Mean loss of each replica over all examples. */
  readonly loss: number[];
  /** Fraction of right answers of each replica; `null` if the plan does not count them. */
  readonly accuracy: number[] | null;
}

/**
 * Refuses a plan whose numbers are not those of an evaluation.
 *
 * @throws {NablaError} If the plan has no loss, is one of training, or differentiates or moves something
 */
export function checkEvaluation(plan: Plan): void {
  const refuse = (fault: string): never => {
    throw new NablaError(
      `Cannot evaluate with plan "${plan.name}": ${fault}; give it a plan of buildPlan({ model, loss, batch }) without optimizer, gradients and training, compiled with share to use the trained parameters`,
    );
  };
  const has = (name: string) =>
    plan.tensors.some(({ label, role }) => role === "metric" && label === name);
  if (!has("loss")) refuse("it has no loss");
  if (plan.training) {
    refuse(
      "it trains, so that dropout drops and batch normalization takes the statistics of the batch",
    );
  }
  const isForward = ({ pass }: StepPart) => pass === "forward";
  const parts = plan.dispatches.flatMap((dispatch): readonly StepPart[] =>
    dispatch.parts ?? [dispatch]
  );
  if (!parts.every(isForward)) {
    refuse("it has a backward pass, which an evaluation does not need");
  }
}

/**
 * Runs every example of `source` once through `program`, a plan with a loss and
 * no optimizer, which evaluates by default. The last batch may be smaller.
 *
 * @param ctx The run whose watchdog hears of it; none if not given
 * @throws {NablaError} If the plan is not one of evaluation, the source does not fit it, or `ctx` is no context of a run
 */
export async function evaluate(
  program: Program,
  source: BatchSource,
  ctx?: Pick<ExperimentContext, "alive">,
): Promise<Evaluation> {
  if (ctx && typeof ctx.alive !== "function") {
    throw new NablaError(
      `Cannot evaluate ${program.plan.name}: the third argument has ${
        Object.keys(ctx).join(", ") || "no members"
      }; give the run's ctx, or nothing`,
    );
  }
  checkEvaluation(program.plan);
  checkSource(program.plan, source);
  const { batch, replicas, tensors } = program.plan;
  const counts = tensors.some(({ label, role }) =>
    role === "metric" && label === "correct"
  );
  const loss = new Array<number>(replicas).fill(0);
  const correct = new Array<number>(replicas).fill(0);
  const rowsOf = (step: number) =>
    Math.min(batch, source.examples - step * batch);
  let settled = 0;
  const pipeline = createPipeline({
    stepsPerSubmit: program.stepsPerSubmit,
    allocate: () => allocateInputs(tensors),
    submit: (steps) => program.submit(steps),
  }, (metrics) => {
    ctx?.alive();
    for (const values of metrics) {
      const rows = rowsOf(settled++);
      for (let r = 0; r < replicas; r++) {
        loss[r]! += values.loss![r]! * rows / source.examples;
        correct[r]! += values.correct?.[r] ?? 0;
      }
    }
  });
  const steps = Math.ceil(source.examples / batch);
  for (let step = 0; step < steps;) {
    const count = Math.min(pipeline.size, steps - step);
    const from = step;
    await pipeline.submit(count, (inputs, i) => {
      const taken = (from + i) * batch;
      const indices = Uint32Array.from(
        { length: rowsOf(from + i) },
        (_, row) => taken + row,
      );
      const place = { indices, epoch: 0, taken };
      fillStep(program.plan, source, place, inputs);
    });
    step += count;
  }
  await pipeline.drain();
  const accuracy = correct.map((count) => count / source.examples);
  return { loss, accuracy: counts ? accuracy : null };
}
