/** How one file depends on another. `name`: its path stands in a string. */
export type EdgeKind = "static" | "dynamic" | "type" | "name";

/** One dependency; paths are relative to the repository, with `/`. */
export interface Edge {
  from: string;
  to: string;
  kind: EdgeKind;
}

/** Every source file and every dependency between two of them. */
export interface ImportGraph {
  files: string[];
  edges: Edge[];
}

const FLOORS: Record<string, number> = {
  core: 0,
  math: 1,
  nn: 1,
  gpu: 1,
  data: 1,
  results: 1,
  study: 2,
  plots: 2,
  train: 3,
  live: 3,
  studies: 4,
  ui: 5,
};

/** What each room above the floors may import, besides `lib/` and `shaders/`. */
const TOP: Record<string, string[]> = {
  scripts: ["main", "fresh"],
  main: ["routes", "islands", "fresh"],
  routes: ["islands", "fresh"],
  islands: ["fresh"],
};

/** Rooms that train: never on the path that answers a request. */
const TRAINING = new Set(["gpu", "nn", "train", "live"]);

/** What a study does; the rest of its room is pure and may be served. */
const EXPERIMENT = /^lib\/studies\/[^/]+\/experiment\.ts$/;

/** Files that something other than an import or a task starts. */
const ENTRIES = [
  /^main\.ts$/,
  /^scripts\/[^/]+\.ts$/,
  EXPERIMENT,
  /^(routes|islands)\//,
  /^tests\/.*_test\.tsx?$/,
  /^tests\/.*\/fixtures?\//,
];

const SERVER_ENTRIES = [/^main\.ts$/, /^scripts\/serve\.ts$/, /^routes\//];

/** The room a file is in, or `undefined` where no room of the house is. */
function roomOf(path: string): string | undefined {
  if (/^[^/]+\.json$/.test(path)) return "manifest";
  if (path === "main.ts") return "main";
  const [, top, name] = path.match(/^([^/]+)\/(?:([^/]+)\/)?/) ?? [];
  if (top === "lib") {
    return name === "fresh" || name! in FLOORS ? name : undefined;
  }
  return top === "tests" || top === "shaders" || top! in TOP ? top : undefined;
}

/** Why the edge is not allowed, or `undefined` where it is. */
function refusal({ from, to, kind }: Edge): string | undefined {
  const [source, target] = [roomOf(from), roomOf(to)];
  if (source === target || kind === "name") return;
  if (source === undefined || target === undefined) return;
  if (source === "tests" || target === "manifest") return;
  if (target === "tests") return "only tests import tests/";
  if (source === "fresh") return "lib/fresh imports nothing of ours";
  if (target === "shaders") return;
  if (source in FLOORS) {
    if (target === "fresh" && source === "ui") return;
    if (!(target in FLOORS)) return "lib imports nothing from above";
    const [high, low] = [FLOORS[source]!, FLOORS[target]!];
    if (low < high) return;
    return low === high
      ? `rooms on one floor do not import each other (${source}, ${target})`
      : `imports go downward (${source} is on floor ${high}, ${target} on ${low})`;
  }
  if (!(target in FLOORS)) {
    if (TOP[source]?.includes(target)) return;
    return `${source} does not import ${target}`;
  }
  if (!TRAINING.has(target) || source === "scripts") return;
  if (source !== "islands") return `${source} does not train`;
  if (target !== "train" && kind === "dynamic") return;
  return "an island imports gpu, nn and live on demand, with import()";
}

/** For each file reached from `roots`, the file that led there. */
function reach(
  roots: string[],
  edges: Edge[],
  follow: (edge: Edge) => boolean,
): Map<string, string | undefined> {
  const byFile = Map.groupBy(edges.filter(follow), (edge) => edge.from);
  const cameFrom = new Map<string, string | undefined>(
    roots.map((root) => [root, undefined]),
  );
  for (const file of cameFrom.keys()) {
    for (const { to } of byFile.get(file) ?? []) {
      if (!cameFrom.has(to)) cameFrom.set(to, file);
    }
  }
  return cameFrom;
}

/**
 * Every breach of the house's import rules, one sentence each: imports go to
 * lower floors, rooms of one floor keep apart, no request reaches code that
 * trains, and every file is reached from an entry.
 */
export function violations({ files, edges }: ImportGraph): string[] {
  const found: string[] = [];
  for (const file of files) {
    if (roomOf(file) === undefined) found.push(`${file} is in no room`);
  }
  for (const edge of edges) {
    const reason = refusal(edge);
    if (reason) found.push(`${edge.from} imports ${edge.to}: ${reason}`);
  }
  const rootsIn = (patterns: RegExp[]) =>
    files.filter((file) => patterns.some((pattern) => pattern.test(file)));
  const served = reach(
    rootsIn(SERVER_ENTRIES),
    edges,
    ({ from, kind }) =>
      kind === "static" || kind === "dynamic" && roomOf(from) !== "islands",
  );
  for (const file of served.keys()) {
    if (!TRAINING.has(roomOf(file)!)) continue;
    const chain = [file];
    for (let at = served.get(file); at; at = served.get(at)) chain.unshift(at);
    // One report per way in: what training code itself imports adds nothing.
    if (chain.length > 1 && TRAINING.has(roomOf(chain.at(-2)!)!)) continue;
    found.push(`the server reaches ${file}: ${chain.join(" -> ")}`);
  }
  const entries = [...rootsIn(ENTRIES), "deno.json"];
  const used = reach(entries, edges, () => true);
  for (const file of files) {
    if (!used.has(file)) found.push(`${file} is reached from no entry`);
  }
  return found;
}
