/** Where in a folder that somebody names the files of a data set lie. */
import { NablaError } from "../core/errors.ts";

/**
 * The first of `folders` below `directory` that holds one of `names`.
 *
 * @param options.folders Relative, the folder itself as `.`
 * @throws {NablaError} If none does, with what was looked for and what is there
 */
export function findFolder(
  directory: string,
  { folders, names, remedy }: {
    folders: readonly string[];
    names: readonly string[];
    remedy: string;
  },
): string {
  const inside = (folder: string) =>
    folder === "." ? directory : `${directory}/${folder}`;
  const found = folders.find((folder) =>
    names.some((name) => exists(`${inside(folder)}/${name}`))
  );
  if (found !== undefined) return inside(found);
  throw new NablaError(
    `Cannot find ${names.join(" or ")} in ${directory}, nor in its folders ${
      folders.filter((folder) => folder !== ".").join(", ")
    }: ${remedy}. ${contentOf(directory)}`,
  );
}

/** What lies in a folder, in words. */
function contentOf(directory: string): string {
  let names: string[];
  try {
    names = [...Deno.readDirSync(directory)].map(({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "There is no such folder";
    return `The folder cannot be read: ${(error as Error).message}`;
  }
  if (names.length === 0) return "The folder is empty";
  const shown = names.slice(0, 8).join(", ");
  const more = names.length > 8 ? ` and ${names.length - 8} more` : "";
  const pickled = names.some((name) => /^data_batch_\d$/.test(name))
    ? "; these are the pickled files of CIFAR-10's Python version, download the binary version"
    : "";
  return `The folder holds ${shown}${more}${pickled}`;
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (
      error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory
    ) return false;
    throw error;
  }
}
