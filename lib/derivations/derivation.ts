/**
 * A derivation is a list of lines, and a line carries its own proof by machine
 * (`check.ts`). Pure data, for the server, the browser, the tests and
 * `deno task derive` alike.
 *
 * Every text field of a study may contain inline TeX between dollar signs.
 */
import type { Random } from "../math/random.ts";
import type { Algebra, Matrix } from "./algebra.ts";

/** Where a question comes from. */
export interface Source {
  /** File name of the document. */
  readonly document: string;
  /** Author and title. */
  readonly title: string;
  /** Number of the problem or section in it. */
  readonly problem: string;
}

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

/** A table of derived numbers; the first cell of a row names it. */
export interface StudyTable {
  /** Unique in the study. */
  readonly id: string;
  readonly caption: string;
  readonly columns: readonly string[];
  /** Numbers are shown in full; empty text is an empty cell. */
  readonly rows: readonly (readonly (string | number)[])[];
  /** Whether the last row adds up the others. Default: false. */
  readonly total?: boolean;
}

/** A question to answer before reading on. */
export interface Prediction {
  /** With the choices, where there are some. */
  readonly question: string;
  readonly answer: string;
}

/** Lines that belong together, under a heading. */
export interface Section {
  readonly id: string;
  readonly title: string;
  /** The problem of a source that the section answers, as in `000, problem 1`. */
  readonly answers?: string;
  /** Paragraphs before the lines. */
  readonly prose?: readonly string[];
  /** With these, the lines are hidden too until the reader asks for them. */
  readonly predictions?: readonly Prediction[];
  readonly lines: readonly Line[];
  /** Tables after the lines. */
  readonly tables?: readonly StudyTable[];
  /** Id of the interactive figure after the lines, as in `islands/interactive.ts`. */
  readonly interactive?: string;
}

/** A statement of a source that is wrong or loose, with the number that settles it. */
export interface Erratum {
  readonly claim: string;
  readonly correct: string;
  /** What was measured, in words and digits. */
  readonly number: string;
  readonly source: Source;
  /** The claimed and the correct form against an oracle; the first must miss, the second must hold. */
  readonly evidence: { readonly claimed: Check; readonly correct: Check };
}

/** An axis of a figure. */
export interface Axis {
  readonly label: string;
  readonly scale: "linear" | "log";
}

/** A function of two variables on a rectangle. */
export interface Landscape {
  at(x: number, y: number): number;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** A figure of the study's page: which metric series of its latest run are drawn, and how. */
export interface FigureRef {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  /** `lines`: each series over the step. `difference`: |first − second| of each two series in a row. `theory`: means of several replicas with three standard errors, and theory as lines. `heat`: sizes as shades, one row per series. `scatter`: each two series in a row as x and y, a point per replica and step. `sizes`: each series on a log axis that also shows exact zero. `contour`: each two series in a row as the coordinates of a path over the contours of `landscape`. */
  readonly kind:
    | "lines"
    | "sizes"
    | "contour"
    | "difference"
    | "theory"
    | "heat"
    | "scatter";
  readonly series: readonly string[];
  /** Legend text of each series, or of each two, in the order of `series`. */
  readonly names: readonly string[];
  readonly x: Axis;
  readonly y: Axis;
  /** Lines across the figure, at values that the run stored as `result`. */
  readonly marks?: readonly {
    readonly axis: "x" | "y";
    readonly result: string;
    readonly label: string;
  }[];
  /** What a contour figure shows the contours of. */
  readonly landscape?: Landscape;
}

/** Pictures on the study's page: an album that its latest run stored as `result`. */
export interface PicturesRef {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly result: string;
}

/**
 * A sentence about what a run shows. It stands where the expectations that it
 * names hold in the shown run; elsewhere the page says that they do not.
 */
export interface Claim {
  readonly sentence: string;
  /** Names of expectations of the study's experiment. */
  readonly by: readonly string[];
}

/** A question, its derivation and the figures that answer it. */
export interface Study {
  /** Kebab-case; the same on the command line, in URLs and, with underscores, in file names. */
  readonly id: string;
  readonly title: string;
  readonly question: string;
  readonly source: readonly Source[];
  /** Paragraphs. */
  readonly introduction: readonly string[];
  readonly sections: readonly Section[];
  readonly errata: readonly Erratum[];
  readonly figures: readonly FigureRef[];
  /** Shown after the figures. */
  readonly pictures?: readonly PicturesRef[];
  /** What a run shows, in words. */
  readonly claims?: readonly Claim[];
  /** The command that makes the figures. */
  readonly command: string;
}

/** Whether the study's command trains and leaves a run behind; otherwise it has only lines to check. */
export function leavesRuns({ command }: Study): boolean {
  return !command.startsWith("deno task derive");
}

/** All lines of a study in order. */
export function linesOf(study: Study): Line[] {
  return study.sections.flatMap((section) => [...section.lines]);
}

/** Splits a text at its dollar signs into words and inline TeX. */
export function inlineTex(text: string): { tex: boolean; text: string }[] {
  return text.split("$")
    .map((part, i) => ({ tex: i % 2 === 1, text: part }))
    .filter((part) => part.text !== "");
}
