/** The output of two-layer networks along straight lines through their parameters. Seconds on a software adapter. */
import { z } from "zod";
import type { Plan } from "../../core/plan.ts";
import { TorchRandom } from "../../core/random.ts";
import {
  networkOn,
  type ParameterLine,
  product,
  ramp,
} from "../../math/parameter_line.ts";
import { outputAt, type ReluNetwork } from "../../math/relu_network.ts";
import { defineStudy } from "../../train/experiment.ts";
import type { RunRecord } from "../../study/record.ts";
import { outputPlan, outputsOnGpu } from "../support/relu_networks.ts";

const config = z.strictObject({
  widths: z.array(z.int().min(1).max(1024)).min(1)
    .describe("hidden units of the networks on random lines"),
  lines: z.int().min(1).max(10_000).describe("random lines of each width"),
  points: z.int().min(9).max(4097)
    .refine((points) => (points - 1) % 8 === 0, "must be 1 more than 8, 16, …")
    .describe(
      "points of a line, t from −4 to 4, one network each, side by side",
    ),
});
type Config = z.output<typeof config>;

const REACH = 4;

/** Second differences below this share of the largest output count as rounding. */
const NOISE = 1e-5;

/** Intervals of t that are recorded of a line at most. */
const MOST_SHOWN = 64;

/** A network of a width, for its shape. */
const shapeOf = (width: number): ReluNetwork => [
  { weight: Array(width).fill([0]), bias: Array(width).fill(0) },
  { weight: [Array(width).fill(0)], bias: [0] },
];

const planName = (width: number) => `line, width ${width}`;

/** A network of standard normal numbers. */
function draw(random: TorchRandom, width: number): ReluNetwork {
  const numbers = [...random.randn(3 * width + 1)];
  const take = (count: number) => numbers.splice(0, count);
  return [
    { weight: take(width).map((w) => [w]), bias: take(width) },
    { weight: [take(width)], bias: take(1) },
  ];
}

/** Which way a curve bends: the signs of its second differences. */
function bendOf(y: ArrayLike<number>): "one way" | "neither" {
  let [up, down, largest] = [0, 0, 0];
  for (let i = 0; i < y.length; i++) {
    largest = Math.max(largest, Math.abs(y[i]!));
    if (i < 2) continue;
    const bend = y[i - 2]! - 2 * y[i - 1]! + y[i]!;
    up = Math.max(up, bend);
    down = Math.max(down, -bend);
  }
  return Math.min(up, down) > NOISE * largest ? "neither" : "one way";
}

/** What was found on the random lines of a width. */
interface Found {
  readonly width: number;
  readonly lines: number;
  readonly neither: number;
  readonly "largest error": number;
}

const shareOf = ({ neither, lines }: Found) => neither / lines;

export default defineStudy({
  id: "parameter-landscape",
  question: "Is a network's output convex in its parameters?",
  config,
  presets: {
    smoke: { widths: [2, 8], lines: 8, points: 129 },
    quick: { widths: [1, 2, 4, 8, 16, 32], lines: 64, points: 257 },
    full: { widths: [1, 2, 4, 8, 16, 32, 64, 128], lines: 1000, points: 513 },
  },
  // The points of a line are the replicas.
  maxReplicas: 1,
  plans: ({ config, target }): Record<string, Plan> =>
    Object.fromEntries(
      [...new Set([1, 2, ...config.widths])].map((width) => [
        planName(width),
        outputPlan({
          name: planName(width),
          network: shapeOf(width),
          ...{ batch: 1, replicas: config.points, target },
        }),
      ]),
    ),
  async run(ctx, plans) {
    const { widths, lines, points } = ctx.config;
    const ts = Array.from(
      { length: points },
      (_, i) => 2 * REACH * i / (points - 1) - REACH,
    );
    const every = Math.ceil((points - 1) / MOST_SHOWN);
    const x = Float32Array.of(1);
    const compile = (width: number) => ctx.gpu.compile(plans[planName(width)]!);
    type Program = Awaited<ReturnType<typeof compile>>;
    /** The output along a line, on the GPU, and how far it is from float64. */
    const follow = async (program: Program, line: ParameterLine) => {
      const networks = ts.map((t) => networkOn(line, t));
      const y = await outputsOnGpu(program, { networks, x });
      const exact = networks.map((network) => outputAt(network, 1));
      const largest = Math.max(...exact.map(Math.abs));
      const error = Math.max(...exact.map((f, i) => Math.abs(f - y[i]!)));
      return { y, error: error / largest };
    };
    const record = (name: string, y: ArrayLike<number>) => {
      for (let i = 0; i < points; i += every) {
        ctx.record(`line.${name}`, i / every, y[i]!);
      }
    };
    record("t", ts);
    for (const [name, line] of Object.entries({ ramp, product })) {
      const program = await compile(line.start[0]!.bias.length);
      record(name, (await follow(program, line)).y);
      program.destroy();
    }
    const random = new TorchRandom(ctx.seed);
    const found: Found[] = [];
    for (const [index, width] of widths.entries()) {
      const program = await compile(width);
      let [neither, worst] = [0, 0];
      for (let i = 0; i < lines; i++) {
        const line = {
          start: draw(random, width),
          direction: draw(random, width),
        };
        const { y, error } = await follow(program, line);
        if (bendOf(y) === "neither") neither++;
        worst = Math.max(worst, error);
        if (i === 0) record(`random${width}`, y);
        ctx.progress({
          done: index * lines + i + 1,
          total: widths.length * lines,
          unit: "line",
        });
      }
      program.destroy();
      found.push({ width, lines, neither, "largest error": worst });
      ctx.record("share.neither", width, neither / lines);
      ctx.result("randomLines", found);
    }
  },
  expect: [
    {
      name: "ramp",
      expected:
        "middles of two chords lie ½ above and ½ below the graph, exactly",
      check(run) {
        const measured = [gapOf(run, -1), gapOf(run, 1)];
        return {
          holds: measured[0] === 0.5 && measured[1] === -0.5,
          measured: measured.join(" and "),
        };
      },
    },
    {
      name: "one unit",
      expected: "the curve t ReLU(1 + t) bends both ways",
      check(run) {
        const y = run.series("line.product").map(({ value }) => value);
        const measured = bendOf(y);
        return { holds: measured === "neither", measured };
      },
    },
    {
      name: "random lines",
      expected: "of widths from 8 on, at least 95 of 100 bend both ways",
      applies: ({ config }) => config.widths.some((width) => width >= 8),
      check({ results }) {
        const wide = (results.randomLines as Found[])
          .filter(({ width }) => width >= 8);
        const measured = Math.min(...wide.map(shareOf));
        return { holds: measured >= 0.95, measured };
      },
    },
    {
      name: "GPU against float64",
      expected: "every output within 1e-5 of the largest on its line",
      check({ results }) {
        const measured = Math.max(
          ...(results.randomLines as Found[])
            .map((row) => row["largest error"]),
        );
        return { holds: measured <= 1e-5, measured };
      },
    },
  ],
});

/** How much the middle of the chord from t − 1 to t + 1 lies above the ramp. */
function gapOf(run: RunRecord<Config>, t: number): number {
  const y = run.series("line.ramp");
  const perUnit = (y.length - 1) / (2 * REACH);
  const at = (t: number) => y[Math.round((t + REACH) * perUnit)]!.value;
  return (at(t - 1) + at(t + 1)) / 2 - at(t);
}
