import dagre from "@dagrejs/dagre";
import type { Graph } from "../../../math/expression/graph.ts";
import { formulaOf, nameOf } from "./text.ts";

/** A point of the drawing, in px. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where an edge runs: from operand number `operand` of `to`. */
export interface PlacedEdge {
  readonly from: number;
  readonly to: number;
  readonly operand: number;
  readonly points: readonly Point[];
  /** Centre of its label. */
  readonly label: Point;
}

/** Where everything is, in px. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  /** Centres of the nodes. */
  readonly nodes: readonly (Point & { readonly width: number })[];
  readonly edges: readonly PlacedEdge[];
}

/** Height of every node, px: three lines of text. */
export const NODE_HEIGHT = 54;

/** Wide enough for a gradient of four digits, px. */
const NARROWEST = 96;

const LABEL = { width: 56, height: 16, labelpos: "c" } as const;
const MARGIN = 4;

/** Layers from the variables at the top to the result at the bottom, so that it is readable on a phone. */
export function layoutOf(graph: Graph): Layout {
  const drawing = new dagre.graphlib.Graph({ multigraph: true });
  drawing.setGraph({
    rankdir: "TB",
    nodesep: 10,
    edgesep: 8,
    ranksep: 24,
    marginx: MARGIN,
    marginy: MARGIN,
  });
  graph.nodes.forEach((_, node) => {
    const text = `${nameOf(graph, node)} = ${formulaOf(graph, node)}`;
    const width = Math.max(NARROWEST, 16 + 6.4 * text.length);
    drawing.setNode(`${node}`, { width, height: NODE_HEIGHT });
  });
  const edges = graph.nodes.flatMap(({ operands }, to) =>
    operands.flatMap((operand, i) =>
      "node" in operand ? { from: operand.node, to, operand: i } : []
    )
  );
  for (const { from, to, operand } of edges) {
    drawing.setEdge(`${from}`, `${to}`, { ...LABEL }, `${operand}`);
  }
  dagre.layout(drawing);
  const { width = 0, height = 0 } = drawing.graph();
  return {
    width,
    height,
    nodes: graph.nodes.map((_, node) => drawing.node(`${node}`)),
    edges: edges.map((edge) => {
      const { from, to, operand } = edge;
      const { points, x, y } = drawing.edge(`${from}`, `${to}`, `${operand}`);
      return { ...edge, points, label: { x: x!, y: y! } };
    }),
  };
}
