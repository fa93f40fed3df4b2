/** Where a site runs that shows a data folder: a file that its server holds locked for as long as it lives. */

const FILE = "site";

/** Where the site is when `deno task serve` starts it. */
export const usualSite = "http://127.0.0.1:8000/";

/**
 * Lets other commands find the server until the process ends. Nothing happens
 * where another one shows the folder already, or it cannot be written.
 */
export function announce(folder: string, url: string): void {
  try {
    Deno.mkdirSync(folder, { recursive: true });
    const file = Deno.openSync(`${folder}/${FILE}`, {
      create: true,
      write: true,
    });
    if (!file.tryLockSync(true)) return file.close();
    file.truncateSync(0);
    file.writeSync(new TextEncoder().encode(url));
  } catch {
    // A folder that cannot be written is still shown, from the address on the terminal.
  }
}

/** Address of the server that shows the folder, ending in a slash; `null` where none runs. */
export function runningSite(folder: string): string | null {
  try {
    const path = `${folder}/${FILE}`;
    using file = Deno.openSync(path);
    return file.tryLockSync(false) ? null : Deno.readTextFileSync(path);
  } catch {
    // Not there, or not readable: as if no server ran.
    return null;
  }
}

/** What to do to see a page of the site. */
export function browseLine(folder: string, path = ""): string {
  const running = runningSite(folder);
  return running === null
    ? `Browse: deno task serve, then open ${usualSite}${path}`
    : `Browse: ${running}${path}`;
}
