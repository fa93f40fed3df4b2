/** Files and folders as a person names them on the command line. */
import { basename, dirname, join, resolve } from "node:path";
import { UsageError } from "../../lib/core/errors.ts";
import {
  type Command,
  formatArgs,
  type Option,
  type Values,
} from "./options.ts";

/** Whether a word names a module of the reader's own, and not a study. */
export function isModule(word: string): boolean {
  return /\.[mc]?[jt]sx?$/.test(word);
}

/** The path a person means: `~/` is their home, and the rest is relative to where they typed. */
export function typedPath(
  word: string,
  { folder, home }: { folder: string; home?: string },
): string {
  if (home !== undefined && /^~(\/|$)/.test(word)) {
    return resolve(home, word.slice(2));
  }
  return resolve(folder, word);
}

/** @throws {UsageError} If there is no file at `path`, which was typed as `word` */
export function requireFile(word: string, path: string): void {
  const found = look(path);
  if (found?.isFile) return;
  const what = found ? `${path} is no file` : `there is no file ${path}`;
  throw new UsageError(`Cannot run ${word}: ${what}`);
}

/** @throws {UsageError} If there is no folder at `path`, which was typed as `word` */
export function requireFolder(word: string, path: string): void {
  const found = look(path);
  if (found?.isDirectory) return;
  const what = found ? `${path} is no folder` : `there is no folder ${path}`;
  throw new UsageError(`Cannot read data from ${word}: ${what}`);
}

/** @throws {UsageError} If no file can be written to `path`, which was typed as `word` */
function requireRoomFor(word: string, path: string): void {
  if (!look(dirname(path))?.isDirectory) {
    throw new UsageError(
      `Cannot write ${word}: there is no folder ${dirname(path)}`,
    );
  }
  if (look(path)?.isDirectory) {
    throw new UsageError(
      `Cannot write ${word}: it is a folder; name a file in it`,
    );
  }
}

function look(path: string): Deno.FileInfo | null {
  try {
    return Deno.statSync(path);
  } catch (error) {
    const { NotFound, NotADirectory } = Deno.errors;
    if (error instanceof NotFound || error instanceof NotADirectory) {
      return null;
    }
    throw error;
  }
}

/** What a command line names. */
export interface Named {
  /** Folders to be read: those of modules, and with data. */
  readonly read: readonly string[];
  /** Folders to be written into. */
  readonly write: readonly string[];
  /** Paths of modules to be run. */
  readonly modules: readonly string[];
  readonly values: Readonly<Record<string, unknown>>;
  /** The command line with every path made absolute. */
  readonly args: readonly string[];
}

/** How words become paths that can be granted. */
export interface Place {
  /** The path that a word means. */
  absolute(word: string): string;
  /** A name for a folder that Deno's flags can hold. */
  plain(folder: string): Promise<string>;
}

/**
 * Finds every file and folder that a command line names.
 *
 * @throws {UsageError} If one of them is not there
 */
export async function findNamed<O extends Record<string, Option>>(
  command: Command<O>,
  line: { words: readonly string[]; values: Values<O> },
  { absolute, plain }: Place,
): Promise<Named> {
  const read: string[] = [];
  const write: string[] = [];
  const modules: string[] = [];
  /** The path of a file, by the name under which its folder is granted. */
  const granted = async (path: string, folders: string[]) => {
    const folder = await plain(dirname(path));
    folders.push(folder);
    return join(folder, basename(path));
  };
  const words = await Promise.all(line.words.map((word) => {
    if (!command.modules || !isModule(word)) return word;
    const path = absolute(word);
    requireFile(word, path);
    modules.push(path);
    return granted(path, read);
  }));
  const values: Record<string, unknown> = { ...line.values };
  for (const [name, { type }] of Object.entries(command.options)) {
    const word = values[name];
    if (typeof word !== "string") continue;
    if (type !== "folder" && type !== "output") continue;
    const path = absolute(word);
    if (type === "folder") {
      requireFolder(word, path);
      values[name] = await plain(path);
      read.push(values[name] as string);
    } else {
      requireRoomFor(word, path);
      values[name] = await granted(path, write);
      read.push(dirname(values[name] as string));
    }
  }
  return { read, write, modules, values, args: formatArgs(words, values) };
}
