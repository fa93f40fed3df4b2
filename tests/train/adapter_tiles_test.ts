import assert from "node:assert/strict";
import type { TileTable } from "../../lib/core/tile_table.ts";
import {
  readTiles,
  strangeTiles,
  tilesFor,
  tilesOfRun,
  tilesPath,
  writeTiles,
} from "../../lib/train/adapter_tiles.ts";
import { sample } from "../results/support.ts";
import { openSqlite } from "../../lib/results/sqlite.ts";
import { withFolder } from "../support/folder.ts";
import { testWith } from "../support/permissions.ts";

const needs = { read: true, write: true };
const here = { vendor: "v", architecture: "a", description: "here" };
const there = { ...here, description: "there" };
const tiles: TileTable = {
  "gemm NT 64²": [{ tile: "64×32 subgroup", rate: 2.5 }],
  "gemm NT 64² deep": [{ tile: "8×32 subgroup", parts: 4, rate: 1 }],
  "conv NT 64²": [],
};

testWith(
  needs,
  "writeTiles() keeps what was measured before, on others and of other products",
  () =>
    withFolder((folder) => {
      assert.deepEqual(readTiles(folder), { measured: [], problem: null });
      writeTiles(folder, { adapter: there, tiles });
      // Whatever else an adapter says of itself does not tell it apart.
      const adapter = { ...here, subgroupSize: 8 };
      writeTiles(folder, { adapter, tiles });
      writeTiles(folder, { adapter, tiles: { "gemm NT 64²": [] } });
      const { measured, problem } = readTiles(folder);
      assert.equal(problem, null);
      assert.deepEqual(measured, [
        { adapter: there, tiles },
        { adapter: here, tiles: { ...tiles, "gemm NT 64²": [] } },
      ]);
      // Written to another name and renamed: nothing is left behind.
      assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), [
        "tiles.json",
      ]);
    }),
);

testWith(
  needs,
  "readTiles() ignores a file that it cannot read, in one line",
  () =>
    withFolder((folder) => {
      const entry = { adapter: here, tiles };
      const wrong: [string, RegExp][] = [
        ["", /JSON/],
        ["{", /JSON/],
        ["null", /expected object/],
        ['{"form":2,"adapters":[]}', /form/],
        [
          JSON.stringify({ form: 1, adapters: [{ ...entry, extra: 1 }] }),
          /extra/,
        ],
        [
          JSON.stringify({
            form: 1,
            adapters: [{
              adapter: here,
              tiles: { "gemm NT 64²": [{ tile: "64×32 subgroup", rate: -1 }] },
            }],
          }),
          /rate|>0/,
        ],
      ];
      for (const [text, reason] of wrong) {
        Deno.writeTextFileSync(tilesPath(folder), text);
        const { measured, problem } = readTiles(folder);
        assert.deepEqual(measured, [], text);
        assert.match(
          problem!,
          /^Going on with the tiles that ship as .*tiles\.json/,
        );
        assert.match(problem!, reason);
        assert.match(problem!, /; deno task tune writes it anew$/);
        assert.doesNotMatch(problem!, /\n/);
        writeTiles(folder, entry);
        assert.deepEqual(readTiles(folder).measured, [entry]);
      }
      Deno.removeSync(tilesPath(folder));
      Deno.mkdirSync(tilesPath(folder));
      assert.match(readTiles(folder).problem!, /cannot be read/);
    }),
);

Deno.test("tilesFor() takes the tables of the adapter and of records, later ones first", () => {
  const other = { "gemm NT 64²": [{ tile: "4×4 plain", rate: 1 }] };
  const table = tilesFor(here, [
    { adapter: here, tiles },
    { adapter: there, tiles: { x: [] } },
    { adapter: null, tiles: other },
  ]);
  assert.deepEqual(table, { ...tiles, ...other });
  assert.deepEqual(tilesFor(here, []), {});
});

Deno.test("strangeTiles() says one line where all was measured on other adapters", () => {
  const entry = { adapter: there, tiles };
  assert.match(
    strangeTiles(here, [entry, { adapter: null, tiles }])!,
    /^Going on .* measured on there and not on here; deno task tune measures them$/,
  );
  assert.equal(strangeTiles(here, [entry, { adapter: here, tiles }]), null);
  assert.equal(strangeTiles(here, [{ adapter: null, tiles }]), null);
  assert.equal(strangeTiles(here, []), null);
});

testWith(
  needs,
  "tilesOfRun() reads the choices back from a stored record, old forms included",
  () =>
    withFolder((folder) => {
      using store = openSqlite(folder, { mode: "write" });
      const { provenance } = sample();
      const choice = {
        product: "gemm NT 2×3×4 ×1",
        tile: "8×32 subgroup",
        parts: 2,
      };
      const old = { label: "old", file: "gemm.wgsl", variant: "NT" };
      const kernels = [old, { ...old, label: "new", choice }];
      const { id } = store.createRun(
        sample({ provenance: { ...provenance, kernels } }),
      );
      assert.deepEqual(tilesOfRun(store.run(id)!), {
        adapter: null,
        tiles: {
          "gemm NT 2×3×4 ×1": [{ tile: "8×32 subgroup", parts: 2, rate: 1 }],
        },
      });
    }),
);
