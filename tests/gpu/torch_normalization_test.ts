/** Normalizations and dropout against PyTorch 1.13's own numbers: forward within 1e-5, gradients within 1e-4. */
import { batchNorm } from "../../lib/nn/layers/batch_norm.ts";
import { dropout, generator } from "../../lib/nn/layers/dropout.ts";
import { sequential } from "../../lib/nn/graph.ts";
import type { Layer } from "../../lib/nn/op/layer.ts";
import { layerNorm } from "../../lib/nn/layers/layer_norm.ts";
import type { Op } from "../../lib/nn/op/ops.ts";
import { testGpu } from "../support/device.ts";
import {
  assertVector,
  last,
  runVector,
  shapeOf,
  stored,
} from "../support/torch.ts";

const FORWARD = 1e-5;
const GRADIENT = 1e-4;

const NORMS: Record<string, () => Layer> = {
  batchnorm1d: batchNorm,
  batchnorm2d: batchNorm,
  layernorm: layerNorm,
};

for (const [name, make] of Object.entries(NORMS)) {
  const images = shapeOf(`${name}/x`).length === 4;
  const get = (part: string) =>
    images ? last(`${name}/${part}`) : {
      shape: shapeOf(`${name}/${part}`),
      data: stored(`${name}/${part}`),
    };
  const { shape: [batch, ...example], data: x } = get("x");
  const layer = make();
  const model = sequential(example, [layer]);
  const label = `${layer.kind}1`;
  const affine = {
    [`${label}.weight`]: stored(`${name}/w`),
    [`${label}.bias`]: stored(`${name}/b`),
  };

  testGpu(`${layer.kind}() matches PyTorch's ${name}`, async (gpu) => {
    const found = await runVector(gpu, {
      model,
      batch: batch!,
      streams: { x, target: get("dy").data },
      kept: affine,
    });
    assertVector(`${name}/y`, found[`${label}.output`]!, {
      tolerance: FORWARD,
      expected: get("y").data,
    });
    assertVector(`${name}/d_x`, found.dX!, {
      tolerance: GRADIENT,
      expected: get("d_x").data,
    });
    const gradients = { d_w: "dWeight", d_b: "dBias" };
    for (const [stem, ours] of Object.entries(gradients)) {
      assertVector(`${name}/${stem}`, found[`${label}.${ours}`]!, {
        tolerance: GRADIENT,
      });
    }
    if (layer.kind !== "batchNorm") return;
    const statistics = {
      running_mean: "runningMean",
      running_var: "runningVariance",
    };
    for (const [stem, ours] of Object.entries(statistics)) {
      assertVector(`${name}/${stem}`, found[`${label}.${ours}`]!, {
        tolerance: FORWARD,
      });
    }
  });

  if (layer.kind !== "batchNorm") continue;
  testGpu(`batchNorm() evaluates as PyTorch's ${name}`, async (gpu) => {
    const found = await runVector(gpu, {
      model,
      batch: batch!,
      streams: { x: get("eval_x").data, target: get("dy").data },
      kept: {
        ...affine,
        [`${label}.runningMean`]: stored(`${name}/running_mean`),
        [`${label}.runningVariance`]: stored(`${name}/running_var`),
      },
      training: false,
    });
    assertVector(`${name}/eval_y`, found[`${label}.output`]!, {
      tolerance: FORWARD,
      expected: get("eval_y").data,
    });
  });
}

/** Dropout whose generator is exchanged for one that gives words by heart: 0 where the mask drops, else all ones. */
function withMask(layer: Layer, mask: Float32Array): Layer {
  const words = Array.from(mask, (m) => m === 0 ? "0u" : "0xffffffffu");
  const code = `// Word i mod 4 of counter ⌊i / 4⌋.
const WORDS = array<u32, ${words.length}>(${words.join(", ")});

fn randomWords(counter: vec4u, key: vec2u) -> vec4u {
  var words = WORDS;
  let at = 4u * counter.x;
  return vec4u(words[at], words[at + 1u], words[at + 2u], words[at + 3u]);
}
`;
  const exchange = (ops: Op[]) =>
    ops.map((op): Op =>
      op.kind === "kernel"
        ? {
          ...op,
          needs: [
            ...op.needs!.filter((piece) => !generator.includes(piece)),
            { file: "words.wgsl", code },
          ],
        }
        : op
    );
  return {
    ...layer,
    build(inputs) {
      const built = layer.build(inputs);
      return {
        ...built,
        forward: (values) => exchange(built.forward(values)),
        backward: (values) => exchange(built.backward(values)),
      };
    },
  };
}

testGpu("dropout() matches PyTorch's dropout, given its mask", async (gpu) => {
  const [batch, width] = shapeOf("dropout/x");
  const layer = withMask(
    dropout({ probability: 0.5 }),
    stored("dropout/mask"),
  );
  const found = await runVector(gpu, {
    model: sequential([width!], [layer]),
    batch: batch!,
    streams: {
      x: stored("dropout/x"),
      target: stored("dropout/dy"),
      step: Uint32Array.of(0),
      seed: Uint32Array.of(0),
    },
  });
  assertVector("dropout/y", found["dropout1.output"]!, { tolerance: 0 });
  assertVector("dropout/d_x", found.dX!, { tolerance: 0 });
});
