import { basename, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { NablaError } from "../../lib/core/errors.ts";
import type { Edge, ImportGraph } from "./rules.ts";

const FOLDERS = ["lib", "routes", "islands", "scripts", "shaders", "tests"];
const SOURCE = /\.(?:tsx?|wgsl)$/;
// Any path in a string that no import statement holds.
const NAMED =
  /(?<!\bfrom |\bimport |\bimport\()["'`](?:[^"'`\s]*\/)?([\w.-]+\.(?:tsx?|wgsl))["'`]/g;
const STARTED = /(?<= )scripts\/[\w/]+\.ts/g;

/** What `deno info --json` says of one module. */
interface Module {
  specifier: string;
  dependencies?: {
    specifier: string;
    code?: { specifier?: string };
    type?: { specifier?: string };
    isDynamic?: boolean;
  }[];
}

/**
 * The import graph of the repository at `root`, resolved by Deno itself.
 * Needs to read `root`, to write a temporary file and to run Deno.
 *
 * @throws {NablaError} If `deno info` fails
 */
export async function readGraph(root: string): Promise<ImportGraph> {
  const files = [...sources(root)].sort();
  const modules = await inspect(root, files);
  const local = (url: string) =>
    url.startsWith("file:")
      ? relative(root, fileURLToPath(url)).replaceAll("\\", "/")
      : "..";
  const edges: Edge[] = modules.flatMap((module) => {
    const from = local(module.specifier);
    return (module.dependencies ?? []).flatMap(({ code, type, isDynamic }) => {
      const to = local((code ?? type)?.specifier ?? "");
      const kind = !code ? "type" : isDynamic ? "dynamic" : "static";
      return { from, to, kind } as const;
    });
  });
  const inside = ({ from, to }: Edge) =>
    !/^\.\.|^node_modules\//.test(from) && !/^\.\.|^node_modules\//.test(to);
  return {
    files,
    edges: [...edges.filter(inside), ...named(root, files), ...tasks(root)],
  };
}

/** Files that others name in a string: entries of workers, bundles, processes. */
function named(root: string, files: string[]): Edge[] {
  const byName = Map.groupBy(files, (file) => basename(file));
  return files.flatMap((from) =>
    [...Deno.readTextFileSync(`${root}/${from}`).matchAll(NAMED)]
      .flatMap(([, name]) => byName.get(name!) ?? [])
      .filter((to) => to !== from && within(from, to))
      .map((to) => ({ from, to, kind: "name" as const }))
  );
}

/** Files that the tasks of deno.json start. */
function tasks(root: string): Edge[] {
  const from = "deno.json";
  return [...Deno.readTextFileSync(`${root}/${from}`).matchAll(STARTED)]
    .map(([to]) => ({ from, to, kind: "name" as const }));
}

/** A test's strings lead to test files alone: they name others to check them. */
function within(from: string, to: string): boolean {
  return !from.startsWith("tests/") || to.startsWith("tests/");
}

/** Paths of the source files of the repository at `root`, relative to it. */
export function* sources(root: string): Generator<string> {
  const pending = [...FOLDERS];
  for (const entry of Deno.readDirSync(root)) {
    if (entry.isFile && SOURCE.test(entry.name)) yield entry.name;
  }
  for (const folder of pending) {
    for (const entry of list(`${root}/${folder}`)) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory) pending.push(path);
      else if (SOURCE.test(entry.name)) yield path;
    }
  }
}

function list(folder: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(folder)];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** Asks Deno about all files at once, through a file that imports them. */
async function inspect(root: string, files: string[]): Promise<Module[]> {
  const all = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    const imports = files.filter((file) => !file.endsWith(".wgsl"))
      .map((file) => `import "${pathToFileURL(`${root}/${file}`)}";\n`);
    await Deno.writeTextFile(all, imports.join(""));
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", `--config=${root}/deno.json`, all],
      env: { NO_COLOR: "1" },
    }).output();
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    if (code !== 0) {
      throw new NablaError(
        `Cannot read the import graph: deno info ended with ${code}: ${
          decode(stderr).trim()
        }`,
      );
    }
    return JSON.parse(decode(stdout)).modules;
  } finally {
    await Deno.remove(all);
  }
}
