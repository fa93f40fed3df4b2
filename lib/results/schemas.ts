/**
 * What the store holds and what `--json` prints, as zod schemas. Pure: server,
 * trainer and browser import the same file. Each schema reads a JSON document,
 * in which NaN and ±Infinity are strings (`special.ts`), and yields numbers.
 */
import { z } from "zod";
import type { TileChoice } from "../core/tile_table.ts";
import { PlanSummary } from "./plan_schema.ts";
import { fromJson, type JsonValue, SPECIALS } from "./special.ts";

/** Pattern of run and study ids; nothing in it can leave a folder or a URL segment. */
export const ID_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;

const Id = z.string().regex(ID_PATTERN);
const Count = z.int().nonnegative();
const Time = z.iso.datetime();

/** A number, or the spelling of one that JSON cannot write. */
export const AnyNumber = z.union([z.number(), z.enum(SPECIALS)])
  .transform(Number);

const Json = z.unknown().transform(fromJson);
/** Not `z.record`, which loses a member named `__proto__`. */
const JsonRecord = z.custom<Record<string, unknown>>(
  (value) =>
    typeof value === "object" && value !== null && !Array.isArray(value),
  "Invalid input: expected record",
).transform((value) => fromJson(value) as Record<string, JsonValue>);

/** Where a run stands; `interrupted` is also what readers derive for a run whose trainer died. */
export const RunStatus = z.enum([
  "running",
  "completed",
  "failed",
  "interrupted",
]);
export type RunStatus = z.output<typeof RunStatus>;

/** The GPU a run trained on, and what was found out about its driver. */
export const AdapterInfo = z.looseObject({
  vendor: z.string(),
  architecture: z.string(),
  description: z.string(),
  backend: z.string().optional(),
  /** Lanes of a subgroup; `null` if not known or not fixed. */
  subgroupSize: Count.nullable(),
  int64: z.boolean(),
  /** Loop iterations after which the driver cuts an invocation off. */
  maxIterations: AnyNumber,
  limits: z.record(z.string(), AnyNumber),
});
export type AdapterInfo = z.output<typeof AdapterInfo>;

/** Everything needed to say where a run came from, and to repeat it. */
export const Provenance = z.object({
  /** Commit of the source; `null` outside a repository or where nobody asked git. */
  revision: z.string().nullable(),
  /** Whether the tree differed from that commit. */
  dirty: z.boolean().nullable(),
  /** What differed, as `git diff` prints it, cut where it is long; absent where nothing did. */
  diff: z.string().optional(),
  /** The file of an experiment that is not Nabla's own: its text, cut where it is long. */
  file: z.object({ name: z.string(), sha256: z.string(), text: z.string() })
    .optional(),
  command: z.array(z.string()),
  versions: z.object({
    deno: z.string(),
    v8: z.string(),
    typescript: z.string(),
    nabla: z.string(),
  }),
  adapter: AdapterInfo.nullable(),
  data: z.array(z.object({ name: z.string(), sha256: z.string() })),
  /** The tile of every dispatch, so that a repeat uses the same. */
  kernels: z.array(
    z.object({
      label: z.string(),
      file: z.string(),
      variant: z.string(),
      /** Of a matrix product or convolution; none in a record of an older form. */
      choice: z.object({
        product: z.string(),
        tile: z.string(),
        parts: Count,
      }).optional() satisfies z.ZodType<TileChoice | undefined>,
    }),
  ),
  /** What the plans cost that the run compiled, the first few; none in a record of an older form. */
  plans: z.array(PlanSummary).catch([]),
  host: z.object({ os: z.string(), arch: z.string(), cpus: Count }),
});
export type Provenance = z.output<typeof Provenance>;

/** One thing a study expects of a run, and what the run showed. */
export const Expectation = z.object({
  name: z.string(),
  holds: z.boolean(),
  measured: Json.pipe(
    z.custom<string | number | null>((value) =>
      value === null || typeof value === "string" || typeof value === "number"
    ),
  ),
  expected: z.string(),
});
export type Expectation = z.output<typeof Expectation>;

/** One execution of an experiment. Times are ISO 8601 in UTC. */
export const Run = z.object({
  id: Id,
  study: Id,
  /** Free text of the person who runs; shown as text, never as markup. */
  name: z.string().default(""),
  notes: z.string().default(""),
  preset: z.enum(["smoke", "quick", "full", "custom"]),
  seed: z.int(),
  replicas: z.int().positive().default(1),
  config: JsonRecord,
  status: RunStatus.default("running"),
  startedAt: Time,
  endedAt: Time.nullable().default(null),
  heartbeatAt: Time,
  /** Message of the error a failed run ended with. */
  error: z.string().nullable().default(null),
  provenance: Provenance,
  expectations: z.array(Expectation).default([]),
  results: JsonRecord.default({}),
  /** Whether the run came with the workbench instead of being trained here. */
  shipped: z.boolean().default(false),
});
export type Run = z.output<typeof Run>;

/** One recorded number. Rows of a run are ordered by `sequence`, never by time. */
export const MetricRow = z.object({
  sequence: Count,
  step: Count,
  /** As in `train.loss`. */
  series: z.string().min(1).max(200),
  replica: Count,
  value: AnyNumber,
});
export type MetricRow = z.output<typeof MetricRow>;

/** Where checks were made that came with the workbench. */
export const CheckOrigin = Provenance.pick({ revision: true, dirty: true })
  .extend({
    /** Description of the adapter; `null` where kernels were left out. */
    adapter: z.string().nullable(),
  });
export type CheckOrigin = z.output<typeof CheckOrigin>;

/** Outcome of checking one line of a derivation; errors are relative. */
export const CheckRow = z.object({
  study: Id,
  line: z.string(),
  error: AnyNumber,
  tolerance: AnyNumber,
  holds: z.boolean(),
  /** File of the kernel that implements the line. */
  kernel: z.string().nullable(),
  kernelError: AnyNumber.nullable(),
  checkedAt: Time,
  /** Absent where the check was made here. */
  shipped: CheckOrigin.optional(),
});
export type CheckRow = z.output<typeof CheckRow>;
