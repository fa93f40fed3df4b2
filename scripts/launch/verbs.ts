/** Every command that the launcher starts, and exactly what it may do. */
import settings from "../../deno.json" with { type: "json" };
import type { Named } from "../cli/paths.ts";
import type { Command, Option } from "../cli/options.ts";
import { derive } from "../commands/derive.ts";
import { experiment } from "../commands/experiment.ts";
import { exportCommand } from "../commands/export.ts";
import { plan } from "../commands/plan.ts";
import { DEFAULT_HOST, serve } from "../commands/serve.ts";
import { verify } from "../commands/verify.ts";
import { ANSWERED } from "../../lib/data/package_requests.ts";
import type { Rights } from "./rights.ts";

/** What the rights of a command depend on. */
export interface Given extends Pick<Named, "read" | "write" | "values"> {
  /** The data folder. */
  readonly data: string;
}

/** A command as the launcher sees it. */
export interface Verb {
  /** Script below `scripts/`. */
  readonly script: string;
  /** How it is called, where the command line names files, folders or hosts; it is then read here first. */
  readonly command?: Command<Record<string, Option>>;
  /** Whether it needs a WebGPU adapter. */
  readonly adapter?: boolean;
  /** Whether it runs experiments: it is told what git says, and may ask for data sets. */
  readonly trains?: boolean;
  readonly rights: (given: Given) => Rights;
}

const own = ["NABLA_DATA", ANSWERED];

/** Trains: no program, no network, nothing written outside the data folder. */
const training = ({ data, read }: Given): Rights => ({
  read: [".", data, ...read],
  write: [data],
  env: own,
});

/** Reads and writes the store. */
const store = ({ data }: Given): Rights => ({
  read: [".", data],
  write: [data],
  env: own,
});

/** Folder of what ships with Nabla. */
const shipped = "static/shipped";

/** The commands by the names of their tasks. */
export const verbs: Readonly<Record<string, Verb>> = {
  experiment: {
    script: "experiment.ts",
    command: experiment,
    adapter: true,
    trains: true,
    rights: training,
  },
  verify: {
    script: "verify.ts",
    command: verify,
    adapter: true,
    trains: true,
    rights: training,
  },
  plan: {
    script: "plan.ts",
    command: plan,
    rights: ({ read }) => ({ read: [".", ...read], env: own }),
  },
  derive: {
    script: "derive.ts",
    command: derive,
    adapter: true,
    trains: true,
    rights: ({ data, values }) => ({
      read: [".", data],
      write: [data, ...values.ship ? [shipped] : []],
      env: own,
    }),
  },
  tune: { script: "tune.ts", adapter: true, rights: store },
  runs: { script: "runs.ts", rights: store },
  export: {
    script: "export.ts",
    command: exportCommand,
    rights: ({ data, read, write, values }) => ({
      read: [".", data, ...read],
      write: [
        data,
        ...write,
        ...values.format === "shipped" ? [shipped] : [],
      ],
      env: own,
    }),
  },
  serve: {
    script: "serve.ts",
    command: serve,
    rights: ({ data, values }) => ({
      read: [".", data],
      write: [data],
      // esbuild reads all of it.
      env: true,
      net: ["localhost", ...hostOf(String(values.host ?? DEFAULT_HOST))],
      run: [esbuildPath()],
    }),
  },
  bench: {
    script: "bench.ts",
    adapter: true,
    rights: () => ({ read: ["."], sys: ["cpus"], run: true }),
  },
  imports: {
    script: "check_imports.ts",
    rights: () => ({ read: ["."], write: ["/tmp"], run: true }),
  },
  size: { script: "size.ts", rights: () => ({ read: ["."] }) },
};

/** A host as Deno's flag takes it; nothing for what can be none, which the server then refuses. */
function hostOf(host: string): string[] {
  if (/^[\da-f:.]*:[\da-f:.]*$/i.test(host)) return [`[${host}]`];
  return /^[\w.-]+$/.test(host) ? [host] : [];
}

/** The program that bundles the site's scripts, as npm installs it for this machine. */
function esbuildPath(): string {
  const version = settings.imports.esbuild.split("@").at(-1);
  const arch = Deno.build.arch === "aarch64" ? "arm64" : "x64";
  const platform = `@esbuild/${Deno.build.os}-${arch}`;
  const folder = `${platform.replace("/", "+")}@${version}`;
  return `./node_modules/.deno/${folder}/node_modules/${platform}/bin/esbuild`;
}
