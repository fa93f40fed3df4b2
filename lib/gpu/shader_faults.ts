/** Where a compiler's complaint belongs: to the file that somebody wrote, never to text that was put together. */
import { shaderFiles } from "../../shaders/mod.ts";
import type { Kernel } from "../core/plan.ts";

/** A complaint of the compiler; line and column from 1, in the whole text. */
export interface Fault {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** A file within a kernel's text. */
interface Part {
  readonly file: string;
  /** Lines that come before it. */
  readonly first: number;
  readonly lines: readonly string[];
  /** Whether a reader wrote it. */
  readonly own: boolean;
}

const ours: ReadonlySet<string> = new Set([...shaderFiles, "generated"]);

/** What a complaint is about: `file:line:column`, and why. */
export interface Place {
  readonly place: string;
  readonly reason: string;
}

/**
 * The place that a complaint is about. Where the text around a reader's file does
 * not fit that file, as when a function has another type than is called for, it is
 * the function in the reader's file.
 */
export function placeOf(kernel: Kernel, fault: Fault): Place {
  const { line, column, message } = fault;
  const parts = partsOf(kernel);
  const at = parts.findLast(({ first }) => first < line);
  const own = parts.filter((part) => part.own);
  if (at === undefined) return { place: `line ${line}`, reason: message };
  if (at.own || own.length === 0) {
    const place = `${at.file}:${line - at.first}:${column}`;
    return { place, reason: message };
  }
  // The message shows the lines that it is about.
  const about = `${at.lines[line - at.first - 1] ?? ""}\n${message}`;
  const used = own.flatMap(functionsOf)
    .find(({ name }) => new RegExp(`\\b${name}\\b`).test(about));
  return {
    place: used?.place ?? own.map(({ file }) => `${file}:1`).join(", "),
    reason: `it does not fit the code of Nabla's that uses it: ${message}`,
  };
}

/** The files of a reader's in a kernel, or the kernel's own file without any. */
export function filesOf(kernel: Kernel): string {
  const own = partsOf(kernel).filter((part) => part.own);
  return own.length === 0
    ? kernel.file
    : own.map(({ file }) => file).join(", ");
}

function partsOf({ code, pieces }: Kernel): Part[] {
  const lines = code.split("\n");
  return pieces.map(({ file, line }, i) => ({
    file,
    first: line,
    lines: lines.slice(line, pieces[i + 1]?.line),
    own: !ours.has(file),
  }));
}

/** The functions that a file defines and where their names stand. */
function functionsOf({ file, lines }: Part) {
  return lines.flatMap((line, i) =>
    [...line.matchAll(/\bfn\s+(\w+)/g)].map((match) => ({
      name: match[1]!,
      place: `${file}:${i + 1}:${
        match.index + match[0].length - match[1]!.length + 1
      }`,
    }))
  );
}
