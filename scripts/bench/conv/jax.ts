import type { Work } from "../contender.ts";
import { sampleEntries } from "../entries.ts";
import { repeatedly } from "../peers/jax_runs.ts";
import type { Jax, Value } from "../peers/jax_types.ts";
import { permute } from "../permute.ts";
import { type Conv, convArrays, convRoles, convShapes } from "./workload.ts";

/** Channels last to channels second, and back. */
const SECOND = [0, 3, 1, 2];
const LAST = [0, 2, 3, 1];

/** Opens a pass of a convolution on jax-js, which has channels second. */
export function openConv(jax: Jax, workload: Conv): Work {
  const { pass, padding } = workload;
  const arrays = convArrays(workload);
  const shapes = convShapes(workload);
  const roles = convRoles[pass];
  const [left, right] = roles.operands.map((role) => {
    const { values, shape } = permute(arrays[role], shapes[role], SECOND);
    return jax.numpy.array(values, { shape });
  }) as [Value, Value];
  const around: [number, number][] = [[padding, padding], [padding, padding]];
  const forward = (x: Value, weight: Value) =>
    jax.lax.conv(x, weight, [1, 1], around);
  const zeros = (shape: readonly number[]) =>
    jax.numpy.zeros(SECOND.map((axis) => shape[axis]!));
  const passes = {
    forward,
    input: (dY: Value, weight: Value) =>
      jax.vjp((x: Value) => forward(x, weight), [zeros(shapes.x)])[1](dY)[0],
    weight: (x: Value, dY: Value) =>
      jax.vjp((weight: Value) => forward(x, weight), [zeros(shapes.weight)])[1](
        dY,
      )[0],
  };
  const compute = jax.jit(passes[pass]);
  const result = shapes[roles.result];
  return repeatedly(jax, {
    compute: () => compute(left.ref, right.ref),
    sample: (values) =>
      sampleEntries(
        permute(values, SECOND.map((axis) => result[axis]!), LAST).values,
      ),
    operands: [left, right],
  });
}
