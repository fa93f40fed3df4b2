import assert from "node:assert/strict";
import { contenders } from "../../scripts/bench/contenders.ts";
import { sections } from "../../scripts/bench/sections.ts";

Deno.test("workloads have names of their own that begin with their section's", () => {
  const names = sections.flatMap(({ workloads }) =>
    workloads.map(({ name }) => name)
  );
  assert.equal(new Set(names).size, names.length);
  for (const { name, workloads } of sections) {
    assert.ok(workloads.length > 0, `${name} is empty`);
    for (const workload of workloads) {
      assert.ok(workload.name.startsWith(name), `${workload.name} in ${name}`);
    }
  }
});

Deno.test("no section's name begins as another's, so that a word means one", () => {
  for (const { name } of sections) {
    const same = sections.filter((one) => one.name.startsWith(name));
    assert.equal(same.length, 1, `${name} means several sections`);
  }
});

Deno.test("every contender that a section names can be started, and floors are against those", () => {
  for (const section of sections) {
    for (const name of section.against) assert.ok(name in contenders);
    for (const workload of section.workloads) {
      const baselines = section.baselines?.(workload) ?? [];
      const measured: readonly string[] = [
        ...section.against,
        ...baselines.map(({ contender }) => contender),
      ];
      for (const floor of section.floors(workload)) {
        const against = floor.kind === "times"
          ? floor.against
          : floor.kind === "fraction"
          ? floor.of
          : undefined;
        assert.ok(against === undefined || measured.includes(against));
      }
      assert.ok(section.work(workload) > 0);
    }
  }
});
