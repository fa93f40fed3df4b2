/** What a run's status means to a reader, who sees the record but not the process. */
import type { Run, RunStatus } from "./schemas.ts";

/** Milliseconds without a heartbeat after which a running run counts as interrupted. */
export const STALE_AFTER = 15_000;

/**
 * Status of `run` at `now` (milliseconds since 1970): `running` becomes
 * `interrupted` once the heartbeat is more than {@link STALE_AFTER} away. A
 * heartbeat that far in the future is stale as well: a live trainer would have
 * written a new one since the clock went back.
 */
export function effectiveStatus(
  run: Pick<Run, "status" | "heartbeatAt">,
  now: number,
): RunStatus {
  const silence = Math.abs(now - Date.parse(run.heartbeatAt));
  return run.status === "running" && !(silence <= STALE_AFTER)
    ? "interrupted"
    : run.status;
}
