/** What the checkout ships. */
import assert from "node:assert/strict";
import { linesOf } from "../../../lib/study/page.ts";
import { studies } from "../../../lib/studies/mod.ts";
import { decodeChecks } from "../../../lib/results/shipped/checks.ts";
import { decodeShipped } from "../../../lib/results/shipped/file.ts";
import {
  CHECKS_FILE,
  SHIPPED_FOLDER,
} from "../../../lib/results/shipped/reader.ts";
import { LARGEST_FILE, objections } from "../../../lib/results/shipped/ship.ts";
import { testWith } from "../../support/permissions.ts";

/** Bytes of all shipped files together. */
const LARGEST_FOLDER = 2_000_000;

testWith(
  { read: true },
  "every shipped run is a quick one of a study in which everything held",
  () => {
    const names = [...Deno.readDirSync(SHIPPED_FOLDER)].map(({ name }) => name);
    let total = 0;
    for (const name of names) {
      const bytes = Deno.readFileSync(new URL(name, SHIPPED_FOLDER));
      total += bytes.length;
      if (name === CHECKS_FILE) continue;
      assert.ok(bytes.length <= LARGEST_FILE, `${name}: ${bytes.length} bytes`);
      const { run, series, summaries } = decodeShipped(bytes);
      assert.equal(name, `${run.study}.json.gz`);
      assert.ok(studies.some(({ id }) => id === run.study), run.study);
      assert.deepEqual(objections(run), [], run.study);
      const held = [...series, ...summaries, ...Object.keys(run.results)];
      assert.ok(held.length > 0, run.study);
    }
    assert.deepEqual(
      names.filter((name) => name !== CHECKS_FILE).sort(),
      studies.filter(({ derivationOnly }) => !derivationOnly).map(({ id }) =>
        `${id}.json.gz`
      ).sort(),
    );
    assert.ok(total <= LARGEST_FOLDER, `${total} bytes`);
  },
);

testWith(
  { read: true },
  "every shipped check holds and says where it was made",
  () => {
    const bytes = Deno.readFileSync(new URL(CHECKS_FILE, SHIPPED_FOLDER));
    const checks = decodeChecks(bytes);
    const lines = new Set(
      studies.flatMap((study) =>
        linesOf(study).map(({ id }) => `${study.id} ${id}`)
      ),
    );
    const known = checks.filter(({ study, line }) =>
      lines.has(`${study} ${line}`)
    );
    assert.ok(known.length > checks.length / 2, "most lines still exist");
    for (const { study, line, holds, shipped } of checks) {
      assert.ok(holds, `${study} ${line}`);
      assert.match(shipped!.revision!, /^[0-9a-f]{40}$/);
    }
  },
);
