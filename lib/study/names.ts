/** Names of recorded series, declared once by a study and checked wherever they are used. */
import { NablaError } from "../core/errors.ts";
import { didYouMean } from "../core/suggest.ts";

/**
 * What a declared name stands for: itself, or with a part in braces any text
 * there. `"M{width}.loss"` covers `M10.loss`.
 */
export type Named<Declared extends string> = string extends Declared ? string
  : Declared extends `${infer Before}{${string}}${infer After}`
    ? `${Before}${string}${Named<After>}`
  : Declared;

/**
 * A check that refuses names which were not declared; one that lets all pass
 * where none were.
 *
 * @throws {NablaError} From the check, with the nearest declared name
 */
export function nameCheck(
  declared: readonly string[],
): (name: string) => void {
  if (declared.length === 0) return () => {};
  const patterns = declared.map((name) =>
    new RegExp(
      `^${
        name.split(/\{[^}]*\}/).map((part) =>
          part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
        ).join(".+")
      }$`,
    )
  );
  const known = new Set<string>();
  return (name) => {
    if (known.has(name)) return;
    if (!patterns.some((pattern) => pattern.test(name))) {
      throw new NablaError(
        `Cannot record "${name}": the study does not declare this series${
          didYouMean(name, declared) || `; it declares ${declared.join(", ")}`
        }`,
      );
    }
    known.add(name);
  };
}
