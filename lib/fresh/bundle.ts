import { basename, extname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Build } from "./build.ts";
import { SCRIPTS } from "./static_files.ts";

/** Loads the island modules and compiles their scripts for the browser. */
export async function buildIslands(
  sources: string[],
): Promise<Pick<Build, "islands" | "bootUrl" | "files">> {
  const entries = new Map(
    sources.map((file, i) => [`${basename(file, extname(file))}-${i}`, file]),
  );
  const scripts = await bundle({
    ...Object.fromEntries(entries),
    "fresh-runtime": fileURLToPath(new URL("client.ts", import.meta.url)),
  });
  const base = `${SCRIPTS}${await hashOf([...scripts.values()])}/`;
  const islands: Build["islands"] = new Map();
  for (const [name, file] of entries) {
    const module = await import(pathToFileURL(file).href);
    for (const [exportName, value] of Object.entries(module)) {
      if (typeof value !== "function") continue;
      islands.set(value, { exportName, url: `${base}${name}.js` });
    }
  }
  const files = new Map(
    [...scripts].map(([name, bytes]) => [base + name, bytes]),
  );
  return { islands, bootUrl: `${base}fresh-runtime.js`, files };
}

/** Browser scripts by name; shared code and what is imported lazily become files of their own. */
async function bundle(entryPoints: Record<string, string>) {
  // It reads the environment at once, which a page's tests need not allow.
  const esbuild = await import("esbuild");
  try {
    const { outputFiles } = await esbuild.build({
      entryPoints,
      outdir: "/",
      bundle: true,
      splitting: true,
      write: false,
      format: "esm",
      platform: "browser",
      target: "es2022",
      minify: true,
      jsx: "automatic",
      jsxImportSource: "preact",
      // Deno imports such files as text where the import says so.
      loader: { ".wgsl": "text" },
      alias: {
        "fresh/runtime": fileURLToPath(new URL("runtime.ts", import.meta.url)),
      },
      logLevel: "silent",
    });
    return new Map(outputFiles.map(({ path, contents }) => [
      path.slice(1),
      contents as Uint8Array<ArrayBuffer>,
    ]));
  } catch (error) {
    // A caller can name the flag for a missing permission, so it stays itself.
    if (error instanceof Deno.errors.NotCapable) throw error;
    const reason = error instanceof Error ? error.message : error;
    throw new Error(`Cannot bundle the islands: ${reason}`, { cause: error });
  } finally {
    await esbuild.stop();
  }
}

/** A hash of all scripts, so that the same site keeps its URLs over restarts. */
async function hashOf(parts: Uint8Array<ArrayBuffer>[]): Promise<string> {
  const bytes = await new Blob(parts).arrayBuffer();
  return new Uint8Array(await crypto.subtle.digest("SHA-1", bytes)).toHex();
}
