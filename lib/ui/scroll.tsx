import type { ComponentChildren } from "preact";

/** A box that scrolls sideways by itself, reachable by keyboard, so that the page never does. */
export function Scroll(
  { label, children }: { label: string; children: ComponentChildren },
) {
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={label}>
      {children}
    </div>
  );
}
