import assert from "node:assert/strict";
import {
  type Algebra,
  column,
  matrix,
  ones,
} from "../../../lib/study/derivation/algebra.ts";
import { equation, runCheck } from "../../../lib/study/derivation/check.ts";
import type {
  Check,
  KernelCase,
  Operands,
} from "../../../lib/study/derivation/line.ts";
import { linesOf } from "../../../lib/study/page.ts";
import { studies } from "../../../lib/studies/mod.ts";
import { drawOperands } from "../../../lib/study/derivation/operands.ts";
import {
  gradientOf,
  toVariable,
  valueOf,
} from "../../../lib/study/derivation/oracle.ts";
import { openGpu } from "../../../lib/gpu/gpu.ts";
import { backward, type Var } from "../../../lib/math/autodiff.ts";
import {
  halfSquaredNorm,
  meanSquaredError,
  softmaxCrossEntropy,
} from "../../../lib/math/losses.ts";
import {
  batchNorm,
  batchNormEvaluation,
  layerNorm,
  movedStatistics,
  type Statistics,
} from "../../../lib/math/normalization.ts";
import {
  heavyBallStep,
  rmspropStep,
  sgdStep,
} from "../../../lib/math/optimizers.ts";
import { dropout } from "../../../lib/math/dropout.ts";
import * as tape from "../../../lib/math/operations.ts";
import { shaderFiles } from "../../../shaders/mod.ts";
import { kernelError, planOf } from "../../../scripts/derive/run_kernel.ts";
import { fate, mutantsOf } from "./mutants.ts";

const cases = [
  ...new Set(
    studies.flatMap(linesOf).flatMap(({ kernels = [] }) => kernels),
  ),
];
const nameOf = ({ file, role }: KernelCase) => `${file} ${role}`;

/** The quantity of a case by reverse mode. */
function reverseMode(kernelCase: KernelCase, operands: Operands) {
  const [x, w, b] = [operands.input!, operands.weight!, operands.bias!]
    .map(toVariable) as [Var, Var, Var];
  const y = layerOf(kernelCase.layer, { x, w, b }, operands);
  const loss = lossOf(kernelCase, { y, target: operands.target! });
  backward(loss);
  switch (kernelCase.quantity) {
    case "output":
      return valueOf(y);
    case "loss":
      return column(loss.value);
    case "dInput":
      return gradientOf(x);
    case "dWeight":
      return gradientOf(w);
    case "dBias":
      return gradientOf(b);
    case "weight":
      return matrix(w.shape[0]!, w.shape[1]!, stepped(kernelCase, operands, w));
    case "runningMean":
      return column(movedStatistics(runningOf(operands), x, 0.1).mean);
    case "runningVariance":
      return column(movedStatistics(runningOf(operands), x, 0.1).variance);
  }
}

function runningOf({ runningMean, runningVariance }: Operands): Statistics {
  return { mean: runningMean!.data, variance: runningVariance!.data };
}

/** A layer by its definition on the tape. */
function layerOf(
  { kind, epsilon, evaluation, probability }: KernelCase["layer"],
  { x, w, b }: Record<"x" | "w" | "b", Var>,
  operands: Operands,
): Var {
  const flat = (a: Var) => tape.reshape(a, [a.value.length]);
  switch (kind) {
    case "dense": {
      const rows = toVariable(ones(operands.input!.rows));
      return tape.add(
        tape.matmul(x, tape.transpose(w)),
        tape.matmul(rows, tape.transpose(b)),
      );
    }
    case "batchNorm": {
      const affine = { weight: flat(w), bias: flat(b) };
      return evaluation
        ? batchNormEvaluation(x, affine, {
          ...runningOf(operands),
          epsilon: epsilon!,
        })
        : batchNorm(x, affine, epsilon!);
    }
    case "layerNorm":
      return layerNorm(x, { weight: flat(w), bias: flat(b) }, epsilon!);
    case "dropout":
      return dropout(x, operands.mask!.data, probability!);
    default:
      return tape[kind](x);
  }
}

/** The weight after the optimizer's step by its float64 definition. */
function stepped(
  { optimizer }: KernelCase,
  { learningRate, state }: Operands,
  { value: parameters, grad }: Var,
): Float64Array {
  const options = { ...optimizer, learningRate: learningRate!.data[0]! };
  const kept = state!.data;
  const velocity = new Float64Array(kept.length);
  switch (optimizer?.kind) {
    case undefined:
    case "weight decay":
      return sgdStep({ parameters, velocity }, grad, options).parameters;
    case "momentum":
      return sgdStep({ parameters, velocity: kept }, grad, options).parameters;
    case "heavy ball":
      return heavyBallStep({ parameters, previous: kept }, grad, options)
        .parameters;
    case "rmsprop": {
      const from = { parameters, squareAverage: kept, velocity };
      return rmspropStep(from, grad, options).parameters;
    }
  }
}

function lossOf(
  { loss }: KernelCase,
  { y, target }: { y: Var; target: Operands[string] },
): Var {
  const t = toVariable(target);
  if (loss === "half squared error") return halfSquaredNorm(tape.sub(y, t));
  if (loss === "mean squared error") return meanSquaredError(y, t);
  const { rows, columns, data } = target;
  const classes = Array.from(
    { length: rows },
    (_, row) => data.subarray(row * columns, (row + 1) * columns).indexOf(1),
  );
  return softmaxCrossEntropy(y, classes);
}

/** The formula of a case as a line's check. */
function checkOf(kernelCase: KernelCase): Check {
  return equation({
    against: "reverse mode",
    given: (random) => drawOperands(kernelCase, random),
    left: (operands) => reverseMode(kernelCase, operands),
    right: (algebra: Algebra, operands) =>
      kernelCase.formula(operands, algebra),
  });
}

for (const kernelCase of cases) {
  Deno.test(`${nameOf(kernelCase)}: its formula matches reverse mode, mutated it does not`, () => {
    const check = checkOf(kernelCase);
    const { error, holds } = runCheck(check, { repetitions: 3 });
    assert.ok(holds, `relative error ${error}`);
    const mutants = mutantsOf(check);
    assert.notEqual(mutants.length, 0);
    assert.deepEqual(
      mutants.filter((m) => fate(check, m) === "survived"),
      [],
    );
  });

  Deno.test(`${nameOf(kernelCase)}: the file is in shaders/`, () => {
    const files: readonly string[] = shaderFiles;
    assert.ok(files.includes(kernelCase.file));
  });
}

const adapter = await navigator.gpu?.requestAdapter();

Deno.test({
  name: adapter
    ? "kernels of the derivations match their lines on the GPU"
    : "kernels of the derivations match their lines on the GPU (needs a WebGPU adapter)",
  ignore: !adapter,
  async fn(t) {
    const gpu = await openGpu();
    try {
      for (const kernelCase of cases) {
        await t.step(nameOf(kernelCase), async () => {
          const { dispatches } = planOf(kernelCase, gpu.target);
          const files = dispatches.flatMap(({ kernel }) => kernel.pieces)
            .map(({ file }) => file);
          assert.ok(files.includes(kernelCase.file), "another kernel runs");
          const error = await kernelError(gpu, kernelCase);
          assert.ok(error <= kernelCase.tolerance, `relative error ${error}`);
          const mutated: KernelCase = {
            ...kernelCase,
            formula: (operands, algebra) =>
              algebra.scale(1.001, kernelCase.formula(operands, algebra)),
          };
          const missed = await kernelError(gpu, mutated);
          assert.ok(missed > kernelCase.tolerance, "0.1 % went unnoticed");
        });
      }
    } finally {
      gpu.close();
    }
  },
});
