/** Logic gates with given weights on the GPU: on a dense grid, and truth tables from NANDs. Seconds on a software adapter. */
import { z } from "zod";
import type { Plan } from "../../core/plan.ts";
import { type Gate, gates } from "../../math/gates.ts";
import { nandCircuit, networkOfCircuit } from "../../math/nand.ts";
import type { ReluNetwork } from "../../math/relu_network.ts";
import { defineStudy } from "../../train/experiment.ts";
import { outputPlan, outputsOnGpu } from "../support/relu_networks.ts";

const config = z.strictObject({
  perUnit: z.int().min(1).max(512)
    .describe(
      "grid points per unit of each input; the grid goes from −2 to 2 and holds both axes",
    ),
});

/** Inputs of every truth table. */
const INPUTS = 2;
const rows = Array.from({ length: 2 ** INPUTS }, (_, row) => row);
const bits = Float32Array.from(
  rows.flatMap((row) => [row >> 1 & 1, row & 1]),
);

/** All truth tables of two inputs with their networks. */
const tables = Array.from({ length: 2 ** rows.length }, (_, code) => {
  const table = rows.map((row) => (code >> row & 1) === 1);
  const name = table.map(Number).join("");
  return { name, table, network: networkOfCircuit(nandCircuit(table)) };
});

/** Points along each axis. */
const pointsOf = (perUnit: number) => 4 * perUnit + 1;

/** Every point of the grid as [x₁, x₂]. */
function gridOf(perUnit: number): Float32Array {
  const count = pointsOf(perUnit);
  const at = (index: number) => index / perUnit - 2;
  const x = new Float32Array(2 * count ** 2);
  for (let i = 0; i < count ** 2; i++) {
    x[2 * i] = at(i % count);
    x[2 * i + 1] = at(Math.floor(i / count));
  }
  return x;
}

/** How a gate did. */
interface Checked {
  readonly gate: string;
  readonly layers: number;
  readonly "hidden widths": string;
  readonly points: number;
  readonly wrong: number;
  readonly "points on the axes": number;
  readonly "wrong there": number;
}

function check(
  { name, network, truth }: Gate,
  { x, outputs }: { x: Float32Array; outputs: Float32Array },
): Checked {
  let [wrong, onAxes, wrongThere] = [0, 0, 0];
  outputs.forEach((f, i) => {
    const [x1, x2] = [x[2 * i]!, x[2 * i + 1]!];
    const isOnAxis = x1 === 0 || x2 === 0;
    const isWrong = f > 0 !== truth(x1, x2);
    if (isOnAxis) onAxes++;
    if (isWrong) wrong++;
    if (isOnAxis && isWrong) wrongThere++;
  });
  return {
    gate: name,
    layers: network.length,
    "hidden widths": hiddenWidths(network),
    points: outputs.length,
    wrong,
    "points on the axes": onAxes,
    "wrong there": wrongThere,
  };
}

const hiddenWidths = (network: ReluNetwork) =>
  network.slice(0, -1).map(({ bias }) => bias.length).join(", ") || "none";

export default defineStudy({
  id: "logic-gates",
  question: "Which weights make a ReLU network a logic gate?",
  config,
  presets: {
    smoke: { perUnit: 8 },
    quick: { perUnit: 64 },
    full: { perUnit: 256 },
  },
  // Nothing is drawn.
  maxReplicas: 1,
  plans({ config, target }): Record<string, Plan> {
    const batch = pointsOf(config.perUnit) ** 2;
    return Object.fromEntries(
      gates.map(({ name, network }) => [
        name,
        outputPlan({ name, network, batch, target }),
      ]),
    );
  },
  async run(ctx, plans) {
    const outputsOf = async (
      plan: Plan,
      { network, x }: { network: ReluNetwork; x: Float32Array },
    ) => {
      const program = await ctx.gpu.compile(plan);
      const outputs = await outputsOnGpu(program, {
        networks: [network],
        x,
      });
      program.destroy();
      return outputs;
    };
    const x = gridOf(ctx.config.perUnit);
    const checked: Checked[] = [];
    for (const gate of gates) {
      const { name, network } = gate;
      const outputs = await outputsOf(plans[name]!, { network, x });
      checked.push(check(gate, { x, outputs }));
      ctx.result("gates", checked);
    }
    const computed = [];
    for (const { name, table, network } of tables) {
      const { target } = ctx.gpu;
      const plan = outputPlan({ name, network, batch: rows.length, target });
      const outputs = await outputsOf(plan, { network, x: bits });
      computed.push({
        "truth table": name,
        NANDs: nandCircuit(table).gates.length,
        layers: network.length,
        "hidden widths": hiddenWidths(network),
        outputs: [...outputs].join(", "),
      });
      ctx.progress({
        done: computed.length,
        total: tables.length,
        unit: "table",
      });
    }
    ctx.result("tables", computed);
  },
  expect: [
    {
      name: "gates on the grid",
      expected:
        "every gate is positive where its statement holds, and only there",
      check({ results }) {
        const checked = results.gates as Checked[];
        const measured = checked.reduce((sum, { wrong }) => sum + wrong, 0);
        const points = checked.reduce((sum, { points }) => sum + points, 0);
        return {
          holds: checked.length === gates.length && measured === 0,
          measured: `${measured} of ${points} wrong`,
        };
      },
    },
    {
      name: "gates on the axes",
      expected: "the same on the points where an input is 0",
      check({ results }) {
        const checked = results.gates as Checked[];
        const wrong = checked.reduce((sum, row) => sum + row["wrong there"], 0);
        const points = checked
          .reduce((sum, row) => sum + row["points on the axes"], 0);
        return {
          holds: points > 0 && wrong === 0,
          measured: `${wrong} of ${points} wrong`,
        };
      },
    },
    {
      name: "sizes",
      expected:
        "OR in 2 layers of width 2, XOR in at most 3 of width at most 4",
      check({ results }) {
        const of = (name: string) =>
          (results.gates as Checked[]).find(({ gate }) => gate === name)!;
        const [or, xor] = [of("OR"), of("XOR, three layers")];
        const widths = xor["hidden widths"].split(", ").map(Number);
        return {
          holds: or.layers === 2 && or["hidden widths"] === "2" &&
            xor.layers <= 3 && Math.max(...widths) <= 4,
          measured: `OR ${or["hidden widths"]}; XOR ${xor["hidden widths"]}`,
        };
      },
    },
    {
      name: "truth tables",
      expected: "networks of NANDs give every table of two inputs, exactly",
      check({ results }) {
        const computed = results.tables as Record<string, string>[];
        const right = computed.filter((row) =>
          row.outputs === row["truth table"]!.split("").join(", ")
        );
        return {
          holds: right.length === 2 ** rows.length,
          measured: `${right.length} of ${2 ** rows.length}`,
        };
      },
    },
  ],
});
