import {
  type ComponentChildren,
  type ComponentType,
  Fragment,
  h,
  options,
} from "preact";
import { renderToString } from "preact-render-to-string";
import type { Build, Island } from "./build.ts";
import { Head } from "./runtime.ts";

/** A tree drawn to HTML, and what was met in it. */
export interface Drawing {
  html: string;
  /** Children of the document's own head; `HEAD_MARK` stands for them. */
  ownHead: ComponentChildren;
  /** Children of every `Head`. */
  addedHead: ComponentChildren[];
  /** Each place where an island is drawn, in order. */
  places: { island: Island; props: Record<string, unknown> }[];
}

const MARK = "frsh:head";

/** Stands in the HTML for the content of its head. */
export const HEAD_MARK = `<!--${MARK}-->`;

/** Preact's own fields, under the names its packages share. */
interface Internal {
  type: unknown;
  props: Record<string, unknown>;
  __: Internal | null;
}

let active: { drawing: Drawing; islands: Build["islands"] } | null = null;

/** Draws a tree, its islands between comments that the browser finds them by. */
export function draw(
  tree: ComponentChildren,
  islands: Build["islands"],
): Drawing {
  const drawing: Drawing = {
    html: "",
    ownHead: null,
    addedHead: [],
    places: [],
  };
  active = { drawing, islands };
  try {
    drawing.html = renderToString(h(Fragment, null, tree));
    return drawing;
  } finally {
    active = null;
  }
}

const hooks = options as { __b?: (vnode: Internal) => void };
const beforeDiff = hooks.__b;
hooks.__b = (vnode) => {
  if (active !== null) prepare(vnode, active);
  beforeDiff?.(vnode);
};

function prepare(
  vnode: Internal,
  { drawing, islands }: NonNullable<typeof active>,
): void {
  const { type, props } = vnode;
  if (type === "head") {
    drawing.ownHead = props.children as ComponentChildren;
    props.children = comment(MARK);
  } else if (type === Head) {
    drawing.addedHead.push(props.children as ComponentChildren);
  } else if (typeof type === "function") {
    const island = islands.get(type);
    if (island === undefined || insideIsland(vnode)) return;
    vnode.props = { island, type, props, drawing };
    vnode.type = IslandBoundary;
  }
}

/** Whether an island draws this vnode, so that it starts in the browser with it. */
function insideIsland(vnode: Internal): boolean {
  for (let above = vnode.__; above; above = above.__) {
    if (above.type === IslandBoundary) return true;
  }
  return false;
}

function IslandBoundary({ island, type, props, drawing }: {
  island: Island;
  type: ComponentType;
  props: Record<string, unknown>;
  drawing: Drawing;
}) {
  const place = drawing.places.push({ island, props }) - 1;
  return [
    comment(`frsh:island:${place}`),
    h(type, props),
    comment("/frsh:island"),
  ];
}

function comment(text: string) {
  return h(Fragment, { UNSTABLE_comment: text } as Record<string, unknown>);
}
