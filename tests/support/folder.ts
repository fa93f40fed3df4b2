/** Runs `use` with a new folder, which is removed afterwards. */
export async function withFolder(
  use: (folder: string) => void | Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "nabla-test-" });
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs `use` in a folder that holds files; those that are `null` are left out. */
export function withFiles(
  files: Readonly<Record<string, Uint8Array | null>>,
  use: (folder: string) => Promise<void>,
): Promise<void> {
  return withFolder(async (folder) => {
    for (const [name, bytes] of Object.entries(files)) {
      if (!bytes) continue;
      const path = `${folder}/${name}`;
      await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), {
        recursive: true,
      });
      await Deno.writeFile(path, bytes);
    }
    await use(folder);
  });
}
