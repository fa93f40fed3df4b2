import type { ComponentChildren } from "preact";

/** Whether this code runs in a browser. */
export const IS_BROWSER: boolean = typeof document !== "undefined";

/** Props of `Head`. */
export interface HeadProps {
  children?: ComponentChildren;
}

/**
 * Moves its children into the document's `<head>`, on the server. Of two titles,
 * two elements with one key or two metas of one name, the last one wins.
 */
export function Head(_props: HeadProps): null {
  return null;
}
