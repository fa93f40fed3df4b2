import assert from "node:assert/strict";
import { openGpu } from "../../lib/gpu/mod.ts";
import { testGpu } from "../support/device.ts";
import { openTraining, persistent, steps } from "../support/training.ts";

testGpu(
  "destroy() gives back every byte, however often programs are made",
  async (gpu) => {
    assert.equal(gpu.liveBytes, 0);
    const taken = new Set<number>();
    for (let i = 0; i < 3; i++) {
      const program = await openTraining(gpu);
      taken.add(gpu.liveBytes);
      await program.submit(steps(2));
      await persistent(program);
      program.destroy();
      assert.equal(gpu.liveBytes, 0);
      program.destroy();
      assert.equal(gpu.liveBytes, 0);
    }
    assert.equal(taken.size, 1);
    assert.ok([...taken][0]! > 0);
  },
);

testGpu("1,000 steps leave the live bytes as they were", async (gpu) => {
  const program = await openTraining(gpu);
  const inputs = steps(50);
  await program.submit(inputs);
  const before = gpu.liveBytes;
  for (let i = 0; i < 20; i++) {
    await program.submit(inputs);
    await program.read("dense1.weight");
  }
  assert.equal(gpu.liveBytes, before);
  program.destroy();
});

testGpu(
  "compile() beyond the budget names have and need, and leaves nothing behind",
  async () => {
    const small = await openGpu({ memoryBytes: 500_000 });
    try {
      const first = await openTraining(small);
      const taken = small.liveBytes;
      const more = async () => {
        for (;;) await openTraining(small);
      };
      await assert.rejects(more(), {
        name: "NablaError",
        message:
          /allocate small training.*: .* of the budget of 500000 are taken/,
      });
      assert.equal(small.liveBytes % taken, 0);
      first.destroy();
      assert.equal(small.liveBytes % taken, 0);
    } finally {
      small.close();
    }
  },
);
