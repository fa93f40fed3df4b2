/** Any number of networks, their losses and outputs on one set of points, side by side on the GPU. */
import type { Plan } from "../../core/plan.ts";
import { type Matrix, matrix } from "../../study/derivation/algebra.ts";
import type { Network } from "./sections/network.ts";
import type { Program } from "../../gpu/mod.ts";

/** What a network does on the points. */
export interface Probed {
  readonly loss: number;
  /** [points] */
  readonly outputs: Float32Array;
}

/** Points and what the output should be there: `x` [n, 2], `target` [n]. */
export interface Points {
  readonly x: Float32Array;
  readonly target: Float32Array;
}

const labels = {
  W: "dense1.weight",
  b: "dense1.bias",
  v: "dense2.weight",
  c: "dense2.bias",
} as const;
type Name = keyof typeof labels;
const names = Object.keys(labels) as Name[];

/** Shape of each array of a network with `units` units on two inputs. */
const shapeOf = (name: Name, units: number): [number, number] =>
  ({ W: [units, 2], b: [units, 1], v: [1, units], c: [1, 1] } as const)[
    name
  ] as [number, number];

/** The networks of all replicas of a program. */
export async function readNetworks(program: Program): Promise<Network[]> {
  const { replicas } = program.plan;
  const all = Object.fromEntries(
    await Promise.all(
      names.map(async (name) => [name, await program.read(labels[name])]),
    ),
  ) as Record<Name, Float32Array>;
  const units = all.b.length / replicas;
  const part = (name: Name, r: number): Matrix => {
    const [rows, columns] = shapeOf(name, units);
    const size = rows * columns;
    return matrix(rows, columns, all[name].subarray(r * size, (r + 1) * size));
  };
  return Array.from({ length: replicas }, (_, r) => ({
    W: part("W", r),
    b: part("b", r),
    v: part("v", r),
    c: part("c", r),
  }));
}

/** Evaluates networks through `program`, a plan of the model without an optimizer, as many at a time as it has replicas. */
export async function probe(
  program: Program,
  networks: readonly Network[],
  { x, target }: Points,
): Promise<Probed[]> {
  const { replicas, batch }: Plan = program.plan;
  const found: Probed[] = [];
  for (let first = 0; first < networks.length; first += replicas) {
    const part = networks.slice(first, first + replicas);
    // What is left over is filled up with copies of the last one.
    const full = Array.from(
      { length: replicas },
      (_, r) => part[Math.min(r, part.length - 1)]!,
    );
    for (const name of names) {
      const numbers = full.flatMap((network) => [...network[name].data]);
      program.write(labels[name], Float32Array.from(numbers));
    }
    const [metrics] = await program.submit([{
      x,
      target,
      examples: Uint32Array.of(batch),
    }]);
    const outputs = await program.read("dense2.output");
    part.forEach((_, r) =>
      found.push({
        loss: metrics!.loss![r]!,
        outputs: outputs.subarray(r * batch, (r + 1) * batch),
      })
    );
  }
  return found;
}
