import { type ComponentType, h, render, type VNode } from "preact";
import { deserialize } from "./props.ts";

type Props = Record<string, unknown>;

/** Starts the islands of this page, one for each place, on the DOM the server sent. */
export function boot(islands: ComponentType<Props>[], json: string): void {
  const props = deserialize(json) as Props[];
  for (const start of findStarts()) {
    const place = Number(start.data.split(":")[2]);
    try {
      renderBehind(start, h(islands[place]!, props[place]!));
    } catch (error) {
      reportError(error);
    }
  }
}

function findStarts(): Comment[] {
  const walker = document.createTreeWalker(
    document.body,
    NodeFilter.SHOW_COMMENT,
  );
  const starts: Comment[] = [];
  while (walker.nextNode()) {
    const node = walker.currentNode as Comment;
    if (node.data.startsWith("frsh:island:")) starts.push(node);
  }
  return starts;
}

/** Renders into the place between an island's comments, taking over the nodes there. */
function renderBehind(start: Comment, vnode: VNode<Props>): void {
  const nodes: ChildNode[] = [];
  let node = start.nextSibling!;
  while (!(node instanceof Comment && node.data === "/frsh:island")) {
    nodes.push(node);
    node = node.nextSibling!;
  }
  // Preact looks for the next place to insert at and skips comments.
  const end = document.createTextNode("");
  node.replaceWith(end);
  const parent = end.parentNode as Element;
  const place = {
    namespaceURI: parent.namespaceURI,
    childNodes: nodes,
    firstChild: nodes[0] ?? null,
    insertBefore: (node: Node, before: Node | null) =>
      parent.insertBefore(node, before ?? end),
  };
  render(vnode, place as unknown as Element);
  const owned = hostNodes((place as unknown as { __k: Drawn }).__k);
  for (const node of nodes) if (!owned.includes(node)) node.remove();
}

/** Preact's own fields of a vnode that was drawn: its children and its DOM node. */
interface Drawn {
  type: unknown;
  __k: (Drawn | null)[] | null;
  __e: Node;
}

/** The outermost DOM nodes a vnode drew. */
function hostNodes(vnode: Drawn | null): Node[] {
  if (vnode === null) return [];
  return typeof vnode.type === "function"
    ? (vnode.__k ?? []).flatMap(hostNodes)
    : [vnode.__e];
}
