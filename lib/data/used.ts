/** Which data sets were loaded: loaders say so by themselves, and a run writes it into its record. */
import type { DataFile } from "./labelled.ts";

let listener: (file: DataFile) => void = () => {};

/** Hears of every file that is loaded in this thread from now on. */
export function onDataUse(hear: (file: DataFile) => void): void {
  listener = hear;
}

/** Says which files a set was loaded from. */
export function noteData(files: readonly DataFile[]): void {
  files.forEach((file) => listener(file));
}
