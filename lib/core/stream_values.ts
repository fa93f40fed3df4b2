/** What the numbers of a stream must be, for whoever hands them over. */

/** Numbers of any typed array. */
export type Numbers = ArrayLike<number> | ArrayLike<bigint>;

/** A number that a stream cannot take. */
export interface StrangeNumber {
  /** Place in the array that was looked at. */
  readonly at: number;
  readonly value: number | bigint;
  /** What it is and what is needed, as in `class 3, the model has 3 outputs (classes 0 to 2); number the classes from 0`. */
  readonly fault: string;
}

/** The part of a plan's tensor that says what its numbers are. */
interface StreamKind {
  readonly type: "f32" | "u32";
  /** Numbers are classes from 0 to one less. */
  readonly classes?: number;
}

const MOST = 2 ** 32 - 1;

/**
 * The first of `numbers` from `from` to `end` that a stream cannot take, or
 * `null`. One of classes takes whole numbers below `classes`, one of u32 whole
 * numbers below 2³², one of f32 what is finite in float32.
 */
export function findStrange(
  numbers: Numbers,
  { type, classes }: StreamKind,
  { from = 0, end = numbers.length }: { from?: number; end?: number } = {},
): StrangeNumber | null {
  if (type === "f32") return findNonFinite(numbers, from, end);
  const most = classes === undefined ? MOST : classes - 1;
  for (let at = from; at < end; at++) {
    const value = Number(numbers[at]);
    if (value >= 0 && value <= most && value % 1 === 0) continue;
    return { at, value, fault: faultOf(value, classes) };
  }
  return null;
}

function findNonFinite(
  numbers: Numbers,
  from: number,
  end: number,
): StrangeNumber | null {
  // Whole numbers of 64 bits and less are finite.
  if (isWhole(numbers)) return null;
  for (let at = from; at < end; at++) {
    const value = Number(numbers[at]);
    if (Number.isFinite(Math.fround(value))) continue;
    const need = Number.isFinite(value)
      ? "which float32 cannot hold: its largest number is 3.4e38"
      : "every number must be finite";
    return { at, value, fault: `${value}, ${need}` };
  }
  return null;
}

function isWhole(numbers: Numbers): boolean {
  return ArrayBuffer.isView(numbers) &&
    !/Float/.test(Object.prototype.toString.call(numbers));
}

function faultOf(value: number, classes: number | undefined): string {
  if (classes === undefined) {
    return `${value}, need a whole number from 0 to ${MOST}`;
  }
  const range = `the model has ${classes} ${
    classes === 1 ? "output (class 0)" : `outputs (classes 0 to ${classes - 1})`
  }`;
  const remedy = value % 1 === 0
    ? "number the classes from 0"
    : "a class is a whole number";
  // 1.9 has been rounded to float32 where it comes from a stream.
  const shown = value % 1 === 0 ? value : Number(value.toPrecision(7));
  return `class ${shown}, ${range}; ${remedy}`;
}
