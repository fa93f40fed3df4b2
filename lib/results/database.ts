/** One SQLite connection: cached statements, transactions, errors in plain words. */
import {
  DatabaseSync,
  type SQLInputValue,
  type SQLOutputValue,
  type StatementSync,
} from "node:sqlite";
import { explain } from "./errors.ts";

export type Row = Record<string, SQLOutputValue>;

/** A connection to the file at `path`. Every method throws a NablaError where {@link explain} knows the cause. */
export interface Database {
  readonly path: string;
  readonly writable: boolean;
  /** Runs statements that return nothing. */
  exec(sql: string): void;
  /** All rows of a query; the statement is prepared once. */
  all(sql: string, values?: SQLInputValue[]): Row[];
  /** First row of a query. */
  get(sql: string, values?: SQLInputValue[]): Row | undefined;
  /** Runs a statement; returns the number of changed rows. */
  run(sql: string, values?: SQLInputValue[]): number;
  /** Runs `work` in one transaction that takes the write lock at once; rolls back if it throws. Inside another one it joins it. */
  transaction<T>(work: () => T): T;
  /** The whole database as the bytes of a file. */
  serialize(): Uint8Array;
  close(): void;
}

/**
 * Opens the file at `path`; writing creates it. `timeout` is how long a
 * statement waits for another process's lock, in ms.
 */
export function connect(
  path: string,
  { writable, timeout }: { writable: boolean; timeout: number },
): Database {
  const guard = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw explain(error, path);
    }
  };
  const connection = guard(() =>
    new DatabaseSync(path, { readOnly: !writable, timeout })
  );
  const statements = new Map<string, StatementSync>();
  const prepare = (sql: string) => {
    let statement = statements.get(sql);
    if (!statement) {
      statement = connection.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  };
  const exec = (sql: string) => guard(() => connection.exec(sql));

  return {
    path,
    writable,
    exec,
    all: (sql, values = []) => guard(() => prepare(sql).all(...values)),
    get: (sql, values = []) => guard(() => prepare(sql).get(...values)),
    run: (sql, values = []) =>
      guard(() => Number(prepare(sql).run(...values).changes)),
    transaction(work) {
      if (connection.isTransaction) return work();
      exec("BEGIN IMMEDIATE");
      try {
        const result = work();
        exec("COMMIT");
        return result;
      } catch (error) {
        if (connection.isTransaction) connection.exec("ROLLBACK");
        throw error;
      }
    },
    serialize: () => guard(() => connection.serialize()),
    close: () => connection.close(),
  };
}
