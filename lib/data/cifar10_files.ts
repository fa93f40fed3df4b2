import { NablaError } from "../core/errors.ts";
import { emptySet, parseCifar10, RECORD_BYTES } from "./cifar10_binary.ts";
import { readDataFile, sha256Of } from "./files.ts";
import type { DataFile, ImageSets, Labelled } from "./labelled.ts";
import { firstOf } from "./subset.ts";

/** Images in each file. */
export const PER_FILE = 10_000;

/** The published files of the binary version, in the order of the examples. */
export const FILES = [
  {
    name: "data_batch_1.bin",
    sha256: "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5",
  },
  {
    name: "data_batch_2.bin",
    sha256: "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed",
  },
  {
    name: "data_batch_3.bin",
    sha256: "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67",
  },
  {
    name: "data_batch_4.bin",
    sha256: "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48",
  },
  {
    name: "data_batch_5.bin",
    sha256: "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add",
  },
  {
    name: "test_batch.bin",
    sha256: "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b",
  },
] as const satisfies DataFile[];

/** What a reader can do who has the files elsewhere. */
export const REMEDY = "put the six files of the CIFAR-10 binary version " +
  "(data_batch_1.bin to test_batch.bin) into a folder and name it with --data";

/**
 * The set of a folder that only Nabla writes; `null` if a file is missing or
 * damaged.
 *
 * @throws {NablaError} If the folder may not be read
 */
export async function readCache(folder: string): Promise<ImageSets | null> {
  for (const { name } of FILES) {
    try {
      const { size } = await Deno.stat(`${folder}/${name}`);
      if (size !== PER_FILE * RECORD_BYTES) return null;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw new NablaError(
        `Cannot read ${folder}: ${(error as Error).message}`,
        { cause: error },
      );
    }
  }
  try {
    return await readFolder(folder, { genuine: true });
  } catch (error) {
    if (error instanceof NablaError) return null;
    throw error;
  }
}

/**
 * The set of a folder with the six files, raw or `.gz`.
 *
 * @throws {NablaError} If a file is missing or damaged, or not CIFAR-10's and must be `genuine`
 */
export async function readFolder(
  directory: string,
  { genuine }: { genuine: boolean },
): Promise<ImageSets> {
  const sha256: DataFile[] = [];
  const train = await read(FILES.slice(0, -1));
  const test = await read(FILES.slice(-1));
  return { train, test, sha256 };

  /** One set from several files, of which one at a time is in memory. */
  async function read(files: readonly DataFile[]): Promise<Labelled> {
    const set = emptySet(files.length * PER_FILE);
    let count = 0;
    for (const file of files) {
      const { name } = file;
      const path = `${directory}/${name}`;
      const { bytes } = await readDataFile(directory, {
        names: [name, `${name}.gz`],
        maxBytes: PER_FILE * RECORD_BYTES,
        remedy: REMEDY,
      });
      parseCifar10(bytes, { name: path, into: set, first: count });
      count += bytes.length / RECORD_BYTES;
      const hash = await sha256Of(bytes);
      const isGenuine = hash === file.sha256;
      if (!isGenuine && genuine) {
        throw new NablaError(
          `Cannot use ${path}: its SHA-256 is ${hash}, CIFAR-10's is ${file.sha256}; remove the folder, so that it is fetched again`,
        );
      }
      sha256.push({ name: isGenuine ? name : `own/${name}`, sha256: hash });
    }
    return firstOf(set, count);
  }
}
