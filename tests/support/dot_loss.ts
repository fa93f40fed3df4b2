import { sizeOf } from "../../lib/core/shape.ts";
import { type Loss, replicaStride } from "../../lib/nn/loss.ts";

/** Written as a reader would write a loss of their own: WGSL beside its description. */
const code =
  `// loss = Σ y · t,  dY = t.  One invocation a replica, or a number.
struct Sizes { count: u32, targetReplica: u32 }

@group(0) @binding(0) var<storage, read> y: array<f32>;
@group(0) @binding(1) var<storage, read> targets: array<f32>;
@group(0) @binding(2) var<storage, read_write> loss: array<f32>;
@group(0) @binding(3) var<storage, read_write> dY: array<f32>;
@group(0) @binding(4) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3u) {
  if (id.x > 0u) { return; }
  var sum = 0.0;
  for (var i = 0u; i < sizes.count; i++) {
    sum += y[id.z * sizes.count + i] * targets[id.z * sizes.targetReplica + i];
  }
  loss[id.z] = sum;
}

@compute @workgroup_size(64)
fn backward(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= sizes.count) { return; }
  dY[id.z * sizes.count + id.x] = targets[id.z * sizes.targetReplica + id.x];
}
`;

/** `Σ y ⊙ target`: its target is the gradient that arrives at the output, so that any upstream gradient can be chosen. */
export function dotLoss(): Loss {
  const file = { file: "dot.wgsl", code };
  return {
    kind: "dot",
    build: (shape) => {
      const count = sizeOf(shape);
      return {
        target: { shape, type: "f32" },
        metrics: { loss: "f32" },
        forward: ({ output, target, metrics }) => [{
          kind: "kernel",
          label: "dot forward",
          file,
          entry: "forward",
          reads: { y: output, targets: target! },
          writes: { loss: metrics.loss! },
          accumulates: [],
          over: { workgroups: 1 },
          sizes: [count, replicaStride(target!, count)],
          constants: {},
          flops: 2 * count,
          iterations: count,
        }],
        backward: ({ target }, dOutput) => [{
          kind: "kernel",
          label: "dot backward",
          file,
          entry: "backward",
          reads: { targets: target! },
          writes: { dY: dOutput },
          accumulates: [],
          over: { invocations: count },
          sizes: [count, replicaStride(target!, count)],
          constants: {},
          flops: 0,
          iterations: 0,
        }],
      };
    },
  };
}
