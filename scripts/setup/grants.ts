/**
 * Prints the flags that widen a permission set to the data folder where
 * NABLA_DATA names another than the default; nothing otherwise.
 */
import { grantsFor } from "./data_folder.ts";

try {
  console.log(grantsFor(Deno.env.get("NABLA_DATA")));
} catch (error) {
  console.error((error as Error).message);
  Deno.exit(2);
}
