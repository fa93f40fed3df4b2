import type { Plan, Target } from "../../lib/core/plan.ts";
import { gemmVariant } from "../../lib/nn/lower/gemm.ts";
import {
  gemmMain,
  type Layout,
  type Tile,
  workgroupTile,
} from "../../shaders/gemm.ts";

/** The plan with every matrix product computed in the given tile instead of the chosen one. */
export function withTile(plan: Plan, tile: Tile, target: Target): Plan {
  const group = workgroupTile(tile);
  return {
    ...plan,
    dispatches: plan.dispatches.map((dispatch) => {
      const { kernel, sizes, grid } = dispatch;
      if (kernel.file !== "gemm.wgsl") return dispatch;
      const [m, n, k] = sizes!.words as [number, number, number];
      const layout = kernel.variant.slice(0, 2) as Layout;
      const { replicas } = plan;
      const chosen = gemmVariant({ layout, m, n, k }, { target, replicas });
      const exactM = m % group.rows === 0;
      const [before, after] = [chosen, { ...chosen, tile, exactM }].map(
        gemmMain,
      );
      if (!kernel.code.includes(before!)) {
        throw new Error(
          `Cannot force a tile on ${dispatch.label}: its kernel has another form`,
        );
      }
      return {
        ...dispatch,
        kernel: { ...kernel, code: kernel.code.replace(before!, after!) },
        grid: [
          Math.ceil(n / group.columns),
          Math.ceil(m / group.rows),
          grid[2],
        ] as const,
      };
    }),
  };
}
