import type { Work } from "../contender.ts";
import { sampleEntries } from "../entries.ts";
import { repeatedly } from "../peers/tfjs_runs.ts";
import type { Tensor, TensorFlow } from "../peers/tfjs_types.ts";
import { permute } from "../permute.ts";
import {
  type Conv,
  convArrays,
  convRoles,
  type ConvShapes,
  convShapes,
} from "./workload.ts";

/** [out, height, width, in] to [height, width, in, out], and back. */
const OUT_LAST = [1, 2, 3, 0];
const OUT_FIRST = [3, 0, 1, 2];

/** Opens a pass of a convolution on TensorFlow.js, whose weights have the outputs last. */
export function openConv(tf: TensorFlow, workload: Conv): Work {
  const { pass, padding } = workload;
  const arrays = convArrays(workload);
  const shapes = convShapes(workload);
  const tensor = (role: keyof ConvShapes) => {
    if (role !== "weight") return tf.tensor(arrays[role], shapes[role]);
    const turned = permute(arrays[role], shapes[role], OUT_LAST);
    return tf.tensor(turned.values, turned.shape);
  };
  const roles = convRoles[pass];
  const operands = roles.operands.map(tensor) as [Tensor, Tensor];
  const [left, right] = operands;
  const hwio = OUT_LAST.map((axis) => shapes.weight[axis]!);
  const options = {
    strides: [1, 1],
    pad: padding,
    dataFormat: "NHWC",
    dimRoundingMode: "floor",
  };
  const passes = {
    forward: () => tf.conv2d(left, right, 1, padding),
    input: () =>
      tf.engine().runKernel(
        "Conv2DBackpropInput",
        { dy: left, filter: right },
        { ...options, inputShape: shapes.x },
      ),
    weight: () =>
      tf.engine().runKernel(
        "Conv2DBackpropFilter",
        { x: left, dy: right },
        { ...options, filterShape: hwio },
      ),
  };
  return repeatedly(tf, {
    compute: passes[pass],
    sample: (values) =>
      sampleEntries(
        pass === "weight" ? permute(values, hwio, OUT_FIRST).values : values,
      ),
    operands,
  });
}
