/** What the server's threads that read the store are told and tell. */
import type { Views } from "../views.ts";

/** Where the store and the shipped runs lie. */
export interface Folders {
  readonly store: string;
  /** URL. */
  readonly shipped: string;
}

/** A view to read; answers carry the same number. */
export interface Question {
  readonly number: number;
  readonly folders: Folders;
  /** `version` asks for a number that differs if anything was written since. */
  readonly view: keyof Views | "version";
  readonly options: unknown;
  /** Whether what the shipped runs give is worth having where the store cannot be read. */
  readonly lenient: boolean;
}

/** Why a question was not answered. `unavailable`: the store cannot be read now. `unreadable`: the run that was asked for cannot. */
export interface Refusal {
  readonly kind: "unavailable" | "unreadable" | "broken";
  readonly message: string;
}

export interface Answer {
  readonly number: number;
  readonly value?: unknown;
  /** Why the store was left out, of a lenient question. */
  readonly fault?: string;
  readonly refusal?: Refusal;
}
