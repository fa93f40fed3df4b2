import { exact, ones } from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import {
  layerNormForward,
  layerNormInput,
  layerNormWeight,
} from "../../../study/derivation/kernels.ts";
import { normalized } from "../../../study/derivation/normalize.ts";
import { inputCheck, outputCheck, parameterCheck } from "./checks.ts";
import { drawBatch, outputOf } from "./draws.ts";

const tex = String.raw;

const lines: Line[] = [
  {
    id: "ln-forward",
    tex:
      tex`\mu_i = \frac1F \sum_{j=1}^F x_{ij}, \quad \sigma_i^2 = \frac1F \sum_{j=1}^F (x_{ij} - \mu_i)^2: \qquad y_{ij} = \gamma_j\, \frac{x_{ij} - \mu_i}{\sqrt{\sigma_i^2 + \varepsilon}} + \beta_j`,
    reason:
      "Mean and variance are those of one example over its features; scale and shift still belong to the features.",
    check: outputCheck("features"),
    kernels: [layerNormForward],
  },
  {
    id: "ln-transposed",
    tex: tex`\hat X_{\mathrm{LN}}(X) = \hat X_{\mathrm{BN}}(X^\top)^\top`,
    reason:
      "Apart from scale and shift, layer normalization is batch normalization of the transposed matrix: examples and features change places.",
    check: equation({
      against: "definition",
      given: drawBatch,
      left: ({ x, epsilon }) => {
        const weight = ones(x.columns);
        const bias = exact.scale(0, weight);
        return outputOf("features", { x, weight, bias, epsilon });
      },
      right: (algebra, { x, epsilon }) => {
        const { transpose } = algebra;
        const over = { over: "examples", epsilon } as const;
        return transpose(normalized(algebra, transpose(x), over));
      },
    }),
  },
  {
    id: "ln-parameters",
    tex:
      tex`\frac{\partial \ell}{\partial \gamma_j} = \sum_i \frac{\partial \ell}{\partial y_{ij}}\, \hat x_{ij}, \qquad \frac{\partial \ell}{\partial \beta_j} = \sum_i \frac{\partial \ell}{\partial y_{ij}}`,
    reason:
      "As in batch normalization: parameters are shared by the examples, so that their gradients still add up over the batch.",
    check: parameterCheck("features"),
    kernels: [layerNormWeight],
  },
  {
    id: "ln-input",
    tex:
      tex`g_{ij} = \gamma_j \frac{\partial \ell}{\partial y_{ij}}: \qquad \frac{\partial \ell}{\partial x_{ij}} = \frac{1}{\sqrt{\sigma_i^2 + \varepsilon}} \Bigl(g_{ij} - \frac1F \sum_k g_{ik} - \hat x_{ij} \cdot \frac1F \sum_k g_{ik} \hat x_{ik}\Bigr)`,
    reason:
      "The same three paths, along a row instead of down a column. Here $\\gamma$ differs from term to term of the sums and must stay inside them.",
    check: inputCheck("features"),
    kernels: [layerNormInput],
  },
];

/** What layer normalization computes. */
export const layerSection: Section = {
  id: "layer",
  title: "Layer normalization",
  answers: "002, section 4 (b)",
  prose: [
    "Layer normalization takes mean and variance along every row instead. It needs no batch and no running statistics, and computes the same in training and in evaluation.",
  ],
  lines,
};
