/** All studies with a derivation. */
import { UsageError } from "../core/errors.ts";
import { didYouMean } from "../core/suggest.ts";
import { backpropCost } from "./backprop_cost/study.ts";
import { backpropMlp } from "./backprop_mlp/study.ts";
import { cifar10Classification } from "./cifar10_classification/study.ts";
import { computationalGraph } from "./computational_graph/study.ts";
import { convolutionShapes } from "./convolution_shapes/study.ts";
import { doubleDescent } from "./double_descent/study.ts";
import { implicitRegularization } from "./implicit_regularization/study.ts";
import { inceptionCost } from "./inception_cost/study.ts";
import { initialization } from "./initialization/study.ts";
import { labelMemorization } from "./label_memorization/study.ts";
import { learningRateSchedules } from "./learning_rate_schedules/study.ts";
import { logicGates } from "./logic_gates/study.ts";
import { localMinima } from "./local_minima/study.ts";
import { momentumForms } from "./momentum_forms/study.ts";
import { normalization } from "./normalization/study.ts";
import { parameterLandscape } from "./parameter_landscape/study.ts";
import { receptiveField } from "./receptive_field/study.ts";
import { reluNetworks } from "./relu_networks/study.ts";
import { regularization } from "./regularization/study.ts";
import { rmsprop } from "./rmsprop/study.ts";
import { sharedWeightGradient } from "./shared_weight_gradient/study.ts";
import { torchParity } from "./torch_parity/study.ts";
import { universalApproximation } from "./universal_approximation/study.ts";
import { vanishingGradients } from "./vanishing_gradients/study.ts";
import type { Study } from "../study/page.ts";

export type { Check, KernelCase, Line } from "../study/derivation/line.ts";
export type {
  Axis,
  Claim,
  Erratum,
  FigureRef,
  Section,
  Source,
  Study,
} from "../study/page.ts";
export type { Outcome } from "../study/derivation/check.ts";
export { checkLine } from "../study/derivation/check.ts";
export { inlineTex, linesOf } from "../study/page.ts";

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
