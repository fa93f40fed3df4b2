/** What the launcher and the command that it started say to each other. */
import process from "node:process";
import {
  type PackageAnswer,
  type PackageRequest,
  relayRequests,
} from "../../lib/data/package_requests.ts";
import type { Source } from "../../lib/results/provenance.ts";

/** What the launcher found out for the command. */
export interface Launch {
  readonly kind: "launch";
  /** The words and options as they were typed. */
  readonly typed: readonly string[];
  /** What git says about the checkout. */
  readonly source: Source;
}

/** Says so to the launcher and hears what it found out; as if git had said nothing where no launcher is. */
export function launched(): Promise<Launch> {
  const unknown = { revision: null, dirty: null };
  if (process.send === undefined) {
    const alone = {
      kind: "launch",
      typed: Deno.args,
      source: unknown,
    } as const;
    return Promise.resolve(alone);
  }
  const told = Promise.withResolvers<Launch>();
  const answer = relayRequests((request) => process.send!(request));
  process.on("message", (message: Launch | PackageAnswer) => {
    if (message.kind === "launch") told.resolve(message);
    else answer(message);
  });
  return told.promise;
}

/** What a command may ask of the launcher. */
export type FromCommand = PackageRequest;

/** What the launcher tells a command. */
export type ToCommand = Launch | PackageAnswer;
