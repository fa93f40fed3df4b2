import assert from "node:assert/strict";
import { TorchRandom } from "../../lib/core/random.ts";
import { encodeSafetensors } from "../../lib/core/safetensors.ts";
import { torchDefault } from "../../lib/nn/initializers.ts";
import { Run } from "../../lib/results/schemas.ts";
import { toJson } from "../../lib/results/special.ts";
import { encodeCheckpoint } from "../../lib/train/checkpoint.ts";
import { exportWeights } from "../../lib/train/export_weights.ts";
import { PROVENANCE, sample } from "../results/support.ts";
import { SEEDS, summary, trained } from "../support/weights.ts";

const now = new Date().toISOString();

function runWith(plans: typeof PROVENANCE.plans): Run {
  return Run.parse(toJson({
    ...sample({ seed: 7, replicas: 2 }),
    id: "a-run",
    startedAt: now,
    heartbeatAt: now,
    provenance: { ...PROVENANCE, plans },
  }));
}

/** Reads a safetensors file as the format's description says, without our reader. */
function parse(file: Uint8Array) {
  const length = Number(new DataView(file.buffer).getBigUint64(0, true));
  const text = new TextDecoder().decode(file.slice(8, 8 + length));
  const { __metadata__, ...entries } = JSON.parse(text);
  const tensors = Object.entries(entries).map(([name, entry]) => {
    const { dtype, shape, data_offsets: [begin, end] } = entry as {
      dtype: string;
      shape: number[];
      data_offsets: [number, number];
    };
    assert.equal(dtype, "F32");
    const view = new DataView(file.buffer, 8 + length + begin, end - begin);
    const data = Array.from(
      { length: (end - begin) / 4 },
      (_, i) => view.getFloat32(4 * i, true),
    );
    return { name, shape, data };
  });
  return { tensors, metadata: __metadata__ as Record<string, string> };
}

Deno.test("exportWeights() writes each replica as PyTorch has it, and where it comes from", () => {
  for (const [replica, seed] of SEEDS.entries()) {
    const run = runWith([...PROVENANCE.plans, summary]);
    const { tensors, metadata } = parse(
      exportWeights(run, trained(), { replica }),
    );
    const random = new TorchRandom(seed);
    const drawn = (fan: number, shape: number[]) => ({
      shape,
      data: [...torchDefault(fan)(random, shape)],
    });
    const all = (value: number) => ({
      shape: [3],
      data: [value, value, value],
    });
    assert.deepEqual(tensors, [
      { name: "conv2d1.weight", ...drawn(12, [3, 2, 2, 3]) },
      { name: "conv2d1.bias", ...drawn(12, [3]) },
      { name: "batchNorm1.weight", ...all(1) },
      { name: "batchNorm1.bias", ...all(0) },
      { name: "batchNorm1.running_mean", ...all(0) },
      { name: "batchNorm1.running_var", ...all(1) },
      { name: "dense1.weight", ...drawn(27, [5, 27]) },
      { name: "dense1.bias", ...drawn(27, [5]) },
    ]);
    assert.deepEqual(metadata, {
      format: "pt",
      study: "xor",
      run: "a-run",
      step: "40",
      epoch: "2",
      seed: "7",
      replica: String(replica),
      config: '{"learningRate":0.5}',
      revision: "0123456789abcdef",
    });
  }
});

Deno.test("exportWeights() says why a run has no weights to export", () => {
  const refused =
    (plans: typeof PROVENANCE.plans, bytes: Uint8Array, replica = 0) =>
    (message: RegExp) =>
      assert.throws(
        () => exportWeights(runWith(plans), bytes, { replica }),
        { name: "NablaError", message },
      );
  refused([summary], trained(), 2)(
    /Cannot export replica 2 of run a-run: it trained 2, counted from 0/,
  );
  const unknown = /record describes no model with the checkpoint's tensors/;
  refused([], trained())(unknown);
  // Plans of other networks: with one of the layers, or the same ones larger.
  refused(PROVENANCE.plans, trained())(unknown);
  const { parameters } = summary;
  refused([{ ...summary, parameters: parameters + 1 }], trained())(unknown);
  const empty = { epoch: 0, step: 0, tensors: {}, state: null };
  refused([summary], encodeCheckpoint(empty))(unknown);
  refused([summary], encodeSafetensors({}))(/its epoch is missing/);
  refused([summary], trained().slice(0, 300))(/may have been cut short/);
});
