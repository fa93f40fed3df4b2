/** What a plan costs, as the command line and the site show it: counts, and the same words for them. */
import type { PlanLayer } from "./plan.ts";
import { formatShape } from "./shape.ts";
import { formatBytes, formatCount } from "./units.ts";

/** What a part of a step does, all replicas together. */
export interface Work {
  /** Multiplications and additions. */
  readonly flops: number;
  /** Multiplications of matrix products and convolutions among them. */
  readonly products: number;
  /** Bytes that must move at least. */
  readonly bytes: number;
  readonly dispatches: number;
}

/** Work of one part of a step in both passes; the update of parameters belongs to the backward one. */
export interface PartSummary {
  readonly label: string;
  readonly forward: Work;
  readonly backward: Work;
}

/** An input or a layer, and its work. */
export interface LayerSummary extends PlanLayer, PartSummary {
  /** Trainable numbers of one replica, without those of an earlier layer that it shares. */
  readonly size: number;
}

/** What the buffers of a program hold. */
export const memoryKinds = [
  "parameters",
  "activations",
  "gradients",
  "optimizer state",
  "layer state",
  "inputs and metrics",
  "scratch",
] as const;

/** One of {@linkcode memoryKinds}. */
export type MemoryKind = typeof memoryKinds[number];

/** Everything counted of one plan. */
export interface PlanSummary {
  readonly name: string;
  /** Examples per step and replica. */
  readonly batch: number;
  readonly replicas: number;
  /** Steps that its only dispatch takes at most. Default: 1. */
  readonly steps?: number;
  /** Trainable numbers of one replica. */
  readonly parameters: number;
  readonly layers: readonly LayerSummary[];
  /** Work of no layer: `loss`, and `optimizer` where updates are dispatches by themselves. */
  readonly others: readonly PartSummary[];
  /** Bytes by kind, those of inputs and metrics for one step; a buffer with several kinds counts for the first of them. */
  readonly memory: Readonly<Record<MemoryKind, number>>;
  /** The largest buffer, and the largest it may be. */
  readonly largest: {
    readonly label: string;
    readonly bytes: number;
    readonly limit: number;
  };
  /** Loop iterations of the busiest invocation, its dispatch, and the driver's limit. */
  readonly iterations: {
    readonly label: string;
    readonly count: number;
    readonly limit: number;
  };
}

/** The work of several parts together. */
export function addWork(works: readonly Work[]): Work {
  const sum = (key: keyof Work) =>
    works.reduce((total, work) => total + work[key], 0);
  return {
    flops: sum("flops"),
    products: sum("products"),
    bytes: sum("bytes"),
    dispatches: sum("dispatches"),
  };
}

/** The work of a whole step: of inference, which is the forward pass of the layers, and of everything. */
export function stepWork(
  { layers, others }: PlanSummary,
): { inference: Work; all: Work } {
  const parts = [...layers, ...others];
  return {
    inference: addWork(layers.map(({ forward }) => forward)),
    all: addWork(parts.flatMap(({ forward, backward }) => [forward, backward])),
  };
}

/** How much a step takes at a time, as in `64 examples a step, 3 replicas`. */
export function planExtent({ batch, replicas }: PlanSummary): string {
  const examples = `${formatCount(batch)} ${plural(batch, "example")} a step`;
  return replicas === 1 ? examples : `${examples}, ${replicas} replicas`;
}

/** Heads of the columns of {@linkcode planRows}; all but the first two hold numbers. */
export const planColumns = [
  "layer",
  "output",
  "parameters",
  "forward",
  "backward",
  "bytes",
] as const;

/** What {@linkcode planColumns} mean. */
export const planLegend =
  "Outputs are of one example, parameters of one replica; FLOPs forward and backward (with the update) and bytes moved are those of a step. – is nothing, or part of a neighbour's dispatch.";

/** A row of cells for every input and layer, the loss and the optimizer, and their sum. */
export function planRows(summary: PlanSummary): string[][] {
  const { layers, others, parameters } = summary;
  const all = [...layers, ...others];
  return [
    ...layers.map((layer) => [
      layer.label,
      formatShape(layer.shape),
      integer(layer.size),
      ...workCells(layer),
    ]),
    ...others.map((part) => [part.label, "", "–", ...workCells(part)]),
    [
      "in all",
      "",
      integer(parameters),
      ...workCells({
        forward: addWork(all.map(({ forward }) => forward)),
        backward: addWork(all.map(({ backward }) => backward)),
      }),
    ],
  ];
}

/** What no single layer shows, by name. */
export function planFacts(
  summary: PlanSummary,
): { name: string; text: string }[] {
  const { memory, largest, iterations, steps = 1 } = summary;
  const { inference, all } = stepWork(summary);
  const kinds = memoryKinds.filter((kind) => memory[kind] > 0);
  const total = kinds.reduce((sum, kind) => sum + memory[kind], 0);
  const parts = kinds.map((kind) => `${kind} ${formatBytes(memory[kind])}`);
  return [
    {
      name: "FLOPs",
      text: `${formatCount(all.flops)} a step, inference alone ${
        formatCount(inference.flops)
      }`,
    },
    {
      name: "dispatches",
      text: steps === 1
        ? `${all.dispatches} a step`
        : `1 for up to ${steps} steps`,
    },
    { name: "memory", text: `${formatBytes(total)}: ${parts.join(", ")}` },
    {
      name: "largest buffer",
      text: `${formatBytes(largest.bytes)} (${largest.label})${
        of(largest.limit, formatBytes)
      }`,
    },
    {
      name: "loop iterations",
      text: `${
        integer(iterations.count)
      } in one invocation (${iterations.label})${
        of(iterations.limit, integer)
      }`,
    },
  ];
}

function workCells(
  { forward, backward }: Pick<PartSummary, "forward" | "backward">,
): string[] {
  const { bytes } = addWork([forward, backward]);
  const flops = (work: Work) =>
    work.bytes === 0 ? "–" : formatCount(work.flops);
  return [
    flops(forward),
    flops(backward),
    bytes === 0 ? "–" : formatBytes(bytes),
  ];
}

const of = (limit: number, format: (value: number) => string) =>
  Number.isFinite(limit) ? `, ${format(limit)} allowed` : ", no limit";

const integer = (value: number) =>
  value === 0 ? "–" : value.toLocaleString("en-US");

const plural = (count: number, word: string) => count === 1 ? word : `${word}s`;
