/** Counts what a plan costs. */
import type {
  Dispatch,
  Plan,
  PlanLayer,
  Target,
  Tensor,
} from "../core/plan.ts";
import {
  addWork,
  type MemoryKind,
  memoryKinds,
  type PartSummary,
  type PlanSummary,
  type Work,
} from "../core/plan_summary.ts";
import { sizeOf } from "../core/shape.ts";
import { gradientLabel } from "./planner/differentiate.ts";

/** Counts a plan: work by layer, memory by kind, and how near it comes to the limits of its target. */
export function summarizePlan(
  plan: Plan,
  { maxIterations, maxBindingBytes }: Pick<
    Target,
    "maxIterations" | "maxBindingBytes"
  >,
): PlanSummary {
  const { name, batch, replicas, parameters, layers = [] } = plan;
  const sizes = new Map(
    plan.tensors.filter(({ role }) => role === "parameter")
      .map(({ label, shape }) => [label, sizeOf(shape)]),
  );
  const owners = ownersOf(layers);
  const parts = Map.groupBy(
    plan.dispatches.flatMap((dispatch) => worksOf(plan, dispatch, owners)),
    ({ part }) => part,
  );
  const rest = [...parts.keys()].filter((label) =>
    !layers.some((layer) => layer.label === label)
  );
  const busiest = plan.dispatches.reduce((most, one) =>
    one.iterations > most.iterations ? one : most
  );
  const [{ steps = 1 } = {}] = plan.dispatches;
  return {
    name,
    batch,
    replicas,
    ...(steps > 1 && { steps }),
    parameters,
    layers: layers.map((layer) => ({
      ...layer,
      ...workOf(layer.label, parts),
      size: Object.values(layer.parameters)
        .filter((label) => owners.get(label) === layer.label)
        .reduce((sum, label) => sum + sizes.get(label)!, 0),
    })),
    others: rest.map((label) => workOf(label, parts)),
    memory: memoryOf(plan),
    largest: { ...largestBuffer(plan), limit: maxBindingBytes },
    iterations: {
      label: busiest.label,
      count: busiest.iterations,
      limit: maxIterations,
    },
  };
}

/** For each parameter the first layer that uses it. */
function ownersOf(layers: readonly PlanLayer[]): Map<string, string> {
  const owners = new Map<string, string>();
  for (const { label, parameters } of layers) {
    for (const parameter of Object.values(parameters)) {
      if (!owners.has(parameter)) owners.set(parameter, label);
    }
  }
  return owners;
}

/** What a dispatch belongs to; an update by itself to the layer whose parameter it moves. */
function partOf(
  { tensors }: Plan,
  { layer, bindings }: Dispatch,
  owners: ReadonlyMap<string, string>,
): string {
  if (layer !== undefined) return layer;
  const moved = bindings.filter(({ access }) => access === "read_write")
    .map(({ tensor }) => tensors[tensor]!)
    .find(({ role }) => role === "parameter");
  return (moved && owners.get(moved.label)) ?? "optimizer";
}

/** Work of one part of a step in one pass. */
interface PassWork extends Work {
  readonly part: string;
  readonly pass: Dispatch["pass"];
}

/** What a dispatch does, or each part of it; the first part stands for the dispatch. */
function worksOf(
  plan: Plan,
  dispatch: Dispatch,
  owners: ReadonlyMap<string, string>,
): PassWork[] {
  const { parts = [dispatch] } = dispatch;
  return parts.map(({ layer, pass, flops, products = 0, bytes }, i) => ({
    part: partOf(plan, { ...dispatch, layer }, owners),
    pass: pass ?? "backward",
    flops,
    products,
    bytes,
    dispatches: i === 0 ? 1 : 0,
  }));
}

function workOf(
  label: string,
  parts: ReadonlyMap<string, readonly PassWork[]>,
): PartSummary {
  const works = parts.get(label) ?? [];
  const work = (pass: Dispatch["pass"]) =>
    addWork(works.filter((one) => one.pass === pass));
  return { label, forward: work("forward"), backward: work("backward") };
}

function memoryOf(plan: Plan): Record<MemoryKind, number> {
  const memory = Object.fromEntries(
    memoryKinds.map((kind) => [kind, 0]),
  ) as Record<MemoryKind, number>;
  const kindOf = kinds(plan);
  plan.buffers.forEach(({ bytes }, index) => {
    const held = new Set(
      plan.tensors.filter(({ buffer }) => buffer === index).map(kindOf),
    );
    memory[memoryKinds.find((kind) => held.has(kind)) ?? "scratch"] += bytes;
  });
  return memory;
}

/** Returns a function that says what a tensor of the plan is, by its role and label. */
function kinds(
  { tensors, layers = [] }: Plan,
): (tensor: Tensor) => MemoryKind {
  const parameters = tensors.filter(({ role }) => role === "parameter")
    .map(({ label }) => label);
  const outputs = layers.map(({ label, kind }) =>
    kind === "input" ? label : `${label}.output`
  );
  const activations = new Set(outputs);
  const gradients = new Set([...parameters, ...outputs].map(gradientLabel));
  const states = new Set(layers.flatMap(({ states }) => Object.values(states)));
  return ({ role, label }) => {
    if (role === "parameter") return "parameters";
    if (role === "stream" || role === "metric") return "inputs and metrics";
    if (gradients.has(label)) return "gradients";
    if (activations.has(label)) return "activations";
    if (states.has(label)) return "layer state";
    return role === "state" ? "optimizer state" : "scratch";
  };
}

/** The largest buffer, named by the largest tensor in it or by what it records. */
function largestBuffer(
  { tensors, buffers }: Plan,
): { label: string; bytes: number } {
  const bytes = Math.max(...buffers.map((buffer) => buffer.bytes));
  const index = buffers.findIndex((buffer) => buffer.bytes === bytes);
  const { kind } = buffers[index]!;
  if (kind === "streams") return { label: "inputs of a step", bytes };
  if (kind === "metrics") return { label: "metrics of a step", bytes };
  const size = ({ shape, replicas }: Tensor) => replicas * sizeOf(shape);
  const { label } = tensors.filter(({ buffer }) => buffer === index)
    .reduce((most, one) => size(one) > size(most) ? one : most);
  return { label, bytes };
}
