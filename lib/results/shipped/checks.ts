/** The file of the checks that ship with the workbench. */
import { z } from "zod";
import { CheckOrigin, CheckRow } from "../schemas.ts";
import { toJson } from "../special.ts";
import { pack, parse, unpack } from "./pack.ts";

const ShippedChecks = z.object({
  origin: CheckOrigin,
  checks: z.array(CheckRow),
});

/** The bytes of a file that holds outcomes of checks, and where they were made. */
export function encodeChecks(
  origin: CheckOrigin,
  checks: readonly CheckRow[],
): Uint8Array {
  return pack(toJson({ origin, checks }));
}

/** The checks of a file {@link encodeChecks} made, each with its origin. @throws {NablaError} If `bytes` are something else */
export function decodeChecks(bytes: Uint8Array): CheckRow[] {
  const { origin, checks } = parse(ShippedChecks, unpack(bytes));
  return checks.map((row) => ({ ...row, shipped: origin }));
}
