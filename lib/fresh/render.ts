import {
  type ComponentChildren,
  Fragment,
  h,
  isValidElement,
  toChildArray,
  type VNode,
} from "preact";
import { renderToString } from "preact-render-to-string";
import { BUILD } from "./build.ts";
import { draw, type Drawing, HEAD_MARK } from "./islands.ts";
import { serialize } from "./props.ts";
import type { Context, PageProps, ServerComponent } from "./types.ts";

/** Key of the nonce on a rendered response, as upstream has it. */
const NONCE = Symbol.for("__freshNonce");

/** Renders a page inside the app wrapper to a whole HTML document. */
export function renderPage<State>(
  ctx: Context<State>,
  // deno-lint-ignore no-explicit-any
  component: ServerComponent<PageProps<any, State>>,
  init: ResponseInit,
): Response {
  const { app, islands, bootUrl } = ctx[BUILD];
  const { url, req, params, state, error, data } = ctx;
  const shared = { url, req, params, state, error, data };
  const Component = () =>
    h(component as never, { ...shared, Component: ctx.Component } as never);
  const drawing = draw(h(app as never, { ...shared, Component }), islands);

  const nonce = crypto.randomUUID().replaceAll("-", "");
  const headers = new Headers(init.headers);
  headers.set("content-type", "text/html; charset=utf-8");
  const scripts = new Set(drawing.places.map(({ island }) => island.url));
  const links = [bootUrl, ...scripts].map((url) =>
    `<${url}>; rel="modulepreload"; as="script"`
  );
  if (links.length > 1) headers.append("link", links.join(", "));
  const html = completeDocument(drawing, bootScript(drawing, bootUrl, nonce));
  const response = new Response(html, { ...init, headers });
  return Object.assign(response, { [NONCE]: nonce });
}

function completeDocument(drawing: Drawing, boot: string): string {
  const { html, ownHead, addedHead } = drawing;
  const bodyEnd = html.lastIndexOf("</body>");
  if (!html.includes(HEAD_MARK) || bodyEnd < 0) {
    throw new Error(
      "Cannot render a page as routes/_app.tsx draws no head or body",
    );
  }
  const head = renderToString(h(Fragment, null, mergeHead(ownHead, addedHead)));
  const full = html.slice(0, bodyEnd) + boot + html.slice(bodyEnd);
  // A function, as `$&` in a replacement string would be special.
  return "<!DOCTYPE html>" + full.replace(HEAD_MARK, () => head);
}

/** The head's elements in order; one that repeats an earlier one takes its place. */
function mergeHead(...children: ComponentChildren[]): ComponentChildren[] {
  const merged = new Map<string, ComponentChildren>();
  for (const child of toChildArray(children)) {
    const identity = isValidElement(child) ? identityOf(child) : null;
    merged.set(identity ?? `${merged.size}`, child);
  }
  return [...merged.values()];
}

/** What makes two elements of the head the same; null for one that only adds to it. */
function identityOf({ type, key, props }: VNode): string | null {
  if (type === "title") return "title";
  if (key != null) return `${type} key=${key}`;
  if (type !== "meta") return null;
  const { content: _, ...names } = props as Record<string, unknown>;
  return `meta ${JSON.stringify(Object.entries(names).sort())}`;
}

/** The inline module that starts the page's islands; nothing where there are none. */
function bootScript(
  { places }: Drawing,
  bootUrl: string,
  nonce: string,
): string {
  if (places.length === 0) return "";
  const islands = [...new Set(places.map(({ island }) => island))];
  const imports = islands.map(({ exportName, url }, i) =>
    `import{${exportName} as i${i}}from"${url}";`
  );
  const names = places.map(({ island }) => `i${islands.indexOf(island)}`);
  const props = serialize(places.map(({ props }) => props));
  const script = `import{boot}from"${bootUrl}";${imports.join("")}` +
    `boot([${names}],${JSON.stringify(props)});`;
  const safe = script.replaceAll("<", "\\u003c");
  return `<script type="module" nonce="${nonce}">${safe}</script>`;
}
