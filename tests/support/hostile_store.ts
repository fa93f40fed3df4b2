/** Stores as another program may leave them: any value in any column. */
import { DatabaseSync, type SQLInputValue } from "node:sqlite";

/** What is written into columns, whatever they are for. */
const VALUES: SQLInputValue[] = [
  ...[null, "", "weird", "{}", "[1,2]", '{"a":', "null", "NaN", "1e400"],
  ...["../../x", "<script>alert(1)</script>", "\u202e", "\0x", "2026-13-45"],
  ...['{"__proto__":1}', '{"adapter":{"description":{"type":"script"}}}'],
  ...[
    '["deno","task","experiment","/tmp/other/people.ts"]',
    "w".repeat(60_000),
  ],
  ...[-1, 1.5, 9e99, Infinity, 2n ** 63n - 1n, -(2n ** 63n)],
  new Uint8Array([0, 255, 128]),
];

const TABLES = ["runs", "runs", "runs", "series", "metrics", "checks"];

/** Takes types and constraints from the tables of the store at `path`. */
export function loosen(path: string): void {
  using database = new DatabaseSync(path);
  database.exec("PRAGMA foreign_keys = 0; PRAGMA legacy_alter_table = 1");
  const tables = database.prepare(
    "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
  ).all();
  for (const { name, sql } of tables) {
    const loose = String(sql).replace(/\) STRICT(, WITHOUT ROWID)?$/, ")")
      .replaceAll(" NOT NULL", "");
    database.exec(`ALTER TABLE ${name} RENAME TO strict_${name}`);
    database.exec(loose);
    database.exec(
      `INSERT INTO ${name} SELECT * FROM strict_${name}; DROP TABLE strict_${name}`,
    );
  }
}

/** Writes up to four random values into random places of a loosened store; returns what was written where. */
export function spoil(path: string, random: () => number): string[] {
  using database = new DatabaseSync(path);
  database.exec("PRAGMA foreign_keys = 0");
  const pick = <T>(all: readonly T[]): T =>
    all[Math.floor(random() * all.length)]!;
  return Array.from({ length: 1 + Math.floor(random() * 4) }, () => {
    const table = pick(TABLES);
    const column = pick(
      database.prepare("SELECT name FROM pragma_table_info(?)").all(table),
    ).name;
    const value = pick(VALUES);
    const row = Math.floor(random() * 6);
    const sql =
      `UPDATE ${table} SET ${column} = ? WHERE rowid = (SELECT rowid FROM ${table} LIMIT 1 OFFSET ${row})`;
    try {
      database.prepare(sql).run(value);
    } catch {
      return "nothing: keys are unique numbers";
    }
    return `${table}.${column} of row ${row}: ${String(value).slice(0, 60)}`;
  });
}
