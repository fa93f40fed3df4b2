import { NablaError } from "../../core/errors.ts";
import type { Plan, Target } from "../../core/plan.ts";
import { formatShape, sizeOf } from "../../core/shape.ts";
import { formatBytes } from "../../core/units.ts";

/**
 * Refuses a plan that the target cannot run, before any memory is taken.
 *
 * @throws {NablaError} If a tensor, the whole memory, a grid, a number of
 *   bindings or of loop iterations passes the target's limit
 */
export function checkLimits(plan: Plan, target: Target): void {
  for (const { label, shape, replicas } of plan.tensors) {
    const bytes = 4 * replicas * sizeOf(shape);
    if (bytes > target.maxBindingBytes) {
      throw new NablaError(
        `Cannot plan ${plan.name}: tensor ${label} of shape ${
          formatShape(shape)
        } for ${replicas} replica(s) needs ${
          formatBytes(bytes)
        }, the device binds at most ${
          formatBytes(target.maxBindingBytes)
        }; use a smaller batch, narrower layers or fewer replicas`,
      );
    }
  }
  const total = plan.buffers.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total > target.memoryBytes) {
    throw new NablaError(
      `Cannot plan ${plan.name}: it needs ${
        formatBytes(total)
      }, the budget is ${
        formatBytes(target.memoryBytes)
      }; use a smaller batch or fewer replicas`,
    );
  }
  for (const { label, grid, bindings, iterations } of plan.dispatches) {
    const widest = Math.max(...grid);
    if (widest > target.maxWorkgroups) {
      throw new NablaError(
        `Cannot plan ${plan.name}: ${label} needs ${widest} workgroups along one axis, the device allows ${target.maxWorkgroups}; use fewer replicas or a smaller batch`,
      );
    }
    if (bindings.length > target.maxStorageBuffers) {
      throw new NablaError(
        `Cannot plan ${plan.name}: ${label} binds ${bindings.length} buffers, the device allows ${target.maxStorageBuffers}; split the layer`,
      );
    }
    if (iterations >= target.maxIterations) {
      throw new NablaError(
        `Cannot plan ${plan.name}: ${label} runs ${iterations} loop iterations per invocation, the driver ends one after ${target.maxIterations}; split the reduction or use a smaller batch`,
      );
    }
  }
}
