import type { Facts } from "./plan.ts";

/** Where a Chromium is looked for, best first. */
export const BROWSERS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/local/bin/chromium",
  "/opt/homebrew/bin/chromium",
  "/snap/bin/chromium",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Path of the first Chromium there is, or `null`. */
export function findBrowser(): string | null {
  return BROWSERS.find(exists) ?? null;
}

/**
 * {@linkcode Facts} about this machine.
 *
 * @param options.browser Whether a Chromium is needed, too
 * @param options.hasAdapter How to look for an adapter
 */
export async function collectFacts(
  options: { browser: boolean; hasAdapter: () => Promise<boolean> },
): Promise<Facts> {
  const { os } = Deno.build;
  const backend = Deno.env.get("DENO_WEBGPU_BACKEND");
  const adapter = await options.hasAdapter();
  const browser = options.browser ? findBrowser() : undefined;
  const settled = adapter && browser !== null;
  return {
    os,
    backend,
    adapter,
    browser,
    distributions: settled ? [] : distributions(),
    rights: settled || os !== "linux" ? "none" : await rights(),
  };
}

function distributions(): string[] {
  try {
    return parseDistributions(Deno.readTextFileSync("/etc/os-release"));
  } catch {
    return [];
  }
}

/** The words of `ID` and `ID_LIKE` in an os-release file. */
export function parseDistributions(text: string): string[] {
  return [...text.matchAll(/^ID(?:_LIKE)?="?([^"\n]*)"?$/gm)]
    .flatMap(([, words]) => words!.toLowerCase().split(/\s+/))
    .filter((word) => word !== "");
}

async function rights(): Promise<Facts["rights"]> {
  if (Deno.uid() === 0) return "root";
  const sudo = "/usr/bin/sudo";
  if (!exists(sudo)) return "none";
  const { success } = await new Deno.Command(sudo, {
    args: ["-n", "true"],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
  return success ? "sudo" : "none";
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
