import assert from "node:assert/strict";
import { join } from "node:path";
import { isReadable } from "../../lib/results/listed_run.ts";
import { FILE_NAME } from "../../lib/results/open.ts";
import { openSqlite } from "../../lib/results/sqlite.ts";
import { loosen, spoil } from "../support/hostile_store.ts";
import { testWith } from "../support/permissions.ts";
import { SEEDED, seedStore } from "../support/seed_store.ts";
import { siteHandler, withDataFolder } from "../support/site.ts";

const NEEDS = { read: true, write: true, env: true, run: true };

/** Stores to try; `NABLA_HOSTILE_STORES` says how many. */
const COUNT = 40;

testWith(
  NEEDS,
  "a store with any value in any column: lists work, bad rows are shown as such, no route breaks",
  () =>
    withDataFolder(async (folder) => {
      const handler = await siteHandler();
      const path = join(folder, FILE_NAME);
      seedStore(folder);
      loosen(path);
      const sound = Deno.readFileSync(path);
      const random = randomFrom(11);
      const count = Number(Deno.env.get("NABLA_HOSTILE_STORES") ?? COUNT);
      for (let i = 0; i < count; i++) {
        for (const end of ["-wal", "-shm"]) {
          await Deno.remove(path + end).catch(() => {});
        }
        Deno.writeFileSync(path, sound);
        const spoiled = spoil(path, random).join("; ");
        const listed = readList(folder);
        for (const [route, isList] of routes()) {
          const url = `http://127.0.0.1:8000${route}`;
          const response = await handler(new Request(url));
          const text = await response.text();
          const about = `store ${i}, ${route}: ${spoiled}`;
          assert.ok(response.status < 500, `${response.status}, ${about}`);
          if (isList) assert.equal(response.status, 200, about);
          const isPage = response.headers.get("content-type")!.includes("html");
          assert.ok(!isPage || !text.includes("<script>alert"), about);
          if (route === "/runs") {
            const shown = text.match(/<span class="open">unreadable/g) ?? [];
            assert.equal(shown.length, listed.unreadable, about);
            for (const id of listed.readable) {
              assert.ok(text.includes(`/runs/${id}"`), about);
            }
          }
          if (route === "/api/runs") {
            const { runs } = JSON.parse(text);
            assert.equal(
              runs.filter((run: object) => "unreadable" in run).length,
              listed.unreadable,
              about,
            );
          }
        }
      }
    }),
);

/** Pages and data of the site, and whether each must be there whatever is in the store. */
function routes(): [route: string, isList: boolean][] {
  const lists = ["/", "/runs", "/api/runs", "/studies/torch-parity"];
  const ids = [SEEDED.parity, SEEDED.hostile, SEEDED.failed];
  const parts = ids.flatMap((id) => [
    `/runs/${id}`,
    `/api/runs/${id}`,
    `/api/runs/${id}/metrics`,
  ]);
  const replicas = `/api/runs/${SEEDED.parity}/replicas?series=mlp.loss`;
  return [
    ...lists.map((route): [string, boolean] => [route, true]),
    ...[...parts, replicas].map((route): [string, boolean] => [route, false]),
  ];
}

/** The runs that can be read, and how many cannot. */
function readList(folder: string) {
  using store = openSqlite(folder, { mode: "read" });
  const runs = store.runs();
  const readable = runs.filter(isReadable).map(({ id }) => id);
  return { readable, unreadable: runs.length - readable.length };
}

/** Numbers in [0, 1) that look random and are the same every time. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
}
