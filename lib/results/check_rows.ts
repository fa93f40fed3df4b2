/** Outcomes of checking derivations, one row for each line of a study. */
import type { Database } from "./database.ts";
import { CheckRow } from "./schemas.ts";
import { parseJson, toJson } from "./special.ts";

/** Stores outcomes in one transaction; a line's newer outcome replaces the older. */
export function upsertChecks(
  database: Database,
  rows: readonly CheckRow[],
): void {
  database.transaction(() => {
    for (const row of rows) {
      database.run(
        "INSERT INTO checks (study, line, document) VALUES (?, ?, ?) ON CONFLICT (study, line) DO UPDATE SET document = excluded.document",
        [row.study, row.line, JSON.stringify(toJson(row))],
      );
    }
  });
}

/** Outcomes of one study, or of all, in the order their lines were first checked in; what another program made invalid counts as not checked. */
export function selectChecks(database: Database, study?: string): CheckRow[] {
  return database.all(
    "SELECT document FROM checks WHERE study = coalesce(?, study) ORDER BY rowid",
    [study ?? null],
  ).flatMap(({ document }) => {
    const parsed = CheckRow.safeParse(parseJson(String(document)));
    return parsed.success ? [parsed.data] : [];
  });
}
