import assert from "node:assert/strict";
import { seriesOf } from "../../lib/plots/series.ts";
import { openStore } from "../../lib/results/store.ts";
import { seriesOfRun } from "../../lib/ui/curves.ts";
import { testWith } from "../support/permissions.ts";
import { startLiveRun } from "../support/seed_store.ts";

testWith(
  { read: true, write: true },
  "seriesOfRun() thins replicas by whole steps and keeps spikes and NaN",
  () => {
    const folder = Deno.makeTempDirSync({ prefix: "nabla-test-" });
    try {
      using store = openStore(folder, { mode: "write" });
      startLiveRun(store);
      const rows = Array.from({ length: 30_000 }, (_, i) => {
        const [step, replica] = [Math.floor(i / 3), i % 3];
        const value = i === 12_345 ? NaN : i === 23_456 ? 99 : Math.sin(i);
        return { series: "train.loss", step, replica, value };
      });
      store.appendMetrics("live-run", rows);
      const [thin] = seriesOfRun(store, store.run("live-run")!);
      const [whole] = seriesOf(rows);
      assert.ok(thin!.x.length > 100 && thin!.x.length <= 810);
      assert.deepEqual(thin!.faults, whole!.faults);
      assert.ok(thin!.y.includes(Math.max(...whole!.y)), "the spike is there");
      thin!.x.forEach((step, i) => {
        assert.equal(thin!.y[i], whole!.y[step]);
        assert.equal(thin!.deviation![i], whole!.deviation![step]);
      });
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
);
