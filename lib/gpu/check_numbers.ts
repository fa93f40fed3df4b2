import { NablaError } from "../core/errors.ts";
import type { Plan, Tensor } from "../core/plan.ts";
import { sizeOf } from "../core/shape.ts";
import { findStrange, type Numbers } from "../core/stream_values.ts";

/**
 * Refuses numbers that a kernel would use as an index beyond its rows: this is
 * the last gate before the device, whoever made them.
 *
 * @throws {NablaError} If a class is none of the model's, a count is above the batch, or a number of u32 is not whole
 */
export function checkNumbers(
  { name, batch }: Plan,
  tensor: Tensor,
  numbers: Numbers,
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
  const found = findStrange(numbers, tensor);
  if (!found) return;
  const rows = shape[0] ?? 1;
  const row = Math.floor(found.at / (sizeOf(shape) / rows));
  const replica = replicas === 1 ? "" : ` of replica ${Math.floor(row / rows)}`;
  throw new NablaError(
    `Cannot run ${name}: row ${
      row % rows
    } of "${label}"${replica} is ${found.fault}`,
  );
}
