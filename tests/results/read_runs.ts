/** Prints the ids of the runs in the data folder that is named, or why they cannot be read. */
import { openSqlite } from "../../lib/results/sqlite.ts";

try {
  using store = openSqlite(Deno.args[0]!, { mode: "read" });
  for (const { id } of store.runs()) console.log(id);
} catch (error) {
  console.log(String(error));
}
