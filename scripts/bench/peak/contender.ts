/** The adapter's own arithmetic as a contender; the values it gives are the FLOPs of one run, its sums being checked here. */
import { openGpu } from "../../../lib/gpu/mod.ts";
import { PEAK_VALUE, peakPlan } from "./plan.ts";
import { runSteps } from "../../../lib/train/timing/run_steps.ts";
import { serve } from "../serve.ts";

await serve(async () => {
  const gpu = await openGpu();
  return {
    version: "1",
    adapter: gpu.adapter.description,
    async open() {
      const plan = peakPlan(gpu.target);
      const program = await gpu.compile(plan);
      program.write("factors", Float32Array.of(1, 1));
      return {
        async values() {
          await runSteps(program, 1);
          const sums = await program.read("sums");
          const wrong = sums.find((sum) => sum !== PEAK_VALUE);
          if (wrong !== undefined) {
            throw new Error(
              `wrong values: a sum of the peak kernel is ${wrong}, it must be ${PEAK_VALUE}`,
            );
          }
          return [plan.dispatches[0]!.flops];
        },
        run: (n) => runSteps(program, n),
        close: () => program.destroy(),
      };
    },
  };
});
