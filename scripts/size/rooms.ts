/** How much code there is, room by room. */

/** Lines of one room. */
export interface Size {
  readonly room: string;
  readonly files: number;
  /** Lines that hold code: neither blank nor comment alone. */
  readonly code: number;
  /** All lines. */
  readonly lines: number;
}

/** A file by its path from the repository's root, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Sizes of the rooms, in the order of their names. */
export function sizes(files: readonly SourceFile[]): Size[] {
  const rooms = Map.groupBy(files, ({ path }) => roomOf(path));
  return [...rooms].map(([room, within]) => ({
    room,
    files: within.length,
    ...total(within.map(({ text }) => countLines(text))),
  })).sort((a, b) => a.room < b.room ? -1 : 1);
}

/** A folder of `lib/` is a room, and so is every other folder of the root, and the root itself. */
function roomOf(path: string): string {
  const folders = path.split("/").slice(0, -1);
  return folders.slice(0, folders[0] === "lib" ? 2 : 1).join("/") || ".";
}

/** Counts the lines of TypeScript or WGSL. */
export function countLines(text: string): { code: number; lines: number } {
  const lines = text.replace(/\n$/, "").split("\n");
  const withoutComments = text
    .replace(/^[ \t]*\/\*[\s\S]*?\*\/[ \t]*$/gm, "")
    .replace(/^[ \t]*\/\/.*$/gm, "");
  return {
    code: withoutComments.split("\n").filter((line) => line.trim() !== "")
      .length,
    lines: lines.length,
  };
}

/** The sum of several counts. */
export function total(
  counts: readonly { code: number; lines: number }[],
): { code: number; lines: number } {
  return {
    code: counts.reduce((sum, { code }) => sum + code, 0),
    lines: counts.reduce((sum, { lines }) => sum + lines, 0),
  };
}
