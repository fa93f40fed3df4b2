/** Records rows and checkpoints until it is killed; prints the sequence number of each batch once it is acknowledged. Arguments: data folder, run id. */
import { openSqlite } from "../../lib/results/sqlite.ts";
import { sample } from "./support.ts";

const [folder, id] = Deno.args as [string, string];
const store = openSqlite(folder, { mode: "write" });
store.createRun(sample({ id }));
const encoder = new TextEncoder();
for (let step = 0;; step++) {
  const value = step % 5 === 0 ? NaN : step;
  const sequence = store.appendMetrics(id, [
    { series: "loss", step, replica: 0, value },
    { series: "loss", step, replica: 1, value },
    { series: "accuracy", step, replica: 0, value },
  ]);
  if (step % 4 === 3) {
    const bytes = new Uint8Array(200_000).fill(step);
    store.saveCheckpoint(id, { epoch: 0, step }, bytes);
  }
  Deno.stdout.writeSync(encoder.encode(`${sequence}\n`));
}
