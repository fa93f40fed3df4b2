/**
 * Prints PATH with the folder of this very Deno first, so that `deno` in a
 * permission set names the program that runs, also where npx started it.
 */
import { delimiter, dirname } from "node:path";

console.log(
  [dirname(Deno.execPath()), Deno.env.get("PATH") ?? ""].join(delimiter),
);
