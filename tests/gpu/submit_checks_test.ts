import assert from "node:assert/strict";
import { testGpu } from "../support/device.ts";
import { openTraining, steps } from "../support/training.ts";

const CLASSES = 4;

for (const executor of ["layers", "steps"] as const) {
  testGpu(
    `submit() lets no class through that the model does not have (${executor})`,
    async (gpu) => {
      const program = await openTraining(gpu, executor);
      const before = await program.read("dense1.weight");
      const targets: [Float32Array | Uint32Array, RegExp][] = [
        [
          Uint32Array.of(0, 1, 4, 3, 2),
          /row 2 of "target" is class 4, the mod/,
        ],
        [
          Uint32Array.of(0, 1, 2, 3, -1),
          /row 4 of "target" is class 4294967295/,
        ],
        [Uint32Array.of(700, 1, 2, 3, 1), /row 0 .* class 700, .* 0 to 3\)/],
        [Float32Array.of(0, 1.5, 2, 3, 1), /row 1 of "target" is class 1\.5/],
        [Float32Array.of(0, NaN, 2, 3, 1), /row 1 of "target" is class NaN/],
      ];
      for (const [target, message] of targets) {
        const good = steps(2);
        await assert.rejects(
          program.submit([good[0]!, { ...good[1]!, target }]),
          message,
        );
      }
      for (const examples of [0, 6, 700]) {
        await assert.rejects(
          program.submit([{
            ...steps(1)[0]!,
            examples: Uint32Array.of(examples),
          }]),
          new RegExp(`"examples" is ${examples}, a batch has 1 to 5`),
        );
      }
      assert.deepEqual(await program.read("dense1.weight"), before);
      // Rows beyond the examples count for nothing, whatever is in them.
      const target = Float32Array.of(0, 1, 2, CLASSES - 1, 700);
      const examples = Uint32Array.of(4);
      await program.submit([{ ...steps(1)[0]!, target, examples }]);
      assert.notDeepEqual(await program.read("dense1.weight"), before);
      program.destroy();
    },
  );
}

testGpu("write() takes numbers of the tensor's type alone", async (gpu) => {
  const program = await openTraining(gpu);
  const { length } = await program.read("dense1.bias");
  assert.throws(
    () => program.write("dense1.bias", new Uint32Array(length)),
    /Cannot write dense1\.bias: its numbers are f32, give a Float32Array/,
  );
  assert.throws(
    () => program.write("target", Uint32Array.of(0, 1, 2, 3, 9)),
    /row 4 of "target" is class 9/,
  );
  program.destroy();
});
