import { Tally } from "./marks.tsx";
import type { ChecksTally } from "./overview.ts";

/** How the checks of a derivation stand, in a few words. */
export function ChecksLine(
  { checks, study }: { checks: ChecksTally; study: string },
) {
  const { checkable, checked, held } = checks;
  if (checkable === 0) return <span class="open">No line to check</span>;
  if (checked === 0) {
    return (
      <span class="open">
        {checkable} lines not checked yet: <code>deno task derive {study}</code>
      </span>
    );
  }
  return (
    <>
      <Tally held={held} all={checked} of="checked lines hold" />
      {checked < checkable && (
        <span class="open">{checkable - checked} not checked yet</span>
      )}
    </>
  );
}
