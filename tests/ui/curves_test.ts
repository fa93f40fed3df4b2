import assert from "node:assert/strict";
import { seriesOf } from "../../lib/plots/series.ts";
import { openSqlite } from "../../lib/results/sqlite.ts";
import { storeOf } from "../../lib/results/store.ts";
import { crowdOf, seriesOfRun } from "../../lib/ui/curves.ts";
import { withFolder } from "../support/folder.ts";
import { testWith } from "../support/permissions.ts";
import { startLiveRun } from "../support/seed_store.ts";

testWith(
  { read: true, write: true },
  "seriesOfRun() thins replicas by whole steps and keeps spikes and NaN",
  () =>
    withFolder(async (folder) => {
      using store = openSqlite(folder, { mode: "write" });
      startLiveRun(store);
      const rows = Array.from({ length: 30_000 }, (_, i) => {
        const [step, replica] = [Math.floor(i / 3), i % 3];
        const value = i === 12_345 ? NaN : i === 23_456 ? 99 : Math.sin(i);
        return { series: "train.loss", step, replica, value };
      });
      store.appendMetrics("live-run", rows);
      const [thin] = await seriesOfRun(storeOf(store), store.run("live-run")!);
      const [whole] = seriesOf(rows);
      assert.ok(thin!.x.length > 100 && thin!.x.length <= 810);
      assert.deepEqual(thin!.faults, whole!.faults);
      assert.ok(thin!.y.includes(Math.max(...whole!.y)), "the spike is there");
      thin!.x.forEach((step, i) => {
        assert.equal(thin!.y[i], whole!.y[step]);
        assert.equal(thin!.deviation![i], whole!.deviation![step]);
      });
    }),
);

testWith(
  { read: true, write: true },
  "seriesOfRun() reads a long series again once it has grown, and only then",
  () =>
    withFolder(async (folder) => {
      using store = openSqlite(folder, { mode: "write" });
      startLiveRun(store, "growing");
      const append = (from: number, count: number) =>
        store.appendMetrics(
          "growing",
          Array.from({ length: count }, (_, i) => {
            const step = from + i;
            return { series: "train.loss", step, replica: 0, value: step };
          }),
        );
      append(0, 30_000);
      let reads = 0;
      const counting = {
        ...storeOf(store),
        downsampled: (...asked: Parameters<typeof store.downsampled>) => {
          reads++;
          return Promise.resolve(store.downsampled(...asked));
        },
      };
      const last = async () => {
        const [curve] = await seriesOfRun(counting, store.run("growing")!);
        return curve!.x.at(-1);
      };
      assert.deepEqual([await last(), await last(), reads], [
        29_999,
        29_999,
        1,
      ]);
      append(30_000, 1);
      assert.deepEqual([await last(), reads], [30_000, 2]);
    }),
);

testWith(
  { read: true, write: true },
  "seriesOfRun() and crowdOf() keep a long series of many replicas whole where the run has one",
  () =>
    withFolder(async (folder) => {
      using store = openSqlite(folder, { mode: "write" });
      startLiveRun(store, "many");
      const [steps, replicas] = [300, 80];
      store.appendMetrics(
        "many",
        Array.from({ length: steps * replicas }, (_, i) => {
          const [step, replica] = [Math.floor(i / replicas), i % replicas];
          const value = replica + (step === 150 ? 500 : Math.sin(step));
          return { series: "train.loss", step, replica, value };
        }),
      );
      store.updateRun("many", { replicas: 1 });
      const run = store.run("many")!;
      const [curve] = await seriesOfRun(storeOf(store), run);
      assert.equal(curve!.replicas, replicas);
      assert.deepEqual([curve!.single, curve!.stored], [
        undefined,
        "train.loss",
      ]);
      curve!.x.forEach((step, i) => {
        const mean = 39.5 + (step === 150 ? 500 : Math.sin(step));
        assert.ok(Math.abs(curve!.y[i]! - mean) < 1e-9, `step ${step}`);
      });
      const name = "train.loss";
      const crowd = (await crowdOf(storeOf(store), run, { name, steps: 20 }))!;
      assert.ok(crowd.x.length >= 10 && crowd.x.length <= 24);
      assert.ok(crowd.x.includes(150), "the spike is there");
      crowd.x.forEach((step, i) => {
        assert.equal(crowd.values[i]!.length, replicas);
        const shift = step === 150 ? 500 : Math.sin(step);
        assert.equal(crowd.values[i]![7], 7 + shift);
      });
      const none = { name: "none", steps: 20 };
      assert.equal(await crowdOf(storeOf(store), run, none), null);
    }),
);
