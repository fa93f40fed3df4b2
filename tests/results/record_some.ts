/** Records rows and checkpoints and ends. Arguments: data folder, run id, batches, bytes of a checkpoint. An error's name and message go to stdout. */
import { openSqlite } from "../../lib/results/sqlite.ts";
import { rows, sample } from "./support.ts";

const [folder, id, batches, size] = Deno.args as [
  string,
  string,
  string,
  string,
];
try {
  using store = openSqlite(folder, { mode: "write" });
  store.createRun(sample({ id }));
  for (let step = 0; step < Number(batches); step++) {
    store.appendMetrics(id, rows("loss", Array(100).fill(step)));
    if (step % 10 !== 0) continue;
    const bytes = new Uint8Array(Number(size)).fill(step);
    store.saveCheckpoint(id, { epoch: 0, step }, bytes);
  }
  store.updateRun(id, { status: "completed" });
} catch (error) {
  console.log(`${(error as Error).name}: ${(error as Error).message}`);
}
