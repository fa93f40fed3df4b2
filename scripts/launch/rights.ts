/** What a process may do, as Deno's flags say it. */

/** Lists of what is granted; `true` grants everything of a kind, and what is absent nothing. */
export interface Rights {
  readonly read?: readonly string[] | true;
  readonly write?: readonly string[] | true;
  readonly env?: readonly string[] | true;
  readonly net?: readonly string[];
  readonly run?: readonly string[] | true;
  readonly sys?: readonly string[];
}

/** Deno's flags for some rights; folders are granted once. */
export function flagsFor(rights: Rights): string[] {
  return Object.entries(rights).flatMap(([kind, granted]) => {
    if (granted === true) return [`--allow-${kind}`];
    const names = [...new Set<string>(granted)];
    return names.length > 0 ? [`--allow-${kind}=${names.join(",")}`] : [];
  });
}
