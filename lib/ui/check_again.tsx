import { useEffect, useState } from "preact/hooks";
import type { Outcome } from "../study/derivation/check.ts";
import type { Line } from "../study/derivation/line.ts";
import type { Study } from "../study/page.ts";
import { formatNumber } from "../plots/format.ts";

/** What new checks of a study found so far. */
interface Again {
  seed: number;
  /** By line. */
  outcomes: ReadonlyMap<string, Outcome>;
  /** Lines to check in all. */
  count: number;
}

/**
 * A button that checks the lines of a study again, in the browser, with new
 * random inputs; each line then shows its new error. Absent without a script.
 */
export function CheckAgain({ study }: { study: string }) {
  const [ready, setReady] = useState(false);
  const [again, setAgain] = useState<Again | string | null>(null);
  useEffect(() => setReady(true), []);
  if (!ready) return null;
  const run = async () => {
    try {
      await checkStudy(study, setAgain);
    } catch (error) {
      setAgain(
        `Cannot check again: ${
          error instanceof Error ? error.message : error
        }; reload the page`,
      );
    }
  };
  const busy = again !== null && typeof again !== "string" &&
    again.outcomes.size < again.count;
  return (
    <span class="check-again">
      <button type="button" onClick={run} disabled={busy}>
        Check again with new random inputs
      </button>{" "}
      <span role="status">{again === null ? "" : wordsOf(again, study)}</span>
    </span>
  );
}

function wordsOf(again: Again | string, study: string) {
  if (typeof again === "string") return again;
  const { seed, outcomes, count } = again;
  if (outcomes.size < count) return `Line ${outcomes.size + 1} of ${count}`;
  const held = [...outcomes.values()].filter(({ holds }) => holds).length;
  return (
    <>
      <span class={held === count ? "good" : "bad"}>
        {held} of {count} lines hold
      </span>{" "}
      with seed {seed}, as <code>deno task derive {study} --seed {seed}</code>
      {" "}
      does
    </>
  );
}

/** Checks line by line, so that the page stays alive, and shows each result at its line. */
async function checkStudy(
  id: string,
  show: (again: Again) => void,
): Promise<void> {
  const { runCheck } = await import("../study/derivation/check.ts");
  const study = await loadStudy(id);
  const lines = study.sections.flatMap(({ lines }) => lines)
    .filter(({ check }) => check);
  const [seed] = crypto.getRandomValues(new Uint16Array(1)) as unknown as [
    number,
  ];
  const outcomes = new Map<string, Outcome>();
  show({ seed, outcomes, count: lines.length });
  for (const line of lines) {
    await new Promise((resolve) => setTimeout(resolve));
    const outcome = runCheck(line.check!, { seed });
    outcomes.set(line.id, outcome);
    showAtLine(line, outcome, seed);
    show({ seed, outcomes: new Map(outcomes), count: lines.length });
  }
}

/** The code of one study; the browser fetches no other. */
async function loadStudy(id: string): Promise<Study> {
  const file = id.replaceAll("-", "_");
  const module: Record<string, unknown> = await import(
    `../studies/${file}/study.ts`
  );
  const study = (Object.values(module) as Partial<Study>[])
    .find((value) => value?.id === id);
  if (!study) throw new Error(`there is no derivation ${id}`);
  return study as Study;
}

/** The server left an empty place for it at each line. */
function showAtLine(line: Line, { error, holds }: Outcome, seed: number): void {
  const place = document.getElementById(line.id)?.querySelector(".again");
  if (!place) return;
  place.className = holds ? "again good" : "again bad";
  place.textContent = `${holds ? "✓" : "✗"} ${
    formatNumber(error, 2)
  } here, seed ${seed}`;
}
