/** Both tables of 001, section 5, as printed: each convolution, then the total. */
import {
  type ConvolutionCost,
  quantities,
} from "../../../math/convolution_cost.ts";
import type { ModuleName } from "./modules.ts";

const row = (...cells: [number, number, number, number]): ConvolutionCost =>
  Object.fromEntries(
    quantities.map((quantity, i) => [quantity, cells[i]!]),
  ) as Record<typeof quantities[number], number>;

/** Parameters, additions, multiplications and activations by module. */
export const PRINTED: Record<ModuleName, readonly ConvolutionCost[]> = {
  naive: [
    row(32_896, 33_554_432, 33_554_432, 131_072),
    row(442_560, 452_984_832, 452_984_832, 196_608),
    row(614_496, 629_145_600, 629_145_600, 98_304),
    row(1_089_952, 1_115_684_864, 1_115_684_864, 425_984),
  ],
  bottleneck: [
    row(32_896, 33_554_432, 33_554_432, 131_072),
    row(16_448, 16_777_216, 16_777_216, 65_536),
    row(110_784, 113_246_208, 113_246_208, 196_608),
    row(16_448, 16_777_216, 16_777_216, 65_536),
    row(153_696, 157_286_400, 157_286_400, 98_304),
    row(16_448, 16_777_216, 16_777_216, 65_536),
    row(346_720, 354_418_688, 354_418_688, 622_592),
  ],
};
