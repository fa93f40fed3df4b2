import { z } from "zod";
import { definePage, type FigureRef } from "../../study/page.ts";
import { gradientSection } from "./sections/gradient.ts";
import { layoutSection } from "./sections/layout.ts";
import { lossSection } from "./sections/loss.ts";
import { partingSection } from "./sections/parting.ts";
import { startSection } from "./sections/start.ts";

/** The programs as the experiment names its series, and as people read them. */
const programs = [
  { name: "mlp", title: "MLP on MNIST" },
  { name: "cnn", title: "CNN on MNIST" },
  { name: "alexnet", title: "AlexNet variant on MNIST" },
  { name: "cifar10-mlp", title: "MLP on CIFAR-10" },
];

/** Our losses and PyTorch's. */
function seriesOf(name: string): string[] {
  return [`${name}.loss`, `${name}.reference.loss`];
}

function losses({ name, title }: { name: string; title: string }): FigureRef {
  return {
    id: `loss-${name}`,
    title: `${title}: our loss and PyTorch's`,
    caption:
      "Training loss per step: this workbench on the GPU and the losses that PyTorch 1.13 printed for the same program.",
    kind: "lines",
    series: seriesOf(name),
    names: ["Nabla", "PyTorch"],
    x: { label: "step", scale: "linear" },
    y: { label: "cross-entropy (nats)", scale: "linear" },
  };
}

/** Can a PyTorch program be followed number by number? */
export const torchParity = definePage<
  z.ZodObject,
  string,
  Record<string, unknown>,
  string
>({
  id: "torch-parity",
  question: "Can a PyTorch program be followed number by number?",
  config: z.strictObject({}),
}, {
  title: "Following PyTorch number by number",
  source: [],
  introduction: [
    "Two programs that train the same network print the same losses if four things are equal: the first parameters, the order of the examples, the loss, and the update. Each is a formula; each is checked here.",
    "What cannot be equal is the rounding: two programs add the same numbers in different orders. The last section derives what becomes of that difference, to first order, and so where and why the curves part.",
    "Four programs are followed: an MLP 784–128–10 and a small CNN on MNIST, a variant of AlexNet with 8,925,738 parameters on the first 6,000 digits, and an MLP 3072–256–10 on CIFAR-10, the CNN and the last one with momentum, the last one with weight decay as well. The default preset follows the first, the preset full all four; the seed of a run is added to the programs' own.",
  ],
  sections: [
    startSection,
    layoutSection,
    lossSection,
    gradientSection,
    partingSection,
  ],
  errata: [],
  figures: [
    ...programs.map(losses),
    {
      id: "loss-difference",
      title: "Their differences",
      caption:
        "Absolute difference of the two losses: rounding, of the order of $2^{-24}$ at first; the last section derives what later steps make of it.",
      kind: "difference",
      series: programs.flatMap(({ name }) => seriesOf(name)),
      names: programs.map(({ title }) => title),
      x: { label: "step", scale: "linear" },
      y: { label: "absolute difference (nats)", scale: "log" },
    },
  ],
  shown: "full",
});
