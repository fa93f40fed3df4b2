/** The networks and their plans. */
import type { Plan } from "../../core/plan.ts";
import { conv2d } from "../../nn/layers/conv.ts";
import { crossEntropy } from "../../nn/losses/cross_entropy.ts";
import { dense } from "../../nn/layers/dense.ts";
import { flatten } from "../../nn/layers/flatten.ts";
import { type Graph, sequential } from "../../nn/graph.ts";
import { maxPool2d } from "../../nn/layers/max_pool2d.ts";
import { buildPlan } from "../../nn/plan.ts";
import { relu } from "../../nn/layers/relu.ts";
import { sgd } from "../../nn/optimizers/sgd.ts";
import type { PlanSetting } from "../../train/experiment.ts";
import type { Config } from "./experiment.ts";

/** The fits of a run in their order: the MLP without and with crops side by side, the MLP on few pictures, the CNN. */
export const fitNames = ["mlp", "few", "cnn"] as const;
export type FitName = typeof fitNames[number];

/** What a fit trains side by side, as its series begin. */
export const armsOf: Readonly<Record<FitName, readonly string[]>> = {
  mlp: ["plain", "cropped"],
  few: ["few"],
  cnn: ["cnn"],
};

/** What tables call an arm. */
export const titles: Readonly<Record<string, string>> = {
  plain: "MLP",
  cropped: "MLP with crops",
  few: "MLP on few pictures",
  cnn: "CNN",
};

const SIDE = 32;
const CHANNELS = 3;
const CLASSES = 10;

/** The network of a fit, from a picture to ten logits. */
export function modelOf(
  fit: FitName,
  { hidden, channels }: Pick<Config, "hidden" | "channels">,
): Graph {
  const classes = dense({ units: CLASSES });
  if (fit !== "cnn") {
    const layers = hidden.flatMap((units) => [dense({ units }), relu()]);
    return sequential([SIDE * SIDE * CHANNELS], [...layers, classes]);
  }
  const layers = channels.flatMap((channels) => [
    conv2d({ channels, kernel: 3, padding: 1 }),
    relu(),
    maxPool2d({ kernel: 2 }),
  ]);
  return sequential([SIDE, SIDE, CHANNELS], [...layers, flatten(), classes]);
}

/** Plans of every fit by name, as in `mlp training` and `mlp evaluation`. */
export function plansOf(
  { config, target }: Pick<PlanSetting<Config>, "config" | "target">,
): Record<string, Plan> {
  const { batch, momentum } = config;
  const plans = fitNames.flatMap((fit) => {
    const replicas = armsOf[fit].length;
    const model = modelOf(fit, config);
    const common = { model, loss: crossEntropy(), replicas, target };
    return [
      buildPlan({
        name: `${fit} training`,
        ...common,
        optimizer: sgd({ momentum }),
        // Crops differ from the pictures: each replica has its own.
        ownData: replicas > 1,
        batch,
      }),
      buildPlan({
        name: `${fit} evaluation`,
        ...common,
        gradients: false,
        outputs: [model.output.label],
        batch: Math.min(500, config.validationExamples),
      }),
    ];
  });
  return Object.fromEntries(plans.map((plan) => [plan.name, plan]));
}
