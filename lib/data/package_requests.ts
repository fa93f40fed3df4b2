/**
 * How a process that trains gets a package from the network, which it may not use
 * itself: the thread that needs one asks over a channel, and the main thread
 * passes the question on to the launcher.
 */
import { NablaError } from "../core/errors.ts";

/** Set by the launcher to say that it answers. */
export const ANSWERED = "NABLA_LAUNCHED";

/** Asks for a package of this name. */
export interface PackageRequest {
  readonly kind: "wanted";
  readonly name: string;
}

/** Where the package lies, or why it could not be fetched. */
export interface PackageAnswer {
  readonly kind: "answer";
  readonly name: string;
  readonly folder: string | null;
  readonly problem: string | null;
}

const CHANNEL = "nabla: packages";

/** Whether a launcher answers. */
export function mayAsk(): boolean {
  const asked = { name: "env", variable: ANSWERED } as const;
  return Deno.permissions.querySync(asked).state === "granted" &&
    Deno.env.has(ANSWERED);
}

/**
 * Asks for a package and waits for it.
 *
 * @returns The folder of its files
 * @throws {NablaError} If it cannot be fetched
 */
export async function askForPackage(name: string): Promise<string> {
  using channel = open();
  const answered = Promise.withResolvers<PackageAnswer>();
  channel.onmessage = ({ data }: MessageEvent<PackageAnswer>) => {
    if (data.kind === "answer" && data.name === name) answered.resolve(data);
  };
  channel.postMessage({ kind: "wanted", name } satisfies PackageRequest);
  const { folder, problem } = await answered.promise;
  if (folder !== null) return folder;
  throw new NablaError(problem ?? `Cannot fetch the npm package ${name}`);
}

/** Passes the questions of all threads on, until the process ends. */
export function relayRequests(
  ask: (request: PackageRequest) => void,
): (answer: PackageAnswer) => void {
  const channel = open();
  channel.onmessage = (
    { data }: MessageEvent<PackageRequest | PackageAnswer>,
  ) => {
    if (data.kind === "wanted") ask(data);
  };
  return (answer) => channel.postMessage(answer);
}

function open(): BroadcastChannel & Disposable {
  const channel = new BroadcastChannel(CHANNEL);
  return Object.assign(channel, { [Symbol.dispose]: () => channel.close() });
}
