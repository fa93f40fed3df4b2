/** Convolutions against PyTorch 1.13's own numbers: forward within 1e-5, gradients within 1e-4. */
import { decodeSafetensors } from "../../lib/core/safetensors.ts";
import { largest } from "../../lib/math/compare.ts";
import { channelsLast, conv2d, conv3d } from "../../lib/nn/layers/conv.ts";
import { sequential } from "../../lib/nn/graph.ts";
import { buildPlan } from "../../lib/nn/plan.ts";
import { givenGradient } from "../../lib/studies/support/given_gradient.ts";
import bytes from "../fixtures/layers.safetensors" with { type: "bytes" };
import { assertClose } from "../support/compare.ts";
import { testGpu } from "../support/device.ts";

const { tensors } = decodeSafetensors(bytes);

/** An array [first, channels, ...] of the fixtures with channels last. */
function last(name: string): { shape: number[]; data: Float32Array } {
  const { shape, data } = tensors[name]!;
  const [first, channels, ...rest] = shape as number[];
  const turned = [first!, ...rest, channels!];
  return { shape: turned, data: channelsLast(data as Float32Array, turned) };
}

const attribute = (name: string) =>
  Number((tensors[name]!.data as BigInt64Array)[0]);

const NAMES = [...Array(6).keys()].map((i) => `conv2d${i}`).concat("conv3d0");

for (const name of NAMES) {
  testGpu(`${name.slice(0, 6)}() matches PyTorch's ${name}`, async (gpu) => {
    const x = last(`${name}/x`);
    const weight = last(`${name}/w`);
    const layer = name.startsWith("conv2d") ? conv2d : conv3d;
    const plan = buildPlan({
      name,
      model: sequential(x.shape.slice(1), [
        layer({
          channels: weight.shape[0]!,
          kernel: weight.shape.slice(1, -1),
          stride: attribute(`${name}/attr_stride_i64`),
          padding: attribute(`${name}/attr_padding_i64`),
        }),
      ]),
      loss: givenGradient(),
      batch: x.shape[0]!,
      gradients: true,
      inputGradients: true,
      outputs: [`${name.slice(0, 6)}1`],
      target: gpu.target,
    });
    const program = await gpu.compile(plan);
    const label = `${name.slice(0, 6)}1`;
    program.write(`${label}.weight`, weight.data);
    program.write(`${label}.bias`, tensors[`${name}/b`]!.data as Float32Array);
    await program.submit([{ x: x.data, target: last(`${name}/dy`).data }]);
    const compare = async (
      actual: string,
      expected: Float32Array,
      tolerance: number,
    ) =>
      assertClose(await program.read(actual), expected, {
        tolerance,
        floor: largest(expected),
        label: `${name} ${actual}`,
      });
    await compare(`${label}.output`, last(`${name}/y`).data, 1e-5);
    await compare("dX", last(`${name}/d_x`).data, 1e-4);
    await compare(`${label}.dWeight`, last(`${name}/d_w`).data, 1e-4);
    await compare(
      `${label}.dBias`,
      tensors[`${name}/d_b`]!.data as Float32Array,
      1e-4,
    );
    program.destroy();
  });
}
