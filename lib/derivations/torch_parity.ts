import type { Study } from "./derivation.ts";
import { gradientSection } from "./torch_parity/gradient.ts";
import { lossSection } from "./torch_parity/loss.ts";
import { partingSection } from "./torch_parity/parting.ts";
import { startSection } from "./torch_parity/start.ts";

/** Can a PyTorch program be followed number by number? */
export const torchParity: Study = {
  id: "torch-parity",
  title: "Following PyTorch number by number",
  question: "Can a PyTorch program be followed number by number?",
  source: [],
  introduction: [
    "Two programs that train the same network print the same losses if four things are equal: the first parameters, the order of the examples, the loss, and the update. Each is a formula; each is checked here.",
    "What cannot be equal is the rounding: two programs add the same numbers in different orders. The last section derives what becomes of that difference, to first order, and so where and why the curves part.",
    "The program followed is the MLP 784–128–10 with ReLU on MNIST: batches of 64, SGD with learning rate 0.1, manual_seed(0).",
  ],
  sections: [startSection, lossSection, gradientSection, partingSection],
  errata: [],
  figures: [
    {
      id: "loss-parity",
      title: "Our loss and PyTorch's",
      caption:
        "Training loss per step: this workbench on the GPU and the losses that PyTorch 1.13 printed for the same program.",
      kind: "lines",
      series: ["train.loss", "reference.loss"],
      names: ["Nabla", "PyTorch"],
      x: { label: "step", scale: "linear" },
      y: { label: "cross-entropy (nats)", scale: "linear" },
    },
    {
      id: "loss-difference",
      title: "Their difference",
      caption:
        "Absolute difference of the two losses: rounding at first, of the order of $2^{-24}$, then multiplied step by step as the last section derives.",
      kind: "difference",
      series: ["train.loss", "reference.loss"],
      names: ["|Nabla − PyTorch|"],
      x: { label: "step", scale: "linear" },
      y: { label: "absolute difference (nats)", scale: "log" },
    },
  ],
  command: "deno task experiment torch-parity",
};
