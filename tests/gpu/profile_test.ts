import assert from "node:assert/strict";
import { testGpu } from "../support/device.ts";
import { openTraining, persistent, steps } from "../support/training.ts";

testGpu("profile() times every dispatch of a step", async (gpu) => {
  if (!gpu.adapter.timestamps) return;
  const before = gpu.liveBytes;
  const program = await openTraining(gpu);
  const timings = await program.profile(steps(1)[0]!);
  const { dispatches } = program.plan;
  assert.deepEqual(
    timings.map(({ label, file, variant, flops, bytes }) => ({
      label,
      file,
      variant,
      flops,
      bytes,
    })),
    dispatches.map(({ label, kernel: { file, variant }, flops, bytes }) => ({
      label,
      file,
      variant,
      flops,
      bytes,
    })),
  );
  for (const { label, ms } of timings) {
    assert.ok(ms >= 0 && Number.isFinite(ms), `${label} took ${ms} ms`);
  }
  assert.ok(timings.some(({ ms }) => ms > 0));
  program.destroy();
  assert.equal(gpu.liveBytes, before);
});

testGpu("profile() runs the same step as submit()", async (gpu) => {
  if (!gpu.adapter.timestamps) return;
  const [profiled, submitted] = [
    await openTraining(gpu),
    await openTraining(gpu),
  ];
  const [input] = steps(1);
  await profiled.profile(input!);
  await submitted.submit([input!]);
  assert.deepEqual(await persistent(profiled), await persistent(submitted));
  await assert.rejects(
    async () => await profiled.profile({ x: input!.x! }),
    /stream \w+ is missing/,
  );
  profiled.destroy();
  submitted.destroy();
});
