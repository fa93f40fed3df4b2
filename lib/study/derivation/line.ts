/**
 * A line of a derivation, which carries its own proof by machine (`check.ts`).
 * Pure data, for the server, the browser, the tests and `deno task derive` alike.
 */
import type { Random } from "../../math/random.ts";
import type { Algebra, Matrix } from "./algebra.ts";

/** How the left side of a line was computed; never with the formula on the right. */
export type Oracle =
  | "reverse mode"
  | "central differences"
  | "definition"
  | "50-digit arithmetic"
  | "printed by PyTorch";

/** The machine's proof of one line. */
export interface Check {
  readonly against: Oracle;
  /** Largest relative error that still counts as equal. */
  readonly tolerance: number;
  /** Both sides at one random point; `algebra` evaluates the right one. */
  sides(random: Random, algebra?: Algebra): { left: Matrix[]; right: Matrix[] };
}

/**
 * What a kernel works on, as the GPU got it: `input`, `weight`, `bias` (a
 * column), `output`, `target` (one-hot for classes), `dOutput`, `dWeight`,
 * `learningRate` (1×1) and `state`, what the optimizer kept of earlier steps,
 * shaped as `weight` and at least 0. Of batch normalization also `runningMean`
 * and `runningVariance`, columns; of both normalizations `weight` is a column. Of dropout the
 * `mask` of zeros and ones.
 */
export type Operands = Readonly<Record<string, Matrix>>;

/** The optimizer whose step a case takes. It keeps the velocity, the previous parameter or the average of squares. */
export type StepOptimizer =
  | { readonly kind: "weight decay"; readonly weightDecay: number }
  | { readonly kind: "momentum" | "heavy ball"; readonly momentum: number }
  | {
    readonly kind: "rmsprop";
    readonly decay: number;
    readonly epsilon: number;
    readonly epsilonInside: boolean;
  };

/**
 * The WGSL kernel that carries a line out, and the case that `deno task derive`
 * runs on the GPU: one layer under a loss, random numbers in, one tensor out.
 */
export interface KernelCase {
  /** File in `shaders/`. */
  readonly file: string;
  /** What the kernel does there, as in `NT, forward`. */
  readonly role: string;
  readonly layer: {
    readonly kind:
      | "dense"
      | "sigmoid"
      | "tanh"
      | "relu"
      | "batchNorm"
      | "layerNorm"
      | "dropout";
    /** Width of a dense layer's output. */
    readonly units?: number;
    /** Whether its weight is the identity and its bias zero, so that the loss sees `input` and `dInput` is the loss's own gradient. */
    readonly identity?: true;
    /** ε of a normalization. */
    readonly epsilon?: number;
    /** Whether batch normalization takes the running statistics. */
    readonly evaluation?: true;
    /** With which dropout drops. */
    readonly probability?: number;
  };
  /** With `half squared error`, `dOutput = output − target`. */
  readonly loss: "half squared error" | "mean squared error" | "cross entropy";
  /** `[batch, features]`. */
  readonly input: readonly [number, number];
  /** The tensor that is compared; `weight` is the weight after one step of the optimizer. */
  readonly quantity:
    | "output"
    | "loss"
    | "dInput"
    | "dWeight"
    | "dBias"
    | "weight"
    | "runningMean"
    | "runningVariance";
  /** Whose step `weight` is after. Default: SGD, which keeps no state. */
  readonly optimizer?: StepOptimizer;
  /** The line's right side for these operands, in float64. */
  formula(operands: Operands, algebra: Algebra): Matrix;
  /** Largest error, relative to the largest entry, that float32 is granted. */
  readonly tolerance: number;
}

/** One line of a derivation; without `check` it is prose. */
export interface Line {
  /** Unique in the study. */
  readonly id: string;
  readonly tex: string;
  /** One sentence that says why the line holds. */
  readonly reason: string;
  readonly check?: Check;
  /** Kernels that implement the line. */
  readonly kernels?: readonly KernelCase[];
}
