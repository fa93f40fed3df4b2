import { formsSection } from "./sections/forms.ts";
import { inductionSection } from "./sections/induction.ts";
import { limitsSection } from "./sections/limits.ts";
import { definePage } from "../../study/page.ts";
import { setting } from "./config.ts";
import { expectations } from "./expect.ts";
import { source } from "../support/sources.ts";

/** Are the two momentum SGDs the same? */
export const momentumForms = definePage(setting, {
  title: "Two forms of momentum",
  source: [source("000", "problem 3"), source("001", "section 3")],
  introduction: [
    "Textbooks write momentum as a part of the last move that is made again; PyTorch keeps a velocity. Given the same start and the same gradients, both visit the same points, as long as the learning rate stays what it is.",
    "The experiment hands both WGSL kernels the same 1,000 random gradients and repeats every step in float64. On the same gradients it runs again with a learning rate that is halved after 500 steps: from there on the forms differ, by as much as the derivation says.",
  ],
  sections: [formsSection, inductionSection, limitsSection],
  figures: [
    {
      id: "forms-apart",
      title: "How far the forms are apart",
      caption:
        "Largest $|\\theta_{\\mathrm I} - \\theta_{\\mathrm{II}}|$ over all entries of $\\theta$ after each step, with $\\alpha$ constant and with $\\alpha$ halved after half of the steps; the size of $\\theta$ for comparison. With $\\alpha$ constant, rounding is all there is; exact zeros lie on a line of their own.",
      kind: "sizes",
      series: [
        "float32.constant",
        "float32.changed",
        "float64.constant",
        "float64.changed",
        "size.constant",
      ],
      names: [
        "float32 on the GPU, α constant",
        "float32, α changes",
        "float64, α constant",
        "float64, α changes",
        "largest |θ|",
      ],
      x: { label: "step", scale: "linear" },
      y: { label: "largest difference of an entry", scale: "log" },
    },
    {
      id: "derived-shift",
      title: "The difference that was derived",
      caption:
        "The same difference after the change of $\\alpha$, on the GPU and as the derivation predicts it from $v^K$: it grows as $1 - \\beta^n$ and stays.",
      kind: "lines",
      series: ["float32.changed", "predicted.changed"],
      names: ["measured on the GPU", "derived"],
      x: { label: "step", scale: "linear" },
      y: { label: "largest difference of an entry", scale: "linear" },
    },
  ],
  claims: [
    {
      sentence:
        "With $\\alpha$ constant the two forms differ by rounding only, in every step, in float32 as in float64.",
      by: ["float32, α constant", "float64, α constant"],
    },
    {
      sentence: "Once $\\alpha$ changes they differ by far more than rounding.",
      by: ["α changes"],
    },
    {
      sentence:
        "The difference is the one derived above, $(\\alpha' - \\alpha)\\,\\beta(1 - \\beta^n)/(1 - \\beta)\\; v^K$.",
      by: ["derived shift, float64", "derived shift, float32"],
    },
  ],
  expect: expectations,
});
