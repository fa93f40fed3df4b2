/** A loss whose gradient is whatever it is given. */
import { sizeOf } from "../../core/shape.ts";
import { type Loss, replicaStride } from "../../nn/op/loss.ts";

const code =
  `// loss = Σ y · g,  dY = g.  y [replicas, count], g [replicas or 1, count].
// forward: one workgroup a replica, whose invocations add up every 64th product
// and then their sums in a fixed order. backward: one invocation a number.

struct Sizes { count: u32, replicaStride: u32 }

@group(0) @binding(0) var<storage, read> y: array<f32>;
@group(0) @binding(1) var<storage, read> gradient: array<f32>;   // g
@group(0) @binding(2) var<storage, read_write> loss: array<f32>; // [replicas]
@group(0) @binding(3) var<storage, read_write> dY: array<f32>;   // as y
@group(0) @binding(4) var<uniform> sizes: Sizes;

const LANES = 64u;
var<workgroup> sums: array<f32, LANES>;

@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  var sum = 0.0;
  for (var i = lane; i < sizes.count; i += LANES) {
    sum += y[group.z * sizes.count + i] * gradient[group.z * sizes.replicaStride + i];
  }
  sums[lane] = sum;
  workgroupBarrier();
  if (lane == 0u) {
    for (var i = 1u; i < LANES; i++) { sum += sums[i]; }
    loss[group.z] = sum;
  }
}

@compute @workgroup_size(64)
fn backward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  if (i >= sizes.count) { return; }
  dY[id.z * sizes.count + i] = gradient[id.z * sizes.replicaStride + i];
}
`;

const LANES = 64;

/**
 * The linear function `⟨y, g⟩` of the output, whose gradient is g everywhere: so
 * an optimizer can be handed any sequence of gradients, as the target.
 */
export function givenGradient(): Loss {
  const file = { file: "given_gradient.wgsl", code };
  return {
    kind: "given gradient",
    build: (output) => {
      const count = sizeOf(output);
      return {
        target: { shape: output, type: "f32" },
        metrics: { loss: "f32" },
        forward: ({ output, target, metrics }) => [{
          kind: "kernel",
          label: "given gradient forward",
          file,
          entry: "forward",
          reads: { y: output, gradient: target! },
          writes: { loss: metrics.loss! },
          accumulates: [],
          over: { workgroups: 1 },
          sizes: [count, replicaStride(target!, count)],
          constants: {},
          flops: 2 * count,
          iterations: Math.ceil(count / LANES) + LANES,
        }],
        backward: ({ target }, dOutput) => [{
          kind: "kernel",
          label: "given gradient backward",
          file,
          entry: "backward",
          reads: { gradient: target! },
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
