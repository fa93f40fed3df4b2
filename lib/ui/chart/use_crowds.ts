import { useEffect, useMemo, useState } from "preact/hooks";
import type { Figure } from "../../plots/figure.ts";
import type { Crowd } from "../../plots/series.ts";
import { fromJson } from "../../results/special.ts";

/** Values that a chart draws at most when every replica is shown. */
const MOST_VALUES = 60_000;

/** How far the replicas are that were asked for. */
export type CrowdState = "none" | "loading" | "here" | "failed";

/**
 * The figure with every replica of the series that are too many to be carried
 * along, loaded from `source` when they are first `wanted`.
 */
export function useCrowds(
  figure: Figure,
  { source, wanted }: { source: string | undefined; wanted: boolean },
): { figure: Figure; state: CrowdState } {
  const [crowds, setCrowds] = useState<ReadonlyMap<string, Crowd>>(new Map());
  const [state, setState] = useState<CrowdState>("none");
  const missing = figure.series.flatMap(({ stored, replicas }) =>
    stored ? [{ stored, replicas: replicas! }] : []
  );
  useEffect(() => {
    if (!wanted || !source || state !== "none" || missing.length === 0) return;
    const all = missing.reduce((sum, { replicas }) => sum + replicas, 0);
    const steps = Math.min(400, Math.max(16, Math.floor(MOST_VALUES / all)));
    setState("loading");
    Promise.all(missing.map(async ({ stored }) => {
      const query = new URLSearchParams({ series: stored, steps: `${steps}` });
      const answer = await fetch(`${source}?${query}`);
      if (!answer.ok) throw new Error(`${answer.status}`);
      const crowd = fromJson(await answer.json()) as unknown as Crowd;
      return [stored, crowd] as const;
    })).then(
      (loaded) => {
        setCrowds(new Map(loaded));
        setState("here");
      },
      () => setState("failed"),
    );
  }, [wanted]);
  const filled = useMemo(() => ({
    ...figure,
    series: figure.series.map((one) => ({
      ...one,
      ...(one.stored && { crowd: crowds.get(one.stored) }),
    })),
  }), [figure, crowds]);
  return { figure: crowds.size > 0 ? filled : figure, state };
}
