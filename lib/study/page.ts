/**
 * A study's page: its derivation, figures and claims. Pure data, for the server,
 * the browser, the tests and the command line alike.
 *
 * Every text field of a study may contain inline TeX between dollar signs.
 */
import type { z } from "zod";
import type { Check, Line } from "./derivation/line.ts";
import type { Expectation } from "./expectation.ts";
import type { ConfigSchema } from "./field.ts";
import { checkPlaces } from "./filled.ts";
import type { Named } from "./names.ts";
import type { RunRecord } from "./record.ts";
import {
  defineSetting,
  type PresetName,
  type Setting,
  type SettingInit,
} from "./setting.ts";

/** Where a question comes from. */
export interface Source {
  /** File name of the document. */
  readonly document: string;
  /** Author and title. */
  readonly title: string;
  /** Number of the problem or section in it. */
  readonly problem: string;
}

/** A table of derived numbers; the first cell of a row names it. */
export interface StudyTable {
  /** Unique in the study. */
  readonly id: string;
  readonly caption: string;
  readonly columns: readonly string[];
  /** Numbers are shown in full; empty text is an empty cell. */
  readonly rows: readonly (readonly (string | number)[])[];
  /** Whether the last row adds up the others. Default: false. */
  readonly total?: boolean;
}

/** A question to answer before reading on. */
export interface Prediction {
  /** With the choices, where there are some. */
  readonly question: string;
  readonly answer: string;
}

/** Lines that belong together, under a heading. */
export interface Section {
  readonly id: string;
  readonly title: string;
  /** The problem of a source that the section answers, as in `000, problem 1`. */
  readonly answers?: string;
  /** Paragraphs before the lines. */
  readonly prose?: readonly string[];
  /** With these, the lines are hidden too until the reader asks for them. */
  readonly predictions?: readonly Prediction[];
  readonly lines: readonly Line[];
  /** Tables after the lines. */
  readonly tables?: readonly StudyTable[];
  /** Id of the interactive figure after the lines, as in `islands/interactive.ts`. */
  readonly interactive?: string;
}

/** A statement of a source that is wrong or loose, with the number that settles it. */
export interface Erratum {
  readonly claim: string;
  readonly correct: string;
  /** What was measured, in words and digits. */
  readonly number: string;
  readonly source: Source;
  /** The claimed and the correct form against an oracle; the first must miss, the second must hold. */
  readonly evidence: { readonly claimed: Check; readonly correct: Check };
}

/** An axis of a figure. */
export interface Axis {
  readonly label: string;
  readonly scale: "linear" | "log";
}

/** A function of two variables on a rectangle. */
export interface Landscape {
  at(x: number, y: number): number;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** A figure of the study's page: which metric series of its latest run are drawn, and how. */
export interface FigureRef<Series extends string = string> {
  readonly id: string;
  readonly title: string;
  /** What the figure shows; `{steps}` stands for that field of the shown run's config, as in `names`. */
  readonly caption: string;
  /** `lines`: each series over the step. `difference`: |first − second| of each two series in a row. `theory`: means of several replicas with three standard errors, and theory as lines. `heat`: sizes as shades, one row per series. `scatter`: each two series in a row as x and y, a point per replica and step. `sizes`: each series on a log axis that also shows exact zero. `contour`: each two series in a row as the coordinates of a path over the contours of `landscape`. */
  readonly kind:
    | "lines"
    | "sizes"
    | "contour"
    | "difference"
    | "theory"
    | "heat"
    | "scatter";
  readonly series: readonly Series[];
  /** Legend text of each series, or of each two, in the order of `series`. */
  readonly names: readonly string[];
  readonly x: Axis;
  readonly y: Axis;
  /** Lines across the figure, at values that the run stored as `result`. */
  readonly marks?: readonly {
    readonly axis: "x" | "y";
    readonly result: string;
    readonly label: string;
  }[];
  /** What a contour figure shows the contours of. */
  readonly landscape?: Landscape;
}

/** Pictures on the study's page: an album that its latest run stored as `result`. */
export interface PicturesRef {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly result: string;
}

/**
 * A sentence about what a run shows. It stands where the expectations that it
 * names hold in the shown run; elsewhere the page says that they do not.
 */
export interface Claim<Name extends string = string> {
  readonly sentence: string;
  /** Names of the study's expectations. */
  readonly by: readonly Name[];
}

/** What a page has besides its setting. */
export interface PageInit<
  Run,
  Series extends string,
  Name extends string,
> {
  /** Default: the id as words. */
  readonly title?: string;
  readonly source?: readonly Source[];
  /** Paragraphs. */
  readonly introduction?: readonly string[];
  readonly sections?: readonly Section[];
  readonly errata?: readonly Erratum[];
  readonly figures?: readonly FigureRef<Series>[];
  /** Shown after the figures. */
  readonly pictures?: readonly PicturesRef[];
  /** What must hold in a run. */
  readonly expect?: readonly Expectation<Run, Name>[];
  /** What a run shows, in words. */
  readonly claims?: readonly Claim<NoInfer<Name>>[];
  /** Whether the study has lines to check and nothing to train. Default: false. */
  readonly derivationOnly?: boolean;
  /** Preset whose run the page is about. Default: `quick`. */
  readonly shown?: PresetName;
}

/** A question, its derivation, the figures that answer it, and what a run must show. */
export interface Study<
  Schema extends ConfigSchema = ConfigSchema,
  Declared extends string = string,
  Results = Record<string, unknown>,
> extends
  Setting<Schema, Declared, Results>,
  Required<PageInit<RunRecord, Named<Declared>, string>> {}

/**
 * Puts a page around a setting. Series of figures and expectations of claims are
 * names that the study has declared, or it does not type-check.
 *
 * @throws {NablaError} As {@linkcode defineSetting}
 */
export function definePage<
  Schema extends ConfigSchema,
  const Declared extends string = string,
  Results = Record<string, unknown>,
  const Name extends string = never,
>(
  init: SettingInit<Schema, Declared, Results>,
  page: PageInit<
    RunRecord<z.output<Schema>, Named<NoInfer<Declared>>, Results>,
    Named<NoInfer<Declared>>,
    Name
  >,
): Study<Schema, Declared, Results> {
  const setting = defineSetting(init);
  const { figures = [], pictures = [] } = page;
  const texts = [
    ...figures.flatMap(({ caption, names }) => [caption, ...names]),
    ...pictures.map(({ caption }) => caption),
  ];
  for (const text of texts) checkPlaces(text, Object.keys(init.config.shape));
  return {
    ...setting,
    title: titleOf(setting.id),
    source: [],
    introduction: [],
    sections: [],
    errata: [],
    figures: [],
    pictures: [],
    claims: [],
    derivationOnly: false,
    shown: "quick",
    ...page,
    // Their types served the author; whoever judges a run has it as a plain record.
    expect: (page.expect ?? []) as unknown as Expectation[],
  };
}

/** `fit-a-sine` as "Fit a sine". */
function titleOf(id: string): string {
  const words = id.replaceAll("-", " ");
  return words[0]!.toUpperCase() + words.slice(1);
}

/** The command that makes a study's run, or checks its lines where there is nothing to run. */
export function commandOf({ id, derivationOnly, shown }: Study): string {
  if (derivationOnly) return `deno task derive ${id}`;
  const preset = shown === "quick" ? "" : ` --preset ${shown}`;
  return `deno task experiment ${id}${preset}`;
}

/** All lines of a study in order. */
export function linesOf({ sections }: Pick<Study, "sections">): Line[] {
  return sections.flatMap((section) => [...section.lines]);
}

/** Splits a text at its dollar signs into words and inline TeX. */
export function inlineTex(text: string): { tex: boolean; text: string }[] {
  return text.split("$")
    .map((part, i) => ({ tex: i % 2 === 1, text: part }))
    .filter((part) => part.text !== "");
}
