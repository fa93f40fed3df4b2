/** Max pooling against PyTorch 1.13's own numbers. */
import { sequential } from "../../lib/nn/graph.ts";
import { maxPool2d } from "../../lib/nn/layers/max_pool2d.ts";
import { testGpu } from "../support/device.ts";
import { assertVector, attribute, last, runVector } from "../support/torch.ts";

for (const name of ["maxpool0", "maxpool1", "maxpool2", "maxpool3"]) {
  testGpu(`maxPool2d() matches PyTorch's ${name}`, async (gpu) => {
    const { shape, data: x } = last(`${name}/x`);
    const [batch, ...image] = shape;
    const layer = maxPool2d({
      kernel: attribute(`${name}/attr_kernel_i64`),
      stride: attribute(`${name}/attr_stride_i64`),
    });
    const found = await runVector(gpu, {
      model: sequential(image, [layer]),
      batch: batch!,
      streams: { x, target: last(`${name}/dy`).data },
    });
    // Numbers are chosen, not computed; gradients of overlapping windows are added.
    assertVector(`${name}/y`, found["maxPool2d1.output"]!, {
      tolerance: 0,
      expected: last(`${name}/y`).data,
    });
    assertVector(`${name}/d_x`, found.dX!, {
      tolerance: 1e-6,
      expected: last(`${name}/d_x`).data,
    });
  });
}
