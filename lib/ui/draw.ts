import * as Plot from "@observablehq/plot";

/** An axis of a drawn chart: data to pixels and back. */
export interface Axis {
  apply(value: number): number;
  invert(pixel: number): number;
}

/** A drawn chart. */
export interface Drawing {
  /** The SVG element as text; every word in it was escaped by the DOM. */
  markup: string;
  x: Axis;
  y: Axis;
}

let host: Document | undefined = globalThis.document;

/** Names the document that charts are drawn in where there is no browser. */
export function setDrawingDocument(document: Document): void {
  host = document;
}

/**
 * Draws Plot options to SVG, on the server as in the browser.
 * @throws {Error} If there is neither a browser nor a drawing document.
 */
export function draw(options: Plot.PlotOptions): Drawing {
  if (!host) {
    throw new Error(
      "Cannot draw a chart as there is no document: import lib/ui/server_document.ts first",
    );
  }
  const plot = Plot.plot({ ...options, document: host });
  const axis = (name: "x" | "y"): Axis => {
    const scale = plot.scale(name);
    return {
      apply: (value) => scale?.apply(value) ?? NaN,
      invert: (pixel) => scale?.invert?.(pixel) ?? NaN,
    };
  };
  return { markup: plot.outerHTML, x: axis("x"), y: axis("y") };
}
