/** Slope and curvature of scalar networks with one hidden tanh layer, by the variance of their weights. */
import type { Plan } from "../../core/plan.ts";
import { TorchRandom } from "../../core/random.ts";
import { dense } from "../../nn/layers/dense.ts";
import { type Graph, sequential } from "../../nn/graph.ts";
import { buildPlan } from "../../nn/plan.ts";
import { halfSquaredError } from "../../nn/losses/squared_error.ts";
import { tanh } from "../../nn/layers/tanh.ts";
import type { ExperimentContext, PlanSetting } from "../../train/experiment.ts";
import { deviation } from "./statistics.ts";

/** Config of the scalar networks. */
export interface SmoothnessConfig {
  readonly hidden: number;
  readonly scalarNetworks: number;
  readonly milliVariances: readonly number[];
}

/** Steps of x on [−1, 1]; between neighbours the slope changes by little even at the largest σ². */
const POINTS = 65;
const STEP = 2 / (POINTS - 1);

/** Steps of the theory's integral over the standard normal density, on [−8, 8]. */
const INTEGRAL = 4000;

const HIDDEN = "dense1.weight";
const OUTPUT = "dense2.weight";

/** `f(x) = Σ_m v_m tanh(w_m x)`. */
function model({ hidden }: SmoothnessConfig): Graph {
  return sequential([1], [
    dense({ units: hidden, bias: false }),
    tanh(),
    dense({ units: 1, bias: false }),
  ]);
}

/** The plan that gives `f` and, with the target `f − 1`, the slope `∂f/∂x` at every point. */
export function smoothnessPlan(
  { config, target }: Pick<PlanSetting<SmoothnessConfig>, "config" | "target">,
): Plan {
  return buildPlan({
    name: "scalar networks",
    model: model(config),
    loss: halfSquaredError(),
    batch: POINTS,
    replicas: config.scalarNetworks,
    ownData: "target",
    gradients: true,
    inputGradients: true,
    outputs: ["dense2"],
    target,
  });
}

/** Records the mean over x of f′² and f″² for every network and every σ², and what theory expects. */
export async function measureSmoothness(
  ctx: ExperimentContext<SmoothnessConfig>,
  plan: Plan,
): Promise<void> {
  const { hidden, scalarNetworks, milliVariances } = ctx.config;
  const program = await ctx.gpu.compile(plan);
  const random = new TorchRandom(ctx.seed);
  const x = Float32Array.from({ length: POINTS }, (_, i) => -1 + i * STEP);
  const examples = Uint32Array.of(POINTS);
  const found: Smoothness[] = [];
  for (const milli of milliVariances) {
    const variance = milli / 1000;
    for (const label of [HIDDEN, OUTPUT]) {
      const weights = random.randn(scalarNetworks * hidden);
      program.write(label, weights.map((w) => w * Math.sqrt(variance)));
    }
    const target = new Float32Array(scalarNetworks * POINTS);
    await program.submit([{ x, target, examples }]);
    const f = await program.read("dense2.output");
    // With this target the gradient of ½(f − t)² by f is 1.
    await program.submit([{ x, target: f.map((y) => y - 1), examples }]);
    const slopes = await program.read("dX");
    const measured = Array.from(
      { length: scalarNetworks },
      (_, r) => roughness(slopes.subarray(r * POINTS, (r + 1) * POINTS)),
    );
    const expected = roughnessInTheory({ hidden, variance });
    const [slope, curvature] = (["slope", "curvature"] as const).map((kind) => {
      const values = measured.map((one) => one[kind]);
      ctx.record(`smoothness.${kind}`, milli, values);
      ctx.record(`smoothness.theory.${kind}`, milli, expected[kind]);
      return deviation(values, expected[kind]);
    });
    found.push({
      variance,
      slope: slope!.mean,
      slopeErrors: slope!.errors,
      curvature: curvature!.mean,
      curvatureErrors: curvature!.errors,
    });
  }
  program.destroy();
  ctx.result("smoothness", found);
}

/** Mean squares of slope and curvature at one σ², and how many standard errors they are from theory. */
export interface Smoothness {
  readonly variance: number;
  readonly slope: number;
  readonly slopeErrors: number;
  readonly curvature: number;
  readonly curvatureErrors: number;
}

interface Roughness {
  /** Mean of f′². */
  readonly slope: number;
  /** Mean of f″². */
  readonly curvature: number;
}

/** Of one network: f″ is the central difference of the slopes that the backward pass gave. */
function roughness(slopes: Float32Array): Roughness {
  const inner = POINTS - 2;
  let slope = 0, curvature = 0;
  for (let i = 1; i <= inner; i++) {
    slope += slopes[i]! ** 2 / inner;
    const second = (slopes[i + 1]! - slopes[i - 1]!) / (2 * STEP);
    curvature += second ** 2 / inner;
  }
  return { slope, curvature };
}

/** Mean over the same points of `E f′² = Mσ² E[w² ψ′(wx)²]` and of the same difference of slopes, by the trapezoidal rule. */
export function roughnessInTheory(
  { hidden, variance }: { hidden: number; variance: number },
): Roughness {
  const inner = POINTS - 2;
  const scale = hidden * variance / inner;
  let slope = 0, curvature = 0;
  for (let node = 0; node <= INTEGRAL; node++) {
    const z = -8 + 16 * node / INTEGRAL;
    const weight = 16 / INTEGRAL * Math.exp(-z * z / 2) /
      Math.sqrt(2 * Math.PI);
    const w = z * Math.sqrt(variance);
    const slopeAt = (x: number) => w / Math.cosh(w * x) ** 2;
    for (let i = 1; i <= inner; i++) {
      const x = -1 + i * STEP;
      const second = (slopeAt(x + STEP) - slopeAt(x - STEP)) / (2 * STEP);
      slope += weight * scale * slopeAt(x) ** 2;
      curvature += weight * scale * second ** 2;
    }
  }
  return { slope, curvature };
}
