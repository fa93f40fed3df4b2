/** Prints how many lines of code each room has: `deno task size`. */
import { fileURLToPath } from "node:url";
import { sources } from "./imports/graph.ts";
import { sizes, total } from "./size/rooms.ts";

const root = fileURLToPath(new URL("..", import.meta.url)).replace(
  /[\\/]$/,
  "",
);
const rooms = sizes(
  [...sources(root)].map((path) => ({
    path,
    text: Deno.readTextFileSync(`${root}/${path}`),
  })),
);
const product = rooms.filter(({ room }) => room !== "tests");
const row = (room: string, ...counts: (number | string)[]) =>
  console.log(
    room.padEnd(16) + counts.map((count) => String(count).padStart(8)).join(""),
  );

row("Room", "Files", "Code", "Lines");
for (const { room, files, code, lines } of rooms) row(room, files, code, lines);
const { code, lines } = total(product);
row(
  "Without tests",
  product.reduce((sum, { files }) => sum + files, 0),
  code,
  lines,
);
