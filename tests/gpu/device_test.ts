import assert from "node:assert/strict";
import { openGpu } from "../../lib/gpu/mod.ts";
import { gpu, testGpu } from "../support/device.ts";

if (!gpu) {
  console.warn(
    "\n!!! No WebGPU adapter: every test of tests/gpu is SKIPPED. Run `deno task setup`; REQUIRE_GPU=1 makes this a failure. !!!\n",
  );
}

testGpu(
  "openGpu() reports the device in plain values",
  ({ adapter, target }) => {
    assert.deepEqual(structuredClone(adapter), adapter);
    assert.equal(typeof adapter.description, "string");
    assert.equal(adapter.subgroupSize, target.subgroupSize);
    assert.equal(adapter.int64, target.int64);
    assert.equal(adapter.maxBindingBytes, target.maxBindingBytes);
    assert.equal(adapter.maxIterations ?? Infinity, target.maxIterations);
    assert.ok(target.maxStorageBuffers >= 8 && target.maxWorkgroups >= 65_535);
  },
);

testGpu("openGpu() takes a budget of bytes", async () => {
  const small = await openGpu({ memoryBytes: 1000 });
  try {
    assert.equal(small.target.memoryBytes, 1000);
    assert.throws(
      () => small.createBuffer("weights", 1004, GPUBufferUsage.STORAGE),
      /weights: it needs 1004 bytes, 0 of the budget of 1000/,
    );
    assert.equal(small.liveBytes, 0);
  } finally {
    small.close();
  }
});
