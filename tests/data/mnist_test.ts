import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { NablaError } from "../../lib/core/errors.ts";
import { mnist } from "../../lib/data/mnist.ts";
import { withFiles } from "../support/folder.ts";
import { testWith } from "../support/permissions.ts";

const images = (count: number) =>
  Uint8Array.of(
    ...[0, 0, 8, 3, 0, 0, 0, count, 0, 0, 0, 2, 0, 0, 0, 1],
    ...new Uint8Array(count * 2).fill(200),
  );
const labels = (count: number) =>
  Uint8Array.of(0, 0, 8, 1, 0, 0, 0, count, ...new Uint8Array(count).fill(3));

const text = (words: string) => new TextEncoder().encode(words);

/** Runs `test` in a folder that holds a small set of two and one examples. */
function inFolder(
  files: Record<string, Uint8Array | null>,
  test: (directory: string) => Promise<void>,
) {
  const all = {
    "train-images-idx3-ubyte": images(2),
    "train-labels-idx1-ubyte": labels(2),
    "t10k-images-idx3-ubyte.gz": gzipSync(images(1)),
    "t10k-labels-idx1-ubyte.gz": gzipSync(labels(1)),
  };
  return withFiles({ ...all, ...files }, test);
}

/** Asserts that the folder's files are refused as `pattern` says. */
function refused(directory: string, pattern: RegExp) {
  return assert.rejects(
    mnist({ directory }),
    (error) => error instanceof NablaError && pattern.test(error.message),
  );
}

testWith(
  { read: true },
  "mnist() reads the published set",
  async () => {
    const { train, test, sha256 } = await mnist();
    assert.deepEqual(train.shape, [60000, 28, 28, 1]);
    assert.deepEqual(test.shape, [10000, 28, 28, 1]);
    assert.deepEqual([...train.labels.subarray(0, 10)], [
      ...[5, 0, 4, 1, 9, 2, 1, 3, 1, 4],
    ]);
    assert.deepEqual([...test.labels.subarray(0, 5)], [7, 2, 1, 0, 4]);
    const mean = train.images.reduce((sum, pixel) => sum + pixel, 0) /
      train.images.length / 255;
    assert.ok(Math.abs(mean - 0.1307) < 5e-5, String(mean));
    assert.deepEqual(sha256.map(({ name }) => name), [
      "train-images-idx3-ubyte",
      "train-labels-idx1-ubyte",
      "t10k-images-idx3-ubyte",
      "t10k-labels-idx1-ubyte",
    ]);
  },
);

const files = { read: true, write: true };

testWith(
  files,
  "mnist() reads a folder of raw and .gz files of another set, and says so",
  () =>
    inFolder({}, async (directory) => {
      const { train, test } = await mnist({ directory });
      assert.deepEqual(train.shape, [2, 2, 1, 1]);
      assert.deepEqual([...train.images], [200, 200, 200, 200]);
      assert.deepEqual([...test.labels], [3]);
    }),
);

for (
  const folder of ["raw/", "MNIST/raw/", "FashionMNIST/raw/"]
) {
  testWith(
    files,
    `mnist() finds the files in ${folder}, by their dotted names too`,
    () =>
      withFiles({
        [`${folder}train-images.idx3-ubyte`]: images(2),
        [`${folder}train-labels.idx1-ubyte`]: labels(2),
        [`${folder}t10k-images.idx3-ubyte.gz`]: gzipSync(images(1)),
        [`${folder}t10k-labels-idx1-ubyte`]: labels(1),
      }, async (directory) => {
        const { train, sha256 } = await mnist({ directory });
        assert.equal(train.count, 2);
        assert.equal(sha256[0]!.name, "own/train-images-idx3-ubyte");
      }),
  );
}

testWith(
  files,
  "mnist() says what a folder holds instead",
  () =>
    withFiles(
      { "a.txt": new Uint8Array(1), "data_batch_1": new Uint8Array(1) },
      (directory) =>
        refused(
          directory,
          /Cannot find train-images-idx3-ubyte or .*MNIST\/raw.* holds a\.txt, data_batch_1; these are the pickled files/,
        ),
    ),
);

const ODD: [name: string, bytes: Uint8Array, pattern: RegExp][] = [
  ["empty", new Uint8Array(0), /has 0; the file is empty/],
  ["html", text("<!DOCTYPE html><p>404"), /the file is a web page/],
  ["zip", Uint8Array.of(0x50, 0x4b, 3, 4, 0), /a zip archive: unpack it/],
  ["png", Uint8Array.of(0x89, 0x50, 0x4e, 0x47), /the file is a PNG picture/],
  ["pickle", Uint8Array.of(0x80, 2, 0x7d, 0x71), /a Python pickle/],
  ["labels", labels(2), /it has 1 axes, 3 expected; .* IDX file of labels/],
  ["huge", Uint8Array.of(0, 0, 8, 3, 128, ...new Uint8Array(11)), /2147483648/],
];

for (const [name, bytes, pattern] of ODD) {
  testWith(
    files,
    `mnist() names images that are ${name}`,
    () =>
      inFolder(
        { "train-images-idx3-ubyte": bytes },
        (directory) => refused(directory, pattern),
      ),
  );
}

testWith(files, "mnist() names the missing file and the remedy", () =>
  inFolder(
    { "t10k-labels-idx1-ubyte.gz": null },
    (directory) =>
      refused(
        directory,
        /Cannot find t10k-labels-idx1-ubyte or .*\.gz in .*: put the four IDX files/,
      ),
  ));

testWith(
  files,
  "mnist() refuses images and labels of different number",
  () =>
    inFolder(
      { "train-labels-idx1-ubyte": labels(3) },
      (directory) => refused(directory, /Cannot pair .*: 2 images, 3 labels/),
    ),
);

testWith(
  files,
  "mnist() refuses HTML saved as .gz and a truncated .gz",
  async () => {
    await inFolder(
      { "t10k-labels-idx1-ubyte.gz": new TextEncoder().encode("<html>") },
      (directory) =>
        refused(directory, /t10k-labels.*not gzip; the file is a web page/),
    );
    await inFolder(
      { "t10k-labels-idx1-ubyte.gz": gzipSync(labels(1)).subarray(0, 15) },
      (directory) => refused(directory, /Cannot unpack .*ends too early/),
    );
  },
);
