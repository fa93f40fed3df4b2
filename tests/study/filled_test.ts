import assert from "node:assert/strict";
import { z } from "zod";
import { studies } from "../../lib/studies/mod.ts";
import { checkPlaces, filled } from "../../lib/study/filled.ts";
import { definePage } from "../../lib/study/page.ts";

Deno.test("filled() puts fields of the config into words, and leaves TeX alone", () => {
  const config = { steps: 6000, widths: [2, 40], rate: 0.01, name: "a" };
  assert.equal(
    filled(
      "{steps} updates at {rate} of $x_{steps}$, {widths}, {name}",
      config,
    ),
    "6,000 updates at 0.01 of $x_{steps}$, 2, 40, a",
  );
  assert.equal(filled("{none} of ${steps}$", config), "{none} of ${steps}$");
});

Deno.test("a caption that names no field of the config is refused", () => {
  checkPlaces("{steps} $\\frac{a}{b}$", ["steps"]);
  const figure = {
    id: "a",
    title: "A",
    caption: "After {step} updates",
    kind: "lines",
    series: ["loss"],
    names: ["loss"],
    x: { label: "x", scale: "linear" },
    y: { label: "y", scale: "linear" },
  } as const;
  const config = z.strictObject({ steps: z.int().default(1) });
  assert.throws(
    () => definePage({ id: "a", config }, { figures: [figure] }),
    /Cannot fill \{step\} in "After \{step\} updates": the config has steps/,
  );
});

/** Numbers in captions that do not come from a config, with the reason. */
const FIXED: Readonly<Record<string, readonly string[]>> = {
  // Kernels of the network, a constant of the loss, places of the exercise.
  "cifar10-classification": ["3", "0"],
  "convolution-shapes": ["1", "2", "3"],
  "implicit-regularization": ["50"],
  initialization: ["0"],
  "label-memorization": ["0", "100", "99", "4", "001"],
  normalization: ["0", "1", "784"],
  "parameter-landscape": ["6", "4"],
  "receptive-field": ["5", "6", "16"],
  regularization: ["0"],
  "relu-networks": ["5"],
  "torch-parity": ["1.13"],
  "universal-approximation": ["64", "0"],
  "vanishing-gradients": ["1", "0"],
};

Deno.test("no caption states a number that a run's config may contradict", () => {
  for (const { id, figures, pictures } of studies) {
    for (const { caption } of [...figures, ...pictures]) {
      const words = caption.split("$").filter((_, i) => i % 2 === 0).join(" ");
      const numbers = words.match(/(?<![a-z\d])\d[\d,.]*(?<![,.])/g) ?? [];
      const odd = numbers.filter((one) => !FIXED[id]?.includes(one));
      assert.deepEqual(odd, [], `${id}: ${caption}`);
    }
  }
});
