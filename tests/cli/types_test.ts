/** Experiments of a reader's own are type-checked before they run. */
import assert from "node:assert/strict";
import { withFolder } from "../support/folder.ts";
import { testWith } from "../support/permissions.ts";
import { experimentText, needs, runTask } from "./support.ts";

const from = (path: string) => new URL(`../../lib/nn/${path}`, import.meta.url);

const mistakes = [
  [
    "layers/conv.ts",
    "conv2d({ channels: 2, kernel: 3, dilations: 2 })",
    "dilations",
  ],
  ["optimizers/sgd.ts", "sgd({ weight_decay: 0.5 })", "weight_decay"],
  [
    "losses/cross_entropy.ts",
    "crossEntropy({ labelSmoothings: 0.1 })",
    "labelSmoothings",
  ],
  ["layers/dense.ts", 'dense({ units: "8" })', "units"],
] as const;

testWith(
  needs,
  "misspelt options end an experiment, a plan and a repeat with their lines, before anything is recorded",
  () =>
    withFolder(async (folder) => {
      const nameOf = (call: string) => call.match(/^\w+/)![0];
      const imports = mistakes.map(([file, call]) =>
        `import { ${nameOf(call)} } from "${from(file).href}";\n`
      );
      const calls = mistakes.map(([, call]) => `\n${call};`);
      await Deno.writeTextFile(
        `${folder}/mine.ts`,
        imports.join("") + experimentText(calls.join("")),
      );
      for (const args of [["experiment"], ["plan"], ["verify", "x"]]) {
        const { code, stderr } = await runTask([...args, "mine.ts"], {
          folder: `${folder}/store`,
          cwd: folder,
        });
        assert.equal(code, 1, stderr);
        assert.match(stderr, /does not pass deno check/);
        mistakes.forEach(([, , word], i) => {
          const line = mistakes.length + 10 + i;
          assert.match(stderr, new RegExp(`${word}[^]*/mine\\.ts:${line}:`));
        });
      }
      assert.throws(() => Deno.statSync(`${folder}/store`));
    }),
);
