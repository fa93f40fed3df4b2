/** The optimizers against PyTorch 1.13: the parameters after each of 12 given gradients. */
import { largest } from "../../lib/math/compare.ts";
import { adam, adamW } from "../../lib/nn/optimizers/adam.ts";
import type { Optimizer } from "../../lib/nn/op/optimizer.ts";
import { rmsprop } from "../../lib/nn/optimizers/rmsprop.ts";
import { sgd } from "../../lib/nn/optimizers/sgd.ts";
import { assertClose } from "../support/compare.ts";
import { testGpu } from "../support/device.ts";
import {
  FORMS,
  openForm,
  row,
  STEPS,
  stored,
  torchOptions,
} from "../support/optimizer_forms.ts";

/** The optimizer of a stored run. */
function optimizerOf(name: string): Optimizer {
  const { momentum, nesterov, weight_decay: weightDecay, alpha: decay } =
    torchOptions(name);
  switch (name) {
    case "rmsprop":
    case "rmsprop_momentum":
      return rmsprop({ decay, momentum, weightDecay });
    case "adam":
      return adam({ weightDecay });
    case "adamw":
      return adamW({ weightDecay });
    default:
      return sgd({ momentum, nesterov, weightDecay });
  }
}

const NAMES = [
  "sgd",
  "sgd_momentum",
  "sgd_nesterov",
  "sgd_decay",
  "rmsprop",
  "rmsprop_momentum",
  "adam",
  "adamw",
];

for (const name of NAMES) {
  for (const [where, form] of Object.entries(FORMS)) {
    testGpu(
      `${name} follows PyTorch's for 12 steps ${where}`,
      async (gpu) => {
        const optimizer = optimizerOf(name);
        const { program, step } = await openForm(gpu, form, { optimizer });
        for (const label of form.labels) program.write(label, stored("theta0"));
        for (let before = 0; before < STEPS; before++) {
          const rates = [torchOptions(name).lr];
          await step(row("grads", before), { rates, before });
          const expected = row(`${name}/theta`, before);
          for (const label of form.labels) {
            assertClose(await program.read(label), expected, {
              tolerance: 1e-5,
              floor: largest(expected),
              label: `${label} after step ${before + 1}`,
            });
          }
        }
        program.destroy();
      },
    );
  }
}
