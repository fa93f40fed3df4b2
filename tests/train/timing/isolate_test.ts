import assert from "node:assert/strict";
import type { Dispatch, Plan, Tensor } from "../../../lib/core/plan.ts";
import { isolate } from "../../../lib/train/timing/isolate.ts";

const tensor = (id: number, label: string, buffer: number): Tensor => ({
  id,
  label,
  role: "scratch",
  type: "f32",
  shape: [3, 2],
  replicas: 1,
  buffer,
  offset: 256 * buffer,
});

const dispatch = (label: string, ...tensors: number[]): Dispatch => ({
  label,
  kernel: {
    file: "a.wgsl",
    variant: "",
    entry: "main",
    pieces: [],
    code: "",
    constants: {},
  },
  bindings: tensors.map((tensor, i) => ({
    name: `b${i}`,
    index: i,
    tensor,
    access: i === tensors.length - 1 ? "read_write" : "read",
  })),
  grid: [1, 1, 1],
  flops: 0,
  bytes: 0,
  iterations: 0,
});

const plan: Plan = {
  name: "net",
  replicas: 1,
  batch: 3,
  training: false,
  tensors: [tensor(0, "x", 0), tensor(1, "w", 1), tensor(2, "y", 0)],
  buffers: [{ kind: "scratch", bytes: 512 }, { kind: "kept", bytes: 24 }],
  dispatches: [dispatch("first forward", 0, 1), dispatch("loss", 2, 1, 2)],
  parameters: 6,
};

Deno.test("isolate() keeps the named dispatch and gives its tensors buffers of their own", () => {
  const cut = isolate(plan, "loss");
  assert.deepEqual(cut.dispatches.map(({ label }) => label), ["loss"]);
  assert.deepEqual(cut.tensors.map(({ label }) => label), ["y", "w"]);
  assert.deepEqual(
    cut.tensors.map(({ id, buffer, offset }) => [id, buffer, offset]),
    [[0, 0, 0], [1, 1, 0]],
  );
  assert.ok(cut.tensors.every(({ role }) => role === "state"));
  const kept = { kind: "kept", bytes: 32 };
  assert.deepEqual(cut.buffers, [kept, kept]);
  assert.deepEqual(
    cut.dispatches[0]!.bindings.map(({ tensor }) => tensor),
    [0, 1, 0],
  );
});

Deno.test("isolate() takes several names", () => {
  const cut = isolate(plan, "loss", "first");
  assert.deepEqual(cut.dispatches, isolate(plan, "").dispatches);
  assert.equal(cut.name, "net: loss or first");
});

Deno.test("isolate() says which dispatches there are when none fits", () => {
  assert.throws(
    () => isolate(plan, "second"),
    /Cannot cut "second" .* first forward, loss/,
  );
});
