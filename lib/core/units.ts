/** Numbers with their units as people read them. */

/** Binary units of memory, by powers of 1024. */
const BYTES = ["bytes", "KiB", "MiB", "GiB"];

/** Decimal prefixes, by powers of 1000. */
const PREFIXES = ["", "k", "M", "G", "T", "P"];

/** As in `1.5 MiB`, four significant digits. */
export function formatBytes(bytes: number): string {
  return scaled(bytes, 1024, BYTES);
}

/** As in `9,999` or `12.95 M`: exact below ten thousand, else four significant digits. */
export function formatCount(count: number): string {
  return count < 1e4
    ? count.toLocaleString("en-US")
    : scaled(count, 1000, PREFIXES);
}

/** A time in milliseconds: `850 ms`, `12.3 s`, `4 min 05 s`, `2 h 10 min`, or `–` where there is none. */
export function formatDuration(milliseconds: number): string {
  if (!(milliseconds >= 0 && milliseconds < Infinity)) return "–";
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  if (seconds < 3600) {
    return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  }
  return `${Math.floor(seconds / 3600)} h ${two(seconds / 60 % 60)} min`;
}

function scaled(value: number, base: number, units: readonly string[]): string {
  let power = 0;
  let shown = value;
  while (shown >= base && power < units.length - 1) {
    power++;
    shown = Number((value / base ** power).toPrecision(4));
  }
  return `${shown} ${units[power]}`.trimEnd();
}
