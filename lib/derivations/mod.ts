/** All studies with a derivation. */
import { UsageError } from "../core/errors.ts";
import { didYouMean } from "../core/suggest.ts";
import { backpropCost } from "./backprop_cost.ts";
import { backpropMlp } from "./backprop_mlp.ts";
import { cifar10Classification } from "./cifar10_classification.ts";
import { computationalGraph } from "./computational_graph.ts";
import { convolutionShapes } from "./convolution_shapes.ts";
import { doubleDescent } from "./double_descent.ts";
import { implicitRegularization } from "./implicit_regularization.ts";
import { inceptionCost } from "./inception_cost.ts";
import { initialization } from "./initialization.ts";
import { labelMemorization } from "./label_memorization.ts";
import { learningRateSchedules } from "./learning_rate_schedules.ts";
import { logicGates } from "./logic_gates.ts";
import { localMinima } from "./local_minima.ts";
import { momentumForms } from "./momentum_forms.ts";
import { normalization } from "./normalization.ts";
import { parameterLandscape } from "./parameter_landscape.ts";
import { receptiveField } from "./receptive_field.ts";
import { reluNetworks } from "./relu_networks.ts";
import { regularization } from "./regularization.ts";
import { rmsprop } from "./rmsprop.ts";
import { sharedWeightGradient } from "./shared_weight_gradient.ts";
import { torchParity } from "./torch_parity.ts";
import { universalApproximation } from "./universal_approximation.ts";
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
export { inlineTex, leavesRuns, linesOf } from "./derivation.ts";

/** Studies that belong together. */
export interface Theme {
  readonly title: string;
  readonly studies: readonly Study[];
}

/** Every study, by theme, in the order in which they are shown. */
export const themes: readonly Theme[] = [
  {
    title: "Backpropagation",
    studies: [
      backpropMlp,
      sharedWeightGradient,
      computationalGraph,
      backpropCost,
      torchParity,
    ],
  },
  {
    title: "Signals in deep networks",
    studies: [vanishingGradients, initialization, normalization],
  },
  {
    title: "Optimization",
    studies: [
      momentumForms,
      learningRateSchedules,
      rmsprop,
      localMinima,
      implicitRegularization,
    ],
  },
  {
    title: "Generalization",
    studies: [
      labelMemorization,
      doubleDescent,
      regularization,
      cifar10Classification,
    ],
  },
  {
    title: "Convolution",
    studies: [receptiveField, inceptionCost, convolutionShapes],
  },
  {
    title: "What networks can express",
    studies: [
      reluNetworks,
      parameterLandscape,
      logicGates,
      universalApproximation,
    ],
  },
];

/** Every study in that order. */
export const studies: readonly Study[] = themes.flatMap(({ studies }) =>
  studies
);

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
