import { formatExact, formatNumber } from "../plots/format.ts";
import { albumOf } from "../plots/pictures.ts";
import { Pictures } from "./pictures.tsx";
import { Scroll } from "./scroll.tsx";

/** Most entries of a list, and characters of a text, that are shown. */
const MOST_ENTRIES = 64;
const LONGEST_TEXT = 2_000;

/** Named JSON values of a run: numbers, vectors, matrices, tables and pictures as such, the rest as text. */
export function Values(
  { values, label }: { values: Record<string, unknown>; label: string },
) {
  const entries = Object.entries(values);
  if (entries.length === 0) return <p class="quiet">None.</p>;
  return (
    <dl class="facts" aria-label={label}>
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <Value name={name} value={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Value({ name, value }: { name: string; value: unknown }) {
  const album = albumOf(value);
  if (album) return <Pictures album={album} />;
  if (isNumbers(value) && value.length <= MOST_ENTRIES) {
    return <Matrix name={name} rows={[value]} />;
  }
  if (isMatrix(value) && value.length * value[0]!.length <= 256) {
    return <Matrix name={name} rows={value} />;
  }
  if (isRecords(value) && value.length <= MOST_ENTRIES) {
    return <Records name={name} records={value} />;
  }
  if (typeof value === "number") {
    return <span class="number">{formatExact(value)}</span>;
  }
  const text = typeof value === "string"
    ? value
    : JSON.stringify(value, null, 1) ?? "–";
  const shown = text.length > LONGEST_TEXT
    ? `${text.slice(0, LONGEST_TEXT)}… (${text.length} characters)`
    : text;
  return <span class="text">{shown}</span>;
}

function Matrix({ name, rows }: { name: string; rows: number[][] }) {
  return (
    <Scroll label={name}>
      <table class="matrix">
        <tbody>
          {rows.map((row, i) => (
            <tr key={i}>
              {row.map((value, j) => <td key={j}>{formatExact(value)}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

type Plain = Record<string, string | number | boolean | null>;

function Records({ name, records }: { name: string; records: Plain[] }) {
  const fields = Object.keys(records[0]!);
  const text = (value: Plain[string]) =>
    typeof value === "number" ? inTable(value) : String(value ?? "–");
  return (
    <Scroll label={name}>
      <table>
        <thead>
          <tr>
            {fields.map((field) => <th scope="col" key={field}>{field}</th>)}
          </tr>
        </thead>
        <tbody>
          {records.map((record, i) => (
            <tr key={i}>
              {fields.map((field) => (
                <td key={field}>{text(record[field] ?? null)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** Counts in full, other numbers to five digits. */
function inTable(value: number): string {
  return Number.isSafeInteger(value)
    ? value.toLocaleString("en-US").replace("-", "−")
    : formatNumber(value, 5);
}

/** Flat objects with the same few members. */
function isRecords(value: unknown): value is Plain[] {
  if (!Array.isArray(value) || value.length === 0) return false;
  const shape = (entry: unknown) =>
    entry !== null && typeof entry === "object" && !Array.isArray(entry) &&
      Object.values(entry).every((part) =>
        part === null || typeof part !== "object"
      )
      ? Object.keys(entry).join()
      : null;
  const first = shape(value[0]);
  return !!first && Object.keys(value[0]).length <= 8 &&
    value.every((entry) => shape(entry) === first);
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.length > 0 &&
    value.every((entry) => typeof entry === "number");
}

function isMatrix(value: unknown): value is number[][] {
  return Array.isArray(value) && value.length > 0 && value.every(isNumbers) &&
    value.every((row) => row.length === value[0]!.length);
}
