/** Who takes part in the benchmark, and how each one's process is started. */
import { fileURLToPath } from "node:url";

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** A program and its arguments. */
export type CommandLine = readonly [program: string, ...args: string[]];

const own = (file: string): CommandLine[] => [
  ["deno", "run", "--no-prompt", "--quiet", here(file)],
];

/**
 * Peers come from npm at versions of their own lock file, outside the project's
 * import map and `node_modules`, so that nothing else depends on them.
 */
const peer = (file: string, backend: string): CommandLine[] => [[
  "deno",
  "run",
  "--no-prompt",
  "--quiet",
  "--no-config",
  "--node-modules-dir=none",
  `--lock=${here("./peers/deno.lock")}`,
  "--frozen",
  "--allow-read",
  here(file),
  backend,
]];

/** A system's own PyTorch may belong to another Python than the first on the path. */
const torch = (threads: string): CommandLine[] =>
  ["python3", "/usr/bin/python3"].map((python) => [
    python,
    here("./peers/pytorch.py"),
    threads,
  ]);

const commands = {
  "peak": own("./peak/contender.ts"),
  "gemm": own("./nabla.ts"),
  "copy": own("./nabla.ts"),
  "nabla": own("./nabla.ts"),
  "jax-js-webgpu": peer("./peers/jax.ts", "webgpu"),
  "tfjs-webgpu": peer("./peers/tfjs.ts", "webgpu"),
  "jax-js-wasm": peer("./peers/jax.ts", "wasm"),
  "tfjs-wasm": peer("./peers/tfjs.ts", "wasm"),
  "pytorch-1": torch("1"),
  "pytorch": torch("all"),
};

/** Name of a library on a device, as in `tfjs-webgpu`. */
export type ContenderName = keyof typeof commands;

/** Command lines to try, the first that works being taken, in the order of the tables. */
export const contenders: Readonly<Record<ContenderName, CommandLine[]>> =
  commands;
