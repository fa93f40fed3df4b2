/** Deno separates the folders of a permission by commas and has no way to write one that holds a comma. */

/** Gives folders names without commas, through links in a temporary folder. */
export interface Links extends AsyncDisposable {
  /** `folder`, or a link to it where its name holds a comma. */
  plain(folder: string): Promise<string>;
}

/** Makes no temporary folder until a link is needed; disposing removes it with its links. */
export function createLinks(): Links {
  const made = new Map<string, string>();
  let place: string | null = null;
  return {
    async plain(folder) {
      if (!folder.includes(",")) return folder;
      const known = made.get(folder);
      if (known !== undefined) return known;
      place ??= await Deno.makeTempDir({ prefix: "nabla-" });
      const link = `${place}/${made.size}`;
      // A data folder may be new, and a link to nothing cannot be written through.
      await Deno.mkdir(folder, { recursive: true });
      await Deno.symlink(folder, link);
      made.set(folder, link);
      return link;
    },
    async [Symbol.asyncDispose]() {
      if (place !== null) await Deno.remove(place, { recursive: true });
    },
  };
}
