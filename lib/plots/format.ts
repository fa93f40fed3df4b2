const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const MINUS = "−";

/** `value` in at most `digits` significant digits: 54,000, 0.0125, 2.394×10⁻⁵, NaN, −∞. */
export function formatNumber(value: number, digits = 4): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : MINUS + "∞";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) {
    return scientific(value.toExponential(digits - 1));
  }
  if (Number.isInteger(value)) return sign(value.toLocaleString("en-US"));
  const rounded = Number(value.toPrecision(digits));
  return sign(rounded.toLocaleString("en-US", {
    maximumSignificantDigits: digits,
  }));
}

/**
 * The shortest decimal that names the stored value and no other: of its
 * float32 neighbours where it is a float32 number, of float64 otherwise.
 */
export function formatExact(value: number): string {
  if (!Number.isFinite(value)) return formatNumber(value);
  const text = shortest(value);
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e15)
    ? scientific(Number(text).toExponential())
    : sign(text);
}

function shortest(value: number): string {
  if (Math.fround(value) === value) {
    for (let digits = 1; digits <= 9; digits++) {
      const text = String(Number(value.toPrecision(digits)));
      if (Math.fround(Number(text)) === value) return text;
    }
  }
  return String(value);
}

/** A tick label: powers of ten as 10⁻⁵, the rest as `formatNumber` writes it. */
export function formatTick(value: number): string {
  const power = Math.log10(value);
  const far = value < 1e-3 || value >= 1e5;
  if (far && Number.isInteger(power)) return "10" + superscript(power);
  return formatNumber(value);
}

/** Labels of the ticks of one axis: in as few digits as tell different ones apart. */
export function tickLabels(ticks: readonly number[]): string[] {
  const different = new Set(ticks).size;
  let labels = ticks.map(formatTick);
  for (let digits = 5; new Set(labels).size < different; digits++) {
    labels = ticks.map((tick) => formatNumber(tick, digits));
    // 17 digits name every float64 number.
    if (digits === 17) break;
  }
  return labels;
}

function scientific(text: string): string {
  const [mantissa = "", exponent = "0"] = text.split("e");
  const short = mantissa.includes(".")
    ? mantissa.replace(/\.?0+$/, "")
    : mantissa;
  const power = "10" + superscript(Number(exponent));
  return sign(short === "1" ? power : `${short}×${power}`);
}

function superscript(value: number): string {
  const digits = [...String(Math.abs(value))];
  return (value < 0 ? "⁻" : "") +
    digits.map((digit) => SUPERSCRIPTS[Number(digit)]).join("");
}

function sign(text: string): string {
  return text.replace(/^-/, MINUS);
}
