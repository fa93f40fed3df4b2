import assert from "node:assert/strict";
import { UsageError } from "../../lib/core/errors.ts";
import {
  common,
  helpText,
  type Option,
  parseCommand,
} from "../../scripts/cli/options.ts";

const options = {
  preset: { type: "text", choices: ["smoke", "quick"], help: "size" },
  seed: { type: "integer", value: "N", maximum: 9, help: "start" },
  set: { type: "list", value: "KEY=VALUE", help: "change" },
  ...common,
} as const satisfies Record<string, Option>;
const command = {
  usage: "deno task demo [WORD]",
  summary: "Shows how it is done.",
  words: [0, 1] as const,
  options,
};

Deno.test("parseCommand() reads words, values, lists and flags in any order", () => {
  const args = ["--set", "a=1", "word", "--seed=7", "--set", "b=-2", "--json"];
  assert.deepEqual(parseCommand(args, command), {
    words: ["word"],
    values: {
      preset: undefined,
      seed: 7,
      set: ["a=1", "b=-2"],
      json: true,
      help: false,
    },
  });
});

Deno.test("parseCommand() says what is wrong", () => {
  const cases: [string[], RegExp][] = [
    [
      ["--pressed", "smoke"],
      /option --pressed: it is unknown; did you mean --preset\?/,
    ],
    [["--zebra"], /--zebra: it is unknown; there are --preset, --seed,/],
    [["-z"], /option -z: it is unknown/],
    [["--__proto__", "x"], /is unknown/],
    [["--preset", "big"], /--preset to "big": it is one of smoke, quick/],
    [["--preset"], /--preset: it needs smoke, quick/],
    [["--set", "--json"], /--set: it needs KEY=VALUE/],
    [["--seed", "1.5"], /--seed to "1.5": it is an integer from 0 to 9/],
    [["--seed", "10"], /--seed to "10"/],
    [["--seed", ""], /--seed to ""/],
    [["--json=yes"], /--json to "yes": it takes no value/],
    [["a", "b"], /"b" is one word too many; usage: deno task demo/],
  ];
  for (const [args, message] of cases) {
    assert.throws(
      () => parseCommand(args, command),
      (error: Error) =>
        error instanceof UsageError && message.test(error.message),
      args.join(" "),
    );
  }
});

Deno.test("parseCommand() asks for words only where no help is wanted", () => {
  const strict = { ...command, words: [1, 1] as const };
  assert.throws(() => parseCommand([], strict), /something is missing/);
  assert.equal(parseCommand(["--help"], strict).values.help, true);
});

Deno.test("helpText() shows usage and every option", () => {
  assert.equal(
    helpText(command),
    `Shows how it is done.

Usage: deno task demo [WORD]

  --preset smoke|quick  size
  --seed N              start
  --set KEY=VALUE       change
  --json                print one JSON document, logs go to stderr
  --help                show this`,
  );
});
