import assert from "node:assert/strict";
import { countLines, sizes } from "../scripts/size/rooms.ts";

Deno.test("countLines() leaves blank lines and comments out of the code", () => {
  const text = [
    "/** A comment",
    " * of two lines. */",
    "",
    "const a = 1; // behind code",
    "  // alone",
    "  /* alone as well */",
    "const b = a /* within */ + 1;",
    "",
  ].join("\n");
  assert.deepEqual(countLines(text), { code: 2, lines: 7 });
  assert.deepEqual(countLines("a;"), { code: 1, lines: 1 });
});

Deno.test("sizes() sums the files of each room", () => {
  const file = (path: string) => ({ path, text: "a;\n\nb;\n" });
  const found = sizes([
    file("lib/nn/layers/dense.ts"),
    file("lib/nn/op.ts"),
    file("main.ts"),
    file("tests/nn/op_test.ts"),
  ]);
  assert.deepEqual(found, [
    { room: ".", files: 1, code: 2, lines: 3 },
    { room: "lib/nn", files: 2, code: 4, lines: 6 },
    { room: "tests", files: 1, code: 2, lines: 3 },
  ]);
});
