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
function refused(directory: string, pattern: RegExp, allowUnverified = true) {
  return assert.rejects(
    mnist({ directory, allowUnverified }),
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
  "mnist() reads a folder of raw and .gz files when told they may differ",
  () =>
    inFolder({}, async (directory) => {
      const { train, test } = await mnist({ directory, allowUnverified: true });
      assert.deepEqual(train.shape, [2, 2, 1, 1]);
      assert.deepEqual([...train.images], [200, 200, 200, 200]);
      assert.deepEqual([...test.labels], [3]);
    }),
);

testWith(
  files,
  "mnist() refuses files that are not MNIST's",
  () =>
    inFolder({}, (directory) =>
      refused(
        directory,
        /train-images-idx3-ubyte: its SHA-256 is [0-9a-f]{64}, .*ba891046.*allowUnverified/,
        false,
      )),
);

testWith(files, "mnist() names the missing file and the remedy", () =>
  inFolder(
    { "t10k-labels-idx1-ubyte.gz": null },
    (directory) =>
      refused(
        directory,
        /Cannot find t10k-labels-idx1-ubyte or .*\.gz in .*: put MNIST's four/,
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
      (directory) => refused(directory, /t10k-labels.*0x3c68746d/),
    );
    await inFolder(
      { "t10k-labels-idx1-ubyte.gz": gzipSync(labels(1)).subarray(0, 15) },
      (directory) => refused(directory, /Cannot unpack .*ends too early/),
    );
  },
);
