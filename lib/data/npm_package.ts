import { NablaError } from "../core/errors.ts";
import { askForPackage, mayAsk } from "./package_requests.ts";

/** One published version of an npm package. */
export interface NpmPackage {
  name: string;
  version: string;
  /** What the registry publishes for its archive, `sha512-…`. */
  integrity: string;
}

/**
 * The files of an npm package: fetched into `folder` where this process may start
 * Deno, and by the launcher otherwise.
 *
 * @returns The folder of the package's files
 * @throws {NablaError} If neither is allowed, the registry cannot be reached, or the hash differs
 */
export function providePackage(
  wanted: NpmPackage,
  options: { folder: string },
): Promise<string> {
  return mayAsk() ? askForPackage(wanted.name) : fetchPackage(wanted, options);
}

/**
 * Downloads an npm package into `folder` and nothing it depends on, by the
 * npm settings of whoever runs this. A lock file that knows no dependencies
 * keeps them out, pins the archive's hash, and a cache of its own keeps the
 * archive from staying behind when `folder` is removed.
 *
 * @param options.folder An empty folder, or one that does not exist
 * @returns The folder of the package's files, inside `folder`
 * @throws {NablaError} If Deno may not start itself, the registry cannot be reached, or the hash differs
 */
export async function fetchPackage(
  wanted: NpmPackage,
  { folder }: { folder: string },
): Promise<string> {
  const { name, version } = wanted;
  try {
    await Deno.mkdir(folder, { recursive: true });
    for (const [file, content] of Object.entries(project(wanted))) {
      await Deno.writeTextFile(`${folder}/${file}`, JSON.stringify(content));
    }
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["install", "--quiet"],
      cwd: folder,
      env: { DENO_DIR: "cache", NO_COLOR: "1" },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).output();
    if (!success) throw new NablaError(firstLines(stderr));
  } catch (error) {
    const reason = error instanceof Deno.errors.NotCapable
      ? `${error.message} (this needs --allow-run=deno and --allow-write)`
      : (error as Error).message;
    throw new NablaError(
      `Cannot fetch the npm package ${name}@${version}: ${reason}`,
      { cause: error },
    );
  }
  return `${folder}/node_modules/${name}`;
}

/** A project that depends on the package alone. */
function project({ name, version, integrity }: NpmPackage) {
  const specifier = `npm:${name}@${version}`;
  return {
    "deno.json": {
      nodeModulesDir: "auto",
      imports: { [name]: specifier },
    },
    "deno.lock": {
      version: "5",
      specifiers: { [specifier]: version },
      npm: { [`${name}@${version}`]: { integrity } },
      workspace: { dependencies: [specifier] },
    },
  };
}

/** What a program said, as one line without its stack. */
function firstLines(stderr: Uint8Array): string {
  const text = new TextDecoder().decode(stderr);
  return text.split("Stack backtrace")[0]!.replace(/^error: /, "")
    .replace(/\s+/g, " ").trim() || "deno install gave no reason";
}
