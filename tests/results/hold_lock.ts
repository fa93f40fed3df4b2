/** Holds the write lock of a new SQLite file for 300 ms, as a process does that creates a store. Argument: path. */
import { DatabaseSync } from "node:sqlite";

const database = new DatabaseSync(Deno.args[0]!);
database.exec("BEGIN IMMEDIATE; CREATE TABLE t (a)");
console.log("locked");
setTimeout(() => database.exec("ROLLBACK"), 300);
