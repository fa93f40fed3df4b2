/** All studies with a derivation. */
import { UsageError } from "../core/errors.ts";
import { didYouMean } from "../core/suggest.ts";
import { backpropMlp } from "./backprop_mlp.ts";
import { doubleDescent } from "./double_descent.ts";
import { implicitRegularization } from "./implicit_regularization.ts";
import { initialization } from "./initialization.ts";
import { learningRateSchedules } from "./learning_rate_schedules.ts";
import { localMinima } from "./local_minima.ts";
import { momentumForms } from "./momentum_forms.ts";
import { rmsprop } from "./rmsprop.ts";
import { sharedWeightGradient } from "./shared_weight_gradient.ts";
import { torchParity } from "./torch_parity.ts";
import { vanishingGradients } from "./vanishing_gradients.ts";
import type { Study } from "./derivation.ts";

export type {
  Axis,
  Check,
  Claim,
  Erratum,
  FigureRef,
  KernelCase,
  Line,
  Section,
  Source,
  Study,
} from "./derivation.ts";
export type { Outcome } from "./check.ts";
export { checkLine } from "./check.ts";
export { inlineTex, linesOf } from "./derivation.ts";

/** Every study, in the order in which they are shown. */
export const studies: readonly Study[] = [
  backpropMlp,
  torchParity,
  sharedWeightGradient,
  initialization,
  vanishingGradients,
  momentumForms,
  learningRateSchedules,
  rmsprop,
  localMinima,
  doubleDescent,
  implicitRegularization,
];

/**
 * The study of an id.
 *
 * @throws {UsageError} If there is none; the message suggests the nearest id
 */
export function study(id: string): Study {
  const found = studies.find((candidate) => candidate.id === id);
  if (found) return found;
  const ids = studies.map((candidate) => candidate.id);
  throw new UsageError(
    `Cannot find the study "${id}": there is no such derivation${
      didYouMean(id, ids) || `; known are ${ids.join(", ")}`
    }`,
  );
}
