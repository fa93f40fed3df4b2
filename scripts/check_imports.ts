/** Checks that imports follow the house's floors; part of `deno task ok`. */
import { fileURLToPath } from "node:url";
import { readGraph } from "./imports/graph.ts";
import { violations } from "./imports/rules.ts";

const root = fileURLToPath(new URL("..", import.meta.url)).replace(
  /[\\/]$/,
  "",
);
const graph = await readGraph(root);
const found = violations(graph);
for (const line of found) console.error(line);
console.error(
  `${graph.files.length} files, ${graph.edges.length} imports, ${found.length} against the rules`,
);
if (found.length > 0) Deno.exitCode = 1;
