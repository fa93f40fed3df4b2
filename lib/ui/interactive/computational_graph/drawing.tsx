import type { Graph } from "../../../math/expression/graph.ts";
import { formatNumber } from "../../../plots/format.ts";
import {
  type Layout,
  NODE_HEIGHT,
  type PlacedEdge,
  type Point,
} from "./layout.ts";
import type { Evaluated, Moment } from "./steps.ts";
import { formulaOf, nameOf } from "./text.ts";

/** What the drawing shows. */
export interface DrawingProps {
  evaluated: Evaluated;
  moment: Moment;
  layout: Layout;
  label: string;
  /** Id of the element that says the same in words. */
  describedBy: string;
}

/** The graph with the values, local partials and gradients that a step knows. */
export function Drawing(
  { evaluated, moment, layout, label, describedBy }: DrawingProps,
) {
  const { width, height } = layout;
  return (
    <svg
      class="graph"
      role="img"
      aria-label={label}
      aria-describedby={describedBy}
      viewBox={`0 0 ${width} ${height}`}
      style={`width: 100%; max-width: ${
        Math.round(1.15 * width)
      }px; min-width: ${Math.round(0.8 * width)}px`}
    >
      <defs>
        <Arrow id="graph-ahead" class="ahead" />
        <Arrow id="graph-back" class="back" />
      </defs>
      {layout.edges.map((edge) => (
        <Edge
          key={`${edge.from}-${edge.to}-${edge.operand}`}
          edge={edge}
          partial={evaluated.sweeps.partials[edge.to]![edge.operand]!}
          moment={moment}
        />
      ))}
      {layout.nodes.map((place, node) => (
        <Node
          key={node}
          node={node}
          evaluated={evaluated}
          moment={moment}
          place={place}
        />
      ))}
    </svg>
  );
}

function Arrow(props: { id: string; class: string }) {
  return (
    <marker
      {...props}
      viewBox="0 0 8 8"
      refX="7"
      refY="4"
      markerUnits="userSpaceOnUse"
      markerWidth="8"
      markerHeight="8"
      orient="auto-start-reverse"
    >
      <path d="M0 0.5 8 4 0 7.5Z" />
    </marker>
  );
}

/** An edge with the local partial that its step found; it turns round while a gradient passes. */
function Edge({ edge: { from, to, points, label }, partial, moment }: {
  edge: PlacedEdge;
  partial: number;
  moment: Moment;
}) {
  const active = moment.active === to && moment.phase !== "turn";
  const back = active && moment.phase === "backward";
  const known = to < moment.known;
  return (
    <g class={`edge ${known ? "" : "open"} ${active ? "active" : ""}`}>
      <path
        d={smooth(points)}
        marker-end={back ? undefined : "url(#graph-ahead)"}
        marker-start={back ? "url(#graph-back)" : undefined}
        class={back ? "back" : undefined}
      />
      {known && (
        <text x={label.x} y={label.y + 4} data-edge={`${from}-${to}`}>
          {formatNumber(partial, Math.abs(partial) < 1000 ? 3 : 6)}
        </text>
      )}
    </g>
  );
}

/** A node: what it computes, its value, and the gradient that has arrived; dashed until it has a value. */
function Node({ node, evaluated: { graph, sweeps }, moment, place }: {
  node: number;
  evaluated: Evaluated;
  moment: Moment;
  place: Layout["nodes"][number];
}) {
  const { x, y, width } = place;
  const known = node < moment.known;
  const gradient = moment.gradients[node];
  const state = [
    known ? "" : "open",
    moment.active === node ? "active" : "",
    node < graph.variables ? "variable" : "",
  ];
  const line = (i: number) => y - NODE_HEIGHT / 2 + 15 + 15.5 * i;
  return (
    <g class={`node ${state.join(" ")}`} data-symbol={graph.nodes[node]!.name}>
      <rect
        x={x - width / 2}
        y={y - NODE_HEIGHT / 2}
        width={width}
        height={NODE_HEIGHT}
        rx={node < graph.variables ? NODE_HEIGHT / 2 : 5}
      />
      <text class="name" x={x} y={line(0)}>{title(graph, node)}</text>
      <text x={x} y={line(1)}>
        {known ? formatNumber(sweeps.values[node]!, 6) : "?"}
      </text>
      {gradient !== undefined && (
        <text class="gradient" x={x} y={line(2)}>
          ∂ {formatNumber(gradient)}
          {moment.settled[node] ? "" : " …"}
        </text>
      )}
    </g>
  );
}

function title(graph: Graph, node: number): string {
  const name = nameOf(graph, node);
  return node < graph.variables ? name : `${name} = ${formulaOf(graph, node)}`;
}

/** A curve through the middles of a line's pieces, straight at its ends. */
function smooth(points: readonly Point[]): string {
  const text = ({ x, y }: Point) => `${x.toFixed(1)} ${y.toFixed(1)}`;
  const [first, ...rest] = points;
  const bends = rest.slice(0, -1).map((point, i) => {
    const next = rest[i + 1]!;
    const end = i === rest.length - 2
      ? next
      : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    return `Q${text(point)} ${text(end)}`;
  });
  const line = rest.length === 1 ? `L${text(rest[0]!)}` : bends.join("");
  return `M${text(first!)}${line}`;
}
