import { NablaError } from "../core/errors.ts";
import type { Plan, Tensor } from "../core/plan.ts";
import { sizeOf } from "../core/shape.ts";
import { findStrange, type Numbers } from "../core/stream_values.ts";

/**
 * Refuses numbers that a kernel would use as an index beyond its rows: this is
 * the last gate before the device, whoever made them.
 *
 * @param examples Rows that count. Default: the batch
 * @throws {NablaError} If a class is none of the model's, a count is above the batch, or a number of u32 is not whole
 */
export function checkNumbers(
  { name, batch }: Plan,
  tensor: Tensor,
  numbers: Numbers,
  examples = batch,
): void {
  const { label, type, classes, shape, replicas } = tensor;
  if (type === "f32") return;
  const counts = label === "examples" && tensor.role === "stream";
  if (counts && !(Number(numbers[0]) >= 1 && Number(numbers[0]) <= batch)) {
    throw new NablaError(
      `Cannot run ${name}: "examples" is ${
        numbers[0]
      }, a batch has 1 to ${batch}`,
    );
  }
  // Numbers of u32 without classes are right by their type.
  if (classes === undefined && numbers instanceof Uint32Array) return;
  // Rows beyond the examples are left out by every kernel.
  const stride = sizeOf(shape);
  const width = stride / (shape[0] ?? 1);
  for (let replica = 0; replica < replicas; replica++) {
    const from = replica * stride;
    const end = from + Math.min(examples * width, stride);
    const found = findStrange(numbers, tensor, { from, end });
    if (!found) continue;
    const row = Math.floor((found.at - from) / width);
    const which = replicas === 1 ? "" : ` of replica ${replica}`;
    throw new NablaError(
      `Cannot run ${name}: row ${row} of "${label}"${which} is ${found.fault}`,
    );
  }
}
