import assert from "node:assert/strict";
import { DeviceLostError, openGpu } from "../../lib/gpu/mod.ts";
import { testGpu } from "../support/device.ts";
import { openTraining, steps } from "../support/training.ts";

testGpu(
  "a device that goes away is a DeviceLostError at the next submit, read and write",
  async () => {
    const own = await openGpu();
    const program = await openTraining(own);
    await program.submit(steps(3));
    const running = program.submit(steps(64));
    own.device.destroy();
    await running.catch((error) =>
      assert.ok(error instanceof DeviceLostError, `${error}`)
    );
    await assert.rejects(program.submit(steps(1)), DeviceLostError);
    await assert.rejects(program.read("dense1.weight"), DeviceLostError);
    await assert.rejects(openTraining(own), DeviceLostError);
    assert.throws(() => own.check(), {
      exitCode: 1,
      message: /device was lost \(destroyed\)/,
    });
    // Cleaning up after the loss is no further failure.
    program.destroy();
    assert.equal(own.liveBytes, 0);
  },
);

testGpu(
  "an error that the GPU reports to nobody else is a failure of the next step",
  async () => {
    const own = await openGpu();
    const program = await openTraining(own);
    await program.submit(steps(1));
    // A copy beyond the end of a buffer: WebGPU says nothing to the caller.
    const { device } = own;
    const small = device.createBuffer({
      size: 16,
      usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
    });
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(small, 0, small, 0, 1024);
    device.queue.submit([encoder.finish()]);
    await assert.rejects(async () => {
      for (let i = 0; i < 2; i++) await program.submit(steps(1));
    }, /Cannot go on as the GPU reported an error: .+/);
    program.destroy();
    small.destroy();
    own.close();
  },
);
