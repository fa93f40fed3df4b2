/** Cuts single products out of a plan, so that a layer's own dispatches are timed and nothing else. */
import type { Plan, Tensor } from "../../core/plan.ts";
import { sizeOf } from "../../core/shape.ts";

/** Bytes of a buffer for `count` numbers: whole cells of four, as kernels load them. */
export function keptBytes(count: number): number {
  return 16 * Math.ceil(count / 4);
}

/**
 * The dispatches of `plan` whose label begins with one of `labels`, as a plan of its
 * own. Every tensor they bind gets a buffer to itself and stays between steps,
 * so that it can be written before and read after.
 *
 * @throws {RangeError} If no dispatch has such a label
 */
export function isolate(plan: Plan, ...labels: string[]): Plan {
  const dispatches = plan.dispatches.filter((one) =>
    labels.some((label) => one.label.startsWith(label))
  );
  const wanted = labels.join(" or ");
  if (dispatches.length === 0) {
    throw new RangeError(
      `Cannot cut "${wanted}" out of plan ${plan.name}: its dispatches are ${
        plan.dispatches.map((one) => one.label).join(", ")
      }`,
    );
  }
  const used = [
    ...new Set(
      dispatches.flatMap(({ bindings }) =>
        bindings.map(({ tensor }) => tensor)
      ),
    ),
  ];
  const tensors = used.map((id, place): Tensor => ({
    ...plan.tensors[id]!,
    id: place,
    role: "state",
    buffer: place,
    offset: 0,
  }));
  return {
    ...plan,
    name: `${plan.name}: ${wanted}`,
    tensors,
    buffers: tensors.map(({ shape, replicas }) => ({
      kind: "kept",
      bytes: keptBytes(replicas * sizeOf(shape)),
    })),
    dispatches: dispatches.map((dispatch) => ({
      ...dispatch,
      bindings: dispatch.bindings.map((binding) => ({
        ...binding,
        tensor: used.indexOf(binding.tensor),
      })),
    })),
    parameters: 0,
  };
}
