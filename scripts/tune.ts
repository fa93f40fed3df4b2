/** `deno task tune`: measures which tiles are fast on this adapter, for the runs to come. */
import { NablaError, UsageError } from "../lib/core/errors.ts";
import { formatDuration } from "../lib/core/units.ts";
import { openGpu } from "../lib/gpu/mod.ts";
import { tilesPath, writeTiles } from "../lib/train/adapter_tiles.ts";
import {
  gain,
  isSame,
  tableOf,
  tune,
  type TunedCase,
  WORTH,
} from "../lib/train/tuning.ts";
import { tuningCases } from "../lib/train/tuning_cases.ts";
import {
  dataFolder,
  printJson,
  requirePermissions,
  runCommand,
} from "./cli/command.ts";
import { common } from "./cli/options.ts";
import { paint, table } from "./cli/terminal.ts";

await runCommand({
  usage: "deno task tune [CLASS…] [options]",
  summary:
    "Measures every tile that this adapter may run fast, for matrix products and convolutions of all sizes; later runs use the fastest.",
  words: [0, 64],
  options: common,
  notes: [
    "A class is a kind of product, a layout and a size, as in gemm NT 256² deep. A word means all that begin with it, as in conv or 'gemm TN'. Default: all.",
    "",
    "Nothing is ever measured by itself: a run starts at once, with the tiles that ship where nothing was measured. Measuring takes a minute or two on a CPU that is otherwise idle. Do it before you train for an hour or more, and again after a new driver. Where no tile is more than 10 % faster than the one that ships, that one stays.",
    "",
    "Results are kept by adapter, in the data folder. A run notes the tile of every product, and deno task verify repeats it with those. Runs before and after measuring may differ in their last digits, as sums are added in another order.",
  ],
}, async (words, { json }) => {
  const cases = chosen(words);
  const folder = dataFolder();
  requirePermissions([
    { name: "read", path: folder },
    { name: "write", path: folder },
  ]);
  const gpu = await openGpu();
  const print = json ? console.error : console.log;
  print(`${cases.length} classes on ${gpu.adapter.description}\n`);
  const before = performance.now();
  const tuned = await tune(gpu, cases, (one) => print(format(one)));
  const ms = performance.now() - before;
  const broken = tuned.find(({ tiles }) => tiles.length === 0);
  if (broken) {
    throw new NablaError(
      `Cannot tune: no tile computed ${broken.product} right on this adapter; its driver is broken`,
    );
  }
  writeTiles(folder, { adapter: gpu.adapter, tiles: tableOf(tuned) });
  const path = tilesPath(folder);
  if (json) {
    printJson({ adapter: gpu.adapter, seconds: ms / 1000, path, tuned });
  } else {
    const better = tuned.filter((one) => gain(one) > WORTH).length;
    console.log(
      `Took ${
        formatDuration(ms)
      }: in ${better} of ${tuned.length} classes a tile is more than ${
        Math.round(100 * (WORTH - 1))
      } % faster than the one that ships.\nKept in ${path}; deno task experiment uses it from now on.`,
    );
  }
  return 0;
});

/** Cases whose class begins with one of the words; all of them without words. */
function chosen(words: readonly string[]) {
  const all = tuningCases();
  for (const word of words) {
    if (all.some(({ key }) => key.startsWith(word))) continue;
    throw new UsageError(
      `Cannot tune "${word}": there is no such class; there are ${
        all.map(({ key }) => key).join(", ")
      }`,
    );
  }
  return all.filter(({ key }) =>
    words.length === 0 || words.some((word) => key.startsWith(word))
  );
}

/** One class for a person: its tiles with their rates, the fastest first. */
function format({ key, product, tiles, shipped, failures }: TunedCase): string {
  const rows = tiles.map((one, i) => [
    "",
    one.gflops.toFixed(1),
    one.tile,
    one.parts > 1 ? `${one.parts} parts` : "",
    [
      i === 0 ? paint("green", "fastest") : "",
      isSame(one, shipped) ? "ships" : "",
    ].filter(Boolean).join(", "),
  ]);
  return [
    `${paint("bold", key)}  ${paint("dim", product)}  GFLOPS`,
    table(rows, { right: [1] }),
    ...failures.map(({ tile, reason }) =>
      `  ${paint("red", "without")} ${tile}: ${reason}`
    ),
    "",
  ].join("\n");
}
