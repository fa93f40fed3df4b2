import { RunView } from "../lib/ui/live/run_view.tsx";
import type { LiveStart } from "../lib/ui/live/use_run.ts";

/** A run that is followed live until it ends. */
export function LiveRun(start: LiveStart) {
  return <RunView {...start} />;
}
