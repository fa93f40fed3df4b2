/** Texts of a page that say what the shown run did: `{steps}` stands for the field of its config. */
import { NablaError } from "../core/errors.ts";

const PLACE = /\{([A-Za-z]\w*)\}/g;

/** `text` with the fields of `config` in place of their names in braces; TeX between dollar signs stays as it is. */
export function filled(
  text: string,
  config: Readonly<Record<string, unknown>>,
): string {
  return outsideTex(
    text,
    (part) =>
      part.replace(
        PLACE,
        (place, field) => field in config ? shown(config[field]) : place,
      ),
  );
}

/** @throws {NablaError} If `text` names a field that a config does not have */
export function checkPlaces(text: string, fields: readonly string[]): void {
  outsideTex(text, (part) => {
    for (const [place, field] of part.matchAll(PLACE)) {
      if (fields.includes(field!)) continue;
      throw new NablaError(
        `Cannot fill ${place} in "${text}": the config has ${
          fields.join(", ") || "no fields"
        }`,
      );
    }
    return part;
  });
}

function outsideTex(text: string, change: (part: string) => string): string {
  return text.split("$")
    .map((part, i) => i % 2 === 0 ? change(part) : part)
    .join("$");
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.map(shown).join(", ");
  return typeof value === "number"
    ? value.toLocaleString("en-US", { maximumSignificantDigits: 6 })
    : String(value);
}
