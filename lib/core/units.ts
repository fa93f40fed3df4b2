/** Large numbers as people read them. */

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

function scaled(value: number, base: number, units: readonly string[]): string {
  let power = 0;
  let shown = value;
  while (shown >= base && power < units.length - 1) {
    power++;
    shown = Number((value / base ** power).toPrecision(4));
  }
  return `${shown} ${units[power]}`.trimEnd();
}
