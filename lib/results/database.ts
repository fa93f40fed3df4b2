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

/** How a file is opened. */
export interface ConnectOptions {
  /** Creates the file where there is none. */
  writable: boolean;
  /** How long a statement waits for another process's lock, in ms. */
  timeout: number;
}

/** Opens the file at `path`. */
export function connect(path: string, options: ConnectOptions): Database {
  const { writable, timeout } = options;
  return over(
    path,
    options,
    () => {
      const connection = new DatabaseSync(path, { readOnly: !writable });
      // Deno 2.9 does not heed the option of this name and waits 5 s.
      connection.exec(`PRAGMA busy_timeout = ${timeout}`);
      return connection;
    },
  );
}

/** Opens a copy in memory of the file at `path`, which needs no right to write beside it. */
export function connectCopy(path: string): Database {
  return over(path, { writable: false }, () => {
    const bytes = Deno.readFileSync(path);
    // Versions of the format: 2 would ask for a write-ahead log, which memory has not.
    bytes[18] = bytes[19] = 1;
    const connection = new DatabaseSync(":memory:");
    connection.deserialize(bytes);
    return connection;
  });
}

/** Rows as they are; integers that another program made too large for a number are rounded. */
function readable<T extends Row | undefined>(
  statement: StatementSync,
  read: (statement: StatementSync) => T[],
): T[] {
  try {
    return read(statement);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  statement.setReadBigInts(true);
  try {
    return read(statement).map((row) =>
      row && Object.fromEntries(
        Object.entries(row).map(([name, value]) => [
          name,
          typeof value === "bigint" ? Number(value) : value,
        ]),
      ) as T
    );
  } finally {
    statement.setReadBigInts(false);
  }
}

function over(
  path: string,
  { writable }: { writable: boolean },
  open: () => DatabaseSync,
): Database {
  const guard = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw explain(error, path, { writable });
    }
  };
  const connection = guard(open);
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
    all: (sql, values = []) =>
      guard(() => readable(prepare(sql), (one) => one.all(...values))),
    get: (sql, values = []) =>
      guard(() => {
        const one = readable(prepare(sql), (one) => [one.get(...values)]);
        return one[0];
      }),
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
